"""Renderings of passages, found by the word model in each row and counted for each briefing."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ....aligner.arrays import I32
from ....aligner.text.chinese import HAN_CHARACTER
from ....aligner.text.word_model.counts import WordChances
from ....aligner.text.word_model.posteriors import STOP_COST, SURE, WIDEST, WORD_COST, RowPosteriors
from ....aligner.text.word_model.tokens import ModelToken
from ....errors import AbsentError
from ...store.index import BeadTexts, RenderingExample
from ...store.index.renderings import (
    BriefingRenderings,
    PassageRenderings,
    RenderingCount,
    RenderingTable,
)
from ...store.index.terms import CHANGED, TermRows, TermTable
from ..word_counts import GROWN, WordCounter
from .candidates import TermCandidate

EXAMPLES = 3
"""Number of example rows stored with each rendering."""

SENTENCE_START = 0.01
"""What a form counts that begins a sentence: its capital may be that of the sentence."""

BLOCK = 50
"""Briefings whose renderings are stored together; an interrupted count resumes after them."""


@dataclass(slots=True)
class RenderingTotal:
    """One rendering of a passage in all rows; see :class:`RenderingCount` for the fields."""

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

    def add(self, count: RenderingCount, briefing: str) -> None:
        """Add the rows of one briefing."""
        self.rows += count.rows
        self.sure += count.sure
        for form, weight in count.written.items():
            self.written[form] = self.written.get(form, 0.0) + weight
        for bead in count.examples[: EXAMPLES - len(self.examples)]:
            self.examples.append(RenderingExample(bead, briefing))


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

    def __init__(self, terms: TermTable, words: WordCounter) -> None:
        self._terms = terms
        self._table = RenderingTable(terms.index)
        self._chances = words.chances()
        self._briefings = {one.briefing: one for one in words.briefings()}

    def count(
        self,
        candidates: Sequence[TermCandidate],
        rows: TermRows,
        progress: Callable[[int, int], object] = lambda *_: None,
    ) -> list[CountedTerm]:
        """Return the renderings of all candidates; none if the words are not counted.

        It may be interrupted at any time: the briefings that were counted are stored.

        :param rows: the texts by their numbers in the candidates.
        :param progress: gets counts of briefings; the first third is what was done before.
        """
        if self._chances is None:
            return []
        self._table.keep_only(self._briefings)
        found: list[dict[str, RenderingTotal]] = [defaultdict(RenderingTotal) for _ in candidates]
        count = len(rows.briefings)
        changed: dict[str, BriefingRenderings] = {}
        try:
            for number, wanted in enumerate(_group_by_briefing(candidates, rows)):
                briefing = rows.briefings[number]
                stored = self._get(briefing, self._chances)
                passages = {at: candidates[at].zh for at in wanted}
                missing = {at: zh for at, zh in passages.items() if zh not in stored.counts}
                if missing:
                    stored.counts.update(self._count_rows(wanted, missing, rows, self._chances))
                    changed[briefing] = stored
                for at, passage in passages.items():
                    _add_total(found[at], stored.counts[passage], briefing)
                if len(changed) == BLOCK:
                    self._table.put(changed)
                    changed = {}
                progress(count // 2 + number + 1, count // 2 + count)
        finally:
            self._table.put(changed)
        return [CountedTerm(*one) for one in zip(candidates, found, strict=True)]

    def _get(self, briefing: str, chances: WordChances) -> BriefingRenderings:
        """Return what is stored of a briefing, or nothing if it is to be counted again."""
        if briefing not in self._briefings:  # removed meanwhile
            raise AbsentError(CHANGED)
        texts, stored = self._briefings[briefing].texts, self._table.get(briefing)
        if stored is None or stored.texts != texts or stored.seen * GROWN < chances.rows:
            return BriefingRenderings(texts, chances.rows, {})
        return stored

    def _count_rows(
        self,
        wanted: Mapping[int, Sequence[int]],
        passages: Mapping[int, str],
        rows: TermRows,
        chances: WordChances,
    ) -> dict[str, PassageRenderings]:
        """Return the renderings of some passages in one briefing; each row is linked once.

        :param wanted: the rows of each candidate of the briefing.
        :param passages: the candidates to count.
        """
        of_row: dict[int, list[str]] = defaultdict(list)
        for at, passage in passages.items():
            for row in wanted[at]:
                of_row[row].append(passage)
        chosen = sorted(of_row)
        beads = self._terms.texts(rows.places[chosen].tolist())
        found: dict[str, PassageRenderings] = {passage: {} for passage in passages.values()}
        for row, bead in zip(chosen, beads, strict=True):
            runs = find_runs(bead.zh, bead.en, of_row[row], chances)
            for passage, run in zip(of_row[row], runs, strict=True):
                _add_run(found[passage], run, bead)
        return found


def _group_by_briefing(
    candidates: Sequence[TermCandidate], rows: TermRows
) -> Iterator[dict[int, list[int]]]:
    """Yield the candidates of each briefing with their rows, by their numbers, rising."""
    sizes = [len(one.texts) for one in candidates]
    texts = [np.asarray(one.texts, np.int32) for one in candidates]
    every = np.concatenate([np.empty(0, np.int32), *texts])
    numbers = np.repeat(np.arange(len(candidates), dtype=np.int32), sizes)
    order = np.argsort(every, kind="stable")
    every, numbers = every[order], numbers[order]
    borders = np.searchsorted(every, rows.starts).tolist()
    for start, end in pairwise(borders):
        found: dict[int, list[int]] = defaultdict(list)
        pairs = zip(numbers[start:end].tolist(), every[start:end].tolist(), strict=True)
        for number, row in pairs:
            found[number].append(row)
        yield found


def _add_total(
    totals: dict[str, RenderingTotal], renderings: PassageRenderings, briefing: str
) -> None:
    for key, count in renderings.items():
        totals[key].add(count, briefing)


@dataclass(frozen=True, slots=True)
class _Run:
    """The English of a passage: its tokens, and how sure it is."""

    tokens: Sequence[ModelToken]
    sure: float


_NO_RUN = _Run((), 0.0)


def find_runs(zh: str, en: str, passages: Sequence[str], chances: WordChances) -> list[_Run]:
    """Return the English of the first occurrence of each passage of a row."""
    from ....aligner.text.word_model.bulk import link_row_compiled
    from ....aligner.text.word_model.kernels import find_spans

    posteriors = link_row_compiled(zh, en, chances)
    if posteriors is None:
        return [_NO_RUN] * len(passages)
    spans = _locate(posteriors, passages)
    stop = np.array([token.stop for token in posteriors.en])
    cost = np.where(stop, STOP_COST, WORD_COST).astype(np.float32)
    runs, sure = find_spans(posteriors.from_en, posteriors.from_zh, spans, cost, stop, WIDEST, SURE)
    return [
        _Run(posteriors.en[first : last + 1], float(certain)) if first >= 0 else _NO_RUN
        for (first, last), certain in zip(runs.tolist(), sure, strict=True)
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


def _add_run(renderings: PassageRenderings, run: _Run, bead: BeadTexts) -> None:
    key = " ".join(token.key for token in run.tokens if not token.stop)
    count = renderings.setdefault(key, RenderingCount())
    count.rows += 1
    count.sure += run.sure
    if len(count.examples) < EXAMPLES:
        count.examples.append(bead.bead)
    if run.tokens:
        start, end = run.tokens[0].start, run.tokens[-1].end
        before = bead.en[:start].rstrip(" \"'“‘(")
        begins = not before or before[-1] in ".!?:\n"
        weight = SENTENCE_START if begins else 1.0
        form = bead.en[start:end]
        count.written[form] = count.written.get(form, 0.0) + weight
