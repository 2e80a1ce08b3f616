"""Print the demo's texts as PDFs in several layouts, and count the paragraphs that come back.

    python -m benchmarks.pdf

Needs Chromium, which prints them: indented or spaced paragraphs or neither, justified or ragged,
hyphenated, with page numbers and the browser's own head and foot lines. A paragraph counts when it
comes back letter by letter, blanks aside.
"""

import html
import os
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from align.sources.readers import pdf

TEXTS = Path(__file__).resolve().parent.parent / "corpora" / "demo" / "texts"
LAYOUTS = {
    "indented": "p { margin: 0; text-indent: 2em; text-align: justify }",
    "labels not indented": "p { margin: 0; text-indent: 2em; text-align: justify } "
    "p.label { text-indent: 0; font-weight: bold }",
    "spaced": "p { margin: 0 0 0.7em; text-align: justify }",
    "spaced, ragged": "p { margin: 0 0 0.7em }",
    "hyphenated": "p { margin: 0; text-indent: 1.5em; text-align: justify; hyphens: auto }",
    "neither": "p { margin: 0; text-align: justify }",
}


def main() -> None:
    """Print, read, count, and say what was found for each layout."""
    total = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for name, css in LAYOUTS.items():
            counts = Counter[str]()
            for text in sorted(TEXTS.glob("*.txt")):
                counts += _counted(text, css, Path(folder))
            total += counts
            print(f"{name:20} {_f1(counts):.3f}")
    print(f"{'all':20} {_f1(total):.3f}")


def _counted(text: Path, css: str, folder: Path) -> Counter[str]:
    lines = text.read_text(encoding="utf-8").splitlines()
    wanted = [line.strip() for line in lines if line.strip()]
    got = [
        block.text
        for block in pdf.read_blocks(_printed(wanted, css, text.stem, folder), 10**8).blocks
    ]
    same = Counter(map(_letters, wanted)) & Counter(map(_letters, got))
    return Counter(same=same.total(), wanted=len(wanted), got=len(got))


def _printed(paragraphs: list[str], css: str, name: str, folder: Path) -> Path:
    language = "zh" if name.startswith("zh") else "en"
    body = "".join(
        f"<p class={'label' if text[-1] in ':：' else 'text'}>{html.escape(text)}</p>"
        for text in paragraphs
    )
    page, printed = folder / "page.html", folder / "page.pdf"
    page.write_text(
        f'<html lang="{language}"><meta charset="utf-8"><title>Lanhai</title>'
        f"<style>body {{ font: 11pt/1.5 serif }} {css}</style><body>{body}",
        encoding="utf-8",
    )
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={printed}")
    subprocess.run([chromium, *flags, page.as_uri()], check=True, capture_output=True, timeout=120)
    return printed


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text)


def _f1(counts: Counter[str]) -> float:
    return 2 * counts["same"] / (counts["wanted"] + counts["got"])


if __name__ == "__main__":
    main()
