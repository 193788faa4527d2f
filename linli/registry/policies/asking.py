"""Why a form is not admitted, not decided, not filled, or not answered, in words."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refusal
from linli.registry.models import MODELS, DataForm, FormState, RecordKind
from linli.registry.policies.looking import is_area_of
from linli.registry.policies.scopes import Who, opens_kind
from linli.registry.rules.admission import Ground, admission
from linli.registry.rules.blanks import is_about_persons

_SENTENCES: Mapping[Ground, Promise] = {
    Ground.NO_FACTS: gettext_lazy("No column of this form asks for a fact."),
    Ground.NO_END: gettext_lazy("A form says until when it is asked for: this one has no end."),
    Ground.OVER: gettext_lazy("The end of this form lies in the past."),
}


def sentence_of(form: DataForm) -> str:
    """Return why a form was refused: by which rule, or the words of the person who did."""
    ground = form.ground
    if ground == Ground.KNOWN:
        words = {"known": form.known, "facts": form.facts, "limit": admission().most_known}
        return (
            _(
                "%(known)d of the %(facts)d facts are known here already (%(limit)d %% is the"
                " limit): take the filled form instead."
            )
            % words
        )
    if ground == Ground.FORBIDDEN:
        names = _(", ").join(form.forbidden)
        return _("These may not be collected of anybody: %(names)s.") % {"names": names}
    if ground == Ground.TOO_LONG:
        months = admission().longest_months
        return ngettext(
            "A form ends after %(n)d month at the latest; then it is asked for anew.",
            "A form ends after %(n)d months at the latest; then it is asked for anew.",
            months,
        ) % {"n": months}
    return str(_SENTENCES[Ground(ground)]) if ground else form.reason


def refuse_form_decision(form: DataForm, who: Who) -> Refusal | None:
    """Say why somebody may not admit or refuse a form: whoever asked for it never does."""
    if who.person is not None and form.asked_by_id == who.person.pk:
        return Refusal("own", _("You asked for this form: somebody else decides."))
    if form.state != FormState.ASKED:
        return Refusal("decided", _("This form has been decided about."))
    return _refuse_lacking(who, Permission.APPROVE_CHANGES)


def refuse_form_end(form: DataForm, who: Who) -> Refusal | None:
    """Say why somebody may not end a form before its day: those who asked or decide may."""
    if form.state != FormState.ADMITTED:
        return Refusal("not_running", _("This form is not running."))
    if who.person is not None and form.asked_by_id == who.person.pk:
        return None
    return _refuse_lacking(who, Permission.APPROVE_CHANGES)


def _refuse_lacking(who: Who, permission: Permission) -> Refusal | None:
    return None if who.may(permission) else Refusal("role", _("None of your roles may do this."))


def no_form_reason(words: str) -> Refusal | None:
    """Say that a refusal has a reason."""
    return None if words else Refusal("reason", _("Say why, for the office that asked."))


def refuse_columns(names: Sequence[str]) -> Refusal | None:
    """Say that a form has columns, and not too many."""
    most = admission().most_columns
    if not any(names):
        return Refusal("columns", _("Name the columns, or send the blank form."))
    if len(names) > most:
        words = _("A form has at most %(n)d columns; this one has more.")
        return Refusal("columns", words % {"n": most})
    return None


def refuse_no_header() -> Refusal:
    """Say that a file shows no header."""
    return Refusal("no_header", _("No row of this file names columns: is it a blank form?"))


def refuse_bad_file(sentence: str) -> Refusal:
    """Say why a file could not be read."""
    return Refusal("file", sentence)


def refuse_answering(form: DataForm, who: Who, today: date) -> Refusal | None:
    """Say why somebody does not answer a form: it does not run, or asks others."""
    if form.state != FormState.ADMITTED or form.ends_on is None or form.ends_on < today:
        return Refusal("not_running", _("This form is not running."))
    roles = who.standing.roles if who.standing is not None else frozenset()
    if form.role not in {role.value for role in roles}:
        return Refusal("other_role", _("This form asks people of another role."))
    return None


def refuse_over(form: DataForm, today: date) -> Refusal | None:
    """Say that the end of a form passed before it was decided about."""
    if form.ends_on is not None and form.ends_on >= today:
        return None
    return Refusal("over", _SENTENCES[Ground.OVER])


def refuse_rows(who: Who, kind: RecordKind, area: str) -> Refusal | None:
    """Say why somebody gets no rows of a kind in an area."""
    if kind is RecordKind.ASSISTANCE or not opens_kind(who, MODELS[kind]):
        return Refusal("kind", _("Records of this kind are not yours to pass on."))
    if area and not is_area_of(who, area):
        return Refusal("area", _("This area is not yours."))
    return None


def refuse_filling(who: Who, kind: RecordKind, keys: Sequence[str], area: str) -> Refusal | None:
    """Say why a form is not filled at once: rows of persons leave the house by two people."""
    if refusal := refuse_rows(who, kind, area):
        return refusal
    if is_about_persons(kind.value, keys):
        return Refusal("persons", _("This form would name persons: a second person approves it."))
    return None
