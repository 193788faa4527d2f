"""A category describes a matter, never a person: what makes its name look otherwise."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.rules.wording import Doubt, doubt_about

_SENTENCES = {
    Doubt.PERSON: gettext_lazy("“%(name)s” seems to name a person."),
    Doubt.KIND: gettext_lazy(
        "“%(name)s” seems to be about a kind of person, or about what is kept of nobody."
    ),
}
_MOST = 10


def doubts_about(names: Iterable[str]) -> list[str]:
    """Return a sentence for each name that seems to be about persons; of many, the first ten."""
    found = list(_doubts(names))
    if not found:
        return []
    advice = _("A category describes a matter, never a person: please look at the name again.")
    return [*(f"{sentence} {advice}" for sentence in found[:_MOST]), *_rest(len(found) - _MOST)]


def _doubts(names: Iterable[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        doubt = doubt_about(name)
        if doubt is not None:
            yield str(_SENTENCES[doubt]) % {"name": name}


def _rest(count: int) -> Iterator[str]:
    if count > 0:
        yield _("%(n)d more names look like that.") % {"n": count}
