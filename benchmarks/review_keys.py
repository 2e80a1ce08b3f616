"""Count the keys that turn the aligner's output into gold, from the top and worst first.

    python -m benchmarks.review_keys GOLD ... --review ID ...

Every text of ``--review`` is aligned by a model trained on the other GOLD files
(:mod:`train`: one long text, or a third of the short ones, is left out at a time), stored as a
briefing, and reviewed by a script through ``align.corpus.review``, without a browser:

* *top*: from the first row; ``a`` where the row is in gold, else the fewest keys that mend it.
* *queue*: most doubtful row first, until the rows are gold; rows not reached stay unreviewed. After
  each decision, the rows left are judged given the accepted ones, as on the page.
* *fixed*: the same without judging again.
* *bulk*: mend the wrong rows alone, then accept all rows at once. Scrolling is not counted.
* *blind*: ``a`` on every row.

A text whose gold beads cross or have a gap is refused: no move that is counted makes such rows.
The script knows the gold: it never reads, doubts or errs. Its keys are the least that a person
needs, not what a person takes, and its seconds are processor time of the session alone.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from align.aligner import encoders
from align.aligner.checks import check
from align.aligner.evaluate import Gold, Link
from align.aligner.match import AlignmentProblem, Model, Side, prepare
from align.aligner.match.features import FIRST, SECOND
from align.aligner.match.model import Weights
from align.corpus.review import Request, ReviewSession, worst_first
from align.corpus.review.realign import (
    alternative_key,
    best_split,
    judge_given_accepted,
    judge_late,
)
from align.corpus.store import BeadRow, Store
from align.records import DOUBTFUL, Alignment, Bead, Briefing, Document, Language, Sentence, Turn
from benchmarks.fewest_keys import LETTER, Place, Stroke, Ways, cheapest, knot
from benchmarks.review_queue import SHARES, found
from training.crf import scale
from training.cuts import CUTS
from training.train import COPY, PENALTY, Collection

BOTH = FIRST + SECOND
WAYS = ("blind", "top", "queue", "fixed", "bulk")

# -- the briefing ----------------------------------------------------------------------------------


def held_out(texts: Collection, wanted: Sequence[str]) -> dict[str, Model]:
    """Train for each text a model that has not seen it, as ``train.py --folds`` does."""
    informed = texts.with_pairs(FIRST, PENALTY)
    scored = informed.held_out(BOTH, PENALTY)
    models = {}
    for out in texts.folds():
        names = {texts.texts[n].gold.id for n in out} & set(wanted)
        if names:
            factor = informed.sharpness(scored, out)
            second = scale(informed.train(BOTH, PENALTY, out), factor)
            gappy = scale(informed.train(BOTH, PENALTY, out, gappy=True), factor)
            small = texts.small_weights(PENALTY, out)
            model = Model(texts.train(FIRST, PENALTY, out), second, gappy, small, Weights({}))
            models.update(dict.fromkeys(names, model))
    return models


def written(
    language: Language, texts: Sequence[str], paragraphs: Sequence[int], turns: Sequence[int]
) -> tuple[Document, tuple[Sentence, ...]]:
    """Make a document of sentences; where gold has no paragraphs, each is one."""
    gap = "" if language == "zh" else " "
    places = list(zip(turns or [0] * len(texts), paragraphs or range(len(texts)), strict=True))
    said: list[tuple[int, str]] = []
    sentences: list[Sentence] = []
    for (turn, _), group in groupby(range(len(texts)), key=lambda n: places[n]):
        members, start = list(group), 0
        for n in members:
            text = texts[n].strip() + (gap if n != members[-1] else "")
            end = start + len(text)
            sentences.append(Sentence(text, len(said), turn, start, end))
            start = end
        said.append((turn, "".join(one.text for one in sentences[-len(members) :])))
    parts = groupby(said, key=lambda one: one[0])
    made = tuple(Turn("", tuple(text for _, text in part)) for _, part in parts)
    return Document(language, "gold", made), tuple(sentences)


def briefing_of(gold: Gold, beads: Sequence[Bead]) -> Briefing:
    """Make a briefing of a gold text, aligned so."""
    zh, zh_cut = written("zh", gold.zh, gold.zh_paragraphs, gold.zh_turns)
    en, en_cut = written("en", gold.en, gold.en_paragraphs, gold.en_turns)
    return Briefing(gold.id, zh, en, zh_cut, en_cut, Alignment(tuple(beads), "held out"))


# -- the reviewer ----------------------------------------------------------------------------------


@dataclass
class Reviewer:
    """Presses keys at a session, and counts them."""

    session: ReviewSession
    gold: tuple[Link, ...]
    learns: bool = True  # whether rows are judged again after each decision
    side: Language = "en"  # where the page begins
    keys: int = 0
    accepts: int = 0
    looked: int = 0
    left: int | None = None  # wrong rows after a fifth of the rows were looked at
    seconds: float = 0.0
    issues: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    cuts: dict[Link, tuple[int, int] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Learn the names of the sentences."""
        state = self.session.state
        self.names = [list(state.sentence_numbers("zh")), list(state.sentence_numbers("en"))]
        self.numbers = [{name: n for n, name in enumerate(side)} for side in self.names]
        self.fifth = round(len(state.rows) / 5)

    @property
    def rows(self) -> tuple[Link, ...]:
        """The rows as they stand, in the numbers of gold."""
        zh, en = self.numbers
        return tuple(
            (tuple(zh[name] for name in row.zh), tuple(en[name] for name in row.en))
            for row in self.session.state.rows
        )

    @property
    def wrong(self) -> int:
        """The number of rows that are not gold."""
        return len([row for row in self.rows if row not in set(self.gold)])

    def look(self) -> None:
        """Count a row that is looked at."""
        if self.looked == self.fifth:
            self.left = self.wrong
        self.looked += 1

    def press(self, stroke: Stroke, at: int) -> None:
        """Press the keys of a command on the row at a place."""
        self.keys += stroke.keys
        self.accepts += stroke.action == "accept"
        if not stroke.action:
            return
        many = stroke.action == "accept-many"
        rows = self.session.state.rows if many else self.session.state.rows[at : at + 1]
        request = Request(
            f"script-{len(self.session.log)}",
            stroke.action,
            tuple(row.id for row in rows),
            seen=self.session.seq,
            side=self.side,
            up=stroke.up,
            zh=stroke.zh,
            en=stroke.en,
            option=stroke.option,
        )
        start = time.process_time()
        self.session.do(request)
        self.seconds += time.process_time() - start

    def cut(self, link: Link) -> tuple[int, int] | None:
        """Say where ``s`` would split a row."""
        if link not in self.cuts:
            zh, en = (tuple(self.names[side][n] for n in link[side]) for side in (0, 1))
            row = BeadRow("", self.session.briefing, 0.0, zh, en, "", "")
            self.cuts[link] = best_split(self.session.state, row, self.session.aligner)
        return self.cuts[link]

    def parts(self) -> list[Ways]:
        """Return the uncertain parts of the text given the accepted rows, as the page has them."""
        state = self.session.state
        problem = self.session.aligner(*state.ordered_sentences())
        if problem is None:
            return []
        accepted = state.to_beads(row for row in state.rows if row.status == "accepted")
        return [
            {alternative_key(state, way): tuple((b.zh, b.en) for b in way.beads) for way in part}
            for part in problem.solve(accepted).alternatives
            if part
        ]

    def mend(self, at: int, *, accepting: bool) -> Place:
        """Make the rows around a wrong one right; give them as they are then.

        :return: the rows, with the cursor as a place of the state.
        """
        rows = self.rows
        run, right = knot(rows, self.gold, at)
        links = rows[run.start : run.stop]
        here = Place(links, (False,) * len(links), at - run.start, self.side)
        for stroke, after in cheapest(here, right, self.cut, self.parts(), accepting=accepting):
            self.press(stroke, run.start + here.cursor)
            here, self.side = after, after.side
            shown = self.rows[run.start : run.start + len(here.rows)]
            if shown != here.rows:
                raise SystemExit(f"{stroke}: the session made {shown}, expected {here.rows}")
        return replace(here, cursor=run.start + here.cursor)

    def blind(self) -> None:
        """Accept every row."""
        for at in range(len(self.rows)):
            self.look()
            self.press(Stroke(1, "accept"), at)

    def top(self) -> None:
        """Go through all rows."""
        at, right = 0, set(self.gold)
        while at < len(self.rows):
            self.look()
            if self.rows[at] in right:
                self.press(Stroke(1, "accept"), at)
                at += 1
            else:
                at = self.mend(at, accepting=True).cursor

    def queue(self) -> None:
        """Take the most doubtful row each time, until the rows are gold."""
        right = set(self.gold)
        self.keys += self.worst() != 0  # `w`, from the first row
        while set(self.rows) != right:
            at = self.worst()
            self.look()
            done = False
            if self.rows[at] not in right:
                place = self.mend(at, accepting=False)
                at = place.cursor
                done = self.session.state.rows[at].status == "accepted"
            # on a row that `0` accepted, `w` goes on
            self.press(Stroke(1, "" if done else "accept"), at)

    def bulk(self) -> None:
        """Go to wrong rows alone, the nearest by keys first, and accept all at once in the end."""
        at, right = 0, set(self.gold)
        while wrong := [n for n, row in enumerate(self.rows) if row not in right]:
            self.look()
            keys, at = min((self.reach(at, to), to) for to in wrong)
            self.keys += keys
            at = self.mend(at, accepting=False).cursor
        self.press(Stroke(3, "accept-many"), 0)  # `Shift+Enter`, `0` for the probability, `Enter`

    def reach(self, at: int, to: int) -> int:
        """Return the fewest keys to a row that was scrolled into view.

        These are the arrows, `v` and a letter, or one of four keys, repeated: `w` (the next in the
        queue), `o` (the next that is not 1:1), `Shift+N` and `Shift+P` (the next and the previous
        uncertain one).
        """
        if at == to:
            return 0
        rows = self.session.state.rows
        checks = self.checks(rows)
        odd = [n for n, row in enumerate(rows) if row.kind != "1-1"]
        uncertain = [
            n
            for n, row in enumerate(rows)
            if row.status == "unreviewed"
            and ((row.probability or 0.0) < DOUBTFUL or checks.get(row.id))
        ]
        ways = [
            [n for n in self.queued() if n != at],
            [n for n in odd if n > at],
            [n for n in uncertain if n > at],
            [n for n in reversed(uncertain) if n < at],
        ]
        presses = [1 + way.index(to) for way in ways if to in way]
        return min(abs(to - at), LETTER, *presses)

    def worst(self) -> int:
        """Return the place of the row that the queue shows next."""
        return self.queued()[0]

    def queued(self) -> list[int]:
        """Return the places of the unreviewed rows in the order of the queue."""
        state = self.session.state
        rows = list(state.rows)
        checks = self.checks(rows)
        late: dict[str, float] = {}
        problem = self.session.aligner(*state.ordered_sentences()) if self.learns else None
        if problem is not None:
            judged = judge_given_accepted(state, problem)
            late = judge_late(state, problem, judged, checks)
            for at, row in enumerate(rows):
                rows[at] = replace(row, probability=judged.get(row.id, row.probability))
        return [state.place(row.id) for row in worst_first(rows, checks, late)]

    def checks(self, rows: Sequence[BeadRow]) -> dict[str, list[str]]:
        """Return the failed checks of rows with two sides."""
        found = {}
        for row in rows:
            texts = row.zh_text, row.en_text
            if all(texts):
                if texts not in self.issues:
                    self.issues[texts] = [issue.kind for issue in check(*texts)]
                found[row.id] = self.issues[texts]
        return found


# -- the report ------------------------------------------------------------------------------------


def review(gold: Gold, prepared: AlignmentProblem, way: str) -> Reviewer:
    """Review a text one way in a store of its own; check what the store holds then."""
    beads = prepared.solve().alignment.beads
    with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/c", create=True) as store:
        store.save(briefing_of(gold, beads), address=gold.id)
        session = ReviewSession(store, gold.id, "script", lambda *_: prepared)
        reviewer = Reviewer(session, gold.beads, way != "fixed")
        {
            "blind": reviewer.blind,
            "top": reviewer.top,
            "queue": reviewer.queue,
            "fixed": reviewer.queue,
            "bulk": reviewer.bulk,
        }[way]()
        reviewer.session.reload()
        if way != "blind" and sorted(reviewer.rows) != sorted(gold.beads):
            raise SystemExit(f"{gold.id}, {way}: the rows in the store are not gold")
        if way not in {"queue", "fixed"} and any(
            row.status != "accepted" for row in reviewer.session.state.rows
        ):
            raise SystemExit(f"{gold.id}, {way}: a row was not accepted")
    return reviewer


def shares(gold: Gold, prepared: AlignmentProblem) -> str:
    """Return the share of the errors in the first rows of the queue, and of the text."""
    beads = prepared.solve().alignment.beads
    with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/c", create=True) as store:
        store.save(briefing_of(gold, beads), address=gold.id)
        reviewer = Reviewer(ReviewSession(store, gold.id, "script"), gold.beads)
        rows = reviewer.session.state.rows
        links = zip(rows, reviewer.rows, strict=True)
        wrong = {row.id for row, link in links if link not in set(gold.beads)}
        queue = worst_first(rows, reviewer.checks(rows))
    figures = [found(order, wrong, share) for order in (queue, rows) for share in SHARES]
    cells = " | ".join(f"{figure:.0%}" for figure in figures)
    return f"| {gold.id} | {len(rows)} | {len(wrong)} | {cells} |"


def whole(gold: Gold) -> bool:
    """Say whether rows can be made gold: no bead crosses, has a gap or is missing."""
    return all(
        [n for bead in gold.beads for n in bead[side]] == list(range(len(texts)))
        for side, texts in ((0, gold.zh), (1, gold.en))
    )


def main() -> None:
    """Print the two tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--review", nargs="+", required=True, help="ids of the texts to review")
    arguments = parser.parse_args()
    encoder = encoders.load()
    texts = Collection.read(arguments.gold, encoder).with_copies(CUTS, COPY, encoder)
    originals = [text.gold for text in texts.texts if text.origin < 0]
    golds = {gold.id: gold for gold in originals if whole(gold)}
    for name in set(arguments.review) - set(golds):
        sys.exit(f"{name}: not among the gold files, or a gold bead crosses or has a gap")
    models = held_out(texts, arguments.review)
    print(
        "| text | way | keys | of them not `a` | rows stopped at | session, s "
        "| wrong after a fifth | wrong rows left |"
    )
    print("|---|---|---|---|---|---|---|---|")
    lines = []
    for name in arguments.review:
        gold = golds[name]
        zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
        en = Side(gold.en, gold.en_paragraphs, gold.en_turns)
        prepared = prepare(zh, en, encoder, model=models[name])
        for way in WAYS:
            done = review(gold, prepared, way)
            after = done.wrong if done.left is None else done.left
            seconds = f"{done.seconds:.1f}"
            counts = (done.keys, done.keys - done.accepts, done.looked, seconds)
            cells = (*counts, after, done.wrong)
            print(f"| {name} | {way} | {' | '.join(map(str, cells))} |", flush=True)
        lines.append(shares(gold, prepared))
    print(
        "\n| text | rows | errors | first 10 % | 20 % | 30 % | from the top: 10 % | 20 % | 30 % |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    print(*lines, sep="\n")


if __name__ == "__main__":
    main()
