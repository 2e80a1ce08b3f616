"""Boilerplate of pages (paths, pagers, share buttons, foot lines), time stamps and captions."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ...text.whitespace import normalise_space
from .blocks import Block

# The longest breadcrumb of the shared sample has 109 characters; a paragraph of speech that begins
# like one ("Home > ...") is longer or has no such beginning.
LONGEST_BOILERPLATE = 160

OTHER_LANGUAGE = re.compile(
    r"^[\[(（【•·>»\s]*(?:Read (?:it )?in (?:Chinese|English)|(?:Chinese|English) version|"
    r"(?:查看|[阅閱][读讀])?中文版?|英文版|(?:查看|[阅閱][读讀])英文版?|中文全文|繁體|简体|簡體)[\])）】>\s]*$",
    re.I,
)
_BOILERPLATE = re.compile(
    r"^(?:[<‹«\s]*(?:\d{1,3}[\s|]+){2,}\d{0,3}[\s>›»]*|[<>‹›«»|/•·\s]+|"
    r"(?:[<‹«]\s*)?(?:Previous|Next|Prev|上一页|下一页|上一頁|下一頁|尾页|首页|末页)(?:\s*\d*\s*[>›»]?)*|"
    r"\d{1,3}\s*[>›»]|[<‹«]\s*\d{1,3}|"
    r"(?:ㄑ|Home\s*[>›»]|首页\s*[>›»]|当前位置|您的位置|位置[:：]).*|"
    r"(?:Share|Print|E-?mail|Comments?|\d+ Comment\(s\).*|Adjust font size.*|分享到?|打印|关闭|"
    r"字号|【(?:打印|关闭|字号|大|中|小|纠错|我要纠错|返回)】|"
    r"\[(?:Print|Close)\]|大 中 小|返回顶部|纠错|扫一扫.{0,12}|Follow us.{0,40}|Back to top)"
    r"[\s:：]*|"
    r"(?:【打印】|【关闭】|\[Print\]|\[Close\]|分享到[:：]?|\s)+|"
    r"[（(]?(?:(?:责任)?编辑|责编)[:：].{1,20}|(?:Editor|Source)[:：].{1,60}|来源[:：].{1,40})$",
    re.I,
)
MENU_WORDS = re.compile(
    r"^(?:Home|About|About Us|Contact Us|Site ?map|Press Room|White ?papers?|Subscribe|Sign in|"
    r"Log in|Copyright\b.*|©.*|All rights reserved.*|首页|网站地图|联系我们|关于我们|版权所有.*|"
    r"设为首页|加入收藏|无障碍|登录|注册|"
    r"相关链接|相关新闻|相关稿件|Related (?:links|stories|news))[\s:：]*$",
    re.I,
)

_TIME = r"\d{1,2}:\d\d(?::\d\d)?"
_DAY_AND_TIME = rf"\d{{4}}[-年/.]\d{{1,2}}[-月/.]\d{{1,2}}日?[ \u3000]*{_TIME}"
_STAMP = re.compile(
    rf"[\[【]\s*(?:{_DAY_AND_TIME}|{_TIME})\s*[\]】]|^{_DAY_AND_TIME}|{_DAY_AND_TIME}$|^{_TIME}$"
)
# A header gives one time, and a speech may quote one; live transcripts stamp every turn.
_FEW_STAMPS = 3


def is_boilerplate(text: str) -> bool:
    """Say whether a block is a pager, a breadcrumb, a share strip or a foot line, not speech."""
    if len(text) > LONGEST_BOILERPLATE:
        return False
    return bool(_BOILERPLATE.match(text)) or bool(OTHER_LANGUAGE.match(text))


def split_at_other_language(blocks: Sequence[Block]) -> int:
    """Return the index after "Read in Chinese", where a transcript begins; 0 without one.

    Everything before it on a hub is said again after it, so it must not be read twice. A link
    that stands at the very end has no transcript after it and cuts nothing.
    """
    for index, block in enumerate(blocks):
        if OTHER_LANGUAGE.match(block.text) and index + 1 < len(blocks) and index < 80:
            return index + 1
    return 0


def strip_time_stamps(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Take away the times that a live transcript sets on its turns: "[10:05]", a day and a time."""
    if sum(1 for block in blocks if _STAMP.search(block.text)) < _FEW_STAMPS:
        return tuple(blocks)
    bare = (
        replace(block, text=_unstamped(block.text), lead=_unstamped(block.lead)) for block in blocks
    )
    return tuple(block for block in bare if block.text)


def _unstamped(text: str) -> str:
    return normalise_space(_STAMP.sub("", text)) if _STAMP.search(text) else text


_CAPTION = re.compile(
    r"[\[(（【]\s*(?:Photo|Photos|Picture|Image)\b[^\])）】]*[\])）】]\s*$|"
    r"[(（]?\s*(?:\S{1,12}\s*)?(?:记者|記者|中国网|新华社|中新社)?\s*[\u4e00-\u9fff\s]{2,8}\s*(?:摄影?|攝影?)\s*[)）】\]]?\s*$|"
    r"\([A-Z][\w ]{1,30}/[A-Z][\w .]{1,40}\)\s*$|"
    r"^\s*/\s*\d+\s+\S|^\d+\s*/\s*\d+(?:\s+\S|$)"
)
# Every caption ends in one of these, but for gallery counters; asked first because it is cheap.
_ENDS = frozenset("])）】摄攝影")
# A caption of the kind "王某 摄" is short; a sentence that happens to end so is not.
_LONGEST_CAPTION = 400


def is_caption(block: Block) -> bool:
    """Say whether a block is a caption: by markup, or by "[Photo by ...]", 摄, "/4  Name"."""
    if block.caption:
        return True
    text = block.text
    if len(text) > _LONGEST_CAPTION or not (
        text[-1:] in _ENDS or text[:1] == "/" or text[:1].isdigit()
    ):
        return False
    return bool(_CAPTION.search(text))
