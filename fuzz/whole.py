"""More that is fuzzed as a whole: exchanges of the page, edited exports, term lists, alignments.

Bytes in; nothing or an ``AlignError`` out, as in ``fuzz/targets.py``, which lists them.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from align.aligner import encoders
from align.corpus.exchange.importing import UPDATING
from align.corpus.exchange.importing.update import Editor, update
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.pipeline import AlignmentJob, plan_alignment, run_alignment, store_alignment
from align.corpus.review import ReviewSession
from align.corpus.search.terms.term_files import read_term_file, write_terms
from align.corpus.store.check import find_problems
from align.corpus.store.term_base import TermEntry, put_terms
from align.errors import AlignError
from align.records import Document, Language
from align.sources import readers
from align.sources.ingest.documents import DocumentPair
from fuzz.entry_points import PLACE, dump_all, small_store, written

TERM_FILES = (".tsv", ".csv", ".xlsx", ".tbx")
"""Endings of term lists."""

EDITED = tuple(sorted(UPDATING))
"""Formats of an edited export."""

TWO = b"\x1e\n"
"""What stands between two texts in one input."""


def fuzz_table(data: bytes) -> None:
    """Send the page a whole message of the table, and one of the search page."""
    from align.apps.page.background_words import BackgroundWords
    from align.apps.page.exchange import exchange
    from align.apps.page.hits_exchange import HitsView, exchange_hits
    from align.apps.page.session_state import BriefingView

    message = _read_json(data)
    if message is None:
        return
    store = small_store("table")
    session = ReviewSession(store, "b", "ann")
    view = BriefingView(session, store.current_documents("b"), BackgroundWords(store))
    _name_rows(message, [row.id for row in session.state.rows])
    message.setdefault("key", f"{view.key}/{session.loads}/{view.script}")
    hits = HitsView(store=store, name="ann", login=False)
    for answer in (exchange(view, message), exchange(view, message), exchange_hits(hits, message)):
        json.dumps(answer, allow_nan=False)
    assert find_problems(store) == ()


def _read_json(data: bytes) -> dict[str, Any] | None:
    """Return a message, if the page would read it as one."""
    try:
        sent = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return sent if isinstance(sent, dict) else None


def _name_rows(message: dict[str, Any], there: list[str]) -> None:
    """Put the ids of rows where a message has their numbers."""
    for op in (*_maps(message.get("ops")), *_maps([message.get("foresee")])):
        rows = op.get("rows")
        if isinstance(rows, list):
            op["rows"] = [there[one % len(there)] if type(one) is int else one for one in rows]
        op.setdefault("briefing", "b")
    for look in _maps([message.get("look")]):
        if type(look.get("row")) is int:
            look["row"] = there[look["row"] % len(there)]


def _maps(listed: object) -> list[dict[str, Any]]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def fuzz_update(data: bytes) -> None:
    """Import an edited export of a corpus into it."""
    form = EDITED[data[0] % len(EDITED)] if data else EDITED[0]
    store = small_store("update")
    with written("edited", data[1:]) as path, suppress(AlignError):
        update(store, path, Editor("ann"), form=form)
    assert find_problems(store) == ()


def fuzz_term_list(data: bytes) -> None:
    """Read a term list, and put its terms into a term base."""
    suffix = TERM_FILES[data[0] % len(TERM_FILES)] if data else ".tsv"
    with written(f"terms{suffix}", data[1:]) as path, suppress(AlignError):
        put_terms(small_store("terms"), read_term_file(path, "approved"), "ann")


LONGEST_ALIGNED = 20_000
"""Bytes of two texts that are aligned: thousands of rows take seconds."""


@cache
def _encoder() -> encoders.Encoder:
    return encoders.load()


def fuzz_align(data: bytes) -> None:
    """Add a briefing of two pages or texts: read, segment, align, store; add it again, changed."""
    store = small_store("align")
    zh, _, en = data[1:LONGEST_ALIGNED].partition(TWO)
    suffix = (".html", ".txt", ".md")[data[0] % 3] if data else ".html"
    with suppress(AlignError):
        pair = DocumentPair(_read(zh, suffix, "zh"), _read(en, suffix, "en"), "fuzz")
        job = plan_alignment(store, pair, realign=True)
        assert isinstance(job, AlignmentJob)
        store_alignment(store, job, run_alignment(job, _encoder()), force=True)
    assert find_problems(store) == ()


def _read(body: bytes, suffix: str, language: Language) -> Document:
    with written(f"text.{language}{suffix}", body) as path:
        return replace(readers.read(path), language=language)


WHOLE: Mapping[str, Callable[[bytes], None]] = {
    "table": fuzz_table,
    "update": fuzz_update,
    "term_list": fuzz_term_list,
    "align": fuzz_align,
}


# -- seeds -----------------------------------------------------------------------------------------


def table_seeds() -> list[bytes]:
    """Return messages of the table: decisions, words that are taught, a preview, questions."""
    from align.corpus.review.requests import ACTIONS

    made: list[dict[str, Any]] = [
        {"ops": [{"seq": 1, "op": "t-1", "action": action, "rows": [0, 1], "seen": 0}],
         "version": 0, "at": "", "look": {"row": 0, "whole": True}, "errors": True}
        for action in ACTIONS
    ]  # fmt: skip
    words = {"zh": "谢谢", "en": "Thanks"}
    for option in ("right", "wrong", "withdrawn", "approved", "forbidden"):
        taught = {"seq": 2, "op": "t-2", "action": "teach", "rows": [1], "words": words,
                  "starts": {"zh": 0, "en": -1}, "option": option}  # fmt: skip
        made.append({"ops": [taught], "key": "", "version": 1})
    shift = {"op": "t-3", "action": "shift", "rows": [0], "side": "en", "up": False, "count": 1}
    made.append({"ops": [], "foresee": shift, "at": "x"})
    edit = {"seq": 3, "op": "t-4", "action": "edit", "rows": [0], "zh_text": "水。",
            "en_text": "W", "zh_base": "水清了。", "shown": ["水清了。", "Clear."]}  # fmt: skip
    made.append({"ops": [edit, {"seq": 4, "op": "t-5", "action": "undo", "near": True}]})
    return dump_all(made)


def update_seeds() -> list[bytes]:
    """Export a small corpus in every format that can update one."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        made = []
        for at, form in enumerate(EDITED):
            path = Path(folder) / f"{at}.{form}"
            export(small_store("update"), ExportPlan("tsv" if form == "csv" else form, path))
            body = path.read_bytes()
            made.append(bytes([at]) + (body.replace(b"\t", b",") if form == "csv" else body))
    return made


def term_list_seeds() -> list[bytes]:
    """Write a small term list of each kind."""
    terms = (TermEntry("产量", "output"), TermEntry("产量", "yield", "forbidden", "no"))
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        made = []
        for at, suffix in enumerate(TERM_FILES):
            path = Path(folder) / f"terms{suffix}"
            if suffix == ".csv":
                path.write_text("zh,en,status\n产量,output,approved\n", encoding="utf-8")
            else:
                write_terms(terms, path)
            made.append(bytes([at]) + path.read_bytes())
    return made


def align_seeds() -> list[bytes]:
    """Return pairs of pages with paragraphs and tables, of texts and of Markdown."""
    zh_rows = "".join(f"<tr><td>第{n}条</td><td>果园种了{n}棵树。</td></tr>" for n in range(1, 6))
    en_rows = "".join(
        f"<tr><td>Article {n}</td><td>The orchard has {n} trees.</td></tr>" for n in range(1, 6)
    )
    zh = (
        f"<html><body><p>林若水：各位好。去年产量增长3%。</p><table>{zh_rows}</table></body></html>"
    )
    en = (
        "<html><body><p>Lin Ruoshui: Good morning. Output grew by 3 percent.</p>"
        f"<table>{en_rows}</table></body></html>"
    )
    texts = "林若水：\n各位好。水清了。\n" * 8, "Lin Ruoshui:\nGood morning. It is clear.\n" * 8
    marked = (
        "# 水\n\n| 甲 | 乙 |\n|---|---|\n| 水 | 清 |\n\n各位好。\n",
        "# Water\n\n| A | B |\n|---|---|\n| water | clear |\n\nGood morning.\n",
    )
    pairs = ((zh, en), texts, marked)
    return [
        bytes([at]) + one.encode() + TWO + other.encode() for at, (one, other) in enumerate(pairs)
    ]
