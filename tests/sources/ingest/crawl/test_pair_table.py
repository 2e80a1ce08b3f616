"""The table of pairs: written for a person, and taken back as corrected."""

import csv
from pathlib import Path

import pytest
from fictional_crawl import TOPICS, conferences, make_pages, write_capture

from align.errors import FormatError
from align.sources.ingest.crawl.index import index_capture
from align.sources.ingest.crawl.pair_table import COLUMNS, read_pairs, write_pairs
from align.sources.ingest.crawl.pairing import pair_pages
from align.sources.ingest.crawl.workers import map_here

CONFERENCES = conferences()


@pytest.fixture(scope="module")
def pairing(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("crawl") / "crawl.warc.gz"
    write_capture(make_pages(CONFERENCES, alone=[6]), path)
    with index_capture([path], map_items=map_here) as crawl:
        return pair_pages(crawl)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def write_rows(path: Path, rows, *, delimiter: str = "\t", encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        table = csv.DictWriter(file, COLUMNS, delimiter=delimiter, restval="")
        table.writeheader()
        table.writerows(rows)
    return path


def urls(pairs) -> set[tuple[str, str]]:
    return {(pair.zh.url, pair.en.url) for pair in pairs}


def test_what_was_written_is_taken_back(pairing, tmp_path: Path):
    table = tmp_path / "pairs.tsv"
    write_pairs(pairing, table)
    taken = read_pairs(table, pairing.pages.candidates)
    assert urls(taken.pairs) == urls(pairing.pairs)
    assert taken.faults == ()
    decisions = [row["decision"] for row in rows_of(table)]
    assert decisions == ["join"] * (len(TOPICS) - 1) + ["alone"]
    assert rows_of(table)[-1]["reasons"].startswith("not https://")


def test_a_table_that_exists_is_never_written_over(pairing, tmp_path: Path):
    table = tmp_path / "pairs.tsv"
    table.write_text("corrected")
    with pytest.raises(FormatError, match="exists"):
        write_pairs(pairing, table)
    assert table.read_text() == "corrected"


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [("\t", "utf-16"), (",", "utf-8-sig"), (";", "utf-8")]
)
def test_rows_are_deleted_changed_and_added_in_a_spreadsheet(
    pairing, tmp_path: Path, delimiter, encoding
):
    table = tmp_path / "pairs.tsv"
    write_pairs(pairing, table)
    rows = rows_of(table)
    kept = rows[2:]  # two deleted
    kept[0]["decision"] = "no"
    added = {"zh": rows[0]["zh"], "en": rows[1]["en"]}
    corrected = write_rows(
        tmp_path / "new.tsv", [*kept, added], delimiter=delimiter, encoding=encoding
    )
    taken = read_pairs(corrected, pairing.pages.candidates)
    expected = {(row["zh"], row["en"]) for row in kept[1:] if row["decision"] == "join"}
    assert urls(taken.pairs) == expected | {(added["zh"], added["en"])}


def test_what_is_not_found_or_used_twice_is_said_with_its_line(pairing, tmp_path: Path):
    table = tmp_path / "pairs.tsv"
    write_pairs(pairing, table)
    rows = rows_of(table)[:2]
    wrong = [
        {"decision": "join", "zh": "https://nowhere.example/1.html", "en": rows[0]["en"]},
        {"decision": "join", "zh": rows[0]["zh"], "en": rows[1]["en"]},
        {"decision": "join", "zh": rows[0]["en"], "en": rows[0]["zh"]},
    ]
    taken = read_pairs(write_rows(tmp_path / "x.tsv", [*rows, *wrong]), pairing.pages.candidates)
    assert len(taken.pairs) == 2
    assert [fault.partition(":")[0] for fault in taken.faults] == ["line 4", "line 5", "line 6"]


def test_an_unknown_decision_is_refused_with_its_line(pairing, tmp_path: Path):
    row = {"decision": "maybe", "zh": "a", "en": "b"}
    with pytest.raises(FormatError, match=r"line 2: 'maybe' is not a decision"):
        read_pairs(write_rows(tmp_path / "x.tsv", [row]), pairing.pages.candidates)


@pytest.mark.parametrize("text", ["", "a\tb\n1\t2\n", "\x00\x01" * 50])
def test_another_file_is_refused(pairing, tmp_path: Path, text: str):
    table = tmp_path / "x.tsv"
    table.write_text(text)
    with pytest.raises(Exception, match=r"x\.tsv"):
        read_pairs(table, pairing.pages.candidates)


def test_titles_that_a_spreadsheet_would_run_are_guarded(tmp_path: Path):
    pages = make_pages(conferences(3))
    title = TOPICS[0][0][1].encode()
    hostile = [type(page)(page.url, page.final_url, 200, page.headers, page.fetched_at,
                          page.body.replace(title, b"=HYPERLINK(\"x\") of lighthouses"))
               for page in pages]  # fmt: skip
    path = write_capture(hostile, tmp_path / "crawl.warc.gz")
    table = tmp_path / "pairs.tsv"
    with index_capture([path], map_items=map_here) as crawl:
        write_pairs(pair_pages(crawl), table)
    assert "\t=HYPERLINK" not in table.read_text(encoding="utf-8")
    assert "HYPERLINK" in table.read_text(encoding="utf-8")
