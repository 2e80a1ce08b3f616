"""Who says each paragraph of a briefing, from the labels of both language versions.

Turns keep the labels as printed. Pages leave some labels out: an answer that continues after
"Journalist: Yes.", the announcements before the first label, a line such as "The following question
was raised after the press conference:". A missing label lets a turn run on too long, but never ends
it early. So where the versions disagree, the label that is nearer to the paragraph decides.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ....aligner.text.chinese import HAN
from ....errors import N_, Message
from ....records import (
    LANGUAGE_NAMES,
    LANGUAGES,
    OTHER,
    Bead,
    Briefing,
    Document,
    Language,
    Role,
    Sides,
    Turn,
)
from .label_words import is_answer_label

# Pages of the foreign ministry name who answers in the title alone.
_SPOKESPERSON: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(r"Spokes(?:person|man|woman) ([A-Z]\w+ [A-Z]\w+)['’]s\b"),
    "zh": re.compile(rf"发言人([{HAN}]{{2,3}}?)(?:主持|举行|就|答)"),
}
_RAISED = r"(?:raised|asked|put forward)"
_NARRATION = re.compile(
    r"(?:After the (?:regular )?press conference, )?"
    rf"(?:the following questions? (?:is|was|were|are) {_RAISED}[^.?!:]*"
    rf"|[^.?!:]{{0,40}}(?:journalist|reporter)s? {_RAISED} the following questions?[^.?!:]*)"
    r"|(?:例行)?(?:记者会|会)后[,，]?[^。？！：:]{0,20}(?:记者|媒体)[^。？！：:]{0,8}",
    re.I,
)
_QUESTION_END = re.compile(r"[?？][”\"’'）)]*\s*$")
# Of the interjections in 254 press conferences the longest have 33 and 77 characters.
_LONGEST_INTERJECTION: Mapping[Language, int] = {"zh": 40, "en": 120}
_MOST_NOTES = 5


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says a paragraph; ``is_sure`` is false where no label of either version shows it."""

    name: str
    role: Role
    is_sure: bool = True


_NARRATOR = Voice("", "")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph, the index of its turn, its place in that turn, and its voice as printed."""

    text: str
    turn: int
    place: int
    voice: Voice
    is_narration: bool = False


def speaker_in_title(zh: Document, en: Document) -> str:
    """Return the spokesperson that a title names, the English title first, or ''."""
    for document in (en, zh):
        if found := _SPOKESPERSON[document.language].search(document.title):
            return found[1]
    return ""


def find_voices(briefing: Briefing) -> Sides[tuple[Voice, ...]]:
    """Return who says each paragraph of both documents of a briefing."""
    named = speaker_in_title(briefing.zh, briefing.en)
    printed = Sides(_read(briefing.zh, named), _read(briefing.en, named))
    links = Sides(_link_paragraphs(briefing, "zh"), _link_paragraphs(briefing, "en"))
    return Sides(
        _Version("zh", printed, links).decide(),
        _Version("en", printed, links).decide(),
    )


def bead_voice(briefing: Briefing, voices: Sides[tuple[Voice, ...]], bead: Bead) -> Voice:
    """Return who says a bead: its first English paragraph that is not narration, else Chinese."""
    english = [voices.en[briefing.en_sentences[index].paragraph] for index in bead.en]
    chinese = [voices.zh[briefing.zh_sentences[index].paragraph] for index in bead.zh]
    own = english or chinese
    return next((voice for voice in own if voice.role), own[0])


def note_uncertain_voices(briefing: Briefing) -> tuple[Message, ...]:
    """Return a note for each turn of a briefing whose speaker is uncertain, with its place."""
    voices = find_voices(briefing)
    notes: list[Message] = []
    for language, document in zip(LANGUAGES, (briefing.zh, briefing.en), strict=True):
        paragraphs = zip(document.paragraphs(), voices[language], strict=True)
        uncertain = [(turn, text) for (turn, text), voice in paragraphs if not voice.is_sure]
        for turn, run in groupby(uncertain, key=lambda item: item[0]):
            notes.append(_note(language, turn, document.turns[turn], [text for _, text in run]))
    if len(notes) > _MOST_NOTES:
        others = Message(
            N_("uncertain speaker in {count} more turns"), count=len(notes) - _MOST_NOTES
        )
        return (*notes[:_MOST_NOTES], others)
    return tuple(notes)


def _note(language: Language, index: int, turn: Turn, texts: Sequence[str]) -> Message:
    return Message(
        N_('uncertain speaker: {language} turn {number} ({label}) from "{start}"'),
        language=Message(LANGUAGE_NAMES[language]),
        number=index + 1,
        label=turn.label.strip() or "-",
        start=texts[0][:40],
    )


def _read(document: Document, named: str) -> list[_Paragraph]:
    """Return the paragraphs of a document with the voices that labels and title show."""
    is_transcript = any(turn.label for turn in document.turns)
    paragraphs = []
    for index, turn in enumerate(document.turns):
        voice = _printed_voice(turn, named if is_transcript else "")
        for place, text in enumerate(turn.paragraphs):
            narration = is_transcript and _is_narration(text)
            paragraphs.append(_Paragraph(text, index, place, voice, narration))
    return paragraphs


def _printed_voice(turn: Turn, named: str) -> Voice:
    """Return the voice of a label; "A", 答 and no label are the spokesperson of the title."""
    label = turn.label.strip().rstrip(":：").strip()
    if not label and named and not turn.role:
        return Voice(named, "speaker")
    if is_answer_label(label) and named:
        return Voice(named, turn.role)
    return Voice(label, turn.role)


def _is_narration(text: str) -> bool:
    """Return whether a paragraph only reports that a question was asked.

    >>> _is_narration("The following question was raised after the press conference:")
    True
    """
    return bool(_NARRATION.fullmatch(text.strip().rstrip(":：.").strip()))


def _link_paragraphs(briefing: Briefing, language: Language) -> dict[int, list[int]]:
    """Return, for each paragraph of a language, those it shares beads with, by characters."""
    sentences = Sides(briefing.zh_sentences, briefing.en_sentences)
    ours, theirs = sentences[language], sentences.other(language)
    shared: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for bead in briefing.alignment.beads:
        index = Sides(bead.zh, bead.en)
        for own in index[language]:
            for other in index.other(language):
                characters = len(ours[own].text)
                shared[ours[own].paragraph][theirs[other].paragraph] += characters
    return {
        paragraph: [other for other, _ in counts.most_common()]
        for paragraph, counts in shared.items()
    }


@dataclass(frozen=True, slots=True)
class _Version:
    """One language version, with the other one as evidence."""

    language: Language
    printed: Sides[list[_Paragraph]]
    links: Sides[dict[int, list[int]]]

    @property
    def ours(self) -> list[_Paragraph]:
        return self.printed[self.language]

    @property
    def theirs(self) -> list[_Paragraph]:
        return self.printed.other(self.language)

    def decide(self) -> tuple[Voice, ...]:
        """Return the voice of each paragraph of this version."""
        voices: list[Voice] = []
        for turn in self._turns():
            voices += self._decide_turn(turn, voices)
        return tuple(voices)

    def _turns(self) -> Iterator[range]:
        """Yield the indices of the paragraphs of each turn."""
        start = 0
        for _, run in groupby(self.ours, key=lambda paragraph: paragraph.turn):
            end = start + len([*run])
            yield range(start, end)
            start = end

    def _decide_turn(self, turn: range, before: Sequence[Voice]) -> list[Voice]:
        """Return the voices of the paragraphs of a turn.

        :param before: the voices of all paragraphs before the turn.
        """
        printed = self.ours[turn.start].voice
        voices: list[Voice] = []
        current = printed
        for index in turn:
            current = self._label_of_other(index) or (
                printed if index in self.links[self.language] else current
            )
            voices.append(_NARRATOR if self.ours[index].is_narration else current)
        if self._runs_on(turn) and all(voice == printed for voice in voices):
            return self._continue_answer(turn, voices, before)
        return voices

    def _label_of_other(self, index: int) -> Voice | None:
        """Return the voice of the other version, if that alone has a label for the paragraph."""
        linked = self.links[self.language].get(index)
        if not linked:
            return None
        own, other = self.ours[index], self.theirs[linked[0]]
        differ = (own.voice.role == "media") != (other.voice.role == "media")
        known = bool(own.voice.role and other.voice.role)
        is_alone = own.place > other.place and not self._has_label_of(other)
        return other.voice if known and differ and is_alone else None

    def _has_label_of(self, other: _Paragraph) -> bool:
        """Return whether this version has the label of a turn of the other version, too."""
        first = next(n for n, one in enumerate(self.theirs) if one.turn == other.turn)
        starts = self.links.other(self.language).get(first, ())
        return not starts or any(self._is_label_of(self.ours[start], other) for start in starts)

    def _is_label_of(self, own: _Paragraph, other: _Paragraph) -> bool:
        return own.place == 0 and own.voice.role == other.voice.role

    def _runs_on(self, turn: range) -> bool:
        """Return whether the press has several paragraphs, and no label of an answer follows."""
        if self.ours[turn.start].voice.role != "media" or len(turn) < 2:
            return False
        return turn.stop == len(self.ours) or self.ours[turn.stop].voice.role == "media"

    def _continue_answer(
        self, turn: range, voices: list[Voice], before: Sequence[Voice]
    ) -> list[Voice]:
        """Return the voices of a turn of the press in which the answer seems to continue.

        If the first paragraph is a question or an interjection in both versions, and the other
        version continues alike, the last person who answered says the rest. Either way the speaker
        is uncertain.
        """
        printed = voices[0]
        answering = next((one for one in reversed(before) if one.role == "speaker"), printed)
        agree = self._is_question(turn.start) and self._other_runs_on(turn)
        rest = replace(answering if agree else printed, is_sure=False)
        return [printed, *(rest for _ in voices[1:])]

    def _is_question(self, index: int) -> bool:
        text = self.ours[index].text
        short = len(text) <= _LONGEST_INTERJECTION[self.language]
        return short or bool(_QUESTION_END.search(text))

    def _other_runs_on(self, turn: range) -> bool:
        """Return whether the other version has the same question, and runs on after it."""
        linked = self.links[self.language].get(turn.start)
        if not linked:
            return False
        other = _Version(OTHER[self.language], self.printed, self.links)
        start = linked[0]
        theirs = next(one for one in other._turns() if start in one)
        return start == theirs.start and other._runs_on(theirs) and other._is_question(start)
