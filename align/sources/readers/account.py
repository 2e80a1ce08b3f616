"""The account of a file: the skipped text by reason, and the text that is missing without reason.

A reader adds all text that it skips. :func:`find_unread` then compares all text of the file, found
by a second, simpler method, with the text that was read or skipped.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from ...aligner.text.strings import count_letters, normalise_space, shorten
from ...errors import N_, NN_, Message, count_message
from ..extract.site import LeftOut

UNREAD = "not read"
_MOST_SEARCHED = 1000  # texts among which the first unread one is looked for
_LONGEST = 60  # characters of an unread text in a note


@dataclass(slots=True)
class _Entry:
    texts: list[str] = field(default_factory=list)
    first: str = ""
    lines: int = 0
    letters: int = 0


class Account:
    """The text of a file that a reader skips, by reason."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def add(self, reason: str, text: str) -> None:
        """Add a skipped text; ignore white space."""
        line = normalise_space(text)
        if not line:
            return
        entry = self._entries.setdefault(reason, _Entry())
        entry.texts.append(text)
        entry.first = entry.first or line
        entry.lines += 1
        entry.letters += count_letters(line)

    def add_thing(self, reason: str, name: str) -> None:
        """Add a skipped item other than text, such as a picture."""
        entry = self._entries.setdefault(reason, _Entry())
        entry.first = entry.first or name
        entry.lines += 1

    def texts(self) -> Iterator[str]:
        """Yield every skipped text."""
        for entry in self._entries.values():
            yield from entry.texts

    def close(
        self, found: Iterable[str], read: Iterable[str], key: Callable[[str], str] = str
    ) -> None:
        """Add the text of the file that was neither read nor skipped.

        :param found: all texts of the file.
        :param read: the texts that were read.
        :param key: returns the characters of a text that are compared.
        """
        found, known = list(found), [*read, *self.texts()]
        missing = find_unread(map(key, found), map(key, known))
        if missing:
            letters = sum(missing.values())
            first = _find_first(found, known)
            self._entries[UNREAD] = _Entry(first=normalise_space(first), lines=1, letters=letters)

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return the entries, in the order in which their reasons first occurred."""
        return tuple(
            LeftOut(reason, entry.lines, entry.letters, entry.first)
            for reason, entry in self._entries.items()
        )

    def notes(self, nouns: Mapping[str, tuple[str, str]] | None = None) -> Iterator[Message]:
        """Yield notes on skipped text.

        :param nouns: the reasons to report, each with a noun for its entries.
        """
        for reason, noun in (nouns or {}).items():
            if entry := self._entries.get(reason):
                lines = count_message(*noun, entry.lines)
                if not entry.letters:
                    yield Message(N_("Skipped: {lines}."), lines=lines)
                    continue
                size = _count_characters_of(entry)
                yield Message(N_("Skipped: {lines} ({size})."), lines=lines, size=size)
        if entry := self._entries.get(UNREAD):
            size = _count_characters_of(entry)
            if not entry.first:
                yield Message(N_("{size} of the file could not be read."), size=size)
                return
            yield Message(
                N_('{size} of the file could not be read, such as "{example}".'),
                size=size,
                example=shorten(entry.first, _LONGEST),
            )


def _count_characters_of(entry: _Entry) -> Message:
    return count_message("{count:,} character", "{count:,} characters", entry.letters)


_TRACKED = {
    "insertion": NN_("{count:,} insertion", "{count:,} insertions"),
    "deletion": NN_("{count:,} deletion", "{count:,} deletions"),
    "moved passage": NN_("{count:,} moved passage", "{count:,} moved passages"),
}
"""Kinds of tracked changes, in the order of the note on them."""


def note_tracked(counts: Mapping[str, int]) -> Iterator[Message]:
    """Yield a note where changes were tracked; ``counts`` has the number of each kind."""
    parts = [count_message(*_TRACKED[kind], counts[kind]) for kind in _TRACKED if counts.get(kind)]
    if parts:
        yield Message(N_("Tracked changes are read as accepted: {changes}."), changes=parts)


def find_unread(found: Iterable[str], read: Iterable[str]) -> Counter[str]:
    """Return how many more times each visible character was found than read.

    >>> find_unread(["one two", "three"], ["onetwo", "tree"])
    Counter({'h': 1})
    """
    return _count_characters(found) - _count_characters(read)


def _find_first(found: Iterable[str], known: Iterable[str]) -> str:
    """Return the first of 1000 texts that is in no known text, or ''."""
    joined = "".join("".join(known).split())
    for text in islice(found, _MOST_SEARCHED):
        if "".join(text.split()) not in joined:
            return text
    return ""


def _count_characters(texts: Iterable[str]) -> Counter[str]:
    counts = Counter("".join(texts))
    for character in [one for one in counts if not one.isprintable() or one.isspace()]:
        del counts[character]
    return counts
