"""Compiled loops of the word model. Imports numba, so import this module in functions.

A row has n observed tokens and m states, which are the tokens of the other text. In the arrays of a
block, ``cell[start + j * m + i]`` is the number of the pair of Chinese token j and English token i.
"""

import numpy as np
from numpy.typing import NDArray

from ...arrays import F32, F64, I32, I64
from ..compiled import compile_loop


@compile_loop(nogil=True)
def number_cells(zh: I32, zh_start: I64, en: I32, en_start: I64, cell_start: I64, pair: I32) -> I32:
    """Return the number of the pair in each cell of all rows.

    :param pair: the number of each pair of a Chinese and an English token, (tokens, tokens).
    """
    cell = np.empty(cell_start[-1], np.int32)
    for row in range(zh_start.shape[0] - 1):
        at = cell_start[row]
        for j in range(zh_start[row], zh_start[row + 1]):
            for i in range(en_start[row], en_start[row + 1]):
                cell[at] = pair[zh[j], en[i]]
                at += 1
    return cell


@compile_loop(nogil=True)
def mark_pairs(zh: I32, zh_start: I64, en: I32, en_start: I64, seen: I32) -> None:
    """Write 1 into ``seen``, (tokens, tokens), for every pair of tokens that share a row."""
    for row in range(zh_start.shape[0] - 1):
        for j in range(zh_start[row], zh_start[row + 1]):
            for i in range(en_start[row], en_start[row + 1]):
                seen[zh[j], en[i]] = 1


@compile_loop(nogil=True, fastmath=True)
def _transitions(jumps: F32, states: int) -> F32:
    """Return the probability of each step between two states, (states, states)."""
    half = (jumps.shape[0] - 1) // 2
    out = np.empty((states, states), np.float32)
    for i in range(states):
        total = np.float32(0.0)
        for k in range(states):
            width = min(max(k - i, -half), half)
            out[i, k] = jumps[width + half]
            total += out[i, k]
        for k in range(states):
            out[i, k] /= total
    return out


@compile_loop(nogil=True, fastmath=True)
def _go_forward(emission: F32, null: F32, step: F32, skip: float, real: F32, mass: F32) -> F32:
    """Write the forward probabilities of each token and state; return the scale of each token.

    :param real: output; the state translates the token.
    :param mass: output; the same, plus the tokens that the null word emitted after the state.
    """
    tokens, states = emission.shape
    keep = np.float32(1.0 - skip)
    scale = np.empty(tokens, np.float32)
    before = np.full(states, np.float32(1.0 / states), np.float32)
    into = before.copy()
    for j in range(tokens):
        lost = np.float32(skip) * null[j]
        if j > 0:
            into[:] = np.float32(0.0)
            for i in range(states):
                before[i] = mass[j - 1, i]
                for k in range(states):
                    into[k] += before[i] * step[i, k]
        total = np.float32(0.0)
        for k in range(states):
            real[j, k] = keep * emission[j, k] * into[k]
            mass[j, k] = real[j, k] + lost * before[k]
            total += mass[j, k]
        scale[j] = total
        for k in range(states):
            real[j, k] /= total
            mass[j, k] /= total
    return scale


@compile_loop(nogil=True, fastmath=True)
def _go_backward(
    emission: F32,
    null: F32,
    step: F32,
    skip: float,
    real: F32,
    mass: F32,
    scale: F32,
) -> F32:
    """Turn the forward probabilities ``real`` into posteriors; return the counts of the steps."""
    tokens, states = emission.shape
    keep = np.float32(1.0 - skip)
    later = np.ones(states, np.float32)
    arriving = np.empty(states, np.float32)
    counted = np.zeros((states, states), np.float32)
    for j in range(tokens - 1, 0, -1):
        for k in range(states):
            real[j, k] *= later[k]
            arriving[k] = keep * emission[j, k] * later[k] / scale[j]
        stay = np.float32(skip) * null[j] / scale[j]
        for i in range(states):
            weight = mass[j - 1, i]
            total = np.float32(0.0)
            for k in range(states):
                total += step[i, k] * arriving[k]
                counted[i, k] += weight * arriving[k]
            later[i] = total + stay * later[i]
    for k in range(states):
        real[0, k] *= later[k]
    return counted * step


@compile_loop(nogil=True, fastmath=True)
def walk(emission: F32, null: F32, step: F32, skip: float, posterior: F32) -> F32:
    """Compute the posterior of each state at each token by forward-backward.

    The null word emits the tokens without a translation and remembers the last state (Och and Ney
    2003).

    :param emission: probability of each token in each state, (tokens, states).
    :param null: probability of each token under the null word, (tokens,).
    :param step: probability of each step between two states, (states, states).
    :param skip: probability that a token has no translation.
    :param posterior: output, (tokens, states); 1 minus a row's sum is the share of the null word.
    :return: the expected number of each step, (states, states).
    """
    mass = np.empty_like(posterior)
    scale = _go_forward(emission, null, step, skip, posterior, mass)
    return _go_backward(emission, null, step, skip, posterior, mass, scale)


@compile_loop(nogil=True, fastmath=True)
def _weigh(emission: F32, null: F32, slant: float, skip: float, posterior: F32) -> None:
    """Write the posterior of each state by IBM model 1 with the diagonal prior of fast_align."""
    tokens, states = emission.shape
    near = np.empty(states, np.float32)
    for j in range(tokens):
        total = np.float32(0.0)
        for i in range(states):
            apart = abs((j + 0.5) / tokens - (i + 0.5) / states)
            near[i] = np.exp(-slant * apart)
            total += near[i]
        share = np.float32(1.0 - skip) / total
        total = np.float32(skip) * null[j]
        for i in range(states):
            posterior[j, i] = emission[j, i] * near[i] * share
            total += posterior[j, i]
        for i in range(states):
            posterior[j, i] /= total


@compile_loop(nogil=True, fastmath=True)
def _expect_row(
    cell: I32,
    token: I32,
    chance: F32,
    null: F32,
    jumps: F32,
    slant: float,
    skip: float,
    count: F64,
    alone: F64,
    jumped: F64,
) -> None:
    """Add the expected counts of one row in one direction; see :func:`expect` for the others.

    :param cell: the number of the pair of each token and state, (tokens, states).
    :param token: the number of each token, (tokens,).
    """
    tokens, states = cell.shape
    emission = np.empty((tokens, states), np.float32)
    for j in range(tokens):
        for i in range(states):
            emission[j, i] = chance[cell[j, i]]
    posterior = np.empty((tokens, states), np.float32)
    if slant < 0:
        crossed = walk(emission, null[token], _transitions(jumps, states), skip, posterior)
        half = (jumps.shape[0] - 1) // 2
        for i in range(states):
            for k in range(states):
                jumped[min(max(k - i, -half), half) + half] += crossed[i, k]
    else:
        _weigh(emission, null[token], slant, skip, posterior)
    for j in range(tokens):
        rest = 1.0
        for i in range(states):
            rest -= posterior[j, i]
            count[cell[j, i]] += posterior[j, i]
        alone[token[j]] += max(rest, 0.0)


@compile_loop(nogil=True)
def expect(
    rows: tuple[int, int],
    zh: I32,
    zh_start: I64,
    en: I32,
    en_start: I64,
    cell: I32,
    cell_start: I64,
    chance: F32,
    zh_null: F32,
    en_null: F32,
    jumps: F32,
    slant: float,
    skip: float,
    count: F64,
    zh_alone: F64,
    en_alone: F64,
    jumped: F64,
) -> None:
    """Add the expected counts of some rows, in both directions.

    In direction 0 the states are the English tokens, in direction 1 the Chinese tokens.

    :param rows: the first row, and the one after the last.
    :param chance: probability of each pair in each direction, (2, pairs).
    :param zh_null: probability of each Chinese token under the null word; ``en_null`` likewise.
    :param jumps: probability of each step width in each direction, (2, widths).
    :param slant: weight of the diagonal in the first model, IBM model 1; below 0 the second model
        is used, the hidden Markov model.
    :param count: output that is added to, (2, pairs).
    :param zh_alone: output that is added to: expected count of each Chinese token without a
        translation; ``en_alone`` likewise.
    :param jumped: output that is added to: counts of step widths, (2, widths).
    """
    for row in range(rows[0], rows[1]):
        left = zh[zh_start[row] : zh_start[row + 1]]
        right = en[en_start[row] : en_start[row + 1]]
        pairs = cell[cell_start[row] : cell_start[row + 1]].reshape((left.shape[0], right.shape[0]))
        _expect_row(
            pairs, left, chance[0], zh_null, jumps[0], slant, skip, count[0], zh_alone, jumped[0]
        )
        _expect_row(
            pairs.T, right, chance[1], en_null, jumps[1], slant, skip, count[1], en_alone, jumped[1]
        )


@compile_loop(nogil=True, fastmath=True)
def find_posteriors(emission: F32, null: F32, jumps: F32, skip: float) -> F32:
    """Return the posterior of each state at each token of one row, (tokens, states)."""
    posterior = np.empty(emission.shape, np.float32)
    walk(emission, null, _transitions(jumps, emission.shape[1]), skip, posterior)
    return posterior


@compile_loop(nogil=True)
def find_spans(
    from_en: F32,
    from_zh: F32,
    passages: I32,
    cost: F32,
    stop: NDArray[np.bool_],
    widest: int,
    least: float,
) -> tuple[I32, F32]:
    """Return the English span of each Chinese passage of a row, and its confidence.

    :param from_en: posteriors of the row, (Chinese tokens, English tokens); ``from_zh`` likewise.
    :param passages: the first token of each passage and the one after its last, (passages, 2).
    :param cost: weight that each English token needs to widen a span.
    :param stop: whether each English token is a stop word; a span neither starts nor ends with one.
    :param widest: maximum number of tokens in a span.
    :param least: least weight of the best token in a span.
    :return: first and last token of each span, -1 for none, (passages, 2); and the confidence: the
        share of the span that the passage translates, times the share of the passage that the span
        translates.
    """
    states = from_en.shape[1]
    runs = np.full(passages.shape, -1, np.int32)
    sure = np.zeros(passages.shape[0], np.float32)
    weight = np.empty(states, np.float32)
    for n in range(passages.shape[0]):
        start, end = passages[n]
        for i in range(states):
            share, rest = np.float32(0.0), np.float32(1.0)
            for j in range(start, end):
                share += from_zh[j, i]
                rest *= np.float32(1.0) - from_en[j, i]
            weight[i] = (min(share, np.float32(1.0)) + np.float32(1.0) - rest) / 2
        first, last = _best_run(weight, cost, widest, least)
        while first >= 0 and first <= last and stop[first]:
            first += 1
        while first <= last and first >= 0 and stop[last]:
            last -= 1
        if 0 <= first <= last:
            runs[n, 0], runs[n, 1] = first, last
            sure[n] = _how_sure(from_en, weight, stop, (start, end), (first, last))
    return runs, sure


@compile_loop(nogil=True)
def _best_run(weight: F32, cost: F32, widest: int, least: float) -> tuple[int, int]:
    """Return the span whose weights exceed their costs most, or (-1, -1).

    The best weight in the span is at least ``least``.
    """
    best, value = (-1, -1), 1e-6
    for first in range(weight.shape[0]):
        total, highest = 0.0, 0.0
        for last in range(first, min(first + widest, weight.shape[0])):
            total += weight[last] - cost[last]
            highest = max(highest, weight[last])
            if highest >= least and total > value:
                best, value = (first, last), total
    return best


@compile_loop(nogil=True)
def _how_sure(
    from_en: F32,
    weight: F32,
    stop: NDArray[np.bool_],
    passage: tuple[int, int],
    run: tuple[int, int],
) -> float:
    """Return the confidence of a span: the product of the shares that :func:`find_spans` names."""
    translated, words = 0.0, 0
    for i in range(run[0], run[1] + 1):
        if not stop[i]:
            translated += weight[i]
            words += 1
    found = 0.0
    for j in range(passage[0], passage[1]):
        for i in range(run[0], run[1] + 1):
            found += from_en[j, i]
    return translated / max(words, 1) * found / max(passage[1] - passage[0], 1)


@compile_loop(nogil=True)
def link_rows(
    zh: I32,
    zh_start: I64,
    en: I32,
    en_start: I64,
    cell: I32,
    cell_start: I64,
    chance: F32,
    zh_null: F32,
    en_null: F32,
    jumps: F32,
    skip: float,
) -> F32:
    """Return the posteriors of all cells in both directions, (2, cells).

    The parameters are those of :func:`expect`.
    """
    out = np.empty((2, cell_start[-1]), np.float32)
    for row in range(zh_start.shape[0] - 1):
        left = zh[zh_start[row] : zh_start[row + 1]]
        right = en[en_start[row] : en_start[row + 1]]
        shape = left.shape[0], right.shape[0]
        cells = slice(cell_start[row], cell_start[row + 1])
        pairs = cell[cells].reshape(shape)
        emission = np.empty(shape, np.float32)
        reverse = np.empty((shape[1], shape[0]), np.float32)
        for j in range(shape[0]):
            for i in range(shape[1]):
                emission[j, i] = chance[0, pairs[j, i]]
                reverse[i, j] = chance[1, pairs[j, i]]
        out[0, cells] = find_posteriors(emission, zh_null[left], jumps[0], skip).ravel()
        from_zh = find_posteriors(reverse, en_null[right], jumps[1], skip)
        out[1, cells] = np.ascontiguousarray(from_zh.T).ravel()
    return out
