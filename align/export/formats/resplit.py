"""Cut the text of a bead into its sentences again, where only their number is known."""

import re

from ...records import GAP, Language

_ENDS: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[。！？…；]+[”’」』）)]*(?=.)", re.DOTALL),
    "en": re.compile(r"[.!?]+[\"'”’)]*(?= \S)"),
}
_PLACES: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"(?<=.)(?=.)", re.DOTALL),
    "en": re.compile(r"(?<=.)(?= .)", re.DOTALL),
}


def join_sentences(sentences: list[str], language: Language) -> str:
    """Join sentences into the text of a bead; empty ones leave no trace."""
    return GAP[language].join(filter(None, sentences))


def resplit(text: str, count: int, language: Language) -> list[str]:
    """Cut a text into ``count`` pieces that :func:`joined` puts together again.

    The cuts are at the ends of sentences as far as there are enough of them, then anywhere. A
    text with too few places gives fewer pieces, and empty ones to fill up.

    >>> resplit("你好。请坐。", 2, "zh")
    ['你好。', '请坐。']
    >>> resplit("Good morning. Please sit.", 2, "en")
    ['Good morning.', 'Please sit.']
    >>> resplit("Yes", 2, "en")
    ['Yes', '']
    """
    if count <= 1:
        return [text] * count
    ends = [found.end() for found in _ENDS[language].finditer(text)]
    places = _spread(ends, count - 1)
    if len(places) < count - 1:
        others = [found.start() for found in _PLACES[language].finditer(text)]
        rest = _apart(sorted(set(others) - set(places)), places, language)
        places = sorted([*places, *_spread(rest, count - 1 - len(places))])
    pieces = _sliced(text, places, len(GAP[language]))
    return pieces + [""] * (count - len(pieces))


def _apart(places: list[int], taken: list[int], language: Language) -> list[int]:
    """Drop places that would leave an empty English piece between two blanks."""
    if language == "zh":
        return places
    kept: list[int] = []
    for place in places:
        if all(abs(place - other) > 1 for other in (*taken, *kept[-1:])):
            kept.append(place)
    return kept


def _spread(places: list[int], count: int) -> list[int]:
    """Take ``count`` places at even distances, or all when there are fewer."""
    if len(places) <= count:
        return places
    return [places[at * len(places) // count] for at in range(count)]


def _sliced(text: str, places: list[int], gap: int) -> list[str]:
    starts = [0, *(place + gap for place in places)]
    return [text[start:end] for start, end in zip(starts, [*places, len(text)], strict=True)]
