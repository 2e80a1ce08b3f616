"""Who says a paragraph where one version, or both, leave a label out."""

import pytest

from align.records import Alignment, Bead, Briefing, Document, Role, Sentence, Sides, Turn
from align.sources.extract.transcript.voices import Voice, find_voices, note_uncertain_voices

TITLES = {"zh": "发言人唐煜林主持例行记者会", "en": "Spokesperson Tang Yulin's Press Conference"}
ANSWER = Voice("Tang Yulin", "speaker")
Spoken = tuple[str, Role, tuple[str, ...]]


def make_document(language: str, turns: list[Spoken]) -> tuple[Document, tuple[Sentence, ...]]:
    """Return a document, and one sentence a paragraph."""
    said = tuple(Turn(label, paragraphs, role) for label, role, paragraphs in turns)
    document = Document(language=language, title=TITLES[language], turns=said)
    places = enumerate(document.paragraphs())
    sentences = (Sentence(text, at, turn, 0, len(text)) for at, (turn, text) in places)
    return document, tuple(sentences)


def make_briefing(
    zh: list[Spoken], en: list[Spoken], beads: list[tuple[tuple[int, ...], tuple[int, ...]]]
) -> Briefing:
    left, zh_sentences = make_document("zh", zh)
    right, en_sentences = make_document("en", en)
    alignment = Alignment(tuple(Bead(one, two, 0.9) for one, two in beads), "test")
    return Briefing("day", left, right, zh_sentences, en_sentences, alignment)


def one_to_one(count: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [((number,), (number,)) for number in range(count)]


def roles(voices: tuple[Voice, ...]) -> list[str]:
    return [voice.role for voice in voices]


FIRST: list[tuple[Spoken, Spoken]] = [
    (("问：", "media", ("灯塔何时点亮？",)), ("Q:", "media", ("When will it be lit?",))),
    (("答：", "speaker", ("是东岸吗？",)), ("A:", "speaker", ("Do you mean the coast?",))),
]
NEXT: tuple[Spoken, Spoken] = (
    ("问：", "media", ("渡轮呢？",)),
    ("Q:", "media", ("And the ferry?",)),
)


def test_a_label_that_only_one_version_has_ends_the_interjection():
    goes_on = ("明年春天点亮。", "届时会发布消息。")
    zh = [FIRST[0][0], FIRST[1][0], ("记者：", "media", ("是的。", *goes_on)), NEXT[0]]
    answer = ("Next spring.", "We will announce it.")
    en = [
        FIRST[0][1],
        FIRST[1][1],
        ("Journalist:", "media", ("Yes.",)),
        ("A:", "speaker", answer),
        NEXT[1],
    ]
    briefing = make_briefing(zh, en, one_to_one(6))
    voices = find_voices(briefing)
    expected = ["media", "speaker", "media", "speaker", "speaker", "media"]
    assert roles(voices.zh) == roles(voices.en) == expected
    assert voices.zh[3] == ANSWER
    assert note_uncertain_voices(briefing) == ()


@pytest.fixture
def unlabelled() -> Briefing:
    """Return a briefing in which neither version labels the answer after an interjection."""
    zh = [FIRST[0][0], FIRST[1][0], ("记者：", "media", ("是的。", "明年点亮。")), NEXT[0]]
    en = [FIRST[0][1], FIRST[1][1], ("Journalist:", "media", ("Yes.", "Next year.")), NEXT[1]]
    return make_briefing(zh, en, one_to_one(5))


def test_an_answer_without_any_label_goes_on_and_is_noted(unlabelled: Briefing):
    voices = find_voices(unlabelled)
    uncertain = Voice("Tang Yulin", "speaker", is_sure=False)
    assert voices == Sides(voices.zh, voices.zh[:0] + voices.en)
    assert (voices.zh[3], voices.en[3]) == (uncertain, uncertain)
    assert voices.zh[4].role == voices.en[4].role == "media"
    notes = [str(note) for note in note_uncertain_voices(unlabelled)]
    assert notes == [
        'uncertain speaker: Chinese turn 3 (记者：) from "明年点亮。"',
        'uncertain speaker: English turn 3 (Journalist:) from "Next year."',
    ]


def test_versions_that_differ_keep_the_printed_speaker_and_are_noted():
    zh = [FIRST[0][0], ("记者：", "media", ("是的。明年点亮。",)), NEXT[0]]
    en = [FIRST[0][1], ("Journalist:", "media", ("Yes.", "Next year.")), NEXT[1]]
    briefing = make_briefing(zh, en, [((0,), (0,)), ((1,), (1, 2)), ((2,), (3,))])
    voices = find_voices(briefing)
    assert voices.en[2] == Voice("Journalist", "media", is_sure=False)
    assert len(note_uncertain_voices(briefing)) == 1


def test_a_question_of_several_paragraphs_stays_a_question():
    zh: list[Spoken] = [("问：", "media", ("第一，灯塔？", "第二，渡轮？")), FIRST[1][0]]
    en: list[Spoken] = [("Q:", "media", ("First, the lamp?", "Second, the ferry?")), FIRST[1][1]]
    briefing = make_briefing(zh, en, one_to_one(3))
    assert roles(find_voices(briefing).zh) == ["media", "media", "speaker"]
    assert note_uncertain_voices(briefing) == ()


def test_announcements_before_the_first_label_are_of_the_person_in_the_title():
    zh: list[Spoken] = [("", "", ("明天休会。",)), *(turn for turn, _ in FIRST)]
    en: list[Spoken] = [("", "", ("No session tomorrow.",)), *(turn for _, turn in FIRST)]
    voices = find_voices(make_briefing(zh, en, one_to_one(3)))
    assert voices.zh[0] == voices.en[0] == ANSWER


def test_an_article_without_labels_has_no_speaker():
    voices = find_voices(
        make_briefing([("", "", ("明天休会。",))], [("", "", ("No session.",))], one_to_one(1))
    )
    assert voices.zh[0] == voices.en[0] == Voice("", "")


def test_narration_is_no_speech_and_the_question_after_it_is_of_the_press():
    narration = "The following question was raised after the press conference:"
    zh = [
        *(turn for turn, _ in FIRST),
        ("会后有记者问及：", "media", ("渡轮呢？",)),
        ("唐煜林：", "speaker", ("会有的。",)),
    ]
    answer = ("Do you mean the coast?", narration, "What about the ferry?")
    en = [FIRST[0][1], ("A:", "speaker", answer), ("Tang Yulin:", "speaker", ("There will be.",))]
    briefing = make_briefing(zh, en, [((0,), (0,)), ((1,), (1,)), ((2,), (2, 3)), ((3,), (4,))])
    voices = find_voices(briefing)
    assert roles(voices.en) == ["media", "speaker", "", "media", "speaker"]
    assert voices.en[2].name == ""


def test_a_bead_over_the_border_of_two_turns_moves_no_speaker():
    zh = [FIRST[0][0], ("答：", "speaker", ("是东岸吗？", "明年。")), NEXT[0]]
    en = [FIRST[0][1], ("A:", "speaker", ("The east coast?", "Next year.")), NEXT[1]]
    briefing = make_briefing(zh, en, [((0,), (0,)), ((1,), (1, 2)), ((2, 3), (3,))])
    assert roles(find_voices(briefing).zh) == ["media", "speaker", "speaker", "media"]
