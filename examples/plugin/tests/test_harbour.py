"""The plug-in as its users have it: installed beside briefing-align, and found by its names."""

import subprocess
import sys
from pathlib import Path

import pytest

import align
from align.errors import FormatError
from align.sources import extract
from align.sources.extract.sites import site_of
from align.sources.web.html import DecodedPage

PAGES = Path(__file__).parent / "pages"


def load_page(language: str) -> DecodedPage:
    address = f"https://press.harbour.example/{language}/2031/lamps.html"
    return DecodedPage(address, (PAGES / f"{language}.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_of_the_harbour_office_is_read_by_its_site(language: str):
    page = load_page(language)
    assert site_of(page).name == "harbour"
    document = extract.read_document([page])
    assert document.language == language
    assert str(document.date) == "2031-05-14"
    assert [turn.role for turn in document.turns] == ["speaker", "media", "speaker"]
    assert not any("潮汐表" in text or "Tide" in text for text in document.turns[-1].paragraphs)


@pytest.mark.parametrize(("one", "other"), [("zh", "en"), ("en", "zh")])
def test_each_page_leads_to_the_other_language(one: str, other: str):
    assert extract.counterpart_url(load_page(one)) == load_page(other).url


def test_cards_are_exported_and_read_back(tmp_path: Path):
    with align.open(tmp_path / "corpus", create=True) as corpus:
        briefing = corpus.add(PAGES / "en.html", zh=PAGES / "zh.html")
        corpus.export("cards", tmp_path / "lamps.cards")
        beads = corpus[briefing.id].beads
    head, *cards = (tmp_path / "lamps.cards").read_text(encoding="utf-8").splitlines()
    assert head == "#separator:tab"
    assert cards == [f"{bead.id}\t{bead.zh}\t{bead.en}" for bead in beads]


def test_cards_are_imported_by_their_suffix(tmp_path: Path):
    file = tmp_path / "lamps.cards"
    file.write_text("#separator:tab\n1\t灯亮了。\tThe lamp is lit.\n", encoding="utf-8")
    words = ["import", file, "--corpus", tmp_path / "corpus"]
    done = subprocess.run([sys.executable, "-m", "align", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with align.open(tmp_path / "corpus") as corpus:
        (briefing,) = corpus.briefings
        assert [(bead.zh, bead.en) for bead in briefing.beads] == [("灯亮了。", "The lamp is lit.")]


def test_a_card_without_english_is_refused_with_its_line(tmp_path: Path):
    from briefing_harbour import CARDS

    file = tmp_path / "lamps.cards"
    file.write_text("#separator:tab\n1\t灯亮了。\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"lamps.cards, line 2: 2 columns, expected id"):
        list(CARDS.read(file))
