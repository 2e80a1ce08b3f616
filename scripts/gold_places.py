"""Write a gold file without its text, as corpora/gold has them.

    python scripts/gold_places.py corpora/gold gold.json --zh URL --en URL --from CAPTURE

For each sentence the file has its position in the page and its checksum. Without --from, positions
are those in the joined sentences of the gold file, and joining it with a page searches from there.
"""

import argparse
import json
from pathlib import Path

from align.aligner.gold_places import outline_gold
from align.records import LANGUAGES, Language
from align.sources import extract
from align.sources.ingest.gold_pages import document_text
from align.sources.web.captures import Capture
from align.sources.web.html import decode_page


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description="Write a gold file without its text.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--zh", default="", help="URL of the Chinese page")
    parser.add_argument("--en", default="", help="URL of the English page")
    parser.add_argument("--from", dest="capture", type=Path, help="capture that has the pages")
    given = parser.parse_args()
    urls: dict[Language, str] = {"zh": given.zh, "en": given.en}
    if given.capture is not None:
        texts = read_pages(given.capture, urls)
    else:
        raw = json.loads(given.gold.read_text(encoding="utf-8"))
        texts = {language: "\n".join(raw[language]) for language in LANGUAGES}
    given.folder.mkdir(parents=True, exist_ok=True)
    target = given.folder / given.gold.name
    target.write_text(outline_gold(given.gold, texts, urls) + "\n", encoding="utf-8")
    print(target)


def read_pages(capture: Path, urls: dict[Language, str]) -> dict[Language, str]:
    """Return the text of both documents."""
    pages = Capture.open(capture)
    texts: dict[Language, str] = {}
    for language, url in urls.items():
        document = extract.read_whole([decode_page(pages.get(url))])
        texts[language] = document_text(document)
    return texts


if __name__ == "__main__":
    main()
