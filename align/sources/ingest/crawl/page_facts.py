"""Page facts: the facts about a page that pairing needs, read once when a capture is indexed."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice

from ....aligner import segment
from ....aligner.encoders import Encoder, load
from ....aligner.text.chinese import HAN_CHARACTER, count_han, han_share
from ....aligner.text.dates import find_dates
from ....aligner.text.facts import find_chinese_names, find_facts, find_full_names
from ....aligner.text.pinyin import latin_key, whole_spellings
from ....aligner.text.strings import count_letters, keep_letters
from ....errors import N_, AlignError, Message
from ....records import LANGUAGES, Document, Language, Page
from ... import extract
from ...extract.languages import LENGTH_RATIO
from ...extract.list_entries import question_number
from ...extract.page_links import CONTENT, page_key, read_list_items
from ...extract.transcript.label_words import is_han_name, is_pinyin_name
from ...extract.transcript.labels import name_of
from ...web.html import DecodedPage, decode_page, parse, select
from ...web.page_checks import find_challenge, find_next_address
from ...web.urls import absolute, path_of
from .sketch import part_similarity, read_sketch, sketch_text

VERSION = 4
"""Increase the number with every change of the page facts, so older indexes are built again."""

_FIRST = 3  # paragraphs at either end in which a text says its day
_MOST_TOKENS = 400
_MOST_ENTRIES = 1000  # of a list
_MOST_FACT_LETTERS = 60_000  # of a text in which figures and names are looked for
_ENGLISH = re.compile(r"\b(?:the|of|and|to|is|for|that|with|this|are)\b", re.I)
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")  # Greek to kana, hangul
# English running text has .2 to .35 of these words; French, German, Spanish under .03.
_LEAST_ENGLISH = 0.06
_MOST_OTHER = 0.15
_MOST_PASSAGES, _LONG_PASSAGE = 60, 60  # letters of an English paragraph that is hardly chance
# Similarity of the parts of translations: .5 for ten lines, .6 to .8 for more.
_TRANSLATION = 0.45
_UNEQUAL = 0.25  # share by which the numbers of paragraphs of two translations differ at most
_CODE = re.compile(
    r"[A-Za-z][A-Za-z0-9]*(?:[-_./][A-Za-z0-9]+)+|[A-Za-z]*\d+[A-Za-z]+\d*|[A-Z]{2,}"
)


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry of a list page: the key of its URL, its title and the day next to it."""

    key: str
    title: str
    day: str


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The facts about a page without its text.

    ``kind`` is that of :func:`align.sources.extract.classify_page`, or ``redirect``, ``error``,
    ``revisit``, ``unreadable``; ``language`` is ``zh``, ``en``, ``both`` or ``other``. Days are
    ISO dates, ``links`` and ``more`` keys of addresses. ``han`` is the share of Chinese characters
    among characters and Latin words, ``passages`` stand for whole English paragraphs: both tell a
    text that is partly translated.
    """

    kind: str
    reason: str = ""
    language: str = ""
    title: str = ""
    date: str = ""
    title_days: tuple[str, ...] = ()
    text_days: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    question: int = 0
    turns: int = 0
    paragraphs: int = 0
    letters: int = 0
    tokens: tuple[int, ...] = ()
    han: float = 0.0
    passages: tuple[int, ...] = ()
    links: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    target: str = ""  # where a redirect leads, or what a revisit repeats
    entries: tuple[ListEntry, ...] = ()
    vectors: bytes = field(default=b"", repr=False)


@cache
def load_pairing_encoder() -> Encoder:
    """Return the encoder of the pairing: always the same, for the weights were fitted to it."""
    return load("use")


def read_page_facts(page: Page) -> PageFacts:
    """Return the facts about a captured page; an unreadable page has the reason."""
    try:
        target = find_next_address(page)
        if target:
            return PageFacts("redirect", target=absolute(page.final_url, target))
        if page.status != 200 or not page.body.strip():
            return PageFacts("error", Message(N_("status {status}"), status=page.status))
        if challenge := find_challenge(page):
            return PageFacts("error", challenge)
        return _read_decoded(decode_page(page))
    except AlignError as error:
        return PageFacts("unreadable", error.message.without_subject(page.url))


def _read_decoded(page: DecodedPage) -> PageFacts:
    readings = extract.read_pages((page,))
    kind = readings[0].kind
    documents = [reading.document for reading in readings if reading.document]
    if not documents:
        entries = tuple(_list_entries(page)) if kind == "list" else ()
        return PageFacts(kind or "unreadable", readings[0].refusal, entries=entries)
    language = ""
    if len(documents) > 1:  # or some of its paragraphs are untranslated
        language = "both" if are_translations(*documents) else "zh"
        documents = [extract.read_whole((page,), "zh")]
    facts = read_document_facts(documents, kind)
    facts = replace(facts, language=language or facts.language)
    more = tuple(page_key(url) for url in extract.more_pages(page))
    return replace(facts, links=_language_links(page, documents[0].counterpart_url), more=more)


def are_translations(zh: Document, en: Document) -> bool:
    """Return whether the two texts of a bilingual page are translations in the same order."""
    letters = [sum(count_letters(text) for _, text in side.paragraphs()) for side in (zh, en)]
    if not all(letters) or not LENGTH_RATIO[0] <= letters[1] / letters[0] <= LENGTH_RATIO[1]:
        return False
    counts = [sum(1 for _ in side.paragraphs()) for side in (zh, en)]
    if abs(counts[0] - counts[1]) > _UNEQUAL * max(counts):
        return False
    sketches = [read_sketch(_vectors(side)) for side in (zh, en)]
    return part_similarity(*sketches) >= _TRANSLATION


def read_document_facts(documents: Sequence[Document], kind: str) -> PageFacts:
    """Return the facts about a document, or about both documents of a bilingual page."""
    document = documents[0]
    texts = [text for _, text in document.paragraphs()]
    language = "both" if len(documents) > 1 else name_language(document.language, texts)
    facts = PageFacts(kind=kind, language=language, title=document.title, date=_iso(document.date))
    if language not in LANGUAGES:
        return facts
    year = document.date.year if document.date else None
    ends = [*texts[:_FIRST], *texts[-_FIRST:]]
    return replace(
        facts,
        title_days=_days([document.title], year),
        text_days=_days(ends, year),
        people=tuple(_people(document)),
        question=question_number(document.title),
        turns=sum(1 for turn in document.turns if turn.label),
        paragraphs=len(texts),
        letters=sum(map(count_letters, texts)),
        tokens=find_tokens(texts),
        han=round(han_share([document.title, *texts]), 4),
        passages=tuple(islice(_passages(texts), _MOST_PASSAGES)),
        vectors=_vectors(document),
    )


def _passages(texts: Iterable[str]) -> Iterator[int]:
    for text in texts:
        if not HAN_CHARACTER.search(text) and count_letters(text) >= _LONG_PASSAGE:
            yield _hash(keep_letters(text))


def _vectors(document: Document) -> bytes:
    sentences = [sentence.clean for sentence in segment.segment(document)]
    return sketch_text(document.title, sentences, load_pairing_encoder())


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _days(texts: Iterable[str], year: int | None) -> tuple[str, ...]:
    days = (day for text in texts for day in find_dates(text, year=year))
    return tuple(dict.fromkeys(map(_iso, days)))


def _people(document: Document) -> Iterator[str]:
    """Yield who speaks, once each: names of header and labels, and the name in the title."""
    fits = is_han_name if document.language == "zh" else is_pinyin_name
    named = [person.name for person in document.participants if person.role != "media"]
    named += [name_of(turn.label) for turn in document.turns if turn.label]
    named += title_names(document.title, document.language)
    yield from dict.fromkeys(name for name in named if fits(name))


_SPOKESPERSON = re.compile(
    r"(?:发言人|發言人)(?P<name>[\u4e00-\u9fff]{2,3}?)(?=[就主答发發在\d举舉])"
)


def title_names(title: str, language: Language) -> tuple[str, ...]:
    """Return the names of people in a title.

    >>> title_names("外交部发言人方禾乔主持例行记者会", "zh")
    ('方禾乔',)
    >>> title_names("Spokesperson Fang Heqiao's Regular Press Conference", "en")
    ('Fang Heqiao',)
    """
    if language == "en":
        return tuple(title[name.start : name.end] for name in find_full_names(title))
    found = [match["name"] for match in _SPOKESPERSON.finditer(title)]
    return tuple(found or [str(name.value) for name in find_chinese_names(title)])


def name_language(guess: Language, texts: Sequence[str]) -> str:
    """Return the language of a text, or ``other`` if it is neither Chinese nor English.

    >>> name_language("en", ["Le ministre a répondu aux questions de la presse."])
    'other'
    """
    sample = " ".join(islice(texts, 200))[:20_000]
    han, latin = count_han(sample), _LATIN_WORD.findall(sample)
    other = len(_OTHER_SCRIPT.findall(sample))
    if other > _MOST_OTHER * (han + other + sum(map(len, latin))):
        return "other"
    if guess == "en" and len(latin) > 20:
        english = len(_ENGLISH.findall(sample))
        return "en" if english >= _LEAST_ENGLISH * len(latin) else "other"
    return "other" if guess == "en" and _accented(latin) else guess


def _accented(words: Sequence[str]) -> bool:
    """Return whether a short text has letters that English words do not have."""
    return sum(not word.isascii() for word in words) > 0.1 * len(words)


# -- numbers and names that are the same in both languages ----------------------------------------


def find_tokens(texts: Iterable[str]) -> tuple[int, ...]:
    """Return numbers, names and words in Latin letters as sorted 32-bit tokens.

    Equal tokens of a Chinese and an English text have equal numbers, whether 1.2万亿 or "1.2
    trillion", 方禾乔 or "Fang Heqiao".
    """
    tokens: set[str] = set()
    left = _MOST_FACT_LETTERS
    for text in texts:
        language: Language = "zh" if HAN_CHARACTER.search(text) else "en"
        tokens.update(_figures(text, language), _names(text, language))
        tokens.update(code.casefold() for code in _CODE.findall(text) if len(code) > 1)
        left -= len(text)
        if left < 0 or len(tokens) > _MOST_TOKENS:
            break
    return tuple(sorted({_hash(token) for token in tokens}))


def _figures(text: str, language: Language) -> Iterator[str]:
    for fact in find_facts(text, language):
        if isinstance(fact.value, str) or not fact.strong:
            continue
        value = fact.value.normalize()
        if fact.kind in ("percent", "points"):
            yield f"{value}%"
        elif (
            fact.kind == "number" and (value >= 100 or value != value.to_integral_value())
        ) or fact.kind == "year":
            yield f"{value}"


def _names(text: str, language: Language) -> Iterator[str]:
    if language == "en":
        for name in find_full_names(text):
            yield str(name.value).replace(" ", "")
        return
    for name in find_chinese_names(text):
        yield from map(latin_key, whole_spellings(str(name.value)))
    if HAN_CHARACTER.search(text):
        yield from (word.casefold() for word in _LATIN_WORD.findall(text) if word[:1].isupper())


def _hash(token: str) -> int:
    data = token.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=4).digest())


# -- links ---------------------------------------------------------------------------------------


def _language_links(page: DecodedPage, counterpart: str) -> tuple[str, ...]:
    """Return the keys of the pages that a page names as its other language."""
    root, here = parse(page.text), page_key(page.url)
    found = [
        absolute(page.url, element.get("href") or "")
        for element in select(root, "link[rel~=alternate][hreflang], a[hreflang]")
        if re.match(r"zh|en|cn", element.get("hreflang") or "", re.I)
    ]
    keys = (page_key(url) for url in (counterpart, *found) if url)
    return tuple(dict.fromkeys(key for key in keys if key != here))


def _list_entries(page: DecodedPage) -> Iterator[ListEntry]:
    for item in islice(read_list_items(page), _MOST_ENTRIES):
        yield ListEntry(page_key(item.url), item.title, _iso(item.date))


def continues_article(url: str) -> bool:
    """Return whether an address is that of a later page of an article."""
    match = CONTENT.search(path_of(url))
    return bool(match and match["page"])
