"""From the cells of a row to its facts: one compiled reader a column, one memory of addresses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from linli.registry.actions.importing.frame import Incoming, Spot
from linli.registry.imports.villages import Villages
from linli.registry.policies.values import label_of
from linli.registry.rules.addresses import ABSENT, Parts, line_of, normal, parse
from linli.registry.rules.cell_columns import ColumnReader, column_reader
from linli.registry.rules.cells import FAULTS, Fault, Reader, reader_for
from linli.registry.rules.dictionary import Field
from linli.territory.rules.coordinates import CoordinateSystem, convert

# Kinds whose records stand at an address; assistance may name one to say who is meant.
NEEDS_ADDRESS = frozenset({"building", "dwelling", "tenancy", "organisation", "school"})
_PARTS = ("street", "number", "building", "unit", "room")
_POINT = ("lon", "lat")
_REMEMBERED = 20_000
_UNKNOWN: Any = object()


def sentence_of(field: Field, fault: Fault) -> str:
    """Say in words why a cell of a field was refused; where words are chosen from, which."""
    sentence = f"{label_of(field)}{_(': ')}{_(FAULTS[fault.code]) % {'shown': fault.shown}}"
    if fault.code != "choice":
        return sentence
    # The first of several words for one value is the one it is called by.
    words: dict[str, str] = {}
    for word, value in field.choices.items():
        if word != value:
            words.setdefault(value, word)
    told = {"sentence": sentence, "words": " / ".join(words.values())}
    return _("%(sentence)s Known here: %(words)s.") % told


@dataclass(frozen=True)
class Reading:
    """How rows of one sheet are read: kind, fields by their columns, and what stands for all."""

    kind: str
    columns: Mapping[int, Field]
    villages: Villages
    crs: str
    required: tuple[Field, ...]
    spots: dict[object, dict[tuple[object, ...], Spot | str | None]]


Line = tuple[int, Sequence[Any]]
Columns = Sequence[Sequence[Any]]
# What is wrong, by the place of a row in its chunk.
Faults = dict[int, list[str]]


class RowReader:
    """Reads rows, a column of many at a time.

    What cannot be read comes back with all that is wrong with it, a sentence a line.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._facts: list[tuple[int, Field, ColumnReader]] = []
        self._at: dict[str, tuple[int, Reader, Field]] = {}
        self._points: list[tuple[int, Field, ColumnReader]] = []
        for index, field in reading.columns.items():
            if field.kind == "address":
                self._at[field.name] = (index, reader_for(field), field)
            else:
                self._facts.append((index, field, column_reader(field)))
        names = tuple(name for name in self._at if name not in _POINT)
        self._place = tuple(self._at[name][0] for name in names)
        if all(name in self._at for name in _POINT):
            told = [self._at[name] for name in _POINT]
            self._points = [(index, field, column_reader(field)) for index, _read, field in told]
        # What other sheets of the file have in the same columns is known already.
        self._spots = reading.spots.setdefault((names, reading.kind == "team"), {})
        self._required = tuple((one.key, one) for one in reading.required)
        self.width = max(reading.columns, default=-1) + 1

    def read(self, chunk: Sequence[Line]) -> tuple[list[Incoming], list[tuple[Incoming, str]]]:
        """Return the rows that could be read, and the others with why they are refused."""
        width = self.width
        whole = [
            cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))]
            for _number, cells in chunk
        ]
        columns: Columns = list(zip(*whole, strict=False))
        told, wrong = self._told(columns, len(whole))
        points, astray = self._pointed(columns)
        keys = zip(*[columns[index] for index in self._place], strict=True)
        places = list(keys) if self._place else [()] * len(whole)
        ready, refused = [], []
        for nth, (number, _cells) in enumerate(chunk):
            row = Incoming(number, told[nth], whole[nth])
            located = self._locate(row, places[nth])
            reasons = [*wrong.get(nth, ()), *([located] if located else [])]
            if points and row.spot is not None:
                row.point = points[nth]
                reasons += astray.get(nth, ())
            if reasons:
                refused.append((row, "\n".join(reasons)))
            else:
                ready.append(row)
        return ready, refused

    def _told(self, columns: Columns, many: int) -> tuple[list[dict[str, Any]], Faults]:
        """Return the facts of each row by their keys, and why some rows are refused."""
        wrong: Faults = {}
        values = [_faultless(one, columns, wrong) for one in self._facts]
        keys = [field.key for _index, field, _read in self._facts]
        rows: Iterable[Any] = zip(*values, strict=True) if values else [()] * many
        told = [
            {key: value for key, value in zip(keys, row, strict=True) if value is not None}
            for row in rows
        ]
        for key, field in self._required:
            sentence = sentence_of(field, Fault("missing", ""))
            for nth, facts in enumerate(told):
                if key not in facts:
                    wrong.setdefault(nth, []).append(sentence)
        return told, wrong

    def _pointed(self, columns: Columns) -> tuple[list[Any], Faults]:
        """Return the point of each row or None, and which rows have a wrong one."""
        if not self._points:
            return [], {}
        astray: Faults = {}
        pairs = zip(*[_faultless(one, columns, astray) for one in self._points], strict=True)
        points = [None if lon is None or lat is None else (lon, lat) for lon, lat in pairs]
        return points if any(points) or astray else [], astray

    def _locate(self, row: Incoming, key: tuple[object, ...]) -> str:
        """Give the row its spot; return why it has none where it needs one."""
        found = self._spots.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            if len(self._spots) > _REMEMBERED:
                self._spots.clear()
            found = self._spots[key] = self._spot(row.cells)
        if found.__class__ is Spot:
            row.spot = found
            return ""
        if found is not None:
            return str(found)
        kind = self._reading.kind
        if kind == "team":
            return self._team(row)
        return _("There is no address in this row.") if kind in NEEDS_ADDRESS else ""

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


def _faultless(
    one: tuple[int, Field, ColumnReader], columns: Columns, wrong: Faults
) -> list[object]:
    """Read a column; remember the sentences of its faults by their rows."""
    index, field, read = one
    values = read(columns[index])
    if Fault in set(map(type, values)):
        for nth, value in enumerate(values):
            if value.__class__ is Fault:
                wrong.setdefault(nth, []).append(sentence_of(field, value))
    return values


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
    placed = [row for row in rows if row.point is not None]
    if not placed or system is CoordinateSystem.WGS84:
        return
    lons, lats = np.array([row.point for row in placed], dtype=np.float64).T
    found = zip(*convert(lons, lats, system, CoordinateSystem.WGS84), strict=True)
    for row, (lon, lat) in zip(placed, found, strict=True):
        row.point = float(lon), float(lat)


def is_ghost(cells: Sequence[Any]) -> bool:
    """Say whether a row holds nothing."""
    return not any(cell != "" and cell is not None and str(cell).strip() for cell in cells)


def chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """Yield so many at a time."""
    while chunk := list(islice(rows, size)):
        yield chunk
