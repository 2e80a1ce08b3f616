"""Corpora for ``fuzz/kills.py``: made once, copied for each kill, and compared.

All texts are invented. ``plain`` has six briefings of text files, ``reviewed`` has decisions about
them, links between words, pages and a term base, and ``many`` has so many briefings that words and
terms are counted at the first occasion.
"""

import csv
import datetime as dt
import hashlib
import random
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from align.aligner import encoders
from align.aligner.evaluate import read_gold
from align.corpus import pipeline
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.exchange.standoff import write_standoff
from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store
from align.corpus.store.copy import backup, copy_to
from align.corpus.store.link_decisions import LinkDecision
from align.corpus.store.term_base import TermEntry, put_terms, read_terms
from align.records import Page, Sides
from align.sources.ingest.inputs import Job
from benchmarks.load_site import make_corpus

ROOT = Path(__file__).resolve().parent.parent
BEADS = 12
"""Beads of each text."""
MANY = 24
"""Briefings of ``many``: enough for a first count."""
TERMS = (TermEntry("产量", "output"), TermEntry("出口", "exports", "proposed"))

FACTS = -1
"""Where :class:`Content` has the facts of a briefing, beside its rows."""

LATER = {
    "0011": ("ALTER TABLE sentence DROP COLUMN table_row",),
    "0010": ("DROP INDEX ix_verdict_action_briefing_id",),
    "0009": ("DROP TABLE link_decision",),
    "0008": ("DROP TABLE term_decision",),
    "0007": ("DROP TABLE briefing_change",),
}
"""How each revision of the schema is taken back."""


@dataclass(frozen=True, slots=True)
class Corpora:
    """The folder of everything that is made once."""

    folder: Path

    def __getattr__(self, name: str) -> Path:
        return self.folder / name


@dataclass(frozen=True, slots=True)
class Place:
    """Where one kill happens: a corpus of its own, and names for what a command makes.

    ``first`` is the id of a briefing.
    """

    corpus: str
    made: str
    out: Path
    texts: Path
    backup: Path
    first: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a corpus holds, without times.

    ``briefings`` has the rows of each by their place, and its facts; ``decisions`` the names of the
    operations in order, ``links`` the decisions about words, and ``rest`` other tables.
    """

    briefings: Mapping[str, Mapping[int, str]]
    decisions: Sequence[str]
    links: Set[str]
    rest: Mapping[str, Sequence[str]]

    def __eq__(self, other: object) -> bool:
        """Compare; decisions of two runs of one command have different names."""
        if not isinstance(other, Content):
            return NotImplemented
        mine = self.briefings, len(self.decisions), self.links, self.rest
        return mine == (other.briefings, len(other.decisions), other.links, other.rest)

    __hash__ = None  # type: ignore[assignment] # it holds mappings

    def difference(self, other: "Content") -> str:
        """Say in which parts two contents differ."""
        parts = [
            f"briefing {name}"
            for name in self.briefings.keys() | other.briefings.keys()
            if self.briefings.get(name) != other.briefings.get(name)
        ]
        parts += [f"table {name}" for name in self.rest if self.rest[name] != other.rest[name]]
        if len(self.decisions) != len(other.decisions):
            parts.append(f"{len(self.decisions)} decisions, not {len(other.decisions)}")
        if self.links != other.links:
            parts.append("links between words")
        return ", ".join(sorted(parts))


def read_content(corpus: str | Path) -> Content:
    """Read a corpus."""
    with Store.open(corpus) as store:
        briefings: dict[str, dict[int, str]] = {one.id: {} for one in store.briefings()}
        for row in store.rows():
            rows = briefings[row.briefing]
            rows[len(rows)] = "|".join((row.zh_final, row.en_final, row.status, row.note))
        for name, rows in briefings.items():
            rows[FACTS] = str(store.facts(name))
        rest = {
            "pages": sorted(page.sha256 for page in store.pages()),
            "terms": [str(entry) for entry in read_terms(store)],
            "conflicts": sorted(str(one.why) for one in store.conflicts()),
        }
        links = {f"{one.briefing} {one.words} {one.verdict}" for one in store.link_decisions()}
        return Content(briefings, [one.decision.op for one in store.history()], links, rest)


def digest_files(folder: Path) -> dict[str, str]:
    """Return a checksum of each file of a folder, by its name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def age(corpus: str | Path, schema: str) -> None:
    """Take a corpus back to an earlier revision of the schema."""
    with Store.open(corpus) as store, store.writing() as connection:
        for revision, statements in LATER.items():
            if revision > schema:
                for statement in statements:
                    connection.execute(sa.text(statement))
        stamp = sa.text("UPDATE alembic_version SET version_num = :schema")
        connection.execute(stamp, {"schema": schema})


# -- made once -------------------------------------------------------------------------------------


def make_corpora(folder: Path) -> Corpora:
    """Make all corpora, texts and tables in a folder."""
    made = Corpora(folder)
    texts = folder / "texts"
    _write_texts(texts / "old", 0, 6)
    _write_texts(texts / "new", 6, 4)
    _add(texts / "old", folder / "plain")
    _add(texts / "new", folder / "other")
    shutil.copytree(folder / "plain", folder / "reviewed")
    with Store.open(folder / "reviewed") as store:
        _review(store)
        write_standoff(store, texts / "own.apart.jsonl")
        export(store, ExportPlan("tsv", folder / "table.tsv"))
        backup(store, folder / "backup")
    with Store.open(folder / "other") as store:
        export(store, ExportPlan("tmx", texts / "new.tmx"))
        export(store, ExportPlan("jsonl", texts / "new.jsonl"))
    _edit_table(folder / "table.tsv", texts / "edited.tsv")
    (texts / "terms.tsv").write_text("zh\ten\n产量\tyield\n发展\tgrowth\n果园\torchard\n", "utf-8")
    make_corpus(str(folder / "many"), MANY)
    return made


def _write_texts(folder: Path, start: int, size: int) -> None:
    folder.mkdir(parents=True)
    gold = read_gold(ROOT / "corpora" / "demo" / "gold.json")
    whole = [(zh, en) for zh, en in gold.beads if zh and en]
    for number in range(start, start + size):
        chosen = whole[number * BEADS : (number + 1) * BEADS]
        zh = "".join("".join(gold.zh[at] for at in zh) + "\n" for zh, _ in chosen)
        en = "".join(" ".join(gold.en[at] for at in en) + "\n" for _, en in chosen)
        (folder / f"b{number}.zh.txt").write_text(zh, encoding="utf-8")
        (folder / f"b{number}.en.txt").write_text(en, encoding="utf-8")


def _add(texts: Path, corpus: Path) -> None:
    model = encoders.load()
    with Store.open(corpus, create=True) as store:
        for zh in sorted(texts.glob("*.zh.txt")):
            en = zh.with_name(zh.name.replace(".zh.", ".en."))
            pair = Job((str(zh), str(en)), 10**6).read(_no_page, lambda _: None)
            pipeline.add(store, pair, model)


def _no_page(address: str) -> Page:
    raise LookupError(address)


def _review(store: Store) -> None:
    """Decide about most rows, link words, fill the term base, and keep pages."""
    chance, number = random.Random(1), count(1)
    for briefing in store.briefings():
        session = ReviewSession(store, briefing.id, "ann")
        rows = [row.id for row in session.state.rows]
        for place, name in enumerate(rows):
            action = chance.choice(("accept", "flag", "reject", "edit", "accept"))
            text = f"Sentence {place} of {briefing.id}." if action == "edit" else None
            op = f"t-{next(number)}"
            session.do(Request(op, action, (name,), session.seq, en_text=text))
        session.do(Request(f"t-{next(number)}", "merge", (rows[0], rows[1]), session.seq))
        for row in session.state.rows[3:5]:
            words = Sides(row.zh_final[:2], row.en_final[:4])
            places = Sides((0, 2), (0, 4))
            store.put_link_decision(
                LinkDecision(briefing.id, row.id, places, words, "right", "ann")
            )
    put_terms(store, TERMS, "ann")
    store.add_pages(
        Page(url := f"https://press.example/{at}", url, 200, (), dt.datetime.now(dt.UTC), body)
        for at in range(20)
        for body in [b"<p>%d</p>" % at * 2_000]
    )


def _edit_table(table: Path, edited: Path) -> None:
    """Change the English of every second row, as a translator does in a spreadsheet."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows[::2]:
        row["en"] += " Revised."
    with edited.open("w", encoding="utf-8", newline="") as file:
        lines = [[*rows[0]], *([*row.values()] for row in rows)]
        file.writelines("\t".join(line) + "\n" for line in lines)


# -- a copy for each kill --------------------------------------------------------------------------


class Folder:
    """Copies of the corpora in folders."""

    def __init__(self, made: Corpora) -> None:
        self.folder = made.folder
        with Store.open(made.folder / "plain") as store:
            self.first = min(one.id for one in store.briefings())

    @contextmanager
    def place(self, corpus: str) -> Iterator[Place]:
        """Copy a corpus into a new folder, which is deleted at the end."""
        here = self.folder / "places" / uuid.uuid4().hex
        (here / "out").mkdir(parents=True)
        shutil.copytree(self.folder / corpus, here / "corpus")
        yield self._place(here, str(here / "corpus"), str(here / "made" / "corpus"))
        shutil.rmtree(here)

    def _place(self, here: Path, corpus: str, made: str) -> Place:
        texts, saved = self.folder / "texts", self.folder / "backup"
        return Place(corpus, made, here / "out", texts, saved, self.first)

    def close(self) -> None:
        """Nothing is left to close."""


class Databases(Folder):
    """Copies of the corpora in databases of a PostgreSQL server."""

    def __init__(self, made: Corpora, server: str) -> None:
        super().__init__(made)
        self.server = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        self.root = server.rpartition("/")[0]
        self.known: dict[str, str] = {}

    @contextmanager
    def place(self, corpus: str) -> Iterator[Place]:
        """Copy a corpus into a new database, which is dropped at the end."""
        here = self.folder / "places" / uuid.uuid4().hex
        (here / "out").mkdir(parents=True)
        copied = self._create(f' TEMPLATE "{self._template(corpus)}"')
        empty = self._create("")
        yield self._place(here, f"{self.root}/{copied}", f"{self.root}/{empty}")
        self._drop(copied)
        self._drop(empty)
        shutil.rmtree(here)

    def close(self) -> None:
        """Drop the databases that were copied."""
        for name in self.known.values():
            self._drop(name)
        self.server.dispose()

    def _template(self, corpus: str) -> str:
        if corpus not in self.known:
            self.known[corpus] = self._create("")
            with Store.open(self.folder / corpus) as store:
                copy_to(store, f"{self.root}/{self.known[corpus]}")
        return self.known[corpus]

    def _create(self, how: str) -> str:
        name = f"kills_{uuid.uuid4().hex}"
        with self.server.connect() as connection:
            connection.execute(sa.text(f'CREATE DATABASE "{name}"{how}'))
        return name

    def _drop(self, name: str) -> None:
        with self.server.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
