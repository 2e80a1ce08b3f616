"""Where a hit stands in its bead, and which words of the other side say the same.

A counterpart is found by the dictionary (CC-CEDICT): an English word whose stem is in the glosses
of the Chinese words that matched, or a Chinese word whose glosses have the stem that matched; by
its sound, for names; and by what other hits teach (:mod:`.taught`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..records import Language
from ..store.index.query import NEAR, QueryTerm
from ..text.dictionary import content_words, has_entry, translations
from ..text.pinyin import spellings, whole_spellings
from .tokens import Token, tokenize

LONGEST_WORD = 4
"""Characters of the longest Chinese word that is looked up as a counterpart."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage ``text[start:end]``."""

    start: int
    end: int


def find_hits(text: str, terms: Sequence[QueryTerm]) -> tuple[Mark, ...]:
    """Find the passages of a text that terms ask for, in order, none inside another."""
    found = [mark for term in terms for mark in _places(tokenize(text), term)]
    return _apart(found)


def _places(known: Sequence[Token], term: QueryTerm) -> Iterator[Mark]:
    first = term.parts[0]
    for at in range(len(known)):
        if not _fits(known, at, first, prefix=term.prefix):
            continue
        last = at + len(first) - 1
        if len(term.parts) == 1:
            yield Mark(known[at].start, known[last].end)
            continue
        second = term.parts[1]
        for after in range(last + 1, min(last + NEAR + 2, len(known))):
            if _fits(known, after, second, prefix=False):
                yield Mark(known[at].start, known[after + len(second) - 1].end)
                break


def _fits(known: Sequence[Token], at: int, wanted: tuple[str, ...], *, prefix: bool) -> bool:
    if at + len(wanted) > len(known):
        return False
    there = known[at : at + len(wanted)]
    if not prefix:
        return all(token.stem == word for token, word in zip(there, wanted, strict=True))
    *whole, start = wanted
    same = all(token.form == word for token, word in zip(there, whole, strict=False))
    return same and there[-1].form.startswith(start)


def find_counterparts(
    own: str,
    marks: Sequence[Mark],
    other: str,
    side: Language,
    taught: frozenset[str] = frozenset(),
) -> tuple[Mark, ...]:
    """Find the words of the other side that translate the marked passages.

    :param own: the text that holds the marks, of the language ``side``.
    :param taught: words of the other side that are known to translate them.
    """
    if not marks:
        return ()
    passages = [own[mark.start : mark.end] for mark in marks]
    if side == "zh":
        return _english(passages, other, taught)
    return _chinese(passages, other, taught)


def _english(passages: Sequence[str], other: str, taught: frozenset[str]) -> tuple[Mark, ...]:
    stems = set(taught)
    for passage in passages:
        stems |= spellings(passage)
        for word in content_words(passage, "zh"):
            stems |= translations(word) | {word}
    return _apart(
        [Mark(token.start, token.end) for token in tokenize(other) if token.stem in stems]
    )


def _chinese(passages: Sequence[str], other: str, taught: frozenset[str]) -> tuple[Mark, ...]:
    forms = frozenset(token.form for passage in passages for token in tokenize(passage))
    wanted = _Wanted(
        stems=frozenset(word for passage in passages for word in content_words(passage, "en")),
        forms=forms,
        learned=taught,
    )
    known = tokenize(other)
    found: list[Mark] = []
    at = 0
    while at < len(known):
        length = next(
            (size for size in range(LONGEST_WORD, 0, -1) if _translates(known, at, size, wanted)), 0
        )
        if length:
            found.append(Mark(known[at].start, known[at + length - 1].end))
        at += length or 1
    return _apart(found)


@dataclass(frozen=True, slots=True)
class _Wanted:
    stems: frozenset[str]
    forms: frozenset[str]
    learned: frozenset[str]


def _translates(known: Sequence[Token], at: int, size: int, wanted: _Wanted) -> bool:
    there = known[at : at + size]
    if len(there) < size or there[-1].end - there[0].start != sum(len(t.form) for t in there):
        return False
    word = "".join(token.form for token in there)
    if word in wanted.learned or (size > 1 and not whole_spellings(word).isdisjoint(wanted.forms)):
        return True
    if size > 1 and not has_entry(word):
        return False  # its parts are tried alone
    return word in wanted.stems or bool(translations(word) & wanted.stems)


def _apart(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)
