"""Notes about two texts and their beads: what a caller should look at before using them."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from ..aligner.text.dictionary import STOP_EN, english_share
from ..aligner.text.strings import count_letters, keep_letters
from ..errors import N_, Message
from ..records import LANGUAGE_NAMES, LANGUAGES, OTHER, Bead, Language, Sides

_MOST_ALONE = 0.5  # share of the letters of a text in beads without translation
_LEAST_DISTINCT = 0.5  # share of different sentences
_LEAST_ENGLISH = 0.7  # share of words in the dictionary; .94 and more in 111 briefings
_LEAST_COMMON = 0.25  # share of function words; .31 and more in the English of 30 gold texts
_ENOUGH = 20  # sentences, from which a text can be said to repeat itself
_SAMPLE = 200  # sentences from all over a text
_FEW = 5  # sentences, below which a name or a quotation weighs too much
_FEWEST_CUT = 5  # one-sided beads at an end of a text; fewer are a greeting or a note
_LEAST_CUT = 0.1  # share of a text in them
_FOREIGN = 0.5  # share of words in the dictionary; .2 to .3 in French, Spanish and German


def note_odd_texts(texts: Sides[tuple[str, ...]], beads: Sequence[Bead]) -> tuple[Message, ...]:
    """Return notes if most of a text has no translation, repeats itself, or is not English.

    There are notes, too, on a text that begins after the other or ends before it.

    :param texts: the sentences of both texts.
    """
    notes = [
        *_note_untranslated(texts, beads),
        *_note_cut_off(texts, beads),
        *_note_repetition("zh", texts.zh),
        *_note_repetition("en", texts.en),
    ]
    notes += _note_language(texts.en, _LEAST_ENGLISH)
    return tuple(notes)


def doubt_language(sentences: Sequence[str]) -> tuple[Message, ...]:
    """Return the reason to refuse a text that should be English and is in another language."""
    return _note_language(sentences, _FOREIGN)


def _note_language(sentences: Sequence[str], least: float) -> tuple[Message, ...]:
    """Return a note if less than this share of a text's words is in the English dictionary."""
    if len(sentences) < _FEW:
        return ()
    sample = " ".join(sentences[:: max(1, len(sentences) // _SAMPLE)])
    if _is_plainly_english(sample):
        return ()
    share = english_share(sample)
    if share is None or share >= least:
        return ()
    note = Message(
        N_("only {share:.0%} of the words in the English text are English; check its language"),
        share=share,
    )
    return (note,)


def _is_plainly_english(text: str) -> bool:
    """Return whether enough words are English function words.

    Most texts need no more; reading the words of the dictionary takes three seconds.
    """
    words = text.lower().split()
    common = sum(word in STOP_EN for word in words)
    return common >= _LEAST_COMMON * len(words)


def _note_untranslated(texts: Sides[tuple[str, ...]], beads: Sequence[Bead]) -> tuple[Message, ...]:
    """Return a note about the side of which most has no translation."""
    alone = Sides(
        [index for bead in beads if not bead.en for index in bead.zh],
        [index for bead in beads if not bead.zh for index in bead.en],
    )
    shares: dict[Language, float] = {}
    for language in ("zh", "en"):
        letters = [count_letters(text) for text in texts[language]]
        untranslated = sum(letters[index] for index in alone[language])
        shares[language] = untranslated / max(1, sum(letters))
    worst: Language = max(shares, key=lambda language: shares[language])
    if shares[worst] <= _MOST_ALONE:
        return ()
    note = Message(
        N_("{share:.0%} of the {language} text has no translation; check that the texts belong"),
        share=shares[worst],
        language=Message(LANGUAGE_NAMES[worst]),
    )
    return (note,)


def _note_cut_off(texts: Sides[tuple[str, ...]], beads: Sequence[Bead]) -> Iterator[Message]:
    """Yield notes on the sentences at either end that only one text has, if they are many."""
    late = N_(
        "the {other} text begins late: the first {count} {language} sentences have no translation"
    )
    early = N_(
        "the {other} text ends early: the last {count} {language} sentences have no translation"
    )
    for language in LANGUAGES:
        for beads_from_end, note in ((beads, late), (beads[::-1], early)):
            count = _count_cut_off(texts[language], language, beads_from_end)
            if count:
                yield Message(
                    note,
                    other=Message(LANGUAGE_NAMES[OTHER[language]]),
                    count=count,
                    language=Message(LANGUAGE_NAMES[language]),
                )


def _count_cut_off(sentences: Sequence[str], language: Language, beads: Sequence[Bead]) -> int:
    """Return how many sentences of a language the first beads have alone; 0 if they are few."""
    other = OTHER[language]
    alone = list(takewhile(lambda bead: not getattr(bead, other), beads))
    indices = [index for bead in alone for index in getattr(bead, language)]
    letters = sum(count_letters(sentences[index]) for index in indices)
    if len(alone) < _FEWEST_CUT or letters < _LEAST_CUT * sum(map(count_letters, sentences)):
        return 0
    return len(indices)


def _note_repetition(language: Language, sentences: Sequence[str]) -> tuple[Message, ...]:
    distinct = len({keep_letters(sentence) for sentence in sentences})
    if len(sentences) < _ENOUGH or distinct >= _LEAST_DISTINCT * len(sentences):
        return ()
    note = Message(
        N_("the {language} text repeats itself: {distinct} of {count} sentences differ"),
        language=Message(LANGUAGE_NAMES[language]),
        distinct=distinct,
        count=len(sentences),
    )
    return (note,)
