"""Words as PostgreSQL's full text knows them: a bead or a query in, a vector or a tsquery out.

============ ======================================================================================
``z港``       a word of the Chinese side: one character, a number, a word in other letters
``z港 口``    two of them, one after the other
``eport``     the stem of an English word; ``eopen to`` two, one after the other
``fports``    an English word as it is written, for beginnings
============ ======================================================================================

PostgreSQL's index knows no places of words, so that each phrase would have to be looked for in
all beads that have its words somewhere. With pairs in the index, a phrase of two words is found
there, and of a longer one hardly any bead has to be looked into.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .full_text import NEAR, Query, QueryClause, QueryTerm, WordRow

LONGEST = 200
"""Characters of a word: PostgreSQL takes 2,046 bytes, and a pair of words must fit.

Of a longer word its digest stands for the rest."""

PLACES = 16_383
"""Words with a place in a vector, and ``OFTEN`` those of one word: limits of PostgreSQL.

In a text beyond them single words and pairs are still found, longer phrases only as far."""

OFTEN = 255

BYTES = 900_000
"""Bytes of a vector: PostgreSQL takes a million. Of a longer text the beginning is indexed."""

_QUOTED = str.maketrans({"'": "''", "\\": "\\\\"})


def document(row: WordRow) -> str:
    """Write the words of a bead as a ``tsvector``."""
    places: dict[str, list[int]] = {}
    size = 0
    for lexeme, place in _lexemes(row):
        known = places.get(lexeme)
        if known is None:
            size += len(lexeme.encode()) + 8
            known = places[lexeme] = []
        if 0 < place <= PLACES and len(known) < OFTEN:
            size += 2
            known.append(place)
        if size > BYTES:
            break
    return " ".join(
        f"{_quoted(lexeme)}:{','.join(map(str, known))}" if known else _quoted(lexeme)
        for lexeme, known in places.items()
    )


def _lexemes(row: WordRow) -> Iterator[tuple[str, int]]:
    """Yield the lexemes of a bead, each with its place from 1, or 0 where it needs none."""
    for letter, words in (("z", row.zh_words), ("e", row.en_words), ("f", row.en_forms)):
        before = ""
        for place, word in enumerate(map(_short, words), start=1):
            yield letter + word, place
            if before and letter != "f":
                yield f"{letter}{before} {word}", 0
            before = word


def expression(query: Query) -> str:
    """Write a query as a ``tsquery``."""
    return " & ".join(map(_clause, query.clauses))


def _clause(clause: QueryClause) -> str:
    either = " | ".join(map(_term, clause.terms))
    return f"!({either})" if clause.negative else f"({either})"


def _term(term: QueryTerm) -> str:
    letter = "f" if term.prefix else term.side[0]
    if term.prefix:
        *whole, start = term.parts[0]
        words = [_quoted(letter + _short(word)) for word in whole]
        return _followed([*words, f"{_quoted(letter + _beginning(start))}:*"])
    first, *more = ([_short(word) for word in part] for part in term.parts)
    return _near(letter, first, more[0]) if more else _phrase(letter, first)


def _phrase(letter: str, words: Sequence[str]) -> str:
    """Write words that follow each other: their pairs, which are found quickly, and all."""
    if len(words) == 1:
        return _quoted(letter + words[0])
    pairs = [_quoted(f"{letter}{one} {next_one}") for one, next_one in pairwise(words)]
    if len(words) == 2:
        return pairs[0]
    return f"({' & '.join(pairs)} & {_in_row(letter, words)})"


def _in_row(letter: str, words: Sequence[str]) -> str:
    return _followed([_quoted(letter + word) for word in words])


def _followed(operands: Sequence[str]) -> str:
    return f"({' <-> '.join(operands)})" if len(operands) > 1 else operands[0]


def _near(letter: str, first: Sequence[str], second: Sequence[str]) -> str:
    """Write two passages with at most ``NEAR`` words between them, in either order.

    They may overlap, as FTS5 has it: then they are one passage.
    """
    one, two = _in_row(letter, first), _in_row(letter, second)
    ways = [
        f"{left} <{gap}> {right}"
        for gap in range(1, NEAR + 2)
        for left, right in ((one, two), (two, one))
    ]
    ways += [
        _in_row(letter, merged)
        for left, right in ((first, second), (second, first))
        for merged in _overlaps(left, right)
    ]
    needed = f"{_phrase(letter, first)} & {_phrase(letter, second)}"
    return f"({needed} & ({' | '.join(ways)}))"


def _overlaps(left: Sequence[str], right: Sequence[str]) -> Iterator[list[str]]:
    """Yield each passage in which ``right`` begins inside ``left``."""
    for start in range(len(left)):
        shared = min(len(left) - start, len(right))
        if list(left[start : start + shared]) == list(right[:shared]):
            yield [*left, *right[shared:]]


def _short(word: str) -> str:
    if len(word) <= LONGEST:
        return word
    rest = hashlib.blake2b(word[LONGEST:].encode(), digest_size=8).hexdigest()
    return f"{word[:LONGEST]}~{rest}"


def _beginning(word: str) -> str:
    return word if len(word) <= LONGEST else f"{word[:LONGEST]}~"


def _quoted(lexeme: str) -> str:
    return f"'{lexeme.translate(_QUOTED)}'"
