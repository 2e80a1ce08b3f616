"""The query language of search (docs/howto/search.md), and the marks of a hit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...aligner.text.chinese import has_han
from ...aligner.text.dictionary import Token, tokenize
from ...errors import N_, UsageError
from ...records import Language
from ..store.index import NEAR, Query, QueryClause, QueryTerm

LONGEST = 500  # maximum characters of a query; a longer one is a text pasted by mistake

# A term of a query, or else an unmatched quotation mark.
_PIECE = re.compile(r'(-?)(?:(zh|en):)?(?:"([^"]*)"|([^\s"]+))|"', re.IGNORECASE)
_QUOTES = str.maketrans("“”＂：－＊　", '"""' + ":-* ")


def parse_query(text: str) -> Query:
    """Parse a query."""
    if len(text) > LONGEST:
        raise UsageError(
            N_(
                "the query has {count:,} characters (limit {longest}); search for a shorter passage"
            ),
            count=len(text),
            longest=LONGEST,
        )
    clauses: list[QueryClause] = []
    joining = False
    for piece in _PIECE.finditer(text.translate(_QUOTES)):
        if piece[0] == '"':
            raise UsageError(
                N_(
                    'unmatched quotation mark at character {end}; write "a phrase" or remove '
                    "the mark"
                ),
                end=piece.end(),
            )
        if piece[0] == "OR":
            if joining or not clauses or clauses[-1].negative:
                raise UsageError(N_("OR must be between two search terms: ship OR vessel"))
            joining = True
            continue
        clause = QueryClause((_term(piece),), piece[1] == "-")
        if joining:
            clause = QueryClause(clauses.pop().terms + clause.terms, clause.negative)
        clauses.append(clause)
        joining = False
    return _make_query(clauses, joining)


def _term(piece: re.Match[str]) -> QueryTerm:
    text = piece[3] if piece[3] is not None else piece[4]
    named = (piece[2] or "").lower()
    side = _side_of(text, named)
    prefix = text.endswith("*")
    passages = [passage for passage in text.split("*") if passage.strip()]
    if len(passages) > 1 and (side == "en" or len(passages) > 2):
        raise UsageError(
            N_(
                "{text!r}: misplaced star; put it at the end of a word (develop*) or once "
                "inside Chinese"
            ),
            text=text,
        )
    begins = prefix and side == "en"  # the beginning of a word has no stem
    parts = tuple(_words_of(passage, as_written=begins) for passage in passages)
    if not named and text.lower() in ("zh:", "en:"):
        raise UsageError(N_("{text!r} needs a search term, for example {text}GDP"), text=text)
    if not parts or not all(parts):
        raise UsageError(N_("{piece!r} contains no word to search for"), piece=piece[0])
    return QueryTerm(side, text, parts, begins)


def _side_of(text: str, named: str) -> Language:
    """Return the language that a term names, or else that of its characters."""
    if named:
        return "zh" if named == "zh" else "en"
    return "zh" if has_han(text) else "en"


def _words_of(passage: str, *, as_written: bool) -> tuple[str, ...]:
    """Return the words of a passage: as written, or by their stems."""
    tokens = tokenize(passage)
    if as_written:
        return tuple(token.form for token in tokens)
    return tuple(token.stem for token in tokens)


def _make_query(clauses: list[QueryClause], joining: bool) -> Query:
    if joining:
        raise UsageError(N_("the query ends with OR; add another search term"))
    if not clauses:
        raise UsageError(N_("the query is empty; type a word in either language"))
    if all(clause.negative for clause in clauses):
        raise UsageError(N_("the query only excludes words; add one to search for"))
    if any(clause.negative and len(clause.terms) > 1 for clause in clauses):
        raise UsageError(N_("OR cannot join excluded words; put a minus before each"))
    return Query(tuple(clauses))


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage ``text[start:end]``."""

    start: int
    end: int


def find_hits(text: str, terms: Sequence[QueryTerm]) -> tuple[Mark, ...]:
    """Return the passages of a text that terms ask for, in order, without overlaps."""
    tokens = tokenize(text)
    marks = [mark for term in terms for mark in _matches(tokens, term)]
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def _matches(tokens: Sequence[Token], term: QueryTerm) -> Iterator[Mark]:
    first = term.parts[0]
    for at in range(len(tokens)):
        if not _is_match(tokens, at, first, prefix=term.prefix):
            continue
        last = at + len(first) - 1
        if len(term.parts) == 1:
            yield Mark(tokens[at].start, tokens[last].end)
            continue
        second = term.parts[1]
        for after in range(last + 1, min(last + NEAR + 2, len(tokens))):
            if _is_match(tokens, after, second, prefix=False):
                yield Mark(tokens[at].start, tokens[after + len(second) - 1].end)
                break


def _is_match(tokens: Sequence[Token], at: int, words: tuple[str, ...], *, prefix: bool) -> bool:
    run = tokens[at : at + len(words)]
    if len(run) < len(words):
        return False
    if not prefix:
        return all(token.stem == word for token, word in zip(run, words, strict=True))
    *whole, start = words
    same = all(token.form == word for token, word in zip(run, whole, strict=False))
    return same and run[-1].form.startswith(start)
