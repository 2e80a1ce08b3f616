"""Compare libraries that read Word files with our reader, one construct at a time.

    pip install mammoth docx2python docx2txt python-docx markitdown[docx] pypandoc_binary
    python -m benchmarks.word_readers

Each construct has words to be read (READ) and words to be skipped (SKIP). For each library the
program prints the constructs with a lost, repeated or wrongly read word. Libraries that are not
installed are skipped.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "helpers"), str(ROOT)]

from office_files import (  # type: ignore[import-not-found] # noqa: E402 # a helper of the tests
    control,
    deleted,
    field,
    inserted,
    paragraph,
    run,
    text_box,
    wrap,
    write_docx,
)

from align.sources import readers  # noqa: E402

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SMART_TAG = '<w:smartTag w:uri="u" w:element="place">{}</w:smartTag>'
MOVED = (
    f'<w:moveFrom w:id="3" w:author="A">{run("SKIP")}</w:moveFrom>',
    f'<w:moveTo w:id="4" w:author="A">{run("READ")}</w:moveTo>',
)
NOTE = '<w:r><w:{}Reference w:id="2"/></w:r>'
CELL = "<w:tc><w:tcPr/>{}</w:tc>"


def table(*cells: str) -> str:
    """Return a table of one row."""
    row = "".join(CELL.format(cell) for cell in cells)
    return f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{row}</w:tr></w:tbl>"


LISTED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
NUMBERS = wrap(
    "numbering",
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="READ%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
)
CONSTRUCTS = {
    "plain text": paragraph("READ"),
    "tracked insertion": paragraph(inserted("READ")),
    "tracked deletion": paragraph(run("READ") + deleted("SKIP")),
    "moved passage": "".join(map(paragraph, MOVED)),
    "content control around paragraphs": control(paragraph("READ")),
    "content control in a paragraph": paragraph(control(run("READ"))),
    "smart tag": paragraph(SMART_TAG.format(run("READ"))),
    "text box": paragraph(text_box("READ")),
    "simple field": paragraph(f'<w:fldSimple w:instr="DATE">{run("READ")}</w:fldSimple>'),
    "complex field": paragraph(field("QUOTE SKIP", "READ")),
    "footnote": paragraph(run("READ") + NOTE.format("footnote")),
    "endnote": paragraph(run("READ") + NOTE.format("endnote")),
    "comment": paragraph(run("READ") + '<w:r><w:commentReference w:id="2"/></w:r>'),
    "header": paragraph("READ"),
    "hidden text": paragraph(run("READ") + run("SKIP", "<w:vanish/>")),
    "nested table": table(table(paragraph("READ")) + paragraph("READ")),
    "list number": paragraph("lamp", LISTED),
    "line break": paragraph("<w:r><w:t>READ</w:t><w:br/><w:t>READ</w:t></w:r>"),
    "formula": paragraph("<m:oMath><m:r><m:t>READ</m:t></m:r></m:oMath>"),
    "ruby": paragraph(
        f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('SKIP')}</w:rt>"
        f"<w:rubyBase>{run('READ')}</w:rubyBase></w:ruby></w:r>"
    ),
}


def write_note(kind: str, name: str) -> str:
    """Return the part with a note; a comment is to be skipped, a footnote may be text."""
    text = "SKIP" if name == "comment" else "A note."
    return str(wrap(kind, f'<w:{name} w:id="2">{paragraph(text)}</w:{name}>'))


def write_links() -> str:
    """Return the relationships of a document with all parts."""
    links = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{name}" Target="{name}.xml"/>'
        for number, name in enumerate(("footnotes", "endnotes", "comments", "numbering"))
    )
    kind = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{kind}">{links}</Relationships>'


def make_parts(construct: str) -> dict[str, str]:
    """Return the parts besides the document that a construct needs."""
    parts = {"word/numbering.xml": NUMBERS, "word/_rels/document.xml.rels": write_links()}
    for kind, name in (("footnotes", "footnote"), ("endnotes", "endnote"), ("comments", "comment")):
        text = write_note(kind, name) if name == construct else wrap(kind, "")
        parts[f"word/{kind}.xml"] = text
    if construct == "header":
        parts["word/header1.xml"] = wrap("hdr", paragraph("SKIP"))
    return parts


def read_ours(path: Path) -> str:
    """Return the text of our reader, a line per paragraph."""
    document = readers.read(path)
    return "\n".join((document.title, *(text for _, text in document.paragraphs())))


def list_libraries() -> Iterator[tuple[str, Callable[[Path], str]]]:
    """Yield the libraries that are installed, each with a function that returns a file's text."""
    yield "briefing-align", read_ours
    for name, function in LIBRARIES.items():
        try:
            __import__(name)
        except ImportError:
            print(f"{name}: not installed")
            continue
        yield name, function


def read_with_mammoth(path: Path) -> str:
    """Return the text of the HTML that mammoth makes."""
    import mammoth  # type: ignore[import-not-found] # installed by hand

    with path.open("rb") as file:
        return re.sub("<[^>]+>", "\n", str(mammoth.convert_to_html(file).value))


def read_with_docx2python(path: Path) -> str:
    """Return the text of docx2python."""
    from docx2python import docx2python  # type: ignore[import-not-found] # installed by hand

    with docx2python(path) as document:
        return str(document.text)


def read_with_docx2txt(path: Path) -> str:
    """Return the text of docx2txt."""
    import docx2txt  # type: ignore[import-not-found] # installed by hand

    return str(docx2txt.process(str(path)))


def read_with_python_docx(path: Path) -> str:
    """Return the paragraphs and tables of python-docx."""
    import docx

    document = docx.Document(str(path))
    cells = (cell.text for grid in document.tables for row in grid.rows for cell in row.cells)
    return "\n".join((*(paragraph.text for paragraph in document.paragraphs), *cells))


def read_with_markitdown(path: Path) -> str:
    """Return the Markdown of markitdown."""
    from markitdown import MarkItDown  # type: ignore[import-not-found] # installed by hand

    return str(MarkItDown().convert(str(path)).text_content)


def read_with_pandoc(path: Path) -> str:
    """Return the plain text of pandoc."""
    import pypandoc  # type: ignore[import-not-found] # installed by hand

    return str(pypandoc.convert_file(str(path), "plain", extra_args=["--wrap=none"]))


LIBRARIES = {
    "mammoth": read_with_mammoth,
    "docx2python": read_with_docx2python,
    "docx2txt": read_with_docx2txt,
    "docx": read_with_python_docx,
    "markitdown": read_with_markitdown,
    "pypandoc": read_with_pandoc,
}


def find_fault(construct: str, text: str) -> str:
    """Return in a word what is wrong with the text of a construct, or ''."""
    expected = CONSTRUCTS[construct].count(">READ<") + NUMBERS.count("READ") * (
        construct == "list number"
    )
    if construct == "text box":
        expected = 1  # its copy for old programs is not text
    found = text.count("READ")
    if found != expected:
        return "lost" if found < expected else "repeated"
    if "SKIP" in text:
        return "skipped text was read"
    if construct == "line break" and "READREAD" in text:
        return "joined"
    return ""


def main() -> None:
    """Print the faults of each library."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {
            construct: write_docx(
                Path(folder) / f"{number}.docx",
                paragraph("Good morning.") + body,
                make_parts(construct),
            )
            for number, (construct, body) in enumerate(CONSTRUCTS.items())
        }
        for name, read in list_libraries():
            faults = []
            for construct, path in paths.items():
                try:
                    fault = find_fault(construct, read(path))
                except Exception as error:  # noqa: BLE001 # whatever a library raises
                    fault = type(error).__name__
                if fault:
                    faults.append(f"{construct} ({fault})")
            print(f"{name}: {len(faults)} of {len(paths)}: {', '.join(faults)}")


if __name__ == "__main__":
    main()
