"""Keep the counts of the word model up to date with the index, a block of briefings at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from ...aligner.text.word_model.counts import add_counts
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


@dataclass(frozen=True, slots=True)
class _Block:
    """Briefings that are counted together, and the rows of each."""

    briefings: Sequence[CountedBriefing]
    rows: Sequence[Sequence[RowTexts]]


class WordCounter(WordTable):
    """The counts of a corpus, and the work of counting it."""

    @property
    def current(self) -> bool:
        """Whether everything is counted."""
        return not self.gone() and not self._waiting()

    def refresh(
        self, progress: Callable[[int, int], object] = lambda *_: None, blocks: int | None = None
    ) -> int:
        """Count the briefings that wait for it; return how many were counted.

        It may be interrupted at any time: finished blocks are kept.

        :param progress: gets how many briefings were counted, and how many are known to wait.
        :param blocks: count at most this many blocks.
        """
        gone = self.gone()
        if gone:
            self._remove(gone)
        done = 0
        while blocks is None or blocks > 0:
            waiting = self._waiting()
            block = self._read_block(waiting)
            if not block.briefings or not self._count(block):
                break
            done += len(block.briefings)
            blocks = None if blocks is None else blocks - 1
            progress(done, done + len(waiting) - len(block.briefings))
        return done

    def _waiting(self) -> list[CountedBriefing]:
        """Return the briefings to count: new and changed ones, else those counted too early."""
        known = self.briefings()
        changed = [one for one in known if one.texts != one.counted]
        chances = self.chances()
        if changed or chances is None:
            return changed
        return [one for one in known if one.seen * GROWN < chances.rows]

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

    def _count(self, block: _Block) -> bool:
        """Replace the counts of a block; return false if another program was quicker."""
        revision, total = self.revision(), self.total()
        base = add_counts([total], self.counts(one.briefing for one in block.briefings))
        rounds = (FIRST, SECOND)
        if base.rows:
            fresh = any(one.texts != one.counted for one in block.briefings)
            rounds = UPDATE if fresh else RECOUNT
        if len(block.rows) == 1:
            counted = [count_text(block.rows[0], base, rounds)]
        else:
            counted = count_words(block.rows, base, rounds)
        seen = base.rows + sum(one.rows for one in counted)
        added = {
            one.briefing: BriefingCounts(one.texts, seen, counts)
            for one, counts in zip(block.briefings, counted, strict=True)
        }
        return self.put(revision, add_counts([base, *counted]), added)

    def _remove(self, briefings: Sequence[str]) -> None:
        revision, total = self.revision(), self.total()
        self.put(revision, add_counts([total], self.counts(briefings)), {}, briefings)
