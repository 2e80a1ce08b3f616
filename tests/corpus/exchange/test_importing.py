"""Import: other tools' alignments become briefings, and our own files come back as they were."""

import datetime as dt
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bead_strategy import bead, change_bead, pairs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.corpus.exchange.formats import ExportHeader, find_format, jsonl, tsv
from align.corpus.exchange.importing import import_file
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.store import Decision, Store
from align.errors import FormatError
from align.records import Alignment, Bead, Briefing, Document, Sentence, Turn

WHOLE = ["tmx", "xliff", "tsv", "jsonl", "parquet", "xlsx"]
"""The formats that can say everything about a bead."""


def _briefing(name="2026-03-01-port"):
    zh = ["林海：各位好。", "港口去年运货3亿吨。", "今年还要更多。", "谢谢。"]
    en = [
        "Good morning.",
        "The port handled 300 million tonnes last year.",
        "It will grow.",
        "Bye.",
    ]
    return Briefing(
        name,
        Document("zh", "港口", (Turn("林海：", tuple(zh)),), url="https://example.org/zh"),
        Document("en", "Port", (Turn("Lin Hai:", tuple(en)),), url="https://example.org/en"),
        tuple(Sentence(text, at, 0, 0, len(text)) for at, text in enumerate(zh)),
        tuple(Sentence(text, at, 0, 0, len(text)) for at, text in enumerate(en)),
        Alignment(
            (Bead((0,), (0,), 0.9), Bead((1, 2), (1, 2), 0.75), Bead((3,), ()), Bead((), (3,))),
            "lattice|use@0.2|seed=0",
        ),
    )


def _reviewed(store):
    """Give a corpus one briefing with a corrected, accepted bead."""
    from dataclasses import replace

    store.save(_briefing(), address="https://example.org/en")
    row = store.rows()[1]
    text = "The port handled 300m tonnes. It will grow."
    after = replace(row, status="accepted", en_edit=text, note="ask the ministry")
    store.decide(row.briefing, Decision("op1", "mei", "edit"), [row], [after])


def _again(store, name, tmp_path, *, raw):
    """Export, import into a new corpus, and export that one: give both files."""
    path = tmp_path / f"first{find_format(name).suffix}"
    export(store, ExportPlan(name, path, raw=raw))
    with Store.open(tmp_path / "two", create=True) as two:
        import_file(two, path)
        export(two, ExportPlan(name, tmp_path / f"second{find_format(name).suffix}", raw=raw))
        return path, tmp_path / f"second{find_format(name).suffix}", list(two.pairs())


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("name", WHOLE)
def test_export_import_export_gives_the_same_bytes(store, name, raw, tmp_path):
    _reviewed(store)
    first, second, _ = _again(store, name, tmp_path, raw=raw)
    when = rb' changedate="\d{8}T\d{6}Z" changeid="mei"'  # an import does not know when
    assert len(re.findall(when, first.read_bytes())) == (name == "tmx")
    assert re.sub(when, b"", first.read_bytes()) == second.read_bytes()


@pytest.mark.parametrize("name", WHOLE)
def test_verdicts_and_corrections_come_along(store, name, tmp_path):
    _reviewed(store)
    _, _, back = _again(store, name, tmp_path, raw=True)
    assert back == list(store.pairs())
    bead = back[1]
    assert (bead.verdict.status, bead.verdict.reviewer) == ("accepted", "mei")
    assert (bead.verdict.note, bead.pair.type) == ("ask the ministry", "2-2")
    assert bead.pair.published.en != bead.en


def test_tei_comes_back_with_its_sentences(store, tmp_path):
    _reviewed(store)
    export(store, ExportPlan("tei", tmp_path / "tei"))
    with Store.open(tmp_path / "two", create=True) as two:
        done = import_file(two, tmp_path / "tei")
        export(two, ExportPlan("tei", tmp_path / "tei2"))
    assert done.missing == ("date", "signature")  # it has no date, and TEI no signature
    for file in sorted((tmp_path / "tei").iterdir()):
        assert file.read_bytes() == (tmp_path / "tei2" / file.name).read_bytes()


def test_an_imported_briefing_can_be_aligned_again(store, tmp_path):
    jsonl.write([bead(zh="一月。二月。", zh_index=(0, 1))], tmp_path / "in.jsonl", ExportHeader())
    done = import_file(store, tmp_path / "in.jsonl")
    found = store.briefing(done.briefings[0])
    assert [sentence.text for sentence in found.zh_sentences] == ["一月。", "二月。"]
    for document, sentences in ((found.zh, found.zh_sentences), (found.en, found.en_sentences)):
        paragraphs = [text for _, text in document.paragraphs()]
        for sentence in sentences:
            cut = paragraphs[sentence.paragraph][sentence.start : sentence.end]
            assert cut == sentence.text


def test_an_import_keeps_its_origin(store, tmp_path):
    jsonl.write([bead()], tmp_path / "in.jsonl", ExportHeader())
    done = import_file(store, tmp_path / "in.jsonl")
    document = store.briefing(done.briefings[0]).zh
    assert document.source == "import:jsonl"
    assert document.notes[0] == "Imported from in.jsonl (jsonl)"
    (pair,) = store.pairs()
    assert (pair.provenance.licence, pair.provenance.retrieved) == (
        bead().provenance.licence,
        bead().provenance.retrieved,
    )


storable = pairs.filter(lambda one: "\\x00" not in repr(one))  # no store holds U+0000


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(beads=st.lists(storable, min_size=1, max_size=5))
def test_the_texts_of_any_bead_come_through(store, tmp_path, beads):
    unique = [
        change_bead(
            pair,
            id=None,
            briefing="mine",
            zh_index=(2 * at, 2 * at + 1),
            en_index=(),
            zh=pair.zh.replace("\x00", "\ufffd"),
            en=pair.en.replace("\x00", "\ufffd"),
        )
        for at, pair in enumerate(beads)
    ]
    plain = bead(id="", briefing="plain")  # a file without a letter of its languages is refused
    jsonl.write([*unique, plain], tmp_path / "in.jsonl", ExportHeader(raw=True))
    import_file(store, tmp_path / "in.jsonl", replace=True)
    back = list(store.pairs(["mine"]))
    assert [(pair.zh, pair.en) for pair in back] == [(pair.zh, pair.en) for pair in unique]
    assert [pair.pair.index.zh for pair in back] == [pair.pair.index.zh for pair in unique]


def test_a_memory_without_briefings_is_named_by_its_file(store, tmp_path):
    (tmp_path / "old.tmx").write_text(
        '<tmx version="1.4"><body><tu tuid="1"><tuv xml:lang="EN-us"><seg>Water.</seg></tuv>'
        '<tuv xml:lang="zh-Hans"><seg>水。</seg></tuv></tu></body></tmx>',
        encoding="utf-8",
    )
    done = import_file(store, tmp_path / "old.tmx")
    assert done.briefings[0].startswith("old-0001-")
    assert (done.beads, done.new_ids) == (1, 0)
    assert {"date", "speaker", "probability"} <= set(done.missing)
    (pair,) = store.pairs()
    assert (pair.zh, pair.en, pair.id) == ("水。", "Water.", "1")


def test_a_file_of_lf_aligner_is_known_by_its_missing_header(store, tmp_path):
    (tmp_path / "story.tsv").write_text(
        "Once upon a time. ~~~ It rained.\t从前。 ~~~ 下雨了。\tstory\nThe end.\t完。\tstory\n",
        encoding="utf-8",
    )
    done = import_file(store, tmp_path / "story.tsv")
    assert done.format == "lfaligner"
    assert [(p.zh, p.en) for p in store.pairs()] == [
        ("从前。下雨了。", "Once upon a time. It rained."),
        ("完。", "The end."),
    ]


@pytest.mark.parametrize(
    ("header", "first"),
    [
        ("id\tChinese\tEnglish\n", ["{}"]),
        ("zh_text\ten_text\tscore\n", []),
        ("中文\tEnglish\n", []),
        ("seg\tsource\ttarget\n", ["seg-{}"]),
        ("", ["seg-{}"]),
        ("", []),
    ],
)
def test_the_texts_of_a_tab_table_are_found_by_header_or_characters(store, tmp_path, header, first):
    rows = [("水。", "Water is clear."), ("火。", "Fire.")]
    cells = [[*first, *row, *["x"] * header.count("score")] for row in rows]
    lines = ["\t".join(row).format(number) for number, row in enumerate(cells)]
    (tmp_path / "a.tsv").write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    import_file(store, tmp_path / "a.tsv")
    assert [(pair.zh, pair.en) for pair in store.pairs()] == rows


TAB_ROWS = [("上午好。", "Good morning."), ("水是清的。", "Water is clear."), ("谢谢。", "Thanks.")]


def import_below(store, folder, *cells):
    """Import a tab table with a first line above three rows; return its texts and the note."""
    lines = ["\t".join(row) for row in (cells, *TAB_ROWS)]
    (folder / "a.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    note = import_file(store, folder / "a.tsv").note
    return [(pair.zh, pair.en) for pair in store.pairs()], note


@pytest.mark.parametrize(
    "names",
    [
        ("Original text", "Translated text"),
        ("Col1", "Col2"),
        ("文本1", "文本2"),
        ("中文原稿", "英文译稿"),
    ],
)
def test_a_first_line_out_of_the_languages_of_its_columns_is_a_header(store, tmp_path, names):
    texts, note = import_below(store, tmp_path, *names)
    assert texts == TAB_ROWS
    assert note == (
        f'line 1 names the columns ("{names[0]}", "{names[1]}") and is not imported; if it is a '
        "text, use --columns zh=1,en=2"
    )


@pytest.mark.parametrize("row", [("主持人", "Moderator"), ("正文", "Body")])
def test_a_first_line_that_may_be_a_header_is_a_bead_and_reported(store, tmp_path, row):
    texts, note = import_below(store, tmp_path, *row)
    assert texts == [row, *TAB_ROWS]
    assert note == (
        f'line 1 is imported as a bead ("{row[0]}", "{row[1]}"); if it names the columns, use '
        f'--columns "zh={row[0]},en={row[1]}"'
    )


@pytest.mark.parametrize(
    "row", [("大家好！", "Hello!"), ("COVID-19", "COVID-19"), ("G20。", "The G20."), ("水", "")]
)
def test_a_first_line_of_text_is_a_bead(store, tmp_path, row):
    assert import_below(store, tmp_path, *row) == ([row, *TAB_ROWS], "")


def test_the_first_of_many_terms_is_a_bead(store, tmp_path):
    lines = ["主持人\tModerator", "港口\tport", "灯塔\tlighthouse"]
    (tmp_path / "a.tsv").write_text("\n".join(lines), encoding="utf-8")
    done = import_file(store, tmp_path / "a.tsv")
    assert (done.beads, done.note) == (3, "")


@pytest.mark.parametrize("text", ["1\t水。\t2\n2\t火。\t3\n", ""])
def test_a_tab_table_without_an_english_column_beside_the_chinese_is_refused(store, tmp_path, text):
    """Nor has a file that is a byte order mark alone, as editors save an empty one."""
    (tmp_path / "a.tsv").write_bytes(text.encode("utf-8-sig"))
    with pytest.raises(FormatError, match="no Chinese column next to an English one"):
        import_file(store, tmp_path / "a.tsv")


def test_a_moses_pair_is_imported_by_what_its_files_share(store, tmp_path):
    (tmp_path / "corpus.zh").write_text("水。\n火。\n", encoding="utf-8")
    (tmp_path / "corpus.en").write_text("Water.\nFire.\n", encoding="utf-8")
    assert import_file(store, tmp_path / "corpus").beads == 2


def import_with_texts(store, ladder, *texts):
    return import_file(store, ladder, texts=texts)


def _ladder(tmp_path, text):
    (tmp_path / "en.txt").write_text("One.\nTwo.\nThree.\n", encoding="utf-8")
    (tmp_path / "zh.txt").write_text("一。\n二三。\n", encoding="utf-8")
    (tmp_path / "out.ladder").write_text(text, encoding="utf-8")
    return tmp_path / "out.ladder", tmp_path / "en.txt", tmp_path / "zh.txt"


def test_a_ladder_is_imported_with_its_texts_in_either_order(store, tmp_path):
    done = import_with_texts(store, *_ladder(tmp_path, "[0]:[0]:0.12\n[1, 2]:[1]:0.30\n"))
    assert (done.format, done.beads) == ("ladder", 2)
    last = list(store.pairs())[-1]
    assert (last.zh, last.en, last.pair.type) == ("二三。", "Two. Three.", "1-2")
    assert last.pair.probability is None


def test_a_ladder_with_a_gap_is_refused(store, tmp_path):
    with pytest.raises(FormatError, match=r"out.ladder: zh sentence 1 is in no bead"):
        import_with_texts(store, *_ladder(tmp_path, "[0]:[0]:0.1\n[2]:[1]:0.1\n"))
    assert store.briefings() == ()


def test_a_ladder_of_two_english_texts_is_refused(store, tmp_path):
    ladder, en, zh = _ladder(tmp_path, "[0]:[0]\n")
    zh.write_text("One.\n", encoding="utf-8")
    with pytest.raises(FormatError, match="one must be Chinese, one English"):
        import_file(store, ladder, texts=(en, zh))


def test_a_blank_line_in_a_text_of_a_ladder_is_refused(store, tmp_path):
    ladder, en, zh = _ladder(tmp_path, "[0]:[0]\n")
    zh.write_text("一。\n\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"zh.txt, line 2: empty line"):
        import_file(store, ladder, texts=(en, zh))


def test_a_repeated_id_is_refused_and_nothing_is_stored(store, tmp_path):
    jsonl.write([bead(), bead(zh="二。")], tmp_path / "in.jsonl", ExportHeader())
    with pytest.raises(FormatError, match="the id 'b1' is repeated"):
        import_file(store, tmp_path / "in.jsonl")
    assert store.briefings() == ()


def test_a_fault_in_the_last_line_stores_nothing(store, tmp_path):
    path = tmp_path / "in.jsonl"
    jsonl.write([bead(), bead(id="b2", briefing="other")], path, ExportHeader())
    path.write_text(path.read_text("utf-8") + "{broken\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"in.jsonl, line 3: not a JSON object"):
        import_file(store, path)
    assert store.briefings() == ()


def test_a_briefing_that_is_there_is_not_overwritten_unless_asked(store, tmp_path):
    jsonl.write([bead(status="flagged")], tmp_path / "in.jsonl", ExportHeader())
    import_file(store, tmp_path / "in.jsonl")
    jsonl.write([bead()], tmp_path / "in.jsonl", ExportHeader())
    with pytest.raises(FormatError, match="already has briefing harbour-2026"):
        import_file(store, tmp_path / "in.jsonl")
    assert import_file(store, tmp_path / "in.jsonl", replace=True).beads == 1


def test_a_small_file_with_a_book_of_text_for_each_byte_is_refused(store, tmp_path):
    text = pa.array(["好" * 600_000])  # stored once
    rows = pa.DictionaryArray.from_arrays(pa.array([0] * 40, pa.int32()), text)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"zh": rows, "en": rows}), path, compression="zstd")
    with pytest.raises(FormatError, match=r"a.parquet: its texts have over .* split it"):
        import_file(store, path)
    assert not store.briefings()


def test_a_briefing_in_two_places_of_a_file_is_refused(store, tmp_path):
    beads = [bead(), bead(id="b2", briefing="other"), bead(id="b3")]
    jsonl.write(beads, tmp_path / "in.jsonl", ExportHeader())
    with pytest.raises(FormatError, match="beads of briefing harbour-2026 are not consecutive"):
        import_file(store, tmp_path / "in.jsonl")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"probability": 2}, "probability is 2; it must be from 0 to 1"),
        ({"status": "done"}, "status is 'done'; use one of unreviewed"),
        ({"date": "yesterday"}, "date is 'yesterday'; write it as"),
        ({"zh_index": [-1]}, "write sentence numbers, counted from 0"),
        ({"zh_index": [1, 0]}, "the sentences of"),
        ({"speaker": [5]}, "speaker is .5.; it must be text"),
        ({"translation": {"zh": "水"}}, "no column 'en', only 'translation', 'id'"),
        ({"translation": None}, "no column 'zh', only"),
    ],
)
def test_a_wrong_field_is_refused_with_its_line(store, tmp_path, values, message):
    record = {"translation": {"zh": "水。", "en": "Water."}, "id": "x", **values}
    (tmp_path / "in.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    with pytest.raises(FormatError, match=message):
        import_file(store, tmp_path / "in.jsonl")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("zh\ten\tzh\n水\tWater\t火\n", "line 1: repeated column 'zh'"),
        ("zh\ten\n水\n", "line 2: 1 cells, but the header has 2"),
        ("zh\ten\tprobability\n水\tWater\thigh\n", "line 2: probability is 'high'"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(store, tmp_path, text, message):
    (tmp_path / "in.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=message):
        import_file(store, tmp_path / "in.tsv")


def test_columns_may_be_few_and_in_any_order(tmp_path):
    (tmp_path / "in.tsv").write_text("en\tzh\r\n'=1\t一\r\n", encoding="utf-8")
    (pair,) = tsv.read(tmp_path / "in.tsv")
    assert (pair.zh, pair.en) == ("一", "=1")


def test_bytes_in_no_known_encoding_are_refused_with_their_line(store, tmp_path):
    (tmp_path / "in.tsv").write_bytes(b"zh\ten\n" + "港口去年\tPort\n".encode() + b"\xff\tIt\n")
    with pytest.raises(FormatError, match=r"in.tsv, line 3: not UTF-8"):
        import_file(store, tmp_path / "in.tsv")


def test_a_file_of_unknown_kind_is_refused(store, tmp_path):
    (tmp_path / "in.odp").write_bytes(b"x")
    with pytest.raises(FormatError, match="unknown format"):
        import_file(store, tmp_path / "in.odp")


def test_a_document_is_added_and_not_imported(store, tmp_path):
    (tmp_path / "in.docx").write_bytes(b"x")
    with pytest.raises(FormatError, match="it contains no aligned text: use 'align add'"):
        import_file(store, tmp_path / "in.docx")


def test_a_filtered_export_is_numbered_anew(store, tmp_path):
    jsonl.write([bead(zh_index=(7,), en_index=(9,))], tmp_path / "in.jsonl", ExportHeader())
    import_file(store, tmp_path / "in.jsonl")
    (pair,) = store.pairs()
    assert (pair.pair.index.zh, pair.pair.index.en) == ((0,), (0,))


def test_progress_counts_stored_beads(store, tmp_path):
    steps = []
    beads = [bead(), bead(id="b2", briefing="other")]
    jsonl.write(beads, tmp_path / "in.jsonl", ExportHeader())
    import_file(store, tmp_path / "in.jsonl", progress=lambda *step: steps.append(step))
    assert steps == [(1, 0), (2, 0), (1, 2), (2, 2)]


@pytest.mark.parametrize("name", [*WHOLE, "tei", "moses"])
def test_importing_a_file_again_changes_nothing(store, name, tmp_path):
    _reviewed(store)
    path = export(
        store, ExportPlan(name, tmp_path / f"out{find_format(name).suffix}", raw=True)
    ).files[0]
    with Store.open(tmp_path / "two", create=True) as two:
        once = import_file(two, path)
        before = two.state(once.briefings[0])
        again = import_file(two, path)
        assert (once.kept, again.kept, again.beads, again.briefings) == (0, 1, 0, ())
        assert two.state(once.briefings[0]) == before


def test_an_import_that_was_stopped_goes_on_where_it_was(store, tmp_path):
    beads = [bead(), bead(id="b2", briefing="other"), bead(id="b3", briefing="third")]
    jsonl.write(beads, tmp_path / "in.jsonl", ExportHeader())

    def stop(*step):
        if step == (2, 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(store, tmp_path / "in.jsonl", progress=stop)
    assert len(store.briefings()) == 2
    done = import_file(store, tmp_path / "in.jsonl")
    assert (done.kept, done.briefings) == (2, ("third",))
    assert len(list(store.pairs())) == 3


def test_a_text_with_a_character_that_no_database_holds_is_refused(store, tmp_path):
    jsonl.write([bead(id=""), bead(id="", zh="水\x00。")], tmp_path / "in.jsonl", ExportHeader())
    with pytest.raises(
        FormatError, match=r"in.jsonl, bead 2: contains U\+0000, which cannot be stored"
    ):
        import_file(store, tmp_path / "in.jsonl")
    assert not store.briefings()


def test_what_no_column_has_room_for_is_shortened(place, tmp_path):
    name = "新闻发布会" * 20
    beads = [
        bead(id="", briefing=name, speaker="林" * 5000, reviewer="m" * 5000, zh="水。"),
        bead(id="", briefing=f"{name}2", signature="s" * 5000, source_zh="https://x/" + "y" * 5000),
    ]
    jsonl.write(beads, tmp_path / "in.jsonl", ExportHeader())
    with Store.open(place, create=True) as store:
        done = import_file(store, tmp_path / "in.jsonl")
        assert done.beads == 2
        assert all(len(name) == 40 for name in done.briefings)
        assert len(set(done.briefings)) == 2
        found = {pair.provenance.briefing: pair for pair in store.pairs()}
        first, second = (found[name] for name in done.briefings)
        assert (first.zh, first.provenance.speaker) == ("水。", "林" * 5000)
        assert first.verdict.reviewer == "m" * 5000
        assert (second.provenance.sources.zh, second.provenance.signature) == (
            beads[1].provenance.sources.zh,
            "s" * 5000,
        )
        assert import_file(store, tmp_path / "in.jsonl").kept == 2


@pytest.mark.parametrize("date", [dt.date(1, 1, 1), dt.date(9999, 12, 31)])
def test_the_first_and_last_day_of_the_calendar_come_through(place, tmp_path, date):
    at = dt.datetime.combine(date, dt.time(12), dt.UTC)
    jsonl.write([bead(date=date, retrieved=at)], tmp_path / "in.jsonl", ExportHeader())
    with Store.open(place, create=True) as store:
        import_file(store, tmp_path / "in.jsonl")
        (pair,) = store.pairs()
        assert (pair.provenance.date, pair.provenance.retrieved) == (date, at)


def test_a_briefing_that_memory_cannot_hold_is_refused(store, tmp_path):
    table = "zh\ten\tbriefing\n" + "水\tw\tone\n" * 50_001
    (tmp_path / "in.tsv").write_text(table, "utf-8")
    with pytest.raises(FormatError, match="briefing one has more than 50,000 beads"):
        import_file(store, tmp_path / "in.tsv")


def test_ids_of_other_tools_may_stand_there_twice_but_ours_not(store, tmp_path):
    unit = (
        '<tu tuid="{}"><tuv xml:lang="zh"><seg>水</seg></tuv><tuv xml:lang="en"><seg>w</seg>'
        "</tuv></tu>"
    )
    for name, count in (("1", 2), ("0" * 32, 0)):
        text = f'<tmx version="1.4"><header/><body>{unit.format(name) * 2}</body></tmx>'
        (tmp_path / f"{name}.tmx").write_text(text, "utf-8")
        if count:
            assert import_file(store, tmp_path / f"{name}.tmx").beads == count
        else:
            with pytest.raises(FormatError, match=r"bead 2: the id .* is repeated"):
                import_file(store, tmp_path / f"{name}.tmx")


def test_the_portions_of_a_long_file_stay_in_their_order(store, tmp_path, monkeypatch):
    monkeypatch.setattr("align.corpus.exchange.importing.build.PORTION", 2)
    count = 10 * 2 + 1
    for name, text in (("in.zh", "水{}。\n"), ("in.en", "Water {}.\n")):
        lines = (text.format(at) for at in range(count))
        (tmp_path / name).write_text("".join(lines), "utf-8")
    assert len(import_file(store, tmp_path / "in").briefings) == 11
    assert [pair.zh for pair in store.pairs()] == [f"水{at}。" for at in range(count)]
