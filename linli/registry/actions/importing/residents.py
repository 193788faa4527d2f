"""Residents of a file: recognised by address and name, or by name and telephone number."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.registry.actions.columns import kept_of, kept_text
from linli.registry.actions.importing.changes import News
from linli.registry.actions.importing.frame import Frame, Incoming, batched
from linli.registry.actions.importing.homes import Homes
from linli.registry.actions.importing.keeping import Column, Keeper
from linli.registry.actions.importing.places import Places
from linli.registry.actions.sealing import index_of, indexes_of, is_index_of, vault_of
from linli.registry.models import DwellingUse, RecordKind, Resident
from linli.registry.rules.folding import folded_name, folded_telephone
from linli.registry.rules.likeness import DOUBTFUL, Traits, persons, reasons
from linli.registry.rules.values import tail_of

_NAME, _TELEPHONE, _BORN = "resident.name", "resident.telephone", "resident.birth_year"
_IDENTITY = "resident.identity"
Two = tuple[bytes, bytes]
_ASKED = 500
_BY_TWO = "SELECT id FROM registry_resident WHERE (name_index, telephone_index) IN "


def _telephone_indexes(text: str) -> dict[str, bytes]:
    return {"telephone_index": index_of("telephone", folded_telephone(text))}


class ResidentKeeper(Keeper):
    """Residents; their dwellings are made where they are missing."""

    kind, model = RecordKind.RESIDENT, Resident
    sealed = ("name", "telephone", "id_tail")
    columns = (
        Column(_TELEPHONE, "telephone", True, _telephone_indexes),
        Column("resident.residence", "residence"),
        Column(_BORN, "birth_year"),
    )
    given = (
        *("id", "grid_id", "dwelling_id", "residence", "birth_year"),
        *("name_index", "telephone_index", "id_index"),
    )

    def __init__(self, frame: Frame, places: Places) -> None:
        super().__init__(frame, places)
        self._homes = Homes(frame, places)
        self._lives: dict[int, tuple[UUID | None, str | None]] = {}
        self._two: dict[int, Two] = {}
        self._here: dict[UUID, list[Resident]] = {}
        self._elsewhere: dict[int, Resident] = {}

    def prepare(self, rows: Sequence[Incoming]) -> Sequence[Incoming]:
        """Hash names and telephone numbers; find or make the dwellings."""
        ready = []
        for row in rows:
            if row.spot is None and not row.facts.get(_TELEPHONE):
                sentence = _("Neither an address nor a telephone number: nobody could find them.")
                self.frame.refuse(self.name, row, sentence)
            else:
                ready.append(row)
        # Before anything is asked of the database, which may still be writing.
        names = indexes_of("name", [folded_name(row.facts[_NAME]) for row in ready])
        numbers = [folded_telephone(row.facts.get(_TELEPHONE) or "") for row in ready]
        two = zip(names, indexes_of("telephone", numbers), strict=True)
        self._two = dict(zip(map(id, ready), two, strict=True))
        at = self._homes.settle(ready, DwellingUse.OWN)
        here = {key: (home, stand.grid) for key, (home, stand) in at.items()}
        self._lives = {
            id(row): (None, None) if row.spot is None else here[row.spot.key] for row in ready
        }
        return ready

    def _home(self, row: Incoming) -> tuple[UUID | None, str | None]:
        return self._lives[id(row)]

    def identity(self, row: Incoming) -> Hashable:
        """A dwelling and a name; without a dwelling, name and telephone number."""
        home = self._home(row)[0]
        two = self._two[id(row)]
        return (home, two[0]) if home else two

    def known(self, rows: Sequence[Incoming]) -> Sequence[Any]:
        """By dwelling and name, else by name and telephone number where that is one person."""
        homes = {home for row in rows if (home := self._home(row)[0])} - self._homes.new
        self._here = {}
        for one in Resident.objects.filter(dwelling_id__in=homes, ended_on=None):
            assert one.dwelling_id is not None  # noqa: S101 - asked for by it
            self._here.setdefault(one.dwelling_id, []).append(one)
        found = [self._at_home(row) for row in rows]
        strays = [
            row
            for row, one in zip(rows, found, strict=True)
            if one is None and self._two[id(row)][1]
        ]
        by_two = self._by_two(strays)
        self._elsewhere = {}
        return [
            one if one is not None else self._stray(row, by_two)
            for row, one in zip(rows, found, strict=True)
        ]

    def _at_home(self, row: Incoming) -> Resident | None:
        home, (name, _telephone) = self._home(row)[0], self._two[id(row)]
        here = self._here.get(home, ()) if home else ()
        same = [one for one in here if bytes(one.name_index) == name]
        born = row.facts.get(_BORN)
        # Father and son of one name are two: years of birth that differ are left to a person.
        fits = [one for one in same if not born or not one.birth_year or one.birth_year == born]
        return fits[0] if len(fits) == 1 else None

    def _by_two(self, rows: Sequence[Incoming]) -> dict[Two, list[Resident]]:
        asked = list({self._two[id(row)] for row in rows})
        ids = [one for some in batched(asked, _ASKED) for one in _ids_of(some)]
        by_two: dict[Two, list[Resident]] = {}
        for one in Resident.objects.filter(pk__in=ids, ended_on=None) if ids else ():
            by_two.setdefault((bytes(one.name_index), bytes(one.telephone_index)), []).append(one)
        return by_two

    def _stray(self, row: Incoming, by_two: dict[Two, list[Resident]]) -> Resident | None:
        """Return who has the name and the number somewhere else, if it is one from elsewhere."""
        same = [one for one in by_two.get(self._two[id(row)], ()) if one.merged_into is None]
        if not same:
            return None
        born = row.facts.get(_BORN)
        one = same[0]
        fits = not born or not one.birth_year or one.birth_year == born
        if len(same) == 1 and fits and one.source_id != self.frame.source:
            return one
        self._elsewhere[id(row)] = one
        return None

    def news_of(self, row: Incoming, record: Any) -> Iterator[News]:
        """Tell also of another dwelling, which a second person approves, and of an identity."""
        yield from super().news_of(row, record)
        yield from self._identity_news(row, record)
        home, grid = self._home(row)
        if home is not None and home != record.dwelling_id:
            before = "" if record.dwelling_id is None else str(record.dwelling_id)
            columns = {"dwelling_id": home, "grid_id": grid}
            yield News("dwelling", None, before, str(home), False, columns)

    def _identity_news(self, row: Incoming, record: Any) -> Iterator[News]:
        """Tell of an identity number that is not the one whose hash is kept."""
        number = row.facts.get(_IDENTITY)
        if not number or is_index_of("identity", number, bytes(record.id_index)):
            return
        field = self.fields[_IDENTITY]
        before = kept_of(record, field, vault_of(record))
        after = kept_text(Resident, field, number)
        yield News("identity", field, before, after, True, {})

    def add(self, row: Incoming) -> UUID | None:
        """Seal what is of a person; ask a person where somebody alike is known already."""
        facts, (home, grid) = row.facts, self._home(row)
        record = new_id()
        if grid is None:
            self.frame.count(self.name, "unplaced")
        number = facts.get(_IDENTITY) or ""
        told = (facts["resident.residence"], facts.get(_BORN), *self._two[id(row)])
        self.rows.append((record, grid, home, *told, index_of("identity", number)))
        self.texts.append((facts[_NAME], facts.get(_TELEPHONE) or "", tail_of(number)))
        self._look_alikes(row, record, home)
        return record

    def _look_alikes(self, row: Incoming, record: UUID, home: UUID | None) -> None:
        alike = self._elsewhere.get(id(row))
        if alike is not None:
            me = self._traits_of(row)
            one = Traits(me.name, me.telephone, alike.birth_year)
            is_here = home is not None and alike.dwelling_id == home
            self.doubt((record, alike.pk), 0.8, reasons(me, one, share_a_home=is_here))
        others = self._here.get(home, ()) if home else ()
        others = [one for one in others if one.source_id != self.frame.source]
        if not others:
            return
        me = self._traits_of(row)
        for other in others:
            if other.merged_into is None and other is not alike:
                one = _traits(other)
                like = persons(me, one)
                if like >= DOUBTFUL:
                    self.doubt((record, other.pk), like, reasons(me, one, share_a_home=True))

    def _traits_of(self, row: Incoming) -> Traits:
        return Traits(folded_name(row.facts[_NAME]), self._two[id(row)][1], row.facts.get(_BORN))


def _ids_of(asked: Sequence[Two]) -> list[Any]:
    """Return the ids of residents by pairs of hashes.

    Pairs and not two lists: the index would be asked for each name with each number.
    """
    pairs = ", ".join(["(%s, %s)"] * len(asked))
    with connection.cursor() as cursor:
        cursor.execute(f"{_BY_TWO}(VALUES {pairs})", [value for two in asked for value in two])
        return [row[0] for row in cursor.fetchall()]


def _traits(one: Resident) -> Traits:
    name = vault_of(one).open("name", bytes(one.name))
    return Traits(folded_name(name), bytes(one.telephone_index), one.birth_year)
