"""Bring the catalog of the page's texts up to date with the texts in its sources.

    python scripts/translations.py

New texts come in without a translation, texts that are gone go; what has no translation is printed.
Sources are the Python files and scripts of align/apps/page, the names of commands, and the messages
of the library that the page shows.
"""

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from align.aligner.checks import IssueKind
from align.apps.page.glosses import SCRIPTS
from align.corpus.review.keys import COMMANDS, RESERVED
from align.corpus.review.operations import ADDITION, OMISSION
from align.corpus.review.permissions import RIGHT_NAMES, ROLES
from align.corpus.review.queue import REVIEW_FILTERS
from align.corpus.review.requests import ACTIONS
from align.corpus.review.transfer import CUT, GONE
from align.records import LANGUAGE_NAMES, STATUSES, Role
from align.sources.extract.page_body import DATA, DENSEST

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "align" / "apps" / "page"
CATALOG = PAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "align.po"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "format_count": (1, 2)}
MESSAGES = (
    *(
        "align/corpus/review",
        "align/aligner/checks.py",
        "align/apps/page/background_aligner.py",
        "align/apps/page/hits.py",
    ),
    *("align/apps/page/capture_files.py", "align/apps/page/capture_work.py"),
    *(
        "align/sources/ingest/same_briefing.py",
        "align/sources/ingest/documents.py",
        "align/sources/ingest/inputs.py",
    ),
    *(
        "align/sources/ingest/page_sources.py",
        "align/sources/ingest/counterparts.py",
        "align/sources/ingest/crawl",
    ),
    *(
        "align/sources/ingest/list_jobs.py",
        "align/sources/ingest/dated_lists.py",
        "align/sources/web/captures",
    ),
    *("align/extras.py", "align/corpus/pipeline.py"),
    *("align/sources/readers", "align/sources/extract", "align/sources/extract/transcript"),
    *(
        "align/sources/web/charset.py",
        "align/sources/web/client.py",
        "align/sources/web/fetcher.py",
    ),
    *("align/sources/web/page_checks.py", "align/sources/web/address_guard.py"),
    *(
        "align/corpus/search/query.py",
        "align/corpus/search/semantic.py",
        "align/corpus/search/terms",
    ),
    *(
        "align/corpus/store/__init__.py",
        "align/corpus/store/engine.py",
        "align/corpus/store/open.py",
    ),
    *("align/corpus/store/people.py", "align/corpus/store/write.py", "align/corpus/store/read.py"),
    *("align/corpus/exchange/importing/update.py", "align/corpus/exchange/importing/table.py"),
)
"""Where the library's own messages come from that the page shows by themselves."""

NAMES = re.compile(
    r"message|reason|where|said|how|right|half|other|end|nobody|notes|no_date|NO_DATE|expected|clashes|LOCKED|READ_ONLY|_FULL|WAYS_ROUND|_OPENED_BY|_GONE"
    r"|_SILENT|_STARTING|_DAMAGED|_DISK_FAULT|_UNOPENED|_NO_RIGHT|_UNKNOWN_SITE|_TRANSIENT|_ADVICE|_BINARY|UNEXPECTED"
)
"""Variables that hold them, or a part of one."""

WORDS = re.compile(r"(?!\{\w+\}[,:] \{\w+\}$).*\w.* .*\w", re.DOTALL)
"""A message has several words: two parts are any list, or a message after a name."""

FUNCTIONS = re.compile(
    r".*(refusal|headline|_notes?|explain(_status|_loss)?)|note_.*|describe(_crossings)?"
)
"""Functions whose strings are messages."""


_PAIRS = "align/sources/ingest/crawl/pair_table.py"
_UPDATE = "align/corpus/exchange/importing/update.py"
_CHANGED = "{who} changed this row on {at}"
COMPOSED = (
    ("align/sources/extract/transcript/build.py", "1 line"),
    ("align/sources/extract/transcript/build.py", "{count} lines"),
    (_UPDATE, _CHANGED + " ({changes}) after the file was written"),
    (_UPDATE, _CHANGED + " after the file was written"),
    (_UPDATE, _CHANGED + ", and the file has no checksum"),
    (_UPDATE, "{who} made other rows of it ({action}, {at})"),
    (_UPDATE, "its id stands in the lines {numbers} with different cells"),
    ("align/corpus/store/records.py", "{old} → {new}"),
    ("align/errors.py", "{name}: {message}"),
    (_PAIRS, "line {number}: no such page in its language: {missing}"),
    (_PAIRS, "line {number}: a page of it is joined in line {used} already"),
    (_PAIRS, "line {number} of {name}"),
)
"""Messages that are put together from parts, or counted, after the place where that is done."""


def collect() -> Catalog:
    """Return every text of the page, and where it stands."""
    found = Catalog()
    for path in sorted([*PAGE.glob("*.py"), *(PAGE / "static").rglob("*.js")]):
        method = "python" if path.suffix == ".py" else "javascript"
        place = path.relative_to(ROOT).as_posix()
        for _, text, _, _ in extract_from_file(method, path, keywords=KEYWORDS):
            found.add(text, locations=[(place, 0)])
    for text in filter(None, list_words()):
        found.add(text, locations=[("align/corpus/review/words", 0)])
    for source in MESSAGES:
        folder = ROOT / source
        for path in sorted(folder.glob("*.py")) if folder.is_dir() else [folder]:
            for text in read_messages(path):
                where = [(path.relative_to(ROOT).as_posix(), 0)]
                found.add(text, locations=where, context="library")
    for place, text in COMPOSED:
        found.add(text, locations=[(place, 0)], context="library")
    return found


def list_words() -> Iterator[str]:
    """Yield the single words of the library that the page shows: statuses, roles, names of keys."""
    for command in COMMANDS:
        yield from (command.label, command.group)
    yield from (
        *STATUSES,
        *get_args(Role),
        *ROLES,
        *RIGHT_NAMES.values(),
        *RESERVED.values(),
        *REVIEW_FILTERS,
    )
    yield from (*SCRIPTS, *get_args(IssueKind), *ACTIONS, "settle", OMISSION, ADDITION)
    yield from (*LANGUAGE_NAMES.values(), GONE, CUT, "verdict", "boundaries")
    yield from ("this row", "a row that this would change", DATA, DENSEST)
    yield from ("Word file (DOCX)", "ODT file", "XLSX file")
    yield from ("reason", "note", "nothing", "its probability")  # of a change that is described


def read_messages(path: Path) -> Iterator[str]:
    """Yield the messages of a module: of its errors, of issues, of refusals."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            texts = list(find_strings(node.exc.args))
        elif isinstance(node, ast.Call) and name_of(node.func) in ("Issue", "_Evidence", "say"):
            texts = list(find_strings(node.args))
        elif isinstance(node, ast.keyword):
            texts = list(find_strings([node.value])) if node.arg == "fault" else []
        elif isinstance(node, ast.Assign) and NAMES.fullmatch(name_of(node.targets[0])):
            texts = list(find_strings([node.value]))
        elif isinstance(node, ast.FunctionDef) and FUNCTIONS.fullmatch(node.name):
            texts = list(find_strings(node.body[1:]))
        else:
            continue
        yield from filter(WORDS.match, map(as_template, texts))


def name_of(node: ast.AST) -> str:
    """Return the name that an expression is, or its last part; empty for any other."""
    return str(getattr(node, "id", "") or getattr(node, "attr", ""))


def find_strings(nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    """Yield the strings under some nodes; one that is made of parts is one string."""
    for node in nodes:
        if isinstance(node, (ast.Constant, ast.JoinedStr)):
            yield node
        else:
            yield from find_strings(ast.iter_child_nodes(node))


def as_template(node: ast.expr | None) -> str:
    """Return a string with what is filled in as named placeholders."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts: list[str] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            name = [
                one.attr if isinstance(one, ast.Attribute) else one.id
                for one in ast.walk(part.value)
                if isinstance(one, (ast.Attribute, ast.Name))
            ]
            word = f"{{{name[0] if name else 'value'}}}"
            parts.append(word if word not in parts else word.replace("}", f"{len(parts)}}}"))
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value))
    return "".join(parts)


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
