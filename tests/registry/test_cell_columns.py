"""A column of cells at a time is read as its cells are read one by one."""

from datetime import date, datetime

import pytest

from linli.kernel.sheets import CellError
from linli.registry.rules import cell_columns
from linli.registry.rules.cell_columns import column_reader
from linli.registry.rules.cells import read_cell
from linli.registry.rules.dictionary import dictionary

CELLS = (
    *("", None, " ", "-", "无", "不详", "张 三", "张三", "John Smith", "John", "样" * 61, "Ａ栋"),
    *("19912345678", "１９９１２３４５６７８", "+86 138 0000 1234", 1.38e10, 13800001234, "#REF!"),
    *(1, True, 1.0, 0, False, 0.0, 1985, 1985.0, "1985年", "是", "否", "常住", "没听过"),
    *(112.7, "27.2", 200.0, -200.0, float("nan"), float("inf"), 45296, "2026-02-30"),
    *(
        date(2026, 1, 2),
        datetime(2026, 1, 2, 3),  # noqa: DTZ001 - as sheets hold them
        CellError("#REF!"),
        "60平方米",
        "祝融街道1号",
    ),
)


@pytest.mark.parametrize("key", sorted(dictionary().fields))
def test_a_column_says_what_each_of_its_cells_says(key: str) -> None:
    field = dictionary().fields[key]
    read = column_reader(field)
    alone = [repr(read_cell(cell, field)) for cell in CELLS]
    assert [repr(value) for value in read(CELLS)] == alone
    # Once more, when the reader may remember what it met.
    assert [repr(value) for value in read(CELLS[::-1])] == alone[::-1]


def test_a_column_of_many_different_cells_is_not_all_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cell_columns, "_REMEMBERED", 3)
    read = column_reader(dictionary().fields["resident.birth_year"])
    assert read([1990, 1991]) == [1990, 1991]
    assert read([1992, 1990, 1993]) == [1992, 1990, 1993]
