"""Spreadsheets of any size and habit, as rows of native cells.

`open_book` looks at a file before anything reads it, and raises `BadTable` where it would cost
too much, is locked, holds macros or is no table. `Book.rows` then streams (row number, cells):
text, whole or broken numbers, dates, times, booleans, and `CellError`; an empty cell is ``""``.
"""

from linli.kernel.sheets.books import Book, SheetInfo, open_book
from linli.kernel.sheets.cells import Cell, CellError
from linli.kernel.sheets.copies import ROWS_IN_PIECE, CopiedBook, copied
from linli.kernel.tables import BadTable, TableProblem

__all__ = [
    "ROWS_IN_PIECE",
    "BadTable",
    "Book",
    "Cell",
    "CellError",
    "CopiedBook",
    "SheetInfo",
    "TableProblem",
    "copied",
    "open_book",
]
