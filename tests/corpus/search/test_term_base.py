"""The term base: what is stored, files in and out, and the rows that contradict it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.corpus.search.terms.term_check import TermChecker
from align.corpus.search.terms.term_files import read_term_file, write_terms
from align.corpus.store import Store
from align.corpus.store.term_base import (
    TermChanges,
    TermEntry,
    count_term_decisions,
    put_terms,
    read_term_decisions,
    read_terms,
)
from align.errors import FormatError

UNION = TermEntry("湖区联盟", "Lake Union")
LEAGUE = TermEntry("湖区联盟", "Lake League", "forbidden", note="the old name")
LAKE = TermEntry("湖区", "lake district")


def messages(checker: TermChecker, zh: str, en: str) -> list[str]:
    return [str(issue.message) for issue in checker.check(zh, en)]


# -- store -----------------------------------------------------------------------------------------


def test_entries_are_added_changed_and_removed_and_the_history_knows_who(place):
    with Store.open(place, create=True) as store:
        assert put_terms(store, [UNION, LEAGUE], "ann") == TermChanges(2, 0, 0)
        assert put_terms(store, [UNION, UNION], "bob") == TermChanges(0, 0, 0)
        changed = TermEntry(*UNION.texts, "proposed")
        gone = [LEAGUE.texts, ("没有", "absent")]
        assert put_terms(store, [changed], "bob", removed=gone) == TermChanges(0, 1, 1)
        assert read_terms(store) == (changed,)
        assert count_term_decisions(store) == 4
        found = [(one.author, one.en, one.entry) for one in read_term_decisions(store, 3)]
        assert found == [
            ("bob", "Lake League", None),
            ("bob", "Lake Union", changed),
            ("ann", "Lake League", LEAGUE),
        ]


# -- checks ----------------------------------------------------------------------------------------


def test_a_missing_rendering_is_named_with_its_place():
    (issue,) = TermChecker([UNION]).check("昨天湖区联盟开会。", "The body met yesterday.")
    assert (issue.kind, issue.side, issue.start, issue.end) == ("term", "zh", 2, 6)
    assert issue.message == "湖区联盟 requires “Lake Union”, which the English does not contain"


def test_a_forbidden_rendering_is_named_with_the_approved_one():
    (issue,) = TermChecker([UNION, LEAGUE]).check("湖区联盟开会。", "The Lake League met.")
    assert (issue.side, issue.start, issue.end) == ("en", 4, 15)
    assert issue.message == "“Lake League” is forbidden for 湖区联盟; use “Lake Union”"
    alone = messages(TermChecker([LEAGUE]), "湖区联盟开会。", "The Lake League met.")
    assert alone == ["“Lake League” is forbidden for 湖区联盟"]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("湖区联盟开会。", "The lake unions met."),  # another form
        ("湖區聯盟開會。", "The Lake Union met."),  # traditional characters
        ("湖区联盟开会。", ""),  # an omission
        ("", "The Lake League met."),
        ("湖水。", "The Lake League met."),  # without the term
    ],
)
def test_what_follows_the_term_base_or_has_no_term_has_no_issue(zh, en):
    assert messages(TermChecker([UNION, LEAGUE]), zh, en) == []


def test_the_longer_of_two_terms_counts_where_it_occurs():
    checker = TermChecker([UNION, LAKE])
    assert messages(checker, "湖区联盟开会。", "The Lake Union met.") == []
    found = messages(checker, "湖区的湖区联盟。", "The Lake Union of the area.")
    assert found == ["湖区 requires “lake district”, which the English does not contain"]


def test_a_forbidden_rendering_inside_an_approved_one_is_allowed():
    checker = TermChecker([TermEntry("湖区", "lake", "forbidden"), LAKE])
    assert messages(checker, "湖区很美。", "The lake district is beautiful.") == []


def test_an_article_at_the_start_of_a_rendering_may_be_missing():
    checker = TermChecker([TermEntry("命运共同体", "a community with a shared future")])
    assert messages(checker, "命运共同体", "build communities with a shared future") == []


def test_proposed_renderings_are_not_checked():
    checker = TermChecker([TermEntry(*UNION.texts, "proposed")])
    assert not checker
    assert messages(checker, "湖区联盟开会。", "The body met.") == []


def test_a_large_term_base_finds_its_terms():
    digits = "零一二三四五六七八九"
    entries = [
        TermEntry("".join(digits[int(digit)] for digit in f"{number:05}") + "号", f"No. {number}")
        for number in range(20_000)
    ]
    checker = TermChecker(entries)
    assert [match.rule.zh for match in checker.find("在一二三四五号。")] == ["一二三四五号"]


# -- files -----------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("abcXYZ &<>'-=é"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)
ENTRIES = st.builds(
    TermEntry,
    st.text(st.sampled_from("湖区联盟水厂"), min_size=1, max_size=6),
    WORDS.filter(bool),
    st.sampled_from(["approved", "forbidden", "proposed"]),
    WORDS,
)


@pytest.mark.parametrize("suffix", [".tsv", ".xlsx", ".tbx"])
@given(st.lists(ENTRIES, min_size=1, max_size=6, unique_by=lambda one: one.texts))
def test_a_term_base_that_was_written_is_read_back(tmp_path_factory, suffix, entries):
    path = tmp_path_factory.mktemp("terms") / f"base{suffix}"
    write_terms(entries, path)
    assert sorted(read_term_file(path, "proposed"), key=lambda one: one.texts) == sorted(
        entries, key=lambda one: one.texts
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(("suffix", "sign"), [(".tsv", "\t"), (".txt", "\t"), (".csv", ",")])
def test_a_table_without_header_is_read_in_any_encoding(tmp_path, encoding, suffix, sign):
    lines = ["# ours", f"湖区联盟{sign}Lake Union; Union of the Lakes", f"湖区联盟{sign}Lake Union"]
    path = tmp_path / f"terms{suffix}"
    path.write_bytes("\n".join([*lines, ""]).encode(encoding))
    assert [entry.en for entry in read_term_file(path)] == ["Lake Union", "Union of the Lakes"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("term_zh\tterm_en\n湖区\tlake\n", "t.tsv, line 1: unknown header; name the columns"),
        ("quay\tlake\n", "t.tsv: no term is Chinese; write Chinese, a tab, English"),
        ("湖区\t\n", "t.tsv, line 1: not a term; write Chinese, a tab, English"),
        ("lake\t湖区\n", "t.tsv, line 1: not a term; write Chinese, a tab, English"),
        (
            "zh\ten\tstatus\n湖区\tlake\tgood\n",
            "t.tsv, line 2: unknown status 'good'; use approved",
        ),
        ("zh\ten\tstatus\n湖区\tlake\t\n湖区\tlake\tforbidden\n", "t.tsv, line 3: 湖区 = lake is"),
        ("", "t.tsv: contains no terms"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path, text, says):
    path = tmp_path / "t.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(FormatError) as refused:
        read_term_file(path)
    assert str(refused.value).startswith(says)


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(FormatError, match=r"t\.doc: unsupported extension"):
        read_term_file(tmp_path / "t.doc")


def test_a_message_names_a_few_of_many_renderings():
    checker = TermChecker([TermEntry("湖区", f"lake {number}") for number in range(5000)])
    (issue,) = checker.check("湖区很美。", "It is beautiful.")
    assert issue.message.endswith("lake 7 / …”, which the English does not contain")
    assert checker.check("湖区很美。", "Lake 4999 is beautiful.") == ()


def test_terms_that_begin_alike_are_found_the_longest_first():
    checker = TermChecker([TermEntry("水" * n, f"water {n}") for n in range(1, 60)])
    matches = [match.rule.zh for match in checker.find("水" * 130)]
    assert [len(zh) for zh in matches] == [59, 59, 12]


def test_a_forbidden_rendering_is_allowed_inside_any_approved_one():
    checker = TermChecker(
        [
            TermEntry("湖区", "lake", "forbidden"),
            TermEntry("湖区", "the great lake district"),
            TermEntry("湖区", "great lake"),
        ]
    )
    assert checker.check("湖区很美。", "The great lake district is beautiful.") == ()
    (issue,) = checker.check("湖区很美。", "The great lake district has a lake.")
    assert (issue.start, issue.end) == (30, 34)


def test_the_column_names_of_a_chinese_term_list_are_known(tmp_path):
    path = tmp_path / "术语表.csv"
    path.write_text("术语,英文,备注\n租金,rent,合同\n码头,quay;pier,\n", "utf-8")
    entries = [(one.zh, one.en, one.status, one.note) for one in read_term_file(path)]
    assert entries == [
        ("租金", "rent", "approved", "合同"),
        ("码头", "quay", "approved", ""),
        ("码头", "pier", "approved", ""),
    ]
