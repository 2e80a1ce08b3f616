"""The cases that both the reviewer's operations and the model of the page must satisfy.

The page paints what a move will do before Python has answered: ``scripts/cases.test.mjs`` runs the
same cases.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from review_cases import briefing, stored

from align.corpus.review import InvalidEditError, ReviewState, operations
from align.corpus.review.state import Edit
from align.corpus.store.records import sentence_ids
from align.records import LANGUAGES, Bead

CASES = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))


def read_state(folder, rows):
    """Store rows as a briefing of one turn, and give each what was decided about it."""
    sides = {
        language: [sentence for row in rows for sentence in row[language]] for language in LANGUAGES
    }
    beads, places = [], dict.fromkeys(LANGUAGES, 0)
    for row in rows:
        spans = []
        for language in LANGUAGES:
            start = places[language]
            places[language] += len(row[language])
            spans.append(tuple(range(start, places[language])))
        beads.append(Bead(*spans, 0.9))
    turns = {language: (("", *sentences),) for language, sentences in sides.items()}
    with stored(folder, briefing(turns["zh"], turns["en"], beads)) as store:
        state = ReviewState.read(store, "water")
    decided = tuple(
        replace(
            stored_row,
            zh_edit=row.get("zh_edit"),
            en_edit=row.get("en_edit"),
            status=row.get("status", "unreviewed"),
            reason=row.get("reason", ""),
            crossing=row.get("crossing", False),
        )
        for stored_row, row in zip(state.rows, rows, strict=True)
    )
    return state.apply(Edit(state.rows, decided))


def carry_out(state, do):
    """Return the edit of a case."""
    ids = [row.id for row in state.rows]
    if "merge" in do:
        return operations.merge(state, [ids[place] for place in do["merge"]])
    if "shift" in do:
        count = do.get("count", 1)
        return operations.shift(state, ids[do["shift"]], do["side"], up=do["up"], count=count)
    if "split" in do:
        return operations.split(state, ids[do["split"]], do["zh"], do["en"])
    if "split_text" in do:
        return operations.split_text(state, ids[do["split_text"]], **do["characters"])
    if "cut" in do:
        return operations.split_sentence(state, ids[do["cut"]], do["side"], do["at"], do["offset"])
    if "judge" in do:
        return operations.judge(
            state, [ids[do["judge"]]], do["status"], reason=do.get("reason", "")
        )
    return operations.edit(state, ids[do["edit"]], **{do["side"]: do["text"]})


def describe(state):
    """Return the rows of a state in the form of the cases."""
    return [
        {
            **{
                language: [
                    state.sentences(language)[name].clean for name in sentence_ids(row, language)
                ]
                for language in LANGUAGES
            },
            "zh_edit": row.zh_edit,
            "en_edit": row.en_edit,
            "status": row.status,
            "reason": row.reason,
        }
        for row in state.rows
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].replace(" ", "-"))
def test_an_operation_does_what_the_page_foresees(tmp_path, case):
    state, do = read_state(tmp_path / "corpus", case["rows"]), case["do"]
    if case.get("refused"):
        with pytest.raises(InvalidEditError):
            carry_out(state, do)
    else:
        usual = {"zh_edit": None, "en_edit": None, "status": "unreviewed", "reason": ""}
        assert describe(state.apply(carry_out(state, do))) == [
            {**usual, **row} for row in case["after"]
        ]
