"""Ends of sentences in Chinese text.

A sentence ends at 。！？, at their ASCII and half-width forms, and at an ellipsis that is not a
hesitation. It does not end at ；：—, except where speech breaks off (``——”``). Closing quotes,
closing brackets and spaces belong to the sentence before them. Sentences inside quotes are
segmented like all others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..text.chinese import HAN

SIGNATURE = "zh-2"
"""Increase the number whenever a change could segment the same text differently."""

_CLOSING = "”’」』）)］]】〕〉"
_QUOTES_OPEN, _QUOTES_CLOSE = "“「『", "”」』"
_BLANKS = r"\s\u200b\ufeff"

# Every repetition is possessive (``++``, ``*+``), so any paragraph is read only once.
_TOKEN = re.compile(
    rf"""
      (?P<title>[《》])
    | (?P<quote>[{_QUOTES_OPEN}{_QUOTES_CLOSE}"])
    | (?P<blank>\n(?:[^\S\n]|[\u200b\ufeff])*+\n[{_BLANKS}]*+)
    | (?P<mark>[。！？!?｡．.…⋯]++ | —++(?=["{_QUOTES_CLOSE}]))
    """,
    re.VERBOSE,
)
_TAIL = re.compile(rf"(?:[{re.escape(_CLOSING)}。！？!?]|[{_BLANKS}]++(?=[”’」』）)]))*+")
_TAIL_IN_ASCII_QUOTES = re.compile(rf"{_TAIL.pattern}(?:\"{_TAIL.pattern})?+")
_GAP = re.compile(rf"[{_BLANKS}]*+(?:[…⋯]++[{_BLANKS}]*+)?+")
_FULL = frozenset("。！？｡")
_OPEN_END = frozenset("…⋯—")

_GOES_ON = frozenset("，、；：,;:》—")
"""Characters after an end mark that continue the sentence: ``“好！”，他说``."""

_AFTER_QUOTE = frozenset("的地得和与及等之")
"""Characters after a closing quote that continue the sentence: ``“为什么？”的问题``."""

_STAMMER = 3
"""Maximum characters of a clause before an ellipsis that is a hesitation: ``嗯……我觉得``.

All 15 ellipses of MAC-Dev that end a sentence follow at least six characters outside quotes, or
close a quote.
"""

_NOT_A_WORD = re.compile(rf"[^〇{HAN}0-9A-Za-z]")
_CHINESE = re.compile(rf"[〇{HAN}]{{2}}")


def find_ends(text: str) -> list[int]:
    """Return the offset after each sentence and its spaces; the last one is ``len(text)``."""
    return [*_Scanner(text).find_ends(), len(text)] if text else []


@dataclass(slots=True)
class _Scanner:
    """The state while a paragraph is read: the text read so far, and open titles or quotes."""

    text: str
    seen: int = 0
    in_title: bool = False
    in_quotes: bool = False
    in_ascii_quotes: bool = False

    def find_ends(self) -> Iterator[int]:
        done = 0
        for token in _TOKEN.finditer(self.text):
            end = 0
            if token.lastgroup == "title":
                self.in_title = token.group() == "《"
            elif token.lastgroup == "quote":
                # Opening and closing ASCII quotes are the same character, so they alternate.
                ascii_quote = token.group() == '"'
                self.in_ascii_quotes ^= ascii_quote
                opens = token.group() in _QUOTES_OPEN
                self.in_quotes = self.in_ascii_quotes if ascii_quote else opens
            elif token.lastgroup == "blank":
                end = token.end()
            elif token.start() >= self.seen and not self.in_title:
                end = self._end_of_mark(token)
            if token.start() and done < end < len(self.text):
                done = end
                yield end

    def _end_of_mark(self, mark: re.Match[str]) -> int:
        """Return the end of the sentence that a mark closes, or 0 if it closes none."""
        pattern = _TAIL_IN_ASCII_QUOTES if self.in_ascii_quotes else _TAIL
        tail = _end_of(pattern, self.text, mark.end())
        # Nothing before the tail is read again; a sequence of ？” would need quadratic time.
        self.seen = tail
        following = self.text[tail : tail + 1]
        closed = tail > mark.end()
        if following in _GOES_ON or (closed and following in _AFTER_QUOTE):
            return 0
        return _end_of(_GAP, self.text, tail) if self._is_end(mark, closed=closed) else 0

    def _is_end(self, mark: re.Match[str], *, closed: bool) -> bool:
        value = mark.group()
        if not _FULL.isdisjoint(value):
            return True
        if not _OPEN_END.isdisjoint(value) or "..." in value:
            clause = self.text[max(0, mark.start() - _STAMMER) : mark.start()]
            stammer = len(clause) < _STAMMER or _NOT_A_WORD.search(clause) is not None
            return closed or not (self.in_quotes or stammer)
        if "?" in value or "!" in value:
            return not self._is_inside_latin(mark)
        return closed or self._is_chinese_stop(mark)

    def _is_inside_latin(self, mark: re.Match[str]) -> bool:
        """Return whether a mark is inside a URL: ``page.asp?id=3``."""
        around = self.text[mark.start() - 1 : mark.start()] + self.text[mark.end() : mark.end() + 1]
        return len(around) == 2 and around.isascii() and around.isalnum()

    def _is_chinese_stop(self, mark: re.Match[str]) -> bool:
        """Return whether ``.`` or ``．`` is used for 。: after two Chinese characters."""
        before = self.text[max(0, mark.start() - 2) : mark.start()]
        after = self.text[mark.end() : mark.end() + 1]
        return _CHINESE.fullmatch(before) is not None and not (after.isascii() and after.isalnum())


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start
