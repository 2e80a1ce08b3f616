"""What translates some passages of a row: the marks of a search."""

from collections.abc import Iterable, Sequence

from .word_links import Places, Span, link_words, pair_facts
from .word_model.counts import WordChances
from .word_model.posteriors import RowPosteriors, link_row


def find_translations(
    zh: str, en: str, near: Places, chances: WordChances | None = None
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return what translates some passages of a row, as places of the Chinese and the English.

    :param near: the passages of the Chinese, and those of the English.
    :param chances: what the word model learned from the corpus, if it has counted it.
    """
    posteriors = link_row(zh, en, chances) if chances is not None else None
    if posteriors is None:
        links = link_words(zh, en, near=near)
        return (
            tuple(span for link in links for span in link.zh),
            tuple(span for link in links for span in link.en),
        )
    facts = _facts_at(zh, en, near)
    ours = [_fact_or_model(posteriors, facts, span, english=True) for span in near[1]]
    theirs = [_fact_or_model(posteriors, facts, span, english=False) for span in near[0]]
    return _merge(ours), _merge(theirs)


def _facts_at(zh: str, en: str, near: Places) -> Sequence[tuple[Span, Span]]:
    """Return the numbers and dates of both texts, if a passage has a digit or a numeral."""
    asked = [zh[slice(*span)] for span in near[0]] + [en[slice(*span)] for span in near[1]]
    if not any(character.isnumeric() for passage in asked for character in passage):
        return ()
    return tuple(pair_facts(zh, en))


def _fact_or_model(
    posteriors: RowPosteriors, facts: Iterable[tuple[Span, Span]], span: Span, *, english: bool
) -> Span | None:
    """Return what translates one passage.

    :param english: whether the passage is English.
    """
    own, other = (1, 0) if english else (0, 1)
    for fact in facts:
        if fact[own][0] < span[1] and fact[own][1] > span[0]:
            return fact[other]
    found = posteriors.find_chinese(*span) if english else posteriors.find_english(*span)
    return found[0] if found else None


def _merge(spans: Iterable[Span | None]) -> tuple[Span, ...]:
    """Return spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span is not None):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
