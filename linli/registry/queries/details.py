"""What the audit log calls what it tells of this domain: kinds, facts, reasons, counts."""

from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.accounts.queries import field_words
from linli.audit.queries.details import Told, Word
from linli.registry.models import MIXED, RecordKind, WishKind
from linli.registry.policies.values import label_of
from linli.registry.queries.looked import REASONS
from linli.registry.rules.dictionary import Field, dictionary

_KINDS: Mapping[str, str | Promise] = {
    **dict(RecordKind.choices),
    **dict(WishKind.choices),
    MIXED: _("several kinds"),
}
# Facts that the dictionary does not hold.
_BESIDE: Mapping[str, str | Promise] = {
    "address": _("Address"),
    "dwelling": _("Address"),
    "id_tail": _("Last four signs of the identity number"),
}


def _kinds(value: object, _told: Told) -> str:
    # The kinds of a form stand in one text.
    return ", ".join(str(_KINDS.get(one, one)) for one in str(value).split(","))


def _meant(name: str, kind: object) -> Iterator[Field]:
    fields = dictionary().fields
    wanted = {f"{kind}.{name}", f"resident.{name}"}
    yield from (one for key, one in fields.items() if key in wanted)
    yield from (one for one in fields.values() if one.name == name)


def _fact(value: object, told: Told) -> str:
    """Return the name of a fact; without a kind any of this name, since they are called alike."""
    name = str(value)
    if name in _BESIDE:
        return str(_BESIDE[name])
    found = next(_meant(name, told.get("kind")), None)
    return label_of(found) if found is not None else ""


def _facts(value: object, told: Told) -> str:
    """Return the name of a fact of a record, else of a column of an account or a unit."""
    return _fact(value, told) if told.get("kind") in RecordKind.values else field_words(value)


def _reason(value: object, _told: Told) -> str:
    return str(REASONS.get(str(value), ""))


DETAIL_WORDS: Mapping[str, Word] = {
    "bases": Word(_("Legal bases in the list")),
    "change": Word(_("Change")),
    "dropped": Word(_("Columns left out")),
    "ended_on": Word(_("Ended on")),
    "field": Word(_("Fact"), _fact),
    "fields": Word(_("Facts changed or confirmed"), _facts),
    "form": Word(_("Form")),
    "granted": Word(_("Granted")),
    "ground": Word(_("Ground of the refusal")),
    "kind": Word(_("Kind"), _kinds),
    "pair": Word(_("Pair of records")),
    "places": Word(_("Kinds of places in the list")),
    "reached": Word(_("Households reached")),
    "reason": Word(_("What for"), _reason),
    "records": Word(_("Records made")),
    "requester": Word(_("Asked for by")),
    "run": Word(_("Import")),
    "take": Word(_("Facts taken over"), _fact),
    "workers": Word(_("People who work on it")),
    "was_right": Word(_("Found to be right")),
    **{kind.value: Word(_KINDS[kind.value]) for kind in RecordKind},  # type: ignore[arg-type]
}
