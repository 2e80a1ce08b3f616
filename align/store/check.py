"""Look through a corpus for what must not be: damaged pages, beads that miss or repeat text."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from ..records import Sentence
from . import Store
from .reading import bead_rows, documents, pages, sentences
from .schema import BEAD, BRIEFING, PAGE


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong in a corpus: where, and what."""

    where: str
    says: str


def problems(store: Store) -> tuple[Problem, ...]:
    """Check foreign keys, checksums of pages, and that beads hold each character once."""
    with store.reading() as connection:
        return (
            *_database(connection),
            *_foreign_keys(connection),
            *_pages(connection),
            *_briefings(connection),
        )


def _database(connection: sa.Connection) -> Iterator[Problem]:
    if connection.dialect.name == "sqlite":  # PostgreSQL has pg_amcheck, for its administrator
        for row in connection.exec_driver_sql("PRAGMA quick_check(5)"):
            if row[0] != "ok":
                yield Problem("corpus.db", f"damaged ({row[0]}); restore a backup")


def _foreign_keys(connection: sa.Connection) -> Iterator[Problem]:
    if connection.dialect.name == "sqlite":  # PostgreSQL never lets one in
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield Problem(f"table {row[0]}", f"row {row[1]} belongs to nothing in {row[2]}")


def _pages(connection: sa.Connection) -> Iterator[Problem]:
    rows = connection.execute(sa.select(PAGE.c.id, PAGE.c.sha256)).all()
    known = {row.id: row.sha256 for row in rows}
    for number, checksum in known.items():
        for page in pages(connection, PAGE.c.id == number):
            if hashlib.sha256(page.body).hexdigest() != checksum:
                yield Problem(page.url, "its stored bytes are damaged; fetch it again")


def _briefings(connection: sa.Connection) -> Iterator[Problem]:
    for briefing_id in connection.execute(sa.select(BRIEFING.c.id)).scalars().all():
        ids = documents(connection, briefing_id)
        rows = bead_rows(connection, BEAD.c.briefing_id == briefing_id)
        for language, document_id in ids.items():
            known = sentences(connection, document_id)
            names = [name for row in rows for name in getattr(row, language)]
            unknown = [name for name in names if name not in known]
            if unknown:
                yield Problem(
                    briefing_id, f"a bead names {language} {unknown[0]}: no such sentence"
                )
                continue
            cuts = [known[name] for name in names]
            for place in _uncovered(cuts, known.values()):
                yield Problem(briefing_id, f"{language} {place}")


def _uncovered(cuts: Iterable[Sentence], known: Iterable[Sentence]) -> Iterator[str]:
    """Compare the text that beads hold with that of the paragraphs, character by character.

    :param cuts: the sentences that stand in beads.
    :param known: every sentence of the document; the last one of a paragraph ends it.
    """
    covered: dict[int, list[Sentence]] = {}
    for sentence in cuts:
        covered.setdefault(sentence.paragraph, []).append(sentence)
    lengths: dict[int, int] = {}
    for sentence in known:
        lengths[sentence.paragraph] = max(lengths.get(sentence.paragraph, 0), sentence.end)
    for paragraph, length in lengths.items():
        at = 0
        for sentence in sorted(covered.get(paragraph, []), key=lambda cut: cut.start):
            if sentence.start != at:
                break
            at = sentence.end
        else:
            if at == length:
                continue
            sentence = Sentence("", paragraph, start=length)
        what = "twice" if sentence.start < at else "in no bead"
        place = min(at, sentence.start) + 1
        yield f"paragraph {paragraph + 1}, character {place}: text stands {what}"
