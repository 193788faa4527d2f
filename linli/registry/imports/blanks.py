"""A blank form that somebody sent: read as far as its header, and nothing of it kept."""

from collections.abc import Sequence
from itertools import islice

from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable, open_book
from linli.registry.imports.background import sentence_of
from linli.registry.policies.asking import refuse_bad_file, refuse_columns, refuse_no_header
from linli.registry.rules.blanks import Blank, blank_of
from linli.registry.rules.headers import Line

_LINES = 12


def read_blank(data: bytes) -> Blank:
    """Return the form on the first sheet that shows one; Refused with a sentence if none does."""
    try:
        with open_book(data) as book:
            for sheet in book.sheets:
                blank = _blank_in(list(islice(book.rows(sheet.index), _LINES)), sheet.is_visible)
                if blank is not None:
                    break
            else:
                raise Refused(refuse_no_header())
    except BadTable as error:
        raise Refused(refuse_bad_file(sentence_of(error))) from error
    if refusal := refuse_columns(blank.names):
        raise Refused(refusal)
    return blank


def _blank_in(lines: Sequence[Line], is_visible: bool) -> Blank | None:
    return blank_of(lines) if is_visible and lines else None
