"""Compiled loops of terms. Imports numba, so import this module in functions."""

import numpy as np

from ....aligner.arrays import I32, I64
from ....aligner.text.compiled import compile_loop


@compile_loop(nogil=True)
def split_groups(
    places: I32, groups: I32, nexts: I32, texts: I32, words: int, least: int
) -> tuple[I32, I64]:
    """Split groups of places by the word that follows; keep those in at least ``least`` texts.

    :param places: places in a corpus, by group, rising within each.
    :param groups: the group of each place, rising.
    :param nexts: the number of the word that follows at each place, below ``words``.
    :param texts: the text of each place of the corpus, rising.
    :return: the places of the new groups, rising within each, and the end of each group.
    """
    number = _number_pairs(groups, nexts, words)
    count = int(np.max(number)) + 1 if number.shape[0] else 0
    sizes = np.zeros(count, np.int64)
    distinct = np.zeros(count, np.int64)
    last = np.full(count, -1, np.int32)
    for at in range(places.shape[0]):
        group, text = number[at], texts[places[at]]
        sizes[group] += 1
        if last[group] != text:
            last[group] = text
            distinct[group] += 1
    free = np.full(count, -1, np.int64)
    ends = np.empty(count, np.int64)
    total, kept = 0, 0
    for group in range(count):
        if distinct[group] >= least:
            free[group] = total
            total += sizes[group]
            ends[kept] = total
            kept += 1
    found = np.empty(total, np.int32)
    for at in range(places.shape[0]):
        group = number[at]
        if free[group] >= 0:
            found[free[group]] = places[at]
            free[group] += 1
    return found, ends[:kept]


@compile_loop(nogil=True)
def _number_pairs(groups: I32, nexts: I32, words: int) -> I32:
    """Return the number of each pair of a group and a word, from 0, rising with the groups."""
    last = np.full(words, -1, np.int32)  # the group in which each word occurred last
    known = np.zeros(words, np.int32)
    number = np.empty(groups.shape[0], np.int32)
    count = 0
    for at in range(groups.shape[0]):
        word = nexts[at]
        if last[word] != groups[at]:
            last[word] = groups[at]
            known[word] = count
            count += 1
        number[at] = known[word]
    return number


@compile_loop(nogil=True)
def is_varied(places: I32, size: int, line: I32) -> bool:
    """Return whether a run of words has two neighbours on either side.

    :param places: where the run begins.
    :param line: the number of the word at each place, 0 between stretches.
    """
    before, after = 0, 0  # the ends of stretches, each of which counts as a neighbour of its own
    first, last = 0, 0
    enough = min(2, places.shape[0])
    for place in places:
        if before < enough and (line[place - 1] == 0 or line[place - 1] != first):
            first = line[place - 1]
            before += 1
        if after < enough and (line[place + size] == 0 or line[place + size] != last):
            last = line[place + size]
            after += 1
    return bool(before >= enough and after >= enough)
