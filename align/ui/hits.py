"""Search hits as HTML: text of the corpus escaped, marks as elements."""

from collections.abc import Iterable

from ..records import Language
from ..search import Hit, HitSide, Mark
from .markdown import escaped

LONG = {"zh": 170, "en": 440}
"""Characters of a text that is shown whole: five lines or so of half a wide page."""

PART = {"zh": 120, "en": 320}
"""Characters that are shown of a longer one."""

LINE = {"zh": 30, "en": 70}
"""Characters on either side of a hit in its line."""

STYLE = """<style>
.hit { display: grid; grid-template-columns: 1fr 1fr; gap: 0.2rem 1.4rem }
.hit, .line { overflow-wrap: anywhere; line-height: 1.6 }
.hit > div, .line span { unicode-bidi: isolate }
.hit mark, .line mark { background: color-mix(in srgb, #f5c518 40%, transparent);
  color: inherit; border-radius: 2px }
.hit i, .line i { font-style: normal; border-bottom: 2px solid #5b8db8 }
.hit .none { opacity: 0.75; font-style: italic }
.line { display: grid; grid-template-columns: 1fr auto 1fr; gap: 0 0.15em; white-space: pre }
.line span { overflow: hidden }
.line .before { display: flex; justify-content: flex-end }
.line .other { grid-column: 1 / -1; white-space: normal; opacity: 0.85; text-align: center }
details.whole > summary { cursor: pointer; list-style: none }
details.whole > summary::-webkit-details-marker { display: none }
details.whole > summary::after { content: "Show all of it"; opacity: 0.8;
  text-decoration: underline; font-size: 0.85em }
details.whole[open] > summary::after { content: "Show less" }
details.whole[open] > summary > .hit { display: none }
[class*="st-key-foot-"] { flex-wrap: nowrap !important }
[class*="st-key-foot-"] button { min-height: 0; padding-block: 0 }
[class*="st-key-hit-"] { padding: 0.55rem 0.9rem 0.35rem; gap: 0.2rem }
@media (max-width: 640px) { .hit { grid-template-columns: 1fr } }
</style>"""


def both(hit: Hit) -> str:
    """Return the two texts of a hit beside each other."""
    whole = _grid(_side("zh", hit.zh), _side("en", hit.en))
    if len(hit.zh.text) <= LONG["zh"] and len(hit.en.text) <= LONG["en"]:
        return whole
    part = _grid(_part("zh", hit.zh), _part("en", hit.en))
    return f'<details class="whole"><summary>{part}</summary>{whole}</details>'


def line(hit: Hit) -> str:
    """Return the hit in its line, all hits below each other, and its counterpart below the line."""
    found = hit.context(LINE["zh" if hit.zh.marks else "en"])
    other: Language = "en" if found.language == "zh" else "zh"
    side = hit.en if other == "en" else hit.zh
    return (
        f'<div class="line" lang="{_code(found.language)}">'
        f'<span class="before">{escaped(found.left)}</span><mark>{escaped(found.hit)}</mark>'
        f"<span>{escaped(found.right)}</span>"
        f'<span class="other" lang="{_code(other)}">{_around(other, side)}</span></div>'
    )


def marked(side: HitSide, start: int = 0, end: int | None = None) -> str:
    """Give one text, or a part of it.

    >>> side = HitSide("a <b> c", (Mark(2, 5),), ())
    >>> marked(side)
    'a <mark>&lt;b&gt;</mark> c'
    >>> marked(side, 2, 5)
    '…<mark>&lt;b&gt;</mark>…'
    """
    last = len(side.text) if end is None else min(end, len(side.text))
    out: list[str] = ["…"] if start else []
    at = start
    for mark, tag in _ordered(side.marks, side.counterparts):
        if mark.start < at or mark.end > last:
            continue
        words = escaped(side.text[mark.start : mark.end])
        out += [escaped(side.text[at : mark.start]), f"<{tag}>{words}</{tag}>"]
        at = mark.end
    return "".join([*out, escaped(side.text[at:last]), "…" if last < len(side.text) else ""])


def _ordered(marks: Iterable[Mark], counterparts: Iterable[Mark]) -> list[tuple[Mark, str]]:
    found = [*((one, "mark") for one in marks), *((one, "i") for one in counterparts)]
    return sorted(found, key=lambda pair: pair[0].start)


def _grid(zh: str, en: str) -> str:
    return f'<div class="hit">{zh}{en}</div>'


def _side(language: Language, side: HitSide) -> str:
    return _cell(language, marked(side))


def _part(language: Language, side: HitSide) -> str:
    return _cell(language, _around(language, side))


def _cell(language: Language, inner: str) -> str:
    return (
        f'<div lang="{_code(language)}">{inner or "<span class=none>no counterpart</span>"}</div>'
    )


def _code(language: Language) -> str:
    return "zh-Hans" if language == "zh" else "en"


def _around(language: Language, side: HitSide) -> str:
    """Return the part of a text that holds its first mark, cut between words."""
    if len(side.text) <= LONG[language]:
        return marked(side)
    size = PART[language]
    first = next(iter([*side.marks, *side.counterparts]), Mark(0, 0))
    start = max(0, min(first.start - size // 3, len(side.text) - size))
    end = max(start + size, first.end)
    return marked(side, _between(side.text, start), _between(side.text, end))


def _between(text: str, at: int) -> int:
    """Move a place to the blank before it, where there is one near."""
    blank = text.rfind(" ", max(0, at - 20), at)
    return at if blank < 0 or at >= len(text) or at == 0 else blank + 1
