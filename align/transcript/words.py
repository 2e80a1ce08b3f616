"""Words, in; whether they can stand in a speaker's label, out. The rules know no document."""

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib import resources

from ..records import Language

_TABLE = tomllib.loads(
    resources.files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8")
)
_HEADER: dict[str, str] = {word: key for key, words in _TABLE["header"].items() for word in words}

CHAIR_WORDS = frozenset(_TABLE["labels"]["chair"])
ASKING_WORDS = frozenset(_TABLE["labels"]["asking"])
ANSWER_WORDS = frozenset(_TABLE["labels"]["answering"])

_SENTENCE_WORDS = frozenset(_TABLE["english"]["sentence"])
_OPENING_WORDS = frozenset(_TABLE["english"]["opening"])
_CONNECTORS = frozenset(_TABLE["english"]["connectors"])
_HONORIFIC = re.compile(r"^(?:(?:Mr|Ms|Mrs|Miss|Dr|Prof|Professor|H\.E|Amb)\b\.?\s*)+", re.I)
_WORD = re.compile(r"[^\s,]+")


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


_MEDIA_EN = re.compile(
    rf"\b(?:{'|'.join(_TABLE['media']['words'])})\b|"
    rf"\b[A-Z]*(?-i:{_any_of(_TABLE['media']['abbreviations'])})[A-Z]*\b",
    re.I,
)
_DOMAIN = re.compile(r"^[\w-]+\.(?:com|net|org|cn|news|tv)(?:\.\w\w)?$", re.I)
_MEDIA_ZH_SURE = re.compile(r"(?:记者|記者|媒体|媒體)$")
_MEDIA_ZH = re.compile(
    rf"(?:{_any_of(_TABLE['media']['chinese_endings'])}|[\u4e00-\u9fff]{{2,8}}[报社台])$"
)
_ZH_FORBIDDEN = re.compile(r"[，。！？；…“”‘’\"'?!;%％＋+=/|]|,(?!\s*[\u4e00-\u9fff]{2,4}$)")
_ZH_OPENING = re.compile(
    rf"^(?:[一二三四五六七八九十]+[是、]|第[一二三四五六七八九十\d]|[（(]\S{{1,3}}[)）]|\d+[.、．]|"
    rf"{_any_of(_TABLE['chinese']['opening'])})"
)
_ZH_ENDING = re.compile(rf"(?:{_any_of(_TABLE['chinese']['ending'])})$")
_ZH_TITLE = re.compile(f"[{_TABLE['chinese']['title']}]")
_ZH_TITLED = re.compile(r"^(?P<title>.{2,60}?)[\s\u3000]+(?P<name>[\u4e00-\u9fff·•]{2,12})$")
_ZH_OFFICE = re.compile(
    r"[\u4e00-\u9fff](?:[长長]|主任|总理|總理|主席|[长長]官|行政長官|署理\S+|发言人|發言人)$"
)
_ZH_COURTESY = re.compile(r"(?:先生|女士|同志)$")

_SYLLABLE = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue"
    r"|ve|ui|un|uo|a|e|i|o|u|v|ü))"
)
_PINYIN_NAME = re.compile(
    rf"{_SYLLABLE}(?:{_SYLLABLE})?[ -]{_SYLLABLE}(?:['’-]?{_SYLLABLE}){{0,2}}", re.I
)


@functools.cache
def _surnames() -> frozenset[str]:
    text = resources.files(__package__).joinpath("surnames.txt").read_text(encoding="utf-8")
    words = text.split()
    return frozenset(
        name for word in words for name in ((word,) if len(word) == 2 else tuple(word))
    )


def strip_honorific(name: str) -> str:
    """Return a name without "Mr.", "Ms." and the like before it, or 先生 after it."""
    return _ZH_COURTESY.sub("", _HONORIFIC.sub("", name.strip())).strip()


def is_pinyin_name(name: str) -> bool:
    """Say whether a Latin name is a Chinese one: surname first, syllables that pinyin has.

    >>> is_pinyin_name("Fang Heqiao"), is_pinyin_name("China Daily")
    (True, False)
    """
    words = name.split()
    if len(words) != 2 or not all(word[:1].isupper() for word in words):
        return False
    return bool(_PINYIN_NAME.fullmatch(name))


def is_han_name(name: str) -> bool:
    """Say whether two to four Chinese characters begin with a surname, or hold a middle dot."""
    if "·" in name or "•" in name:
        return 3 <= len(name) <= 14
    if not 2 <= len(name) <= 4 or not re.fullmatch(r"[\u3400-\u9fff]+", name):
        return False
    return (len(name) > 2 and name[:2] in _surnames()) or (
        len(name) <= 3 and name[0] in _surnames()
    )


@functools.lru_cache(maxsize=4096)
def is_media(label: str) -> bool:
    """Say whether a label is made of the words that outlets and reporters are named by."""
    patterns = (_MEDIA_EN, _MEDIA_ZH_SURE, _MEDIA_ZH, _DOMAIN)
    return any(pattern.search(label) for pattern in patterns)


@functools.lru_cache(maxsize=4096)
def shape_en(label: str) -> int:
    """Return how much an English text looks like a label: 0 not, 1 may be, 2 does."""
    name = strip_honorific(label)
    if _DOMAIN.match(name):
        return 2
    words = _WORD.findall(name)
    if not words or len(words) > 16 or (any(mark in name for mark in '.!?;"“”') and len(words) > 3):
        return 0
    lowered = [word.lower().strip(".,'’\"“”()") for word in words]
    if name.lower() in CHAIR_WORDS | ASKING_WORDS | ANSWER_WORDS:
        return 2
    if lowered[0] in _OPENING_WORDS or _SENTENCE_WORDS.intersection(lowered):
        return 0
    person = name.partition(",")[0].strip()
    if is_pinyin_name(person) or (_capitalised(words) and _MEDIA_EN.search(name)):
        return 2
    if "," not in name and len(words) > 6:
        return 0
    return int(_capitalised(_WORD.findall(person)))


def _capitalised(words: list[str]) -> bool:
    counted = [word for word in words if word.lower() not in _CONNECTORS]
    return bool(counted) and all(word[0].isupper() or word[0].isdigit() or word[0] in "(《\"“'‘"
                                 for word in counted)  # fmt: skip


def is_plain_word(label: str) -> bool:
    """Say whether a label is one word with small letters ("Industry"), which inline is no name."""
    return len(label.split()) == 1 and not label.isupper()


@functools.lru_cache(maxsize=4096)
def shape_zh(label: str) -> int:
    """Return how much a Chinese text looks like a label: 0 not, 1 may be, 2 does."""
    label = label.strip(" \u3000《》")
    if label in CHAIR_WORDS | ASKING_WORDS | ANSWER_WORDS:
        return 2
    if not label or len(label) > 80 or _ZH_FORBIDDEN.search(label) or _ZH_OPENING.search(label):
        return 0
    if _MEDIA_ZH_SURE.search(label):
        return 2 if len(label) <= 40 else 0
    titled = _ZH_TITLED.match(label)
    if (
        titled
        and is_han_name(strip_honorific(titled["name"]))
        and _ZH_TITLE.search(titled["title"])
    ):
        return 2
    if _ZH_ENDING.search(label):
        return 0
    return int(_short_zh(label) or (len(label) <= 14 and bool(_ZH_OFFICE.search(label))))


def is_titled(label: str) -> bool:
    """Say whether a text is a Chinese title, a blank and a name.

    >>> is_titled("云海省灯塔管理局局长 唐煜林")
    True
    """
    match = _ZH_TITLED.match(label)
    if match is None or not _ZH_TITLE.search(match["title"]):
        return False
    return is_han_name(_plain(match["name"]))


def _plain(name: str) -> str:
    return _ZH_COURTESY.sub("", name)


def _short_zh(label: str) -> bool:
    if len(label) <= 16 and (_MEDIA_ZH.search(label) or is_han_name(strip_honorific(label))):
        return True
    if re.search(r"[A-Za-z]", label):
        return len(label) <= 30 and bool(_MEDIA_EN.search(label))
    return bool(_ZH_TITLE.search(label[:-2]) and is_han_name(strip_honorific(label)[-3:])) and (
        len(label) <= 40
    )


def could_be_label(text: str, language: Language) -> bool:
    """Say whether a short text could name a speaker: no sentence, no enumeration, no heading word.

    Wider than the shapes: it is for asking the user to look, not for cutting turns.
    """
    if language == "zh":
        clear = not (_ZH_FORBIDDEN.search(text) or _ZH_OPENING.search(text))
        return 2 <= len(text) <= 16 and clear and not _ZH_ENDING.search(text)
    words = [word.lower() for word in _WORD.findall(text)]
    if not 1 <= len(words) <= 4 or words[0] in _OPENING_WORDS:
        return False
    return text[:1].isupper() and not _SENTENCE_WORDS.intersection(words)


def header_key(text: str) -> str:
    """Return what a header key introduces: speaker, chair, date, place, or ''."""
    key = text.strip(" \u3000:：").lower()
    return _HEADER.get(key) or _HEADER.get(re.sub(r"[\s\u3000]", "", key)) or ""
