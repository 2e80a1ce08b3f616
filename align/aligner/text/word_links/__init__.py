"""Links between the words of two texts that are translations of each other.

Numbers and dates are linked first. Then the pair of words with the best score is linked and its
neighbours gain, until no score is high enough.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ....records import CharSpan
from ..dictionary import Token
from ..facts import RELATIVE, compare_facts, find_facts
from ..word_model.posteriors import RowPosteriors
from ..word_vectors import WordVectors
from .choice import TokenPair, choose_links, drop_overlapping, pair_tokens
from .pairs import MODEL_WEIGHTS, WEIGHTS, CandidateRow, Places

__all__ = ["Places", "TaughtLinks", "WordLink", "link_words", "pair_facts"]

# Maximum characters of both texts; the cost grows with the product of their word counts.
MOST_CHARACTERS = 4000

LEAST = 1.0  # least score of a link without the word model
LEAST_WITH_MODEL = 1.75  # least score of a link with it

# 一是 means "first" at the beginning of a clause.
_POINT = re.compile("(?<![^，。；：！？])([一二三四五六七八九十])是")


@dataclass(frozen=True, slots=True)
class WordLink:
    """Parts of both texts that are translations of each other, as character spans."""

    zh: tuple[CharSpan, ...]
    en: tuple[CharSpan, ...]


@dataclass(frozen=True, slots=True)
class TaughtLinks:
    """Links of a row that people confirmed, and links that they rejected, as pairs of spans."""

    right: tuple[tuple[CharSpan, CharSpan], ...] = ()
    wrong: tuple[tuple[CharSpan, CharSpan], ...] = ()


def link_words(
    zh: str,
    en: str,
    vectors: WordVectors | None = None,
    posteriors: RowPosteriors | None = None,
    near: Places = ((), ()),
    taught: TaughtLinks = TaughtLinks(),  # frozen
) -> tuple[WordLink, ...]:
    """Return the links between two texts, in the order of the Chinese; none for very long texts.

    :param vectors: word vectors; used only without posteriors.
    :param posteriors: posteriors of these two texts, if the word model has been trained.
    :param near: return only links to these spans of the Chinese or, if it has none, of the English;
        this takes an eighth of the time.
    :param taught: links that people confirmed, which come first, or rejected, which are left out.

    >>> link_words("港口增长3%。", "Ports grew 3%.")[0]
    WordLink(zh=((0, 2),), en=((0, 5),))
    """
    if len(zh) + len(en) > MOST_CHARACTERS:
        return ()
    row = CandidateRow(zh, en, near)
    if not row.words or not row.en:
        return ()
    confirmed = [pair_tokens(row, *pair) for pair in taught.right]
    rejected = [pair_tokens(row, *pair) for pair in taught.wrong]
    asked = _text_at(zh, near[0]) or _text_at(en, near[1])
    first = [*confirmed]
    if not asked or any(map(str.isnumeric, asked)):
        first += drop_overlapping(_link_facts(zh, en, row), rejected)
    if posteriors is None:
        score = row.score(row.describe(vectors, None), [*WEIGHTS.values()])
        links = choose_links(row, score, first, LEAST, rejected)
    else:
        score = row.score(row.describe(None, posteriors), [*MODEL_WEIGHTS.values()])
        links = choose_links(row, score, first, LEAST_WITH_MODEL, rejected)
    chosen: list[WordLink] = []
    for zh_tokens, en_tokens in sorted(links):
        pointed_at = zh_tokens if near[0] else en_tokens
        if not asked or not row.near.isdisjoint(pointed_at):
            link = WordLink(_join(row.zh, zh_tokens), _join(row.en, en_tokens))
            chosen.append(link)
    return tuple(chosen)


def pair_facts(zh: str, en: str) -> Iterator[tuple[CharSpan, CharSpan]]:
    """Yield the numbers and dates that both texts have, as character spans."""
    zh_facts = find_facts(_POINT.sub(r"第\1", zh), "zh")
    en_facts = find_facts(en, "en")
    for zh_fact, en_fact in compare_facts(zh_facts, en_facts).matched:
        if RELATIVE in (zh_fact.value, en_fact.value):
            continue
        end = zh_fact.end
        if zh_fact.kind == "quarter":  # the English span does not include "quarter"
            end -= len("季度")
        yield (zh_fact.start, end), (en_fact.start, en_fact.end)


def _link_facts(zh: str, en: str, row: CandidateRow) -> Iterator[TokenPair]:
    for zh_span, en_span in pair_facts(zh, en):
        yield pair_tokens(row, zh_span, en_span)


def _text_at(text: str, spans: Iterable[CharSpan]) -> str:
    return "".join(text[start:end] for start, end in spans)


def _join(tokens: Sequence[Token], chosen: Sequence[int]) -> tuple[CharSpan, ...]:
    spans: list[CharSpan] = []
    for number, at in enumerate(chosen):
        token = tokens[at]
        if number and chosen[number - 1] == at - 1:
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
    return tuple(spans)
