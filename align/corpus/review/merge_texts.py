"""Merge two changes of one text, word by word, as version control merges two changes of a file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+|\s+|[^\w\s]")
"""A Chinese character, a word or number, spaces, or a punctuation mark."""


@dataclass(frozen=True, slots=True)
class Change:
    """Tokens ``start`` to ``stop`` of a base text that another text replaces by ``new``."""

    start: int
    stop: int
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MergedText:
    """Two changes of one text, merged.

    ``text`` has both changes. Where they touch the same words it has the words of both, and
    ``is_clean`` is false.
    """

    text: str
    is_clean: bool


def split_words(text: str) -> list[str]:
    """Return the words, Chinese characters, spaces and punctuation of a text, in order.

    >>> split_words("湖水 is clear.")
    ['湖', '水', ' ', 'is', ' ', 'clear', '.']
    """
    return _TOKEN.findall(text)


def find_changes(base: Sequence[str], text: Sequence[str]) -> list[Change]:
    """Return the changes that make ``text`` of ``base``; both are lists of tokens."""
    matcher = SequenceMatcher(None, base, text, autojunk=False)
    return [
        Change(start, stop, tuple(text[first:last]))
        for kind, start, stop, first, last in matcher.get_opcodes()
        if kind != "equal"
    ]


def merge_texts(base: str, mine: str, theirs: str, gap: str = " ") -> MergedText:
    """Merge two changes of a text.

    :param gap: what separates the two versions where both changed the same words.

    >>> merge_texts("The lake is clear.", "The lake is very clear.", "The pond is clear.")
    MergedText(text='The pond is very clear.', is_clean=True)
    >>> merge_texts("The lake is clear.", "The sea is clear.", "The pond is clear.")
    MergedText(text='The pond sea is clear.', is_clean=False)
    """
    tokens = split_words(base)
    changes = [(change, True) for change in find_changes(tokens, split_words(mine))]
    changes += [(change, False) for change in find_changes(tokens, split_words(theirs))]
    changes.sort(key=lambda item: (item[0].start, item[0].stop, item[1]))
    pieces: list[str] = []
    at, is_clean = 0, True
    for cluster in _cluster(changes):
        start = cluster[0][0].start
        stop = max(change.stop for change, _ in cluster)
        pieces += tokens[at:start]
        own = _apply(tokens, start, stop, [change for change, is_mine in cluster if is_mine])
        others = _apply(tokens, start, stop, [change for change, is_mine in cluster if not is_mine])
        sides = {is_mine for _, is_mine in cluster}
        if sides == {True} or own == others:
            pieces.append(own)
        elif sides == {False}:
            pieces.append(others)
        else:
            pieces.append(_join_versions(others, own, gap))
            is_clean = False
        at = stop
    return MergedText("".join([*pieces, *tokens[at:]]), is_clean)


def _cluster(changes: Sequence[tuple[Change, bool]]) -> list[list[tuple[Change, bool]]]:
    """Return the changes in groups; those of one group touch the same words."""
    clusters: list[list[tuple[Change, bool]]] = []
    for item in changes:
        last = clusters[-1] if clusters else []
        if any(_overlap(one, item[0]) for one, is_mine in last if is_mine != item[1]):
            last.append(item)
        else:
            clusters.append([item])
    return clusters


def _overlap(one: Change, other: Change) -> bool:
    """Return whether two changes touch the same words, or insert at the same place."""
    if one.start == one.stop and other.start == other.stop:
        return one.start == other.start
    if one.start == one.stop:
        return other.start < one.start < other.stop
    if other.start == other.stop:
        return one.start < other.start < one.stop
    return max(one.start, other.start) < min(one.stop, other.stop)


def _apply(tokens: Sequence[str], start: int, stop: int, changes: Sequence[Change]) -> str:
    """Return the tokens from ``start`` to ``stop`` with some changes."""
    pieces: list[str] = []
    at = start
    for change in changes:
        pieces += [*tokens[at : change.start], *change.new]
        at = change.stop
    return "".join([*pieces, *tokens[at:stop]])


def _join_versions(first: str, second: str, gap: str) -> str:
    """Return both versions of a passage, one after the other."""
    if not first or not second:
        return first or second
    between = gap if not (first[-1].isspace() or second[0].isspace()) else ""
    return first + between + second


def list_removed(text: str, chosen: str) -> tuple[str, ...]:
    """Return the passages of a text that another one does not have.

    >>> list_removed("The pond is very clear.", "The lake is clear.")
    ('pond', 'very')
    """
    tokens = split_words(text)
    gone = (
        "".join(tokens[change.start : change.stop]).strip()
        for change in find_changes(tokens, split_words(chosen))
    )
    return tuple(filter(None, gone))


def split_change(units: Sequence[str], text: str, gap: str) -> list[tuple[range, str]]:
    """Divide a changed text where its base was divided.

    :param units: the parts of the base, which ``gap`` separates.
    :return: runs of units, each with its part of the changed text. A run has more than one unit
        where a change crosses the border between them.

    >>> split_change(["One.", "Two.", "Three."], "One. 2. Three.", " ")
    [(range(0, 1), 'One.'), (range(1, 2), '2.'), (range(2, 3), 'Three.')]
    """
    base: list[str] = []
    borders: list[tuple[int, int]] = []  # tokens of the base before and after each gap
    for at, unit in enumerate(units):
        if at:
            borders.append((len(base), len(base) + len(split_words(gap))))
            base += split_words(gap)
        base += split_words(unit)
    tokens = split_words(text)
    changes = find_changes(base, tokens)
    cuts = [(0, 0, 0)]  # a unit, and where the text before it ends and its own begins
    for at, (before, after) in enumerate(borders, 1):
        if not any(_crosses(change, before, after) for change in changes):
            shift = sum(
                len(change.new) - (change.stop - change.start)
                for change in changes
                if change.stop <= before
            )
            cuts.append((at, before + shift, after + shift))
    cuts.append((len(units), len(tokens), len(tokens)))
    return [
        (range(first, stop), "".join(tokens[begin:end]))
        for (first, _, begin), (stop, end, _) in pairwise(cuts)
    ]


def _crosses(change: Change, before: int, after: int) -> bool:
    """Return whether a change crosses a border, whose gap is the tokens between two places."""
    if before == after:  # no gap: what is inserted there belongs to the unit before it
        return change.start < before < change.stop
    return change.start < after and change.stop > before
