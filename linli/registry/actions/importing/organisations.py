"""Organisations and schools of a file: by credit code, else by name and address."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.registry.actions.importing.changes import News
from linli.registry.actions.importing.frame import Frame, Incoming
from linli.registry.actions.importing.keeping import Column, Keeper, contact_indexes
from linli.registry.actions.importing.places import Key, Places, Stand
from linli.registry.models import Organisation, PlaceKind, RecordKind, School
from linli.registry.rules.folding import folded_organisation
from linli.registry.rules.likeness import organisation_reasons, organisations

_NAME, _CODE, _KIND = "organisation.name", "organisation.credit_code", "organisation.kind"
# Names that are so alike at one address are one organisation or its neighbour's branch.
_ALIKE = 0.88
_SCHOOL = "school"


class PlaceKinds:
    """Kinds of places by the words people use for them."""

    def __init__(self) -> None:
        self.codes: dict[UUID, str] = {}
        self._by_word: dict[str, UUID] = {}
        for one in PlaceKind.objects.filter(is_active=True):
            self.codes[one.pk] = one.code
            for word in (one.code, one.name, one.name_en.casefold()):
                self._by_word.setdefault(word, one.pk)

    def find(self, word: str) -> UUID | None:
        """Return the kind that a word means, or None."""
        return self._by_word.get(word) or self._by_word.get(word.casefold())


class OrganisationKeeper(Keeper):
    """Companies, shops, offices, associations."""

    kind, model = RecordKind.ORGANISATION, Organisation
    columns = (
        Column(_CODE, "credit_code"),
        Column("organisation.staff", "staff"),
        Column("organisation.contact_name", "contact_name", True),
        Column("organisation.contact_telephone", "contact_telephone", True, contact_indexes),
    )
    given = (
        *("id", "grid_id", "address_id", "name", "name_key", "credit_code", "kind_id", "staff"),
        "contact_telephone_index",
    )
    sealed = ("contact_name", "contact_telephone")

    def __init__(self, frame: Frame, places: Places) -> None:
        super().__init__(frame, places)
        self._kinds = PlaceKinds()
        self._stands: Mapping[Key, Stand] = {}
        self._here: dict[UUID, list[Organisation]] = {}
        self._named: dict[str, list[Organisation]] = {}
        self.made: dict[int, UUID] = {}

    def prepare(self, rows: Sequence[Incoming]) -> Sequence[Incoming]:
        """Refuse kinds that are in no list; find or make the addresses."""
        ready = []
        for row in rows:
            word = row.facts.get(_KIND) or _SCHOOL
            kind = self._kinds.find(word)
            if kind is None:
                sentence = _("“%(kind)s” is in no list of kinds of places.") % {"kind": word}
                self.frame.refuse(self.name, row, sentence)
                continue
            row.facts["kind_id"] = kind
            row.facts["name_key"] = folded_organisation(row.facts[_NAME])
            ready.append(row)
        self._stands = self.places.settle(ready)
        return ready

    def _stand(self, row: Incoming) -> Stand:
        assert row.spot is not None  # noqa: S101 - rows without an address were refused
        return self._stands[row.spot.key]

    def identity(self, row: Incoming) -> Hashable:
        """A credit code, else a name and an address."""
        return row.facts.get(_CODE) or (row.facts["name_key"], self._stand(row).id)

    def known(self, rows: Sequence[Incoming]) -> Sequence[Any]:
        """By credit code, else by name and address unless the codes differ."""
        stored = Organisation.objects.filter(ended_on=None)
        codes = [row.facts[_CODE] for row in rows if row.facts.get(_CODE)]
        by_code = {one.credit_code: one for one in stored.filter(credit_code__in=codes)}
        self._here, self._named = {}, {}
        addresses = [self._stand(row).id for row in rows]
        for one in stored.filter(address_id__in=addresses):
            self._here.setdefault(one.address_id, []).append(one)
        for one in stored.filter(name_key__in=[row.facts["name_key"] for row in rows]):
            self._named.setdefault(one.name_key, []).append(one)
        return [by_code.get(row.facts.get(_CODE) or "-") or self._by_name(row) for row in rows]

    def _by_name(self, row: Incoming) -> Organisation | None:
        code = row.facts.get(_CODE)
        for one in self._here.get(self._stand(row).id, ()):
            if one.name_key == row.facts["name_key"]:
                return None if code and one.credit_code and code != one.credit_code else one
        return None

    def news_of(self, row: Incoming, record: Any) -> Iterator[News]:
        """Tell also of another name, kind or address."""
        yield from super().news_of(row, record)
        name, key = row.facts[_NAME], row.facts["name_key"]
        if key != record.name_key:
            columns = {"name": name, "name_key": key}
            yield News("name", self.fields[_NAME], record.name, name, False, columns)
        kind = row.facts["kind_id"]
        if row.facts.get(_KIND) and kind != record.kind_id:
            codes = self._kinds.codes
            before, after = codes.get(record.kind_id, ""), codes[kind]
            yield News("kind", self.fields[_KIND], before, after, False, {"kind_id": kind})
        address = self._stand(row).id
        if address != record.address_id:
            yield News("address", None, str(record.address_id), str(address), False, {})

    def add(self, row: Incoming) -> UUID | None:
        """Seal the contact; ask a person where one alike is known already."""
        facts, stand = row.facts, self._stand(row)
        record = new_id()
        if stand.grid is None:
            self.frame.count(self.name, "unplaced")
        telephone = facts.get("organisation.contact_telephone") or ""
        self.rows.append(
            (
                *(record, stand.grid, stand.id, facts[_NAME], facts["name_key"]),
                *(facts.get(_CODE) or "", facts["kind_id"], facts.get("organisation.staff")),
                contact_indexes(telephone)["contact_telephone_index"],
            )
        )
        self.texts.append((facts.get("organisation.contact_name") or "", telephone))
        self.made[id(row)] = record
        self._look_alikes(row, record, stand.id)
        return record

    def _look_alikes(self, row: Incoming, record: UUID, address: UUID) -> None:
        key, code = row.facts["name_key"], row.facts.get(_CODE)
        seen = {}
        for one in self._here.get(address, ()):
            seen[one.pk] = (one, organisations(key, one.name_key))
        for one in self._named.get(key, ()):
            # A chain has one name in many places, and its branches codes of their own.
            seen.setdefault(one.pk, (one, 0.0 if code and one.credit_code else 0.9))
        for one, like in seen.values():
            if like >= _ALIKE and one.source_id != self.frame.source:
                is_here = one.address_id == address
                why = organisation_reasons(key, one.name_key, share_an_address=is_here)
                self.doubt((record, one.pk), like, why)


class SchoolKeeper(Keeper):
    """Schools: an organisation each, and what a school has beside."""

    kind, model = RecordKind.SCHOOL, School
    columns = tuple(Column(f"school.{name}", name) for name in ("stage", "pupils", "has_guard"))
    given = ("id", "grid_id", "organisation_id", "stage", "pupils", "has_guard")

    def __init__(self, frame: Frame, places: Places) -> None:
        super().__init__(frame, places)
        self._organisations = OrganisationKeeper(frame, places)
        self._of: dict[int, tuple[UUID, str | None]] = {}

    def prepare(self, rows: Sequence[Incoming]) -> Sequence[Incoming]:
        """Take the organisations first."""
        refused = len(self.frame.refused)
        self._organisations.made.clear()
        self._organisations.take(rows)
        gone = {one.number for one in self.frame.refused[refused:]}
        ready = [row for row in rows if row.number not in gone]
        found = self._organisations.known(ready)
        self._of = {
            id(row): (one.pk, one.grid_id) for row, one in zip(ready, found, strict=True) if one
        }
        return [row for row in ready if id(row) in self._of]

    def identity(self, row: Incoming) -> Hashable:
        """An organisation."""
        return self._of[id(row)][0]

    def known(self, rows: Sequence[Incoming]) -> Sequence[Any]:
        """Schools by their organisations."""
        ids = [self._of[id(row)][0] for row in rows]
        living = School.objects.filter(organisation__in=ids, ended_on=None, merged_into=None)
        found = {one.organisation_id: one for one in living}
        return [found.get(one) for one in ids]

    def add(self, row: Incoming) -> UUID | None:
        """Keep what a school has beside its organisation."""
        organisation, grid = self._of[id(row)]
        record = new_id()
        values = (row.facts.get(column.key) for column in self.columns)
        self.rows.append((record, grid, organisation, *values))
        return record
