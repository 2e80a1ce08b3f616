"""Roles on which the two documents of a briefing agree."""

from align.records import Document, Turn
from align.sources.extract.transcript.roles import reconcile_roles

OPEN = (("Isla Verde:", "speaker"), ("Tang Yulin:", "speaker"))
TITLES = {"zh": "发言人唐煜林主持例行记者会", "en": "Spokesperson Tang Yulin's Press Conference"}


def document(language: str, *turns: tuple[str, str]) -> Document:
    said = tuple(Turn(label, ("…",), role) for label, role in turns)
    return Document(language=language, title=TITLES[language], turns=said)


def roles(document: Document) -> list[str]:
    return [turn.role for turn in document.turns]


def test_a_role_that_words_tell_on_one_side_is_that_of_the_other_side_too():
    zh = document(
        "zh",
        ("绿岛社记者：", "media"),
        ("唐煜林：", "speaker"),
        ("记者：", "media"),
        ("唐煜林：", "speaker"),
    )
    en = document("en", *OPEN, ("Question:", "media"), OPEN[1])
    same, changed = reconcile_roles(zh, en)
    assert roles(changed) == roles(zh) == ["media", "speaker"] * 2
    assert same == zh


def test_documents_of_unequal_length_stay_as_they_are():
    zh = document("zh", *(("记者：", "media"), ("唐煜林：", "speaker")) * 9)
    en = document("en", OPEN[0])
    assert reconcile_roles(zh, en) == (zh, en)
