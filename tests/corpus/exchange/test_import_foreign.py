"""Import of other people's files: their columns, their ids, and packed ones."""

import datetime as dt
import gzip
import json
import re
import zipfile
from contextlib import closing

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from align.corpus.exchange.importing import (
    aside_name,
    check_file,
    import_file,
    parse_columns,
    unpacked,
)
from align.corpus.review.queue import site_name
from align.corpus.search import Concordance
from align.corpus.store import Store
from align.errors import FormatError
from align.sources.limits import ARCHIVE_LEAST

ZH = ["港口去年运货三亿吨。", "灯塔亮了。"]
EN = ["The port handled 300 million tonnes.", "The lighthouse is lit."]
PAIRS = list(zip(ZH, EN, strict=True))
FLAT = "".join(
    json.dumps({"id": f"doc1-{at}", "zh": zh, "en": en, "score": at / 2}, ensure_ascii=False) + "\n"
    for at, (zh, en) in enumerate(PAIRS)
)
TMX = (
    '<tmx version="1.4"><header srclang="en" segtype="sentence" datatype="PlainText"/><body>'
    + "".join(
        f'<tu><tuv xml:lang="en"><seg>{en}</seg></tuv><tuv xml:lang="zh"><seg>{zh}</seg></tuv></tu>'
        for zh, en in PAIRS
    )
    + "</body></tmx>"
)


def lines(texts):
    return "".join(f"{text}\n" for text in texts)


def texts_of(store):
    return [(bead.zh, bead.en) for bead in store.pairs()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("head", ["zh\ten\tid", '"zh"\t"en"\t"id"', '"id"\t"en"\t"zh"\r'])
def test_a_table_with_a_header_is_none_of_lf_aligner(store, tmp_path, head, encoding):
    """Quoted as the variant for spreadsheets has it, or in UTF-16 as Excel saves Unicode text."""
    row = re.sub(r"\w+", lambda name: {"zh": ZH[0], "en": EN[0], "id": "one"}[name[0]], head)
    (tmp_path / "a.tsv").write_bytes(lines([head, row]).encode(encoding))
    done = import_file(store, tmp_path / "a.tsv")
    assert (done.format, [row.id for row in store.rows()]) == ("tsv", ["one"])


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("name", "head", "delimiter"),
    [
        ("a.csv", ("zh", "en"), ","),
        ("a.csv", ("中文", "英文"), ","),
        ("a.txt", ("中文", "English"), "\t"),
        ("a.txt", ("原文", "译文"), "\t"),
        ("a.tsv", ("Chinese", "English"), "\t"),
    ],
)
def test_a_table_of_a_chinese_windows_is_read_without_its_header(
    store, tmp_path, name, head, delimiter, encoding
):
    rows = [head, *zip(ZH[:2], EN[:2], strict=True)]
    text = "".join(f"{delimiter.join(row)}\r\n" for row in rows)
    (tmp_path / name).write_bytes(text.encode(encoding))
    import_file(store, tmp_path / name)
    assert texts_of(store) == rows[1:]


def test_an_import_names_the_sheets_that_it_does_not_read(tmp_path, run):
    book = openpyxl.Workbook()
    for row in (("zh", "en"), *PAIRS):
        book.active.append(row)
    book.create_sheet("Part 2").append(PAIRS[0])
    book.create_sheet("Empty")
    book.save(tmp_path / "a.xlsx")
    done = run("import", tmp_path / "a.xlsx", "--corpus", tmp_path / "corpus")
    assert done.code == 0
    assert "only the first sheet was read, not Part 2\n" in done.err


def test_rows_put_in_by_hand_get_ids_that_no_other_row_has(store, tmp_path):
    """Twice at one place; then the briefing comes in once more under another name."""
    table, head = tmp_path / "a.tsv", "id\tzh\ten\tbriefing"
    texts = [("", *pair, "p") for pair in PAIRS]
    table.write_text(lines([head, *map("\t".join, texts)]), encoding="utf-8")
    import_file(store, table)
    for new in (("", "新的。", "New.", "p"), ("", "更新的。", "Newer.", "p")):
        rows = [(bead.id, bead.zh, bead.en, "p") for bead in store.pairs()]
        rows.insert(1, new)
        table.write_text(lines([head, *map("\t".join, rows)]), encoding="utf-8")
        assert import_file(store, table, replace=True).new_ids == 1
        assert [bead.id for bead in store.pairs() if bead.zh != new[1]] == [
            row[0] for row in rows if row[0]
        ]
    assert [bead.zh for bead in store.pairs()] == [ZH[0], "更新的。", "新的。", ZH[1]]
    with Store.open(tmp_path / "two", create=True) as two:
        renamed = [(bead.id, bead.zh, bead.en, "q") for bead in store.pairs()]
        table.write_text(lines([head, *map("\t".join, renamed)]), encoding="utf-8")
        assert import_file(two, table).new_ids == 0
        table.write_text(lines([head, *map("\t".join, texts)]), encoding="utf-8")
        assert import_file(two, table).beads == 2
        assert import_file(two, table).kept == 1
        assert len({row.id for row in two.rows()}) == 6


def test_flat_objects_keep_their_ids_and_other_fields_stand_aside(store, tmp_path):
    path = tmp_path / "flat.jsonl"
    path.write_text(FLAT, encoding="utf-8")
    done = import_file(store, path)
    assert (done.beads, done.new_ids) == (2, 0)
    assert [bead.id for bead in store.pairs()] == ["doc1-0", "doc1-1"]
    kept = store.preference("", aside_name(done.briefings[0]))
    assert kept == {"doc1-0": {"score": 0.0}, "doc1-1": {"score": 0.5}}
    assert import_file(store, path).kept == 1


def test_columns_of_any_type_stand_aside(store, tmp_path):
    day, times = dt.datetime(2031, 5, 14, 9, 30), float("nan")
    columns = {"zh": ZH[:1], "en": EN[:1], "when": [day], "hash": [b"ab"], "times": [times]}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    done = import_file(store, tmp_path / "a.parquet")
    (kept,) = store.preference("", aside_name(done.briefings[0])).values()
    assert kept == {"when": "2031-05-14T09:30:00", "hash": "b'ab'", "times": None}


@pytest.mark.parametrize("name", ["bitextor.tsv", "en-zh.sent", "en-zh.sent.gz"])
def test_two_addresses_may_stand_before_the_texts(store, tmp_path, name):
    path = tmp_path / name
    line = "http://a.example/en\thttp://a.example/zh\t{1}\t{0}\t0.9\n"
    data = "".join(line.format(*pair) for pair in PAIRS).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert import_file(store, path).beads == 2
    assert texts_of(store) == PAIRS
    sources = {(one.provenance.sources.zh, one.provenance.sources.en) for one in store.pairs()}
    assert sources == {("http://a.example/zh", "http://a.example/en")}


def test_a_table_without_a_header_and_a_chinese_column_says_what_to_do(store, tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("1\ta\tWater.\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"^a\.tsv: .* header .*--columns zh=NAME,en=NAME"):
        import_file(store, path)


def test_a_packed_file_of_no_known_kind_is_named_as_the_user_named_it(store, tmp_path):
    path = tmp_path / "a.odd.gz"
    path.write_bytes(gzip.compress(b"water"))
    with pytest.raises(FormatError, match=r"^a\.odd: unknown format"):
        import_file(store, path)


@pytest.mark.parametrize("start", ["doc1-", "a" * 31], ids=["foreign", "ours"])
def test_an_id_that_another_briefing_has_is_replaced(store, tmp_path, start):
    flat = FLAT.replace("doc1-", start)
    (tmp_path / "one.jsonl").write_text(flat, encoding="utf-8")
    (tmp_path / "two.jsonl").write_text(flat.replace("亮", "灭"), encoding="utf-8")
    assert import_file(store, tmp_path / "one.jsonl").new_ids == 0
    assert import_file(store, tmp_path / "two.jsonl").new_ids == 2
    assert import_file(store, tmp_path / "two.jsonl").kept == 1


def test_ids_that_cannot_be_kept_stand_aside(store, tmp_path):
    path = tmp_path / "odd.jsonl"
    path.write_text(FLAT.replace("doc1-0", "urn:x/0"), encoding="utf-8")
    done = import_file(store, path)
    first, second = (bead.id for bead in store.pairs())
    assert (done.new_ids, second) == (1, "doc1-1")
    kept = store.preference("", aside_name(done.briefings[0]))
    assert kept[first] == {"id": "urn:x/0", "score": 0.0}


def test_an_import_that_was_killed_keeps_the_other_columns(tmp_path):
    class KilledStore(Store):
        def save(self, *given, **named):
            super().save(*given, **named)
            raise KeyboardInterrupt

    path = tmp_path / "flat.jsonl"
    path.write_text(FLAT, encoding="utf-8")
    with KilledStore.open(tmp_path / "c", create=True) as killed, pytest.raises(KeyboardInterrupt):
        import_file(killed, path)
    with Store.open(tmp_path / "c") as store:
        assert import_file(store, path).kept == 1
        (briefing,) = store.briefings()
        assert store.preference("", aside_name(briefing.id))["doc1-1"] == {"score": 0.5}


def test_foreign_ids_are_found_again_by_every_command(run, tmp_path):
    (tmp_path / "port.jsonl").write_text(FLAT, encoding="utf-8")
    at = ("--corpus", "c")
    assert run("import", "port.jsonl", *at).code == 0
    assert run("show", *at).out.startswith("port-0001-")
    with Store.open(tmp_path / "c") as store, closing(Concordance(store)) as concordance:
        assert [*concordance.index.states()] == list(store.stamps())  # nothing was searched yet
    (hit,) = json.loads(run("search", "lighthouse", "--json", *at).out)["hits"]
    assert hit["bead"] == "doc1-1"
    assert run("export", "--format", "jsonl", "-o", "all.jsonl", *at).code == 0
    rows = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["doc1-0", "doc1-1"]
    # both tables come back by these ids: our export, and the file that they came from
    (tmp_path / "all.jsonl").write_text(
        lines(json.dumps(row).replace("is lit.", "was lit.") for row in rows), "utf-8"
    )
    done = run("import", "all.jsonl", "--update", *at)
    assert done.out == "all.jsonl (jsonl): 2 rows, 1 applied, 1 unchanged\n"
    edited = FLAT.replace("tonnes", "tons")
    (tmp_path / "port.jsonl").write_text(edited, encoding="utf-8")
    dry = json.loads(run("import", "port.jsonl", "--update", "--dry-run", "--json", *at).out)
    assert [row["row"] for row in dry["made"]] == ["doc1-0"]


def test_a_source_that_is_no_address_stops_no_command(run, tmp_path):
    source = {"source_zh": "https://[域名]/1", "source_en": "https://[domain]/1"}
    rows = (json.dumps({"zh": zh, "en": en, **source}) for zh, en in PAIRS)
    (tmp_path / "port.jsonl").write_text(lines(rows), encoding="utf-8")
    at = ("--corpus", "c")
    assert run("import", "port.jsonl", *at).code == 0
    (hit,) = json.loads(run("search", "lighthouse", "--json", *at).out)["hits"]
    assert hit["site"] == ""
    assert run("export", "--format", "jsonl", "-o", "folder", *at).code == 0
    with Store.open(tmp_path / "c") as store:
        assert [*map(site_name, store.briefings())] == [""]


def test_no_licence_of_a_file_is_lost_where_its_beads_become_one_briefing(store, tmp_path):
    licences = ("CC-BY-4.0", "all rights reserved", "CC-BY-4.0", "")
    rows = zip(PAIRS * 2, licences, strict=True)
    objects = ({"zh": zh, "en": en, "licence": licence} for (zh, en), licence in rows)
    (tmp_path / "in.jsonl").write_text(lines(map(json.dumps, objects)), encoding="utf-8")
    import_file(store, tmp_path / "in.jsonl")
    assert {pair.provenance.licence for pair in store.pairs()} == {"CC-BY-4.0; all rights reserved"}


def test_no_address_of_a_file_is_lost_where_its_beads_become_one_briefing(store, tmp_path):
    objects = [
        {"zh": zh, "en": en, "source_zh": f"http://press.example/{n}.htm", "source_en": ""}
        for n, (zh, en) in enumerate(PAIRS)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, objects)), "utf-8")
    import_file(store, tmp_path / "a.jsonl")
    both = "http://press.example/0.htm; http://press.example/1.htm"
    assert {(one.provenance.sources.zh, one.provenance.sources.en) for one in store.pairs()} == {
        (both, both)
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("in.tsv", "source\ttarget\tscore\n" + lines(f"{z}\t{e}\t1" for z, e in PAIRS)),
        ("in.csv", "source,target\n" + lines(f"{z},{e}" for z, e in PAIRS)),
        ("in.jsonl", lines(json.dumps({"source": z, "target": e}) for z, e in PAIRS)),
    ],
)
def test_columns_are_named_by_the_user(store, tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    import_file(store, tmp_path / name, columns=parse_columns("zh=source,en=target"))
    assert texts_of(store) == PAIRS


@pytest.mark.parametrize(
    "own", [{"zh": "旧", "en": "old"}, {"translation": {"zh": "旧", "en": "old"}}]
)
def test_columns_that_the_user_names_stand_over_those_that_are_called_as_ours(store, tmp_path, own):
    record = {"src": ZH[0], "tgt": EN[0], **own}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    import_file(store, tmp_path / "a.jsonl", columns=parse_columns("zh=src,en=tgt"))
    assert texts_of(store) == PAIRS[:1]


@pytest.mark.parametrize("name", ["a.tsv", "a.csv"])
def test_in_a_table_they_do_so_too_and_the_others_stand_aside(store, tmp_path, name):
    rows = [["zh-CN", "en", "src", "tgt"], ["旧", "old", ZH[0], EN[0]]]
    (tmp_path / name).write_text(
        lines(map("\t".join if name == "a.tsv" else ",".join, rows)), encoding="utf-8"
    )
    done = import_file(store, tmp_path / name, columns=parse_columns("zh=src,en=tgt"))
    assert texts_of(store) == PAIRS[:1]
    (aside,) = store.preference("", aside_name(done.briefings[0])).values()
    assert aside == {"other zh": "旧", "other en": "old"}


@pytest.mark.parametrize(
    ("columns", "code", "message"),
    [
        ("zh=src,en=target", 1, "no column 'src', only 'source', 'target'; name the columns"),
        ("zh=source", 1, "no column 'en', only"),
        ("zh,en", 2, "write zh=NAME,en=NAME"),
        ("fr=source,en=target", 2, "write zh=NAME,en=NAME"),
    ],
)
def test_columns_that_fit_nothing_are_refused_with_those_there_are(
    run, tmp_path, columns, code, message
):
    (tmp_path / "in.tsv").write_text("source\ttarget\n水\tWater\n", encoding="utf-8")
    refused = run("import", "in.tsv", "--columns", columns, "--corpus", "c")
    assert (refused.code, (tmp_path / "c").exists()) == (code, False)
    assert message in refused.err


def test_a_zip_of_opus_is_its_moses_pair(store, tmp_path):
    path = tmp_path / "en-zh.txt.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("README", "about")
        archive.writestr("Port.en-zh_CN.en", lines(EN))
        archive.writestr("Port.en-zh_CN.zh_CN", lines(ZH))
        archive.writestr("Port.en-zh_CN.xml", "<cesAlign/>")
    assert import_file(store, path).file == path
    assert texts_of(store) == PAIRS


BY_TEXT = "by its text, column 'src' is Chinese and 'tgt' English"


@pytest.mark.parametrize(
    ("zh", "en", "note"),
    [("zh-CN", "en-US", ""), ("中文", "英文", ""), ("src", "tgt", BY_TEXT)],
)
@pytest.mark.parametrize("nested", [False, True])
def test_fields_of_json_lines_are_found_like_columns(store, tmp_path, zh, en, note, nested):
    objects = [{en: pair[1], zh: pair[0]} for pair in PAIRS]
    if nested:
        objects = [{"translation": texts, "domain": "press"} for texts in objects]
    (tmp_path / "a.jsonl").write_text(lines(map(json.dumps, objects)))
    assert import_file(store, tmp_path / "a.jsonl").note == note
    assert texts_of(store) == PAIRS


def test_beads_without_a_translation_are_counted(run, tmp_path):
    path = tmp_path / "half.jsonl"
    rows = [{"zh": "守塔人点灯。", "en": ""}, {"zh": "谢谢。", "en": "Thank you."}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    done = run("import", path, "--corpus", tmp_path / "corpus")
    assert "  in one language only: 1 bead\n" in done.err


def test_two_fields_of_json_lines_that_may_be_chinese_are_named_by_the_user(store, tmp_path):
    texts = [{"ask": "译成英文，不要解释。", "in": zh, "out": en} for zh, en in PAIRS]
    (tmp_path / "a.jsonl").write_text(lines(map(json.dumps, texts)))
    with pytest.raises(FormatError, match="no column 'zh', only 'ask', 'in', 'out'"):
        check_file(tmp_path / "a.jsonl")
    import_file(store, tmp_path / "a.jsonl", columns={"zh": "in", "en": "out"})
    assert texts_of(store) == PAIRS


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"a.jsonl.gz": FLAT}, "a.jsonl.gz"),
        ({"a.tmx.gz": TMX}, "a.tmx.gz"),
        ({"a.zh.gz": lines(ZH), "a.en.gz": lines(EN)}, "a.en.gz"),
    ],
)
def test_packed_files_are_read(store, tmp_path, files, named):
    for name, text in files.items():
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    import_file(store, tmp_path / named)
    assert texts_of(store) == PAIRS


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl.gz", b"no gzip", "a.jsonl.gz: cannot be unpacked"),
        ("a.jsonl.gz", gzip.compress(FLAT.encode())[:-20], "a.jsonl.gz: cannot be unpacked"),
        ("a.zip", b"no zip", "a.zip: cannot be unpacked"),
        ("a.jsonl", b"[1]\n", "line 1: '.1.' is not an object"),
        ("a.jsonl", b'{"messages": []}', "line 1: a conversation .'messages'., not a bead; write"),
        ("a.jsonl", b'{"text": "Water"}\n', "line 1: no column 'zh', only 'text'"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FormatError, match=message):
        check_file(tmp_path / name)


def test_a_zip_without_both_languages_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("Port.en-fr.en", lines(EN))
    with pytest.raises(
        FormatError, match=r"needs one Chinese and one English text, but contains Port"
    ):
        check_file(tmp_path / "a.zip")


def test_a_zip_with_several_texts_of_one_language_is_refused(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("Port.en", "Port.zh", "Lamp.en", "Lamp.zh"):
            archive.writestr(name, "x\n")
    refused = run("import", "a.zip", "--corpus", "c")
    assert (refused.code, refused.err) == (1,
        "align: a.zip: needs one Chinese and one English text, but contains Port.en, Port.zh, "
        "Lamp.en, Lamp.zh; unpack it and import each pair\n")  # fmt: skip
    assert not (tmp_path / "c").exists()


def test_ids_of_opus_beside_a_moses_pair_are_not_taken_for_ours(store, tmp_path):
    for ending, texts in (("zh", ZH), ("en", EN), ("ids", ["a.zh\ta.en\t1\t1"] * 2)):
        (tmp_path / f"opus.{ending}").write_text(lines(texts), "utf-8")
    assert import_file(store, tmp_path / "opus.zh").beads == 2


def test_an_archive_that_would_fill_the_disk_is_refused(tmp_path):
    with gzip.open(tmp_path / "big.tsv.gz", "wb") as packed:
        packed.write(b"zh\ten\n")
        for _ in range(ARCHIVE_LEAST >> 20):
            packed.write(b"x" * (1 << 20))
        packed.write(b"x" * (1 << 20))
    with pytest.raises(FormatError, match="unpacked; split it"), unpacked(tmp_path / "big.tsv.gz"):
        pass
