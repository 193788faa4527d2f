"""Records as rows in disguise, a chunk at a time: what is sealed is opened here and stays here.

Only for the search for doubles, which has recorded that it compares.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from linli.kernel.sealing import UnsealError
from linli.registry.actions.sealing import vault_at
from linli.registry.models import MODELS, Organisation, RecordKind, Resident
from linli.registry.rules.folding import folded_name, folded_telephone
from linli.registry.rules.linking.disguise import Disguise
from linli.registry.rules.linking.rows import (
    DwellingFacts,
    OrganisationFacts,
    ResidentFacts,
    Row,
    Spot,
    dwelling_row,
    organisation_row,
    resident_row,
    spot_of,
)

CHUNK = 2_000
_PARTS = ("division_id", "street", "number", "building", "unit", "room")
Chunk = Sequence[tuple[UUID, Row]]


def live(kind: RecordKind) -> QuerySet[Any]:
    """Return the records of a kind that go on: neither ended nor gone into another."""
    return MODELS[kind]._default_manager.filter(ended_on=None, merged_into=None)


def _chunks(found: QuerySet[Any], columns: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield values by chunks in the order of the ids; no cursor stays open meanwhile."""
    last = None
    while True:
        asked = found if last is None else found.filter(pk__gt=last)
        rows = list(asked.order_by("pk").values_list("pk", *columns)[:CHUNK])
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _residents(hide: Disguise) -> Iterator[Chunk]:
    columns = (
        *("wrapped_key", "name", "telephone", "id_index", "id_tail", "birth_year", "source_id"),
        *("dwelling_id", *(f"dwelling__address__{part}" for part in _PARTS)),
    )
    table = Resident._meta.db_table
    for rows in _chunks(live(RecordKind.RESIDENT), columns):
        made = []
        for pk, wrapped, name, telephone, identity, tail, born, source, home, *parts in rows:
            try:
                vault = vault_at(table, pk, wrapped)
                facts = ResidentFacts(
                    name=folded_name(vault.open("name", name)),
                    telephone=folded_telephone(vault.open("telephone", telephone)),
                    home=home,
                    spot=spot_of(parts),
                    born=born,
                    identity=bytes(identity),
                    tail=vault.open("id_tail", tail),
                    sender=source,
                )
            except UnsealError:
                continue
            made.append((pk, resident_row(facts, hide)))
        yield made


def _dwellings(hide: Disguise) -> Iterator[Chunk]:
    columns = ("area_m2", "source_id", *(f"address__{part}" for part in _PARTS))
    for rows in _chunks(live(RecordKind.DWELLING), columns):
        yield [
            (pk, dwelling_row(DwellingFacts(Spot(*parts), area, source), hide))
            for pk, area, source, *parts in rows
        ]


def _organisations(hide: Disguise) -> Iterator[Chunk]:
    columns = (
        *("wrapped_key", "name_key", "credit_code", "contact_telephone_index", "contact_name"),
        *("kind_id", "source_id", "address_id", *(f"address__{part}" for part in _PARTS)),
    )
    table = Organisation._meta.db_table
    for rows in _chunks(live(RecordKind.ORGANISATION), columns):
        made = []
        for pk, wrapped, key, code, telephone, contact, kind, source, address, *parts in rows:
            try:
                named = vault_at(table, pk, wrapped).open("contact_name", contact)
            except UnsealError:
                continue
            facts = OrganisationFacts(
                name=key,
                code=code,
                telephone=bytes(telephone),
                contact=folded_name(named),
                address=address,
                spot=Spot(*parts),
                place=kind,
                sender=source,
            )
            made.append((pk, organisation_row(facts, hide)))
        yield made


READERS: Mapping[RecordKind, Callable[[Disguise], Iterator[Chunk]]] = {
    RecordKind.RESIDENT: _residents,
    RecordKind.DWELLING: _dwellings,
    RecordKind.ORGANISATION: _organisations,
}
