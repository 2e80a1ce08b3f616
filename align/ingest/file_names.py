"""File names: the language that they name, and what else identifies the briefing.

Names are hints: they pair files cheaply, but the text of a file decides in which language it is.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from ..records import Language
from ..text.chinese import HAN
from ..text.dates import find_dates

# fmt: off
_MARKS: dict[str, Language] = {
    **dict.fromkeys(("zh", "cn", "chn", "chs", "cht", "zho", "chi", "chinese"), "zh"),
    **dict.fromkeys(("中", "简体", "繁体", "繁體"), "zh"),
    **dict.fromkeys(("en", "eng", "english", "英"), "en"),
}
# Words that tell a translation from its source, and so stand in one name of a pair only.
_ROLES = frozenset({
    "original", "source", "src", "translation", "translated", "target", "tgt", "version", "ver",
    "原文", "译文", "譯文", "译稿", "翻译", "翻譯", "原稿",
})
# fmt: on
_PART = re.compile(r"[._\-\s()（）【】\[\]+,，、&]+")
_REGION = re.compile(r"(?<![a-z])(zh|en)[-_](?:cn|hans|hant|tw|hk|us|gb)(?![a-z])", re.IGNORECASE)
# 发布会英文版 and 渔业（中文稿）: in Chinese no blank stands before the mark.
_HAN_MARK = re.compile(
    r"(?:简体|繁体|繁體)?(?:(?P<zh>中文|汉语|漢語|华语)|(?P<en>英文|英语|英語))"
    r"(?:译文|文本|文字稿?|译稿|翻译|[版本稿])?"
)
# briefingEN, EN2031, 0312CN, 渔业EN: a mark in capitals, or beside digits or Chinese characters.
_GLUED = re.compile(
    r"(?<=[a-z])(?=(?:EN|CN|ZH|ENG|CHN|CHS)$)"
    r"|(?<=\d)(?=(?i:en|cn|zh|eng|chn|chs)$)"
    r"|(?i:(?<=^en)|(?<=^cn)|(?<=^zh)|(?<=^eng)|(?<=^chn)|(?<=^chs))(?=\d)"
    rf"|(?<=[{HAN}])(?=[A-Za-z])|(?<=[A-Za-z])(?=[{HAN}])"
)
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class FileLabel:
    """The parts of a file name.

    ``language`` is ``None`` where it says none, or both. ``key`` is the rest of the name with its
    folders, ``own`` the rest of the file's own name, ``number`` the day or the numbers in that.
    """

    language: Language | None
    key: str
    own: str
    number: str


def parse_file_name(path: Path) -> FileLabel:
    """Take the name of a file apart; folders count as far as the path names them.

    >>> parse_file_name(Path("en/June 12.txt"))
    FileLabel(language='en', key='june-12', own='june-12', number='12')
    >>> parse_file_name(Path("2031-03-12_发布会中文稿.pdf"))
    FileLabel(language='zh', key='2031-03-12-发布会', own='2031-03-12-发布会', number='2031-03-12')
    """
    parts = [_tokens(part) for part in (*path.parent.parts, path.stem)]
    rest = [[token for token in tokens if not _is_mark(token)] for tokens in parts]
    languages = ({_MARKS[token] for token in tokens if token in _MARKS} for tokens in parts[::-1])
    language = next((found.pop() for found in languages if len(found) == 1), None)
    return FileLabel(
        language,
        "-".join(token for tokens in rest for token in tokens) or "briefing",
        "-".join(rest[-1]) or "briefing",
        _number(path.stem),
    )


def _tokens(part: str) -> list[str]:
    spaced = _REGION.sub(r" \1 ", part)
    spaced = _HAN_MARK.sub(lambda match: " zh " if match["zh"] else " en ", spaced)
    return [token.lower() for token in _PART.split(_GLUED.sub(" ", spaced)) if token]


def _is_mark(token: str) -> bool:
    return token in _MARKS or token in _ROLES


def _number(stem: str) -> str:
    spaced = _DAY.sub(r"\1-\2-\3", _GLUED.sub(" ", stem).replace("_", " "))
    days = find_dates(spaced)
    return str(days[0]) if days else "-".join(str(int(n)) for n in re.findall(r"[0-9]+", stem))
