"""Alignments without texts: nothing of the text leaves, and they fit onto the same texts again."""

import gzip
import json
from dataclasses import replace

import pytest

from align.corpus.exchange.standoff import apply_standoff, write_standoff
from align.corpus.store import Decision, Store
from align.corpus.store.check import find_problems
from align.corpus.store.link_decisions import LinkDecision
from align.errors import FormatError
from align.records import Alignment, Bead, Briefing, Document, Sentence, Sides, Turn

ZH = ("各位好。", "港口去年运货3亿吨。今年还要更多。")
EN = ("Good morning.", "The port handled 300 million tonnes. It will grow.")


PORT = Sides((0, 2), (4, 8))


def _briefing(zh=ZH, en=EN, cut=True):
    return Briefing(
        "port",
        Document("zh", "港口", (Turn("林海：", zh),), url="https://example.org/zh"),
        Document("en", "Port", (Turn("Lin Hai:", en),), url="https://example.org/en"),
        _sentences(zh, "。", cut),
        _sentences(en, ". ", cut),
        Alignment((Bead((0,), (0,), 0.9), Bead((1, 2), (1, 2), 0.7)), "lattice")
        if cut
        else Alignment((Bead((0, 1), (0, 1), 0.2),), "other"),
    )


def _sentences(paragraphs, end, cut):
    found = []
    for at, text in enumerate(paragraphs):
        place = text.find(end) + len(end) if cut and end in text else len(text)
        found.append(Sentence(text[:place], at, 0, 0, place))
        if place < len(text):
            found.append(Sentence(text[place:], at, 0, place, len(text)))
    return tuple(found)


@pytest.fixture
def apart(tmp_path):
    """Give a file of alignments whose second bead was accepted."""
    with Store.open(tmp_path / "one", create=True) as store:
        store.save(_briefing(), address="https://example.org/en")
        row = store.rows()[1]
        after = replace(row, status="accepted")
        store.decide("port", Decision("op", "mei", "accept"), [row], [after])
        link = LinkDecision("port", row.id, PORT, Sides("港口", "port"), "right", "mei")
        store.put_link_decision(link)
        assert write_standoff(store, tmp_path / "apart.jsonl") == (1, 2)
    return tmp_path / "apart.jsonl"


@pytest.fixture
def other(tmp_path):
    """Give the corpus of another user."""
    with Store.open(tmp_path / "two", create=True) as store:
        yield store


def test_no_text_is_in_the_file(apart):
    text = apart.read_text("utf-8")
    assert "港" not in text
    assert "port handled" not in text
    assert "\\u" not in text


def test_the_beads_fit_onto_the_same_texts_cut_in_another_way(apart, other):
    other.save(_briefing(cut=False), address="https://example.org/en")
    done = apply_standoff(other, apart)
    assert (done.briefings, done.beads, done.moved) == (["port"], 2, 0)
    assert (done.lost, done.absent) == ([], [])
    first, second = other.pairs()
    assert (second.zh, second.en) == (ZH[1], EN[1])
    assert (second.verdict.status, second.verdict.reviewer) == ("accepted", "mei")
    assert second.pair.type == "2-2"
    assert (first.verdict.status, first.pair.probability) == ("unreviewed", 0.9)


def test_links_between_words_come_back_with_their_author(apart, other):
    other.save(_briefing(cut=False), address="https://example.org/en")
    done = apply_standoff(other, apart)
    assert (done.links, done.lost_links) == (1, 0)
    (link,) = other.link_decisions()
    assert (link.words, link.verdict, link.author) == (Sides("港口", "port"), "right", "mei")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verdict": "perhaps"}, "is not a link between words"),
        ({"zh": [0]}, "is not a link between words"),
        ({"zh": ["0", 2]}, "is not a link between words"),
    ],
)
def test_a_damaged_link_is_refused(apart, other, change, message):
    outline = json.loads(apart.read_text("utf-8"))
    outline["links"][0] |= change
    apart.write_text(json.dumps(outline), "utf-8")
    with pytest.raises(FormatError, match=message):
        apply_standoff(other, apart)


def test_a_link_whose_words_changed_is_counted_and_left_out(apart, other):
    outline = json.loads(apart.read_text("utf-8"))
    outline["links"][0]["zh"] = [1, 3]
    apart.write_text(json.dumps(outline), "utf-8")
    other.save(_briefing(cut=False), address="https://example.org/en")
    done = apply_standoff(other, apart)
    assert (done.links, done.lost_links, other.link_decisions()) == (0, 1, ())


def test_a_sentence_in_another_paragraph_is_found(apart, other):
    later = _briefing(zh=("新的开头。", *ZH), en=EN)
    whole = Alignment((Bead((0, 1, 2, 3), (0, 1, 2), 0.2),), "other")
    other.save(replace(later, alignment=whole), address="https://example.org/en")
    done = apply_standoff(other, apart)
    assert (done.beads, done.moved) == (2, 3)


def test_sentences_in_another_order_are_found(apart, other):
    turned = replace(_briefing(zh=ZH[::-1], en=EN[::-1]), alignment=_whole())
    other.save(turned, address="https://example.org/en")
    done = apply_standoff(other, apart)
    assert (done.briefings, done.moved, done.lost, done.new) == (["port"], 6, [], [])
    assert [(pair.zh, pair.en) for pair in other.pairs()] == [(ZH[0], EN[0]), (ZH[1], EN[1])]


def _decide(store, place, op, **changes):
    row = store.rows()[place]
    store.decide("port", Decision(op, "ann", "accept"), [row], [replace(row, **changes)])


def test_what_was_decided_here_stays(apart, other):
    other.save(_briefing(), address="https://example.org/en")
    _decide(other, 0, "op-1", status="rejected", zh_edit="大家好。", note="greeting")
    done = apply_standoff(other, apart)
    assert (done.kept, done.unkept, other.conflicts()) == (1, 0, ())
    first, second = other.rows()
    assert (first.status, first.zh_edit, first.note) == ("rejected", "大家好。", "greeting")
    assert (first.reviewer, second.status, second.reviewer) == ("ann", "accepted", "mei")
    assert find_problems(other) == ()
    # what came with the file before is no decision of this corpus
    apart.write_text(apart.read_text("utf-8").replace('"accepted"', '"flagged"'), "utf-8")
    assert (apply_standoff(other, apart).kept, other.rows()[1].status) == (1, "flagged")


def test_a_decision_about_other_beads_is_listed(apart, other):
    other.save(_briefing(cut=False), address="https://example.org/en")
    _decide(other, 0, "op-1", status="accepted")
    done = apply_standoff(other, apart)
    assert (done.briefings, done.kept, done.unkept) == (["port"], 0, 1)
    (conflict,) = other.conflicts()
    assert (conflict.bead.reviewer, conflict.bead.zh_text) == ("ann", "".join(ZH))


def _whole():
    return Alignment((Bead((0, 1, 2), (0, 1, 2), 0.2),), "other")


def test_a_text_that_changed_is_reported_and_stays_as_it_was(apart, other):
    changed = (EN[0], EN[1].replace("300", "400"))
    other.save(_briefing(en=changed, cut=False), address="https://example.org/en")
    done = apply_standoff(other, apart)
    assert done.briefings == []
    assert done.lost == [
        "port: en sentence 1 no longer matches "
        "(paragraph 1 now contains: The port handled 400 million tonnes.)"
    ]
    (pair,) = other.pairs()
    assert pair.pair.type == "2-2"


def test_a_paragraph_that_is_gone_is_told(apart, other):
    shorter = replace(_briefing(en=EN[:1], cut=False))
    whole = Alignment((Bead((0, 1), (0,), 0.2),), "other")
    other.save(replace(shorter, alignment=whole), address="https://example.org/en")
    for line in apply_standoff(other, apart).lost:
        assert line.endswith("(paragraph 1 now contains: nothing new)")


def test_a_sentence_behind_a_new_one_is_found_where_it_moved_to(apart, other):
    later = _briefing(en=(EN[0], "Listen. ", EN[1]))
    whole = Alignment((Bead((0, 1, 2), (0, 1, 2, 3), 0.2),), "other")
    other.save(replace(later, alignment=whole), address="https://example.org/en")
    done = apply_standoff(other, apart)
    assert (done.briefings, done.moved, done.lost) == (["port"], 2, [])
    assert done.new == ["port: 1 en sentences are in no bead, the first: Listen."]
    assert [(pair.zh, pair.en, pair.verdict.status) for pair in other.pairs()] == [
        ("各位好。", "Good morning.", "unreviewed"),
        ("", "Listen.", "unreviewed"),
        (ZH[1], EN[1], "accepted"),
    ]


def test_text_that_no_bead_covers_becomes_beads_and_is_counted(apart, other):
    zh, en = ("新的开头。", *ZH, "再见。谢谢。"), (*EN, "Bye.")
    there = _briefing(zh=zh, en=en)
    beads = Alignment((Bead(tuple(range(len(there.zh_sentences))), (0, 1, 2, 3)),), "other")
    other.save(replace(there, alignment=beads), address="https://example.org/en")
    done = apply_standoff(other, apart)
    assert done.new == [
        "port: 3 zh sentences are in no bead, the first: 新的开头。",
        "port: 1 en sentences are in no bead, the first: Bye.",
    ]
    assert [(pair.zh, pair.en) for pair in other.pairs()] == [
        ("新的开头。", ""),
        ("各位好。", "Good morning."),
        (ZH[1], EN[1]),
        ("", "Bye."),
        ("再见。", ""),
        ("谢谢。", ""),
    ]


def test_other_blanks_and_signs_are_the_same_sentence(apart, other):
    near = ("Good  morning !", EN[1])
    other.save(_briefing(en=near), address="https://example.org/en")
    done = apply_standoff(other, apart)
    assert (done.briefings, done.moved, done.lost, done.new) == (["port"], 0, [], [])
    assert next(other.pairs()).en == "Good  morning !"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda values: values["beads"].pop(), "zh sentence 1 is in no bead"),
        (lambda values: values["zh"]["sentences"][0].__setitem__(0, 0.0), "is not a position"),
        (lambda values: values["en"]["sentences"][0].__setitem__(3, ["x"]), "is not a position"),
        (
            lambda values: values["beads"][0]["zh"].append(9),
            "zh sentence 9 occurs although the text has only 3",
        ),
        (lambda values: values["beads"][0].update(status="done"), "status is 'done'"),
        (lambda values: values["beads"][0].update(probability=7), "probability is 7"),
        (
            lambda values: values["zh"]["sentences"][0].__setitem__(0, "x"),
            "not a stand-off alignment",
        ),
        (lambda values: values["zh"]["sentences"].append(5), "not a stand-off alignment"),
    ],
)
def test_an_outline_that_does_not_fit_is_refused(apart, other, change, message):
    values = json.loads(apart.read_text("utf-8"))
    change(values)
    apart.write_text(json.dumps(values) + "\n", "utf-8")
    with pytest.raises(FormatError, match=f"line 1: .*{message}"):
        apply_standoff(other, apart)


def test_beads_of_one_id_get_new_ones(apart, other):
    other.save(_briefing(), address="https://example.org/en")
    values = json.loads(apart.read_text("utf-8"))
    values["beads"][1]["id"] = values["beads"][0]["id"]
    apart.write_text(json.dumps(values) + "\n", "utf-8")
    assert apply_standoff(other, apart).beads == 2
    assert {values["beads"][0]["id"]}.isdisjoint(pair.id for pair in other.pairs())


def test_an_address_that_is_not_in_the_corpus_is_reported(apart, other):
    assert apply_standoff(other, apart).absent == ["https://example.org/en"]


def test_a_briefing_of_files_is_found_by_its_texts_and_the_file_names_no_folder(tmp_path):
    def put(folder):
        zh, en = (f"file:///home/{folder}/sea.{side}.txt" for side in ("zh", "en"))
        made = _briefing(cut=folder == "ann")
        made = replace(made, zh=replace(made.zh, url=zh), en=replace(made.en, url=en))
        names = {"file_zh": "sea.zh.txt", "file_en": "sea.en.txt"}
        store = Store.open(tmp_path / folder, create=True)
        store.save(made, address=en, facts=names)
        return store, en

    with put("ann")[0] as ann:
        write_standoff(ann, tmp_path / "apart.jsonl")
    values = json.loads((tmp_path / "apart.jsonl").read_text("utf-8"))
    assert "home" not in (tmp_path / "apart.jsonl").read_text("utf-8")
    named = [values["address"], values["zh"]["url"], values["en"]["url"]]
    assert named == ["", "sea.zh.txt", "sea.en.txt"]
    bo, address = put("bo")
    with bo:
        done = apply_standoff(bo, tmp_path / "apart.jsonl")
        assert (done.briefings, done.beads, done.absent) == (["port"], 2, [])
        assert [row.address for row in bo.briefings()] == [address]
        bo.remove("port")
        assert apply_standoff(bo, tmp_path / "apart.jsonl").absent == ["sea.en.txt"]


def test_a_packed_file_is_read(apart, other):
    other.save(_briefing(), address="https://example.org/en")
    packed = apart.with_name("apart.jsonl.gz")
    packed.write_bytes(gzip.compress(apart.read_bytes()))
    assert apply_standoff(other, packed).beads == 2


@pytest.mark.parametrize(
    "text", ["{}", "nothing", '{"form": "other"}', '{"form": "briefing-align/apart/2", "beads": 1}']
)
def test_a_file_of_another_form_is_refused_with_its_line(tmp_path, other, text):
    (tmp_path / "x.jsonl").write_text(text + "\n", "utf-8")
    with pytest.raises(FormatError, match=r"x\.jsonl, line 1: "):
        apply_standoff(other, tmp_path / "x.jsonl")
