"""The limits of everything that is parsed: files, pages, captures, imports, two texts.

One table for readers and importers, on the command line, on the page and in the library. Each limit
is checked before the memory is taken. ``docs/reference/limits.md`` lists them, with reasons; a test
compares the two. The setting ``max_mb`` limits the bytes of a single file or page.
"""

# -- archives --------------------------------------------------------------------------------------

UNPACKED_TIMES = 3
"""Bytes of an unpacked Office file or book, as a multiple of ``max_mb``."""

ARCHIVE_TIMES, ARCHIVE_LEAST = 200, 200_000_000
"""Bytes of an unpacked ``.zip`` or ``.gz``: this multiple of its size, or 200 MB if more."""

ARCHIVE_MOST = 4 << 30
"""Bytes of an unpacked import, however large the archive is."""

MOST_MEMBERS = 200_000
"""Files in a ZIP of pages."""

MOST_PARTS = 2_000
"""Files in an Office file or book."""

# -- documents -------------------------------------------------------------------------------------

MOST_PARAGRAPHS = 50_000
"""Paragraphs of a document; a briefing of a day has some hundreds."""

MOST_CHARACTERS = 20_000_000
"""Characters of the cells of a workbook, or of a briefing that is imported.

Cells can share one text, so a small workbook can show any number of them.
"""

MOST_XML_ELEMENTS = 500_000
"""Elements of one part of an Office file or book; a long report has 100,000."""

LARGEST_XML_PART = 60_000_000
"""Bytes of one part of an Office file or book that is XML."""

LONGEST_LABEL = 100
"""Characters of the number of a list item in Word; a longer one is left out."""

MOST_MARKDOWN = 2_000_000
"""Characters of a Markdown file: several days of conferences."""

MOST_MARKS = 50_000
"""Marks of a Markdown file, such as stars and brackets; each takes up to 0.1 ms."""

MOST_PDF_PAGES = 2_000
"""Pages of a PDF that are read."""

MOST_DRAWN = 8_000_000
"""Bytes of the drawing commands of a PDF page; a page of text has 10 kB."""

DRAWN_TIMES, DRAWN_LEAST = 20, 4_000_000
"""Bytes of all drawing commands of a PDF: this multiple of its size, or 4 MB if that is more.

Those of forms count as often as they are drawn.
"""

# -- web pages -------------------------------------------------------------------------------------

MOST_ATTRIBUTES = 500
"""Attributes of an element of a web page; pages have under fifty."""

MOST_ELEMENTS = 200_000
"""Elements of a web page; long pages have 10,000."""

# -- tables ----------------------------------------------------------------------------------------

MOST_ROWS = 50_000
"""Rows of a table that is read as a document; translation memories go through ``align import``."""

MOST_CELLS = 500_000
"""Cells of a workbook that is read as a document; a table has some thousands."""

SHEET_ELEMENTS_TIMES, SHEET_ELEMENTS_LEAST = 4, 2_000_000
"""XML elements of the sheets of a workbook: this multiple of its size, or 2,000,000 if more."""

SHEET_ROWS = 1_048_576
"""Rows of a sheet, as spreadsheets have them; the largest row number."""

SHEET_COLUMNS = 16_384
"""Cells of a row of a sheet, as spreadsheets have them."""

MOST_COLUMNS = 200
"""Columns of a table up to the last that has a value."""

MOST_SHARED = 100_000_000
"""Bytes of the shared texts of a workbook that is imported, which are in memory."""

# -- captures --------------------------------------------------------------------------------------

LONGEST_HEADER_LINE = 1 << 16
"""Bytes of a header line in a WARC archive or a saved page."""

MOST_HEADER_LINES = 500
"""Header lines of a record of a WARC archive, and of the answer in it."""

LARGEST_PAGE = 32 << 20
"""Bytes of a page of an archive, unpacked."""

# -- imports ---------------------------------------------------------------------------------------

LONGEST_LINE = 8_000_000
"""Bytes of a line of an imported file, or of a unit of TMX or XLIFF with all that is in it."""

LONGEST_TEXT = 1_000_000
"""Characters of a text of an imported bead."""

MOST_UNPACKED = 100
"""Characters of text for each byte of an imported file, past the :data:`MOST_CHARACTERS` first."""

# -- a process that parses and aligns for the page (align.sources.processes) ----------------------

APART_MEMORY = 1_000_000_000
"""Bytes of memory that a process may take to parse or align what was uploaded or fetched."""

APART_SECONDS = 10.0
"""Seconds that reading an uploaded or fetched megabyte may take without a sign of progress."""

ALIGN_SECONDS = 120.0
"""Seconds that aligning a megabyte of both texts may take with the built-in encoder."""

OTHER_ENCODERS = 20
"""How many times as long aligning may take with another encoder."""


def archive_budget(packed: int) -> int:
    """Return how many bytes an archive of this size may unpack to."""
    return max(ARCHIVE_LEAST, ARCHIVE_TIMES * packed)


def drawing_budget(packed: int) -> int:
    """Return how many bytes of drawing commands a PDF of this size may have."""
    return max(DRAWN_LEAST, DRAWN_TIMES * packed)


def sheet_budget(packed: int) -> int:
    """Return how many XML elements the sheets of a workbook of this size may have."""
    return max(SHEET_ELEMENTS_LEAST, SHEET_ELEMENTS_TIMES * packed)
