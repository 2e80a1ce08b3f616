"""TMX: what other programs see, and what is refused."""

import pytest
from bead_strategy import bead
from lxml import etree
from translate.storage.tmx import tmxfile

from align.corpus.exchange.formats import ExportHeader
from align.corpus.exchange.formats.tmx import read, write
from align.errors import FormatError

ZH = '<tuv xml:lang="{zh}"><seg>水。</seg></tuv>'
TU = f'<tu>{ZH}<tuv xml:lang="{{en}}"><seg>Water.</seg></tuv></tu>'


def _file(tmp_path, body, head='<?xml version="1.0" encoding="UTF-8"?>\n'):
    path = tmp_path / "in.tmx"
    text = f'{head}<tmx version="1.4"><header/><body>{body}</body></tmx>'
    path.write_text(text, encoding="utf-8")
    return path


def test_translate_toolkit_reads_it(tmp_path):
    path = tmp_path / "out.tmx"
    write(
        [bead(), bead(id="b2", zh="<好> & ", en="a\nb")], path, ExportHeader(zh="zh-CN", en="en-US")
    )
    with path.open("rb") as file:
        memory = tmxfile(file, "zh-CN", "en-US")
    assert [(unit.source, unit.target) for unit in memory.units] == [
        (bead().zh, bead().en),
        ("<好> & ", "a\nb"),
    ]


def test_it_has_the_structure_of_tmx_14(tmp_path):
    path = tmp_path / "out.tmx"
    write([bead(), bead(id="b2", zh="", zh_index=())], path, ExportHeader())
    root = etree.parse(path).getroot()
    assert root.get("version") == "1.4"
    header = {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang"}
    assert header | {"datatype"} == set(root.find("header").attrib)
    for unit in root.iterfind("body/tu"):
        tags = [child.tag for child in unit]
        assert tags == sorted(tags)  # props stand before tuvs
        assert all([child.tag for child in tuv] == ["seg"] for tuv in unit.iterfind("tuv"))
    assert [len(unit.findall("tuv")) for unit in root.iterfind("body/tu")] == [2, 1]


def test_every_field_is_a_prop(tmp_path):
    path = tmp_path / "out.tmx"
    write([bead()], path, ExportHeader())
    props = {prop.get("type"): prop.text for prop in etree.parse(path).iterfind(".//prop")}
    assert props["x-status"] == "accepted"
    assert props["x-zh_index"] == "0"
    assert props["x-retrieved"] == "2026-03-02T08:00:00+00:00"


@pytest.mark.parametrize("codes", [("zh-CN", "en-US"), ("cmn", "eng"), ("ZH-HANS", "EN-gb")])
def test_codes_of_other_tools_are_mapped(tmp_path, codes):
    (pair,) = read(_file(tmp_path, TU.format(zh=codes[0], en=codes[1])))
    assert (pair.zh, pair.en) == ("水。", "Water.")


def test_a_third_language_is_passed_over(tmp_path):
    body = TU.format(zh="zh", en="en").replace(
        "</tu>", '<tuv xml:lang="fr"><seg>Eau.</seg></tuv></tu>'
    )
    (pair,) = read(_file(tmp_path, body))
    assert (pair.zh, pair.en) == ("水。", "Water.")


def test_codes_inside_a_segment_are_taken_out_and_highlights_stay(tmp_path):
    body = TU.format(zh="zh", en="en").replace(
        "Water.", '<bpt i="1">&lt;b></bpt>Wa<hi>ter</hi><ept i="1">&lt;/b></ept>.'
    )
    (pair,) = read(_file(tmp_path, body))
    assert pair.en == "Water."


def test_a_file_without_chinese_is_refused_with_its_languages(tmp_path):
    with pytest.raises(FormatError, match=r"contains no Chinese; its languages are \['en', 'fr'\]"):
        list(read(_file(tmp_path, TU.format(zh="fr", en="en"))))


def test_a_unit_with_two_texts_in_one_language_is_refused(tmp_path):
    with pytest.raises(FormatError, match=r"line 2: two texts in 'zh-CN'"):
        list(read(_file(tmp_path, TU.format(zh="zh-CN", en="zh-CN"))))


def test_of_two_kinds_of_chinese_the_first_counts(tmp_path):
    body = TU.format(zh="ZH-CN", en="EN-US").replace(
        "</tu>", '<tuv xml:lang="zh-TW"><seg>繁體。</seg></tuv></tu>'
    )
    (pair,) = read(_file(tmp_path, body))
    assert (pair.zh, pair.en) == ("水。", "Water.")


def test_props_of_other_tools_are_not_taken_for_ours(tmp_path):
    props = '<prop type="x-status">Confirmed</prop><prop type="type">manual</prop>'
    body = TU.format(zh="zh", en="en").replace("<tu>", f'<tu tuid="1">{props}')
    (pair,) = read(_file(tmp_path, body))
    assert (pair.id, pair.verdict.status, pair.en) == ("1", "unreviewed", "Water.")


def test_a_variant_without_language_is_refused(tmp_path):
    with pytest.raises(FormatError, match="tuv has no xml:lang"):
        list(read(_file(tmp_path, "<tu><tuv><seg>x</seg></tuv></tu>")))


def test_the_usual_doctype_is_accepted(tmp_path):
    head = '<?xml version="1.0"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
    assert len(list(read(_file(tmp_path, TU.format(zh="zh", en="en"), head)))) == 1


def test_an_entity_bomb_is_refused(tmp_path):
    bomb = '<!DOCTYPE tmx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
    body = TU.format(zh="zh", en="en").replace("Water.", "&b;")
    with pytest.raises(FormatError, match="declares the entity 'a'"):
        list(read(_file(tmp_path, body, bomb)))


def test_an_external_entity_is_refused(tmp_path):
    head = '<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n'
    body = TU.format(zh="zh", en="en").replace("Water.", "&x;")
    with pytest.raises(FormatError, match="declares the entity 'x'"):
        list(read(_file(tmp_path, body, head)))


def test_broken_xml_is_refused_with_its_line(tmp_path):
    with pytest.raises(FormatError, match=r"in.tmx, line 3: not well-formed"):
        list(read(_file(tmp_path, "\n<tu><tuv></tu>")))


def test_a_wrong_declared_encoding_is_refused_with_its_line(tmp_path):
    path = tmp_path / "in.tmx"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<tmx>\n{TU.format(zh="zh", en="en")}</tmx>'
    path.write_bytes(text.encode("gb18030"))
    with pytest.raises(FormatError, match=r"line 3: .*not in the encoding that its first line"):
        list(read(path))


def test_utf_16_is_read_when_it_says_so(tmp_path):
    path = tmp_path / "in.tmx"
    unit = TU.format(zh="zh", en="en")
    text = f'<?xml version="1.0" encoding="UTF-16"?>\n<tmx><body>{unit}</body></tmx>'
    path.write_bytes(text.encode("utf-16"))
    (pair,) = read(path)
    assert pair.zh == "水。"


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "in.tmx"
    path.write_bytes(b"")
    with pytest.raises(FormatError, match="not well-formed"):
        list(read(path))


def test_a_character_that_xml_forbids_is_told_in_one_line(tmp_path):
    path = tmp_path / "in.tmx"
    path.write_bytes(b'<tmx version="1.4"><body>\x00</body></tmx>')
    with pytest.raises(FormatError, match=r"in\.tmx, line 1: not well-formed") as caught:
        list(read(path))
    assert "\n" not in str(caught.value)


OMEGAT = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx11.dtd">
<tmx version="1.1">
  <header creationtool="OmegaT" o-tmf="OmegaT TMX" adminlang="EN-US" datatype="plaintext" \
creationtoolversion="6.0" segtype="sentence" srclang="ZH-CN"/>
  <body>
<!-- Default translations -->
    <tu>
      <note>checked twice</note>
      <prop type="file">talk.txt</prop><prop type="id">3</prop>
      <tuv lang="ZH-CN"><seg>水位<bpt i="0">&lt;b&gt;</bpt>上涨\
<ept i="0">&lt;/b&gt;</ept>。</seg></tuv>
      <tuv lang="EN-US" changeid="mei" changedate="20310501T080000Z"><seg>Water rose.</seg></tuv>
    </tu>
  </body>
</tmx>"""
MEMOQ = """\
<?xml version="1.0" encoding="utf-8"?>
<tmx version="1.4">
  <header creationtool="MemoQ" creationtoolversion="9.1" segtype="sentence" adminlang="en-us" \
srclang="zh-cn" o-tmf="MemoQTM" datatype="unknown">
    <prop type="defclient">port</prop><prop type="name">talk</prop>
  </header>
  <body>
    <tu changedate="20310501T080000Z" creationid="mei">
      <prop type="client">port</prop><prop type="status">Confirmed</prop>
      <prop type="x-context-pre">&lt;seg&gt;前文&lt;/seg&gt;</prop>
      <tuv xml:lang="zh-cn"><prop type="x-context-post">x</prop>\
<seg>水位<ph type="fmt">{}</ph>上涨。</seg></tuv>
      <tuv xml:lang="en-us"><seg>Water rose<it pos="end">x</it>.</seg></tuv>
    </tu>
  </body>
</tmx>"""
TRADOS = """\
<?xml version="1.0" encoding="utf-16"?>
<tmx version="1.4">
  <header creationtool="SDL Language Platform" creationtoolversion="8.1" o-tmf="SDL TM8 Format" \
datatype="xml" segtype="sentence" adminlang="en-US" srclang="zh-CN">
    <prop type="x-Recognizers">RecognizeAll</prop>
  </header>
  <body>
    <tu creationdate="20310501T080000Z" lastusagedate="20310501T080000Z">
      <prop type="x-Origin">TM</prop><prop type="x-ConfirmationLevel">ApprovedTranslation</prop>
      <tuv xml:lang="ZH-CN"><seg>水位<ph x="1" type="1" />上涨。</seg></tuv>
      <tuv xml:lang="EN-US"><seg>Water <hi type="x">rose</hi>.</seg></tuv>
    </tu>
  </body>
</tmx>"""


@pytest.mark.parametrize(
    ("text", "codec"), [(OMEGAT, "utf-8"), (MEMOQ, "utf-8-sig"), (TRADOS, "utf-16")]
)
def test_memories_of_omegat_memoq_and_trados_are_read(tmp_path, text, codec):
    (tmp_path / "in.tmx").write_bytes(text.encode(codec))
    (pair,) = read(tmp_path / "in.tmx")
    assert (pair.zh, pair.en, pair.verdict.status) == ("水位上涨。", "Water rose.", "unreviewed")
