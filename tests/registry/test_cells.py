"""Each kind of cell in every habit: a value, nothing, or a reason."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from linli.kernel.sheets import CellError
from linli.registry.rules.cells import FAULTS, Fault, read_cell, reader_for, shown
from linli.registry.rules.dictionary import CellType, Field, dictionary
from linli.registry.rules.signs import folded, tidy

FIELDS = dictionary().fields


def field(kind: CellType) -> Field:
    return next(one for one in FIELDS.values() if one.type is kind)


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


NAME, TELEPHONE, TEXT = CellType.NAME, CellType.TELEPHONE, CellType.TEXT
IDENTITY, CREDIT, YEAR, DAY = CellType.IDENTITY, CellType.CREDIT_CODE, CellType.YEAR, CellType.DATE
COUNT, SURFACE, POINT, YES_NO = CellType.COUNT, CellType.SURFACE, CellType.POINT, CellType.YES_NO
MOMENT = datetime(2024, 1, 5, 8, 30)  # noqa: DTZ001 - spreadsheets have no zones


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (TEXT, " 金沙\u200b  小区\u3000", "金沙 小区"),
        (TEXT, 12.0, "12"),
        (TEXT, 12, "12"),
        (TEXT, 1.5, "1.5"),
        (TEXT, "不详", None),
        (NAME, "张三", "张三"),
        (NAME, "张　三", "张三"),
        (NAME, "John Smith", "John Smith"),
        (NAME, "阿依古丽·买买提", "阿依古丽·买买提"),
        (NAME, " ", None),
        (TELEPHONE, "13800138000", "13800138000"),
        (TELEPHONE, 13800138000.0, "13800138000"),
        (TELEPHONE, 13800138000, "13800138000"),
        (TELEPHONE, wide("138 0013 8000"), "13800138000"),
        (TELEPHONE, "+86 138-0013-8000", "13800138000"),
        (TELEPHONE, "13800138000.0", "13800138000"),
        (TELEPHONE, '="13800138000"', "13800138000"),
        (TELEPHONE, "'13800138000", "13800138000"),
        (TELEPHONE, "（0734）5661234", "07345661234"),
        (TELEPHONE, "5661234", "5661234"),
        (TELEPHONE, "无", None),
        (IDENTITY, "11010519491231002x", "11010519491231002X"),
        (IDENTITY, wide("11010519491231002X"), "11010519491231002X"),
        (IDENTITY, "", None),
        (IDENTITY, "/", None),
        (CREDIT, "914304123A1D2CUR40", "914304123A1D2CUR40"),
        (CREDIT, " 914304123a1d2cur40 ", "914304123A1D2CUR40"),
        (CREDIT, "—", None),
        (YEAR, 1980.0, 1980),
        (YEAR, 1980, 1980),
        (YEAR, "1980年", 1980),
        (YEAR, date(1980, 5, 1), 1980),
        (YEAR, "1980-05-01", 1980),
        (YEAR, "1980年5月", 1980),
        (YEAR, "19800501", 1980),
        (YEAR, "-", None),
        (DAY, date(2024, 1, 5), date(2024, 1, 5)),
        (DAY, MOMENT, date(2024, 1, 5)),
        (DAY, "2024/1/5", date(2024, 1, 5)),
        (DAY, "2024.01.05", date(2024, 1, 5)),
        (DAY, "2024年1月5日", date(2024, 1, 5)),
        (DAY, "2024-01-05 08:30:00", date(2024, 1, 5)),
        (DAY, "20240105", date(2024, 1, 5)),
        (DAY, 20240105.0, date(2024, 1, 5)),
        (DAY, "45296", date(2024, 1, 5)),
        (DAY, 45296.0, date(2024, 1, 5)),
        (DAY, 45296.75, date(2024, 1, 5)),
        (DAY, "2024年1月", date(2024, 1, 1)),
        (DAY, " ", None),
        (COUNT, 3.0, 3),
        (COUNT, 3, 3),
        (COUNT, "３人", 3),
        (COUNT, "1,200", 1200),
        (COUNT, " ", None),
        (SURFACE, "88.5㎡", 88.5),
        (SURFACE, 88.5, 88.5),
        (SURFACE, "—", None),
        (POINT, "112.734", 112.734),
        (POINT, 112.734, 112.734),
        (POINT, " ", None),
        (YES_NO, "有", True),
        (YES_NO, "√", True),
        (YES_NO, 1.0, True),
        (YES_NO, True, True),
        (YES_NO, "无", False),
        (YES_NO, "×", False),
        (YES_NO, "no", False),
        (YES_NO, "不详", None),
    ],
)
def test_cells_are_read_in_every_habit(kind: CellType, cell: Any, value: object) -> None:
    assert read_cell(cell, field(kind)) == value


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        (TEXT, True, "not_text"),
        (TEXT, date(2024, 1, 5), "not_text"),
        (TEXT, "长" * 201, "too_long"),
        (NAME, "13800138000", "name"),
        (NAME, "张3", "name"),
        (NAME, "***", "name"),
        (TELEPHONE, "1.38E+10", "telephone_rounded"),
        (TELEPHONE, 1.380013800012e25, "telephone_rounded"),
        (TELEPHONE, 13800138000.5, "telephone_rounded"),
        (TELEPHONE, True, "telephone"),
        (TELEPHONE, date(2024, 1, 5), "telephone"),
        (TELEPHONE, "12345", "telephone"),
        (TELEPHONE, "12800138000", "telephone"),
        (TELEPHONE, "138001380001", "telephone"),
        (IDENTITY, 110105194912310000.0, "identity_rounded"),
        (IDENTITY, "1.10105E+17", "identity_rounded"),
        (IDENTITY, "110105194912310021", "identity"),
        (IDENTITY, "11010519491331002X", "identity"),
        (IDENTITY, "00010519491231002X", "identity"),
        (IDENTITY, "1101051949123100X2", "identity"),
        (IDENTITY, 12.0, "identity"),
        (CREDIT, 9.1430412e17, "credit_code_rounded"),
        (CREDIT, "914304123A1D2CUR41", "credit_code"),
        (YEAR, "八零年", "year"),
        (YEAR, True, "year"),
        (YEAR, 1823.0, "year_unlikely"),
        (YEAR, "2999", "year_unlikely"),
        (DAY, "2024/2/30", "date"),
        (DAY, "明天", "date"),
        (DAY, True, "date"),
        (DAY, 5.5, "date"),
        (DAY, float("inf"), "date"),
        (DAY, float("nan"), "date"),
        (DAY, "1024/1/5", "date_unlikely"),
        (COUNT, "许多", "count"),
        (COUNT, -1, "count"),
        (COUNT, 1.5, "count"),
        (COUNT, True, "count"),
        (COUNT, 100_001, "count"),
        (SURFACE, "0", "surface"),
        (SURFACE, "大", "surface"),
        (POINT, 181, "point"),
        (POINT, "东", "point"),
        (YES_NO, "也许", "yes_no"),
        (YES_NO, date(2024, 1, 5), "yes_no"),
        (CellType.CHOICE, "火星", "choice"),
        (CellType.CHOICE, True, "choice"),
    ],
)
def test_cells_that_cannot_be_read_are_refused_and_not_guessed(
    kind: CellType, cell: Any, code: str
) -> None:
    fault = read_cell(cell, field(kind))
    assert isinstance(fault, Fault)
    assert fault.code == code
    assert FAULTS[code] % {"shown": fault.shown}


def test_a_choice_is_known_by_all_its_words() -> None:
    read = reader_for(FIELDS["resident.residence"])
    assert [read(word) for word in ("常住", " 户 籍 ", "流动人口", "INCOMING", "", "-")] == [
        *("registered", Fault("choice", "户 籍"), "incoming", "incoming", None, None)
    ]


def test_an_error_is_refused_whatever_the_column_and_an_empty_cell_is_nothing() -> None:
    for one in FIELDS.values():
        read = reader_for(one)
        assert read(CellError("#REF!")) == Fault("error_cell", "#REF!")
        assert read(CellError("=")) == Fault("not_computed", "=")
        assert read("#N/A") == Fault("error_cell", "#N/A")
        assert read("") is None
        assert read(None) is None


def test_a_fault_shows_a_cell_as_people_see_it() -> None:
    assert shown(13800138000.0) == "13800138000"
    assert shown(1.38e25) == "1.38e+25"
    assert shown(datetime(2024, 1, 5)) == "2024-01-05"  # noqa: DTZ001
    assert len(shown("x" * 500)) == 80


@given(st.dates(date(1930, 1, 1), date(2020, 1, 1)), st.integers(0, 999))
def test_identity_numbers_are_those_that_stdnum_knows(day: date, sequence: int) -> None:
    body = f"430412{day:%Y%m%d}{sequence:03d}"
    for sign in "0123456789X":
        number = body + sign
        is_read = read_cell(number, field(IDENTITY)) == number
        assert is_read == ric.is_valid(number)


@given(st.dates(date(1960, 1, 1), date(2099, 1, 1)))
def test_a_day_is_the_same_in_every_spelling(day: date) -> None:
    spellings: list[object] = [
        *(day, day.isoformat(), f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}"),
        *(f"{day.year}年{day.month}月{day.day}日", wide(day.isoformat())),
        (day - date(1899, 12, 30)).days,
    ]
    assert {read_cell(one, field(DAY)) for one in spellings} == {day}


@given(st.sampled_from(sorted(FIELDS)), st.text() | st.floats() | st.integers() | st.booleans())
def test_no_cell_breaks_a_reader(key: str, cell: object) -> None:
    value = read_cell(cell, FIELDS[key])
    if isinstance(value, Fault):
        assert FAULTS[value.code] % {"shown": value.shown}


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert " " not in folded(text)


def test_every_reason_is_a_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in FAULTS.values())
