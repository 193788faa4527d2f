"""Division codes (6, 9 or 12 digits) and grid codes (15 digits).

A code contains its parents: 430412 is a district, 430412001 a township or street in it,
430412001002 a village or community, and 430412001002007 the seventh grid of that community.
"""

from collections.abc import Iterable
from enum import StrEnum

DISTRICT_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS, GRID_DIGITS = 6, 9, 12, 15
_LAST_SEQUENCE = 999


class Level(StrEnum):
    """The levels of divisions below a city."""

    DISTRICT = "district"
    TOWNSHIP = "township"
    VILLAGE = "village"


class CodeProblem(StrEnum):
    """What can be wrong with a code."""

    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    NO_NUMBER_LEFT = "no_number_left"


class BadCode(ValueError):
    """A code that cannot be one; says what is wrong and with which text."""

    def __init__(self, problem: CodeProblem, text: str) -> None:
        super().__init__(f"{problem}: {text}")
        self.problem, self.text = problem, text


_LEVELS = {
    DISTRICT_DIGITS: Level.DISTRICT,
    TOWNSHIP_DIGITS: Level.TOWNSHIP,
    VILLAGE_DIGITS: Level.VILLAGE,
}
DIGITS_OF = {level: digits for digits, level in _LEVELS.items()}


def division_code(text: str) -> str:
    """Return the code in ``text`` or raise BadCode.

    Twelve digits ending in zeros are the statistical spelling of a shorter code: 430412001000 is
    the township 430412001 and 430412000000 the district 430412.
    """
    code = _digits(text)
    if len(code) == VILLAGE_DIGITS and code.endswith("000"):
        code = code[:TOWNSHIP_DIGITS]
        if code.endswith("000"):
            code = code[:DISTRICT_DIGITS]
    if len(code) not in _LEVELS:
        raise BadCode(CodeProblem.LENGTH, text)
    return code


def grid_code(text: str) -> str:
    """Return the fifteen-digit grid code in ``text`` or raise BadCode."""
    code = _digits(text)
    if len(code) != GRID_DIGITS:
        raise BadCode(CodeProblem.LENGTH, text)
    return code


def level_of(code: str) -> Level:
    """Return the level of a division code that is known to be valid."""
    return _LEVELS[len(code)]


def parent_of(code: str) -> str | None:
    """Return the code one level up (of a grid: its village), None for a district."""
    if len(code) == DISTRICT_DIGITS:
        return None
    return code[:-3]


def next_grid_codes(village: str, taken: set[str], count: int) -> list[str]:
    """Return ``count`` new codes of a village, after the highest code ever used there.

    Codes are never used again, so ``taken`` holds those of closed grids too.
    """
    highest = max((int(code[VILLAGE_DIGITS:]) for code in taken if code[:-3] == village), default=0)
    if highest + count > _LAST_SEQUENCE:
        raise BadCode(CodeProblem.NO_NUMBER_LEFT, village)
    return [f"{village}{number:03d}" for number in range(highest + 1, highest + 1 + count)]


def next_village_codes(township: str, taken: Iterable[str], count: int) -> list[str]:
    """Return ``count`` new codes of villages, after the highest ever used in a township.

    Fewer where the numbers end. ``taken`` holds the codes of dissolved villages too.
    """
    used = (int(code[TOWNSHIP_DIGITS:]) for code in taken if code[:-3] == township)
    after = max(used, default=0) + 1
    return [f"{township}{n:03d}" for n in range(after, min(after + count, _LAST_SEQUENCE + 1))]


def _digits(text: str) -> str:
    code = text.strip().replace(" ", "")
    # isdigit alone would let other scripts' digits through.
    if not (code.isascii() and code.isdigit()):
        raise BadCode(CodeProblem.NOT_DIGITS, text)
    return code
