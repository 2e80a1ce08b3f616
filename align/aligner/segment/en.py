"""Ends of sentences in English text.

The syntok library (MIT) finds the ends. A few rules correct its errors on our gold alignments:
closing quotes that it leaves to the next sentence, unknown ranks and titles, speech that breaks off
at a dash, and a speaker who is named after a quoted question. ``docs/explanation/sentences.md``
compares syntok with other libraries.
"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise

SIGNATURE = "en-5"
"""Increase the number whenever a change could segment the same text differently."""

_OPEN = "\"'“‘(\\["
_CLOSE = "\"'”’)\\]"
_STARTER = (
    r"(?:The|This|That|These|Those|It|Its|He|She|We|They|You|I|His|Her|Our|Their|My|In|At|On|But|And"
    r"|As|For|If|When|So|No|Not|Now|There|What|How|Why|Who|All|Some|Since|After|Before|While"
    r"|Although|However|Because|Then|Today)\b"
)
_ORDINAL = r"(?:First|Second|Third|Fourth|Fifth)(?:ly)?+[,\s]"
_YEAR_STARTS = r"(?:19|20)\d\d\s++[a-z]"

_EMPTY_LINE = re.compile(r"\n[^\S\n]*+\n\s*+")

# Every repetition is possessive (``++``) or short, so any paragraph is read only once.
_MISSED = re.compile(
    rf"""(?:
      (?<=[.!?…]) [{_CLOSE}]++ \s++ (?=[{_OPEN}]?[A-Z])      # a quote: ``at one A.M." "Oh``
    | (?<=[—–-]) [{_CLOSE}]++ \s++ (?=[{_OPEN}])             # broken off: ``I—' 'You what``
    | (?<=[.!?]) \[\d{{1,3}}+\] \s++ (?=[A-Z])               # a note mark: ``no.[1] The``
    | [?!] \s++ (?=[{_OPEN}]{{0,2}}[A-Z])                    # ``plan A? Plan B``
    | \betc\. \s++ (?=[A-Z])
    | \b[ap]\.m\. \s++ (?=(?:{_STARTER}|{_ORDINAL}))           # ``at 3 p.m. Second,``
    | (?<=[a-z]\ ) (?:[A-Z]\.)++ \s++ (?={_STARTER})         # ``so was I. At``, ``in the U.S. He``
    | (?<=[a-z]\ ) [IVX]{{2,}}+\. \s++ (?=[{_OPEN}]?[A-Z])     # ``World War II. There``
    | (?<=\d)%?+ \. \s++ (?=[A-Z][a-z]|{_YEAR_STARTS})       # ``in 1949. The``
    | (?<=[a-z]{{3}}) \. \s++ (?=[{_OPEN}]?(?:{_STARTER}|{_YEAR_STARTS}|\d{{1,2}}\.\s))
    | {_EMPTY_LINE.pattern}
    )""",
    re.VERBOSE,
)

_LEFT_BEHIND = re.compile(rf"[{_CLOSE}]++\s++")
_DETACHED = re.compile(r"[\"”’)\]]++(?:\s++|\Z)")
_TITLE = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Cmdr|Adm|Sgt|Brig|Gov|Sen|Rep|Hon|Rev|Amb|Pres"
    r"|St|Mt)\.|;)\s*+\Z"
)
_NUMBER_WORD = re.compile(
    r"\b(?:[Nn]os?|[Ff]igs?|[Aa]rts?|[Vv]ols?|pp?|[Ee]st|[Aa]pprox|[Cc]a|[Cc]h|[Ss]ecs?)\.\s*+\Z"
)
_SPEAKER = re.compile(
    r"(?!(?:He|She|They|We|I|It|You)\b)[A-Z]\w++(?:\ [A-Z]\w++)?+ "
    r"(?:asked|said|cried|replied|shouted|exclaimed|whispered|answered|muttered)\b"
)
_ASKED = re.compile(r"[?!][\"'”’]++\s++\Z")
_LOOK_BACK = 16
"""Characters before an end that the rules above may read; the longest rule needs twelve."""


def find_ends(text: str) -> list[int]:
    """Return the offset after each sentence and its spaces; the last one is ``len(text)``."""
    if not text:
        return []
    ends = set(_find_ends_behind_quotes(text))
    ends.update(match.end() for match in _MISSED.finditer(text, len(text) - len(text.lstrip())))
    ends.discard(len(text))
    return [*(end for end in sorted(ends) if not _continues(text, end)), len(text)]


def _find_library_ends(text: str) -> Iterator[int]:
    """Yield the ends that syntok finds between empty lines."""
    from syntok import segmenter  # type: ignore[import-untyped] # it has no stubs

    # syntok's time grows with the square of the number of empty lines (4.4 s for 20,000), so it
    # gets the text between two empty lines at a time.
    for start, end in pairwise([0, *(gap.end() for gap in _EMPTY_LINE.finditer(text)), len(text)]):
        for paragraph in segmenter.analyze(text[start:end].rstrip()):
            yield from (start + sentence[0].offset for sentence in islice(paragraph, 1, None))


def _find_ends_behind_quotes(text: str) -> Iterator[int]:
    """Yield the ends of syntok, moved after closing quotes that it leaves to the next sentence.

    A quote between spaces (``We agree. " Then``) is a closing one if it is curly or the second of a
    pair. If a lower-case letter follows it, the sentence continues.
    """
    place = 0
    quotes = 0
    for end in _find_library_ends(text):
        quotes += text.count('"', place, end)
        place = end
        detached = text[end - 1].isspace()
        left = (_DETACHED if detached else _LEFT_BEHIND).match(text, end)
        if left is None:
            yield end
        elif not detached:
            yield left.end()
        elif left[0][0] == '"' and quotes % 2 == 0:  # an opening quote
            yield end
        elif not text[left.end() : left.end() + 1].islower():
            yield left.end()


def _continues(text: str, end: int) -> bool:
    """Return whether a sentence continues: a title and a name, a number, ``?" Wang asked``."""
    before = text[max(0, end - _LOOK_BACK) : end]
    if _TITLE.search(before) or (text[end].isdigit() and _NUMBER_WORD.search(before)):
        return True
    return _SPEAKER.match(text, end) is not None and _ASKED.search(before) is not None
