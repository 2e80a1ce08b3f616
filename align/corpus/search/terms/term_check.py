"""Check rows against the term base: required renderings that are missing, forbidden ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ....aligner.checks import Issue
from ....aligner.text.dictionary import Token, tokenize
from ....errors import N_, Message
from ....records import BeadRecord, CharSpan, Sides
from ...store.term_base import TermEntry

Words = tuple[str, ...]
Value = TypeVar("Value")

MOST_NAMED = 8
"""Renderings that a message names; others are left out."""


@dataclass(eq=False)
class _WordTree(Generic[Value]):
    """Values by sequences of words, which are found in a time that grows with the text alone."""

    branches: dict[str, "_WordTree[Value]"] = field(default_factory=dict)
    value: Value | None = None

    def add(self, words: Words, value: Value) -> None:
        """Set the value of some words."""
        node = self
        for word in words:
            node = node.branches.setdefault(word, _WordTree())
        node.value = value

    def find_longest(self, words: Words, start: int) -> tuple[int, Value] | None:
        """Return the end and the value of the longest known sequence that begins at a place."""
        node, found = self, None
        for end in range(start, len(words)):
            known = node.branches.get(words[end])
            if known is None:
                break
            node = known
            if node.value is not None:
                found = end + 1, node.value
        return found


@dataclass(frozen=True, slots=True)
class TermRule:
    """The approved and the forbidden renderings of a Chinese term."""

    zh: str
    approved: tuple[str, ...]
    forbidden: tuple[str, ...]
    approved_words: _WordTree[bool] = field(repr=False, compare=False)
    forbidden_words: _WordTree[bool] = field(repr=False, compare=False)

    @property
    def required(self) -> str:
        """The approved renderings for a message, separated by slashes."""
        more = ("…",) if len(self.approved) > MOST_NAMED else ()
        return " / ".join((*self.approved[:MOST_NAMED], *more))


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
        self._rules: _WordTree[TermRule] = _WordTree()
        for zh, some in by_term.items():
            words = _words(tokenize(zh))
            if words:
                self._rules.add(words, _make_rule(zh, some))

    def __bool__(self) -> bool:
        return bool(self._rules.branches)

    def find(self, zh_text: str) -> Iterator[TermMatch]:
        """Yield the terms in a Chinese text from left to right, the longest at each place."""
        tokens = tokenize(zh_text) if self else ()
        words = _words(tokens)
        place = 0
        while place < len(words):
            found = self._rules.find_longest(words, place)
            if found is None:
                place += 1
                continue
            end, rule = found
            yield TermMatch(rule, tokens[place].start, tokens[end - 1].end)
            place = end

    def check(self, zh_text: str, en_text: str) -> tuple[Issue, ...]:
        """Return the issues of a row; a row with an empty text has none."""
        places: dict[str, list[TermMatch]] = defaultdict(list)
        for match in self._find_translated(zh_text, en_text):
            places[match.rule.zh].append(match)
        tokens = tokenize(en_text) if places else ()
        issues: dict[Issue, None] = {}
        for matches in places.values():
            for issue in _check_renderings(matches, en_text, tokens):
                issues[issue] = None
        return tuple(issues)

    def find_missing(self, zh_text: str, en_text: str) -> tuple[TermRule, ...]:
        """Return the terms of a row whose approved renderings are all missing, each once."""
        rules = {one.rule.zh: one.rule for one in self._find_translated(zh_text, en_text)}
        tokens = tokenize(en_text) if rules else ()
        return tuple(
            rule
            for rule in rules.values()
            if rule.approved and not _find_all(rule.approved_words, tokens)
        )

    def mark(self, zh_text: str, en_text: str) -> Sides[tuple[CharSpan, ...]]:
        """Return the places of the approved terms in a row, and those of their renderings."""
        rules = [match for match in self.find(zh_text) if match.rule.approved]
        tokens = tokenize(en_text) if rules else ()
        trees = {one.rule.zh: one.rule.approved_words for one in rules}
        renderings = {place for tree in trees.values() for place in _find_all(tree, tokens)}
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
    return TermRule(zh, approved, forbidden, _make_tree(approved), _make_tree(forbidden))


def _make_tree(renderings: Iterable[str]) -> _WordTree[bool]:
    tree: _WordTree[bool] = _WordTree()
    for rendering in renderings:
        words = _without_article(_words(tokenize(rendering)))
        if words:
            tree.add(words, value=True)
    return tree


def _check_renderings(
    matches: Sequence[TermMatch], en_text: str, tokens: Sequence[Token]
) -> Iterator[Issue]:
    """Yield the issues of one term, which is in the row at each of the matches."""
    rule = matches[0].rule
    allowed = _find_all(rule.approved_words, tokens)
    banned = [*_outside(_find_all(rule.forbidden_words, tokens), allowed)]
    required = rule.required
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
        for match in matches:
            yield Issue("term", "zh", match.start, match.end, message)


def _outside(banned: Iterable[CharSpan], allowed: Iterable[CharSpan]) -> Iterator[CharSpan]:
    """Yield the places that are not inside an allowed one; both are in order."""
    allowed, farthest = iter(allowed), 0
    following = next(allowed, None)
    for start, end in banned:
        while following is not None and following[0] <= start:
            farthest = max(farthest, following[1])
            following = next(allowed, None)
        if end > farthest:
            yield start, end


def _find_all(renderings: _WordTree[bool], tokens: Sequence[Token]) -> list[CharSpan]:
    """Return start and end of the longest rendering at each place that has one, in order."""
    words = _words(tokens)
    found = []
    for place, token in enumerate(tokens):
        known = renderings.find_longest(words, place)
        if known is not None:
            found.append((token.start, tokens[known[0] - 1].end))
    return found


def _without_article(words: Words) -> Words:
    """Return words without an article at their start, unless they are nothing else."""
    return words[1:] if words[:1] in _ARTICLES and len(words) > 1 else words


_ARTICLES = (("a",), ("an",), ("the",))


def _words(tokens: Iterable[Token]) -> Words:
    return tuple(token.stem for token in tokens)
