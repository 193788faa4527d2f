"""How large a spreadsheet may be.

A sheet is held in memory as a full rectangle of 24 bytes a cell before its texts; 4,000,000 cells
are 54 columns of 74,000 rows. A text file is streamed, and may have more rows.
"""

MOST_PACKED_BYTES = 48 * 1024 * 1024
MOST_UNPACKED_BYTES = 160 * 1024 * 1024
MOST_SHEETS = 60
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 400_000, 512, 4_000_000
# Texts that many cells share are copied into each.
MOST_TEXT_IN_CELLS = 192 * 1024 * 1024
MOST_TEXT_BYTES, MOST_TEXT_ROWS = 512 * 1024 * 1024, 2_000_000
# A file without a line's end, or a quotation mark that nobody closed.
LONGEST_LINE = LONGEST_ROW = 1 << 20
