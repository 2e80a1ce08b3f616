"""Pages as browsers save them: one file with everything, or a page with the folder of its parts."""

import base64
import quopri
from pathlib import Path

import pytest
from site_pages import ADDRESSES, FOLDER, page

from align.errors import AlignError, ExtractError
from align.sources import extract, readers
from align.sources.ingest.pair_files import find_pairs

FIRST, SECOND = "scio_en_article_1.htm", "scio_en_article_2.htm"


def mhtml(html: bytes, address: str, *, encoding: str = "quoted-printable") -> bytes:
    """Pack a page as Chrome does: page, then its frames and pictures, lines ended by CRLF."""
    packed = base64.encodebytes(html) if encoding == "base64" else quopri.encodestring(html)
    picture = base64.encodebytes(bytes(range(256)))
    parts = [
        f"Content-Type: text/html\r\nContent-Transfer-Encoding: {encoding}\r\n"
        f"Content-Location: {address}\r\n\r\n".encode()
        + packed,
        b"Content-Type: text/html\r\nContent-Location: http://ads.example/frame.html\r\n\r\n<p>Buy!",
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture,
    ]
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\n"
        "Subject: =?utf-8?Q?=E7=81=AF=E5=A1=94?=\r\nDate: Tue, 25 Mar 2031 08:00:00 GMT\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n'
        '\tboundary="--==edge"\r\n\r\n'
    ).encode()
    return head + b"".join(b"\r\n----==edge\r\n" + part for part in parts) + b"\r\n----==edge--\r\n"


def packed(name: str, **options: str) -> bytes:
    return mhtml((FOLDER / name).read_bytes(), ADDRESSES[name], **options)


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("suffix", [".mhtml", ".mht"])
@pytest.mark.parametrize("name", ["scio_zh_new.html", "scio_en_hub.html", "hk_zh.htm"])
def test_a_page_saved_as_one_file_is_read_as_the_page(tmp_path, name, suffix, encoding):
    path = tmp_path / f"灯塔{suffix}"
    path.write_bytes(packed(name, encoding=encoding))
    assert readers.read(path) == extract.read_document([page(name)])


@pytest.mark.parametrize("name", ["content_900001", "page.jsp", "page.txt"])
def test_a_page_whose_name_says_nothing_of_it_is_read_as_a_page(tmp_path, name):
    (tmp_path / name).write_bytes((FOLDER / "hk_zh.htm").read_bytes())
    (tmp_path / f"{name}.url").write_text(ADDRESSES["hk_zh.htm"])
    assert readers.read(tmp_path / name) == extract.read_document([page("hk_zh.htm")])


def test_a_page_saved_in_both_languages_gives_both(tmp_path):
    path = tmp_path / "a.mhtml"
    path.write_bytes(packed("mod.html"))
    assert [document.language for document in readers.read_documents(path)] == ["zh", "en"]


ZH = (
    "灯塔的管理人写下了每一艘经过的船。",
    "记者：为什么是现在？",
    "唐雨林：因为灯都旧了。",
    "谢谢大家。",
)
EN = (
    "The keeper wrote down every ship that went by.",
    "Reporter: Why now?",
    "Tang Yulin: Because the lamps were old.",
    "Thank you all.",
)
_PAIRS = list(zip(ZH, EN, strict=True))
_COLUMNS = ["".join(f"<p>{text}</p>" for text in side) for side in (ZH, EN)]


@pytest.mark.parametrize(
    "body",
    [
        "<table>" + "".join(f"<tr><td>{zh}<td>{en}" for zh, en in _PAIRS) + "</table>",
        "<table><tr><td>{}<td>{}</table>".format(*_COLUMNS),
        "".join(f"<p>{zh}<br>{en}</p>" for zh, en in _PAIRS),
        "<h1>灯塔</h1>" + "".join(_COLUMNS),
    ],
    ids=["rows", "columns", "lines", "below"],
)
def test_a_page_of_any_site_that_holds_both_languages_gives_both(tmp_path, body):
    path = tmp_path / "a.html"
    path.write_text(f"<meta charset=utf-8><title>灯塔</title>{body}", encoding="utf-8")
    sides = readers.read_documents(path)
    assert [[text for _, text in side.paragraphs()][-1] for side in sides] == [ZH[-1], EN[-1]]
    assert [[turn.label for turn in side.turns][1:] for side in sides] == [
        ["记者：", "唐雨林："],
        ["Reporter:", "Tang Yulin:"],
    ]


@pytest.mark.parametrize("head", ["<tr><th>中文<th>English", "<th>Chinese<th>English"])
@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_the_head_of_a_table_with_both_languages_is_no_text(tmp_path, head, suffix):
    rows = "".join(f"<tr><td>{zh}<td>{en}" for zh, en in _PAIRS)
    text = f"<meta charset=utf-8><table>{head}{rows}</table>"
    if suffix == ".md":
        text = "| 中文 | English |\n| --- | --- |\n"
        text += "\n".join(f"| {zh} | {en} |" for zh, en in _PAIRS)
    path = tmp_path / f"a{suffix}"
    path.write_text(text, encoding="utf-8")
    sides = readers.read_documents(path)
    assert [next(side.paragraphs())[1] for side in sides] == [ZH[0], EN[0]]


@pytest.mark.parametrize("between", ["2031-05-14 10:05:00", "GDP", "3/4 am", "— 12 —"])
def test_figures_and_single_words_are_no_other_language(tmp_path, between):
    path = tmp_path / "a.html"
    body = "".join(f"<p>{zh}</p><p>{between}</p>" for zh in ZH * 2)
    path.write_text(f"<meta charset=utf-8><title>灯塔</title>{body}", encoding="utf-8")
    assert [side.language for side in readers.read_documents(path)] == ["zh"]


@pytest.mark.parametrize("suffix", [".html", ".mhtml"])
def test_further_pages_that_are_named_by_their_titles_are_found_by_their_addresses(
    tmp_path, suffix
):
    for name, title in ((FIRST, "Lighthouses"), (SECOND, "Lighthouses (2)")):
        note = f"<!-- saved from url=({len(ADDRESSES[name]):04d}){ADDRESSES[name]} -->\n".encode()
        body = note + (FOLDER / name).read_bytes() if suffix == ".html" else packed(name)
        (tmp_path / f"{title}{suffix}").write_bytes(body)
    (tmp_path / "broken.mhtml").write_bytes(b"no page")
    whole = extract.read_document([page(FIRST), page(SECOND)])
    assert readers.read(tmp_path / f"Lighthouses{suffix}") == whole
    assert readers.read(tmp_path / f"Lighthouses (2){suffix}") == whole
    files = tuple(tmp_path / f"Lighthouses{mark}{suffix}" for mark in ("", " (2)"))
    assert tuple(readers.read_article(files[1], 20_000_000)) == files


def test_a_folder_of_saved_pages_is_joined_by_their_links_without_their_parts(tmp_path):
    zh, en = "scio_zh_new.html", FIRST
    linked = b"http://www.scio.gov.cn/live/2031/40001/tw/"
    page_en = (FOLDER / en).read_bytes().replace(linked, ADDRESSES[zh].encode())
    pages = {
        "Lighthouses.mhtml": mhtml(page_en, ADDRESSES[en]),
        "Lighthouses (2).mhtml": packed(SECOND),
        "灯塔.mhtml": packed(zh),
        "别的.mhtml": packed("mfa_zh.shtml"),
        "灯塔_files/frame.html": b"<p>Buy!</p>",
        "灯塔.html": (FOLDER / "mofcom.html").read_bytes(),
    }
    for name, body in pages.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    found = find_pairs(
        readers.list_files(tmp_path), tmp_path, max_bytes=10**6, say=lambda _text: None
    )
    (one,) = found.pairs
    assert [path.name for path in one.paths] == ["灯塔.mhtml", "Lighthouses.mhtml"]
    assert one.how == "matched by the link between the pages"
    assert len(one.documents[1].turns) == 8
    assert [path.name for path, _ in found.left_out] == ["别的.mhtml", "灯塔.html"]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("gbk", "gb18030"),
        ("", "gb18030"),
        ("big5", "big5hkscs"),
        ("", "utf-16"),
    ],
)
def test_a_saved_page_is_read_in_its_encoding(tmp_path, declared, encoding):
    traditional = encoding == "big5hkscs"
    said = (
        "各位記者朋友，大家上午好。我們更新了燈塔。"
        if traditional
        else "各位记者朋友，大家好。我们更新了灯塔，镕喆。"
    )
    meta = f'<meta charset="{declared}">' if declared else ""
    html = f"<html><head>{meta}<title>大家</title></head><body>{f'<p>{said}</p>' * 9}</body>"
    path = tmp_path / "a.html"
    path.write_bytes(html.encode(encoding))
    assert said in [text for _, text in readers.read(path).paragraphs()]


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("a.mhtml", b"", "is empty"),
        ("a.mhtml", b"MIME-Version: 1.0\r\n\r\nno page", "no web page in this MHTML file"),
        ("a.mhtml", mhtml(b"", "http://a.example/"), "a.mhtml"),
    ],
)
def test_a_saved_page_without_a_transcript_is_refused_by_name(tmp_path, name, body, message):
    path = tmp_path / name
    path.write_bytes(body)
    for read in (readers.read, readers.read_documents):
        with pytest.raises(AlignError, match=message) as caught:
            read(path)
        assert name in str(caught.value)


def test_a_saved_gallery_is_refused_by_name(tmp_path):
    path = tmp_path / "a.mhtml"
    path.write_bytes(packed("scio_en_gallery.htm"))
    for read in (readers.read, readers.read_documents):
        with pytest.raises(ExtractError, match=r"a\.mhtml: .*gallery"):
            read(path)


def test_a_page_that_breaks_off_gives_its_beginning_or_is_refused(tmp_path):
    whole = packed(FIRST)
    path = tmp_path / "a.mhtml"
    for share in range(1, 10):
        path.write_bytes(whole[: len(whole) * share // 10])
        try:
            said = readers.read(path).url
        except AlignError as error:
            said = str(error)
        assert ADDRESSES[FIRST] in said or str(path) in said


def test_a_large_picture_in_a_saved_page_is_no_reason_to_refuse_it(tmp_path):
    path = tmp_path / "a.mhtml"
    picture = base64.encodebytes(bytes(60_000))
    path.write_bytes(
        packed("generic.html").replace(b"image/png\r\n", b"image/png\r\nX: " + b"\r\n") + picture
    )
    limit = len((FOLDER / "generic.html").read_bytes()) + 20_000
    assert readers.read(path, max_bytes=limit).title
    with pytest.raises(AlignError, match="the limit"):
        readers.read(path, max_bytes=limit // 8)


def test_a_folder_in_place_of_a_page_is_refused(tmp_path):
    (tmp_path / "a.mhtml").mkdir()
    with pytest.raises(AlignError, match="is a folder"):
        readers.read(Path(tmp_path / "a.mhtml"))
