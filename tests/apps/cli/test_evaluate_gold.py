"""Gold alignments without text: joined with the pages of a fictional site, and of corpora/gold."""

import json
import re
from pathlib import Path

import pytest

import align
from align.aligner.gold_places import join_text, outline_gold, read_gold_places
from align.errors import FormatError
from align.sources import extract
from align.sources.ingest.gold_pages import document_text, join_gold_pages
from align.sources.web.captures import Capture
from align.sources.web.html import decode_page

GOLD = Path(__file__).parents[3] / "corpora" / "gold"
EN = "https://press.lanhai.example/pressroom/2031-06/11/content_1.htm"
ZH = "https://press.lanhai.example/xwfb/2031/t20310611_2.html"


@pytest.fixture
def capture(demo: Path, tmp_path: Path) -> Path:
    """The second demo briefing as two saved pages."""
    folder = tmp_path / "capture"
    folder.mkdir()
    for name, language, url in (("zh2", "zh", ZH), ("en2", "en", EN)):
        lines = (demo / "texts" / f"{name}.txt").read_text("utf-8").split("\n")
        body = "".join(f"<p>{line}</p>" for line in lines if line.strip())
        page = folder / f"{language}.html"
        page.write_text(f"<meta charset=utf-8><title>{lines[0]}</title><div>{body}</div>", "utf-8")
        (folder / f"{language}.html.url").write_text(url, encoding="utf-8")
    return folder


@pytest.fixture
def places(demo: Path, capture: Path, tmp_path: Path) -> Path:
    """A folder with the gold of the second demo briefing, without its text."""
    pages = Capture.open(capture)
    texts = {}
    for language, url in (("zh", ZH), ("en", EN)):
        document = extract.read_whole([decode_page(pages.get(url))])
        texts[language] = document_text(document)
    folder = tmp_path / "gold"
    folder.mkdir()
    outline = outline_gold(demo / "gold2.json", texts, {"zh": ZH, "en": EN})
    (folder / "gold2.json").write_text(outline, encoding="utf-8")
    return folder


def test_a_joined_gold_file_is_the_one_that_was_annotated(demo: Path, capture: Path, places: Path):
    joined = join_gold_pages(
        places / "gold2.json",
        Capture.open(capture).get,
        folder=None,
        max_bytes=10**7,
        report=pytest.fail,
    )
    assert joined == json.loads((demo / "gold2.json").read_text("utf-8"))


def test_a_gold_file_without_text_contains_none(places: Path):
    text = (places / "gold2.json").read_text("utf-8")
    assert text.isascii()
    without_checksums = re.sub(r'"[0-9a-f]{16}"', "", text)
    assert set(re.findall(r"[A-Za-z]{5,}", without_checksums)) == {
        "align", "briefing", "content", "example", "https", "lanhai", "press", "pressroom",
        "sentences",
    }  # fmt: skip


def test_scores_are_those_of_the_complete_gold(run, demo: Path, capture: Path, places: Path):
    joined = run("evaluate", places, "--from", capture, "--json")
    whole = run("evaluate", demo / "gold2.json", "--json")
    assert joined.code == whole.code == 0
    assert json.loads(joined.out) == json.loads(whole.out)


def test_the_output_of_another_aligner_is_scored(run, capture: Path, places: Path, tmp_path: Path):
    folder = tmp_path / "other"
    assert run("evaluate", places, "--from", capture, "--texts", folder).code == 0
    zh = (folder / "gold2.zh").read_text("utf-8").splitlines()
    en = (folder / "gold2.en").read_text("utf-8").splitlines()
    one_by_one = [f"[{n}]:[{n}]" for n in range(min(len(zh), len(en)))]
    rest = [f"[{n}]:[]" for n in range(len(en), len(zh))]
    rest += [f"[]:[{n}]" for n in range(len(zh), len(en))]
    (folder / "gold2.ladder").write_text("\n".join(one_by_one + rest) + "\n", encoding="utf-8")
    done = run("evaluate", places, "--from", capture, "--beads", folder, "--json")
    assert 0 < json.loads(done.out)["strict"]["f1"] < 1


def test_a_sentence_that_a_page_lacks_drops_with_its_bead(run, capture: Path, places: Path):
    page = capture / "en.html"
    changed = page.read_text("utf-8").replace("fishing boats", "ferries", 1)
    assert changed != page.read_text("utf-8")
    page.write_text(changed, encoding="utf-8")
    done = run("evaluate", places, "--from", capture, "--json")
    assert done.code == 0
    assert "1 of 43 sentences are missing in" in done.err


def test_another_text_is_not_scored(run, capture: Path, places: Path):
    page = capture / "en.html"
    page.write_text(page.read_text("utf-8").replace("e", "a"), encoding="utf-8")
    done = run("evaluate", places, "--from", capture)
    assert done.code == 1
    assert "gold2.json: skipped" in done.err
    assert "no gold file can be used" in done.err


def test_a_file_of_ones_own_replaces_a_page(run, demo: Path, capture: Path, places: Path):
    for language in ("zh", "en"):
        (capture / f"{language}.html").unlink()
        name = f"demo-2031-06-11.{language}.txt"
        (capture / name).write_bytes((demo / "texts" / f"{language}2.txt").read_bytes())
    assert run("evaluate", places, "--from", capture).code == 0


def test_labels_spaces_and_punctuation_do_not_move_a_sentence(demo: Path, places: Path):
    text = (demo / "texts" / "zh2.txt").read_text("utf-8")
    wide = "新闻稿\n" + text.replace("，", " ， ").replace("\n", "\n\n")
    side = read_gold_places(places / "gold2.json").places["zh"]
    sentences, lost = join_text(side, wide, "zh")
    assert not lost
    assert sentences[0]


@pytest.mark.parametrize("text", ["{", "[]", '{"form": "briefing-align/gold/1"}'])
def test_a_damaged_file_is_rejected_in_one_line(tmp_path: Path, text: str):
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match="not a gold file without text"):
        read_gold_places(path)


def test_the_public_gold_has_850_beads_and_no_text_of_its_publishers():
    paths = sorted(GOLD.glob("*.json"))
    assert len(paths) == 6
    beads = 0
    for path in paths:
        beads += len(read_gold_places(path).gold["gold"])
        assert path.read_text("utf-8").isascii()
    assert beads == 850


def test_the_example_is_gold_with_every_documented_field(run, tmp_path: Path):
    example = run("evaluate", "--example")
    assert (example.code, example.err) == (0, "")
    path = tmp_path / "gold.json"
    path.write_text(example.out, encoding="utf-8")
    done = run("evaluate", path, "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["strict"]["f1"] == 1.0
    assert align.evaluate(path).beads == 6

    page = (Path(__file__).parents[3] / "docs/reference/formats.md").read_text(encoding="utf-8")
    section = page.partition("## Gold alignments")[2].partition("\n## ")[0]
    named = {
        name for row in re.findall(r"^\| (`.*?) \|", section, re.M) for name in row.split(", ")
    }
    assert {name.strip("`") for name in named} == json.loads(example.out).keys()
