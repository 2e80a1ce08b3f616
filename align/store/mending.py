"""Mend the rows of a briefing: what was read of it in, the rows as they shall be out. Pure.

Where two rows want one text, the one that somebody judged keeps it; between two that nobody
judged, the aligner's own answer decides. A row that has to go leaves what somebody wrote on it
among the decisions to carry over by hand. Verdicts are never touched.
"""

import uuid
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ..records import LANGUAGES, STATUSES, Language, Sentence, joined
from .records import BeadRow, firm, has_decision, sentence_id, sentence_ids
from .sound import Found, OwnBead, odd_value, unlike
from .standing import Sides, clashes, free, in_order, ordered, repeats, starts
from .write import now

GONE = "its text stands in another row, or nowhere"
"""Why a decision waits to be carried over by hand."""


@dataclass
class Work:
    """The rows as they are by now, what was lost, and what was done: grows step by step."""

    found: Found
    own: tuple[OwnBead, ...]
    rows: list[BeadRow]
    lost: list[tuple[BeadRow, str]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def sides(self) -> Sides:
        """Both texts."""
        return self.found.sides

    def drop(self, row: BeadRow, why: str) -> None:
        """Take a row away; what somebody left on it is kept for people to carry over."""
        self.rows = [one for one in self.rows if one.id != row.id]
        if has_decision(row):
            self.lost.append((row, f"{why}; taken out by align doctor --repair"))
        self.done.append(f"row {row.id} was taken out: {why}")


def mend(found: Found, own: tuple[OwnBead, ...]) -> Work:
    """Make the rows of a briefing hold each text once, in order, as their last verdicts left them.

    :param own: what the aligner answered.
    """
    work = Work(found, own, list(found.rows))
    for step in (_unreadable, _unlike, _unknown, _repeated, _clashing, _crossing, _uncovered):
        step(work)
    work.rows = [_fitting(work, row) for row in work.rows]
    _place(work)
    return work


def _unreadable(work: Work) -> None:
    """Bring rows that cannot be read back from the history; others fall away, their text stays."""
    for name in work.found.unreadable:
        last = work.found.last.get(name)
        if last is not None:
            work.rows.append(last.row)
            work.done.append(f"row {name} is back as verdict {last.entry.seq} left it")
        else:
            work.done.append(f"row {name} could not be read and was taken out")


def _unlike(work: Work) -> None:
    """Make rows again what their last verdict left."""
    for at, row in enumerate(work.rows):
        last = work.found.last.get(row.id)
        if last is not None and unlike(row, last):
            work.rows[at] = replace(last.row, position=row.position)
            work.done.append(f"row {row.id} is again as verdict {last.entry.seq} left it")


def _unknown(work: Work) -> None:
    """Take out rows that name text which is not there, and rows without any."""
    for row in [*work.rows]:
        names = [(language, name) for language in LANGUAGES for name in sentence_ids(row, language)]
        if not names or any(work.sides[language].cut(name) is None for language, name in names):
            work.drop(row, "it names text that is not there")


def _repeated(work: Work) -> None:
    """Let a row hold each of its sentences once, in the order of the text."""
    for at, row in enumerate(work.rows):
        for language in LANGUAGES:
            if repeats(row, language, work.sides[language]):
                row = _with(row, language, _once(work.sides, row, language))
                work.done.append(f"row {row.id} holds its {language} text once")
        work.rows[at] = row


def _once(sides: Sides, row: BeadRow, language: Language) -> tuple[str, ...]:
    """Give the sentences of a cell in order, without those that repeat others."""
    cuts = {name: cut for name in sentence_ids(row, language) if (cut := sides[language].cut(name))}
    kept: list[Sentence] = []
    for cut in sorted(cuts.values(), key=lambda one: (one.paragraph, one.start, -one.end)):
        if not kept or (cut.paragraph, cut.start) >= (kept[-1].paragraph, kept[-1].end):
            kept.append(cut)
    return tuple(map(sentence_id, kept))


def _with(row: BeadRow, language: Language, names: tuple[str, ...]) -> BeadRow:
    """Give a row another cell: whoever saw it before has to look again."""
    changed = replace(row, zh=names) if language == "zh" else replace(row, en=names)
    return replace(changed, revision=row.revision + 1)


def _clashing(work: Work) -> None:
    """Take out the rows that hold text of others, until only decided ones are left in dispute."""
    while True:
        pairs = ((clash.one, clash.two) for clash in clashes(work.rows, work.sides))
        loser = _loser(work, pairs)
        if loser is None:
            return
        work.drop(loser, GONE)


def _crossing(work: Work) -> None:
    """Take out the rows that cross others, until only decided ones are left."""
    while not in_order(work.rows):
        loser = _loser(work, ordered(work.rows).crossing)
        if loser is None:
            return
        work.drop(loser, "it crosses a row beside it")


def _loser(work: Work, pairs: Iterable[tuple[BeadRow, BeadRow]]) -> BeadRow | None:
    """Choose the row to give up: judged by nobody, not the aligner's own, most in the way."""
    count: Counter[str] = Counter()
    rows: dict[str, BeadRow] = {}
    for pair in pairs:
        if all(map(firm, pair)):
            continue
        for row in pair:
            count[row.id] += 1
            rows[row.id] = row
    own = {(bead.zh, bead.en) for bead in work.own}
    open_rows = [row for row in rows.values() if not firm(row)]
    return min(
        open_rows,
        key=lambda row: (
            (row.zh, row.en) in own,
            -count[row.id],
            has_decision(row),
            row.position,
            row.id,
        ),
        default=None,
    )


# -- text without a row --------------------------------------------------------------------------


def _uncovered(work: Work) -> None:
    """Give text that stands in no row one: decided before, the aligner's own, or a new one."""
    _decided_before(work)
    left = {
        language: {sentence_id(cut): cut for cut in free(work.rows, language, work.sides[language])}
        for language in LANGUAGES
    }
    for bead in work.own:
        whole = all(name in left["zh"] for name in bead.zh) and all(
            name in left["en"] for name in bead.en
        )
        if whole and bead.zh and bead.en:
            row = _new(work, bead.zh, bead.en, bead.probability)
            if not ordered([*work.rows, row]).crossing:
                _add(work, row)
                left["zh"] = {k: cut for k, cut in left["zh"].items() if k not in bead.zh}
                left["en"] = {k: cut for k, cut in left["en"].items() if k not in bead.en}
    for name in left["zh"]:
        _add(work, _new(work, (name,), (), None))
    for name in left["en"]:
        _add(work, _new(work, (), (name,), None))


def _decided_before(work: Work) -> None:
    """Bring back rows that were lost, where the history knows them and their text is free."""
    there = {row.id for row in work.rows}
    for last in work.found.last.values():
        row = last.row
        if row.id not in there and has_decision(row) and _fits(work, row):
            work.rows.append(row)
            work.done.append(f"row {row.id} is back as verdict {last.entry.seq} left it")


def _fits(work: Work, row: BeadRow) -> bool:
    """Say whether a row can stand again where it stood: same text, in no other row, in order."""
    if _texts(work.sides, row) != (row.zh_text, row.en_text) or not (row.zh or row.en):
        return False
    for language in LANGUAGES:
        cuts = free(work.rows, language, work.sides[language])
        open_ = {(cut.paragraph, at) for cut in cuts for at in range(cut.start, cut.end)}
        for cut in filter(None, map(work.sides[language].cut, sentence_ids(row, language))):
            if not open_.issuperset((cut.paragraph, at) for at in range(cut.start, cut.end)):
                return False
    return row.crossing or not ordered([*work.rows, row]).crossing


def _texts(sides: Sides, row: BeadRow) -> tuple[str, str]:
    """Give the texts of both cells by their sentences."""
    zh, en = (
        joined(filter(None, map(sides[language].cut, sentence_ids(row, language))), language)
        for language in LANGUAGES
    )
    return zh, en


def _new(
    work: Work, zh: tuple[str, ...], en: tuple[str, ...], probability: float | None
) -> BeadRow:
    row = BeadRow(
        id=uuid.uuid4().hex,
        briefing=work.found.briefing,
        position=0.0,
        zh=zh,
        en=en,
        zh_text="",
        en_text="",
        probability=probability,
        note="made by align doctor --repair",
        changed_at=now(),
    )
    texts = _texts(work.sides, row)
    return replace(row, zh_text=texts[0], en_text=texts[1])


def _add(work: Work, row: BeadRow) -> None:
    """Put a new row behind the one that holds the text before it."""
    language: Language = "zh" if row.zh else "en"
    mine = starts(row, language)
    begins = ((one, starts(one, language)) for one in work.rows)
    behind = [one.position for one, begin in begins if begin and mine and begin < mine]
    places = sorted(one.position for one in work.rows)
    low = max(behind) if behind else places[0] - 2.0 if places else -1.0
    high = next((place for place in places if place > low), low + 2.0)
    work.rows.append(replace(row, position=(low + high) / 2))
    work.done.append(f"text that stood in no bead has one again ({row.kind})")


# -- values and places ---------------------------------------------------------------------------


def _fitting(work: Work, row: BeadRow) -> BeadRow:
    """Make the values of a row fit each other."""
    known = row.id in work.found.kinds
    says = odd_value(row, work.found.kinds[row.id] if known else row.kind, work.sides)
    if not says:
        return row
    work.done.append(f"row {row.id}: {says}; mended")
    texts = _texts(work.sides, row)
    sound = row.probability is not None and 0.0 <= row.probability <= 1.0
    return replace(
        row,
        zh_text=texts[0],
        en_text=texts[1],
        status=row.status if row.status in STATUSES else "unreviewed",
        probability=row.probability if sound else None,
    )


def _place(work: Work) -> None:
    """Give rows positions in the order of the text; as many as can keep theirs."""
    work.rows.sort(key=lambda row: (row.position, row.id))
    found = ordered(work.rows)
    if in_order(work.rows) or found.crossing:  # what crosses is left to people
        return
    order = found.rows
    stay = _rising([row.position for row in order])
    placed: list[BeadRow] = []
    for at, row in enumerate(order):
        if at not in stay:
            later = next((order[n].position for n in sorted(stay) if n > at), None)
            row = replace(row, position=_between(placed, later))
        placed.append(row)
    if not in_order(placed):  # no room between two positions
        placed = [replace(row, position=float(at)) for at, row in enumerate(order)]
    work.rows = placed
    work.done.append("its rows stand in the order of the text again")


def _between(placed: Sequence[BeadRow], later: float | None) -> float:
    """Give a position after the rows placed so far and before the next one that stays."""
    if not placed:
        return later - 1.0 if later is not None else 0.0
    low = placed[-1].position
    return low + 1.0 if later is None else (low + later) / 2


def _rising(positions: Sequence[float]) -> set[int]:
    """Give the places of a longest run of rising numbers.

    >>> sorted(_rising([0.0, 5.0, 1.0, 2.0]))
    [0, 2, 3]
    """
    ends: list[float] = []
    at: list[int] = []
    before: list[int] = []
    for place, value in enumerate(positions):
        rank = bisect_left(ends, value)
        before.append(at[rank - 1] if rank else -1)
        ends[rank : rank + 1], at[rank : rank + 1] = [value], [place]
    found: set[int] = set()
    place = at[-1] if at else -1
    while place >= 0:
        found.add(place)
        place = before[place]
    return found
