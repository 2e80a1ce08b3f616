"""Ends of sentences in Chinese text.

A sentence ends at 。！？, at their ASCII and half-width forms, and at an ellipsis that is not a
stammer. ；：— do not end one, but speech that breaks off (``——”``) does. Closing quotes and
brackets stay with the sentence, blanks after it too. Sentences inside quotes are cut like all
others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..text.chinese import HAN

SIGNATURE = "zh-1"
"""Raise the number whenever the same text could be cut in another way than before."""

_CLOSING = "”’」』）)］]】〕〉"
_QUOTES_OPEN, _QUOTES_CLOSE = "“「『", "”」』"
_BLANKS = r"\s\u200b\ufeff"

# Every repetition is possessive (``++``, ``*+``): a paragraph is read once whatever it holds.
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
"""A sentence is not over where one of these follows its end mark: ``“好！”，他说``."""

_AFTER_QUOTE = frozenset("的地得和与及等之")
"""... nor where a quoted slogan is a part of it: ``“为什么？”的问题``."""

_STAMMER = 3
"""An ellipsis after a clause this short is hesitation: ``嗯……我觉得``. On mac-dev all 15 that end
a sentence follow six characters or more outside quotes, or close a quote."""

_NOT_A_WORD = re.compile(rf"[^〇{HAN}0-9A-Za-z]")
_CHINESE = re.compile(rf"[〇{HAN}]{{2}}")


def find_ends(text: str) -> list[int]:
    """Return the offsets just after each sentence and its blanks; the last one is ``len(text)``."""
    return [*_Scanner(text).find_ends(), len(text)] if text else []


@dataclass(slots=True)
class _Scanner:
    """A position in a paragraph: after which end, inside which title or quotes."""

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
                # ASCII quotes look alike on both sides, so they take turns.
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
        """Return where the sentence that this mark closes ends, or 0 where it closes none."""
        tail = _end_of(
            _TAIL_IN_ASCII_QUOTES if self.in_ascii_quotes else _TAIL, self.text, mark.end()
        )
        self.seen = tail  # never read it again, or a row of ？” takes the square of its length
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
        """Return whether the mark stands inside an address: ``page.asp?id=3``."""
        around = self.text[mark.start() - 1 : mark.start()] + self.text[mark.end() : mark.end() + 1]
        return len(around) == 2 and around.isascii() and around.isalnum()

    def _is_chinese_stop(self, mark: re.Match[str]) -> bool:
        """Return whether ``.`` or ``．`` stands for 。: behind two Chinese characters."""
        before = self.text[max(0, mark.start() - 2) : mark.start()]
        after = self.text[mark.end() : mark.end() + 1]
        return _CHINESE.fullmatch(before) is not None and not (after.isascii() and after.isalnum())


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start
