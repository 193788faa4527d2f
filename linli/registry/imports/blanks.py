"""Blank forms that somebody sent: read as far as their headers, and nothing else of them kept."""

from dataclasses import dataclass
from itertools import islice

from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable, Book, open_book
from linli.registry.imports.troubles import sentence_of_table
from linli.registry.policies.asking import refuse_bad_file, refuse_columns, refuse_no_header
from linli.registry.rules.blanks import Blank, asks_for_known, asks_for_something, blank_of

_LINES = 12
# With sixty columns each, a page still holds the choices of all.
_MOST_SHEETS = 12


@dataclass(frozen=True)
class BlankBook:
    """The forms of a file, one a sheet, and the names of the sheets that hold none."""

    blanks: tuple[Blank, ...]
    left_out: tuple[str, ...]


def read_blanks(data: bytes, *, to_fill: bool = True) -> BlankBook:
    """Return the forms on the sheets that are shown; Refused with a sentence if none shows one.

    Of several sheets those count that ask for something known: a sheet of explanations has lines
    that look like a header. Where nothing is filled but weighed (``to_fill`` is False), those
    count too that ask for several things or for what may not be collected.
    """
    try:
        with open_book(data) as book:
            found, left_out = _blanks_in(book)
    except BadTable as error:
        raise Refused(refuse_bad_file(sentence_of_table(error))) from error
    if not found:
        raise Refused(refuse_no_header())
    asks = asks_for_known if to_fill else asks_for_something
    known = [one for one in found if asks(one.names)][:_MOST_SHEETS]
    chosen = known or found[:1]
    for blank in chosen:
        if refusal := refuse_columns(blank.names):
            raise Refused(refusal)
    left_out += [one.sheet for one in found if one not in chosen]
    return BlankBook(tuple(chosen), tuple(left_out))


def read_blank(data: bytes) -> Blank:
    """Return the first form of a file, as `read_blanks` does."""
    return read_blanks(data).blanks[0]


def _blanks_in(book: Book) -> tuple[list[Blank], list[str]]:
    found, left_out = [], []
    for sheet in book.sheets:
        lines = list(islice(book.rows(sheet.index), _LINES)) if sheet.is_visible else []
        blank = blank_of(lines, sheet.name) if lines else None
        if blank is not None:
            found.append(blank)
        elif lines or not sheet.is_visible:
            left_out.append(sheet.name)
    return found, left_out
