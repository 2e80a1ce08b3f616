"""Keep the counts of the word model up to date with the index, a block of briefings at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from ...aligner.text.word_model.counts import WordCounts, add_counts
from ...aligner.text.word_model.training import (
    FIRST,
    SECOND,
    RowTexts,
    count_text,
    count_words,
    fits_block,
)
from ..store.index.words import BriefingCounts, CountedBriefing, WordTable

GROWN = 1.5
"""A briefing is counted again when the corpus has this many times the rows it had then."""

UPDATE = (2, 2)
"""Rounds of both models over texts that are new in a corpus that was counted before."""

RECOUNT = (0, 2)
"""Rounds over texts that were counted before."""


UNSAVED = 1 / 8
"""Share of the counted rows that may be unsaved.

All counts are written each time, so writing them for each block would take longer than counting."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Briefings that are counted together, and the rows of each."""

    briefings: Sequence[CountedBriefing]
    rows: Sequence[Sequence[RowTexts]]


@dataclass(slots=True)
class _Counting:
    """The counts of all briefings while they grow, and those of the briefings not saved yet.

    ``revision`` is that of the saved counts to which the unsaved ones were added.
    """

    revision: int
    total: WordCounts
    unsaved: dict[str, BriefingCounts] = field(default_factory=dict)

    @property
    def is_due(self) -> bool:
        """Whether many rows are unsaved."""
        rows = sum(one.counts.rows for one in self.unsaved.values())
        return rows >= UNSAVED * self.total.rows


class WordCounter(WordTable):
    """The counts of a corpus, and the work of counting it."""

    @property
    def current(self) -> bool:
        """Whether everything is counted."""
        return not self.gone() and not self._waiting(self._start())

    def refresh(
        self, progress: Callable[[int, int], object] = lambda *_: None, blocks: int | None = None
    ) -> int:
        """Count the briefings that wait for it; return how many were counted.

        It may be interrupted at any time: finished blocks are kept. If the process is killed, up to
        an eighth of them are counted again.

        :param progress: gets how many briefings were counted, and how many are known to wait.
        :param blocks: count at most this many blocks.
        """
        gone = self.gone()
        if gone:
            self._remove(gone)
        counting = self._start()
        done = 0
        try:
            while blocks is None or blocks > 0:
                waiting = self._waiting(counting)
                block = self._read_block(waiting)
                if not block.briefings:
                    break
                self._count(block, counting)
                if counting.is_due and not self._save(counting):
                    break
                done += len(block.briefings)
                blocks = None if blocks is None else blocks - 1
                progress(done, done + len(waiting) - len(block.briefings))
        finally:
            self._save(counting)
        return done

    def _start(self) -> _Counting:
        """Return the saved counts."""
        return _Counting(self.revision(), self.total())

    def _save(self, counting: _Counting) -> bool:
        """Save the counts; drop them and return false if another program was quicker."""
        unsaved, counting.unsaved = counting.unsaved, {}
        if not unsaved:
            return True
        saved = self.put(counting.revision, counting.total, unsaved)
        counting.revision += 1
        return saved

    def _waiting(self, counting: _Counting) -> list[CountedBriefing]:
        """Return the briefings to count: new and changed ones, else those counted too early."""
        known = [_with_unsaved(one, counting.unsaved) for one in self.briefings()]
        changed = [one for one in known if one.texts != one.counted]
        if changed:
            return changed
        return [one for one in known if one.seen * GROWN < counting.total.rows]

    def _read_block(self, waiting: Sequence[CountedBriefing]) -> _Block:
        """Return the first of some briefings with their rows."""
        chosen: list[CountedBriefing] = []
        rows: list[Sequence[RowTexts]] = []
        for one in waiting:
            read = self.rows(one.briefing)
            if chosen and not fits_block([*chain(*rows), *read]):
                break
            chosen.append(one)
            rows.append(read)
        return _Block(chosen, rows)

    def _count(self, block: _Block, counting: _Counting) -> None:
        """Replace the counts of a block."""
        base = counting.total.as_stored()  # the same whether or not it was interrupted
        before = self._counts_before(block, counting.unsaved)
        if before:
            base = add_counts([base], before)
        rounds = (FIRST, SECOND)
        if base.rows:
            fresh = any(one.texts != one.counted for one in block.briefings)
            rounds = UPDATE if fresh else RECOUNT
        if len(block.rows) == 1:
            counted = [count_text(block.rows[0], base, rounds)]
        else:
            counted = count_words(block.rows, base, rounds)
        seen = base.rows + sum(one.rows for one in counted)
        for one, counts in zip(block.briefings, counted, strict=True):
            counting.unsaved[one.briefing] = BriefingCounts(one.texts, seen, counts)
        counting.total = add_counts([base, *counted])

    def _counts_before(
        self, block: _Block, unsaved: Mapping[str, BriefingCounts]
    ) -> list[WordCounts]:
        """Return the counts that the briefings of a block had."""
        counted = [one.briefing for one in block.briefings if one.counted]
        saved = self.counts(name for name in counted if name not in unsaved)
        return saved + [unsaved[name].counts for name in counted if name in unsaved]

    def _remove(self, briefings: Sequence[str]) -> None:
        revision, total = self.revision(), self.total()
        self.put(revision, add_counts([total], self.counts(briefings)), {}, briefings)


def _with_unsaved(one: CountedBriefing, unsaved: Mapping[str, BriefingCounts]) -> CountedBriefing:
    """Return a briefing with what was counted of it last, saved or not."""
    last = unsaved.get(one.briefing)
    return one if last is None else replace(one, counted=last.texts, seen=last.seen)
