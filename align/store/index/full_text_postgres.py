"""The index of words in the PostgreSQL database of the corpus: its own full text and counts.

It is a schema beside that of the corpus (``public_words_1``), derived, and safe to drop. A side's
words are lexemes of one ``tsvector``, told apart by their first letter; see :mod:`.lexemes`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.exc import DBAPIError

from ...errors import StoreError
from ..engine import mapped
from .full_text import (
    Held,
    IndexedText,
    IndexHit,
    IndexUpdate,
    Query,
    QueryCondition,
    WordRow,
    clauses,
    text_key,
    values_of,
)
from .lexemes import document, expression

VERSION = 1
"""Raised with every change of the tables or of how texts are cut into words."""

COMMON = 5_000
"""What stands in more beads than this is not scored: ``relevance`` gives the newest then."""

SOME = 1000
"""Beads that are written at once."""

_REFUSED = ("42501", "25006")  # no right to do this; a transaction that may only read

# ``words`` is moved out of the rows, which leaves them so short that the rows of a frequent word
# are counted and sorted without reading a hundred megabytes.
_TABLES = """
CREATE TABLE bead (
  place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL, briefing text COLLATE "C" NOT NULL, position integer NOT NULL,
  digest bytea NOT NULL, date text COLLATE "C" NOT NULL, speaker text COLLATE "C" NOT NULL,
  role text COLLATE "C" NOT NULL, site text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL, probability double precision, length integer NOT NULL,
  words tsvector NOT NULL,
  UNIQUE (briefing, id)
) WITH (toast_tuple_target = 256);
CREATE INDEX bead_words ON bead USING gin (words);
CREATE TABLE passage (
  place bigint PRIMARY KEY REFERENCES bead ON DELETE CASCADE, zh text NOT NULL, en text NOT NULL
);
CREATE TABLE text (
  place bigint NOT NULL REFERENCES bead ON DELETE CASCADE, side text NOT NULL, key bigint NOT NULL
);
CREATE INDEX text_key ON text (key);
CREATE INDEX text_place ON text (place);
CREATE TABLE stamp (briefing text COLLATE "C" PRIMARY KEY, state text NOT NULL);
"""

_ORDERS = {
    "newest": "bead.date DESC, bead.briefing, bead.position",
    "oldest": "bead.date, bead.briefing, bead.position",
    "doubtful": "bead.probability NULLS LAST, bead.briefing, bead.position",
    "shortest": "bead.length, bead.briefing, bead.position",
}
_ORDERS["relevance"] = f"page.score DESC NULLS LAST, {_ORDERS['newest']}"

# The total comes along with the page: to find all again would take as long as to find. So does the
# score, which is computed where few beads fit.
_PAGE = "SELECT place, count(*) OVER () AS total {fits} ORDER BY {order} LIMIT %s OFFSET %s"
_SCORED = f"""
SELECT page.place, page.total, page.score FROM (
  SELECT bead.*, CASE WHEN total <= {COMMON} THEN (
    SELECT ts_rank(scored.words, %s::tsquery, 1) FROM bead scored WHERE scored.place = bead.place
  ) END AS score
  FROM (SELECT place, date, briefing, position, count(*) OVER () AS total {{fits}}) bead
) page ORDER BY page.score DESC NULLS LAST, page.date DESC, page.briefing, page.position
LIMIT %s OFFSET %s
"""

_ROW = (
    "bead.id, bead.briefing, bead.position, bead.digest, bead.date, bead.speaker, bead.role, "
    "bead.site, bead.status, bead.probability, passage.zh, passage.en"
)

_INSERT = """
INSERT INTO bead (briefing, id, position, digest, date, speaker, role, site, status, probability,
  length, words)
SELECT %s, row.id, row.position, row.digest, row.date, row.speaker, row.role, row.site,
  row.status, row.probability, row.length, row.words::tsvector
FROM unnest(%s::text[], %s::integer[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::text[],
  %s::text[], %s::double precision[], %s::integer[], %s::text[])
  AS row (id, position, digest, date, speaker, role, site, status, probability, length, words)
RETURNING id, place
"""


class MayNotWrite(StoreError):
    """This user may not keep an index in the database."""


class PostgresWords:
    """The index of one corpus (:class:`~.words.Words`)."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._schema = ""
        self._prepare()

    def _prepare(self) -> None:
        with mapped(self._name):
            try:
                self._schema = _prepared(self._engine)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") in _REFUSED:
                    reason = str(error.orig).splitlines()[0]
                    raise MayNotWrite(f"{self._name}: {reason}") from error
                raise

    def close(self) -> None:
        """Leave the connections to the store, whose they are."""

    def states(self) -> dict[str, str]:
        """Say which state of each briefing the index holds."""
        query = "SELECT briefing, state FROM stamp"
        with self._using() as connection:
            if connection.exec_driver_sql("SELECT to_regclass('stamp')").scalar():
                return {name: state for name, state in connection.exec_driver_sql(query)}
        self._prepare()  # somebody dropped it; it is made anew
        return {}

    def held(self, briefing: str) -> Held:
        """Say what the index holds of a briefing."""
        query = "SELECT id, digest FROM bead WHERE briefing = %s"
        with self._using("REPEATABLE READ") as connection:  # both answers from one moment
            state = _state(connection, briefing)
            rows = connection.exec_driver_sql(query, (briefing,))
            return Held(state, {name: bytes(digest) for name, digest in rows})

    def update(self, change: IndexUpdate) -> bool:
        """Make a change, unless the briefing has another state by now."""
        with self._writing(change.briefing) as connection:
            if _state(connection, change.briefing) != change.before:
                return False
            connection.exec_driver_sql(
                "DELETE FROM bead WHERE briefing = %s AND id = ANY(%s)",
                (change.briefing, list(change.gone)),
            )
            for start in range(0, len(change.rows), SOME):
                _insert(connection, change.briefing, change.rows[start : start + SOME])
            connection.exec_driver_sql(
                "INSERT INTO stamp VALUES (%s, %s) "
                "ON CONFLICT (briefing) DO UPDATE SET state = excluded.state",
                (change.briefing, change.after),
            )
            return True

    def forget(self, briefing: str) -> None:
        """Take a briefing out."""
        with self._writing(briefing) as connection:
            connection.exec_driver_sql("DELETE FROM bead WHERE briefing = %s", (briefing,))
            connection.exec_driver_sql("DELETE FROM stamp WHERE briefing = %s", (briefing,))

    def tidy(self, beads: int) -> None:
        """Sort what came in into the index; until then each query reads it through."""
        with self._using() as connection:
            owner = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass"
            if connection.exec_driver_sql(owner, ("bead_words",)).scalar():
                connection.exec_driver_sql("SELECT gin_clean_pending_list('bead_words')")
                connection.exec_driver_sql("ANALYZE bead, passage, text")

    def find(
        self, query: Query, where: Sequence[QueryCondition], *, order: str, limit: int, offset: int
    ) -> IndexHit:
        """Give the beads that fit a query and every condition."""
        match = expression(query)
        fits, values = _fits(where), [match, *_values(where)]
        scored = [match] if order == "relevance" else []
        page = (_SCORED if scored else _PAGE).format(fits=fits, order=_ORDERS[order])
        sql = (
            f"SELECT {_ROW}, page.total FROM ({page}) page "
            f"JOIN bead USING (place) JOIN passage USING (place) ORDER BY {_ORDERS[order]}"
        )
        with self._using() as connection:
            rows = connection.exec_driver_sql(sql, (*scored, *values, limit, offset)).all()
            if rows or not offset:
                total = rows[0].total if rows else 0
            else:  # beyond the last page
                counted = connection.exec_driver_sql(f"SELECT count(*) {fits}", tuple(values))
                total = int(counted.scalar() or 0)
            return IndexHit(total, tuple(WordRow(*row[:-1]) for row in rows))

    def counts(
        self, query: Query, where: Sequence[QueryCondition], *, by: str, limit: int
    ) -> tuple[tuple[str, int], ...]:
        """Count the beads that fit by ``year`` or ``speaker``, in order of years or of counts."""
        column, order = {
            "year": ("substr(bead.date, 1, 4)", "1"),
            "speaker": ("bead.speaker", "2 DESC, 1"),
        }[by]
        sql = f"SELECT {column}, count(*) {_fits(where)} GROUP BY 1 ORDER BY {order} LIMIT %s"
        values = (expression(query), *_values(where), limit)
        with self._using() as connection:
            return tuple((name, hits) for name, hits in connection.exec_driver_sql(sql, values))

    def beads(self, query: Query, where: Sequence[QueryCondition]) -> tuple[tuple[str, str], ...]:
        """Give the id and the briefing of every bead that fits."""
        values = (expression(query), *_values(where))
        with self._using() as connection:
            rows = connection.exec_driver_sql(f"SELECT id, briefing {_fits(where)}", values)
            return tuple((bead, briefing) for bead, briefing in rows)

    def keys(
        self, where: Sequence[QueryCondition] = (), most: int | None = None
    ) -> NDArray[np.int64]:
        """Give the key of every text that is not empty, of beads under conditions."""
        wanted = " AND ".join(clauses(where, "%s", "strpos"))
        beads = f"JOIN bead USING (place) WHERE {wanted}" if where else ""
        sql = f"SELECT DISTINCT key FROM text {beads} LIMIT %s"
        with self._using() as connection:
            found = connection.exec_driver_sql(sql, (*_values(where), most)).scalars()
            return np.sort(np.fromiter(found, np.int64))

    def wordings(self, keys: Sequence[int]) -> dict[int, str]:
        """Give the text of each of some keys."""
        sql = (
            "SELECT one.key, CASE one.side WHEN 'zh' THEN passage.zh ELSE passage.en END "
            "FROM (SELECT DISTINCT ON (key) key, side, place FROM text WHERE key = ANY(%s)) one "
            "JOIN passage USING (place)"
        )
        with self._using() as connection:
            return {key: text for key, text in connection.exec_driver_sql(sql, (list(keys),))}

    def texts(
        self, keys: Sequence[int], where: Sequence[QueryCondition] = ()
    ) -> tuple[IndexedText, ...]:
        """Give the sides of beads that have one of these keys, of equal ones the newest."""
        wanted = " AND ".join(["text.key = ANY(%s)", *clauses(where, "%s", "strpos")])
        sql = (
            f"SELECT one.key, one.side, one.times, {_ROW} FROM (SELECT text.key, text.side, "
            "count(*) AS times, (array_agg(place ORDER BY bead.date DESC, place))[1] AS place "
            "FROM text JOIN bead USING (place) LEFT JOIN LATERAL (SELECT two.key AS other "
            "FROM text AS two WHERE two.place = bead.place AND two.side <> text.side) two ON true "
            f"WHERE {wanted} GROUP BY text.key, text.side, other) one "
            "JOIN bead USING (place) JOIN passage USING (place) ORDER BY bead.place"
        )
        with self._using() as connection:
            rows = connection.exec_driver_sql(sql, (list(keys), *_values(where)))
            return tuple(
                IndexedText(key, side, WordRow(*row), times) for key, side, times, *row in rows
            )

    @contextmanager
    def _using(self, level: str = "READ COMMITTED") -> Iterator[sa.Connection]:
        engine = self._engine.execution_options(isolation_level=level)
        with mapped(f"{self._name}, index of words"), engine.begin() as connection:
            # Without statistics, as after a build, the planner reads every vector in turn.
            connection.exec_driver_sql(
                "SELECT set_config('search_path', %s, true), set_config('jit', 'off', true), "
                "set_config('enable_seqscan', 'off', true), set_config('work_mem', '64MB', true), "
                "set_config('max_parallel_workers_per_gather', '0', true)",
                (f'"{self._schema}"',),
            )
            yield connection

    @contextmanager
    def _writing(self, briefing: str) -> Iterator[sa.Connection]:
        """Write, while no other program writes the same briefing."""
        with self._using() as connection:
            connection.exec_driver_sql(
                "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s)), "
                "set_config('gin_pending_list_limit', '64MB', true)",
                (self._schema, briefing),
            )
            yield connection


def _prepared(engine: sa.Engine) -> str:
    """Make the tables where they are missing, and give their schema.

    An error says that this user may not write there.
    """
    with engine.begin() as connection:
        (own,) = connection.exec_driver_sql("SELECT current_schema()").one()
        schema = f"{own}_words_{VERSION}"
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtext(%s), 0), set_config('search_path', %s, true)",
            (schema, f'"{schema}"'),
        )
        there = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
        if connection.exec_driver_sql(there, (schema,)).first() is None:
            for version in range(1, VERSION):
                old = f'DROP SCHEMA IF EXISTS "{own}_words_{version}" CASCADE'
                connection.exec_driver_sql(old)
            connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
            connection.exec_driver_sql(_TABLES)
        for table in ("bead", "passage", "text", "stamp"):
            connection.exec_driver_sql(f'DELETE FROM "{schema}".{table} WHERE false')
        connection.exec_driver_sql(f'INSERT INTO "{schema}".stamp SELECT * FROM stamp WHERE false')
    return schema


def _state(connection: sa.Connection, briefing: str) -> str:
    query = "SELECT state FROM stamp WHERE briefing = %s"
    return str(connection.exec_driver_sql(query, (briefing,)).scalar() or "")


def _fits(where: Sequence[QueryCondition]) -> str:
    wanted = ["bead.words @@ %s::tsquery", *clauses(where, "%s", "strpos")]
    return f"FROM bead WHERE {' AND '.join(wanted)}"


def _insert(connection: sa.Connection, briefing: str, rows: Sequence[WordRow]) -> None:
    columns: list[list[object]] = [
        [getattr(row, name) for row in rows]
        for name in (
            "id", "position", "digest", "date", "speaker", "role", "site", "status", "probability",
        )
    ]  # fmt: skip
    columns.append([len(row.zh) + len(row.en) for row in rows])
    columns.append([document(row) for row in rows])
    inserted = connection.exec_driver_sql(_INSERT, (briefing, *columns))
    places = {name: place for name, place in inserted}
    connection.exec_driver_sql(
        "INSERT INTO passage SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])",
        (
            [places[row.id] for row in rows],
            [_storable(row.zh) for row in rows],
            [_storable(row.en) for row in rows],
        ),
    )
    sides = [
        (places[row.id], side, text_key(text))
        for row in rows
        for side, text in (("zh", row.zh), ("en", row.en))
        if text
    ]
    connection.exec_driver_sql(
        "INSERT INTO text SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[])",
        tuple([side[part] for side in sides] for part in range(3)),
    )


def _values(where: Sequence[QueryCondition]) -> list[object]:
    return [_storable(one) if isinstance(one, str) else one for one in values_of(where)]


def _storable(text: str) -> str:
    """Give a text as PostgreSQL can hold it: it knows no zero character."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
