"""One cell of a spreadsheet as the fact it stands for, or why it cannot be read.

A cell is refused, never guessed: a telephone number that a spreadsheet rounded to ``1.38E+10``
is gone. A reader is made once a column and costs about a microsecond an easy cell.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from math import isfinite

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from linli.kernel.sheets import CellError
from linli.registry.rules.dates import date_of
from linli.registry.rules.dictionary import CellType, Field
from linli.registry.rules.faults import FAULTS, Fault, shown
from linli.registry.rules.signs import folded, tidy

__all__ = ["FAULTS", "Fault", "Reader", "read_cell", "reader_for", "shown"]

Reader = Callable[[object], object]
_LONGEST_TEXT, LONGEST_NAME = 200, 60
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
# What people write where nothing is known. "无" alone is a word: an absent part, or no.
NOTHING = frozenset({"", "-", "--", "—", "——", "/", "\\", "N/A", "NULL", "空", "不详", "未知"})
_YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "对", "已", "1", "Y", "YES", "TRUE", "T", "有的"})
_NO = frozenset(
    {"否", "无", "没有", "×", "✗", "✘", "☒", "X", "不", "未", "0", "N", "NO", "FALSE", "F"}
)
# Errors that a spreadsheet saved as text.
_ERRORS = frozenset(["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"])
# ="138..." and '138... are how people keep a number from being one.
_FORCED = re.compile(r"=\"([^\"=]*)\"|'(\w.*)")
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:\.\d+)?E[+-]?\d+", re.IGNORECASE)
# A mobile, a landline with or without its area code, a number of a service centre.
# Numbers that begin with 100 and have eleven digits belong to nobody: examples have them.
_TELEPHONE = re.compile(
    r"(?:\+?(?:00)?86)?(1[3-9]\d{9}|100\d{8}|0\d{2,3}[2-9]\d{6,7}|[2-9]\d{6,7}|[48]00\d{7})"
)
_SEPARATORS = re.compile(r"[\s\-()·.]+")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_YEAR = re.compile(r"(\d{4})年?")
_COUNT_UNITS = ("人", "名", "个", "户", "间", "层", "位")
_SURFACE_UNITS = ("平方米", "平米", "㎡", "M2", "M²", "平方", "平")
# A name begins with a letter and has no digits.
_NAME = re.compile(r"[^\W\d_][^\d]*")


def _refused(code: str, cell: object) -> Fault:
    return Fault(code, shown(cell))


def _as_text(cell: object) -> str | None:
    """Return what stands in a cell as text without stray signs; None where it is no text."""
    if isinstance(cell, str):
        return tidy(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    if isinstance(cell, float) and not cell.is_integer():
        return repr(cell)
    return str(int(cell))


def _whole(cell: object) -> str | None:
    """Return the digits of a number that stands for digits; None where some may be lost."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    # A float holds 15 decimal digits for certain.
    whole = isinstance(cell, int) or (isfinite(cell) and cell.is_integer() and abs(cell) < 1e15)
    return str(int(cell)) if whole else None


def read_text(cell: object, longest: int = _LONGEST_TEXT) -> object:
    """Read words; a number is the words of its digits."""
    text = _as_text(cell)
    if text is None:
        return _refused("not_text", cell)
    if text in NOTHING:
        return None
    return text if len(text) <= longest else _refused("too_long", cell)


def read_name(cell: object) -> object:
    """Read the name of a person: it has letters, and no digits."""
    text = read_text(cell, LONGEST_NAME)
    if not isinstance(text, str) or not text:
        return text
    if not text.isalpha() and not _NAME.fullmatch(text):
        return _refused("name", cell)
    # 张 三 was spread for the eye; John Smith was not.
    return text if text.isascii() else text.replace(" ", "")


def _digits(cell: object, rounded: str, wrong: str) -> str | Fault | None:
    """Return the signs of a number that people type; a fault where signs were lost."""
    if not isinstance(cell, str):
        whole = _whole(cell)
        if whole is not None:
            return whole
        return _refused(rounded if type(cell) in (int, float) else wrong, cell)
    text = folded(cell)
    if forced := _FORCED.fullmatch(text):
        text = forced[1] or forced[2] or ""
    if text in NOTHING or text == "无":
        return None
    if _SCIENTIFIC.fullmatch(text):
        return _refused(rounded, cell)
    # A column that was a number once may have been saved as text with its ".0".
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def read_telephone(cell: object) -> object:
    """Read a mobile or landline number as digits without the country's code."""
    if type(cell) is str and len(cell) == 11 and cell.isascii() and cell.isdigit():  # noqa: SIM102
        if cell[0] == "1" and cell[1] > "2":
            return cell
    text = _digits(cell, "telephone_rounded", "telephone")
    if not isinstance(text, str):
        return text
    found = _TELEPHONE.fullmatch(_SEPARATORS.sub("", text))
    return found[1] if found else _refused("telephone", cell)


def read_identity(cell: object) -> object:
    """Read an identity number of 18 signs whose check digit is right."""
    if type(cell) in (int, float) and cell >= 1e15:  # type: ignore[operator]
        return _refused("identity_rounded", cell)
    text = _digits(cell, "identity_rounded", "identity")
    if not isinstance(text, str):
        return text
    number = _SEPARATORS.sub("", text).upper()
    return number if _is_identity(number) else _refused("identity", cell)


@lru_cache(maxsize=8192)
def _is_place(code: str, year: str) -> bool:
    """Return whether a place was one in a year; looking it up takes longest."""
    try:
        ric.get_birth_place(f"{code}{year}01010000")
    except ValidationError:
        return False
    return True


def _is_identity(number: str) -> bool:
    """Return what ``ric.is_valid`` does, with the places remembered."""
    if len(number) != 18 or not (number.isascii() and number[:17].isdigit()):
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return number[17] == ric.calc_check_digit(number) and _is_place(number[:6], number[6:10])


def read_credit_code(cell: object) -> object:
    """Read a unified social credit code of 18 signs whose check sign is right."""
    text = _digits(cell, "credit_code_rounded", "credit_code")
    if not isinstance(text, str):
        return text
    try:
        return str(uscc.validate(_SEPARATORS.sub("", text)))
    except ValidationError:
        return _refused("credit_code", cell)


def _empty(cell: object) -> bool:
    return isinstance(cell, str) and folded(cell) in NOTHING


def read_date(cell: object) -> object:
    """Read a day, however it was spelled."""
    if _empty(cell):
        return None
    found = date_of(cell)
    if found is None:
        return _refused("date", cell)
    likely = _FIRST_YEAR <= found.year <= _LAST_YEAR
    return found if likely else _refused("date_unlikely", cell)


def read_year(cell: object) -> object:
    """Read a year from a year or from a date."""
    if _empty(cell):
        return None
    text = _as_text(cell)
    found = _YEAR.fullmatch(folded(text)) if text else None
    year = int(found[1]) if found else getattr(date_of(cell), "year", None)
    if year is None:
        return _refused("year", cell)
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else _refused("year_unlikely", cell)


def _number(cell: object, units: tuple[str, ...]) -> float | None:
    """Return a number, typed as such or as text, with or without its unit."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    if not isinstance(cell, str):
        return float(cell)
    text = folded(cell).replace(",", "").upper()
    for unit in units:
        text = text.removesuffix(unit)
    return float(text) if _NUMBER.fullmatch(text) else None


def read_count(cell: object) -> object:
    """Read a whole number from 0 to 100,000."""
    if type(cell) is int and 0 <= cell <= 100_000:
        return cell
    if _empty(cell):
        return None
    number = _number(cell, _COUNT_UNITS)
    if number is None or not number.is_integer() or not 0 <= number <= 100_000:
        return _refused("count", cell)
    return int(number)


def read_surface(cell: object) -> object:
    """Read a surface in square metres, more than 0 and at most 1,000,000."""
    if _empty(cell):
        return None
    number = _number(cell, _SURFACE_UNITS)
    return number if number and 0 < number <= 1_000_000 else _refused("surface", cell)


def read_point(cell: object) -> object:
    """Read a longitude or latitude in degrees."""
    if _empty(cell):
        return None
    number = _number(cell, ("°",))
    return number if number is not None and -180 <= number <= 180 else _refused("point", cell)


def read_yes_no(cell: object) -> object:
    """Read yes or no in the words and signs people use."""
    if isinstance(cell, bool):
        return cell
    text = folded(_as_text(cell) or "").upper()
    if text in _YES:
        return True
    if text in _NO:
        return False
    return None if _empty(cell) else _refused("yes_no", cell)


def _read_choice(words: Mapping[str, str], cell: object) -> object:
    text = _as_text(cell)
    if text is None:
        return _refused("choice", cell)
    if text in NOTHING:
        return None
    value = words.get(folded(text).casefold())
    return value if value is not None else _refused("choice", cell)


_READERS: Mapping[CellType, Reader] = {
    CellType.TEXT: read_text,
    CellType.NAME: read_name,
    CellType.TELEPHONE: read_telephone,
    CellType.IDENTITY: read_identity,
    CellType.YEAR: read_year,
    CellType.DATE: read_date,
    CellType.COUNT: read_count,
    CellType.SURFACE: read_surface,
    CellType.YES_NO: read_yes_no,
    CellType.ADDRESS: read_text,
    CellType.CREDIT_CODE: read_credit_code,
    CellType.POINT: read_point,
}


def reader_for(field: Field) -> Reader:
    """Return what reads the cells of a column: a value, None where empty, or a `Fault`.

    Values: text, name, address, telephone, identity, credit code: str; year, count: int; surface,
    point: float; date: date; yes/no: bool; choice: the stored value.
    """
    if field.type is CellType.CHOICE:
        words = {folded(word).casefold(): value for word, value in field.choices.items()}
        read: Reader = partial(_read_choice, words)
    else:
        read = _READERS[field.type]

    def read_or_refuse(cell: object) -> object:
        if cell is None or cell == "":
            return None
        if type(cell) is CellError or cell in _ERRORS:
            return _refused("not_computed" if cell == "=" else "error_cell", cell)
        return read(cell)

    return read_or_refuse


def read_cell(cell: object, field: Field) -> object:
    """Read one cell; for many of a column make the reader once with `reader_for`."""
    return reader_for(field)(cell)
