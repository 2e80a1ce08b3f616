"""What becomes of a briefing whose text changed: only what the change touched is aligned anew."""

import shutil
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.aligner import encoders
from align.aligner.match import AlignmentProblem, Side, prepare
from align.aligner.match.results import Crossing
from align.corpus.pipeline import add, describe_crossings
from align.corpus.review import InvalidEditError, Request, ReviewSession
from align.corpus.review.permissions import Author, assign, give_role
from align.corpus.search import Concordance
from align.corpus.store import BeadRow, Store
from align.corpus.store.changes import list_changes
from align.corpus.store.check import find_problems
from align.corpus.store.index.full_text import FILE
from align.records import Document, Sentence, Turn
from align.sources.ingest.documents import DocumentPair
from align.sources.ingest.inputs import Job
from align.sources.ingest.same_briefing import UnlikeSidesError

TEXTS = Path(__file__).resolve().parents[2] / "corpora" / "demo" / "texts"


@cache
def model() -> encoders.Encoder:
    return encoders.load()


@cache
def demo() -> DocumentPair:
    return Job((f"{TEXTS}/zh.txt", f"{TEXTS}/en.txt"), 10**6).read({}.__getitem__, print)


def edited(document: Document, paragraph: int, *texts: str) -> Document:
    """Put other paragraphs in the place of one; without texts it goes away."""
    turns, at = [], 0
    for turn in document.turns:
        kept: list[str] = []
        for text in turn.paragraphs:
            kept += texts if at == paragraph else [text]
            at += 1
        turns.append(Turn(turn.label, tuple(kept), turn.role))
    return replace(document, turns=tuple(turns))


def opening(document: Document) -> Document:
    return replace(document, turns=document.turns[:5])


def paragraphs(document: Document) -> list[str]:
    return [text for _, text in document.paragraphs()]


@pytest.fixture(scope="module")
def aligned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of the demo's first briefing, to be copied."""
    folder = tmp_path_factory.mktemp("aligned") / "corpus"
    with Store.open(folder, create=True) as made:
        add(made, demo(), model())
    return folder


@pytest.fixture
def store(aligned: Path, tmp_path: Path):
    shutil.copytree(aligned, tmp_path / "corpus")
    with Store.open(tmp_path / "corpus") as made:
        yield made


def seen(row: BeadRow) -> tuple[object, ...]:
    """What a reader sees of a row, and what the store knows it by."""
    return row.id, row.zh_text, row.en_text, row.probability, row.status, row.crossing


def touches(row: BeadRow, side: str, paragraph: int) -> bool:
    """Say whether a row holds a sentence of a paragraph, whose number its id begins with."""
    return any(name.startswith(f"{paragraph}.") for name in getattr(row, side))


def test_a_changed_paragraph_is_told_whatever_it_begins_with(store: Store):
    was = paragraphs(demo().en)[30]
    done = add(store, replace(demo(), en=edited(demo().en, 30, "-- " + was)), model())
    gone, came = done.notes[-2:]
    assert (gone[:2], came[:2]) == ("- ", "+ ")
    assert (gone.endswith(was), came.endswith(f"-- {was}")) == (True, True)


def test_an_edit_of_one_paragraph_leaves_the_beads_elsewhere_as_they_were(store: Store):
    before = store.rows()
    at = 30
    was = paragraphs(demo().en)[at]
    pair = replace(demo(), en=edited(demo().en, at, was.replace(".", " indeed.")))
    done = add(store, pair, model())
    assert (done.state, done.kept, done.lost) == ("changed", 0, 0)
    after = store.rows()
    outside = [seen(row) for row in before if not touches(row, "en", at)]
    assert len(outside) > len(before) - 8
    assert [seen(row) for row in after if row.id in {row.id for row in before}] == outside
    assert "indeed" in " ".join(row.en_text for row in after)
    assert find_problems(store) == ()


def test_rows_that_a_reviewer_moved_but_did_not_confirm_stay_when_another_paragraph_changes(
    store: Store,
):
    session = ReviewSession(store, store.rows()[0].briefing, "ann")
    session.do(Request("t-1", "merge", (session.state.rows[2].id, session.state.rows[3].id)))
    session.do(Request("t-2", "link", (session.state.rows[10].id, session.state.rows[14].id)))
    linked = next(row for row in store.rows() if row.crossing)
    last = paragraphs(demo().zh)[-1]
    pair = replace(demo(), zh=edited(demo().zh, len(paragraphs(demo().zh)) - 1, last, "再见。"))
    before = store.rows()
    done = add(store, pair, model())
    assert (done.kept, done.lost) == (1, 0)
    after = store.rows()
    assert {seen(row) for row in after[:20]} == {seen(row) for row in before[:20]}
    assert seen(store.rows_by_id([linked.id])[linked.id]) == seen(linked)
    assert find_problems(store) == ()


def test_the_same_texts_aligned_again_on_request_keep_decisions_only(store: Store):
    session = ReviewSession(store, store.rows()[0].briefing, "ann")
    merged = session.do(
        Request("t-1", "merge", (session.state.rows[2].id, session.state.rows[3].id))
    )
    session.do(Request("t-2", "accept", (session.state.rows[5].id,)))
    accepted = session.state.rows[5]
    done = add(store, demo(), model(), realign=True)
    assert (done.state, done.kept, done.lost) == ("realigned", 1, 0)
    assert seen(store.rows_by_id([accepted.id])[accepted.id]) == seen(accepted)
    assert merged.row not in {row.id for row in store.rows()}


def test_the_same_texts_from_other_files_change_their_source_only_when_told(store: Store):
    name = store.rows()[0].briefing
    known = store.facts(name)["file_zh"]
    other = {**demo().facts, "file_zh": "other.txt", "file_en": "other.txt"}
    done = add(store, replace(demo(), facts=other), model())
    assert (done.state, store.facts(name)["file_zh"]) == ("unchanged", known)
    add(store, replace(demo(), facts={**other, "source": "Fictional Press"}), model())
    assert store.facts(name)["source"] == "Fictional Press"
    assert store.facts(name)["file_zh"] == known


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_paragraph_changes_each_sentence_stays_in_one_row_and_the_others_keep_theirs(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    pair = replace(demo(), zh=opening(demo().zh), en=opening(demo().en))
    with Store.open(tmp_path_factory.mktemp("corpus") / "c", create=True) as store:
        add(store, pair, model())
        before = store.rows()
        session = ReviewSession(store, before[0].briefing, "ann")
        for step in range(data.draw(st.integers(0, 3))):
            rows = session.state.rows
            row = rows[data.draw(st.integers(0, len(rows) - 2))]
            move = data.draw(st.sampled_from(["accept", "reject", "merge", "alone", "flag"]))
            with suppress(
                InvalidEditError
            ):  # a row of one side stands alone already; a link across stays
                session.do(Request(f"t-{step}", move, (row.id,), session.seq))
        before = store.rows()
        side = data.draw(st.sampled_from(["zh", "en"]))
        document = getattr(pair, side)
        at = data.draw(st.integers(0, len(paragraphs(document)) - 1))
        was = paragraphs(document)[at]
        other = {"zh": "灯塔昨天修好了。", "en": "The lighthouse was mended yesterday."}[side]
        texts = data.draw(st.sampled_from([(other,), (was, other), (other, was), ()]))
        changed = replace(pair, **{side: edited(document, at, *texts)})
        done = add(store, changed, model())
        assert find_problems(store) == ()
        decided = [row for row in before if row.status != "unreviewed"]
        assert done.kept + done.lost == len(decided)
        after = {row.id: seen(row) for row in store.rows()}
        gone = [row for row in before if after.get(row.id) != seen(row)]
        assert all(
            touches(row, side, at) or not (row.zh and row.en) for row in gone if row not in decided
        )


def test_notes_of_one_text_say_which_and_notes_of_both_are_told_once(store: Store):
    pair = demo()
    zh = replace(opening(pair.zh), notes=("no date", "read as gb18030"))
    en = replace(opening(pair.en), notes=("no date",))
    added = add(store, replace(pair, zh=zh, en=en, address="other"), model())
    assert added.notes[:2] == ("no date", "Chinese: read as gb18030")


def test_of_a_text_that_repeats_itself_few_moved_places_are_told_and_how_many_more():
    crossings = tuple(Crossing((at,), (at, at + 1), 0.9) for at in range(7))
    notes = describe_crossings(crossings)
    assert notes[0] == "possibly moved: Chinese sentence 1 and English sentences 1 to 2"
    assert notes[5:] == ("possibly moved: 2 more places",)


def test_who_is_not_assigned_adds_a_briefing_again_neither_changed_nor_as_it_was(store: Store):
    (name,) = [one.id for one in store.briefings()]
    for person, role in {"boss": "admin", "ann": "reviewer", "bob": "reviewer"}.items():
        give_role(store, person, role)
    assign(store, name, ["ann"])
    before, pair = store.state(name), replace(demo(), facts={"title": "Mine"})
    changed = replace(pair, zh=edited(pair.zh, 3, "另一段。"))
    for again in (pair, changed):
        with pytest.raises(InvalidEditError, match="assigned to ann"):
            add(store, again, model(), author=Author("bob"))
    assert store.state(name) == before
    assert store.facts(name).get("title") != "Mine"
    add(store, pair, model(), author=Author("ann"))
    (change,) = list_changes(store, name)
    assert (change.reviewer, change.after["title"]) == ("ann", "Mine")


def test_the_index_of_words_grows_with_each_briefing(store: Store):
    with closing(Concordance(store)) as concordance:
        assert concordance.refresh() == 0
        assert concordance.index.size() == len(store.rows())


def test_a_briefing_is_stored_where_no_index_can_be(tmp_path: Path):
    with Store.open(tmp_path / "other", create=True) as store:
        store.index_folder().mkdir()
        (store.index_folder() / FILE).write_bytes(b"no database at all" * 100)
        assert add(store, demo(), model()).state == "added"


FRENCH = tuple(
    f"Le quai numéro {number} fut ouvert aux voyageurs pendant les vacances de printemps."
    for number in range(12)
)
QUAYS = tuple(f"第{number}号码头在春假期间向旅客开放。" for number in range(12))


def quays(en: tuple[str, ...]) -> DocumentPair:
    both = Document("zh", "", (Turn("", QUAYS),)), Document("en", "", (Turn("", en),))
    return DocumentPair(*both, "quays.txt")


def test_a_text_in_a_third_language_is_refused_unless_forced(store: Store):
    with pytest.raises(UnlikeSidesError, match=r"only \d+% of the words in the English text are"):
        add(store, quays(FRENCH), model())
    done = add(store, quays(FRENCH), model(), force=True)
    assert any("are English; check its language" in note for note in done.notes)


def test_a_translation_that_ends_early_is_stored_with_a_note(store: Store):
    turns = demo().zh.turns
    half = replace(demo().zh, turns=turns[: len(turns) // 2])
    done = add(store, replace(demo(), zh=half, address="half.txt"), model())
    assert any("the Chinese text ends early: the last" in note for note in done.notes)


def align_rows(zh: Sequence[Sentence], en: Sequence[Sentence]) -> AlignmentProblem:
    """Prepare the sentences of a corpus as the review page does."""
    return prepare(Side.of(zh), Side.of(en), model())


def test_a_cell_without_a_translation_is_not_joined_with_another_row(tmp_path: Path):
    rows = [
        ("key", "English", "Chinese"),
        ("a", "Save", "保存"),
        ("b", "Open the file in a new window", "在新窗口中打开文件"),
        ("c", "Print", ""),
        ("d", "Delete this photo?", "删除这张照片？"),
        ("e", "Back", ""),
        ("f", "Use 100 ml of vinegar.", "请使用100毫升醋。"),
        ("g", "Cancel", ""),
        ("h", "Battery low. Please charge the device.", "电量低。请充电。"),
        ("i", "Log out", ""),
    ]
    table = tmp_path / "strings.tsv"
    table.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")
    with Store.open(tmp_path / "corpus", create=True) as store:
        added = add(store, Job((str(table),), 10**6).read({}.__getitem__, print), model())
        found = [(row.zh_text, row.en_text) for row in store.rows()]
        session = ReviewSession(store, added.id, reviewer="ann", aligner=align_rows)
        session.do(Request("join", "merge", tuple(row.id for row in session.state.rows[1:6])))
        run = tuple(row.id for row in session.state.rows[:2])
        session.do(Request("again", "resolve", run, seen=1))
        assert [(row.zh_text, row.en_text) for row in session.state.rows] == found
    cells = [(chinese, english) for _, english, chinese in rows[1:]]
    for chinese, english in found:
        assert any(chinese in row[0] and english in row[1] for row in cells)
    assert ("", "Cancel") in found
    assert ("请充电。", "Please charge the device.") in found
