"""Codes for categories that come by their names alone."""

from collections.abc import Mapping
from itertools import count

from linli.cases.actions.categories import CategoryDraft


def path_codes(drafts: Mapping[str, CategoryDraft]) -> dict[tuple[str, ...], str]:
    """Return the code of each category by the names from the top down to it."""

    def path(code: str) -> tuple[str, ...]:
        draft = drafts[code]
        above = path(draft.parent) if draft.parent in drafts else ()
        return (*above, draft.name)

    return {path(code): code for code in drafts}


def free_code(parent: str, taken: set[str]) -> str:
    """Return the next code under a parent: its own and two digits (three behind 99)."""
    return next(code for n in count(1) if (code := f"{parent}{n:02d}") not in taken)
