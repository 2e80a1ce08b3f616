"""The words of labels and header keys, and the names of persons in labels, in both languages."""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from importlib import resources

from ....aligner.text.chinese import HAN, has_han
from ....records import Language

_HONORIFIC = re.compile(r"^(?:(?:Mr|Ms|Mrs|Miss|Dr|Prof|Professor|H\.E|Amb)\b\.?\s*)+", re.I)
_COURTESY = re.compile(r"(?:先生|女士|同志)$")
_WITH_COURTESY = re.compile(
    rf"(?!各位|诸位|諸位|两位|兩位|一位|这位|這位|那位|该|該|某|尊敬|亲爱|親愛|女士|小姐|先生)"
    rf"[{HAN}]{{1,5}}(?:先生|女士|太太|小姐|夫人|教授|老师|老師|同志)"
)
_AROUND = " \t\u3000:：[]【】／｜"
_ASIDE = re.compile(r"\s*[（(][^()（）]{1,40}[)）]\s*$")
# A name of two characters is often written with a space, to be as wide as one of three.
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
    """Return the surnames in the file: words of two characters, and each character of others."""
    text = resources.files(__package__).joinpath("surnames.txt").read_text(encoding="utf-8")
    compound = [word for word in text.split() if len(word) == 2]
    return frozenset(compound).union(*(word for word in text.split() if len(word) != 2))


def strip_honorific(name: str) -> str:
    """Return a name without "Mr.", "Ms." and the like before it, or 先生 after it."""
    return _COURTESY.sub("", _HONORIFIC.sub("", name.strip())).strip()


@functools.lru_cache(maxsize=1 << 16)
def plain_label(label: str) -> str:
    """Return a label without colon, brackets, courtesy title, trailing aside and padding.

    >>> plain_label("主持人 王\u3000白（笑）："), plain_label("Mr. Tang Yulin (in English):")
    ('主持人 王白', 'Tang Yulin')
    """
    return _PADDED.sub(r"\1\2", strip_honorific(drop_aside(label)))


def drop_aside(label: str) -> str:
    """Return a label without colon, brackets and trailing aside."""
    return _ASIDE.sub("", label.strip(_AROUND)).strip(_AROUND)


def is_surname(name: str) -> bool:
    """Return whether a name is a single English word or a single Chinese character."""
    return len(name) == 1 if has_han(name) else name.isalpha()


def has_courtesy_title(label: str) -> bool:
    """Return whether a label is a name with a courtesy title.

    >>> [has_courtesy_title(label) for label in ("Ms. Wang (resident):", "陈太太：", "奥塞先生：")]
    [True, True, True]
    >>> [has_courtesy_title(label) for label in ("Ms. Wang's question:", "方向：", "各位先生：")]
    [False, False, False]
    """
    text = drop_aside(label)
    if has_han(text):
        return bool(_WITH_COURTESY.fullmatch(text))
    name = strip_honorific(text)
    words = name.split()
    is_name = 1 <= len(words) <= 3 and all(word.isalpha() and word[0].isupper() for word in words)
    return is_name and name != text


def is_pinyin_name(name: str) -> bool:
    """Return whether a Latin name is a Chinese name: surname first, in valid pinyin syllables.

    >>> is_pinyin_name("Fang Heqiao"), is_pinyin_name("China Daily")
    (True, False)
    """
    words = name.split()
    capitals = len(words) == 2 and all(word[:1].isupper() for word in words)
    return capitals and bool(_PINYIN_NAME.fullmatch(name))


def is_han_name(name: str) -> bool:
    """Return whether a text is a Chinese name: with a surname, or with a middle dot.

    A name with a surname has two to four characters.
    """
    if "·" in name or "•" in name:
        return 4 <= len(name) <= 14
    if not 2 <= len(name) <= 4 or not re.fullmatch(f"[{HAN}]+", name):
        return False
    surname = name[0] if len(name) <= 3 else ""
    return surname in _surnames() or (len(name) > 2 and name[:2] in _surnames())


def surname_starts(label: str) -> int:
    """Return the offset of the name in an office and a name without a space, or -1."""
    close = _OFFICE_AND_NAME.search(label)
    return close.start("name") if close and is_han_name(close["name"]) else -1


_TABLE = tomllib.loads(
    resources.files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8")
)
_HEADER: dict[str, str] = {word: key for key, words in _TABLE["header"].items() for word in words}

CHAIR_WORDS = frozenset(_TABLE["labels"]["chair"])
ASKING_WORDS = frozenset(_TABLE["labels"]["asking"])
ANSWER_WORDS = frozenset(_TABLE["labels"]["answering"])
ROLE_WORDS = CHAIR_WORDS | ASKING_WORDS | ANSWER_WORDS
STAGE_DIRECTIONS = frozenset(_TABLE["directions"]["words"])

_SENTENCE_WORDS = frozenset(_TABLE["english"]["sentence"])
_OPENING_WORDS = frozenset(_TABLE["english"]["opening"])
_CONNECTORS = frozenset(_TABLE["english"]["connectors"])
_WORD = re.compile(r"[^\s,]+")


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


_MEDIA_EN = re.compile(
    rf"\b(?:{'|'.join(_TABLE['media']['words'])})\b|"
    rf"\b[A-Z]*(?-i:{_any_of(_TABLE['media']['abbreviations'])})[A-Z]*\b",
    re.I,
)
_DOMAIN = re.compile(r"^[\w-]+\.(?:com|net|org|cn|news|tv)(?:\.\w\w)?$", re.I)
_REPORTER = re.compile(
    r"(?:An? |The )?(?:reporter|journalist|correspondent)s? (?:from|of|with) ", re.I
)
_MEDIA_ZH_SURE = re.compile(r"(?:记者|記者|媒体|媒體)$")
_MEDIA_ZH = re.compile(
    rf"(?:{_any_of(_TABLE['media']['chinese_endings'])}|[{HAN}]{{2,8}}[报社台])$"
)
_PRESS_ZH = re.compile(
    r"(?:(?:会前|会后)?[^：:]{0,24}(?:记者|記者|媒体|媒體)[^：:]{0,12}|(?:再|追|续|補充|补充)[问問])"
)
_PRESS_EN = re.compile(
    r"(?:(?:the|an?|another|same) )?(?:journalist|reporter|correspondent)s?(?: [a-z'’-]+){0,4}|"
    r"(?:a )?follow[- ]?ups?(?: questions?)?|q\d{0,2}|"
    r"(?:supplementary )?questions?(?: (?:from|by) .{1,40})?",
    re.I,
)
# Words before a colon that introduce the authors of a page: 来源, 责任编辑, "Editor".
CREDIT = re.compile(
    rf"(?:{'|'.join(_TABLE['credits']['chinese'])})\s*$|^(?:{'|'.join(_TABLE['credits']['english'])})s?$",
    re.I,
)
_NUMBER = re.compile(r"[\s\d.]+$")
_ZH_SENTENCE = re.compile(r"[，。！？；…?!;]")
_ZH_FORBIDDEN = re.compile(rf"[，。！？；…“”‘’\"'?!;%％＋+=/|]|,(?!\s*[{HAN}]{{2,4}}$)")
_ZH_OPENING = re.compile(
    rf"^(?:[一二三四五六七八九十]+[是、]|第[一二三四五六七八九十\d]|[（(]\S{{1,3}}[)）]|\d+[.、．]|"
    rf"{_any_of(_TABLE['chinese']['opening'])})"
)
_ZH_GREETING = re.compile(r"各位|女士|大家|谢谢|感谢|有?请|下面|欢迎")
_ZH_ENDING = re.compile(rf"(?:{_any_of(_TABLE['chinese']['ending'])})$")
_ZH_TITLE = re.compile(f"[{_TABLE['chinese']['title']}]")
_ZH_OFFICE = re.compile(
    rf"[{HAN}](?:[长長师師员員官]|主任|总监|總監|经理|經理|总理|總理|主席|[长長]官|行政長官|署理\S+|发言人|發言人)$"
)


@functools.lru_cache(maxsize=4096)
def is_media(label: str) -> bool:
    """Return whether a label contains words that name outlets or reporters."""
    patterns = (_MEDIA_EN, _MEDIA_ZH_SURE, _MEDIA_ZH, _DOMAIN)
    return any(pattern.search(label) for pattern in patterns)


def is_reporter(label: str) -> bool:
    """Return whether a Chinese label ends in 记者 or 媒体."""
    return bool(_MEDIA_ZH_SURE.search(label))


@functools.lru_cache(maxsize=4096)
def is_press_phrase(label: str) -> bool:
    """Return whether a phrase names a question or its asker: "Journalist adds", 会后有记者问及."""
    if has_han(label):
        outside = _ZH_SENTENCE.search(label) or _ZH_GREETING.match(label)
        return bool(_PRESS_ZH.fullmatch(label)) and not outside and not _ZH_OPENING.match(label)
    return label[:1].isupper() and bool(_PRESS_EN.fullmatch(label))


def is_press_label(label: str) -> bool:
    """Return whether a label belongs to the press: an outlet, a reporter, "Question"."""
    return is_media(label) or _bare_mark(label) in ASKING_WORDS or is_press_phrase(label)


def is_answer_label(label: str) -> bool:
    """Return whether a label marks an answer.

    >>> [is_answer_label(label) for label in ("A", "A2.", "Ａ", "答 3", "A man")]
    [True, True, True, True, False]
    """
    return _bare_mark(label) in ANSWER_WORDS


@functools.lru_cache(maxsize=4096)
def _bare_mark(label: str) -> str:
    """Return a label in lower case and half width, without number and stop: "Q2." is "q"."""
    return _NUMBER.sub("", unicodedata.normalize("NFKC", label).lower())


def is_short_phrase(text: str, language: Language) -> bool:
    """Return whether a text is short, and not a sentence, an enumeration or a heading word."""
    if language == "zh" and has_han(text):
        return 2 <= len(text) <= 16 and not _is_sentence_zh(text)
    words = [word.lower().strip(".'’\"") for word in _WORD.findall(text)]
    if not 1 <= len(words) <= 6 or len(text) > 48 or re.search(r"[,.!?;\"“”]", text[:-1]):
        return False
    return words[0] not in _OPENING_WORDS and not _SENTENCE_WORDS.intersection(words)


@functools.lru_cache(maxsize=4096)
def shape_en(label: str) -> int:
    """Return how much an English text looks like a label: 0 not, 1 may be, 2 does."""
    name = plain_label(label)
    if _DOMAIN.match(name) or _REPORTER.match(name) or name.lower() in ROLE_WORDS:
        return 2
    words = _WORD.findall(name)
    if _is_sentence_en(name, words):
        return 0
    person = name.partition(",")[0].strip()
    if is_pinyin_name(person):
        return 2
    if _capitalised(words):
        ends_in_name = len(words) <= 8 and is_pinyin_name(" ".join(words[-2:]))
        if ends_in_name or _MEDIA_EN.search(name):
            return 2
    if "," not in name and len(words) > 6:
        return 0
    return int(_capitalised(_WORD.findall(person)))


def _is_sentence_en(name: str, words: Sequence[str]) -> bool:
    """Return whether a text has the length, punctuation or words of a sentence, or no words."""
    if not 1 <= len(words) <= 16 or (len(words) > 3 and re.search(r"[.!?;\"“”]", name)):
        return True
    behind_name = words[2:] if is_pinyin_name(" ".join(words[:2])) else words  # "He Li", "An Ran"
    lowered = [word.lower().strip(".,'’\"“”()") for word in behind_name]
    begins_sentence = bool(lowered) and lowered[0] in _OPENING_WORDS
    return begins_sentence or not _SENTENCE_WORDS.isdisjoint(lowered)


def _capitalised(words: list[str]) -> bool:
    counted = [word for word in words if word.lower() not in _CONNECTORS]
    return bool(counted) and all(word[0].isupper() or word[0].isdigit() or word[0] in "(《\"“'‘"
                                 for word in counted)  # fmt: skip


@functools.lru_cache(maxsize=4096)
def shape_zh(label: str) -> int:
    """Return how much a Chinese text looks like a label: 0 not, 1 may be, 2 does."""
    label = plain_label(label).strip("《》")
    if label in ROLE_WORDS:
        return 2
    if _MEDIA_ZH_SURE.search(label):
        sentence = len(label) > 40 or _ZH_SENTENCE.search(label) or _ZH_GREETING.match(label)
        return 0 if sentence else 2
    if not label or len(label) > 80 or _is_sentence_zh(label):
        return 0
    if is_titled_zh(label):
        return 2
    if re.search(r"[A-Za-z]", label):
        return int(len(label) <= 30 and bool(_MEDIA_EN.search(label)))
    named = is_han_name(label) or _MEDIA_ZH.search(label) or _ZH_OFFICE.search(label)
    return int(len(label) <= 16 and bool(named))


def _is_sentence_zh(label: str) -> bool:
    """Return whether a text has punctuation, a beginning or an ending that labels do not have."""
    return any(rule.search(label) for rule in (_ZH_FORBIDDEN, _ZH_OPENING, _ZH_ENDING))


def is_titled_zh(label: str) -> bool:
    """Return whether a text is a Chinese title and a name, with or without a space between them.

    >>> is_titled_zh("云海省灯塔管理局局长 唐煜林")
    True
    """
    label = plain_label(label)
    match = _TITLED.match(label)
    if match is not None and _ZH_TITLE.search(match["title"]):
        name = _COURTESY.sub("", match["name"])
        # A Tibetan name has four characters and no surname; only an office before it shows that.
        most = 4 if _ENDS_IN_OFFICE.search(match["title"]) else 3
        return is_han_name(name) or (2 <= len(name) <= most and not _ZH_TITLE.search(name))
    return surname_starts(label) >= 0


def header_key(text: str) -> str:
    """Return the meaning of a header key: speaker, chair, date, place, or ''."""
    key = text.strip(" \u3000:：").lower()
    return _HEADER.get(key) or _HEADER.get(re.sub(r"[\s\u3000]", "", key)) or ""
