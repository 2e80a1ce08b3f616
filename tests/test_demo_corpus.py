"""The demo corpus keeps its promises: fictional, in step with its source, gold whole."""

import importlib.util
import json
import re
import sys
import tomllib
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from align.aligner.segment import split

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "corpora" / "demo"
PAGES = DEMO / "pages"
ARTICLE = PAGES / "pressroom" / "2031-05" / "14"
ZH = PAGES / "xwfb" / "gwyxwbgsxwfbh" / "wqfbh_2284" / "49421"

EN_VARIANTS = {
    "article": (
        "gold.json",
        [
            ARTICLE / "content_900001.htm",
            ARTICLE / "content_900001_2.htm",
            ARTICLE / "content_900001_3.htm",
        ],
    ),
    "hub": ("gold.json", [PAGES / "pressroom" / "node_900010.htm"]),
    "second hub": ("gold2.json", [PAGES / "pressroom" / "node_900020.htm"]),
}
ZH_PAGES = {
    "gold.json": ZH / "wz50001" / "203105" / "t20310514_900002.html",
    "gold2.json": ZH / "wz50002" / "203106" / "t20310611_900021.html",
}
TEXTS = {"gold.json": ("zh.txt", "en.txt"), "gold2.json": ("zh2.txt", "en2.txt")}


@pytest.fixture(scope="module")
def builder():
    spec = importlib.util.spec_from_file_location("build_demo", ROOT / "scripts" / "build_demo.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_demo"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["build_demo"]


@pytest.fixture(params=["gold.json", "gold2.json"])
def gold(request):
    return request.param, json.loads((DEMO / request.param).read_text("utf-8"))


def first_gold():
    return json.loads((DEMO / "gold.json").read_text("utf-8"))


def page_paragraphs(path):
    """Every paragraph of a page as text, in order."""
    html = path.read_text("utf-8")
    found = re.findall(r"<p[^>]*>(.*?)</p>", html, flags=re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", paragraph)).strip() for paragraph in found]


def gold_paragraphs(gold, side):
    """The sentences of each paragraph, joined as the language joins them."""
    paragraphs = {}
    for sentence, number in zip(gold[side], gold[f"{side}_para"], strict=True):
        paragraphs.setdefault(number, []).append(sentence)
    assert list(paragraphs) == list(range(len(paragraphs)))
    return [("" if side == "zh" else " ").join(group) for group in paragraphs.values()]


def is_subsequence(short, long):
    rest = iter(long)
    return all(item in rest for item in short)


def test_the_corpus_says_that_it_is_fictional_and_under_what_licence():
    about = tomllib.loads((DEMO / "corpus.toml").read_text("utf-8"))
    assert about["fictional"] is True
    assert "written for this project" in about["statement"]
    assert about["licence"] == "CC0-1.0"
    assert about["languages"] == ["zh", "en"]


def test_every_file_that_the_corpus_names_is_there():
    about = tomllib.loads((DEMO / "corpus.toml").read_text("utf-8"))
    for briefing in about["briefings"]:
        names = [value for key, value in briefing.items() if key not in {"id", "date"}]
        assert [name for name in names if not (DEMO / name).is_file()] == []
        gold = json.loads((DEMO / briefing["gold"]).read_text("utf-8"))
        assert gold["id"] == briefing["id"]


def test_pages_texts_and_gold_are_in_step_with_their_source(builder, tmp_path):
    builder.build(tmp_path)
    built = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(DEMO)
        for path in [*DEMO.glob("pages/**/*"), *DEMO.glob("texts/*"), *DEMO.glob("gold*.json")]
        if path.is_file()
    }
    assert set(built) == kept
    for name, path in built.items():
        assert path.read_bytes() == (DEMO / name).read_bytes(), name


def test_a_source_line_without_a_known_mark_is_refused_with_its_number(builder, tmp_path):
    source = tmp_path / "bad.txt"
    source.write_text("== 甲： | A:\nzh 好。\nfr Bonjour.\n", "utf-8")
    with pytest.raises(ValueError, match=r"bad\.txt:3: unknown mark 'fr'"):
        builder.read_transcript(source)


def test_the_first_briefing_has_its_size():
    gold = first_gold()
    assert (len(gold["zh"]), len(gold["en"])) == (156, 172)
    assert max(gold["zh_turn"]) == max(gold["en_turn"]) == 24
    questions = re.findall(
        r"<strong>[^<]*记者：</strong>", ZH_PAGES["gold.json"].read_text("utf-8")
    )
    assert len(set(questions)) == len(questions) == 9


def test_the_first_briefing_has_every_bead_type_in_a_natural_mix():
    kinds = Counter(f"{len(zh)}-{len(en)}" for zh, en in first_gold()["gold"])
    assert kinds == {
        "1-1": 108,
        "1-2": 17,
        "2-1": 8,
        "1-3": 4,
        "2-2": 2,
        "1-0": 2,
        "0-1": 2,
        "3-1": 1,
        "2-3": 1,
    }


def test_the_second_briefing_is_short():
    gold = json.loads((DEMO / "gold2.json").read_text("utf-8"))
    assert 25 <= len(gold["zh"]) <= 40
    assert 25 <= len(gold["en"]) <= 60


def test_the_gold_covers_every_sentence_once_in_order(gold):
    _, record = gold
    for place, side in enumerate(("zh", "en")):
        covered = [index for bead in record["gold"] for index in bead[place]]
        assert covered == list(range(len(record[side])))
    assert [[], []] not in record["gold"]


def test_both_sides_of_a_bead_belong_to_the_same_turn(gold):
    _, record = gold
    for zh, en in record["gold"]:
        turns = {record["zh_turn"][i] for i in zh} | {record["en_turn"][j] for j in en}
        assert len(turns) == 1


def test_sentences_are_stripped_and_end_as_their_language_ends_a_sentence(gold):
    _, record = gold
    for side, ends in (("zh", "。！？”"), ("en", '.!?"')):
        assert [s for s in record[side] if s != s.strip() or s[-1] not in ends] == []
    inside = [s for s in record["zh"] if re.search("[。！？]", s[:-1])]
    assert inside == []


@pytest.mark.parametrize("variant", EN_VARIANTS)
def test_the_english_gold_paragraphs_stand_in_the_pages_in_order(variant):
    name, pages = EN_VARIANTS[variant]
    gold = json.loads((DEMO / name).read_text("utf-8"))
    found = [paragraph for page in pages for paragraph in page_paragraphs(page)]
    assert is_subsequence(gold_paragraphs(gold, "en"), found)


def test_article_and_hub_hold_the_same_transcript():
    def transcript(variant):
        pages = EN_VARIANTS[variant][1]
        found = [p for page in pages for p in page_paragraphs(page) if "invented" not in p]
        found = [p for p in found if not p.startswith("A fictional office")]
        return found[found.index("Read in Chinese") :]

    assert transcript("article") == transcript("hub")


def test_the_chinese_gold_paragraphs_stand_in_the_page_behind_their_labels(gold):
    name, record = gold
    found = page_paragraphs(ZH_PAGES[name])
    bare = [re.sub(r"^[^，。？！]{2,40}：", "", paragraph, count=1) for paragraph in found]
    either = [pair for pairs in zip(found, bare, strict=True) for pair in pairs]
    assert is_subsequence(gold_paragraphs(record, "zh"), either)


def test_the_plain_texts_hold_the_gold_paragraphs_with_labels_alone(gold):
    name, record = gold
    for side, text in zip(("zh", "en"), TEXTS[name], strict=True):
        blocks = (DEMO / "texts" / text).read_text("utf-8").split("\n\n")
        assert is_subsequence(gold_paragraphs(record, side), [block.strip() for block in blocks])
        labels = [block for block in blocks if block.endswith(("：", ":"))]
        assert len(labels) == max(record[f"{side}_turn"]) + 1


@pytest.mark.parametrize("side", ["zh", "en"])
def test_the_segmenter_cuts_the_paragraphs_where_the_gold_does(gold, side):
    _, record = gold
    found = [
        sentence.strip()
        for paragraph in gold_paragraphs(record, side)
        for sentence in split(paragraph, side)
    ]
    assert found == record[side]


def test_labels_and_captions_are_no_sentences(gold):
    name, record = gold
    html = ZH_PAGES[name].read_text("utf-8")
    labels = set(re.findall(r"<strong>(.*?)</strong>", html))
    assert labels
    assert not labels & set(record["zh"])
    assert not [s for s in record["zh"] + record["en"] if "[Photo by" in s or "摄）" in s]


def test_the_article_goes_on_in_the_middle_of_a_conversation():
    second, third = EN_VARIANTS["article"][1][1:]
    start = re.compile(r"<!--enpcontent-->\s*<p>(.*?)</p>", re.DOTALL)
    assert start.search(second.read_text("utf-8"))[1] == "<strong>Luo Mingchuan:</strong>"
    assert not start.search(third.read_text("utf-8"))[1].startswith("<strong>")


def test_a_speaker_has_a_full_title_the_first_time_and_a_short_label_later():
    html = ZH_PAGES["gold.json"].read_text("utf-8")
    labels = re.findall(r"<strong>(.*?)</strong>", html)
    own = [label for label in labels if label.endswith("沈知远：")]
    assert own[0] == "澜海省发展和改革委员会副主任 沈知远："
    assert set(own[1:]) == {"沈知远："}


def test_links_work_on_any_port():
    for page in PAGES.rglob("*.htm*"):
        links = re.findall(r'(?:href|src)="([^"]*)"', page.read_text("utf-8"))
        assert [link for link in links if not link.startswith(("/", "#"))] == []


@pytest.mark.parametrize("variant", EN_VARIANTS)
def test_read_in_chinese_leads_to_the_chinese_page(variant):
    name, pages = EN_VARIANTS[variant]
    link = re.search(r'<a href="([^"]*)">Read in Chinese</a>', pages[0].read_text("utf-8"))
    assert PAGES / link[1].lstrip("/") == ZH_PAGES[name]


def test_the_pager_leads_to_every_page_of_the_article():
    pages = EN_VARIANTS["article"][1]
    for page in pages:
        strip = re.search(r'<div class="pager">(.*?)</div>', page.read_text("utf-8"))[1]
        assert unescape(re.sub(r"<[^>]+>", "", strip)).split() == ["<", "1", "2", "3", ">"]
        linked = {PAGES / link.lstrip("/") for link in re.findall(r'href="([^"]*)"', strip)}
        assert linked == set(pages) - {page}
