"""What a publisher changed, in which rows, and whether the other language followed."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from align.corpus.review.transfer import find_changes
from align.records import Alignment, Bead, Briefing, Document, Sentence, Turn


def document(language, paragraphs):
    return Document(language, f"title {language}", (Turn("A:", tuple(paragraphs), "speaker"),))


def briefing(zh, en):
    """A briefing of one row a paragraph, as many on each side."""
    sides = [document("zh", zh), document("en", en)]
    sentences = [
        tuple(Sentence(text, at, 0, 0, len(text)) for at, text in enumerate(side))
        for side in (zh, en)
    ]
    beads = tuple(Bead((at,), (at,), 0.9) for at in range(len(zh)))
    return Briefing("one", *sides, *sentences, Alignment(beads, "test"))


def before(zh, en):
    return {"zh": document("zh", zh), "en": document("en", en)}


def test_an_edit_that_the_other_side_followed_and_one_that_it_did_not():
    now = briefing(["甲", "乙改", "丙", "丁改"], ["a", "b new", "c", "d"])
    found = find_changes(before(["甲", "乙", "丙", "丁"], ["a", "b", "c", "d"]), now)
    assert [(change.language, change.rows, change.followed) for change in found] == [
        ("zh", (2,), True),
        ("en", (2,), True),
        ("zh", (4,), False),
    ]
    assert (found[0].before, found[0].after) == (("乙",), ("乙改",))


def test_what_went_stands_between_two_rows_and_a_label_and_the_title_count():
    now = briefing(["甲", "丙"], ["a", "c"])
    found = find_changes(before(["甲", "乙", "丙"], ["a", "b", "c"]), now)
    assert [(change.rows, change.after, change.followed) for change in found] == [
        ((), (), True),
        ((), (), True),
    ]
    other = replace(
        document("zh", ["甲", "丙"]), title="另一个", turns=(Turn("B:", ("甲", "丙"), "media"),)
    )
    found = find_changes({"zh": other, "en": document("en", ["a", "c"])}, now)
    assert [(change.before, change.rows, change.followed) for change in found] == [
        (("另一个", "B: 甲"), (1,), False)
    ]


@given(st.lists(st.sampled_from(["same", "zh", "en", "both"]), min_size=1, max_size=12))
def test_every_planted_edit_is_shown_and_none_is_invented(edits):
    zh = [f"第{at}段。" for at in range(len(edits))]
    en = [f"Paragraph {at}." for at in range(len(edits))]
    changed = {
        side: {at for at, edit in enumerate(edits) if edit in (side, "both")}
        for side in ("zh", "en")
    }
    new = [
        [f"{text} +" if at in changed[side] else text for at, text in enumerate(texts)]
        for side, texts in (("zh", zh), ("en", en))
    ]
    found = find_changes(before(zh, en), briefing(*new))
    for side, at in changed.items():
        rows = [row - 1 for change in found if change.language == side for row in change.rows]
        assert rows == sorted(at)
    for change in found:
        other = changed["en" if change.language == "zh" else "zh"]
        assert change.followed == bool(other & {row - 1 for row in change.rows})


def test_the_command_compares_with_what_was_stored_first(run, tmp_path):
    zh = ["大家上午好。", "今天天气很好。", "谢谢大家。"]
    en = ["Good morning.", "The weather is fine today.", "Thank you all."]
    paths = {"zh": tmp_path / "zh.txt", "en": tmp_path / "en.txt"}

    def add():
        paths["zh"].write_text("\n\n".join(zh), "utf-8")
        paths["en"].write_text("\n\n".join(en), "utf-8")
        done = run("add", paths["en"], "--zh", paths["zh"], "--corpus", tmp_path / "corpus")
        assert done.code == 0, done.err

    add()
    zh[1] = "今天天气很好，有一点风。"
    add()
    (name,) = (
        one["id"] for one in json.loads(run("show", "--json", "--corpus", tmp_path / "corpus").out)
    )
    done = run("changes", name, "--corpus", tmp_path / "corpus")
    assert done.out.splitlines() == [
        "Chinese, row 2; English was not updated",
        "- 今天天气很好。",
        "+ 今天天气很好，有一点风。",
    ]
