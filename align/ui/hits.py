"""Search hits: their two texts as HTML, with marks as elements, and the card that holds them."""

from collections.abc import Iterable

import streamlit as st

from ..records import Language
from ..search import Hit, HitSide, Mark, SemanticHit
from ..text.strings import shorten
from .elements import choose_row, escape_html, plain

LONG = {"zh": 170, "en": 440}
"""Characters of a text that is shown whole: five lines or so of half a wide page."""

PART = {"zh": 120, "en": 320}
"""Characters that are shown of a longer one."""

LINE = {"zh": 30, "en": 70}
"""Characters on either side of a hit in its line."""

CODES = {"zh": "zh-Hans", "en": "en"}


def draw_hit(hit: Hit, title: str, *, in_line: bool = False, note: str = "") -> None:
    """Draw a hit, what is known of it, and the button that opens its row."""
    with st.container(border=True, key=f"hit-{hit.bead}"):
        st.html(line_html(hit) if in_line else sides_html(hit))
        with st.container(horizontal=True, vertical_alignment="center", key=f"foot-{hit.bead}"):
            st.caption(" · ".join(filter(None, (note, _describe(hit, title)))))
            st.button(
                "Open",
                key=f"open-{hit.bead}",
                help="Open this row in its briefing, to read on or to correct it.",
                type="tertiary",
                icon=":material/arrow_forward:",
                icon_position="right",
                on_click=choose_row,
                args=(hit.briefing, hit.bead),
            )


def _describe(hit: Hit, title: str) -> str:
    """Say in one line where a hit stands, and how far it can be trusted."""
    chance = "" if hit.probability is None else f"probability {hit.probability:.2f}"
    trust = hit.status if hit.status != "unreviewed" else chance or "unreviewed"
    parts = (hit.date, trust, shorten(hit.speaker, 60), shorten(title, 120))
    return " · ".join(plain(part) for part in parts if part)


def describe_nearness(near: SemanticHit) -> str:
    """Say how near a row is, by which of its texts, and how often it occurs.

    >>> hit = Hit("b", "x", "", "", "", "", "", None, HitSide("", (), ()), HitSide("", (), ()))
    >>> describe_nearness(SemanticHit("zh", 0.934, hit, 3))
    '0.93 near by its Chinese · said 3 times'
    """
    side = "Chinese" if near.side == "zh" else "English"
    often = f" · said {near.times:,} times" if near.times > 1 else ""
    return f"{near.similarity:.2f} near by its {side}{often}"


def sides_html(hit: Hit) -> str:
    """Return the two texts of a hit beside each other."""
    whole = _grid(mark_text(hit.zh), mark_text(hit.en))
    if len(hit.zh.text) <= LONG["zh"] and len(hit.en.text) <= LONG["en"]:
        return whole
    part = _grid(_shorten_side("zh", hit.zh), _shorten_side("en", hit.en))
    return f'<details class="whole"><summary>{part}</summary>{whole}</details>'


def _grid(zh: str, en: str) -> str:
    cells = (
        f'<div lang="{CODES[language]}">{inner or "<span class=none>no counterpart</span>"}</div>'
        for language, inner in (("zh", zh), ("en", en))
    )
    return f'<div class="hit">{"".join(cells)}</div>'


def line_html(hit: Hit) -> str:
    """Return a hit within its line, so that hits stand below each other, and its counterpart."""
    line = hit.context(LINE["zh" if hit.zh.marks else "en"])
    other: Language = "en" if line.language == "zh" else "zh"
    side = hit.en if other == "en" else hit.zh
    return (
        f'<div class="line" lang="{CODES[line.language]}">'
        f'<span class="before">{escape_html(line.left)}</span><mark>{escape_html(line.hit)}</mark>'
        f"<span>{escape_html(line.right)}</span>"
        f'<span class="other" lang="{CODES[other]}">{_shorten_side(other, side)}</span></div>'
    )


def mark_text(side: HitSide, start: int = 0, end: int | None = None) -> str:
    """Return one text, or a part of it, with its marks.

    >>> side = HitSide("a <b> c", (Mark(2, 5),), ())
    >>> mark_text(side)
    'a <mark>&lt;b&gt;</mark> c'
    >>> mark_text(side, 2, 5)
    '…<mark>&lt;b&gt;</mark>…'
    """
    last = len(side.text) if end is None else min(end, len(side.text))
    out: list[str] = ["…"] if start else []
    at = start
    for mark, tag in _order_marks(side.marks, side.counterparts):
        if mark.start < at or mark.end > last:
            continue
        words = escape_html(side.text[mark.start : mark.end])
        out += [escape_html(side.text[at : mark.start]), f"<{tag}>{words}</{tag}>"]
        at = mark.end
    return "".join([*out, escape_html(side.text[at:last]), "…" if last < len(side.text) else ""])


def _order_marks(marks: Iterable[Mark], counterparts: Iterable[Mark]) -> list[tuple[Mark, str]]:
    tagged = [*((mark, "mark") for mark in marks), *((mark, "i") for mark in counterparts)]
    return sorted(tagged, key=lambda pair: pair[0].start)


def _shorten_side(language: Language, side: HitSide) -> str:
    """Return the part of a text that holds its first mark, cut between words."""
    if len(side.text) <= LONG[language]:
        return mark_text(side)
    size = PART[language]
    first = next(iter([*side.marks, *side.counterparts]), Mark(0, 0))
    start = max(0, min(first.start - size // 3, len(side.text) - size))
    end = max(start + size, first.end)
    return mark_text(side, _find_blank(side.text, start), _find_blank(side.text, end))


def _find_blank(text: str, at: int) -> int:
    """Return the place after the blank before a place, where there is one near."""
    blank = text.rfind(" ", max(0, at - 20), at)
    return at if blank < 0 or at >= len(text) or at == 0 else blank + 1
