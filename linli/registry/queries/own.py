"""A resident's own record in words: each field, where it came from, when it was confirmed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Change, ChangeState, ResidenceKind, Resident, Source, SourceKind

Plain = Mapping[str, str]


def _home(row: Resident, _plain: Plain) -> str:
    if row.dwelling is None:
        return ""
    return f"{row.dwelling.address.division} {row.dwelling.address.line}"


_READERS: Mapping[str, tuple[Promise, Callable[[Resident, Plain], str]]] = {
    "name": (_("Full name"), lambda _row, plain: plain["name"]),
    "telephone": (_("Telephone"), lambda _row, plain: plain["telephone"]),
    "dwelling": (_("Address"), _home),
    "residence": (
        _("Kind of residence"),
        lambda row, _plain: str(ResidenceKind(row.residence).label),
    ),
    "birth_year": (_("Year of birth"), lambda row, _plain: str(row.birth_year or "")),
    "id_tail": (
        _("Last four signs of the identity number"),
        lambda _row, plain: plain["id_tail"],
    ),
}
# What a resident can say better; a changed address is a move, which the grid worker records.
CORRECTABLE: Mapping[str, Promise] = {
    name: _READERS[name][0] for name in ("name", "telephone", "residence", "birth_year")
}


@dataclass(frozen=True)
class OwnFact:
    """One field as its owner sees it; ``waits`` where a correction waits for a decision."""

    name: str
    label: Promise
    value: str
    source: str
    confirmed_on: date
    may_correct: bool
    waits: bool


def value_of(row: Resident, plain: Plain, field: str) -> str:
    """Return what one field says."""
    return _READERS[field][1](row, plain)


def _sender(source: Source | None) -> str:
    if source is None:
        return ""
    return source.sender or str(SourceKind(source.kind).label)


def facts_of(row: Resident, plain: Plain) -> Sequence[OwnFact]:
    """Return all fields that are kept; the identity number's only where it is."""
    other = {UUID(str(told[0])) for told in row.provenance.values()}
    told_by = {one.pk: one for one in Source.objects.filter(pk__in=other)}
    waiting = set(
        Change.objects.filter(record=row.pk, state=ChangeState.PROPOSED).values_list(
            "field", flat=True
        )
    )
    found = []
    for name, (label, read) in _READERS.items():
        told = row.provenance.get(name)
        value = read(row, plain)
        if not value and name not in CORRECTABLE:
            continue
        found.append(
            OwnFact(
                name=name,
                label=label,
                value=value,
                source=_sender(told_by.get(UUID(str(told[0]))) if told else row.source),
                confirmed_on=date.fromisoformat(told[1]) if told else row.confirmed_on,
                may_correct=name in CORRECTABLE,
                waits=name in waiting,
            )
        )
    return found
