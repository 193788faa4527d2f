"""A column of cells at a time: what is plain is seen at a glance, the rest goes to its reader.

A column reader returns for each cell what `cells.reader_for` returns for it.
"""

from collections.abc import Callable, Sequence
from unicodedata import is_normalized

from linli.registry.rules.cells import LONGEST_NAME, NOTHING, Reader, reader_for
from linli.registry.rules.dictionary import CellType, Field

ColumnReader = Callable[[Sequence[object]], list[object]]
_REMEMBERED = 20_000
# Facts of few values: the same cell is read once.
_FEW = frozenset(
    {
        *(CellType.CHOICE, CellType.YEAR, CellType.YES_NO, CellType.COUNT, CellType.DATE),
        CellType.SURFACE,
    }
)


def _remembering(read: Reader) -> ColumnReader:
    # 1 and True are one key: their types part them.
    known: dict[tuple[type, object], object] = {}

    def column(cells: Sequence[object]) -> list[object]:
        keys = list(zip(map(type, cells), cells, strict=True))
        missing = set(keys).difference(known)
        if len(known) + len(missing) > _REMEMBERED:
            known.clear()
            missing = set(keys)
        for key in missing:
            known[key] = read(key[1])
        return list(map(known.__getitem__, keys))

    return column


def _names(read: Reader) -> ColumnReader:
    def column(cells: Sequence[object]) -> list[object]:
        return [
            cell
            if cell.__class__ is str
            and cell.isalpha()
            and cell not in NOTHING
            and len(cell) <= LONGEST_NAME
            and is_normalized("NFKC", cell)
            else read(cell)
            for cell in cells
        ]

    return column


def _points(read: Reader) -> ColumnReader:
    def column(cells: Sequence[object]) -> list[object]:
        return [
            cell if cell.__class__ is float and -180.0 <= cell <= 180.0 else read(cell)
            for cell in cells
        ]

    return column


def _each(read: Reader) -> ColumnReader:
    def column(cells: Sequence[object]) -> list[object]:
        return [read(cell) for cell in cells]

    return column


_QUICK = {CellType.NAME: _names, CellType.POINT: _points}


def column_reader(field: Field) -> ColumnReader:
    """Return what reads the cells of a column, one after another; it may remember some."""
    made = _remembering if field.type in _FEW else _QUICK.get(field.type, _each)
    return made(reader_for(field))
