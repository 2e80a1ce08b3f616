"""A tiny fictional briefing that several tests store, change and read back."""

import datetime as dt

from align.records import Alignment, Bead, Briefing, Document, Page, Participant, Sentence, Turn

ZH_TURNS = (
    Turn("主持人 林若水：", ("各位好。欢迎参加发布会。",), "chair"),
    Turn("周明远：", ("谢谢主持人。去年产量增长3%。这是好消息。",), "speaker"),
)
EN_TURNS = (
    Turn("Lin Ruoshui:", ("Good morning. Welcome to the briefing.",), "chair"),
    Turn(
        "Zhou Mingyuan:",
        ("Thank you. Output grew by 3% last year, which is good news.",),
        "speaker",
    ),
)


def document(language: str, turns: tuple[Turn, ...]) -> Document:
    return Document(
        language="zh" if language == "zh" else "en",
        title="虚构发布会" if language == "zh" else "A fictional briefing",
        turns=turns,
        date=dt.date(2031, 5, 14),
        place="Beihai",
        participants=(
            Participant("周明远" if language == "zh" else "Zhou Mingyuan", "", "speaker"),
        ),
        captions=("A photo",),
        url=f"http://site.example/{language}.html",
        source="test",
        notes=("a note",),
    )


def sentences(*cuts: tuple[int, int, str]) -> tuple[Sentence, ...]:
    """Sentences from (paragraph, turn, text), one after the other in their paragraph."""
    out: list[Sentence] = []
    for paragraph, turn, text in cuts:
        start = out[-1].end if out and out[-1].paragraph == paragraph else 0
        out.append(Sentence(text, paragraph, turn, start, start + len(text)))
    return tuple(out)


ZH = sentences(
    (0, 0, "各位好。"),
    (0, 0, "欢迎参加发布会。"),
    (1, 1, "谢谢主持人。"),
    (1, 1, "去年产量增长3%。"),
    (1, 1, "这是好消息。"),
)
EN = sentences(
    (0, 0, "Good morning. "),
    (0, 0, "Welcome to the briefing."),
    (1, 1, "Thank you. "),
    (1, 1, "Output grew by 3% last year, which is good news."),
)
BEADS = (
    Bead((0,), (0,), 0.99),
    Bead((1,), (1,), 0.97),
    Bead((2,), (2,), 0.9),
    Bead((3, 4), (3,), 0.6),
)
BRIEFING = Briefing(
    id="2031-05-14-test",
    zh=document("zh", ZH_TURNS),
    en=document("en", EN_TURNS),
    zh_sentences=ZH,
    en_sentences=EN,
    alignment=Alignment(BEADS, "test|1"),
)
ADDRESS = "site.example/en.html"


def page(body: bytes, url: str = "http://site.example/en.html") -> Page:
    at = dt.datetime(2031, 5, 15, 8, 0, tzinfo=dt.UTC)
    return Page(url, url, 200, (("Content-Type", "text/html"),), at, body)
