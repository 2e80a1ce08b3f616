"""Count the rows that a reviewer visits with and without rows that are realigned after decisions.

    python -m benchmarks.realigned GOLD ... [--held-out]

Each text is stored with wrong rows of three kinds, and reviewed by a script that knows the gold:

* *shifted*: gold, with four runs of 8 to 25 rows in which one text is moved by one sentence, as in
  a translation memory where somebody lost a line.
* *by length*: the alignment of the engine ``galechurch``.
* *own*: the output of the aligner.

The script takes the least certain row each time, gives it the sentences of its gold bead if it is
wrong, and accepts it. :mod:`align.corpus.review.realign_after` then realigns undecided rows, with
several values for the least probability of a new row, or not at all. With ``--held-out``, the
aligner has weights that were trained on the other GOLD files (:mod:`benchmarks.review_keys`; ten
minutes), otherwise the released ones, which were trained on the chapters too.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from align.aligner import encoders
from align.aligner.engines import align_with
from align.aligner.evaluate import Gold, Link, read_gold
from align.aligner.match import AlignmentProblem, Model, Side, prepare
from align.corpus.review import Request, ReviewSession
from align.corpus.review.realign_after import SURE, find_realignments
from align.corpus.review.state import Cells, Edit, regroup
from align.corpus.store import Store
from align.corpus.store.records import Decision
from align.records import Bead
from benchmarks.review_keys import Reviewer, briefing_of, held_out, whole
from training.cuts import CUTS
from training.train import COPY, Collection

LEAST = (None, 0.5, 0.8, 0.9, SURE, 0.99)
"""Least probabilities of new rows; with ``None``, no row is realigned."""

RUNS = 4
SHORTEST, LONGEST = 8, 25  # rows of a shifted run


@dataclass
class Counts:
    """What happened in the review of one or more texts."""

    wrong: int = 0  # rows at the start
    visited: int = 0
    new: int = 0  # rows that realigning made
    right: int = 0  # those of them that are gold
    lost: int = 0  # rows that were gold before
    solved: int = 0  # decisions after which the rows were looked at again
    seconds: float = 0.0  # processor time for that

    def add(self, other: "Counts") -> None:
        """Add the counts of another text."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def shift_runs(gold: Sequence[Link], chance: random.Random) -> list[Link]:
    """Return gold rows, with runs in which one text is moved by one sentence."""
    rows = list(gold)
    for _ in range(RUNS):
        length = chance.randint(SHORTEST, LONGEST)
        start = chance.randrange(max(len(rows) - length, 1))
        run = rows[start : start + length]
        zh = [link[0] for link in run]
        en = [link[1] for link in run]
        if chance.random() < 0.5:  # downwards: the last row takes two texts
            en = [(), *en[:-2], en[-2] + en[-1]]
        else:
            en = [en[0] + en[1], *en[2:], ()]
        rows[start : start + length] = list(zip(zh, en, strict=True))
    return [row for row in rows if any(row)]


def as_links(beads: Sequence[Bead]) -> list[Link]:
    """Return the sentences of beads."""
    return [(bead.zh, bead.en) for bead in beads]


class Replay:
    """The review of one text by a script."""

    def __init__(self, session: ReviewSession, gold: Gold, problem: AlignmentProblem) -> None:
        self.session = session
        self.problem = problem
        self.gold = gold.beads
        self.reviewer = Reviewer(session, gold.beads)
        self.counts = Counts(wrong=self.reviewer.wrong)
        self._starts = _find_starts(gold.beads)

    def run(self, least: float | None) -> Counts:
        """Make all rows gold, the least certain first."""
        right = set(self.gold)
        while set(self.reviewer.rows) != right:
            at = self.reviewer.worst()
            self.counts.visited += 1
            row = self.session.state.rows[at].id
            if self.reviewer.rows[at] not in right:
                row = self._mend(at)
            op = f"script-{len(self.session.log)}"
            self.session.do(Request(op, "accept", (row,), seen=self.session.seq))
            if least is not None:
                self._realign(least)
        return self.counts

    def _mend(self, at: int) -> str:
        """Give a wrong row the sentences of its gold bead; return the id of the right row."""
        rows = self.reviewer.rows
        wanted = next(link for link in self.gold if _overlap(link, rows[at]))
        touched = [number for number, row in enumerate(rows) if _overlap(wanted, row)]
        run = range(touched[0], touched[-1] + 1)
        zh_start, en_start = self._starts[wanted]
        zh_stop, en_stop = zh_start + len(wanted[0]), en_start + len(wanted[1])
        above: list[Link] = []
        below: list[Link] = []
        for zh, en in rows[run.start : run.stop]:
            before = tuple(n for n in zh if n < zh_start), tuple(n for n in en if n < en_start)
            after = tuple(n for n in zh if n >= zh_stop), tuple(n for n in en if n >= en_stop)
            above += [before] if any(before) else []
            below += [after] if any(after) else []
        edit = regroup(self.session.state, run, self._name([*above, wanted, *below]))
        self._store(edit)
        return self.session.state.rows[run.start + len(above)].id

    def _name(self, links: Sequence[Link]) -> list[Cells]:
        """Return links in the names of the sentences."""
        zh, en = self.reviewer.names
        return [Cells(tuple(zh[n] for n in one[0]), tuple(en[n] for n in one[1])) for one in links]

    def _store(self, edit: Edit) -> None:
        """Store a change of the script's reviewer."""
        decision = Decision(f"script-{len(self.session.log)}", "script", "shift")
        self.session.store.decide(self.session.briefing, decision, edit.before, edit.after)
        self.session.refresh()

    def _realign(self, least: float) -> None:
        """Realign rows after the last decision, and count those that are new."""
        session = self.session
        next_row = session.state.rows[self.reviewer.worst()].id  # where the cursor goes
        start = time.process_time()
        found = find_realignments(
            session.state, session.log, session.log[-1], self.problem, {next_row}, least=least
        )
        self.counts.seconds += time.process_time() - start
        self.counts.solved += 1
        right = set(self.gold)
        for realignment in found:
            before = set(self.reviewer.rows)
            session.store_realignment(realignment)
            after = set(self.reviewer.rows)
            self.counts.new += len(after - before)
            self.counts.right += len((after - before) & right)
            self.counts.lost += len((before - after) & right)


def _find_starts(gold: Sequence[Link]) -> Mapping[Link, tuple[int, int]]:
    """Return the number of sentences of both sides before each bead."""
    starts: dict[Link, tuple[int, int]] = {}
    zh = en = 0
    for link in gold:
        starts[link] = zh, en
        zh += len(link[0])
        en += len(link[1])
    return starts


def _overlap(one: Link, other: Link) -> bool:
    """Return whether two links share a sentence."""
    return any({*ours} & {*theirs} for ours, theirs in zip(one, other, strict=True))


def review(
    gold: Gold, start: Sequence[Link], problem: AlignmentProblem, least: float | None
) -> Counts:
    """Review a text that is stored with the rows of ``start``; return the counts."""
    beads = [Bead(*link) for link in start]
    with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/c", create=True) as store:
        store.save(briefing_of(gold, beads), address=gold.id)
        session = ReviewSession(store, gold.id, "script", lambda *_: problem)
        return Replay(session, gold, problem).run(least)


def train(
    paths: Sequence[Path], names: Sequence[str], encoder: encoders.Encoder
) -> dict[str, Model]:
    """Return a model for each text that has not seen it."""
    texts = Collection.read(paths, encoder).with_copies(CUTS, COPY, encoder)
    return held_out(texts, names)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--held-out", action="store_true", help="train weights without each text")
    parser.add_argument("--review", nargs="+", help="ids of the texts to review; by default, all")
    arguments = parser.parse_args()
    encoder = encoders.load()
    golds = [gold for gold in map(read_gold, arguments.gold) if whole(gold)]
    golds = [gold for gold in golds if gold.id in (arguments.review or [gold.id])]
    models: dict[str, Model] = {}
    if arguments.held_out:
        models = train(arguments.gold, [gold.id for gold in golds], encoder)
    problems = []
    for gold in golds:
        zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
        en = Side(gold.en, gold.en_paragraphs, gold.en_turns)
        problems.append(prepare(zh, en, encoder, model=models.get(gold.id)))
    starts: dict[str, Callable[[Gold, AlignmentProblem], list[Link]]] = {
        "shifted": lambda gold, _: shift_runs(gold.beads, random.Random(gold.id)),
        "by length": lambda gold, _: as_links(align_with("galechurch", gold.zh, gold.en)),
        "own": lambda _, problem: as_links(problem.solve().alignment.beads),
    }
    print(
        "| rows | least probability | wrong rows | rows visited | new rows | of them right "
        "| right rows lost | processor ms each time |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, make_start in starts.items():
        for least in LEAST:
            counts = Counts()
            for gold, problem in zip(golds, problems, strict=True):
                counts.add(review(gold, make_start(gold, problem), problem, least))
            each = f"{1000 * counts.seconds / counts.solved:.0f}" if counts.solved else "-"
            cells = [counts.wrong, counts.visited, counts.new, counts.right, counts.lost, each]
            shown = "not realigned" if least is None else least
            print("|", " | ".join(map(str, [name, shown, *cells])), "|", flush=True)


if __name__ == "__main__":
    main()
