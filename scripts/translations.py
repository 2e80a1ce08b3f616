"""Bring the catalog of the page's texts up to date with the texts in its sources.

    python scripts/translations.py

New texts come in without a translation, texts that are gone go; what has no translation is printed.
Sources are the Python files of align/, the scripts of the page, and the words that types name, such
as statuses and roles.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from align.aligner.checks import CHECK_LABELS
from align.apps.page.glosses import SCRIPTS
from align.corpus.pipeline import State
from align.corpus.review.keys import COMMANDS, RESERVED
from align.corpus.review.operations import ADDITION, OMISSION
from align.corpus.review.permissions import PERSON_ROLES, RIGHT_NAMES
from align.corpus.review.queue import REVIEW_FILTERS
from align.corpus.review.requests import ACTIONS
from align.records import STATUSES, Role
from align.sources.extract.page_body import DATA, DENSEST

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "align" / "apps" / "page"
CATALOG = PAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "align.po"
KEYWORDS = {
    "_": None,
    "N_": None,
    "NN_": (1, 2),
    "count_message": (1, 2),
    "format_count": (1, 2),
    "ngettext": (1, 2),
}
"""The functions that mark a text, with the numbers of the arguments that are its forms."""


def collect() -> Catalog:
    """Return every text that is marked in the package, and where it stands."""
    found = Catalog()
    paths = [*(ROOT / "align").rglob("*.py"), *(PAGE / "static").rglob("*.js")]
    for path in sorted(paths):
        method = "python" if path.suffix == ".py" else "javascript"
        place = path.relative_to(ROOT).as_posix()
        for _, text, _, _ in extract_from_file(method, path, keywords=KEYWORDS):
            found.add(text, locations=[(place, 0)])
    for text in filter(None, list_words()):
        found.add(text, locations=[("align/corpus/review/words", 0)])
    return found


def list_words() -> Iterator[str]:
    """Yield the single words of the library that the page shows: statuses, roles, names of keys."""
    for command in COMMANDS:
        yield from (command.label, command.group)
    yield from (
        *STATUSES,
        *get_args(Role),
        *PERSON_ROLES,
        *RIGHT_NAMES.values(),
        *RESERVED.values(),
        *REVIEW_FILTERS,
    )
    yield from (*SCRIPTS, *CHECK_LABELS.values(), *ACTIONS, OMISSION, ADDITION)
    yield from (DATA, DENSEST)
    yield from ("Word file (DOCX)", "ODT file", "XLSX file", "EPUB book")
    yield from get_args(State)


def main() -> None:
    """Write the catalog, and print what it lacks."""
    head, _, rest = CATALOG.read_text(encoding="utf-8").partition("\n\n")
    old = read_po(io.StringIO(f"{head}\n\n{rest}"), locale="zh_CN")
    new, left = collect(), []
    new.locale = old.locale
    for message in [message for message in new if message.id]:
        known = old.get(message.id, message.context)
        message.string = known.string if known else ""
        message.flags.discard("python-brace-format")  # a test compares the placeholders
        if not any(message.string or ()):
            left.append(message.id)
    out = io.BytesIO()
    write_po(out, new, width=100, omit_header=True, include_lineno=False)
    CATALOG.write_text(f"{head}\n\n{out.getvalue().decode()}", encoding="utf-8")
    print(*left, sep="\n")
    sys.exit(f"{len(left)} texts without a translation" if left else 0)


if __name__ == "__main__":
    main()
