"""From the cells of a row to its facts: one compiled reader a column, one memory of addresses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from linli.registry.actions.importing.frame import Incoming, Spot
from linli.registry.imports.villages import Villages
from linli.registry.rules.addresses import ABSENT, Parts, line_of, normal, parse
from linli.registry.rules.cells import FAULTS, Fault, Reader, reader_for
from linli.registry.rules.dictionary import CellType, Field
from linli.territory.rules.coordinates import CoordinateSystem, convert

# Kinds whose records stand at an address; assistance may name one to say who is meant.
NEEDS_ADDRESS = frozenset({"building", "dwelling", "tenancy", "organisation", "school"})
_PARTS = ("street", "number", "building", "unit", "room")
_REMEMBERED = 20_000
_UNKNOWN: Any = object()
# Facts of few values: the same cell is read once.
_FEW = frozenset({CellType.CHOICE, CellType.YEAR, CellType.YES_NO, CellType.COUNT, CellType.DATE})


def sentence_of(field: Field, fault: Fault) -> str:
    """Say in words why a cell of a field was refused."""
    return f"{field.label}：{_(FAULTS[fault.code]) % {'shown': fault.shown}}"


@dataclass(frozen=True)
class Reading:
    """How rows of one sheet are read: kind, fields by their columns, and what stands for all."""

    kind: str
    columns: Mapping[int, Field]
    villages: Villages
    crs: str
    required: tuple[Field, ...]
    spots: dict[object, dict[tuple[object, ...], Spot | str | None]]


def _remembering(read: Reader) -> Reader:
    known: dict[object, object] = {}

    def recalled(cell: object) -> object:
        # 1 and True are one key: their types part them.
        key = (cell.__class__, cell)
        found = known.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            if len(known) > _REMEMBERED:
                known.clear()
            found = known[key] = read(cell)
        return found

    return recalled


class RowReader:
    """Reads rows; what cannot be read comes back with a sentence."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._facts: list[tuple[int, str, Reader, Field]] = []
        self._at: dict[str, tuple[int, Reader, Field]] = {}
        for index, field in reading.columns.items():
            read = reader_for(field)
            if field.kind == "address":
                self._at[field.name] = (index, read, field)
            else:
                read = _remembering(read) if field.type in _FEW else read
                self._facts.append((index, field.key, read, field))
        self._place = tuple(self._at[name][0] for name in self._at if name not in {"lon", "lat"})
        names = tuple(name for name in self._at if name not in {"lon", "lat"})
        # What other sheets of the file have in the same columns is known already.
        self._spots = reading.spots.setdefault((names, reading.kind == "team"), {})
        self._required = tuple((one.key, one) for one in reading.required)
        self.width = max(reading.columns, default=-1) + 1

    def read(self, number: int, cells: Sequence[Any]) -> tuple[Incoming, str]:
        """Return the row and why it is refused, or an empty text."""
        if len(cells) < self.width:
            cells = [*cells, *[""] * (self.width - len(cells))]
        facts: dict[str, Any] = {}
        row = Incoming(number, facts, cells)
        for index, key, read, field in self._facts:
            cell = cells[index]
            if cell == "" or cell is None:
                continue
            value = read(cell)
            if value.__class__ is Fault:
                return row, sentence_of(field, value)
            if value is not None:
                facts[key] = value
        for key, field in self._required:
            if key not in facts:
                return row, sentence_of(field, Fault("missing", ""))
        return row, self._locate(row)

    def _locate(self, row: Incoming) -> str:
        """Give the row its spot; return why it has none where it needs one."""
        key = tuple([row.cells[index] for index in self._place])
        found = self._spots.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            if len(self._spots) > _REMEMBERED:
                self._spots.clear()
            found = self._spots[key] = self._spot(row.cells)
        kind = self._reading.kind
        if found.__class__ is str:
            return found
        if kind == "team":
            return self._team(row)
        if found is None:
            needed = kind in NEEDS_ADDRESS
            return _("There is no address in this row.") if needed else ""
        row.spot = found
        return self._point(row) if "lon" in self._at and "lat" in self._at else ""

    def _team(self, row: Incoming) -> str:
        village = self._village(row.cells, ABSENT)
        if village is None:
            return _("No village or community of this name is known.")
        row.facts["division"] = village
        return ""

    def _text(self, cells: Sequence[Any], name: str) -> str | Fault:
        if name not in self._at:
            return ""
        index, read, _field = self._at[name]
        value = read(cells[index])
        return value if isinstance(value, Fault) else str(value or "")

    def _village(self, cells: Sequence[Any], told: str) -> str | None:
        """Return the code of the village: of its column, of the address, or of the whole file."""
        name = self._text(cells, "village")
        if isinstance(name, str) and name:
            return self._reading.villages.find(name)
        if told != ABSENT:
            return self._reading.villages.find(told)
        return self._reading.villages.only

    def _spot(self, cells: Sequence[Any]) -> Spot | str | None:
        texts = {name: self._text(cells, name) for name in ("address", *_PARTS)}
        for name, text in texts.items():
            if isinstance(text, Fault):
                return sentence_of(self._at[name][2], text)
        told = {name: str(text) for name, text in texts.items()}
        if self._reading.kind == "team" or not any(told.values()):
            return None
        return self._spot_of(cells, told)

    def _spot_of(self, cells: Sequence[Any], told: Mapping[str, str]) -> Spot | str:
        parts = _parts(told)
        village = self._village(cells, parts.village)
        if village is None:
            return _("No village or community of this name is known.")
        line = line_of(parts)
        if line == ABSENT:
            return _("The address says no more than the village.")
        raw = told["address"] or "".join(told[name] for name in _PARTS)
        own = tuple(getattr(parts, name)[:most] for name, most in _LONGEST)
        return Spot(village, own, line[:200], raw[:240])

    def _point(self, row: Incoming) -> str:
        assert row.spot is not None  # noqa: S101 - called for rows that have one
        pair = []
        for name in ("lon", "lat"):
            index, read, field = self._at[name]
            value = read(row.cells[index])
            if isinstance(value, Fault):
                return sentence_of(field, value)
            pair.append(value)
        spot = row.spot
        if pair[0] is not None and pair[1] is not None:
            row.spot = Spot(spot.division, spot.parts, spot.line, spot.raw, *pair)  # type: ignore[arg-type]
        return ""


_LONGEST = (("street", 60), ("number", 30), ("building", 30), ("unit", 30), ("room", 30))


def _parts(told: Mapping[str, str]) -> Parts:
    """Return the parts of one line, and what columns of their own say better."""
    own = {name: told[name] for name in _PARTS if told[name]}
    whole = parse(told["address"]) if told["address"] else Parts()
    if not own:
        return whole
    columns = normal(Parts(**own))
    better = {name: getattr(columns, name) for name in _PARTS if getattr(columns, name) != ABSENT}
    known = {name: getattr(whole, name) for name in ("village", *_PARTS)}
    return Parts(**{**known, **better})


def to_wgs84(rows: Iterable[Incoming], crs: str) -> None:
    """Convert the points of a chunk of rows from the system the file declares."""
    system = CoordinateSystem(crs)
    spots = list(
        {id(row.spot): row.spot for row in rows if row.spot and row.spot.lon is not None}.values()
    )
    if not spots or system is CoordinateSystem.WGS84:
        return
    lons = np.array([spot.lon for spot in spots], dtype=np.float64)
    lats = np.array([spot.lat for spot in spots], dtype=np.float64)
    for spot, lon, lat in zip(
        spots, *convert(lons, lats, system, CoordinateSystem.WGS84), strict=True
    ):
        spot.lon, spot.lat = float(lon), float(lat)


def is_ghost(cells: Sequence[Any]) -> bool:
    """Say whether a row holds nothing."""
    return not any(cell != "" and cell is not None and str(cell).strip() for cell in cells)


def chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """Yield so many at a time."""
    chunk = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
