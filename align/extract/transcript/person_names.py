"""Names of persons in labels: kinds, titles and courtesies, in both scripts."""

import functools
import importlib.util
import re
from importlib import resources
from pathlib import Path

from ...text.chinese import HAN

_HONORIFIC = re.compile(r"^(?:(?:Mr|Ms|Mrs|Miss|Dr|Prof|Professor|H\.E|Amb)\b\.?\s*)+", re.I)
_COURTESY = re.compile(r"(?:先生|女士|同志)$")
_AROUND = " \t\u3000:：[]【】"
_ASIDE = re.compile(r"\s*[（(][^()（）]{1,40}[)）]\s*$")
# A name of two characters is often set with a blank between them, as wide as one of three.
_PADDED = re.compile(rf"(?<![{HAN}])([{HAN}])[ \u3000]+([{HAN}])$")
_TITLED = re.compile(rf"^(?P<title>.{{2,60}}?)[\s\u3000]+(?P<name>[{HAN}·•]{{2,14}})$")
# The last character of an office, straight before a name.
_OFFICE = r"(?:[長长師师任员員席記记授士官理]|(?:发言|發言|主持|负责|負責)人)"
_OFFICE_AND_NAME = re.compile(rf"{_OFFICE}(?P<name>[{HAN}]{{2,3}})$")
_ENDS_IN_OFFICE = re.compile(rf"{_OFFICE}$")

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
    return _COURTESY.sub("", _HONORIFIC.sub("", name.strip())).strip()


@functools.lru_cache(maxsize=1 << 16)
def plain_label(label: str) -> str:
    """Return a label without colon, brackets, courtesy, an aside behind it, and padding.

    >>> plain_label("主持人 王\u3000白（笑）："), plain_label("Mr. Tang Yulin (in English):")
    ('主持人 王白', 'Tang Yulin')
    """
    text = label.strip(_AROUND)
    text = _ASIDE.sub("", text).strip(_AROUND)
    return _PADDED.sub(r"\1\2", strip_honorific(text))


def is_pinyin_name(name: str) -> bool:
    """Say whether a Latin name is a Chinese one: surname first, syllables that pinyin has.

    >>> is_pinyin_name("Fang Heqiao"), is_pinyin_name("China Daily")
    (True, False)
    """
    words = name.split()
    capitals = len(words) == 2 and all(word[:1].isupper() for word in words)
    return capitals and bool(_PINYIN_NAME.fullmatch(name))


def is_han_name(name: str) -> bool:
    """Say whether two to four Chinese characters begin with a surname, or hold a middle dot."""
    if "·" in name or "•" in name:
        return 4 <= len(name) <= 14
    if not 2 <= len(name) <= 4 or not re.fullmatch(f"[{HAN}]+", name):
        return False
    surname = name[0] if len(name) <= 3 else ""
    return surname in _surnames() or (len(name) > 2 and name[:2] in _surnames())


def is_common_word(word: str) -> bool:
    """Say whether a Chinese word that looks like a name is a word of the language.

    方向 and 关键词 begin with surnames. jieba's word list tells them from names.
    """
    return word in _words_like_names()


@functools.cache
def _words_like_names() -> frozenset[str]:
    """Return the words of jieba's list that begin as names do; loading jieba takes ten times it."""
    spec = importlib.util.find_spec("jieba")
    places = spec.submodule_search_locations if spec else None
    path = Path(next(iter(places))) / "dict.txt" if places else None
    words = path.read_text(encoding="utf-8") if path and path.is_file() else ""
    firsts = "".join({name[0] for name in _surnames()})
    return frozenset(re.findall(rf"^([{firsts}]\S{{1,3}}) \d+ (?!nr)", words, re.M))


def is_titled(label: str, title: re.Pattern[str]) -> bool:
    """Say whether a Chinese label is a title and a name, with a blank between them or without.

    :param title: matches a character that titles have; a name does not have it.
    """
    match = _TITLED.match(label)
    if match is not None and title.search(match["title"]):
        name = _COURTESY.sub("", match["name"])
        # A Tibetan name has four characters and no surname; only an office before it tells.
        most = 4 if _ENDS_IN_OFFICE.search(match["title"]) else 3
        return is_han_name(name) or (2 <= len(name) <= most and not title.search(name))
    close = _OFFICE_AND_NAME.search(label)
    return close is not None and is_han_name(close["name"])


def surname_starts(label: str) -> int:
    """Return where the name begins in an office and a name set without a blank, or -1."""
    close = _OFFICE_AND_NAME.search(label)
    return close.start("name") if close and is_han_name(close["name"]) else -1
