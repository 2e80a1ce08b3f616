"""The map in CONTRIBUTING.md: each row names words that occur in the file that it names."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The rules")[0]
ROWS = re.findall(r"^\| ([^|]+) \| `(align/[^`]+)` \| `([^`]+)` \|$", TEXT, flags=re.MULTILINE)
ROOMS = re.findall(r"`((?:aligner|sources|corpus|apps)/\w+)/?`", TEXT)


def test_the_map_has_its_rows():
    assert len(ROWS) >= 12
    assert len(ROOMS) >= 12


@pytest.mark.parametrize(("change", "file", "words"), ROWS)
def test_a_file_of_the_map_holds_the_words_of_its_row(change: str, file: str, words: str):
    assert words in (ROOT / file).read_text(encoding="utf-8"), f"{change}: look elsewhere"


def test_the_words_of_a_row_lead_to_one_file():
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "align").rglob("*.py")]
    for change, file, words in ROWS:
        others = sum(words in text for text in texts) - file.endswith(".py")
        assert others <= 1, f"{change}: {words!r} is in {others} other files"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_of_the_map_exists(room: str):
    place = ROOT / "align" / room
    assert place.is_dir() or place.with_suffix(".py").is_file()
