"""Writing the registry's facts into another office's form, for whoever may see the records."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission
from linli.audit.actions import acting
from linli.registry.actions.columns import kept_of
from linli.registry.actions.layouts import Layout
from linli.registry.actions.sealing import Vault, vault_of
from linli.registry.actions.showing import words_for
from linli.registry.actions.writing import check
from linli.registry.models import MODELS, Building, Dwelling, RecordKind, School, Sealed
from linli.registry.policies.asking import refuse_filling
from linli.registry.policies.looking import refuse_lacking
from linli.registry.policies.scopes import Who, visible_records
from linli.registry.policies.values import label_of
from linli.registry.queries.relatives import address_of
from linli.registry.rules.admission import DERIVED, Column, admission, is_known
from linli.registry.rules.blanks import fields_for
from linli.registry.rules.coverage import months_before
from linli.registry.rules.dictionary import ADDRESS, CellType, Field
from linli.registry.rules.filled import About, FilledCell, FilledSheet, Mark, filled_form
from linli.territory.models import Division

_NUMBERS = frozenset({CellType.COUNT, CellType.YEAR, CellType.SURFACE})
_TOWNSHIP_DIGITS = 9
_AT_ONCE = 2000
# What a row of each kind is read with, so that no row asks the database again.
_BESIDE: Mapping[str, tuple[str, ...]] = {
    RecordKind.BUILDING: ("address__division",),
    RecordKind.DWELLING: ("address__division", "building"),
    RecordKind.TENANCY: ("dwelling__address__division",),
    RecordKind.ORGANISATION: ("address__division", "kind"),
    RecordKind.SCHOOL: ("organisation__address__division", "organisation__kind"),
    RecordKind.RESIDENT: ("dwelling__address__division",),
    RecordKind.TEAM: ("division",),
}


def records_in(kind: RecordKind, area: str, who: Who, at: datetime) -> QuerySet[Any]:
    """Return the records of a kind in an area (a code; "" for all) that exist for somebody."""
    rows = visible_records(MODELS[kind], who, at).filter(grid__code__startswith=area)
    return rows.order_by("grid_id", "id")


def _related(rows: QuerySet[Any], kind: RecordKind) -> QuerySet[Any]:
    beside = _BESIDE[kind]
    shapes = [f"{path}__geometry" for path in beside if path.endswith("division")]
    return rows.select_related("grid", *beside).defer("grid__geometry", *shapes)


@dataclass
class _Row:
    """One record with what its cells are read from."""

    number: int
    record: Any
    townships: Mapping[str, str]
    _vault: Vault | None = None

    def of(self, kind: str) -> Any:
        """Return the record that holds facts of a kind: the row's own, or what it hangs on."""
        record = self.record
        if kind == RecordKind.DWELLING and not isinstance(record, Dwelling):
            return record.dwelling
        if kind == RecordKind.BUILDING and not isinstance(record, Building):
            return record.building
        if kind == RecordKind.ORGANISATION and isinstance(record, School):
            return record.organisation
        return record

    def vault(self, holder: Any) -> Vault | None:
        """Return what opens the sealed facts of the holder; made once for the row."""
        if not isinstance(holder, Sealed) or not holder.wrapped_key:
            return None
        if self._vault is None:
            self._vault = vault_of(holder)
        return self._vault


_Reader = Callable[[_Row], FilledCell]


def _unknown() -> FilledCell:
    return FilledCell(_("to be filled in"), Mark.UNKNOWN)


def _cell(value: str | float | None) -> FilledCell:
    return _unknown() if value is None or value == "" else FilledCell(value)


def _derived_reader(field: Field) -> _Reader:
    readers: Mapping[str, Callable[[_Row], str | int]] = {
        "number": lambda row: row.number,
        "township": lambda row: row.townships.get(
            (row.record.grid_id or "")[:_TOWNSHIP_DIGITS], ""
        ),
        "grid": lambda row: str(row.record.grid or ""),
        "grid_code": lambda row: row.record.grid_id or "",
        "confirmed_on": lambda row: row.record.confirmed_on.isoformat(),
    }
    read = readers[field.name]
    return lambda row: _cell(read(row))


def _address_reader(field: Field, *, with_village: bool) -> _Reader:
    def read(row: _Row) -> FilledCell:
        address = address_of(row.record)
        if address is None:
            division = getattr(row.record, "division", None)
            return _cell(str(division) if field.name == "village" and division else "")
        if field.name == "village":
            return _cell(str(address.division))
        if field.name == "address":
            return _cell(f"{address.division if with_village else ''}{address.line}")
        return _cell(getattr(address, field.name))

    return read


def _fact_reader(field: Field, today: date) -> _Reader:
    limit = months_before(today, field.confirm_months)

    def read(row: _Row) -> FilledCell:
        holder = row.of(field.kind)
        if holder is None:
            return _unknown()
        vault = row.vault(holder) if field.is_sealed else None
        if field.is_sealed and vault is None:
            return _unknown()
        value: str | int | float
        if field.type in _NUMBERS:
            found = getattr(holder, field.name)
            if found is None:
                return _unknown()
            value = found
        else:
            value = words_for(holder, field, kept_of(holder, field, vault))
        told = holder.provenance.get(field.name)
        confirmed = date.fromisoformat(told[1]) if told else holder.confirmed_on
        is_old = value != "" and confirmed < limit
        return FilledCell(value, Mark.OLD) if is_old else _cell(value)

    return read


def _blank_reader(column: Column) -> _Reader:
    if column.forbidden:
        cell = FilledCell("", Mark.FORBIDDEN)
    else:
        cell = _unknown() if column.is_fact else FilledCell("")
    return lambda _row: cell


def _readers(layout: Layout, today: date) -> list[_Reader]:
    fields = {one.key: one for one in fields_for(layout.kind.value)}
    written = set(layout.keys) & set(fields)
    with_village = "address.village" not in written
    found: list[_Reader] = []
    for column in layout.columns:
        field = fields.get(column.key)
        if field is None or column.key not in written or column.forbidden:
            found.append(_blank_reader(column))
        elif field.kind == DERIVED:
            found.append(_derived_reader(field))
        elif field.kind == ADDRESS:
            found.append(_address_reader(field, with_village=with_village))
        else:
            found.append(_fact_reader(field, today))
    return found


def rows_of(layout: Layout, records: Iterable[Any], today: date) -> Iterator[Sequence[FilledCell]]:
    """Yield the cells of each record. Only for callers that recorded the reads of persons."""
    readers = _readers(layout, today)
    names = Division.objects.filter(level="township").defer("geometry")
    townships = {one.code: str(one) for one in names}
    for number, record in enumerate(records, 1):
        row = _Row(number, record, townships)
        yield [read(row) for read in readers]


def records_for(layout: Layout, area: str, who: Who, at: datetime) -> QuerySet[Any]:
    """Return the records that a form is filled from, with what their cells need."""
    return _related(records_in(layout.kind, area, who, at), layout.kind)


def sheets_of(layout: Layout, records: Sequence[Iterable[Any]], today: date) -> list[FilledSheet]:
    """Return each sheet of a form with its rows, from the records found for each."""
    is_alone = not layout.more
    return [
        FilledSheet("" if is_alone else sheet.blank.sheet, sheet.blank, rows_of(sheet, some, today))
        for sheet, some in zip(layout.sheets, records, strict=True)
    ]


def _about_columns(layout: Layout) -> Iterator[tuple[str, str]]:
    fields = {one.key: one for one in fields_for(layout.kind.value)}
    for column in layout.columns:
        if column.key in layout.keys:
            yield column.name, label_of(fields[column.key])
        elif column.is_fact and not column.forbidden:
            yield column.name, _("not known here")


def about(layout: Layout, facts: Sequence[tuple[str, str]]) -> About:
    """Return what the last sheet says: the form, its columns, the meaning of colours."""
    lines = [(_("Form"), layout.name), *facts]
    if layout.forbidden:
        lines.append((_("May not be collected, left empty"), "、".join(layout.forbidden)))
    if layout.left_out:
        lines.append((_("Sheets that were not filled"), "、".join(layout.left_out)))
    for sheet in layout.sheets:
        if layout.more:
            lines.append((_("Sheet"), sheet.blank.sheet))
        lines += _about_columns(sheet)
    legend = (
        (Mark.UNKNOWN, _("not known here: to be filled in")),
        (Mark.OLD, _("older than its time of confirmation")),
        (Mark.FORBIDDEN, _("may not be collected")),
    )
    return About(_("About this file"), lines, legend)


@dataclass(frozen=True)
class Filling:
    """A form to be filled: for which area (a code, "" for all that is theirs), and what for."""

    layout: Layout
    area: str
    purpose: str


def fill_form(*, filling: Filling, by: Person, at: datetime, act_id: uuid.UUID) -> bytes:
    """Return a form about no person, filled, as xlsx; that it was filled is recorded.

    Raises Refused where its rows would name persons: that goes by two people, as an export.
    """
    layout, who = filling.layout, Who.of(by, at)
    check(refuse_lacking(by, Permission.SEE_REGISTRY, at))
    for sheet in layout.sheets:
        check(refuse_filling(who, sheet.kind, sheet.keys, filling.area))
    records = [records_for(sheet, filling.area, who, at) for sheet in layout.sheets]
    told = {
        "form": layout.name,
        "kind": ",".join(dict.fromkeys(sheet.kind.value for sheet in layout.sheets)),
        "area": filling.area,
        "reason": filling.purpose,
    }
    with acting(
        act_id, "registry.fill_form", by=by, at=at, subject=act_id, payload=told, detail=told
    ):
        count = sum(some.count() for some in records)
    facts = [
        (_("Filled in by"), by.name),
        (_("Filled in at"), f"{timezone.localtime(at):%Y-%m-%d %H:%M}"),
        (_("Purpose"), filling.purpose),
        (_("Area"), filling.area or _("all that is yours")),
        (_("Rows"), str(count)),
    ]
    streams = [some.iterator(chunk_size=_AT_ONCE) for some in records]
    sheets = sheets_of(layout, streams, timezone.localdate(at))
    return filled_form(sheets, about(layout, facts))


def known_names(columns: Sequence[Column]) -> list[str]:
    """Return the names of the columns that the registry answers itself."""
    rules = admission()
    return [one.name for one in columns if one.is_fact and is_known(one, rules)]
