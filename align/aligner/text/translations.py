"""The translation of a search hit within its row, as spans to underline."""

from collections.abc import Iterable, Sequence

from ...records import CharSpan
from .word_links import Places, TaughtLinks, link_words, pair_facts
from .word_model.counts import WordChances
from .word_model.posteriors import SURE, RowPosteriors, link_row
from .word_model.training import SMALL

SURE_IN_FEW = 0.45
"""Least posterior of a marked word in a small corpus, whose posteriors are further from 1."""


def find_translations(
    zh: str,
    en: str,
    near: Places,
    chances: WordChances | None = None,
    taught: TaughtLinks = TaughtLinks(),  # noqa: B008 # frozen
) -> tuple[tuple[CharSpan, ...], tuple[CharSpan, ...]]:
    """Return the translations of the hits in a row, as spans of the Chinese and of the English.

    :param near: the spans of the hits in the Chinese, and in the English.
    :param chances: the word model of the corpus, if it has been trained.
    :param taught: links that people confirmed or rejected in this row.
    """
    posteriors = link_row(zh, en, chances) if chances is not None else None
    if posteriors is None or chances is None:
        links = link_words(zh, en, near=near, taught=taught)
        return (
            tuple(span for link in links for span in link.zh),
            tuple(span for link in links for span in link.en),
        )
    posteriors = posteriors.without(taught.wrong)
    known = (*taught.right, *_facts_at(zh, en, near))
    least = SURE if chances.rows >= SMALL else SURE_IN_FEW
    ours = [_find(posteriors, known, span, least, english=True) for span in near[1]]
    theirs = [_find(posteriors, known, span, least, english=False) for span in near[0]]
    return _merge(ours), _merge(theirs)


def _facts_at(zh: str, en: str, near: Places) -> Sequence[tuple[CharSpan, CharSpan]]:
    """Return the numbers and dates of both texts as pairs, if a hit contains a numeral."""
    asked = [zh[slice(*span)] for span in near[0]] + [en[slice(*span)] for span in near[1]]
    if not any(character.isnumeric() for passage in asked for character in passage):
        return ()
    return tuple(pair_facts(zh, en))


def _find(
    posteriors: RowPosteriors,
    known: Iterable[tuple[CharSpan, CharSpan]],
    span: CharSpan,
    least: float,
    *,
    english: bool,
) -> CharSpan | None:
    """Return the translation of one hit: the known one, else that of the word model.

    :param known: spans of both texts that belong together.
    :param least: least posterior of a marked word.
    :param english: whether the hit is in the English text.
    """
    own, other = (1, 0) if english else (0, 1)
    for pair in known:
        if pair[own][0] < span[1] and pair[own][1] > span[0]:
            return pair[other]
    find = posteriors.find_chinese if english else posteriors.find_english
    found = find(*span, least)
    return found[0] if found else None


def _merge(spans: Iterable[CharSpan | None]) -> tuple[CharSpan, ...]:
    """Return spans in order, with overlapping ones merged."""
    merged: list[CharSpan] = []
    for start, end in sorted(span for span in spans if span is not None):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
