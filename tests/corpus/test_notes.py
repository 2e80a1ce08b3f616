"""Notes about texts that are odd: untranslated, repeated, in another language."""

import pytest

from align.corpus.notes import doubt_language, note_odd_texts
from align.records import Bead, Sides

GERMAN = (
    "Wir werden die Entwicklung der Häfen weiter fördern und schützen.",
    "Guten Morgen, meine Damen und Herren.",
)
ENGLISH = tuple(f"The harbour opened its quay number {number} last year." for number in range(30))
CHINESE = tuple(f"港口去年开放了第{number}号码头。" for number in range(30))


def one_to_one(count: int) -> list[Bead]:
    return [Bead((at,), (at,), 0.9) for at in range(count)]


def test_good_texts_have_no_note():
    assert note_odd_texts(Sides(CHINESE, ENGLISH), one_to_one(30)) == ()


@pytest.mark.parametrize(
    ("zh", "en", "beads", "note"),
    [
        (("你好。",) * 30, ENGLISH, one_to_one(30), "the Chinese text repeats itself: 1 of 30"),
        (CHINESE, ("Hello.",) * 30, one_to_one(30), "the English text repeats itself: 1 of 30"),
        (CHINESE[:6], GERMAN * 3, one_to_one(6), "of the words in the English text are English"),
        (
            CHINESE,
            ENGLISH,
            [*one_to_one(9), *(Bead((at,), ()) for at in range(9, 30)), Bead((), (9,))],
            "of the Chinese text has no translation",
        ),
    ],
)
def test_what_is_odd_is_one_note(zh, en, beads, note):
    (found,) = note_odd_texts(Sides(zh, en), beads)
    assert note in found


@pytest.mark.parametrize(
    ("from_end", "note"),
    [
        (True, "the Chinese text ends early: the last 8 English sentences have no translation"),
        (False, "the Chinese text begins late: the first 8 English sentences have no translation"),
    ],
)
def test_a_text_that_lacks_an_end_of_the_other_has_a_note(from_end, note):
    first = 0 if from_end else 8
    paired = [Bead((at,), (first + at,), 0.9) for at in range(12)]
    alone = [Bead((), (at,)) for at in (range(12, 20) if from_end else range(8))]
    beads = paired + alone if from_end else alone + paired
    assert note_odd_texts(Sides(CHINESE[:12], ENGLISH[:20]), beads) == (note,)


@pytest.mark.parametrize(("alone", "paired"), [(4, 12), (5, 60)])
def test_a_greeting_that_one_text_lacks_has_no_note(alone, paired):
    beads = [*one_to_one(paired), *(Bead((), (paired + at,)) for at in range(alone))]
    zh, en = (tuple(f"{text} {at}" for at in range(90)) for text in ("码头", "The quay was open"))
    assert note_odd_texts(Sides(zh[:paired], en[: paired + alone]), beads) == ()


def test_only_a_text_that_is_mostly_foreign_is_refused():
    assert doubt_language(ENGLISH) == ()
    assert doubt_language(GERMAN * 3)
    assert doubt_language((*ENGLISH[:5], *GERMAN)) == ()
