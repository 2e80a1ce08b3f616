"""Evidence that two pages are one briefing: one function per kind, with values between -1 and 1.

A value of 0 is neutral. The weights are in ``weights.json`` (``training/pairing.py``). Near numbers
in URLs had no weight on the training crawls.
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....aligner.arrays import F32
from ....aligner.text.pinyin import is_same_name
from ....errors import N_, Message
from .address import bare_address
from .candidates import Candidate
from .sketch import PARTS, TITLE, part_cosines

# Letters of an English text for one of its Chinese original: the middle of 235 conferences and of
# the chapters of four manuals, and the deviation of its logarithm that counts as one whole.
LETTERS_RATIO = 2.9
_LARGEST_DEVIATION = math.log(3)
_FEWEST_TOKENS = 3  # figures and names that a comparison needs


@dataclass(frozen=True, slots=True)
class TokenRarity:
    """The rarity of numbers and names in a crawl: log((1 + pages) / pages with the token)."""

    tokens: NDArray[np.uint32]  # sorted
    weights: F32

    @classmethod
    def of(cls, pages: Sequence[Candidate]) -> "TokenRarity":
        """Return the rarity of each number and name in the pages of a crawl."""
        everything = [np.zeros(0, np.uint32), *(page.tokens for page in pages)]
        tokens, counts = np.unique(np.concatenate(everything), return_counts=True)
        return cls(tokens, np.log((1 + len(pages)) / counts).astype(np.float32))

    def sum(self, tokens: NDArray[np.uint32]) -> float:
        """Return the sum of the weights of some tokens of the crawl."""
        return float(self.weights[np.searchsorted(self.tokens, tokens)].sum())


@dataclass(frozen=True, slots=True)
class PairView:
    """The input of the evidence functions: two pages, their sketches, and facts of the crawl."""

    zh: Candidate
    en: Candidate
    zh_sketch: F32  # (ROWS, width)
    en_sketch: F32
    cosine: float  # cosine of the whole texts, without the part common to all texts of the crawl
    margin: float  # its ratio to the nearest others of both, less 1
    rarity: TokenRarity
    token_weight: float  # of the figures and names of the text with less of it
    linked_elsewhere: bool  # one of them names another page of the crawl


def by_link(pair: PairView) -> float:
    """Return 1 if one page links to the other as its other version, -1 if it links to a third."""
    if pair.en.key in pair.zh.links or pair.zh.key in pair.en.links:
        return 1.0
    return -1.0 if pair.linked_elsewhere else 0.0


def by_address(pair: PairView) -> float:
    """Return 1 if the URLs differ only in the language."""
    return float(bare_address(pair.zh.key) == bare_address(pair.en.key))


def by_title_day(pair: PairView) -> float:
    """Return 1 if both titles name the same day, -1 if they name different days."""
    ours, theirs = set(pair.zh.title_days), set(pair.en.title_days)
    if not ours or not theirs:
        return 0.0
    return 1.0 if ours & theirs else -1.0


def by_day(pair: PairView) -> float:
    """Return 1 for the same day, .5 for days next to each other, less down to -1 for a month."""
    gap = days_apart(pair.zh, pair.en)
    if gap is None:
        return 0.0
    if gap <= 1:
        return 1.0 - 0.5 * gap
    return -min(1.0, 0.4 + 0.6 * gap / 30)


def days_apart(zh: Candidate, en: Candidate) -> int | None:
    """Return the days between two pages, by title or date, or ``None`` if one has no date."""
    ours, theirs = zh.days, en.days
    if not ours or not theirs:
        return None
    return min(abs((one - two).days) for one in ours for two in theirs)


def by_text_day(pair: PairView) -> float:
    """Return 1 if the first or last paragraphs name a day that the other page has, too."""
    ours = {*pair.zh.text_days, *_dates(pair.zh)}
    theirs = {*pair.en.text_days, *_dates(pair.en)}
    return float(bool(set(pair.zh.text_days) & theirs or set(pair.en.text_days) & ours))


def _dates(page: Candidate) -> tuple[dt.date, ...]:
    return page.days


def by_people(pair: PairView) -> float:
    """Return the share of speakers who are the same, -1 if none is."""
    fewer = min(len(pair.zh.people), len(pair.en.people))
    if not fewer:
        return 0.0
    same = sum(
        any(is_same_name(name, other) for other in pair.en.people) for name in pair.zh.people
    )
    return min(1.0, same / fewer) if same else -1.0


def by_question(pair: PairView) -> float:
    """Return 1 where both have the same number of a question, -1 where they have another."""
    if not pair.zh.question or not pair.en.question:
        return 0.0
    return 1.0 if pair.zh.question == pair.en.question else -1.0


def by_tokens(pair: PairView) -> float:
    """Return the weighted share of numbers and names that both have; rare ones weigh more.

    It is the share of the text with fewer of them, minus a half, times 2.
    """
    if min(len(pair.zh.tokens), len(pair.en.tokens)) < _FEWEST_TOKENS:
        return 0.0
    both = np.intersect1d(pair.zh.tokens, pair.en.tokens, assume_unique=True)
    return 2 * pair.rarity.sum(both) / max(pair.token_weight, 1e-6) - 1


def by_length(pair: PairView) -> float:
    """Return how far the ratio of the lengths is from that of translations, as -1 to 0."""
    ratio = (pair.en.letters + 20) / (LETTERS_RATIO * pair.zh.letters + 20)
    return -min(1.0, abs(math.log(ratio)) / _LARGEST_DEVIATION)


def by_turns(pair: PairView) -> float:
    """Return how far the numbers of turns and paragraphs are from each other, as -1 to 0."""
    turns = _difference(pair.zh.turns, pair.en.turns)
    paragraphs = _difference(pair.zh.paragraphs, pair.en.paragraphs)
    return -max(turns, 0.5 * paragraphs)


def _difference(one: int, two: int) -> float:
    return abs(one - two) / max(one, two, 4)


def by_content(pair: PairView) -> float:
    """Return the cosine of the whole texts, without the part common to all texts of the crawl."""
    return pair.cosine


def by_margin(pair: PairView) -> float:
    """Return by how much they are nearer to each other than to their nearest others."""
    return max(-1.0, min(1.0, pair.margin))


def by_title(pair: PairView) -> float:
    """Return the cosine of the titles, less a half: unlike titles have about that."""
    if not pair.zh.title or not pair.en.title:
        return 0.0
    return float(pair.zh_sketch[TITLE] @ pair.en_sketch[TITLE]) - 0.5


def by_order(pair: PairView) -> float:
    """Return by how much parts at the same place are nearer than parts at others."""
    cosines = part_cosines(pair.zh_sketch, pair.en_sketch)
    same = float(np.trace(cosines))
    return same / PARTS - (float(cosines.sum()) - same) / (PARTS * (PARTS - 1))


def by_passages(pair: PairView) -> float:
    """Return the share of a partly translated text's English paragraphs that the other text has.

    It is doubled, so that half of them are enough: the rest may be of an older version.
    """
    if not len(pair.zh.passages):
        return 0.0
    both = len(np.intersect1d(pair.zh.passages, pair.en.passages))
    return min(1.0, 2 * both / len(pair.zh.passages))


EVIDENCE: Mapping[str, Callable[[PairView], float]] = {
    "link": by_link,
    "address": by_address,
    "title_day": by_title_day,
    "day": by_day,
    "text_day": by_text_day,
    "people": by_people,
    "question": by_question,
    "tokens": by_tokens,
    "length": by_length,
    "turns": by_turns,
    "content": by_content,
    "margin": by_margin,
    "title": by_title,
    "order": by_order,
    "passages": by_passages,
}
"""The kinds of evidence that two pages give by themselves, in the order of their columns."""

SERIES = "series"
"""Evidence that is learned from sure pairs: see ``series.py``."""

KINDS = (*EVIDENCE, SERIES)
"""Every kind of evidence, in the order of the columns."""


def describe(name: str, value: float, pair: PairView) -> str:
    """Return a piece of evidence in words, for people."""
    zh, en = pair.zh, pair.en
    if name == "link":
        return (
            Message(N_("linked to each other"))
            if value > 0
            else Message(N_("one of them links to another page"))
        )
    if name in ("title_day", "day"):
        days = [side.days[0] for side in (zh, en)]
        return (
            Message(N_("same date {days}"), days=zh.days[0])
            if value == 1
            else Message(N_("different dates ({days})"), days=days)
        )
    words = {
        "address": Message(N_("URLs differ only in the language")),
        "people": Message(N_("same speakers")) if value > 0 else Message(N_("different speakers")),
        "question": Message(N_("same question number"))
        if value > 0
        else Message(N_("different question number")),
        "tokens": Message(N_("{value:.0%} of numbers and names in both"), value=(value + 1) / 2),
        "length": Message(
            N_("{letters:.1f} English letters per Chinese character"),
            letters=en.letters / max(zh.letters, 1),
        ),
        "turns": Message(N_("{zh} and {en} turns"), zh=zh.turns, en=en.turns),
        "content": Message(N_("content {value:.2f}"), value=value),
        "margin": Message(N_("content margin {value:+.2f}"), value=value),
        "title": Message(N_("titles {value:.2f}"), value=value + 0.5),
        SERIES: Message(N_("matching series"))
        if value > 0
        else Message(N_("series that do not match")),
        "passages": Message(N_("its untranslated paragraphs are in the English page")),
    }
    return words.get(name, "")
