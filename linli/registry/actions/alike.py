"""Making a record beside others that look like it: a person sees them first, and decides.

What lies outside the eyes of whoever makes it is not shown; a pair waits for somebody who sees
both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from linli.audit.actions import acting
from linli.registry.actions.drafts import Draft
from linli.registry.actions.records import create_record
from linli.registry.actions.sealing import index_of, vault_of
from linli.registry.actions.showing import residents_masked
from linli.registry.actions.writing import Act, source_of
from linli.registry.models import (
    MODELS,
    Assistance,
    Errand,
    Organisation,
    Pair,
    PairState,
    RecordKind,
    Resident,
    SourceKind,
)
from linli.registry.policies import visible_records
from linli.registry.queries import alike as known
from linli.registry.rules.addresses import line_of
from linli.registry.rules.folding import folded_name, folded_organisation, folded_telephone
from linli.registry.rules.likeness import DOUBTFUL, Traits, organisations, persons

_BY_TWO_FACTS, _BY_CODE, _BY_NAME, _AT_ONE_PLACE, _SAME_NEED = 0.8, 0.99, 0.75, 0.88, 0.8
_SIGNS_OF_YEAR = 4


@dataclass(frozen=True)
class AlikeLine:
    """One record that may be meant, as it may be shown; ``is_same``: there can be no second."""

    id: UUID
    kind: str
    title: str
    beside: str
    likeness: float
    is_same: bool = False


@dataclass(frozen=True)
class Alike:
    """What may be shown of the records alike, and which others there are with their likeness."""

    shown: Sequence[AlikeLine] = ()
    hidden: Sequence[tuple[UUID, float]] = ()

    @property
    def is_known(self) -> bool:
        """Whether this very place is kept already."""
        return any(one.is_same for one in self.shown)


def alike_of(draft: Draft, act: Act) -> Alike:
    """Return what may be the same as a draft; of persons masks, after each read was recorded."""
    find = _FINDERS.get(draft.kind)
    return Alike() if find is None else find(draft, act)


def _line(draft: Draft) -> tuple[str, str]:
    place = draft.place
    return ("", "") if place is None else (place.division, line_of(place.parts))


def _place_known(draft: Draft, act: Act) -> Alike:
    is_building = draft.kind is RecordKind.BUILDING
    row: Any = (known.building_known if is_building else known.dwelling_known)(*_line(draft))
    # Of a place elsewhere nothing is said: making the record is refused there anyway.
    if row is None or row.grid_id not in act.who.grids:
        return Alike()
    return Alike([AlikeLine(row.pk, draft.kind.value, str(row), "", 1.0, is_same=True)])


def _residents(draft: Draft, act: Act) -> Alike:
    values = draft.values
    two = (
        index_of("name", folded_name(values["name"])),
        index_of("telephone", folded_telephone(values.get("telephone", ""))),
    )
    home = draft.related.get("dwelling") or known.dwelling_known(*_line(draft))
    year = values.get("birth_year", "")[:_SIGNS_OF_YEAR]
    born = int(year) if year.isascii() and year.isdigit() else None
    me = Traits(folded_name(values["name"]), two[1], born)
    found = {}
    for row in known.residents_alike(two, home.pk if home else None):
        likeness = _likeness_of(row, me, two)
        if likeness >= DOUBTFUL:
            found[row.pk] = (row, likeness)
    return _masked(found, act)


def _likeness_of(row: Resident, me: Traits, two: tuple[bytes, bytes]) -> float:
    if two[1] and (bytes(row.name_index), bytes(row.telephone_index)) == two:
        return _BY_TWO_FACTS
    name = vault_of(row).open("name", bytes(row.name))
    return persons(me, Traits(folded_name(name), bytes(row.telephone_index), row.birth_year))


def _masked(found: Mapping[UUID, tuple[Resident, float]], act: Act) -> Alike:
    seen = set(
        visible_records(Resident, act.who, act.at).filter(pk__in=found).values_list("pk", flat=True)
    )
    rows = [row for key, (row, _likeness) in found.items() if key in seen]
    shown = []
    if rows and act.by is not None:
        for one in residents_masked(rows=rows, by=act.by, at=act.at, errand=Errand.ALIKE):
            beside = " · ".join(filter(None, (one.telephone, one.residence)))
            kind = RecordKind.RESIDENT.value
            shown.append(AlikeLine(one.id, kind, one.name, beside, found[one.id][1]))
    hidden = [(key, likeness) for key, (_row, likeness) in found.items() if key not in seen]
    return Alike(shown, hidden)


def _organisations(draft: Draft, act: Act) -> Alike:
    key = folded_organisation(draft.values.get("name", ""))
    code = draft.values.get("credit_code", "").strip().upper()
    address = known.address_known(*_line(draft)) if draft.place else None
    found: dict[UUID, tuple[Organisation, float]] = {}
    for row in known.organisations_alike(key, code, address):
        likeness = _BY_NAME if row.name_key == key else organisations(row.name_key, key)
        if code and row.credit_code == code:
            likeness = _BY_CODE
        elif address is not None and row.address_id == address.pk and row.name_key == key:
            likeness = _AT_ONE_PLACE
        if likeness >= _BY_NAME:
            found[row.pk] = (row, likeness)
    return _split(found, Organisation, act, lambda row: (row.name, str(row.address)))


def _help(draft: Draft, act: Act) -> Alike:
    rows = known.help_alike(draft.related["resident"].pk, draft.values.get("need", ""))
    found = {row.pk: (row, _SAME_NEED) for row in rows}
    days = "{0:%Y-%m-%d} – {1:%Y-%m-%d}"
    split = _split(
        found,
        Assistance,
        act,
        lambda row: (row.get_need_display(), days.format(row.review_on, row.ends_on)),
    )
    # Sealed help of others is not hinted at, and nobody is asked about it.
    return replace(split, hidden=())


def _split(
    found: Mapping[UUID, tuple[Any, float]],
    model: Any,
    act: Act,
    words: Callable[[Any], tuple[str, str]],
) -> Alike:
    ids = visible_records(model, act.who, act.at).filter(pk__in=found)
    seen = set(ids.values_list("pk", flat=True))
    kind = next(kind for kind, one in MODELS.items() if one is model)
    shown = [
        AlikeLine(key, kind.value, *words(row), likeness)
        for key, (row, likeness) in found.items()
        if key in seen
    ]
    hidden = [(key, likeness) for key, (_row, likeness) in found.items() if key not in seen]
    return Alike(shown, hidden)


_FINDERS: Mapping[RecordKind, Callable[[Draft, Act], Alike]] = {
    RecordKind.BUILDING: _place_known,
    RecordKind.DWELLING: _place_known,
    RecordKind.RESIDENT: _residents,
    RecordKind.ORGANISATION: _organisations,
    RecordKind.SCHOOL: _organisations,
    RecordKind.ASSISTANCE: _help,
}
_PAIRED = frozenset({RecordKind.RESIDENT, RecordKind.ORGANISATION})


def create_beside(*, draft: Draft, alike: Alike, sender: str, act: Act) -> Any:
    """Make a record of which somebody said that it is none of those shown.

    ``sender``: who gave the facts, or empty for whoever acts. That they are not the same is
    remembered; where one lies outside their eyes, a pair waits for somebody who sees both.
    """
    with transaction.atomic():
        source = source_of(SourceKind.PAGE, sender, act) if sender else None
        row = create_record(draft=replace(draft, source=source), act=act)
        if draft.kind in _PAIRED:
            for key, likeness in alike.hidden:
                _pair(draft.kind, (row.pk, key), likeness, act.at)
            for one in alike.shown:
                _keep_apart(_pair(draft.kind, (row.pk, one.id), one.likeness, act.at), act)
    return row


def _pair(kind: RecordKind, both: tuple[UUID, UUID], likeness: float, at: datetime) -> Pair:
    first, second = sorted(both)
    told = {"kind": kind, "likeness": likeness, "found_at": at}
    return Pair.objects.get_or_create(first=first, second=second, defaults=told)[0]


def _keep_apart(pair: Pair, act: Act) -> None:
    with acting(
        uuid5(act.id, str(pair.pk)),
        "registry.keep_apart",
        by=act.by,
        at=act.at,
        subject=pair.first,
        payload={"pair": pair.pk},
        detail={"pair": pair.pk},
    ):
        pair.state, pair.decided_by, pair.decided_at = PairState.DIFFERENT, act.by, act.at
        pair.save(update_fields=["state", "decided_by", "decided_at"])
