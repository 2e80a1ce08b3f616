"""Changes of a publisher's pages since they were stored, and the rows that they touch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..records import LANGUAGE_NAMES, LANGUAGES, Briefing, Document, Language


@dataclass(frozen=True, slots=True)
class PageChange:
    """Neighbouring paragraphs of one side that went, and what came in their place.

    The title is the first of them; a label stands before the first paragraph of its turn.
    ``rows`` are numbers of rows from 1, as the page shows them. ``followed`` says whether the
    other side changed in the same rows.
    """

    language: Language
    before: tuple[str, ...]
    after: tuple[str, ...]
    rows: tuple[int, ...]
    followed: bool

    @property
    def headline(self) -> str:
        """Which side changed, in which rows, and whether the other did not follow."""
        rows = "–".join(map(str, sorted({*self.rows[:1], *self.rows[-1:]}))) or "none"
        other = LANGUAGE_NAMES["en" if self.language == "zh" else "zh"]
        missing = "" if self.followed else f"; {other} did not follow"
        return f"{LANGUAGE_NAMES[self.language]}, row {rows}{missing}"

    @property
    def lines(self) -> tuple[str, ...]:
        """What went, marked ``-``, and what came, marked ``+``."""
        return (*(f"- {line}" for line in self.before), *(f"+ {line}" for line in self.after))


@dataclass(frozen=True, slots=True)
class _Edit:
    language: Language
    before: tuple[str, ...]
    after: tuple[str, ...]
    first: int
    end: int

    def touches(self, other: "_Edit") -> bool:
        """Return whether both are in the same rows; what only went stands between two rows."""
        start, end = max(self.first, other.first), min(self.end, other.end)
        empty = self.first == self.end or other.first == other.end
        return self.language != other.language and (start <= end if empty else start < end)


def find_changes(before: Mapping[Language, Document], now: Briefing) -> tuple[PageChange, ...]:
    """Return how a briefing differs from older texts of its documents, in the order of its rows."""
    edits = [edit for language in LANGUAGES for edit in _edits(before[language], now, language)]
    edits.sort(key=lambda edit: (edit.first, LANGUAGES.index(edit.language)))
    return tuple(
        PageChange(
            edit.language,
            edit.before,
            edit.after,
            tuple(range(max(0, edit.first) + 1, edit.end + 1)),
            any(map(edit.touches, edits)),
        )
        for edit in edits
    )


def _edits(old: Document, now: Briefing, language: Language) -> Iterator[_Edit]:
    ours, theirs = _lines(old), _lines(now.zh if language == "zh" else now.en)
    rows = _rows_of_lines(now, language, len(theirs))
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind != "equal":
            touched = [row for line in rows[j1:j2] for row in line]
            gap = next((line[0] for line in rows[j2:] if line), len(now.alignment.beads))
            first, end = (min(touched), max(touched) + 1) if touched else (gap, gap)
            yield _Edit(language, tuple(ours[i1:i2]), tuple(theirs[j1:j2]), first, end)


def _lines(document: Document) -> list[str]:
    lines = [document.title]
    for turn in document.turns:
        for number, text in enumerate(turn.paragraphs):
            lines.append(f"{turn.label} {text}" if turn.label and not number else text)
    return lines


def _rows_of_lines(now: Briefing, language: Language, count: int) -> list[list[int]]:
    """Return the rows that hold sentences of each line, counted from 0; -1 for the title."""
    rows: list[list[int]] = [[-1], *([] for _ in range(count - 1))]
    sentences = now.zh_sentences if language == "zh" else now.en_sentences
    for row, bead in enumerate(now.alignment.beads):
        for index in bead.zh if language == "zh" else bead.en:
            rows[sentences[index].paragraph + 1].append(row)
    return rows
