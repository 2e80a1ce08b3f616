"""Search hits as dense lines (KWIC) with translations; users accept, edit and open rows there."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from ...aligner.text.word_links import WordLink, link_words
from ...aligner.text.word_model.counts import WordChances
from ...aligner.text.word_model.posteriors import link_row
from ...corpus.search import Hit, HitSide, Mark
from ...corpus.search.semantic import SemanticHit
from ...corpus.search.taught_links import read_taught
from ...corpus.store import Store
from ...records import Language
from .elements import load_script, neutralise, open_row, pack, read_static
from .language import gettext as _
from .session_state import corpus_location, get_words, may_decide

LINE = {"zh": 45, "en": 90}
"""Characters of context on each side of a hit; the browser truncates longer lines."""

BEFORE = 18
"""Characters of context before the marked words in the translation of a hit."""

KEY = "hits_table"
"""Session key of the component."""

Piece = tuple[str, str]
"""Part of a text and its kind: search match (``mark``), its translation (``i``), or neither."""

_table = st.components.v2.component(
    "align_hits",
    html='<div class="hits" role="list"></div>',
    css=read_static("hits.css"),
    js=load_script("hits.js"),
)


def draw_hits(
    store: Store, hits: Sequence[Hit], titles: Mapping[str, str], notes: Sequence[str] = ()
) -> None:
    """Draw hits; decisions on them go through the toolbar of the page (:mod:`.toolbar`).

    :param notes: a short note on each hit.
    """
    words = get_words(store, corpus_location())
    words.wake()
    looked = st.session_state.get(KEY, {}).get("look", {}).get("row")
    data = {
        "rows": [
            {**encode_hit(hit), "title": titles.get(hit.briefing, hit.briefing), "note": note}
            for hit, note in zip(hits, notes or [""] * len(hits), strict=True)
        ],
        "decides": may_decide(store),
        "links": {
            hit.bead: list(map(asdict, _link_words(store, hit, words.chances)))
            for hit in hits
            if hit.bead == looked
        },
    }
    _table(
        key=KEY,
        data=pack(data),
        default={"go": {"n": 0}, "look": {"n": 0}},
        on_go_change=lambda: _open(st.session_state[KEY].get("go")),
        on_look_change=lambda: None,
    )


def _link_words(store: Store, hit: Hit, chances: WordChances | None) -> tuple[WordLink, ...]:
    zh, en = hit.zh.text, hit.en.text
    posteriors = link_row(zh, en, chances) if chances else None
    taught = read_taught(store, hit.briefing, hit.bead, zh, en)
    return link_words(zh, en, posteriors=posteriors, taught=taught)


def encode_hit(hit: Hit) -> dict[str, Any]:
    """Return a hit in the form that the component in the browser expects."""
    side, other = hit.zh, hit.en
    language: Language = "zh"
    if hit.en.marks and not hit.zh.marks:
        side, other = hit.en, hit.zh
        language = "en"
    mark = next(iter(side.marks), Mark(0, 0))
    width = LINE[language]
    start = max(0, mark.start - width)
    begin = _begin(other)
    return {
        "id": hit.bead,
        "briefing": hit.briefing,
        "date": hit.date,
        "speaker": neutralise(hit.speaker),
        "status": hit.status,
        "probability": hit.probability,
        "side": language,
        "line": [
            side.text[start : mark.start],
            side.text[mark.start : mark.end],
            side.text[mark.end : mark.end + width],
        ],
        "other": cut_pieces(other, begin),
        "from": [start, max(begin - 1, 0)],  # a cut text begins with "…"
        "zh": cut_pieces(hit.zh),
        "en": cut_pieces(hit.en),
    }


def cut_pieces(side: HitSide, start: int = 0) -> list[Piece]:
    """Return the marked and unmarked pieces of a text, from ``start`` to its end.

    >>> from align.corpus.search import Mark
    >>> cut_pieces(HitSide("a <b> c", (Mark(2, 5),), ()))
    [('a ', ''), ('<b>', 'mark'), (' c', '')]
    """
    pieces: list[Piece] = [("…", "")] if start else []
    at = start
    marks = [*((mark, "mark") for mark in side.marks), *((mark, "i") for mark in side.counterparts)]
    for mark, kind in sorted(marks, key=lambda pair: pair[0].start):
        if mark.start >= at:
            pieces += [(side.text[at : mark.start], ""), (side.text[mark.start : mark.end], kind)]
            at = mark.end
    return [piece for piece in (*pieces, (side.text[at:], "")) if piece[0]]


def _begin(side: HitSide) -> int:
    """Return the offset at which a line must begin to show the first mark of a text."""
    first = min((mark.start for mark in (*side.marks, *side.counterparts)), default=0)
    if first <= 2 * BEFORE:
        return 0
    blank = side.text.find(" ", first - BEFORE, first)
    return first - BEFORE if blank < 0 else blank + 1


def describe_nearness(near: SemanticHit) -> str:
    """Return a note on the similarity of a row, the text compared, and how often it occurs.

    >>> hit = Hit("b", "x", "", "", "", "", "", None, HitSide("", (), ()), HitSide("", (), ()))
    >>> describe_nearness(SemanticHit("zh", 0.934, hit, 3))
    'similarity 0.93 (Chinese) · occurs 3 times'
    """
    by = _("Chinese") if near.side == "zh" else _("English")
    often = _(" · occurs {count} times").format(count=f"{near.times:,}") if near.times > 1 else ""
    return _("similarity {number} ({by})").format(number=f"{near.similarity:.2f}", by=by) + often


def _open(sent: object) -> None:
    if isinstance(sent, Mapping) and sent.get("row"):
        open_row(str(sent.get("briefing")), str(sent["row"]))
