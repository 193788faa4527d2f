"""Why a cell is refused: a code, and the sentence that a door translates and shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_LONGEST_SHOWN = 80


def N_(sentence: str) -> str:  # noqa: N802 - the usual name of gettext's mark
    """Mark a sentence for translation; whoever shows it translates it."""
    return sentence


@dataclass(frozen=True)
class Fault:
    """Why a cell was refused: a code of `FAULTS`, and the cell as it was shown."""

    code: str
    shown: str


# %(shown)s is the cell as it stands in the file.
FAULTS: Mapping[str, str] = {
    "missing": N_("This cell may not be empty."),
    "error_cell": N_("The cell holds the error %(shown)s instead of a value."),
    "not_computed": N_(
        "The cell holds a formula that was never computed; save the file once more."
    ),
    "not_text": N_("“%(shown)s” is a date or a yes/no value where words were expected."),
    "too_long": N_("The text is too long: “%(shown)s”."),
    "name": N_("“%(shown)s” is not a name."),
    "telephone_rounded": N_(
        "The spreadsheet rounded the telephone number to %(shown)s. Format the column as text and "
        "type the number again."
    ),
    "telephone": N_("“%(shown)s” is not a telephone number."),
    "identity_rounded": N_(
        "The spreadsheet rounded the identity number to %(shown)s. Format the column as text and "
        "type the number again."
    ),
    "identity": N_("“%(shown)s” is not a valid identity number; compare its digits."),
    "credit_code": N_("“%(shown)s” is not a valid credit code; compare its letters and digits."),
    "credit_code_rounded": N_(
        "The spreadsheet rounded the credit code to %(shown)s. Format the column as text and type "
        "the code again."
    ),
    "year": N_("“%(shown)s” is not a year."),
    "year_unlikely": N_("The year of “%(shown)s” cannot be right."),
    "date": N_("“%(shown)s” is not a date."),
    "date_unlikely": N_("The date “%(shown)s” cannot be right."),
    "count": N_("“%(shown)s” is not a whole number from 0 to 100,000."),
    "surface": N_("“%(shown)s” is not a surface in square metres."),
    "yes_no": N_("“%(shown)s” says neither yes nor no."),
    "choice": N_("“%(shown)s” is none of the words known here."),
    "point": N_("“%(shown)s” is not a coordinate in degrees."),
}


def shown(cell: object) -> str:
    """Return a cell as a person sees it, at most 80 signs."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.hour == cell.minute == cell.second == 0:
        return cell.date().isoformat()
    text = str(cell).strip()
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
