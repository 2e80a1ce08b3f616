"""XLIFF and TEI: the states, links and files that other programs see, and what is refused."""

from pathlib import Path

import pytest
from bead_strategy import bead
from lxml import etree
from translate.storage.xliff import xlifffile

from align.corpus.exchange.formats import ExportHeader, tei, xliff
from align.corpus.exchange.formats.text import join_sentences, resplit
from align.corpus.exchange.importing import import_file
from align.corpus.store import Store
from align.errors import FormatError
from align.records import STATUSES

NS = {"x": "urn:oasis:names:tc:xliff:document:2.0"}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("unreviewed", "translated"),
        ("accepted", "final"),
        ("rejected", "initial"),
        ("flagged", "translated"),
    ],
)
def test_a_verdict_is_the_state_of_the_segment(tmp_path, status, state):
    xliff.write([bead(status=status)], tmp_path / "out.xlf", ExportHeader())
    segment = etree.parse(tmp_path / "out.xlf").find(".//x:segment", NS)
    assert (segment.get("state"), segment.get("subState")) == (state, f"align:{status}")


def test_a_bead_without_english_has_no_target_and_is_initial(tmp_path):
    xliff.write([bead(en="", en_index=())], tmp_path / "out.xlf", ExportHeader())
    segment = etree.parse(tmp_path / "out.xlf").find(".//x:segment", NS)
    assert segment.find("x:target", NS) is None
    assert segment.get("state") == "initial"


def test_an_xliff_file_has_the_structure_of_21(tmp_path):
    beads = [bead(), bead(id="b2"), bead(id="b3", briefing="rail-2026")]
    xliff.write(beads, tmp_path / "out.xlf", ExportHeader(zh="zh-CN", en="en-US"))
    root = etree.parse(tmp_path / "out.xlf").getroot()
    assert dict(root.attrib) == {"version": "2.1", "srcLang": "zh-CN", "trgLang": "en-US"}
    files = root.findall("x:file", NS)
    assert [file.get("original") for file in files] == ["harbour-2026", "rail-2026"]
    units = root.findall(".//x:unit", NS)
    assert [unit.get("id") for unit in units] == ["u1", "u2", "u3"]
    assert all(len(unit.findall("x:segment/x:source", NS)) == 1 for unit in units)


def test_a_forbidden_character_of_a_text_survives_in_xliff(tmp_path):
    xliff.write([bead(zh="a\x07b")], tmp_path / "out.xlf", ExportHeader())
    (back,) = xliff.read(tmp_path / "out.xlf")
    assert back.zh == "a\x07b"


def test_xliff_without_beads_is_whole_and_reads_as_nothing(tmp_path):
    xliff.write([], tmp_path / "out.xlf", ExportHeader())
    assert etree.parse(tmp_path / "out.xlf").find(".//x:source", NS) is not None
    assert list(xliff.read(tmp_path / "out.xlf")) == []


def test_xliff_12_from_english_into_chinese_is_read(tmp_path):
    path = tmp_path / "in.xlf"
    path.write_text(
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        '<file source-language="en-US" target-language="zh-CN"><body>'
        '<trans-unit id="7"><source>Wa<g id="1">ter</g><x id="2"/>.</source>'
        '<target state="final">水。</target></trans-unit></body></file></xliff>',
        encoding="utf-8",
    )
    (pair,) = xliff.read(path)
    assert (pair.id, pair.zh, pair.en, pair.verdict.status) == ("7", "水。", "Water.", "accepted")


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("raw", [False, True])
def test_xliff_12_keeps_every_field(status, raw, tmp_path):
    header = ExportHeader(variant="1.2", raw=raw)
    beads = [
        xliff.project_bead(one, header)
        for one in (
            bead(status=status, note="<a> & b\x07", reviewer="mei"),
            bead(id="b2", status=status, en="", en_index=()),
            bead(id="b3", status=status, zh="", zh_index=()),
        )
    ]
    xliff.write(beads, tmp_path / "out.xlf", header)
    assert list(xliff.read(tmp_path / "out.xlf")) == beads


def test_xliff_12_without_beads_reads_as_nothing(tmp_path):
    xliff.write([], tmp_path / "out.xlf", ExportHeader(variant="1.2"))
    assert list(xliff.read(tmp_path / "out.xlf")) == []


def test_a_tool_that_approves_a_segment_of_xliff_12_accepts_the_bead(tmp_path):
    header = ExportHeader(variant="1.2")
    path = tmp_path / "out.xlf"
    xliff.write([xliff.project_bead(bead(status="flagged"), header)], path, header)
    path.write_text(path.read_text("utf-8").replace('"x-flagged"', '"signed-off"'), "utf-8")
    assert [one.verdict.status for one in xliff.read(path)] == ["accepted"]


def test_translate_toolkit_reads_and_writes_xliff_12(tmp_path):
    header = ExportHeader(variant="1.2", zh="zh-CN", en="en-US")
    beads = [bead(id="b1"), bead(id="b2", zh="<好>", en="a & b", status="accepted")]
    path = tmp_path / "out.xlf"
    xliff.write([xliff.project_bead(one, header) for one in beads], path, header)
    opened = xlifffile.parsefile(str(path))
    assert [(unit.source, unit.target) for unit in opened.units] == [
        (one.zh, one.en) for one in beads
    ]
    assert [unit.isapproved() for unit in opened.units] == [
        one.verdict.status == "accepted" for one in beads
    ]
    opened.units[0].target = "Changed by a tool."
    opened.save()
    back = list(xliff.read(path))
    assert [one.en for one in back] == ["Changed by a tool.", "a & b"]
    assert [one.id for one in back] == ["b1", "b2"]


def test_xliff_into_another_language_is_refused(tmp_path):
    path = tmp_path / "in.xlf"
    path.write_text(
        '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="zh" '
        'trgLang="fr"><file id="f"><unit id="u"><segment><source>水</source></segment></unit>'
        "</file></xliff>",
        encoding="utf-8",
    )
    with pytest.raises(
        FormatError, match="translates from zh into fr; the languages must be Chinese and"
    ):
        list(xliff.read(path))


def write_tei(beads, path, header):
    return tei.write([tei.project_bead(one, header) for one in beads], path, header)


def test_tei_links_name_sentences_of_both_texts(tmp_path):
    beads = [
        bead(zh="你好。请坐。", zh_index=(0, 1), en="Hello, sit down.", status="accepted"),
        bead(
            id="b2",
            zh="再见。",
            zh_index=(2,),
            en="Bye. See you.",
            en_index=(1, 2),
            status="unreviewed",
        ),
    ]
    write_tei(beads, tmp_path / "out", ExportHeader(variant="intertext"))
    names = {path.name for path in (tmp_path / "out").iterdir()}
    stem = "harbour-2026"
    assert names == {"files.txt", f"{stem}.zh.xml", f"{stem}.en.xml", f"{stem}.zh.en.xml"}
    group = etree.parse(tmp_path / "out" / f"{stem}.zh.en.xml").getroot()
    assert (group.get("toDoc"), group.get("fromDoc")) == (f"{stem}.zh.xml", f"{stem}.en.xml")
    links = [(link.get("type"), link.get("xtargets"), link.get("status")) for link in group]
    assert links == [("2-1", "1:1 1:2;1:1", "man"), ("1-2", "1:3;1:2 1:3", "auto")]
    text = etree.parse(tmp_path / "out" / f"{stem}.zh.xml")
    assert [s.text for s in text.iterfind(".//{*}s")] == ["你好。", "请坐。", "再见。"]


def test_tei_p5_points_at_the_sentences_of_both_texts(tmp_path):
    beads = [
        bead(zh="你好。请坐。", zh_index=(0, 1), reviewer="Lin Hai", probability=0.5),
        bead(id="b2", zh="再见。", zh_index=(2,), en="", en_index=(), status="flagged"),
    ]
    write_tei(beads, tmp_path / "out", ExportHeader())
    group = etree.parse(tmp_path / "out" / "harbour-2026.zh.en.xml").find(".//{*}linkGrp")
    zh, en = "harbour-2026.zh.xml", "harbour-2026.en.xml"
    assert group.get("corresp") == f"{zh} {en}"
    assert [(etree.QName(one).localname, dict(one.attrib)) for one in group] == [
        ("link", {"type": "2-1", "target": f"{zh}#s1.1 {zh}#s1.2 {en}#s1.1", "n": "b1",
                  "cert": "0.5", "resp": "reviewer:Lin%20Hai", "ana": "#accepted"}),
        ("ptr", {"type": "1-0", "target": f"{zh}#s1.3", "n": "b2", "cert": "0.97",
                 "resp": "reviewer:mei", "ana": "#flagged"}),
    ]  # fmt: skip
    assert [pair.verdict.reviewer for pair in tei.read(tmp_path / "out")] == ["Lin Hai", "mei"]


def test_sentences_stand_in_the_order_of_the_text_where_beads_cross(tmp_path):
    beads = [bead(zh="后。", zh_index=(1,)), bead(id="b2", zh="先。", zh_index=(0,), en_index=(1,))]
    write_tei(beads, tmp_path / "out", ExportHeader())
    text = etree.parse(tmp_path / "out" / "harbour-2026.zh.xml")
    assert [s.text for s in text.iterfind(".//{*}s")] == ["先。", "后。"]
    assert [pair.zh for pair in tei.read(tmp_path / "out")] == ["后。", "先。"]


def _foreign(tmp_path, links):
    (tmp_path / "tale.zh.xml").write_text(
        "<text><p id='1'><s id='1:1'>一\n 月。</s><s id='1:2'>二月。</s></p></text>", "utf-8"
    )
    (tmp_path / "tale.en.xml").write_text(
        "<text><p id='1'><s id='1:1'>January\n and February.</s></p></text>", "utf-8"
    )
    path = tmp_path / "tale.zh.en.xml"
    path.write_text(
        f"<linkGrp toDoc='tale.zh.xml' fromDoc='tale.en.xml'>\n{links}\n</linkGrp>", "utf-8"
    )
    return path


def test_a_folder_of_intertext_is_read_without_our_list(tmp_path):
    _foreign(tmp_path, "<link type='2-1' xtargets='1:1 1:2;1:1' status='man'/>")
    (pair,) = tei.read(tmp_path)
    assert (pair.zh, pair.en) == ("一 月。二月。", "January and February.")
    assert (pair.pair.index.zh, pair.pair.index.en, pair.verdict.status) == (
        (0, 1),
        (0,),
        "accepted",
    )


def test_english_may_come_first_in_intertext(tmp_path):
    path = _foreign(tmp_path, "<link xtargets='1:1;1:1 1:2'/>")
    text = path.read_text("utf-8")
    swapped = text.replace("toDoc", "x").replace("fromDoc", "toDoc").replace("x=", "fromDoc=", 1)
    path.write_text(swapped, "utf-8")
    (pair,) = tei.read(path)
    assert (pair.pair.index.zh, pair.pair.index.en) == ((0, 1), (0,))


INTERTEXT = Path(__file__).parent / "intertext"


def test_files_as_intertext_writes_them(tmp_path):
    pairs = list(tei.read(INTERTEXT))
    assert [(pair.zh, pair.en, pair.verdict.status) for pair in pairs] == [
        ("港口的一年", "A year at the port", "accepted"),
        ("去年，河州港运货三亿吨。", "Last year Hezhou handled 300 million tonnes.", "accepted"),
        ("灯塔修好了，夜里船也能进港。", "It was repaired. Ships enter at night.", "unreviewed"),
        ("渔民很高兴。", "", "unreviewed"),
        ("“我们等了十年。”老渔民说。", "“We waited,” said an old man & smiled.", "accepted"),
    ]
    assert [pair.pair.index.en for pair in pairs] == [(0,), (1,), (2, 3), (), (4,)]
    with Store.open(tmp_path / "one", create=True) as store:
        done = import_file(store, INTERTEXT)
        assert (done.format, done.beads) == ("tei", 5)
        assert [bead.zh for bead in store.pairs()] == [pair.zh for pair in pairs]


def test_a_file_of_opus_links_several_texts_and_names_the_first_side_from(tmp_path):
    groups = ""
    for name, zh, en in (("a", "水。", "Water."), ("b", "火。", "Fire.")):
        for language, text in (("zh_cn", zh), ("en", en)):
            (tmp_path / language).mkdir(exist_ok=True)
            (tmp_path / language / f"{name}.xml").write_text(
                f"<t><s id='1'>{text}</s></t>", "utf-8"
            )
        groups += f"<linkGrp targType='s' fromDoc='en/{name}.xml' toDoc='zh_cn/{name}.xml'>"
        groups += "<link xtargets='1;1' id='SL1'/></linkGrp>"
    doctype = '<!DOCTYPE cesAlign PUBLIC "-//CES//DTD XML cesAlign//EN" "">'
    (tmp_path / "all.xml").write_text(f"{doctype}<cesAlign version='1.0'>{groups}</cesAlign>")
    pairs = [(pair.zh, pair.en) for pair in tei.read(tmp_path / "all.xml")]
    assert pairs == [("水。", "Water."), ("火。", "Fire.")]


def test_a_link_to_a_sentence_that_is_not_there_is_refused_with_its_line(tmp_path):
    path = _foreign(tmp_path, "<link xtargets='1:1;1:9'/>")
    with pytest.raises(FormatError, match=r"line 2: no sentence '1:9' in the en text"):
        list(tei.read(path))


def test_a_repeated_sentence_id_is_refused(tmp_path):
    path = _foreign(tmp_path, "<link xtargets='1:1;1:1'/>")
    (tmp_path / "tale.en.xml").write_text("<t><s id='1:1'>A</s><s id='1:1'>B</s></t>", "utf-8")
    with pytest.raises(FormatError, match=r"tale.en.xml, line 1: sentence id '1:1' is repeated"):
        list(tei.read(path))


def test_a_link_without_two_sides_is_refused(tmp_path):
    path = _foreign(tmp_path, "<link xtargets='1:1'/>")
    with pytest.raises(FormatError, match="which must have two parts"):
        list(tei.read(path))


@pytest.mark.parametrize(
    ("text", "count", "language", "pieces"),
    [
        ("他说：“走。”我们走。", 2, "zh", ["他说：“走。”", "我们走。"]),
        ("A b. C d! E", 3, "en", ["A b.", "C d!", "E"]),
        ("a b", 2, "en", ["a", "b"]),
        ("一二", 2, "zh", ["一", "二"]),
        ("一", 3, "zh", ["一", "", ""]),
        ("", 2, "en", ["", ""]),
        ("x", 0, "en", []),
    ],
)
def test_a_text_is_cut_where_sentences_end(text, count, language, pieces):
    assert resplit(text, count, language) == pieces
    if count:
        assert join_sentences(pieces, language) == text
