"""The languages of a text's paragraphs: one, both side by side, or one with untranslated text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ...aligner.text.chinese import count_han, detect_language, tells_language
from ...aligner.text.strings import count_letters
from ...errors import N_, Message
from ...records import LANGUAGE_NAMES, LANGUAGES, Document, Language
from .transcript import Block

# English characters per Chinese one: 2.7 to 4.3 over 26 pairs of documents and excerpts.
LENGTH_RATIO = (1.2, 7.0)
# Share of each language's paragraphs in a text in both; quotations are fewer.
_LEAST_SHARE = 1 / 4
_FEWEST = 2
# A text in both languages has runs of each in turn, each as long as its translation: all of the
# text is in such pairs of runs. Of 112 partly translated chapters that have a quarter of their
# paragraphs in either language, the median is 0.42, and 7 short ones have over 0.9.
_LEAST_PAIRED = 0.9
# Share of the letters in rows of tables that have both languages: a cell may be untranslated.
_LEAST_IN_ROWS = 0.5
# One language below the other, with a heading: there is nothing to compare.
_FEW_RUNS = 3
# Words or characters of a paragraph of prose; shorter ones are names, headings, options.
_LEAST_PROSE: dict[Language, int] = {"en": 5, "zh": 8}
_WORD = re.compile(r"(?<![\w/.$-])[A-Za-z]+(?:['’-][a-z]+)*(?=[\s,.;:!?)”\"]|$)")
# Share of an English paragraph's letters in words of their own; program code has fewer.
_WORDY = 0.75


def has_both_languages(blocks: Sequence[Block]) -> bool:
    """Return whether a text is in both languages, each paragraph near its translation.

    Each language needs a quarter of the paragraphs and two of them: a transcript in one language
    quotes the other in a few lines. Runs of both languages need the lengths of translations: a
    partly translated text has untranslated paragraphs anywhere. Times, numbers of pages, single
    words and program code tell no language.
    """
    prose = _without_code(blocks)
    spoken_text = [block for block in prose if not block.label]
    telling = [block for block in spoken_text if block.language or tells_language(block.text)]
    spoken = [block.language or detect_language([block.text]) for block in telling]
    fewer = min(spoken.count("zh"), spoken.count("en"))
    if fewer < _FEWEST or fewer < _LEAST_SHARE * len(spoken):
        return False
    if any(block.language for block in telling) or _has_bilingual_rows(telling, spoken):
        return True
    return _is_paired(telling, spoken)


def _has_bilingual_rows(blocks: Sequence[Block], spoken: Sequence[Language]) -> bool:
    """Return whether half of the text is in rows of tables with a text and its translation."""
    rows: dict[tuple[int, int], Counter[Language]] = {}
    for block, language in zip(blocks, spoken, strict=True):
        if block.table is not None:
            row = rows.setdefault((block.table.table, block.table.row), Counter())
            row[language] += count_letters(block.text)
    both = sum((row for row in rows.values() if len(row) == len(LANGUAGES)), Counter[Language]())
    whole = sum(count_letters(block.text) for block in blocks)
    if both.total() < _LEAST_IN_ROWS * whole or not both["zh"]:
        return False
    return LENGTH_RATIO[0] <= both["en"] / both["zh"] <= LENGTH_RATIO[1]


def _without_code(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return the blocks that are not program code, or all if most of the text is code."""
    prose = [block for block in blocks if not block.code]
    letters, of_prose = (sum(len(block.text) for block in part) for part in (blocks, prose))
    return prose if of_prose > letters / 5 else blocks


def _is_paired(blocks: Sequence[Block], spoken: Sequence[Language]) -> bool:
    """Return whether runs of both languages have the lengths of translations."""
    letters = [count_letters(block.text) for block in blocks]
    by_run = groupby(zip(spoken, letters, strict=True), key=lambda pair: pair[0])
    runs = [(language, sum(count for _, count in run)) for language, run in by_run]
    if len(runs) <= _FEW_RUNS:
        return True
    # There may be a heading in one language above the first pair.
    paired = max(_count_paired(runs), _count_paired(runs[1:]))
    return paired >= _LEAST_PAIRED * sum(letters)


def _count_paired(runs: Sequence[tuple[Language, int]]) -> int:
    """Count the letters of each two runs in turn that have the lengths of translations."""
    paired = 0
    for one, two in zip(runs[::2], runs[1::2], strict=False):
        letters = dict((one, two))
        if LENGTH_RATIO[0] <= letters["en"] / letters["zh"] <= LENGTH_RATIO[1]:
            paired += letters["en"] + letters["zh"]
    return paired


def count_paragraphs(texts: Iterable[str]) -> Counter[Language]:
    """Count the paragraphs of prose in each language; headings, names and code are not counted."""
    counts = Counter[Language]()
    for text in texts:
        language = detect_language([text])
        if (_count_words(text) if language == "en" else count_han(text)) >= _LEAST_PROSE[language]:
            counts[language] += 1
    return counts


def _count_words(text: str) -> int:
    """Count the English words of a text; return 0 if it has more code than words."""
    words = _WORD.findall(text)
    return len(words) if sum(map(len, words)) >= _WORDY * count_letters(text) else 0


def untranslated_notes(document: Document) -> Iterator[str]:
    """Yield a note on the paragraphs in the other language, if there are two or more."""
    counts = count_paragraphs(text for _, text in document.paragraphs())
    other: Language = "en" if document.language == "zh" else "zh"
    if counts[other] >= _FEWEST:
        name = Message(LANGUAGE_NAMES[other])
        yield Message(
            N_("{counts:,} of {total:,} paragraphs are {name}: untranslated."),
            counts=counts[other],
            total=counts.total(),
            name=name,
        )
