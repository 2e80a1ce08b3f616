"""The full-text index: what a scan of all texts finds, whoever writes at the same time."""

import datetime as dt
import json
import sqlite3
import threading
from collections import Counter
from contextlib import closing, suppress
from dataclasses import replace

import pytest
import sqlalchemy as sa
from bead_strategy import bead, change_bead
from beads_in_memory import MemoryStore
from briefings import BRIEFING
from click.testing import CliRunner
from corpus_places import own_database
from hypothesis import given, settings
from hypothesis import strategies as st

from align.aligner.text.dictionary import tokenize
from align.apps.cli import cli
from align.corpus.search import Concordance, Where
from align.corpus.search.query import parse_query
from align.corpus.store import Decision, Store
from align.corpus.store.engine import make_engine
from align.corpus.store.index import NEAR, IndexedBead, IndexUpdate, text_key
from align.corpus.store.index.full_text import FILE, FullTextIndex
from align.errors import AlignError, StoreError

# -- the same answers as a scan of all texts ---------------------------------------------------

zh_texts = st.lists(
    st.sampled_from(["港", "口", "港口", "开放", "水价", "2,025", "GDP", "。", "“", "船"]),
    max_size=12,
).map("".join)
en_texts = st.lists(
    st.sampled_from(
        ["port", "Ports", "open", "opening", "to", "ship", "1.5", "É", "it's", "a\\b", "grew;"]
    ),
    max_size=10,
).map(" ".join)
dates = st.sampled_from([None, dt.date(2030, 1, 2), dt.date(2031, 5, 1), dt.date(2031, 6, 2)])
beads = st.lists(
    st.builds(
        bead,
        briefing=st.sampled_from(["one", "two"]),
        zh=zh_texts,
        en=en_texts,
        date=dates,
        speaker=st.sampled_from(["", "Lin Hai", "李海"]),
        probability=st.none() | st.sampled_from([0.2, 0.5, 0.9]),
        status=st.sampled_from(["accepted", "flagged"]),
    ),
    max_size=8,
).map(lambda found: [change_bead(one, id=f"bead{at}") for at, one in enumerate(found)])

words_sought = st.one_of(
    st.sampled_from(
        ["港", "港口", "口港", "开放", "水价", "zh:2025", "zh:gdp", "港*放", "口开*港口"]
    ),
    st.sampled_from(
        ["港口*口开", "zh:水*水", "port", "ports", "op*", "shi*", "en:1.5", "é", "zh:船"]
    ),
    st.lists(st.sampled_from(["port", "open", "to", "ship"]), min_size=1, max_size=4).map(
        lambda words: f'"{" ".join(words)}"'
    ),
    st.sampled_from(['"to ship*"', '"open to po*"', "港口开放", "口开放水"]),
)
queries = st.builds(
    lambda first, more: " ".join([first, *more]),
    words_sought,
    st.lists(
        st.builds("".join, st.tuples(st.sampled_from(["", "-", "OR "]), words_sought)), max_size=3
    ),
)
wheres = st.sampled_from(
    [
        Where(),
        Where(since=dt.date(2031, 5, 1)),
        Where(until=dt.date(2031, 5, 1), statuses=("accepted",)),
        Where(speaker="lin"),
        Where(speaker="李", at_most=0.5),
        Where(at_most=0.7),
    ]
)


def scan(pairs, query):
    """Look into every text: what the index must find."""
    return {
        pair.id
        for pair in pairs
        if all(
            any(stands(pair, term) for term in clause.terms) != clause.negative
            for clause in parse_query(query).clauses
        )
    }


def stands(pair, term):
    known = tokenize(pair.zh if term.side == "zh" else pair.en)
    line = [token.form if term.prefix else token.stem for token in known]
    places = [
        [
            at
            for at in range(len(line) - len(part) + 1)
            if line[at : at + len(part) - 1] == [*part[:-1]]
            and (
                line[at + len(part) - 1].startswith(part[-1])
                if term.prefix
                else line[at + len(part) - 1] == part[-1]
            )
        ]
        for part in term.parts
    ]
    if len(places) == 1:
        return bool(places[0])
    first, second = map(len, term.parts)
    return any(
        (two - one - first if two >= one else one - two - second) <= NEAR
        for one in places[0]
        for two in places[1]
    )


@pytest.fixture(scope="module")
def index():
    return FullTextIndex(None)


def filled(index, pairs):
    """A concordance of these beads and no others."""
    for briefing in index.states():
        index.remove_briefing(briefing)
    return Concordance(MemoryStore(*pairs), index)


@settings(max_examples=150, deadline=None)
@given(pairs=beads, query=queries)
def test_an_index_finds_what_a_scan_of_all_texts_finds(index, pairs, query):
    concordance = filled(index, pairs)
    try:
        found = concordance.search(query, 100)
    except AlignError:
        with pytest.raises(AlignError):
            parse_query(query)
        return
    assert {hit.bead for hit in found.hits} == scan(pairs, query)
    assert found.total == len(found.hits)


@settings(max_examples=60, deadline=None)
@given(
    pairs=beads, where=wheres, sort=st.sampled_from(["newest", "oldest", "doubtful", "shortest"])
)
def test_conditions_and_orders_are_those_of_a_scan(index, pairs, where, sort):
    concordance = filled(index, pairs)
    place_of = {
        pair.id: [
            one.id for one in pairs if one.provenance.briefing == pair.provenance.briefing
        ].index(pair.id)
        for pair in pairs
    }
    wanted = [
        pair
        for pair in pairs
        if scan([pair], "port OR 港")
        and (not where.since or (pair.provenance.date and pair.provenance.date >= where.since))
        and (not where.until or not pair.provenance.date or pair.provenance.date <= where.until)
        and where.speaker.lower() in pair.provenance.speaker.lower()
        and pair.verdict.status in (where.statuses or (pair.verdict.status,))
        and (where.at_most is None or (pair.pair.probability or 1) <= where.at_most)
    ]
    wanted.sort(key=lambda pair: (pair.provenance.briefing, place_of[pair.id]))
    day = lambda pair: pair.provenance.date or dt.date.min  # noqa: E731 # used in the next line only
    wanted.sort(
        key={
            "newest": lambda pair: -day(pair).toordinal(),
            "oldest": day,
            "doubtful": lambda pair: 2 if pair.pair.probability is None else pair.pair.probability,
            "shortest": lambda pair: len(pair.zh) + len(pair.en),
        }[sort]
    )
    found = concordance.search("port OR 港", 100, where=where, sort=sort)
    assert [hit.bead for hit in found.hits] == [pair.id for pair in wanted]
    counts = concordance.counts("port OR 港", where=where)
    years = Counter(
        str(pair.provenance.date.year) if pair.provenance.date else "undated" for pair in wanted
    )
    assert {one.name: one.hits for one in counts.years} == years
    speakers = Counter(pair.provenance.speaker or "nobody named" for pair in wanted)
    assert {one.name: one.hits for one in counts.speakers} == speakers


# -- who writes at the same time ---------------------------------------------------------------


def row(name="a", text="port"):
    return IndexedBead(
        name, "b", 0, name.encode(), "", "", "", "", "", None, "", text, (), (text,), (text,)
    )


def test_a_change_of_a_state_that_is_gone_is_not_made(index):
    filled(index, [])
    assert index.update(IndexUpdate("b", "", "1", (), (row("a"),)))
    assert not index.update(IndexUpdate("b", "", "1", (), (row("a"),)))
    assert index.update(IndexUpdate("b", "1", "2", ("a",), (row("c"),)))
    assert index.briefing("b") == ("2", {"c": b"c"})


PORT = parse_query("port")


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.find(PORT, Where(), order="newest", limit=9, offset=0)[1],
        lambda index: [one.bead for one in index.find_by_key([text_key("port")], Where())],
        lambda index: index.beads([1], Where()),
    ],
)
def test_what_is_found_is_there_though_another_program_takes_it_out_meanwhile(tmp_path, ask):
    class RacedIndex(FullTextIndex):
        def select(self, sql, *values):
            found = super().select(sql, *values)
            with (
                closing(sqlite3.connect(tmp_path / FILE, timeout=0)) as other,
                suppress(sqlite3.OperationalError),  # it has to wait
                other,
            ):
                other.execute("DELETE FROM bead")
            return found

    with closing(FullTextIndex(tmp_path)) as index:
        index.update(IndexUpdate("b", "", "1", (), (row("a"),)))
    with closing(RacedIndex(tmp_path)) as index:
        assert [one.id for one in ask(index)] == ["a"]


def test_a_change_that_fails_leaves_everything_as_it_was(index):
    filled(index, [])
    index.update(IndexUpdate("b", "", "1", (), (row("a"),)))
    with pytest.raises(StoreError):
        index.update(IndexUpdate("b", "1", "2", (), (row("c"), row("a"))))
    assert index.briefing("b") == ("1", {"a": b"a"})


def test_programs_that_read_a_corpus_at_once_neither_double_nor_lose_beads(place):
    briefings = [replace(BRIEFING, id=f"briefing-{number}") for number in range(4)]
    with Store.open(place, create=True) as store:
        for number, briefing in enumerate(briefings):
            store.save(briefing, address=str(number))
        failed = []

        def read(turn):
            try:
                with Store.open(place) as own:
                    concordance = Concordance(own)
                    for _ in range(3):
                        concordance.refresh()
                        held = own.rows(f"briefing-{turn}")[0]
                        edited = replace(held, en_edit=f"{held.en_final} harbour")
                        own.decide(
                            held.briefing, Decision(f"{turn}{_}", "x", "edit"), [held], [edited]
                        )
                    concordance.close()
            except AlignError as error:
                failed.append(error)

        threads = [threading.Thread(target=read, args=(turn,)) for turn in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        concordance = Concordance(store)
        assert concordance.search("harbour").total == 4
        assert concordance.search("output").total == 4
        held = [concordance.index.briefing(briefing.id) for briefing in briefings]
        assert [set(digests) for _, digests in held] == [
            {row.id for row in store.rows(briefing.id)} for briefing in briefings
        ]
        concordance.close()


def test_the_command_line_searches_counts_and_writes_hits(place, tmp_path):
    with Store.open(place, create=True) as store:
        store.save(BRIEFING, address="a")

    def align(*arguments):
        return CliRunner().invoke(cli, [*arguments, "--corpus", str(place)])

    found = align("search", "产量 -harvest")
    assert (found.exit_code, "1 of 1 hits" in found.output) == (0, True)
    assert "Output grew by 3% last year" in found.output
    counted = align("search", "output OR welcome", "--counts", "--json")
    assert json.loads(counted.stdout)["years"] == [{"name": "2031", "hits": 2}]
    target = tmp_path / "hits.tsv"
    assert align("search", "output OR welcome", "-o", str(target)).exit_code == 0
    assert len(target.read_text(encoding="utf-8").splitlines()) == 3
    for hostile in ('"', "a & | ! : *", "x" * 501, "OR"):
        refused = align("search", hostile)
        assert isinstance(refused.exception, AlignError)
        assert "\n" not in str(refused.exception)


def test_an_index_that_can_no_longer_be_written_goes_on_in_memory_with_what_it_holds(tmp_path):
    index = FullTextIndex(tmp_path)
    index.update(IndexUpdate("b", "", "1", (), (row("a"),)))
    index.close()
    data, file = (tmp_path / FILE).read_bytes(), f"{(tmp_path / FILE).as_uri()}?mode=ro"
    index = FullTextIndex(tmp_path)
    # What a medium that is read-only gives; root can write every other file.
    index._connection = sqlite3.connect(file, uri=True, isolation_level=None)
    assert index.update(IndexUpdate("b", "1", "2", (), (row("c"),)))
    assert index.briefing("b") == ("2", {"a": b"a", "c": b"c"})
    assert (tmp_path / FILE).read_bytes() == data


def test_the_index_of_a_corpus_that_is_read_only_lies_with_the_corpus(tmp_path, monkeypatch):
    folder = tmp_path / "my corpus ü"
    with Store.open(folder, create=True):
        pass
    monkeypatch.chdir(tmp_path)
    url = sa.URL.create("sqlite", database=str(folder / "corpus.db"))
    with Store(make_engine(url, reads_only=True), str(folder)) as store:
        assert store.index_folder() == folder / "index"
        Concordance(store).close()
    assert {path.name for path in tmp_path.iterdir()} == {folder.name}


def test_the_index_of_another_version_is_left_as_it_is(tmp_path):
    other = tmp_path / "words.db"
    with closing(sqlite3.connect(other)) as file:
        file.executescript("CREATE TABLE bead (all_else); PRAGMA user_version = 2")
    before = other.read_bytes()
    first, second = FullTextIndex(tmp_path), FullTextIndex(tmp_path)
    assert first.states() == second.states() == {}
    first.close()
    second.close()
    assert other.read_bytes() == before


def test_a_damaged_file_is_named_and_made_anew_once_it_is_deleted(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database at all" * 99)
    with pytest.raises(StoreError, match=f"{FILE}: the word index .* delete it"):
        FullTextIndex(tmp_path)
    (tmp_path / FILE).unlink()
    FullTextIndex(tmp_path).close()


@pytest.mark.postgres
def test_the_index_of_a_database_lies_in_the_cache_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path))
    with own_database() as url, Store.open(url, create=True) as store:
        store.save(BRIEFING, address="a")
        concordance = Concordance(store)
        assert concordance.search("output").total == 1
        concordance.close()
        assert (store.index_folder() / FILE).is_relative_to(tmp_path)
        assert (store.index_folder() / FILE).is_file()
        with store.reading() as connection:
            schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'public%%'"
            assert connection.exec_driver_sql(schemas).scalars().all() == ["public"]


def test_texts_of_any_length_and_with_zero_characters_are_found_by_their_words(index):
    concordance = filled(
        index,
        [
            bead(id="long", zh="港口" * 9_000 + "开放水价", en="x" * 5000 + " port"),
            bead(id="zero", zh="水\0船", en="A vessel\0came."),
        ],
    )
    assert concordance.search("开放 port").total == 1
    assert concordance.search("x" * 300).total == 0
    assert concordance.search("x" * 300 + "*").total == 1
    (hit,) = concordance.search("vessel").hits
    assert (hit.zh.text, hit.en.text) == ("水\0船", "A vessel\0came.")
