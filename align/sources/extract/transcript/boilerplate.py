"""Boilerplate of pages (paths, pagers, share buttons, foot lines), time stamps and captions."""

import functools
import re
from collections.abc import Sequence
from dataclasses import replace

from ....aligner.text.chinese import HAN, detect_language
from ....aligner.text.strings import count_letters, normalise_space
from . import Block
from .header import LONGEST_LINE, is_summary

# The longest breadcrumb of the shared sample has 109 characters; a paragraph of speech that begins
# like one ("Home > ...") is longer or has no such beginning.
LONGEST_BOILERPLATE = 160

OTHER_LANGUAGE = re.compile(
    r"^[\[(（【•·>»\s]*(?:Read (?:it )?in (?:Chinese|English)|(?:Chinese|English) version|"
    r"(?:查看|[阅閱][读讀])?中文版?|英文版|(?:查看|[阅閱][读讀])英文版?|中文全文|繁體|简体|簡體)[\])）】>\s]*$",
    re.I,
)
# The name of a table column; in a bilingual text it is not a paragraph.
COLUMN_NAME = re.compile(
    r"zh(?:[-_]\w+)?|en(?:[-_]\w+)?|"
    r"(?:chinese|english)(?: ?[(（][^()（）]{1,30}[)）]| (?:text|original|translation))?|"
    r"(?:中文|英文|汉语|英语)(?:原文|译文|原稿|译稿|文本|稿)?|"
    r"原文|译文|序号|编号|(?:source|target)(?: segment| text)?|src|tgt",
    re.I,
)
_DATE_TIME = r"\d{4}\s*[-年/.]\s*\d{1,2}[-月/.]\d{1,2}日?\s*(?:\d{1,2}:\d\d(?::\d\d)?)?"
_MAKERS = "责任编辑|責任編輯|编辑|編輯|责编|責編|来源|來源|作者|网络编辑|编审|监制|校对"
_CREDIT = rf"(?:{_MAKERS}|Editor|Source)"
_NETWORKS = "Facebook|Twitter|LinkedIn|WeChat|Weibo|E-?mail|QQ(?:空间)?|微信|(?:新浪)?微博|朋友圈"
_PAGER = (
    r"[<‹«\s]*(?:(?:Previous|Next|Prev|上一页|下一页|上一頁|下一頁|尾页|首页|末页)[\s\d<‹«>›»|]*)+"
)
# Patterns that match a whole line, grouped by meaning. First those of printed pages.
_PRINTED_PATTERNS = (
    # pagers, marks alone
    r"[<‹«\s]*(?:\d{1,3}[\s|]+){2,}\d{0,3}[\s>›»]*|[<>‹›«»|/•·\s]+",
    rf"(?=.*\d){_PAGER}",
    r"\d{1,3}\s*[>›»]|[<‹«]\s*\d{1,3}|(?:【\d{1,2}】\s*){2,}",
    r"[-–—]\s*\d{1,3}\s*[-–—]|第\s*\d+\s*页(?:[\s/，,]*共\s*\d+\s*页)?|Page \d+ of \d+",
    # breadcrumbs, date and source of the page
    r"ㄑ.*|(?:当前位置|您的位置)[:：].*[>›»].*",
    rf"(?:发布时间|發佈時間|时间|日期)?[:：]?\s*{_DATE_TIME}.{{0,20}}(?:来源|來源|字[号体])[:：].{{1,40}}",
    rf"(?:发布时间|發佈時間)[:：]\s*{_DATE_TIME}.{{0,60}}",
    # head and foot of an article in WeChat, which are copied with it
    r"点击上方.{0,20}(?:关注|订阅).{0,20}|阅读原文",
    r"阅读\s*[\d.]+\s*万?\+?(?:\s*(?:在看|点赞|赞|分享|收藏|留言)\s*[\d.]*万?\+?)*",
)
_PATTERNS = (
    *_PRINTED_PATTERNS,
    # pagers of words, breadcrumbs
    _PAGER,
    r"(?:ㄑ|Home\s*[>›»]|首页\s*[>›»]|当前位置|您的位置|位置[:：]).*|\S{2,8}网\s*(?:>\s*)+\S.*",
    # buttons for sharing, printing, the size of letters
    r"(?:Share|Print|E-?mail|Comments?|\d+ Comment\(s\).*)[\s:：]*",
    r"(?:分享|打印|关闭|收藏|字号|字体|纠错|返回顶部|扫一扫.{0,12})[\s:：]*",
    r"(?:Follow us.{0,40}|Back to top)[\s:：]*|分享(?:到|至手机|让更多人看到)?.{0,6}|链接已复制",
    rf"(?:Share(?: (?:this|on|to|via))?|分享(?:到|至)?)\s*[:：]?(?:[\s|,、]*(?:{_NETWORKS}))+",
    r"【?(?:字[号体][:：]?)?\s*(?:[【\[]?[大中小][】\]]?\s*){2,3}】?[\s|]*(?:打印[本此]?页?)?|[大小]字号",
    r"(?:打印|关闭|【(?:打印|关闭|字号|大|中|小|纠错|我要纠错|返回)】|\[?\b(?:Print|Close)\b\]?|[|\s])+",
    r"您的浏览器不支持.{0,20}|Your browser does not support .{0,40}|.?ICP备\d+号(?:-\d+)?",
    r"微信扫一扫.{0,12}|关注公众号[:：].{0,20}|(?:点击进入|点击查看).{0,30}|\+\d|图集|Play Video",
    r"(?:Adjust font size|Font size:).*|(?:点击)?(?:观看|播放)视频|广告|Advertisement",
    # authors of the page
    rf"[\[(（【「]?\s*(?:【?纠错】?)?\s*[\[(（【]?\s*{_CREDIT}\s*[:：].{{1,60}}",
    # links to other articles
    r"(?:阅读下一篇|上一篇|下一篇|相关阅读|推荐阅读|延伸阅读|热门排行|热点推荐|精彩推荐|客户端下载)[:：]?.{0,60}",
    r"(?:MORE FROM|Follow) (?:China\b|us on).{0,60}",
)
_BOILERPLATE = re.compile(rf"^(?:{'|'.join(_PATTERNS)})$", re.I)
_PRINTED = re.compile(rf"^(?:{'|'.join(_PRINTED_PATTERNS)})$", re.I)
MENU_WORDS = re.compile(
    r"^(?:Home|About|About Us|Contact Us|Site ?map|Press Room|White ?papers?|Subscribe|Sign in|"
    r"Log in|Copyright\b.*|©.*|All rights reserved.*|首页|网站地图|联系我们|关于我们|版权所有.*|"
    r"设为首页|加入收藏|无障碍|登录|注册|"
    r"相关链接|相关新闻|相关稿件|Related (?:links|stories|news))[\s:：]*$",
    re.I,
)

_LINK_WITHIN = 80
_TIME = r"\d{1,2}:\d\d(?::\d\d)?"
_DAY_AND_TIME = rf"\d{{4}}[-年/.]\d{{1,2}}[-月/.]\d{{1,2}}日?[ \u3000]*{_TIME}"
_STAMP = re.compile(
    rf"[\[【]\s*(?:{_DAY_AND_TIME}|{_TIME})\s*[\]】]|^{_DAY_AND_TIME}|{_DAY_AND_TIME}$|^{_TIME}$"
)
# A header gives one time, and a speech may quote one; live transcripts stamp every turn.
_FEW_STAMPS = 3


@functools.lru_cache(maxsize=4096)
def is_boilerplate(text: str) -> bool:
    """Return whether a block is a pager, a breadcrumb, a share strip or a foot line, not speech."""
    short = len(text) <= LONGEST_BOILERPLATE
    return short and bool(_BOILERPLATE.match(text) or OTHER_LANGUAGE.match(text))


def is_printed_boilerplate(text: str) -> bool:
    """Return whether a paragraph of a document is a pager, a page number or a link to a language.

    A document may be a printed web page. Its "Print" and "Source: ..." may be its text, though.
    """
    short = len(text) <= LONGEST_BOILERPLATE
    return short and bool(_PRINTED.match(text) or OTHER_LANGUAGE.match(text))


def find_transcript_start(blocks: Sequence[Block]) -> int:
    """Return the index after a "Read in Chinese" link, where a transcript begins, or 0.

    A transcript repeats the header that precedes the link. If the text after the link is shorter
    than the text before it, or does not repeat its prose, the link belongs to an article.
    """
    for index, block in enumerate(blocks[:_LINK_WITHIN]):
        if not OTHER_LANGUAGE.match(block.text):
            continue
        before, after = blocks[:index], blocks[index + 1 :]
        if after and _letters(after) >= _letters(before) and not _lost_prose(before, after):
            return index + 1
    return 0


def _letters(blocks: Sequence[Block]) -> int:
    return sum(count_letters(block.text) for block in blocks)


def _lost_prose(before: Sequence[Block], after: Sequence[Block]) -> bool:
    """Return whether a cut would lose a paragraph that is neither repeated nor a summary."""
    repeated = {block.text for block in after}
    return any(
        len(block.text) > LONGEST_LINE[detect_language([block.text])]
        and block.text not in repeated
        and not is_summary(block.text)
        and not is_caption(block)
        for block in before
    )


def find_time_stamps(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the time stamps of a live transcript: "[10:05]", a day and a time."""
    stamps = [Block(found[0]) for block in blocks for found in _STAMP.finditer(block.text)]
    stamped = sum(1 for block in blocks if _STAMP.search(block.text))
    return () if stamped < _FEW_STAMPS else tuple(stamps)


def strip_time_stamps(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return blocks without the time stamps of a live transcript."""
    if not find_time_stamps(blocks):
        return tuple(blocks)
    bare = (
        replace(block, text=_unstamped(block.text), lead=_unstamped(block.lead)) for block in blocks
    )
    return tuple(block for block in bare if block.text)


def _unstamped(text: str) -> str:
    return normalise_space(_STAMP.sub("", text)) if _STAMP.search(text) else text


_CAPTION = re.compile(
    r"[\[(（【]\s*(?:Photo|Photos|Picture|Image)\b[^\])）】]*[\])）】]\s*$|"
    rf"[(（]?\s*(?:\S{{1,12}}\s*)?(?:记者|記者|中国网|新华社|中新社)?\s*[{HAN}\s]{{2,8}}\s*(?:摄影?|攝影?)\s*[)）】\]]?\s*$|"
    r"\([A-Z][\w ]{1,30}/[A-Z][\w .]{1,40}\)\s*$|"
    r"^\s*/\s*\d+\s+\S|^\d+\s*/\s*\d+(?:\s+\S|$)"
)
# Last characters of captions other than gallery counters; a cheap first test.
_ENDS = frozenset("])）】摄攝影")
# Maximum length of a caption; a longer text with such an ending is a sentence.
_LONGEST_CAPTION = 400


def is_caption(block: Block) -> bool:
    """Return whether a block is a caption: by markup, or by "[Photo by ...]", 摄, "/4  Name"."""
    text = block.text
    likely = text[-1:] in _ENDS or text[:1] == "/" or text[:1].isdigit()
    short = len(text) <= _LONGEST_CAPTION
    return block.caption or (short and likely and bool(_CAPTION.search(text)))
