"""Forms: those that wait, run and were refused; what one asks of one record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from linli.registry.models import MODELS, DataForm, FormState, RecordKind, Resident
from linli.registry.policies.asking import refuse_answering
from linli.registry.policies.scopes import Who, visible_records
from linli.registry.rules.coverage import months_before
from linli.registry.rules.dictionary import CellType, Field, dictionary

MOST_DUE = 20
_LOOKED_AT = 300
_LATEST = 100


def forms_asked() -> QuerySet[DataForm]:
    """Return all forms, the latest first."""
    return DataForm.objects.select_related("asked_by", "decided_by").order_by("-asked_at", "pk")


def latest_forms() -> Sequence[DataForm]:
    """Return the latest forms for a page."""
    return list(forms_asked()[:_LATEST])


def forms_running(day: date) -> QuerySet[DataForm]:
    """Return the forms that run on a day."""
    return forms_asked().filter(state=FormState.ADMITTED, ends_on__gte=day)


def forms_here(kind: RecordKind, who: Who, at: datetime) -> Sequence[DataForm]:
    """Return the running forms that ask somebody about records of a kind."""
    today = timezone.localdate(at)
    found = forms_running(today).filter(kind=kind)
    return [one for one in found if refuse_answering(one, who, today) is None]


def facts_asked(form: DataForm) -> Sequence[Field]:
    """Return the facts that a form asks for which records of its kind hold themselves."""
    known = dictionary().fields
    keys = [key for _name, key in form.columns if key in known]
    return [known[key] for key in keys if known[key].kind == form.kind]


def unknown_names(form: DataForm) -> Sequence[str]:
    """Return the columns that are no facts of the registry: they are answered in the form."""
    return [name for name, key in form.columns if not key and name not in form.forbidden]


def is_due(row: Any, fact: Field, today: date) -> bool:
    """Say whether a record lacks a fact, or has it older than its time of confirmation."""
    column = "id_tail" if fact.type is CellType.IDENTITY else fact.name
    held = getattr(row, column)
    if held is None or held == "" or (fact.is_sealed and not bytes(held)):
        return True
    told = row.provenance.get(fact.name)
    confirmed = date.fromisoformat(told[1]) if told else row.confirmed_on
    return bool(confirmed < months_before(today, fact.confirm_months))


@dataclass(frozen=True)
class ToAnswer:
    """A record that a form still asks something of, and how many facts."""

    row: Any
    facts: int


def records_due(form: DataForm, who: Who, at: datetime) -> Sequence[ToAnswer]:
    """Return some records of somebody's own ground that a form still asks something of.

    The longest unconfirmed come first. Residents are not listed: their dwelling leads to them.
    """
    model = MODELS[RecordKind(form.kind)]
    facts = facts_asked(form)
    if model is Resident or not facts:
        return []
    rows = visible_records(model, who, at).select_related(*_named_by(form.kind))
    rows = rows.defer(*_shapes(form.kind)).order_by("confirmed_on", "id")
    return _due(rows[:_LOOKED_AT], facts, timezone.localdate(at))


def _due(rows: Iterable[Any], facts: Sequence[Field], today: date) -> Sequence[ToAnswer]:
    found: list[ToAnswer] = []
    for row in rows:
        due = sum(is_due(row, fact, today) for fact in facts)
        if due:
            found.append(ToAnswer(row, due))
            if len(found) == MOST_DUE:
                break
    return found


def _named_by(kind: str) -> Sequence[str]:
    """Return what the name of a record on a page is made of."""
    return {
        RecordKind.BUILDING.value: ("address",),
        RecordKind.DWELLING.value: ("address",),
        RecordKind.TENANCY.value: ("dwelling__address",),
        RecordKind.ORGANISATION.value: (),
        RecordKind.SCHOOL.value: ("organisation",),
    }.get(kind, ("division",))


def _shapes(kind: str) -> Sequence[str]:
    return ("division__geometry",) if kind == RecordKind.TEAM else ()
