"""Cells that no spreadsheet runs: a text that begins like a formula gets an apostrophe."""

import re

# What no .xlsx may hold: as openpyxl has it, which takes megabytes to ask.
_ILLEGAL = re.compile(r"[\000-\010\013\014\016-\037]")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Return a text that a spreadsheet shows and does not compute."""
    shown = f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
    return _ILLEGAL.sub("", shown)


def plain_cell(text: str) -> str:
    """Return what `safe_cell` was given; an import reads exported cells as they were."""
    inner = text[1:]
    return inner if text.startswith("'") and inner.startswith(_STARTS_A_FORMULA) else text
