"""Practice: a fictional briefing with planted errors, and six steps that tick themselves.

Each reviewer has a corpus of their own for it, next to the cache, so that a practice that was left
goes on, and no corpus gets its rows. It is made from the demo gold, the same each time.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ...corpus.review import ReviewSession
from ...corpus.review.history import UNDO
from ...corpus.store import BeadRow, HistoryEntry, Store
from ...corpus.store.people import put_person
from ...errors import N_
from ...records import Alignment, Bead, Briefing, Document, Language, Sentence, Turn
from ...settings import Settings

BRIEFING = "practice"
"""Id of the briefing."""

_HERE = Path(__file__).parent
_SOURCES = (_HERE / "practice.json", _HERE.parents[2] / "corpora" / "demo" / "gold2.json")
"""The demo gold: in an installed package, and in a checkout."""

_RIGHT = 0.97
_DOUBTFUL, _CUT = 0.12, 0.55
"""Probabilities of the rows with planted errors, and of all others."""

MOVED, OWNER = 6, 5
"""Numbers of the Chinese sentence that got a sentence too many, and of the one it belongs to."""

SPLIT = 9
"""Number of the Chinese sentence whose translation was cut into two rows."""

EDITED = 14
"""Number of the Chinese sentence whose translation has a wrong number."""

_NUMBER, _WRONG_NUMBER = "310", "130"

_TITLES: Mapping[Language, str] = {
    "zh": "第六届澜海海洋文化节新闻发布会（练习）",
    "en": "Press conference on the sixth Lanhai Marine Culture Festival (practice)",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, the command that does it, and whether the reviewer has done it.

    ``row`` is the number of the row that it is about, from 1; 0 if it may be any.
    """

    title: str
    words: str
    command: str
    is_done: bool = False
    row: int = 0


def practice_folder(reviewer: str) -> Path:
    """Return the folder of the practice corpus of a reviewer."""
    name = hashlib.sha256(reviewer.encode()).hexdigest()[:16]
    return Settings.from_environment().cache_folder() / "practice" / name


def open_practice(reviewer: str) -> Store:
    """Open the practice corpus of a reviewer; make what is missing of it."""
    store = Store.open(practice_folder(reviewer), create=True)
    if all(one.id != BRIEFING for one in store.briefings()):
        put_person(store, reviewer, "admin")
        store.save(make_briefing(), address=f"practice:{BRIEFING}")
    return store


def restart(store: Store) -> None:
    """Take back everything that was done in a practice corpus."""
    store.remove(BRIEFING)
    store.save(make_briefing(), address=f"practice:{BRIEFING}")


def make_briefing() -> Briefing:
    """Return the briefing with its planted errors."""
    gold = _load_gold()
    zh, en = _cut(gold, "zh"), _cut(gold, "en")
    return Briefing(
        BRIEFING,
        _write("zh", gold, zh),
        _write("en", gold, en),
        zh,
        en,
        Alignment(_plant(gold["gold"]), "practice|1"),
    )


@cache
def _load_gold() -> dict[str, Any]:
    path = next(path for path in _SOURCES if path.is_file())
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return gold


def _plant(gold: Sequence[tuple[list[int], list[int]]]) -> tuple[Bead, ...]:
    """Return the beads of the gold, one with a sentence of its neighbour and one cut in two."""
    beads: list[Bead] = []
    for zh, en in gold:
        if zh == [OWNER]:
            beads.append(Bead((OWNER,), (en[0],), _CUT))
            left = en[1:]
        elif zh == [MOVED]:
            beads.append(Bead((MOVED,), (*left, *en), _DOUBTFUL))
        elif zh == [SPLIT]:
            beads += [Bead((SPLIT,), (en[0],), _CUT), Bead((), tuple(en[1:]), _CUT)]
        else:
            beads.append(Bead(tuple(zh), tuple(en), _RIGHT))
    return tuple(beads)


def _cut(gold: Mapping[str, Any], language: Language) -> tuple[Sentence, ...]:
    """Return the sentences of a language with their places in its paragraphs."""
    sentences: list[Sentence] = []
    texts = _read_texts(gold, language)
    places = zip(gold[f"{language}_para"], gold[f"{language}_turn"], strict=True)
    for number, (paragraph, turn) in enumerate(places):
        same = bool(sentences) and sentences[-1].paragraph == paragraph
        start = sentences[-1].end if same else 0
        follows = number + 1 < len(texts) and gold[f"{language}_para"][number + 1] == paragraph
        text = texts[number] + (" " if follows and language == "en" else "")
        sentences.append(Sentence(text, paragraph, turn, start, start + len(text)))
    return tuple(sentences)


def _read_texts(gold: Mapping[str, Any], language: Language) -> list[str]:
    """Return the sentences of a language; one English number is wrong."""
    texts: list[str] = list(gold[language])
    if language == "en":
        (wrong,) = next(en for zh, en in gold["gold"] if zh == [EDITED])
        texts[wrong] = texts[wrong].replace(_NUMBER, _WRONG_NUMBER)
    return texts


def _write(language: Language, gold: Mapping[str, Any], sentences: Sequence[Sentence]) -> Document:
    """Return the document that the sentences are cut from."""
    turns: dict[int, dict[int, str]] = {}
    for sentence in sentences:
        paragraphs = turns.setdefault(sentence.turn, {})
        paragraphs[sentence.paragraph] = paragraphs.get(sentence.paragraph, "") + sentence.text
    return Document(
        language=language,
        title=_TITLES[language],
        turns=tuple(Turn("", tuple(paragraphs.values())) for paragraphs in turns.values()),
        source="practice",
    )


# -- steps ----------------------------------------------------------------------------------------


_STEPS = (
    (
        N_("Find"),
        N_("Go to the least certain row: its mark at the left edge is the strongest."),
        "next-worst",
    ),
    (
        N_("Move"),
        N_("Its first English sentence translates the row above. Click it, then move it up."),
        "shift-up",
    ),
    (
        N_("Merge"),
        N_("Go to row {row}. It is cut in two: the row below has no Chinese. Merge them."),
        "merge-down",
    ),
    (
        N_("Edit"),
        N_("Go to row {row}. It says 310 in Chinese and 130 in English. Edit the English."),
        "edit",
    ),
    (
        N_("Accept"),
        N_("Accept a row that is right. The cursor goes on to the next one."),
        "accept",
    ),
    (N_("Undo"), N_("Take the last decision back."), "undo"),
)
"""Title, text and command of each step."""


def list_steps(
    rows: Sequence[BeadRow], log: Sequence[HistoryEntry], looked: frozenset[str]
) -> tuple[Step, ...]:
    """Return the steps as far as they are done.

    A step stays done when it is undone: the log has it.

    :param rows: the present rows of the practice.
    :param log: the decisions of the reviewer.
    :param looked: the rows to which the cursor has gone.
    """
    gold = _load_gold()
    made = {_texts(row) for entry in log for row in entry.after}
    actions = {entry.decision.action for entry in log}
    doubtful = next((row.id for row in rows if row.probability == _DOUBTFUL), "")
    is_moved = _right_texts(gold, OWNER) in made
    is_done = {
        "Find": is_moved or not doubtful or doubtful in looked,
        "Move": is_moved,
        "Merge": _right_texts(gold, SPLIT) in made,
        "Edit": any(_is_corrected(row, gold) for entry in log for row in entry.after),
        "Accept": "accept" in actions,
        "Undo": UNDO in actions,
    }
    numbers = {_squeeze(row.zh_text): number for number, row in enumerate(rows, 1)}
    row_of_step = {
        "Move": numbers.get(_squeeze(gold["zh"][MOVED]), 0),
        "Merge": numbers.get(_squeeze(gold["zh"][SPLIT]), 0),
        "Edit": numbers.get(_squeeze(gold["zh"][EDITED]), 0),
    }
    split = row_of_step["Merge"]
    is_possible = {
        "Move": bool(doubtful),
        "Merge": 0 < split < len(rows) and not rows[split].zh_text,
        "Edit": row_of_step["Edit"] > 0,
    }
    steps: list[Step] = []
    for title, words, command in _STEPS:
        step = Step(title, words, command, is_done[title], row_of_step.get(title, 0))
        steps.append(step if is_possible.get(title, True) else _lead_back(step))
    return tuple(steps)


def is_finished(reviewer: str) -> bool:
    """Return whether a reviewer has done all steps of the practice."""
    with open_practice(reviewer) as store:
        session = ReviewSession(store, BRIEFING, reviewer)
        steps = list_steps(session.state.rows, session.log, frozenset())
    return all(step.is_done for step in steps)


def _is_corrected(row: BeadRow, gold: Mapping[str, Sequence[str]]) -> bool:
    """Return whether the wrong number of the practice was corrected in a row."""
    return row.zh_text == gold["zh"][EDITED] and _NUMBER in (row.en_edit or "")


def _lead_back(step: Step) -> Step:
    """Return a step whose rows were changed in another way: what was done is undone first."""
    words = N_("The rows of this step were changed in another way. Undo that.")
    return replace(step, words=words, command="undo")


def _texts(row: BeadRow) -> tuple[str, str]:
    return _squeeze(row.zh_text), _squeeze(row.en_text)


def _right_texts(gold: Mapping[str, Any], number: int) -> tuple[str, str]:
    """Return the texts of the gold bead of one Chinese sentence."""
    _zh, en = next(pair for pair in gold["gold"] if pair[0] == [number])
    return _squeeze(gold["zh"][number]), _squeeze("".join(gold["en"][at] for at in en))


def _squeeze(text: str) -> str:
    """Return a text without spaces."""
    return "".join(text.split())
