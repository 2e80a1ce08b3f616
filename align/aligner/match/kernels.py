"""Compiled loops over lattice edges. Imports numba, so import this module in functions.

Edges are sorted by their end node. Nodes are sorted by (zh position, en position), so an edge
always leads from a lower to a higher node.
"""

import numpy as np

from ..arrays import F32, F64, I8, I32, I64
from ..text.compiled import compile_loop


@compile_loop(nogil=True)
def _add_logs(one: float, two: float) -> float:
    """Return log(exp(one) + exp(two))."""
    if one < two:
        one, two = two, one
    return one if two == -np.inf else one + np.log1p(np.exp(two - one))


@compile_loop(nogil=True)
def forward(source: I32, target: I32, score: F64, nodes: int) -> F64:
    """Return the log of the summed weights of all paths from the first node to each node."""
    total = np.full(nodes, -np.inf)
    total[0] = 0.0
    for edge in range(source.shape[0]):
        place = target[edge]
        total[place] = _add_logs(total[place], total[source[edge]] + score[edge])
    return total


@compile_loop(nogil=True)
def backward(source: I32, target: I32, score: F64, nodes: int) -> F64:
    """Return the log of the summed weights of all paths from each node to the last node."""
    total = np.full(nodes, -np.inf)
    total[-1] = 0.0
    for edge in range(source.shape[0] - 1, -1, -1):
        place = source[edge]
        total[place] = _add_logs(total[place], total[target[edge]] + score[edge])
    return total


@compile_loop(nogil=True)
def join_cells(cells: I64, width: int, zh_sizes: I64, en_sizes: I64) -> tuple[I32, I32, I8]:
    """Return start cell, end cell and type of every bead between two cells, sorted by end.

    :param cells: sorted keys ``zh * width + en``.
    :param zh_sizes: the zh sentences of each bead type; ``en_sizes`` the en sentences.
    """
    types = zh_sizes.shape[0]
    source = np.empty(cells.shape[0] * types, np.int32)
    target = np.empty(cells.shape[0] * types, np.int32)
    kinds = np.empty(cells.shape[0] * types, np.int8)
    nearest = np.zeros(types, np.int64)  # the first cell that is not before the start of each type
    count = 0
    for end in range(cells.shape[0]):
        for kind in range(types):
            start = cells[end] - (zh_sizes[kind] * width + en_sizes[kind])
            while cells[nearest[kind]] < start:
                nearest[kind] += 1
            if cells[end] % width >= en_sizes[kind] and cells[nearest[kind]] == start:
                source[count] = nearest[kind]
                target[count] = end
                kinds[count] = kind
                count += 1
    return source[:count], target[:count], kinds[:count]


@compile_loop(nogil=True)
def k_best(source: I32, target: I32, score: F64, nodes: int, many: int) -> tuple[F64, I32, I32]:
    """Return the ``many`` best path scores per node, with the last edge and its rank of each."""
    best = np.full((nodes, many), -np.inf)
    edge_back = np.full((nodes, many), -1, np.int32)
    rank_back = np.full((nodes, many), -1, np.int32)
    best[0, 0] = 0.0
    for edge in range(source.shape[0]):
        node = target[edge]
        for rank in range(many):
            value = best[source[edge], rank] + score[edge]
            if not value > best[node, many - 1]:
                break
            place = many - 1
            while place > 0 and best[node, place - 1] < value:
                best[node, place] = best[node, place - 1]
                edge_back[node, place] = edge_back[node, place - 1]
                rank_back[node, place] = rank_back[node, place - 1]
                place -= 1
            best[node, place] = value
            edge_back[node, place] = edge
            rank_back[node, place] = rank
    return best, edge_back, rank_back


@compile_loop(fastmath=True, nogil=True)
def dot_products(left: F32, left_row: I32, right: F32, right_row: I32) -> F32:
    """Return the dot product of ``left[left_row[n]]`` and ``right[right_row[n]]`` for each n."""
    width = left.shape[1]
    out = np.empty(left_row.shape[0], np.float32)
    for n in range(left_row.shape[0]):
        total = np.float32(0.0)
        one = left_row[n]
        two = right_row[n]
        for column in range(width):
            total += left[one, column] * right[two, column]
        out[n] = total
    return out


@compile_loop(fastmath=True, nogil=True)
def score_beads(
    ends: I32,
    kinds: I8,
    zh_end: I64,
    en_end: I64,
    zh_sizes: I64,
    en_sizes: I64,
    zh: F32,
    zh_rows: I32,
    en: F32,
    en_rows: I32,
    slope: float,
    usual: F64,
    skip: float,
) -> F64:
    """Return the score of each bead: slope x cosine + the usual score of its type, or ``skip``.

    :param ends: the last cell of each bead; ``kinds`` its type.
    :param zh_end: the zh position of each cell; ``en_end`` the en position.
    :param zh_sizes: the zh sentences of each type; ``en_sizes`` the en sentences.
    :param zh: the different vectors of a :class:`.spans.SpanVectors`, and ``zh_rows`` its rows;
        ``en`` likewise.
    """
    out = np.empty(ends.shape[0])
    for n in range(ends.shape[0]):
        kind = kinds[n]
        if zh_sizes[kind] == 0 or en_sizes[kind] == 0:
            out[n] = skip
            continue
        left = zh[zh_sizes[kind] - 1, zh_rows[zh_end[ends[n]] - 1]]
        right = en[en_sizes[kind] - 1, en_rows[en_end[ends[n]] - 1]]
        cosine = np.float32(0.0)
        for column in range(left.shape[0]):
            cosine += left[column] * right[column]
        out[n] = slope * cosine + usual[kind]
    return out


@compile_loop(nogil=True)
def similarities(
    left: F32,
    left_rows: I32,
    right: F32,
    right_rows: I32,
    start: I32,
    end: I32,
    first: I32,
    last: I32,
    level: np.float32,
    reach: np.float32,
    most: np.float32,
    missing: np.float32,
) -> F32:
    """Return the similarity of spans [start, end) and [first, last) of two texts, (spans,).

    A call with tuples takes numba three times as long, which counts in small texts.

    :param left: the different vectors of a :class:`.spans.SpanVectors`, and ``left_rows`` its rows.
    :param level: the cosine of similarity 0.
    :param reach: the distance of ``level`` from the cosine of similarity 1.
    :param most: the largest similarity.
    :param missing: the value for a span that is empty, too long, or outside the text.
    """
    longest, width = left.shape[0], left.shape[2]
    counts = left_rows.shape[0], right_rows.shape[0]
    out = np.full(start.shape[0], missing, np.float32)
    place = np.empty(out.shape[0], np.int32)
    left_row, right_row = np.empty_like(place), np.empty_like(place)
    count = 0
    for n in range(out.shape[0]):
        a, b, c, d = start[n], end[n], first[n], last[n]
        inside = 0 <= a < b <= counts[0] and 0 <= c < d <= counts[1]
        if inside and b - a <= longest and d - c <= longest:
            place[count] = n
            left_row[count] = (b - a - 1) * left.shape[1] + left_rows[b - 1]
            right_row[count] = (d - c - 1) * right.shape[1] + right_rows[d - 1]
            count += 1
    cosine = dot_products(
        left.reshape(-1, width), left_row[:count], right.reshape(-1, width), right_row[:count]
    )
    for n in range(count):
        out[place[n]] = min((cosine[n] - level) / reach, most)
    return out


@compile_loop(nogil=True)
def cover_units(
    value: F32,
    weight: F32,
    unit_start: I32,
    low: I32,
    width: I32,
    base: I64,
    start: I32,
    end: I32,
    first: I32,
    last: I32,
) -> F32:
    """Return how the sentences [first, last) cover the units of [start, end), (edges, 7).

    The columns are those of ``features.words.NAMES``. ``value[base[i] + (u - unit_start[i]) *
    width[i] + (j - low[i])]`` is how well sentence j matches unit u of sentence i.
    """
    out = np.zeros((start.shape[0], 7), np.float32)
    sums = np.empty(8, np.float32)
    for edge in range(start.shape[0]):
        sums[:] = 0.0
        sums[7] = 9.0
        for i in range(start[edge], end[edge]):
            row, high = base[i] - low[i], low[i] + width[i]
            near = max(first[edge] - 1, low[i]), min(last[edge] + 1, high)
            for unit in range(unit_start[i], unit_start[i + 1]):
                _add_unit(sums, value, row, near, weight[unit], first[edge], last[edge])
                row += width[i]
        if sums[0] > 0:
            _shares(sums, last[edge] > first[edge], out[edge])
    return out


@compile_loop(inline="always")
def _add_unit(
    sums: F32,
    value: F32,
    row: int,
    near: tuple[int, int],
    weight: np.float32,
    first: int,
    last: int,
) -> None:
    """Add the weight of a unit, and how much of it the sentences [first, last) match, to ``sums``.

    ``value[row + j]`` is the match with sentence j, for j in the range ``near``.

    ``sums`` is float32 (8,): weight; matched weight; weight matched better by the sentence before,
    and by the sentence after; weight matched only by the first, and only by the last sentence;
    weight matched next to an empty span; least match of all units.
    """
    best = np.float32(0.0)
    behind_first = np.float32(0.0)
    before_last = np.float32(0.0)
    prior = np.float32(0.0)
    following = np.float32(0.0)
    for j in range(near[0], near[1]):
        found = value[row + j]
        if j < first:
            prior = found
        elif j >= last:
            following = found
        else:
            best = max(best, found)
            if j > first:
                behind_first = max(behind_first, found)
            if j < last - 1:
                before_last = max(before_last, found)
    sums[0] += weight
    if first == last:
        sums[6] += weight * max(prior, following)
        return
    sums[1] += weight * best
    sums[2] += weight * max(prior - best, np.float32(0.0))
    sums[3] += weight * max(following - best, np.float32(0.0))
    if last - first > 1:
        sums[4] += weight * (best - behind_first)
        sums[5] += weight * (best - before_last)
    sums[7] = min(sums[7], best)


@compile_loop(nogil=True)
def _shares(sums: F32, full: bool, out: F32) -> None:
    """Write the columns of one edge, (7,)."""
    total = sums[0]
    if not full:
        out[6] = sums[6] / total
        return
    out[0] = sums[1] / total
    out[1] = sums[1] - np.float32(0.4) * total
    out[2] = sums[2] + sums[3]
    out[3] = (sums[2] + sums[3]) / total
    out[4] = sums[4] + sums[5]
    out[5] = sums[7]


@compile_loop(nogil=True)
def match_words(
    word: I32,
    unit_start: I32,
    where: I32,
    where_start: I32,
    where_value: F32,
    low: I32,
    width: I32,
    base: I64,
) -> F32:
    """Return how well each sentence near a word translates it.

    ``where[where_start[w]:where_start[w + 1]]`` are the sentences that translate word w, in
    ascending order, and ``where_value`` how well they do.
    """
    out = np.zeros(base[-1], np.float32)
    for i in range(low.shape[0]):
        row = base[i] - low[i]
        for unit in range(unit_start[i], unit_start[i + 1]):
            first, last = where_start[word[unit]], where_start[word[unit] + 1]
            place, high = first, last
            while place < high:
                middle = (place + high) // 2
                if where[middle] < low[i]:
                    place = middle + 1
                else:
                    high = middle
            while place < last and where[place] < low[i] + width[i]:
                out[row + where[place]] = where_value[place]
                place += 1
            row += width[i]
    return out


@compile_loop(nogil=True)
def explain_sentences(
    token: I32,
    start: I64,
    other: I32,
    other_start: I64,
    chance: tuple[I64, I32, F32, F32],
    rare: F32,
    rows: tuple[I32, I32, I64, I32, I64],
    own: F32,
    own_start: I64,
    turned: bool,
    near: tuple[I32, I32, I64],
    longest: int,
    smooth: float,
    noise: float,
    out: F32,
) -> None:
    """Add to ``out`` how well spans of the other text explain each sentence near them.

    ``out[base[i] + (j - low[i]) * longest + size - 1]`` is the sum, over the tokens of sentence i,
    of the log ratio of their probability given the sentences [j, j + size) to their frequency.

    :param token: the tokens of the sentences, with their ``start``; ``other`` likewise.
    :param chance: for each token, where its pairs start; the other token and the count of each
        pair; the total count of each other token.
    :param rare: the inverse frequency of each token.
    :param rows: the row of each sentence, -1 for none; tokens of the rows with their starts, of
        this text and of the other text.
    :param own: the posteriors of the cells of the rows, which do not count for their own row.
    :param own_start: the first cell of each row.
    :param turned: whether the cells of a row are (other tokens, tokens), not the reverse.
    :param near: ``low``, the number of sentences near each sentence, and ``base``.
    :param smooth: added to the total counts.
    :param noise: probability that a token is independent of the other text.
    """
    pair_start, pair, count, total = chance
    low, width, base = near
    explained = np.zeros(total.shape[0], np.float32)
    taken = np.zeros(total.shape[0], np.float32)
    mass = np.zeros(other_start.shape[0], np.float32)
    for i in range(low.shape[0]):
        if width[i] == 0:
            continue
        row = rows[0][i]
        for unit in range(start[i], start[i + 1]):
            kind = token[unit]
            if row >= 0:
                _take_own(kind, row, rows, own, own_start, turned, 1, taken)
            for at in range(pair_start[kind], pair_start[kind + 1]):
                word = pair[at]
                rest = max(count[at] - taken[word], np.float32(0.0))
                left = max(total[word] - taken[word], np.float32(0.0))
                explained[word] = rest / (left + np.float32(smooth))
            if row >= 0:
                _take_own(kind, row, rows, own, own_start, turned, 0, taken)
            _weigh_sentences(explained, rare[kind], other, other_start, low[i], mass[: width[i]])
            _add_logs_of_spans(mass, other_start, low[i], width[i], longest, noise, base[i], out)
            for at in range(pair_start[kind], pair_start[kind + 1]):
                explained[pair[at]] = 0.0


@compile_loop(fastmath=True, nogil=True)
def _weigh_sentences(
    explained: F32,
    rare: float,
    other: I32,
    other_start: I64,
    low: int,
    mass: F32,
) -> None:
    """Write how well each sentence from ``low`` on explains a token, into ``mass``."""
    for j in range(mass.shape[0]):
        total = np.float32(0.0)
        for place in range(other_start[low + j], other_start[low + j + 1]):
            total += explained[other[place]]
        mass[j] = total * rare


@compile_loop(nogil=True)
def _take_own(
    kind: int,
    row: int,
    rows: tuple[I32, I32, I64, I32, I64],
    own: F32,
    own_start: I64,
    turned: bool,
    factor: int,
    taken: F32,
) -> None:
    """Write what a row itself counts for the pairs of a token; with factor 0 clear it."""
    _, ours, our_start, theirs, their_start = rows
    first, other_first = our_start[row], their_start[row]
    size, others = our_start[row + 1] - first, their_start[row + 1] - other_first
    for one in range(size):
        if ours[first + one] != kind:
            continue
        for two in range(others):
            cell = two * size + one if turned else one * others + two
            if factor:
                taken[theirs[other_first + two]] += own[own_start[row] + cell]
            else:
                taken[theirs[other_first + two]] = 0.0


@compile_loop(fastmath=True, nogil=True)
def _add_logs_of_spans(
    mass: F32,
    other_start: I64,
    low: int,
    width: int,
    longest: int,
    noise: float,
    base: int,
    out: F32,
) -> None:
    """Add the log ratio of one token for every span near it."""
    for j in range(width):
        total = np.float32(0.0)
        for size in range(1, min(longest, width - j) + 1):
            total += mass[j + size - 1]
            words = max(other_start[low + j + size] - other_start[low + j], 1)
            ratio = noise + (1.0 - noise) * total / words
            out[base + j * longest + size - 1] += np.float32(np.log(ratio))


@compile_loop(nogil=True)
def sum_spans(
    values: F32,
    near: tuple[I32, I32, I64],
    longest: int,
    start: I32,
    end: I32,
    first: I32,
    last: I32,
) -> F32:
    """Return the sums over the sentences [start, end) of their values for [first, last), (edges,).

    :param values: the output of :func:`explain_sentences`, with the same ``near``.
    """
    low, _, base = near
    out = np.zeros(start.shape[0], np.float32)
    for edge in range(start.shape[0]):
        size = last[edge] - first[edge]
        if size == 0:
            continue
        for i in range(start[edge], end[edge]):
            out[edge] += values[base[i] + (first[edge] - low[i]) * longest + size - 1]
    return out
