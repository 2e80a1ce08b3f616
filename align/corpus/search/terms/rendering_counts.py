"""Renderings of passages, found by the word model in each row and counted for each briefing."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ....aligner.arrays import I32, I64
from ....aligner.text.chinese import HAN_CHARACTER
from ....aligner.text.word_model.counts import WordChances
from ....aligner.text.word_model.posteriors import STOP_COST, SURE, WIDEST, WORD_COST, RowPosteriors
from ....aligner.text.word_model.tokens import ModelToken
from ....errors import AbsentError
from ...store.index import RenderingExample
from ...store.index.cut_rows import CHANGED, CutRows, CutRowTable, RowTexts
from ...store.index.full_text import FullTextIndex
from ...store.index.renderings import (
    EXAMPLES,
    RECORD,
    BriefingRenderings,
    Form,
    FormCount,
    Records,
    RenderingTable,
)
from ...store.index.text_numbers import read_texts
from ..word_counts import GROWN, WordCounter
from .candidates import TermCandidate

SENTENCE_START = 0.01
"""What a form counts that begins a sentence: its capital may be that of the sentence."""


_NO_PLACE = int(np.iinfo(np.int64).max)
"""The place of a missing example."""


@dataclass(slots=True)
class RenderingTotal:
    """One rendering of a passage in all rows.

    ``sure`` is the sum, over the rows, of how far passage and rendering account for each other.
    ``written`` weighs the ways to write it.
    """

    rows: int = 0
    sure: float = 0.0
    written: dict[str, float] = field(default_factory=dict)
    examples: list[RenderingExample] = field(default_factory=list)

    @property
    def best(self) -> str:
        """The form that is written most often."""
        if len(self.written) == 1:  # as nearly always; it is asked for each rendering
            return next(iter(self.written))
        return max(self.written, key=lambda form: (self.written[form], form))


@dataclass(frozen=True, slots=True)
class CountedTerm:
    """A candidate with its renderings by their content stems, '' for rows without any."""

    candidate: TermCandidate
    forms: Mapping[str, RenderingTotal]


class RenderingCounter:
    """Counts the renderings of candidates; what is stored of unchanged briefings is not counted.

    A briefing is counted again when its texts change, and when the corpus has :data:`GROWN` times
    the rows from which the word model had been counted.
    """

    def __init__(self, index: FullTextIndex, words: WordCounter) -> None:
        self._index = index
        self._rows = CutRowTable(index)
        self._table = RenderingTable(index)
        self._chances = words.chances()
        self._briefings = {one.briefing: one for one in words.briefings()}

    def count(
        self,
        candidates: Sequence[TermCandidate],
        rows: CutRows,
        progress: Callable[[int, int], object] = lambda *_: None,
    ) -> list[CountedTerm]:
        """Return the renderings of all candidates; none if the words are not counted.

        It may be interrupted at any time: the briefings that were counted are stored.

        :param rows: the rows by their numbers in the candidates.
        :param progress: gets counts of briefings; the first two thirds are what was done before.
        """
        if self._chances is None:
            return []
        self._table.keep_only(self._briefings)
        numbers = self._table.number(one.zh for one in candidates)
        own = np.array([numbers[one.zh] for one in candidates], np.int64)
        found = [np.empty(0, RECORD)]
        sources = [np.empty(0, np.int32)]
        count = len(rows.briefings)
        for at, wanted in enumerate(_group_by_briefing(candidates, rows)):
            records = self._count_briefing(rows.briefings[at], wanted, candidates, own, rows)
            records = records[np.isin(records["passage"], own[wanted.candidates])]
            found.append(records)
            sources.append(np.full(len(records), at, np.int32))
            progress(2 * count + at + 1, 3 * count)
        records = np.concatenate(found)
        found.clear()  # each copy has hundreds of megabytes
        merged = self._merge(records, np.concatenate(sources), rows.briefings)
        return [
            CountedTerm(one, merged.get(number, {}))
            for one, number in zip(candidates, own.tolist(), strict=True)
        ]

    def _count_briefing(
        self,
        briefing: str,
        wanted: "_WantedRows",
        candidates: Sequence[TermCandidate],
        own: I64,
        rows: CutRows,
    ) -> Records:
        """Return the renderings of a briefing with those of its candidates; count what is missing.

        :param own: the number of each candidate's passage.
        """
        assert self._chances is not None
        stored = self._get(briefing, self._chances)
        missing = ~np.isin(own[wanted.candidates], stored.records["passage"])
        if not missing.any():
            return stored.records
        passages: dict[int, list[str]] = defaultdict(list)
        for row, number in wanted.pairs(missing):
            passages[int(rows.positions[row])].append(candidates[number].zh)
        chosen = self._rows.choose(briefing, sorted(passages))
        counts = count_rows(chosen, [passages[row.position] for row in chosen], self._chances)
        records = np.concatenate([stored.records, self._table.make_records(counts)])
        self._table.put(briefing, BriefingRenderings(stored.texts, stored.seen, records))
        return records

    def _get(self, briefing: str, chances: WordChances) -> BriefingRenderings:
        """Return what is stored of a briefing, or nothing if it is to be counted again."""
        if briefing not in self._briefings:  # removed meanwhile
            raise AbsentError(CHANGED)
        texts, stored = self._briefings[briefing].texts, self._table.get(briefing)
        if stored is None or stored.texts != texts or stored.seen * GROWN < chances.rows:
            return BriefingRenderings(texts, chances.rows, np.empty(0, RECORD))
        return stored

    def _merge(
        self, records: Records, sources: I32, briefings: Sequence[str]
    ) -> dict[int, dict[str, RenderingTotal]]:
        """Return the renderings of each passage, by its number and by their content stems.

        :param sources: the number of each record's briefing, rising.
        """
        if not len(records):
            return {}
        pair = (records["passage"].astype(np.int64) << 32) | records["key"]
        order = np.argsort(pair, kind="stable")
        records, sources, pair = records[order], sources[order], pair[order]
        starts = _find_starts(pair)
        totals = [
            RenderingTotal(count, sure)
            for count, sure in zip(
                np.add.reduceat(records["rows"], starts).tolist(),
                np.add.reduceat(records["sure"], starts, dtype=np.float64).tolist(),
                strict=True,
            )
        ]
        firsts = records[starts]
        used = np.unique([records["key"], records["form"]])
        texts = read_texts(self._index, used.tolist())
        self._add_examples(totals, records, sources, starts, briefings)
        _add_forms(totals, records, starts, texts)
        found: dict[int, dict[str, RenderingTotal]] = defaultdict(dict)
        passages, keys = firsts["passage"].tolist(), firsts["key"].tolist()
        for passage, key, total in zip(passages, keys, totals, strict=True):
            found[passage][texts[key]] = total
        return found

    def _add_examples(
        self,
        totals: Sequence[RenderingTotal],
        records: Records,
        sources: I32,
        starts: I64,
        briefings: Sequence[str],
    ) -> None:
        """Add the first rows of each rendering.

        The records of a rendering are in the order of their first rows, so the first few records
        have the first few rows.

        :param starts: the first record of each rendering.
        """
        ids = self._rows.bead_ids()
        last = np.append(starts[1:], len(records)) - 1
        firsts = np.minimum(starts[:, None] + np.arange(EXAMPLES), last[:, None])
        position = records["examples"][firsts]
        place = (sources[firsts].astype(np.int64)[:, :, None] << 32) | position
        place = np.where(position < 0, _NO_PLACE, place).reshape(len(starts), -1)
        for total, places in zip(totals, place.tolist(), strict=True):
            for one in sorted(set(places) - {_NO_PLACE})[:EXAMPLES]:
                briefing = briefings[one >> 32]
                bead = ids.get((briefing, one & 0xFFFFFFFF))
                if bead is None:
                    raise AbsentError(CHANGED)
                total.examples.append(RenderingExample(bead, briefing))


def _add_forms(
    totals: Sequence[RenderingTotal],
    records: Records,
    starts: I64,
    texts: Mapping[int, str],
) -> None:
    """Add the ways to write each rendering, with their weights.

    :param starts: the first record of each rendering.
    """
    sizes = np.diff(np.append(starts, len(records)))
    form = (np.repeat(np.arange(len(starts)), sizes) << 32) | records["form"]
    order = np.argsort(form, kind="stable")
    form = form[order]
    firsts = _find_starts(form)
    weights = np.add.reduceat(records["weight"][order], firsts, dtype=np.float64)
    owners, numbers = form[firsts] >> 32, form[firsts] & 0xFFFFFFFF
    each = zip(owners.tolist(), numbers.tolist(), weights.tolist(), strict=True)
    for owner, number, weight in each:
        text = texts[number]
        if text:
            totals[owner].written[text] = weight


def _find_starts(values: I64) -> I64:
    """Return the place of the first of each run of equal values."""
    return np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]])[: len(values)])


@dataclass(frozen=True, slots=True, eq=False)
class _WantedRows:
    """The candidates that occur in a briefing, rising, and each pair of a candidate and a row."""

    candidates: I32
    number: I32
    row: I32

    def pairs(self, chosen: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
        """Yield the row and the number of those pairs whose candidate is chosen."""
        some = np.isin(self.number, self.candidates[chosen])
        return zip(self.row[some].tolist(), self.number[some].tolist(), strict=True)


def _group_by_briefing(candidates: Sequence[TermCandidate], rows: CutRows) -> Iterator[_WantedRows]:
    """Yield the candidates of each briefing with their rows."""
    every = np.concatenate([np.empty(0, np.int32), *(one.rows for one in candidates)])
    sizes = [len(one.rows) for one in candidates]
    numbers = np.repeat(np.arange(len(candidates), dtype=np.int32), sizes)
    order = np.argsort(every, kind="stable")
    every, numbers = every[order], numbers[order]
    for start, end in pairwise(np.searchsorted(every, rows.starts).tolist()):
        number = numbers[start:end]
        yield _WantedRows(np.unique(number), number, every[start:end])


@dataclass(frozen=True, slots=True)
class _Run:
    """The English of a passage: its tokens, and how sure it is."""

    tokens: Sequence[ModelToken]
    sure: float


_NO_RUN = _Run((), 0.0)


def count_rows(
    rows: Sequence[RowTexts], passages: Sequence[Sequence[str]], chances: WordChances
) -> dict[Form, FormCount]:
    """Return how some passages are rendered in each row of a briefing.

    :param passages: those to look up in each row.
    """
    from ....aligner.text.word_model.bulk import link_together

    found: dict[Form, FormCount] = defaultdict(FormCount)
    linked = link_together([(row.zh, row.en) for row in rows], chances)
    for row, posteriors, wanted in zip(rows, linked, passages, strict=True):
        for passage, run in zip(wanted, find_runs(posteriors, wanted), strict=True):
            _add_run(found, passage, run, row)
    return found


def find_runs(posteriors: RowPosteriors | None, passages: Sequence[str]) -> list[_Run]:
    """Return the English of the first occurrence of each passage of a row.

    :param posteriors: those of the row; ``None`` if it is too long.
    """
    from ....aligner.text.word_model.kernels import find_spans

    if posteriors is None:
        return [_NO_RUN] * len(passages)
    spans = _locate(posteriors, passages)
    stop = np.array([token.stop for token in posteriors.en])
    cost = np.where(stop, STOP_COST, WORD_COST).astype(np.float32)
    runs, sure = find_spans(posteriors.from_en, posteriors.from_zh, spans, cost, stop, WIDEST, SURE)
    return [
        _Run(posteriors.en[first : last + 1], float(certain)) if first >= 0 else _NO_RUN
        for (first, last), certain in zip(runs.tolist(), sure.tolist(), strict=True)
    ]


def _locate(posteriors: RowPosteriors, passages: Sequence[str]) -> I32:
    """Return the first token of each passage and the one after its last; 0 and 0 if it is absent.

    The text that is searched has one character for each token, so that places are numbers of
    tokens. Characters with punctuation between them are no passage.
    """
    text = "".join(
        token.key if len(token.key) == 1 and HAN_CHARACTER.match(token.key) else "\n"
        for token in posteriors.zh
    )
    spans = np.zeros((len(passages), 2), np.int32)
    for number, passage in enumerate(passages):
        at, size = text.find(passage), len(passage)
        while at >= 0 and posteriors.zh[at + size - 1].end - posteriors.zh[at].start != size:
            at = text.find(passage, at + 1)
        if at >= 0:
            spans[number] = at, at + size
    return spans


def _add_run(found: dict[Form, FormCount], passage: str, run: _Run, row: RowTexts) -> None:
    key = " ".join(token.key for token in run.tokens if not token.stop)
    form, weight = "", 0.0
    if run.tokens:
        start, end = run.tokens[0].start, run.tokens[-1].end
        before = row.en[:start].rstrip(" \"'“‘(")
        begins = not before or before[-1] in ".!?:\n"
        form, weight = row.en[start:end], SENTENCE_START if begins else 1.0
    count = found[passage, key, form]
    count.rows += 1
    count.sure += run.sure
    count.weight += weight
    if len(count.examples) < EXAMPLES:
        count.examples.append(row.position)
