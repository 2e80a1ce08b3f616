"""Books: every sentence once and in order, links that lead somewhere, hostile text as text."""

import itertools
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from bead_strategy import change_bead, make_bead
from lxml import etree
from review_cases import stored

from align.corpus.exchange.formats import BOOKS
from align.corpus.exchange.formats.record import FileRecord
from align.corpus.exchange.run import ExportPlan, export
from align.errors import FormatError, UsageError
from align.records import Alignment, Briefing, Document, Sentence, Turn

HTML = "{http://www.w3.org/1999/xhtml}"
HOSTILE = "</title><script>alert(1)</script>&amp;\x00\x1b\ud800\uffff\u202e]]>"
every_way = pytest.mark.parametrize(
    ("name", "variant", "pinyin"),
    [*itertools.product(BOOKS, ("", "under", "after"), (False, True))],
)


def briefing(name: str, title: str = "灯塔发布会") -> Briefing:
    zh = Document(
        "zh", title, (Turn("主持人：", ("各位好。重庆很好。",)), Turn("林 海：", ("谢谢。",)))
    )
    en = Document("en", "", (Turn("Host:", ("Hello.",)), Turn("Lin Hai:", ("Thanks. Bye.",))))
    zh_sentences = (Sentence("各位好。"), Sentence("重庆很好。", turn=0), Sentence("谢谢。", 1, 1))
    en_sentences = (Sentence("Hello."), Sentence("Thanks.", 1, 1), Sentence("Bye.", 1, 1))
    return Briefing(name, zh, en, zh_sentences, en_sentences, Alignment((), "demo"))


def beads(name: str, **common) -> list[FileRecord]:
    rows = [
        ("各位好。", "Hello.", (0,), (0,), {"probability": 0.6, "checks": ("number",)}),
        ("重庆很好。", "", (1,), (), {"probability": 0.95}),
        ("谢谢。", "Thanks.", (2,), (1,), {"status": "accepted", "probability": 0.1}),
        ("", "Bye.", (), (2,), {"status": "rejected"}),
    ]
    return [
        make_bead(
            id=str(at),
            briefing=name,
            zh=zh,
            en=en,
            zh_index=ours,
            en_index=theirs,
            **(common | more),
        )
        for at, (zh, en, ours, theirs, more) in enumerate(rows)
    ]


class Shelf:
    """Two briefings in memory."""

    def __init__(self, *pairs, title="灯塔发布会"):
        self.card = {"name": "lamps", "title": "Lamps & lights"}
        self.beads = pairs or (*beads("one"), *beads("two"))
        self.heading = title

    def pairs(self, names=None):
        return (pair for pair in self.beads if names is None or pair.provenance.briefing in names)

    def briefing(self, name):
        return briefing(name, self.heading)


def written(folder: Path, name: str, store=None, **options) -> Path:
    plan = ExportPlan(name, folder / f"book{BOOKS[name].suffix}", **options)
    return export(store or Shelf(), plan).files[0]


def pages(path: Path) -> dict[str, etree._Element]:
    """Return every page of a book by its name in it, parsed as strict XML."""
    if path.suffix == ".html":
        return {"": etree.fromstring(path.read_bytes())}
    with ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xhtml")]
        return {name: etree.fromstring(archive.read(name)) for name in names}


def sentences(page: etree._Element, language: str) -> list[str]:
    etree.strip_elements(page, f"{HTML}rt", with_tail=False)
    spans = page.iterfind(f".//{HTML}p[@lang='{language}']/{HTML}span[@class='text']")
    return [text for span in spans if (text := "".join(span.itertext()))]


@every_way
def test_every_sentence_is_there_once_and_in_order(name, variant, pinyin, tmp_path):
    path = written(tmp_path, name, variant=variant, pinyin=pinyin)
    found = pages(path).values()
    for language, texts in (
        ("zh", ["各位好。", "重庆很好。", "谢谢。"]),
        ("en", ["Hello.", "Thanks.", "Bye."]),
    ):
        assert [text for page in found for text in sentences(page, language)] == texts * 2


@every_way
def test_links_lead_to_the_other_language_and_contents_to_speakers(name, variant, pinyin, tmp_path):
    path = written(tmp_path, name, variant=variant, pinyin=pinyin)
    found = pages(path)
    places = [
        (file, node.get("id"))
        for file, page in found.items()
        for node in page.iterfind(".//*[@id]")
    ]
    assert len(places) == len(set(places))
    links = [(file, node) for file, page in found.items() for node in page.iterfind(f".//{HTML}a")]
    for file, link in links:
        other, _, place = link.get("href").partition("#")
        assert (other or file, place) in places
    jumps = [link.get("href") for _, link in links if link.get("class") == "jump"]
    assert sorted(jumps[:2]) == ["#b1-1-en", "#b1-1-zh"]
    assert len(jumps) == 8  # rows with both sides
    said = ["".join(link.itertext()).strip() for _, link in links if not link.get("class")]
    turns = ["主持人：各位好。 Host: Hello.", "林 海：谢谢。 Lin Hai: Thanks."]
    assert said == ["灯塔发布会", *turns] * 2


@pytest.mark.parametrize("name", BOOKS)
def test_contents_of_questions_and_answers_are_the_questions(name, tmp_path):
    answers = Shelf(*beads("one"))
    one = briefing("one")
    zh = (Turn("问：", one.zh.turns[0].paragraphs), Turn("答：", ("谢谢。",)))
    en = (Turn("Q:", ("Hello.",)), Turn("A:", one.en.turns[1].paragraphs))
    asked = replace(one, zh=replace(one.zh, turns=zh), en=replace(one.en, turns=en))
    answers.briefing = lambda _: asked
    found = pages(written(tmp_path, name, answers)).values()
    entries = [link for page in found for link in page.iterfind(f".//{HTML}nav//{HTML}a")]
    said = ["".join(link.itertext()).strip() for link in entries]
    assert said == ["灯塔发布会", "问：各位好。 Q: Hello."]
    headings = [node for page in found for node in page.iterfind(f".//{HTML}h2")]
    assert ["".join(node.itertext()).strip() for node in headings] == ["问 Q", "答 A"]


def test_pinyin_stands_over_each_character_by_its_word(tmp_path):
    (page,) = pages(written(tmp_path, "html", pinyin=True)).values()
    ruby = page.findall(f".//{HTML}p[@id='b1-2-zh']//{HTML}ruby")
    assert ["".join(one.itertext()) for one in ruby] == ["重chóng", "庆qìng", "很hěn", "好hǎo"]


@pytest.mark.parametrize("name", BOOKS)
def test_doubtful_rows_are_marked_with_the_reason(name, tmp_path):
    path = written(tmp_path, name, briefings=["one"])
    marked = {
        node.get("id"): node.findtext(f"{HTML}small")
        for page in pages(path).values()
        for node in page.iterfind(f".//{HTML}p[@class='doubt']")
    }
    assert marked == dict.fromkeys(("b1-1-zh", "b1-1-en"), "(? 60%, number)") | dict.fromkeys(
        ("b1-4-zh", "b1-4-en"), "(? rejected)"
    )


def hostile_shelf() -> Shelf:
    first, *rest = beads("one", source_zh=f"https://press.example/{'%zz ü<&>'}", source_en=HOSTILE)
    return Shelf(
        change_bead(first, zh=HOSTILE, en=HOSTILE, checks=(HOSTILE,)), *rest, title=HOSTILE
    )


@every_way
def test_hostile_text_is_text(name, variant, pinyin, tmp_path):
    path = written(tmp_path, name, hostile_shelf(), variant=variant, pinyin=pinyin)
    shown = HOSTILE.translate(dict.fromkeys((0, 0x1B, 0xD800, 0xFFFF), "\ufffd"))
    found = pages(path).values()
    assert next(text for page in found for text in sentences(page, "en")) == shown
    assert not [page for page in found if page.find(f".//{HTML}script") is not None]


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://press.example:8080/a ü?b=1#c", "https://press.example:8080/a%20%C3%BC?b=1#c"),
        ("http://press.example", "http://press.example"),
        ("javascript:alert(1)", None),
        ("https://press.example/%zz", None),
        ("https://a#b#c", None),
        ("Press office of Linhai", None),
        ("file:///etc/passwd", None),
    ],
)
def test_only_web_addresses_become_links(address, target, tmp_path):
    store = Shelf(*beads("one", source_zh=address))
    (page,) = pages(written(tmp_path, "html", store)).values()
    (item,) = page.findall(f"./{HTML}body/{HTML}section/{HTML}ul/{HTML}li")
    assert "".join(item.itertext()) == address
    link = item.find(f"{HTML}a")
    assert (None if link is None else link.get("href")) == target


def test_the_same_beads_make_the_same_book(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    assert written(first, "epub").read_bytes() == written(second, "epub").read_bytes()
    with ZipFile(first / "book.epub") as archive:
        assert archive.namelist()[0] == "mimetype"
        assert b"<dc:title>Lamps &amp; lights</dc:title>" in archive.read("book.opf")


def test_the_page_needs_nothing_else(tmp_path):
    text = written(tmp_path, "html").read_text("utf-8")
    assert "default-src 'none'" in text
    assert not [word for word in ("<script", "<link", "<img", "@import", "url(") if word in text]


def test_a_book_of_nothing_and_pinyin_in_no_book_are_refused(tmp_path):
    with pytest.raises(FormatError, match="nothing to write"):
        written(tmp_path, "epub", briefings=[])
    with pytest.raises(UsageError, match="tmx is not a book format; pinyin needs epub or html"):
        export(Shelf(), ExportPlan("tmx", tmp_path / "a.tmx", pinyin=True))
    with pytest.raises(UsageError, match="epub contains only the edited texts"):
        written(tmp_path, "epub", raw=True)
    assert not [*tmp_path.iterdir()]


def test_the_command_line_writes_a_book_and_says_how_much(run, tmp_path):
    stored(tmp_path / "corpus").close()
    done = run("export", "--corpus", tmp_path / "corpus", "--format", "epub", "--pinyin")
    assert (done.code, done.out) == (0, "corpus.epub\n")
    assert done.err.endswith(" beads written\n")
    assert (tmp_path / "corpus.epub").is_file()


EPUBCHECK = shutil.which("epubcheck")


@pytest.mark.skipif(not (EPUBCHECK and shutil.which("java")), reason="epubcheck is not installed")
@pytest.mark.parametrize("variant", ["", "after"])
def test_epubcheck_finds_no_fault(variant, tmp_path):
    path = written(tmp_path, "epub", hostile_shelf(), variant=variant, pinyin=not variant)
    jar = Path(EPUBCHECK).resolve()  # Debian's is a jar, which not every kernel starts by itself
    java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]  # it ends before more would pay
    command = [*java, "-jar", jar] if jar.suffix == ".jar" else [EPUBCHECK]
    done = subprocess.run([*command, path], capture_output=True, text=True)
    assert "0 fatals / 0 errors / 0 warnings" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("pinyin", [False, True])
def test_words_of_a_page_that_translate_each_other_are_marked_together(pinyin, tmp_path):
    text = "港口<b>很好</b>。", "The <b>port</b> is good."
    row = make_bead(id="1", briefing="one", zh=text[0], en=text[1], zh_index=(0,), en_index=(0,))
    page = pages(written(tmp_path, "html", Shelf(row), pinyin=pinyin))[""]
    classes = {}
    for language in ("zh", "en"):
        spans = page.iterfind(f".//{HTML}p[@lang='{language}']//{HTML}i")
        words = [(one.get("class"), "".join(one.xpath("text()|*/text()"))) for one in spans]
        for name, word in words:
            classes.setdefault(name, {}).setdefault(language, []).append(word)
    linked = [("".join(one["zh"]), "".join(one["en"])) for one in classes.values()]
    assert ("港口", "port") in linked
    assert f".row:has(.{next(iter(classes))}:hover)" in page.findtext(f".//{HTML}style")
    assert sentences(page, "zh") == [text[0]]
    assert sentences(page, "en") == [text[1]]


def test_a_book_for_a_reader_without_pointer_has_no_links(tmp_path):
    for name, variant in (("epub", ""), ("html", "after")):
        for page in pages(written(tmp_path, name, variant=variant)).values():
            assert page.find(f".//{HTML}i") is None
