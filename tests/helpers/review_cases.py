"""Small briefings for tests of review and the page, with invented people and numbers."""

from collections.abc import Sequence
from pathlib import Path

from align.corpus.store import BeadRow, Store
from align.records import Alignment, Bead, Briefing, Document, Sentence, Turn

ZH = (
    ("主持人 林可：", "大家上午好。", "欢迎来到澄湖市新闻发布会。"),
    (
        "市长 高远：",
        "谢谢主持人。",
        "去年全市新增造林1.2万亩，增长3.5%。",
        "湖水更清了。",
        "今年再建两座水厂。",
    ),
    ("山岚日报记者：", "请问水价会变吗？"),
    ("市长 高远：", "不会。", "水价五年不变。", "谢谢。"),
)
EN = (
    ("Lin Ke:", "Good morning, everyone.", "Welcome to the press conference of Chenghu."),
    (
        "Gao Yuan:",
        "Thank you.",
        "Last year the city planted 12,000 mu of trees, up 3.5 percent.",
        "The lake is clearer.",
        "Two waterworks will be built.",
    ),
    ("Shanlan Daily:", "Will the price of water change?"),
    ("Gao Yuan:", "No.", "It stays for five years.", "Thank you."),
)


def document(language: str, turns: Sequence[Sequence[str]]) -> Document:
    """Return a document whose turns contain one paragraph each."""
    gap = "" if language == "zh" else " "
    return Document(
        language=language,
        title="澄湖市供水发布会" if language == "zh" else "Press conference on Chenghu's water",
        turns=tuple(Turn(label, (gap.join(said),)) for label, *said in turns),
        url=f"https://news.example/{language}/1.html",
        source="test",
    )


def cut(language: str, turns: Sequence[Sequence[str]]) -> tuple[Sentence, ...]:
    """Return the sentences of a document, as given in its turns."""
    sentences = []
    for turn, (_, *said) in enumerate(turns):
        start = 0
        for place, words in enumerate(said):
            last = place == len(said) - 1
            text = words if language == "zh" or last else words + " "
            sentences.append(Sentence(text, turn, turn, start, start + len(text)))
            start += len(text)
    return tuple(sentences)


def briefing(
    zh: Sequence[Sequence[str]] = ZH,
    en: Sequence[Sequence[str]] = EN,
    beads: Sequence[Bead] | None = None,
    name: str = "water",
) -> Briefing:
    """Return a briefing; by default, sentence n is aligned with sentence n."""
    zh_sentences, en_sentences = cut("zh", zh), cut("en", en)
    if beads is None:
        beads = [Bead((n,), (n,), 0.9) for n in range(len(zh_sentences))]
    return Briefing(
        name,
        document("zh", zh),
        document("en", en),
        zh_sentences,
        en_sentences,
        Alignment(tuple(beads), "test|1"),
    )


def stored(folder: Path, *briefings: Briefing) -> Store:
    """Return a new corpus with some briefings."""
    store = Store.open(folder, create=True)
    for one in briefings or (briefing(),):
        store.save(one, address=f"https://news.example/{one.id}")
    return store


def texts(rows: Sequence[BeadRow]) -> list[tuple[str, str]]:
    """Return the texts of rows, Chinese first."""
    return [(row.zh_final, row.en_final) for row in rows]
