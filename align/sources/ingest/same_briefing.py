"""Whether two documents are one briefing, and why; which of many may be the counterpart of one.

A judgement is a sum of points, each with its reason. The thresholds were read off the pairs of the
demo corpus, the shared excerpts and chapters, each side against every other
(``docs/reference/sites.md``).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...aligner.text.chinese import detect_language
from ...aligner.text.dates import find_dates
from ...aligner.text.strings import count_letters
from ...errors import N_, AlignError, ExtractError, Message, join_messages
from ...records import LANGUAGE_NAMES, Document, Language, Page
from .. import extract
from ..extract.languages import LENGTH_RATIO
from ..extract.page_links import page_number
from ..extract.transcript.label_words import is_han_name, is_pinyin_name
from ..extract.transcript.roles import count_same_speakers
from ..web.html import decode_page
from .known_pages import KnownPages

# Share of the rarer side's figures that the other side has: .46 to .72 for translations, at most
# .23 for others that have any number of them.
SHARED_FIGURES = (0.25, 0.4)
FEWEST_FIGURES = 5
# Mean probability of the joined beads: .59 to .99 for eleven translations, at most .32 for others,
# save the openings of two conferences (.45 to .89): their formulas are the same sentences.
SIMILARITY = (0.4, 0.7)
# Share of each side's letters without a counterpart: under .1 over 250 conferences; a transcript
# in which each language holds its own questions has more than a third on both sides.
COMPLEMENT = 0.25
# Share of a text that the other file contains, too, if that file is in both languages.
MOSTLY = 0.8
# A note at the end of Hong Kong transcripts that refers to the other language version.
_REFERS = re.compile(
    r"refer to the (?:Chinese|English) (?:portion|part)s? of|"
    r"[參参][閱阅考看见見][^。]{0,20}(?:中文|英文)部[分份]",
    re.I,
)
_LAST = 3
_NEVER = -20  # points that nothing outweighs

_FIGURE = re.compile(r"(?<![\d.,])\d[\d,]*(?:\.\d+)?%?")


class UnlikeSidesError(ExtractError):
    """Two texts do not look like one briefing; ``reasons`` say why."""

    code = "briefing.unlike-sides"

    def __init__(self, name: str, reasons: tuple[str, ...]) -> None:
        super().__init__(
            N_(
                "{name}: the two documents do not look like one briefing: {reasons}; use "
                "--force to store them anyway"
            ),
            name=name,
            reasons=join_messages(reasons),
        )
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether two documents are one briefing, and the reasons; ``doubts`` are those against it."""

    ok: bool
    reasons: tuple[str, ...]
    points: int = 0
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Evidence:
    points: int
    reason: str
    is_doubt: bool = False


def judge(
    one: Document, two: Document, similarity: float | None = None, one_sided: float = 0
) -> Judgement:
    """Judge whether two documents are one briefing: dates, speakers, numbers, lengths, alignment.

    :param similarity: the mean similarity of the aligned beads, if the documents were aligned.
    :param one_sided: the share of both texts without a translation.
    """
    sides = (one, two) if one.language == "zh" else (two, one)
    evidence = [*_compare_heads(*sides), *_compare_texts(*sides)]
    if similarity is not None:
        rated = _rate(similarity, SIMILARITY, low=-3, high=2)
        evidence.append(
            _Evidence(rated, Message(N_("mean similarity {similarity:.2f}"), similarity=similarity))
        )
    if one_sided >= COMPLEMENT:
        reason = Message(
            N_("at least {one_sided:.0%} of each document has no translation in the other"),
            one_sided=one_sided,
        )
        evidence.append(_Evidence(-6, reason))
    points = sum(piece.points for piece in evidence)
    reasons = tuple(piece.reason for piece in evidence)
    doubts = tuple(piece.reason for piece in evidence if piece.is_doubt or piece.points < 0)
    return Judgement(points >= 0, reasons, points, doubts)


def _rate(value: float, bounds: tuple[float, float], *, low: int, high: int) -> int:
    """Return the points ``low`` below both bounds, ``high`` from the upper bound on, else 0."""
    if value < bounds[0]:
        return low
    return high if value >= bounds[1] else 0


def _compare_heads(zh: Document, en: Document) -> Iterator[_Evidence]:
    """Weigh dates, the days in titles, and a reference to the other language."""
    if zh.date and en.date:
        days = Message(N_("({zh}, {en})"), zh=zh.date, en=en.date)
        apart = abs((zh.date - en.date).days)
        if apart == 0:
            yield _Evidence(2, Message(N_("both are dated {date}"), date=zh.date))
        elif apart == 1:
            yield _Evidence(0, Message(N_("their dates are a day apart {days}"), days=days), True)
        else:
            yield _Evidence(-2, Message(N_("different dates {days}"), days=days))
    # Titles of a series differ in nothing else.
    titled = [
        set(find_dates(side.title, year=side.date.year if side.date else None)) for side in (zh, en)
    ]
    if all(titled) and not titled[0] & titled[1]:
        named = [min(days) for days in titled]
        yield _Evidence(
            _NEVER, Message(N_("their titles name different days ({named})"), named=named)
        )
    for side in (zh, en):
        for _, text in list(side.paragraphs())[-_LAST:]:
            if _REFERS.search(text):
                name = Message(LANGUAGE_NAMES[side.language])
                reason = Message(
                    N_("the {name} text says the other version contains more: {text}"),
                    name=name,
                    text=text[:90],
                )
                yield _Evidence(_NEVER, reason)
                return


def _compare_texts(zh: Document, en: Document) -> Iterator[_Evidence]:
    """Weigh speakers, numbers and lengths."""
    # Named people only: an office ("Secretary for Harbours") cannot be compared.
    ours = [p for p in zh.participants if p.role != "media" and is_han_name(p.name)]
    theirs = [p for p in en.participants if p.role != "media" and is_pinyin_name(p.name)]
    if fewer := min(len(ours), len(theirs)):
        same = min(count_same_speakers(zh, en), fewer)
        points = -1
        if 2 * same > fewer:
            points = 2
        elif same:
            points = 1
        yield _Evidence(
            points, Message(N_("{same} of {fewer} speakers are the same"), same=same, fewer=fewer)
        )
    figures = find_figures(zh), find_figures(en)
    if (fewer := min(map(len, figures))) >= FEWEST_FIGURES:
        share = len(figures[0] & figures[1]) / fewer
        points = _rate(share, SHARED_FIGURES, low=-2, high=2)
        yield _Evidence(points, Message(N_("{share:.0%} of the numbers are in both"), share=share))
    yield from _find_both_in_one(zh, en)
    letters = _count_own_letters(zh, en)
    ratio = letters[1] / max(letters[0], 1)
    said = Message(N_("{ratio:.1f} English characters per Chinese character"), ratio=ratio)
    if LENGTH_RATIO[0] <= ratio <= LENGTH_RATIO[1]:
        yield _Evidence(0, said)
    else:
        yield _Evidence(-2, Message(N_("their lengths do not match: {said}"), said=said))


def _find_both_in_one(zh: Document, en: Document) -> Iterator[_Evidence]:
    """Weigh a text that contains the other one besides its own: a bilingual file.

    A text that is partly translated contains paragraphs of the other, too, but its own ones are
    too short to be the translation of the whole.
    """
    for ours, theirs in ((zh, en), (en, zh)):
        own = Counter[Language]()
        shared = 0
        their_texts = {text for _, text in theirs.paragraphs()}
        for _, text in ours.paragraphs():
            language = detect_language([text])
            own[language] += count_letters(text)
            if language == theirs.language and text in their_texts:
                shared += count_letters(text)
        whole = sum(map(count_letters, their_texts))
        ratio = own["en"] / max(own["zh"], 1)
        if shared >= MOSTLY * max(whole, 1) and LENGTH_RATIO[0] <= ratio <= LENGTH_RATIO[1]:
            reason = Message(
                N_(
                    "the {name} text contains both languages, and most of the {other} text; add it "
                    "alone, or only its {name} part"
                ),
                name=Message(LANGUAGE_NAMES[ours.language]),
                other=Message(LANGUAGE_NAMES[theirs.language]),
            )
            yield _Evidence(_NEVER, reason)


def _count_own_letters(zh: Document, en: Document) -> tuple[int, int]:
    """Count the letters of both texts without the paragraphs that are the same in both.

    Untranslated paragraphs and program code have the same length in both languages.
    """
    texts = [[text for _, text in side.paragraphs()] for side in (zh, en)]
    same = set(texts[0]) & set(texts[1])
    own = [sum(count_letters(text) for text in side if text not in same) for side in texts]
    return own[0], own[1]


def find_figures(document: Document) -> frozenset[str]:
    """Return the numbers written alike in both languages: decimals, percentages, long numbers.

    Whole numbers below 100 are skipped, because any two texts share some.
    """
    found = (
        match.replace(",", "").rstrip("%")
        for _, text in document.paragraphs()
        for match in _FIGURE.findall(text)
    )
    return frozenset(figure for figure in found if "." in figure or len(figure) > 2)


def propose_counterparts(
    document: Document, pages: Iterable[Page], known: KnownPages
) -> tuple[Document, ...]:
    """Return up to three counterparts of a document that have more evidence for than against.

    :param pages: pages that are read.
    :param known: pages that are asked for those of the document's day.
    """
    language: Language = "en" if document.language == "zh" else "zh"
    of_its_day = known.find(language, document.date) if document.date else ()
    others = (*_other_documents(pages, document), *of_its_day)
    judged = [(judge(document, other).points, other) for other in others]
    likely = sorted((pair for pair in judged if pair[0] > 0), key=lambda pair: -pair[0])
    by_address = {other.url: other for _, other in likely}
    return tuple(by_address.values())[:3]


def _other_documents(pages: Iterable[Page], document: Document) -> Iterator[Document]:
    for page in pages:
        if page_number(page.final_url) > 1:
            continue
        try:
            other = extract.read_document([decode_page(page)])
        except AlignError:  # a list, a gallery: no candidate
            continue
        if other.language != document.language:
            yield other
