"""Full width, zero width and stray spaces: what people type without seeing it."""

import re
import unicodedata

from linli.kernel.safe_cells import plain_cell

# Zero-width signs, marks of direction, the byte order mark, the soft hyphen.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_SPACES = re.compile(r"\s+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def tidy(text: str) -> str:
    """Return a text in half width, with single spaces and without signs that nobody sees.

    Rows that came back have an apostrophe before what a spreadsheet would compute: it goes.
    """
    # Letters and digits alone hide nothing, and most cells are no more than that.
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text
    normal = unicodedata.normalize("NFKC", plain_cell(text))
    return _SPACES.sub(" ", _UNSEEN.sub("", _CONTROLS.sub("", normal))).strip()


def folded(text: str) -> str:
    """Return a text as `tidy` does, without any space."""
    return tidy(text).replace(" ", "")
