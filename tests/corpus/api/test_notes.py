"""Notes about texts that are odd: untranslated, repeated, in another language."""

import pytest

from align.corpus.api.notes import note_odd_texts
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
