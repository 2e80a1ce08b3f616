"""Features of lengths, punctuation, quotations, paragraphs and turns, which need no model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ....records import Bead, Language, Role
from ...arrays import I32, I64
from ..candidates import Chain
from ..lattice import Edges
from ..results import Side
from .columns import Columns, Sums, running_sums, to_floats

_MARKS = {
    "question": {"zh": r"[?？]", "en": r"[?]"},
    "exclamation": {"zh": r"[!！]", "en": r"[!]"},
    "colon": {"zh": r"[:：]", "en": r"[:]"},
    "quote": {"zh": r"[“”「」『』\"]", "en": r"[\"“”]|(?<!\w)['‘’]|['‘’](?!\w)"},
    "bracket": {"zh": r"[（）()]", "en": r"[()]"},
    "semicolon": {"zh": r"[;；]", "en": r"[;]"},
    "dash": {"zh": r"[—…]", "en": r"[—–…]|(?<!\w)-|-(?!\w)"},
}
"""Punctuation that translations keep."""

LETTERS = 200.0
"""Weight of the usual ratio of lengths in small pairs, in Chinese characters."""

USUAL_LETTERS, USUAL_WORDS = 3.6, 0.8
"""English letters and words per Chinese character: the median of the training texts."""

FEWEST = 10
"""Least number of anchors, or of beads, from which the ratio of lengths is measured."""

SHORTER, NEAR = 0.11, 0.1
"""Log length ratio of whole texts minus that of their anchors: its usual value, and its maximum
deviation if no sentences are missing. Anchors exclude sentences that are split in translation."""

ABOVE = 0.02
"""Log length ratio of whole texts minus that of their median bead."""

_QUOTES = "“”「」『』\"'‘’"
_ENDS = {"。": ".", "？": "?", "！": "!", "：": ":", "；": ";", "，": ",", "…": "."}
_CLOSERS = "”\"’'」』)）》 "
_OPENED = {"zh": r"[“「『]", "en": r"“|(?<!\w)['‘](?=\w)"}
_CLOSED = {"zh": r"[”」』]", "en": r"”|(?<=[.,?!;—–])['’](?!\w)"}

_NO_LETTERS = re.compile(r"\W+")
_SEPARATOR = re.compile(r"[\W_]*\Z")
_ASIDE = re.compile(r"\s*[（(\[【][^（）()\[\]【】]{1,80}[）)\]】][。.]?\s*\Z")


@dataclass(frozen=True, eq=False)
class Surface:
    """Running sums and flags of both texts; the sum over a span is the difference of two.

    ``known`` is the weight of the usual ratio of lengths in small pairs, in Chinese characters.
    ``whole`` is a factor of the ratio of the texts; it is not 1 if much of one text is missing.
    """

    zh: "SideSurface"
    en: "SideSurface"
    known: float = 0.0
    whole: float = 1.0

    @staticmethod
    def of(zh: Side, en: Side, known: float = 0.0) -> "Surface":
        """Count letters, words and punctuation of both texts.

        :param known: the weight of the usual ratio of lengths.
        """
        return Surface(SideSurface.of(zh, "zh"), SideSurface.of(en, "en"), known)

    def measured_at(self, anchors: Chain | None) -> "Surface":
        """Return a copy with the ratio of texts with omissions, if there are enough anchors.

        :param anchors: similar sentences.
        """
        if anchors is None or len(anchors) < FEWEST:
            return self
        i, j = anchors.T.astype(np.int32)
        near = self._middle(Edges(i, i + 1, j, j + 1)) + SHORTER
        whole = float(np.log(max(self.en.letters[-1], 1.0) / max(self.zh.letters[-1], 1.0)))
        return self._with_ratio(min(max(whole, near - NEAR), near + NEAR))

    def measured_on(self, beads: Sequence[Bead]) -> "Surface":
        """Return a copy with the ratio of the beads, if enough have no empty side."""
        full = Edges.of([bead for bead in beads if bead.zh and bead.en])
        return self._with_ratio(self._middle(full) + ABOVE) if len(full) >= FEWEST else self

    def _middle(self, edges: Edges) -> float:
        """Return the median log length ratio of edges."""
        a, b, c, d = edges.parts
        zh = self.zh.letters[b] - self.zh.letters[a]
        en = self.en.letters[d] - self.en.letters[c]
        return float(np.median(np.log((en + 3) / (zh + 1))))

    def _with_ratio(self, log: float) -> "Surface":
        """Return a copy with another log ratio of letters, and of words in proportion."""
        letters = max(self.en.letters[-1], 1.0) / max(self.zh.letters[-1], 1.0)
        return replace(self, whole=float(np.exp(log) / letters))

    def ratio(self, other: Sums, usual: float) -> float:
        """Return the number of English letters or words per Chinese character.

        :param other: running sums of the letters or words.
        :param usual: the usual ratio, which has the weight ``known``.
        """
        letters = max(self.zh.letters[-1] + self.known, 1.0)
        return float((other[-1] + self.known * usual) / letters) * self.whole


@dataclass(frozen=True, eq=False)
class SideSurface:
    """One text: running sums and one flag per sentence, with a row for the end of the text."""

    letters: Sums
    words: Sums
    marks: dict[str, Sums]
    quotes: Sums
    last_mark: I32
    quote_first: NDArray[np.bool_]
    quote_last: NDArray[np.bool_]
    paragraphs: Sums
    turns: Sums
    separators: Sums
    asides: Sums
    asked: Sums
    answered: Sums
    speech: "SideQuotes"

    @staticmethod
    def of(side: Side, language: Language) -> "SideSurface":
        """Count letters, words and punctuation per sentence; a Chinese word is a character."""
        different = dict.fromkeys(side.sentences)

        def count(pattern: str) -> Sums:
            counts = {text: len(re.findall(pattern, text)) for text in different}
            return running_sums([counts[text] for text in side.sentences])

        stripped = [text.strip() for text in side.sentences]
        letters = running_sums([len(_NO_LETTERS.sub("", text)) for text in stripped])
        words = running_sums([len(text.split()) for text in stripped])
        return SideSurface(
            letters,
            letters if language == "zh" else words,
            {name: count(patterns[language]) for name, patterns in _MARKS.items()},
            count(_OPENED[language]) - count(_CLOSED[language]),
            np.array([*(_last_mark(text) for text in stripped), -1], np.int32),
            np.array([*(text.startswith(tuple(_QUOTES)) for text in stripped), False]),
            np.array([*(text.endswith(tuple(_QUOTES)) for text in stripped), False]),
            _begins(side.paragraphs, len(stripped)),
            _begins(side.turns, len(stripped)),
            running_sums([bool(_SEPARATOR.match(text)) for text in side.sentences]),
            running_sums([bool(_ASIDE.match(text)) for text in side.sentences]),
            _speaks(side, ("media",)),
            _speaks(side, ("speaker", "chair")),
            SideQuotes.of(stripped),
        )


def _speaks(side: Side, roles: Sequence[Role]) -> Sums:
    return running_sums([role in roles for role in side.roles] or [0] * len(side.sentences))


def length_features(surface: Surface, edges: Edges) -> Columns:
    """Compare lengths in letters and in words, similar to Gale and Church (1993).

    The expected ratio is that of the two texts, averaged with the usual ratio in small pairs.
    """
    a, b, c, d = edges.parts
    zh, en = surface.zh, surface.en
    zh_letters, en_letters = zh.letters[b] - zh.letters[a], en.letters[d] - en.letters[c]
    columns: Columns = {}
    for name, other, usual in (
        ("letters", en.letters, USUAL_LETTERS),
        ("words", en.words, USUAL_WORDS),
    ):
        expected = zh_letters * surface.ratio(other, usual)
        got = other[d] - other[c]
        log = np.log((expected + 3) / (got + 3)) * edges.full
        spread = np.abs(expected - got) / np.sqrt(np.maximum(expected + got, 1) + 3) * edges.full
        columns[f"{name} ratio"] = to_floats(log)
        columns[f"{name} ratio off"] = to_floats(np.abs(log))
        columns[f"{name} ratio squared"] = to_floats(np.minimum(log * log, 4))
        columns[f"{name} deviation"] = to_floats(np.minimum(spread, 8))
    is_omission = edges.en_size == 0
    is_addition = edges.zh_size == 0
    columns["omitted letters"] = to_floats(np.log1p(zh_letters) * is_omission)
    columns["added letters"] = to_floats(np.log1p(en_letters) * is_addition)
    return columns


def punctuation_features(surface: Surface, edges: Edges) -> Columns:
    """Compare the punctuation that translations keep, inside the spans and at their ends."""
    a, b, c, d = edges.parts
    zh, en, full = surface.zh, surface.en, edges.full
    columns: Columns = {}
    for name in _MARKS:
        ours = np.minimum(zh.marks[name][b] - zh.marks[name][a], 2)
        theirs = np.minimum(en.marks[name][d] - en.marks[name][c], 2)
        columns[f"{name} in zh only"] = to_floats(np.maximum(ours - theirs, 0) * full)
        columns[f"{name} in en only"] = to_floats(np.maximum(theirs - ours, 0) * full)
        columns[f"{name} in both"] = to_floats((ours > 0) & (theirs > 0) & full)
    last_zh, last_en = np.maximum(b - 1, 0), np.maximum(d - 1, 0)
    same = (zh.last_mark[last_zh] == en.last_mark[last_en]) & full
    columns["same last mark"] = to_floats(same)
    columns["quote left open in zh"] = to_floats((zh.quotes[b] != zh.quotes[a]) & full)
    columns["quote left open in en"] = to_floats((en.quotes[d] != en.quotes[c]) & full)
    columns["quote first alike"] = to_floats((zh.quote_first[a] == en.quote_first[c]) & full)
    columns["quote last alike"] = to_floats(
        (zh.quote_last[last_zh] == en.quote_last[last_en]) & full
    )
    return columns


def border_features(surface: Surface, edges: Edges) -> Columns:
    """Compare where paragraphs and turns begin; they may be wrong, so they are only features.

    Borders count only if both texts have them.
    """
    a, b, c, d = edges.parts
    full = edges.full
    columns: Columns = {}
    for name, ours, theirs in (
        ("paragraph", surface.zh.paragraphs, surface.en.paragraphs),
        ("turn", surface.zh.turns, surface.en.turns),
    ):
        starts_zh, starts_en = ours[a + 1] - ours[a], theirs[c + 1] - theirs[c]
        inside_zh = ours[np.maximum(b, a + 1)] - ours[a + 1]
        inside_en = theirs[np.maximum(d, c + 1)] - theirs[c + 1]
        known = full * (1 if ours[-1] > 1 and theirs[-1] > 1 else 0)
        columns[f"{name} inside zh"] = to_floats(np.minimum(inside_zh, 2) * known)
        columns[f"{name} inside en"] = to_floats(np.minimum(inside_en, 2) * known)
        columns[f"{name} begins in both"] = to_floats(starts_zh * starts_en * known)
        columns[f"{name} begins in one"] = to_floats(np.abs(starts_zh - starts_en) * known)
    return columns


def _last_mark(text: str) -> int:
    """Return the number of the last mark other than quotes and brackets; -1 for none."""
    last = text.rstrip(_CLOSERS)[-1:]
    return ".?!:;,".find(_ENDS.get(last, last)) if last else -1


def _begins(units: Sequence[int], count: int) -> Sums:
    """Return the running count of sentences that begin a paragraph or turn, (sentences + 2,)."""
    if not units:
        return np.zeros(count + 2)
    number = np.asarray(units)
    count_so_far = running_sums(np.diff(number, prepend=number[0] - 1) != 0)
    return np.concatenate([count_so_far, count_so_far[-1:]])


# --- quotations -----------------------------------------------------------------------------------

_OPENING = r"[“「『‘]|(?:(?<=\s)|(?<=^)|(?<=[(—–\-'\"‘“]))['\"](?=\S)"
_CLOSING = r"[”」』]|(?<=\S)['\"](?=\s|$|[)\]—–,.;:!?'\"])|(?<!\w)’|’(?!\w)"
_QUOTE = re.compile(f"(?P<opening>{_OPENING})|(?P<closing>{_CLOSING})")
_SPEECH = re.compile(r"[“「『‘'\"]")
_ANY_QUOTE = re.compile(r"[“”「」『』‘’'\"]")

RARE_QUOTES = 0.03
"""Quotations are ignored in a text if a smaller share of its sentences opens one."""


@dataclass(frozen=True, eq=False)
class SideQuotes:
    """The quotations of one text: a flag per sentence, and one for the end of the text.

    ``inside`` is whether a quotation is open before the sentence, ``opens`` whether the sentence
    opens one, ``first`` whether it begins with one.
    """

    inside: I64
    opens: I64
    first: I64

    @staticmethod
    def of(sentences: Sequence[str]) -> "SideQuotes":
        """Read the quotation marks; the last one of a sentence decides whether one stays open."""
        inside, opens, first = [0], [], []
        for text in sentences:
            marks = []
            if _ANY_QUOTE.search(text):  # most sentences have none, and this search is fast
                marks = [match.lastgroup for match in _QUOTE.finditer(text)]
            opens.append(int("opening" in marks))
            first.append(int(bool(_SPEECH.match(text))))
            inside.append(int(marks[-1] == "opening") if marks else inside[-1])
        return SideQuotes(np.array(inside), np.array([*opens, 0]), np.array([*first, 0]))


def quote_features(surface: Surface, edges: Edges) -> Columns:
    """Compare whether the spans end inside a quotation, and where speech begins."""
    a, b, c, d = edges.parts
    zh, en = surface.zh.speech, surface.en.speech
    used = min(float(side.opens.mean()) for side in (zh, en)) > RARE_QUOTES
    inner_zh, inner_en = _inner(zh.opens, a, b), _inner(en.first, c, d)
    columns = {
        "ends inside quotes in both": zh.inside[b] & en.inside[d],
        "ends inside quotes in zh only": zh.inside[b] & (1 - en.inside[d]),
        "ends inside quotes in en only": (1 - zh.inside[b]) & en.inside[d],
        "speech next in both": zh.opens[b] & en.first[d],
        "speech next in zh only": zh.opens[b] & (1 - en.first[d]),
        "speech next in en only": (1 - zh.opens[b]) & en.first[d],
        "speech begins inside zh": inner_zh * edges.full,
        "speech begins inside en": inner_en * edges.full,
    }
    return {name: to_floats(values * used) for name, values in columns.items()}


def _inner(flags: I64, start: I32, end: I32) -> I64:
    """Count the flagged sentences after the first one of each span, up to 2."""
    count = np.concatenate([[0], np.cumsum(flags)])
    inner: I64 = np.minimum(count[end] - count[np.minimum(start + 1, end)], 2)
    return inner
