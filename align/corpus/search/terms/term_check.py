"""Check rows against the term base: required renderings that are missing, forbidden ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ....aligner.checks import Issue
from ....aligner.text.dictionary import Token, tokenize
from ....aligner.text.word_links import Span
from ....errors import N_, Message
from ....records import BeadRecord, Sides
from ...store.term_base import TermEntry

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermRule:
    """The approved and the forbidden renderings of a Chinese term."""

    zh: str
    approved: tuple[str, ...]
    forbidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term at ``text[start:end]`` of a Chinese text."""

    rule: TermRule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TermProblem:
    """A bead that contradicts the term base."""

    bead: BeadRecord
    issues: tuple[Issue, ...]


class TermChecker:
    """Finds the terms of a term base in a Chinese text, and checks their renderings.

    Simplified and traditional characters are equal, and any form of an English word matches. If one
    term is part of another, only the longer one counts where it occurs. Proposed renderings are not
    checked. The time grows with the length of a text, not with the number of terms.
    """

    def __init__(self, entries: Iterable[TermEntry] = ()) -> None:
        by_term: dict[str, list[TermEntry]] = defaultdict(list)
        for entry in entries:
            if entry.status != "proposed":
                by_term[entry.zh].append(entry)
        self._rules: dict[Words, TermRule] = {}
        self._lengths: dict[str, list[int]] = {}
        for zh, some in by_term.items():
            words = _words(tokenize(zh))
            if words:
                self._rules[words] = _make_rule(zh, some)
        for words in self._rules:
            lengths = self._lengths.setdefault(words[0], [])
            if len(words) not in lengths:
                lengths.append(len(words))
                lengths.sort(reverse=True)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def find(self, zh_text: str) -> Iterator[TermMatch]:
        """Yield the terms in a Chinese text from left to right, the longest at each place."""
        tokens = tokenize(zh_text) if self._rules else ()
        words = _words(tokens)
        place = 0
        while place < len(words):
            length = self._length_at(words, place)
            if length:
                rule = self._rules[words[place : place + length]]
                yield TermMatch(rule, tokens[place].start, tokens[place + length - 1].end)
            place += max(length, 1)

    def _length_at(self, words: Words, place: int) -> int:
        """Return the number of words of the longest term that begins at a place, or 0."""
        for length in self._lengths.get(words[place], ()):
            if words[place : place + length] in self._rules:
                return length
        return 0

    def check(self, zh_text: str, en_text: str) -> tuple[Issue, ...]:
        """Return the issues of a row; a row with an empty text has none."""
        issues: dict[Issue, None] = {}
        for match in self._find_translated(zh_text, en_text):
            for issue in _check_rendering(match, en_text):
                issues[issue] = None
        return tuple(issues)

    def find_missing(self, zh_text: str, en_text: str) -> tuple[TermRule, ...]:
        """Return the terms of a row whose approved renderings are all missing, each once."""
        missing = {}
        for match in self._find_translated(zh_text, en_text):
            rule = match.rule
            if rule.approved and not _find_all(rule.approved, tokenize(en_text)):
                missing[rule.zh] = rule
        return tuple(missing.values())

    def mark(self, zh_text: str, en_text: str) -> Sides[tuple[Span, ...]]:
        """Return the places of the approved terms in a row, and those of their renderings."""
        rules = [match for match in self.find(zh_text) if match.rule.approved]
        tokens = tokenize(en_text) if rules else ()
        renderings = {place for one in rules for place in _find_all(one.rule.approved, tokens)}
        terms = tuple((match.start, match.end) for match in rules)
        return Sides(terms, tuple(sorted(renderings)))

    def _find_translated(self, zh_text: str, en_text: str) -> Iterator[TermMatch]:
        """Yield the terms of a row, unless one of its texts is empty."""
        if zh_text.strip() and en_text.strip():
            yield from self.find(zh_text)


def find_term_problems(checker: TermChecker, beads: Iterable[BeadRecord]) -> Iterator[TermProblem]:
    """Yield the beads that contradict the term base; rejected ones are skipped."""
    for bead in beads:
        issues = checker.check(bead.zh, bead.en) if bead.verdict.status != "rejected" else ()
        if issues:
            yield TermProblem(bead, issues)


def _make_rule(zh: str, entries: Sequence[TermEntry]) -> TermRule:
    approved = tuple(entry.en for entry in entries if entry.status == "approved")
    forbidden = tuple(entry.en for entry in entries if entry.status == "forbidden")
    return TermRule(zh, approved, forbidden)


def _check_rendering(match: TermMatch, en_text: str) -> Iterator[Issue]:
    rule, tokens = match.rule, tokenize(en_text)
    allowed = _find_all(rule.approved, tokens)
    banned = [
        (start, end)
        for start, end in _find_all(rule.forbidden, tokens)
        if not any(first <= start and end <= last for first, last in allowed)
    ]
    required = " / ".join(rule.approved)
    for start, end in banned:
        found = en_text[start:end]
        message = Message(N_("“{found}” is forbidden for {term}"), found=found, term=rule.zh)
        if required:
            message = Message(
                N_("“{found}” is forbidden for {term}; use “{required}”"),
                found=found,
                term=rule.zh,
                required=required,
            )
        yield Issue("term", "en", start, end, message)
    if rule.approved and not allowed and not banned:
        message = Message(
            N_("{term} requires “{required}”, which the English does not contain"),
            term=rule.zh,
            required=required,
        )
        yield Issue("term", "zh", match.start, match.end, message)


def _find_all(renderings: Iterable[str], tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return start and end of each place where one of the renderings occurs."""
    words = _words(tokens)
    found = []
    for rendering in renderings:
        wanted = _without_article(_words(tokenize(rendering)))
        for place in range(len(words) - len(wanted) + 1 if wanted else 0):
            if words[place : place + len(wanted)] == wanted:
                found.append((tokens[place].start, tokens[place + len(wanted) - 1].end))
    return sorted(set(found))


def _without_article(words: Words) -> Words:
    """Return words without an article at their start, unless they are nothing else."""
    return words[1:] if words[:1] in _ARTICLES and len(words) > 1 else words


_ARTICLES = (("a",), ("an",), ("the",))


def _words(tokens: Iterable[Token]) -> Words:
    return tuple(token.stem for token in tokens)
