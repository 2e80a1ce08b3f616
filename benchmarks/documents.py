"""Send conferences through LibreOffice as DOCX, ODT, PDF and EPUB, and compare letter by letter.

    python -m benchmarks.documents FOLDER [--most 20]

FOLDER has a folder for each conference, with its saved pages ``zh.html`` and ``en.html``. Each page
is read, written as plain HTML, converted by LibreOffice and read again. A document counts when its
title, labels and paragraphs come back letter by letter, white space aside.
"""

import argparse
import html
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from align.errors import AlignError
from align.records import Document
from align.sources import readers

FORMATS = {
    "docx": "docx:MS Word 2007 XML",
    "odt": "odt",
    "pdf": "pdf:writer_pdf_Export",
    "epub": "epub",
}


def main() -> None:
    """Convert, read, compare, and print the share of equal documents for each format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=20, help="how many conferences (default: 20)")
    parser.add_argument("--keep", type=Path, help="keep the converted files in this folder")
    given = parser.parse_args()
    if not given.folder.is_dir():
        print(f"skipped: {given.folder} is not here")
        return
    if not shutil.which("soffice"):
        print("skipped: LibreOffice (soffice) is not installed")
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = given.keep or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        pages = sorted(given.folder.glob("*/*.html"))[: 2 * given.most]
        documents = {name_of(page): readers.read(page) for page in pages}
        for name, document in documents.items():
            work.joinpath(f"{name}.html").write_text(write_page(document), encoding="utf-8")
        for form in FORMATS:
            convert([work / f"{name}.html" for name in documents], work, FORMATS[form])
            report(form, documents, work)


def name_of(page: Path) -> str:
    """Return the name of the converted files of a page."""
    return f"{page.parent.name}.{page.stem}"


def write_page(document: Document) -> str:
    """Return a document as plain HTML: a heading, and labels in bold."""
    lines = [f"<h1>{html.escape(document.title)}</h1>"]
    for turn in document.turns:
        first, *more = turn.paragraphs or ("",)
        label = f"<b>{html.escape(turn.label)}</b> " if turn.label else ""
        lines.append(f"<p>{label}{html.escape(first)}</p>")
        lines += (f"<p>{html.escape(text)}</p>" for text in more)
    body = "\n".join(lines)
    return (
        f'<!DOCTYPE html><html lang="{document.language}"><head><meta charset="utf-8">'
        f"<title>{html.escape(document.title)}</title></head><body>{body}</body></html>"
    )


def convert(
    sources: Iterable[Path],
    folder: Path,
    outfilter: str,
    infilter: str = "HTML (StarWriter)",
    profile: Path | None = None,
) -> None:
    """Convert files by one start of LibreOffice.

    :param outfilter: the suffix and the filter of the new files, as in ``FORMATS``.
    :param infilter: the filter that reads the files.
    :param profile: a folder for the settings of LibreOffice; the first start fills it.
    """
    with tempfile.TemporaryDirectory() as temporary:
        settings = profile or Path(temporary)
        command = [
            "soffice",
            f"-env:UserInstallation={settings.as_uri()}",
            "--headless",
            f"--infilter={infilter}",
            "--convert-to",
            outfilter,
            "--outdir",
            str(folder),
            *map(str, sources),
        ]
        subprocess.run(command, check=True, capture_output=True)


def letters_of(document: Document) -> list[str]:
    """Return the title, labels and paragraphs of a document, without white space."""
    parts = [document.title]
    for turn in document.turns:
        parts += (turn.label, *turn.paragraphs)
    return [part for part in (re.sub(r"\s", "", part) for part in parts) if part]


def report(form: str, documents: dict[str, Document], folder: Path) -> None:
    """Print how many documents came back, and the first differences of the others."""
    same = 0
    for name, document in documents.items():
        try:
            read = letters_of(readers.read(folder / f"{name}.{form}"))
        except AlignError as error:
            print(f"  {name}.{form}: {error}")
            continue
        expected = letters_of(document)
        same += read == expected
        if read != expected:
            lost = list((Counter(expected) - Counter(read)).elements())
            more = list((Counter(read) - Counter(expected)).elements())
            print(f"  {name}.{form}: -{[t[:60] for t in lost[:2]]} +{[t[:60] for t in more[:2]]}")
    print(f"{form}: {same} of {len(documents)} documents letter by letter")


if __name__ == "__main__":
    main()
