"""Markup as real pages have it, with words of our own: bodies, titles, dates, lists."""

import datetime as dt

import pytest

from align.sources import extract
from align.sources.extract import page_links
from align.sources.web.html import DecodedPage

FIRST = (
    "The keeper wrote down every ship that went by, and every light he saw that night on the coast."
)
SECOND = (
    "The second paragraph tells why the lamps were old, and who paid for all of them in the end."
)
ZH_FIRST = (
    "守灯人记下了三月以来夜里经过的每一艘船，也记下了他在岸上看见的每一盏灯，一共写满了三本。"
)
ZH_SECOND = (
    "第二段讲的是灯为什么旧了，最后由谁出钱换上新的，这一段和上一段差不多一样长，没有别的内容。"
)
TEXT = f"<p>{ZH_FIRST}</p><p>{ZH_SECOND}</p>"
LINKS = "".join(
    f'<a href="/web/a/t203103{n:02}_{n}.shtml">灯塔更换问题答记者问之{n}号文件全文</a>'
    for n in range(9, 29)
)


def paragraphs(page: DecodedPage) -> list[str]:
    return [text for _, text in extract.read_document([page]).paragraphs()]


def test_a_form_that_holds_the_article_is_read_and_a_search_form_is_not():
    page = DecodedPage(
        "http://press.example/1.htm",
        "<form action=/search><label>Search the site</label></form><form name=_newscontent>"
        f"<h1>Lamps</h1><div class=v_news_content><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p>"
        "</div></form>",
    )
    assert paragraphs(page) == [FIRST, SECOND, FIRST]


@pytest.mark.parametrize("link", ["中文", "Chinese version", "繁體"])
def test_a_link_to_the_other_language_at_the_foot_cuts_nothing(link):
    page = DecodedPage(
        "http://press.example/1.htm",
        f"<h1>Lamps</h1><div id=Content><p>{FIRST}</p><p>{SECOND}</p>"
        f"<p><a href=http://zh.press.example/>{link}</a></p><p>The end.</p></div>",
    )
    assert paragraphs(page) == [FIRST, SECOND, "The end."]


def test_prose_before_a_link_to_the_other_language_is_not_cut_off():
    long = f"{FIRST} {SECOND} {FIRST}"
    page = DecodedPage(
        "http://press.example/1.htm",
        f"<div id=Content><p>{long}</p><p>Read in Chinese</p><p>{SECOND}</p>"
        f"<p>{long} End.</p></div>",
    )
    assert paragraphs(page) == [long, SECOND, f"{long} End."]


def test_links_around_a_known_body_make_no_list_of_it():
    page = DecodedPage(
        "https://www.mfa.gov.cn/web/fyrbt_673021/203103/t20310303_11.shtml",
        f"<h1>灯塔</h1><div id=News_Body_Txt_A><p>{ZH_FIRST}</p></div>{LINKS}",
    )
    assert extract.classify_page(page).kind == "article"
    unknown = DecodedPage("http://press.example/a.htm", f"<p>{ZH_FIRST}</p>{LINKS}")
    assert extract.classify_page(unknown).kind == "list"


def test_links_and_pages_of_the_old_lists_of_the_foreign_ministry_are_followed():
    base = "https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/"
    others = "".join(
        f"<li><a href='./t18395{n}.shtml'>2031年5月{n}日发言人答问</a></li>" for n in (11, 12)
    )
    page = DecodedPage(
        base + "default_3.shtml",
        "<ul><li><a href='./t1839549.shtml'>2031年5月14日外交部发言人唐煜林主持例行记者会</a>"
        f"(2031-05-14)</li>{others}</ul><p>本页列出历次例行记者会的全部内容，按时间排列。</p>"
        "<script>var currentPage = 3; var countPage = 67//共多少页</script>",
    )
    assert extract.classify_page(page).kind == "list"
    item, *_ = page_links.read_list_items(page)
    assert (item.url, item.date) == (base + "t1839549.shtml", dt.date(2031, 5, 14))
    assert page_links.next_list_page(page) == base + "default_4.shtml"
    assert len(page_links.further_list_pages(page)) == 66


OLD_MFA = """<title>Spokesperson Tang Yulin's Press Conference on May 14</title>
<a href='/mfa_chn/'>简体中文</a><div class=content_mod>
<h2 class=title>Spokesperson Tang Yulin's Press Conference on May 14</h2>
<div class=date id=News_Body_Time></div><div class=content>
<P><IMG src="./W020310514808183162908.jpg"></P>
<P>The minister will visit Yunhai from June 3 to 5.</P>
<P><STRONG>Q: Why now?</STRONG></P><P>A: The lamps were old.</P><P>***</P>
<P><STRONG>Follow-up: And who would not wait?</STRONG></P><P>A: Who would not?</P>
</div><div class=tool>Appendix:</div></div>"""


def test_the_old_english_template_of_the_foreign_ministry_takes_its_year_from_the_pictures():
    address = "https://www.fmprc.gov.cn/mfa_eng/xwfw_665399/s2510_665401/t1593246.shtml"
    document = extract.read_document([DecodedPage(address, OLD_MFA)])
    assert document.date == dt.date(2031, 5, 14)
    assert [(turn.label, turn.role) for turn in document.turns] == [
        ("", ""),
        ("Q:", "media"),
        ("A:", "speaker"),
        ("Follow-up:", "media"),
        ("A:", "speaker"),
    ]
    assert document.notes == ()


CHINA_COM_CN = f"""<title>灯塔换灯_中国网</title><meta property="og:url" content="http://www.china.com.cn/">
<meta name="contentid" content="117999001"><div class=content><div class=content_left>
<h1 class=article_title>灯塔换灯</h1><div class=inform>2031-05-14 来源：中国网</div>
<i title="http://news.china.com.cn/2031-05/14/content_117999001.shtml">链接已复制</i>
<div class=article><!--enpproperty <articleid>117999001</articleid>
<date>2031-05-14 13:48:13:671</date><title>灯塔换灯</title>/enpproperty--><!--enpcontent-->{TEXT}
<p>【责任编辑：林一】</p><!--/enpcontent--></div></div></div>"""


@pytest.mark.parametrize(
    "address", ["http://news.china.com.cn/2031-05/14/content_117999001.shtml", "file:///saved.html"]
)
def test_an_article_of_china_com_cn_is_read_though_it_names_the_home_page(address):
    document = extract.read_document([DecodedPage(address, CHINA_COM_CN)])
    assert (document.source, document.title) == ("china_com_cn", "灯塔换灯")
    assert document.date == dt.date(2031, 5, 14)
    assert [text for _, text in document.paragraphs()] == [ZH_FIRST, ZH_SECOND]


HEAD = "<title>灯塔换灯--时政--人民网</title><h1></h1><h1>灯塔换灯</h1>"
NEWS = {
    "people": (
        "http://politics.people.com.cn/n1/2031/0514/c1001-40223222.html",
        f"{HEAD}<div class=rm_txt><div class=col-1-1>2031年05月14日06:58 | 来源：人民网</div>"
        f"<div class='rm_txt_con cf'>{TEXT}"
        "<div class=edit>(责编：林一、夏溪)</div><p>分享让更多人看到</p></div></div>",
    ),
    "xinhuanet": (
        "http://www.news.cn/politics/20310514/3dd6e33cc6d749fbaae01fea337ff400/c.html",
        "<title>灯塔换灯-新华网</title><h1>灯塔换灯</h1><div id=detail>"
        f"<span id=detailContent>{TEXT}</span><p>【纠错】【责任编辑:林一】</p>"
        "<p>阅读下一篇：</p></div>",
    ),
    "gmw": (
        "https://news.gmw.cn/2031-05/14/content_37330990.htm",
        "<h1>全部导航</h1><h1 class=u-title>灯塔换灯</h1><div class=u-mainText>"
        f"<!--enpcontent-->{TEXT}<!--/enpcontent--><p>[ 责编：林一 ]</p></div>",
    ),
    "theorychina": (
        "https://www.theorychina.org.cn/c/2031-05-14/1272493.shtml",
        f"<h1 class=main_tit>灯塔换灯</h1><div class=TRS_Editor>{TEXT}</div>",
    ),
    "trs": (
        "https://www.lamps.example/xw/203105/t20310514_693227.shtml",
        "<title>灯塔换灯 - 云海省人民政府门户网站</title><h1>云海省人民政府网</h1>"
        f"<div class=TRS_Editor>{TEXT}</div><p>打印 关闭</p>",
    ),
    "generic": (
        "https://news.lamps.example/2031-05-14/1.html",
        "<title>灯塔换灯_要闻_灯塔在线</title><div class=menu><p>要闻</p><p>观点</p></div>"
        f"<div class=left><div class=text>{TEXT}</div></div><p>热门排行</p><p>版权所有</p>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NEWS)
def test_a_news_page_gives_its_text_title_and_day_and_no_line_around_it(name):
    document = extract.read_document([DecodedPage(*NEWS[name])])
    assert (document.source, document.title) == (name, "灯塔换灯")
    assert document.date == dt.date(2031, 5, 14)
    assert [text for _, text in document.paragraphs()] == [ZH_FIRST, ZH_SECOND]


def test_an_english_news_page_keeps_captions_among_its_text_and_not_those_over_it():
    small = '<p><span style="color:#000080">{}</span></p>'
    over = small.format("Keepers on the coast.") + small.format("The tower. (Lamps/Lin Yi)")
    page = DecodedPage(
        "https://www.chinadaily.com.cn/a/203105/14/WS664167f4a3.html",
        "<title>Lamps - Chinadaily.com.cn</title><meta name=publishdate content=2031-05-14>"
        f"<h1>Lamps</h1><div id=Content>{over}<p>{FIRST}</p><p>{SECOND}</p>"
        "<p>The lamp at night. (Lamps/Lin Yi)</p></div>"
        "<p>Copyright 1995 - 2031. All rights reserved. The content is that of the house.</p>",
    )
    document = extract.read_document([page])
    assert document.captions == ("Keepers on the coast.", "The tower. (Lamps/Lin Yi)")
    assert [text for _, text in document.paragraphs()] == [
        FIRST,
        SECOND,
        "The lamp at night. (Lamps/Lin Yi)",
    ]
    assert (document.title, document.date) == ("Lamps", dt.date(2031, 5, 14))


def test_the_english_pages_of_the_defence_ministry_have_their_title_behind_the_site_s_name():
    page = DecodedPage(
        "http://eng.mod.gov.cn/xb/News_213114/NewsRelease/4911674.html",
        "<title>Tang Yulin on lamps - Ministry of National Defense</title>"
        "<meta name=publishdate content=2031-05-14><h1 class=site-name>Ministry of National Defense"
        f"</h1><h2>Tang Yulin on lamps</h2><div id=article-content><p>{FIRST}</p>"
        "<p>Question: Why were the lamps changed?</p><p>Tang Yulin: They were old.</p></div>",
    )
    document = extract.read_document([page])
    assert (document.title, document.date) == ("Tang Yulin on lamps", dt.date(2031, 5, 14))
    assert [turn.label for turn in document.turns] == ["", "Question:", "Tang Yulin:"]


def test_a_break_written_into_a_title_is_a_blank_or_nothing():
    source = (
        f"<meta name=ArticleTitle content='{{}}'><div id=News_Body_Txt_A><p>{ZH_FIRST}</p></div>"
    )
    for title, read in (("灯塔&lt;br&gt;换灯", "灯塔换灯"), ("New&lt;br/&gt;lamps", "New lamps")):
        page = DecodedPage("https://www.mfa.gov.cn/web/a.shtml", source.format(title))
        assert extract.read_document([page]).title == read


def test_a_day_in_the_middle_of_a_release_of_hong_kong_ends_nothing():
    tail = "<div>完</div><div>2031年5月14日（星期三）<br>香港時間11時20分</div>"
    page = DecodedPage(
        "https://www.info.gov.hk/gia/general/203105/14/P2031051400277.htm",
        f"<span id=pressrelease>*************<br>　　{ZH_FIRST}<br>&nbsp;<br>"
        f"2031年5月14日（星期三）<br>&nbsp;<br>{(ZH_SECOND + '<br>&nbsp;<br>') * 12}{tail}</span>",
    )
    (read,) = extract.read_pages([page])
    texts = [text for _, text in read.document.paragraphs()]
    assert texts == [ZH_FIRST, "2031年5月14日（星期三）", *[ZH_SECOND] * 12]
    assert ("lines behind the end", 3) in [(left.reason, left.lines) for left in read.left_out]


def test_what_is_left_out_is_counted_and_a_page_half_read_says_so():
    page = DecodedPage(
        "http://press.example/2031-05-14/1.htm",
        f"<h1>灯塔换灯</h1><div id=Content><p>灯塔换灯</p><p>来源：灯塔网</p>"
        f"<p>{ZH_FIRST}</p><p>***</p></div>"
        f"<div class=more>{f'<p>{ZH_SECOND}</p>' * 12}</div>",
    )
    (read,) = extract.read_pages([page])
    assert (read.site, read.kind) == ("generic", "article")
    known = DecodedPage(
        "https://www.mfa.gov.cn/web/203105/t20310514_1.shtml",
        page.text.replace("id=Content", "id=News_Body_Txt_A"),
    )
    (read,) = extract.read_pages([known])
    reasons = {left.reason: left.lines for left in read.left_out}
    assert reasons == {"title": 1, "boilerplate": 1, "separators": 1}
    assert [note for note in read.document.notes if "of the running text" in note]


HEADLINES = "".join(
    f"<li><a href=/t{n}.html>{title}</a> <span>2031-05-1{n}</span></li>"
    for n, title in enumerate(("守灯人答记者问", "灯塔换灯", "海角新塔落成", "船从哪里来？"))
)


@pytest.mark.parametrize("article", [True, False])
def test_a_list_of_links_in_the_body_is_no_text(article):
    body = (
        TEXT if article else f"<p><b>记者：</b>{ZH_FIRST}</p><p><b>林海：</b>{ZH_SECOND}</p>{TEXT}"
    )
    page = DecodedPage(
        "https://www.mfa.gov.cn/web/203105/t20310514_1.shtml",
        f"<h1>灯塔</h1><div id=News_Body_Txt_A>{body}<p>相关新闻：</p><ul>{HEADLINES}</ul></div>",
    )
    (read,) = extract.read_pages([page])
    assert [text for _, text in read.document.paragraphs()][-2:] == [ZH_FIRST, ZH_SECOND]
    assert ("lists of links", 4) in [(left.reason, left.lines) for left in read.left_out]


def test_paragraphs_in_a_link_that_nothing_closes_stay():
    page = DecodedPage(
        "https://www.mfa.gov.cn/web/203105/t20310514_1.shtml",
        f"<h1>灯塔</h1><div id=News_Body_Txt_A><a href=/x>{TEXT}{TEXT}</div>",
    )
    assert paragraphs(page) == [ZH_FIRST, ZH_SECOND] * 2


def test_a_page_that_is_no_text_is_refused_with_its_kind():
    (read,) = extract.read_pages([DecodedPage("http://press.example/a.htm", LINKS)])
    assert (read.document, read.kind) == (None, "list")
    assert "'list'" in read.refusal


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td>{}</td><td>{}</td></tr><tr><td>{}</td><td>{}</td></tr></table>",
        "<table><tr><td><p>{}</p></td><td><p>{}</p></td></tr><tr><td>{}</td><td>{}</td></tr></table>",
        "<div><div>{} {}</div><div>{} {}</div></div>",
        "<ul><li>{} {}</li><li>{} {}</li></ul>",
    ],
)
def test_short_rows_beside_a_long_one_are_read(markup):
    said = (
        "记者：",
        "灯塔为什么要换灯，换下来的旧灯到哪里去了，守灯人以后住在哪里？",
        "林海：",
        "在港口。",
    )
    menu = "<table><tr><td><a href=/1>首页</a></td><td>{}</td></tr></table>"
    for page in (markup, menu.replace("{}", markup)):
        read = DecodedPage("http://press.example/1.htm", f"<h1>灯塔</h1>{page.format(*said)}")
        document = extract.read_document([read])
        turns = [(turn.label, *turn.paragraphs) for turn in document.turns]
        assert turns == [said[:2], said[2:]]
