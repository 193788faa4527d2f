"""The copy of a book gives every cell back as the book gave it."""

import io
from datetime import date, datetime, time, timedelta

import pytest

from linli.kernel.sealed_streams import stream_of
from linli.kernel.sheets import BadTable, CellError, CopiedBook, SheetInfo, copied

CELLS = [
    *("１３９０００００００１", "", 0, 7, 1.5, 1985.0, 1.38e10, True, float("inf"), "a\ud800b"),
    *(date(1904, 1, 2), datetime.fromisoformat("2026-03-01T09:30:00"), time(8, 5)),
    timedelta(days=1, seconds=3),
    *(CellError("#REF!"), CellError("=")),
]


def test_cells_rows_and_sheets_come_back_as_they_were() -> None:
    rows = [(number, [*CELLS, number]) for number in range(3, 1204, 2)]
    shown = SheetInfo(0, "居民", is_visible=True, unkept=((4, "民族"),))
    hidden = SheetInfo(1, "旧", is_visible=False)
    data = b"".join(copied([(shown, 5000, rows), (hidden, 0, ()), (shown, 1, [(9, ["x"])])]))
    with CopiedBook(io.BytesIO(data)) as book:
        assert list(book.rows(0)) == rows
        told = next(iter(book.rows(0)))[1]
        assert [type(cell) for cell in told[:-1]] == [type(cell) for cell in CELLS]
        assert (list(book.rows(1)), list(book.rows(2))) == ([], [(9, ["x"])])
        assert book.sheets == (shown, hidden, SheetInfo(2, "居民", True, ((4, "民族"),)))
        assert (book.height(0), book.height(2), book.is_streamed) == (5000, 1, True)
        book.forget(0)


def test_what_is_made_piece_by_piece_is_read_as_one_and_its_trouble_goes_on() -> None:
    assert stream_of(iter([b"ab", b"", b"cde"])).read() == b"abcde"

    def breaks():  # type: ignore[no-untyped-def]
        yield b"ab"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        stream_of(breaks()).read()


@pytest.mark.parametrize("data", [b"", b"a copy that was made in another way", b"\0" * 64])
def test_a_copy_that_was_made_otherwise_is_no_table(data: bytes) -> None:
    with pytest.raises(BadTable):
        CopiedBook(io.BytesIO(data))
