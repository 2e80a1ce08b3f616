"""Both documents of a briefing from its address, where pages lead from one site to another."""

import datetime as dt
from dataclasses import replace

import pytest
from site_pages import ADDRESSES, FOLDER

from align.errors import MovedError, TextError
from align.records import Document, Page, Turn
from align.sources.ingest.documents import (
    LanguageVersion,
    MissingCounterpartError,
    from_address,
    pair_versions,
)
from align.sources.web.captures import Capture

AT = dt.datetime(2031, 3, 1, tzinfo=dt.UTC)
ENGLISH = ADDRESSES["scio_en_hub.html"]
CHINESE = ADDRESSES["scio_zh_old.htm"]
LINKED = "http://www.scio.gov.cn/live/2031/40001/tw/"
SHELL = "http://english.scio.gov.cn/pressroom/2031-03/02/content_8812701.htm"


def a_page(url: str, body: bytes) -> Page:
    return Page(url, url, 200, (("Content-Type", "text/html"),), AT, body)


def web(target: str) -> Capture:
    """The English hub, whose link to the Chinese text is a shell that leads on to ``target``."""
    hub = (FOLDER / "scio_en_hub.html").read_bytes()
    known = b"http://www.scio.gov.cn/live/2031/40001/tw/"
    shell = f"<html><script>var linkContent = '{target}';</script></html>"
    return Capture(
        [
            a_page(ENGLISH, hub.replace(known, SHELL.encode())),
            a_page(SHELL, shell.encode()),
            a_page(CHINESE, (FOLDER / "scio_zh_old.htm").read_bytes()),
            a_page("http://other.example/1.htm", b"<p>Elsewhere.</p>"),
        ]
    )


def test_a_shell_that_leads_to_the_sister_site_is_followed_aloud():
    said: list[str] = []
    pair = from_address(ENGLISH, web(CHINESE).get, say=said.append)
    assert f"{SHELL} redirects to {CHINESE}" in said
    assert pair.zh.turns[0].label == "云海省新闻办公室副主任 方禾乔："
    assert [(page.url, page.final_url) for page in pair.pages] == [
        (SHELL, CHINESE),
        (ENGLISH, ENGLISH),
    ]


def test_a_shell_that_leads_to_a_site_nobody_knows_is_refused_naming_it():
    with pytest.raises(MovedError, match="redirects to another host") as caught:
        from_address(ENGLISH, web("http://other.example/1.htm").get)
    assert caught.value.target == "http://other.example/1.htm"


@pytest.mark.parametrize("asked", [ADDRESSES["scio_en_article_1.htm"], ""])
def test_a_briefing_is_read_from_copies_in_the_internet_archive(asked):
    names = ("scio_en_article_1.htm", "scio_en_article_2.htm")
    kept = {
        f"https://web.archive.org/web/2031040{number}000000id_/{ADDRESSES[name]}": FOLDER / name
        for number, name in enumerate(names)
    }
    chinese = f"https://web.archive.org/web/20310501000000/{LINKED}"
    kept[chinese] = FOLDER / "scio_zh_old.htm"
    capture = Capture([a_page(url, path.read_bytes()) for url, path in kept.items()])
    pair = from_address(asked or next(iter(kept)), capture.get)
    assert [page.final_url for page in pair.pages] == [chinese, *list(kept)[:2]]
    assert len(pair.en.turns) == len(pair.zh.turns) == 8
    assert pair.en.source == "scio_en"
    assert pair.address == "english.scio.gov.cn/pressroom/2031-03/20/content_8812345.html"


def test_what_was_read_of_a_page_without_a_link_is_in_the_error():
    page = a_page(ENGLISH, (FOLDER / "scio_en_hub.html").read_bytes())
    alone = replace(page, body=page.body.replace(b'<a href="http://www.scio', b'<a id="www.scio'))
    with pytest.raises(MissingCounterpartError) as caught:
        from_address(ENGLISH, {ENGLISH: alone}.__getitem__)
    assert caught.value.pages == (alone,)
    assert caught.value.document.turns[0].label == "Fang Heqiao:"


def test_a_list_of_counterparts_that_is_not_at_hand_ends_nothing():
    name = "mfa_zh.shtml"
    alone = a_page(ADDRESSES[name], (FOLDER / name).read_bytes())
    with pytest.raises(MissingCounterpartError, match=r"not in .*give its .* with --zh") as caught:
        from_address(ADDRESSES[name], Capture([alone]).get)
    assert caught.value.pages == (alone,)


PARTLY = [
    "灯塔每晚点亮，看守人住在塔下的小屋里。",
    "The keeper writes the weather down every morning and sends the page to the harbour office.",
    "The harbour office answers once a week and keeps a copy of each page in an iron box.",
    "No visitor may climb the tower at night, and nobody may touch the lamp without gloves.",
    "灯油装在铁桶里，每月由船送来一次，数量记在簿子上。",
    "If the lamp goes out, the second lamp is lit at once and the hour is noted in the book.",
]
ORIGINAL = [
    "The lighthouse is lit every night, and its keeper lives in the cottage below the tower.",
    *PARTLY[1:4],
    "The oil is kept in iron barrels; a boat brings it once a month, and the book has the count.",
    PARTLY[5],
]


def version(texts):
    def read_as(language):
        return Document(language, "", (Turn("", tuple(texts)),))

    return LanguageVersion(read_as("en"), read_as=read_as)


@pytest.mark.parametrize("order", [1, -1])
def test_a_translation_that_is_mostly_untranslated_is_the_chinese_side(order):
    one, two = [version(PARTLY), version(ORIGINAL)][::order]
    pair = pair_versions(one, two, "lamps")
    assert [text for _, text in pair.zh.paragraphs()] == PARTLY
    assert [text for _, text in pair.en.paragraphs()] == ORIGINAL
    assert (pair.zh.language, pair.en.language) == ("zh", "en")


def test_a_line_of_chinese_makes_no_chinese_version():
    one = version([*ORIGINAL * 4, "灯塔每晚点亮，看守人住在塔下。"])
    with pytest.raises(TextError, match="lamps: both texts are English"):
        pair_versions(one, version(ORIGINAL), "lamps")
