"""Local files as people name them, and which of them are found to be one briefing."""

import os
from pathlib import Path

import openpyxl
import pytest
from systems import needs_posix

from align.errors import TextError
from align.sources import readers
from align.sources.extract.site import Site
from align.sources.extract.sites import SITES
from align.sources.ingest import pair_files
from align.sources.ingest.inputs import JobFinder
from align.sources.ingest.pair_files import find_pairs, parse_file_name
from align.sources.web.html import DecodedPage

# Three briefings that have nothing in common but their form: (Chinese, English).
LAMPS = (
    "灯塔情况发布会\n2031年3月6日\n方禾乔：\n各位上午好。\n唐煜林：\n"
    "去年更新了128座灯塔，增长7.6%，投资3.42亿元，耗电1,234度，通航率99.5%。\n",
    "Press conference on lighthouses\nMarch 6, 2031\nFang Heqiao:\nGood morning.\nTang Yulin:\n"
    "Last year 128 lighthouses were renewed, up 7.6%; 342 million yuan, 3.42, was invested, "
    "1,234 units of power were used, and 99.5% of the ways were open.\n",
)
APPLES = (
    "果园情况发布会\n2031年3月6日\n韦庭兰：\n各位下午好。\n"
    "今年收苹果456吨，增长5.1%，果园238个，出口8.25万箱，合格率97.3%。\n",
    "Press conference on orchards\nMarch 6, 2031\nWei Tinglan:\nGood afternoon.\n"
    "This year 456 tons of apples were picked, up 5.1%, in 238 orchards; 8.25 were sold abroad, "
    "and 97.3% were good.\n",
)
FISH = (
    "渔业情况发布会\n2031年4月9日\n陆诗晴：\n大家好。\n"
    "渔船有712艘，下降2.9%，捕鱼6,543吨，码头155个，价格上涨1.75%。\n",
    "Press conference on fishing\nApril 9, 2031\nLu Shiqing:\nHello, everybody.\n"
    "There are 712 boats, down 2.9%, 6,543 tons were caught, there are 155 piers, prices rose by "
    "1.75%.\n",
)
BRIEFINGS = (LAMPS, APPLES, FISH)


def rows(briefing: tuple[str, str], between: str) -> str:
    """Put the lines of both languages side by side, or one below the other."""
    both = zip(*(text.splitlines() for text in briefing), strict=True)
    return "\n".join(between.join(pair) for pair in both)


def written(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def gathered(folder: Path, **texts: str):
    """Write files below a folder, gather them, and give names instead of paths."""
    written(folder, **texts)
    found = find_pairs(readers.list_files(folder), folder, max_bytes=10**6, say=lambda _text: None)
    return (
        {
            tuple(str(path.relative_to(folder)) for path in one.paths): one.how
            for one in found.pairs
        },
        [reason.replace(f"{folder}/", "") for _, reason in found.left_out],
    )


@pytest.mark.parametrize(
    ("name", "language", "key"),
    [
        ("june.zh.txt", "zh", "june"),
        ("june_EN.docx", "en", "june"),
        ("zh-CN/june.txt", "zh", "june"),
        ("english/june 3.txt", "en", "june-3"),
        ("june 中文.txt", "zh", "june"),
        ("kitchen.txt", None, "kitchen"),
        ("en.txt", "en", "briefing"),
        ("briefing (English).docx", "en", "briefing"),
        ("2031-03-12_中文.pdf", "zh", "2031-03-12"),
        ("发布会英文版.docx", "en", "发布会"),
        ("发布会（中文稿）.docx", "zh", "发布会"),
        ("briefingEN.docx", "en", "briefing"),
        ("EN20310312.txt", "en", "20310312"),
        ("渔业CN.docx", "zh", "渔业"),
        ("june.zh-en.xlsx", None, "june"),
        ("CN_2031/june.txt", "zh", "2031-june"),
        ("English translation.docx", "en", "briefing"),
    ],
)
def test_a_name_tells_language_and_briefing(name, language, key):
    found = parse_file_name(Path(name))
    assert (found.language, found.key) == (language, key)


@pytest.mark.parametrize(
    "name", ["20310312 x.txt", "2031-03-12_x.txt", "x_March 12, 2031.txt", "2031年3月12日.txt"]
)
def test_a_day_in_a_name_is_the_same_however_it_is_written(name):
    assert parse_file_name(Path(name)).number == "2031-03-12"


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("june.zh.txt", "june.en.txt"),
        ("briefing-zh.txt", "briefing (English).txt"),
        ("zh/june.txt", "en/june.txt"),
        ("CN_2031/june.txt", "EN_2031/june.txt"),
        ("发布会中文稿.txt", "发布会 English.md"),
    ],
)
def test_names_alike_but_for_the_language_are_a_pair_without_being_read(tmp_path, zh, en):
    found, left = gathered(tmp_path, **{zh: "", en: ""})
    assert (found, left) == ({(zh, en): ""}, [])


def test_two_naming_schemes_in_one_folder_are_told_apart(tmp_path):
    files = {
        "lamps.zh.txt": LAMPS[0], "lamps.en.txt": LAMPS[1],
        "CN_apples.txt": APPLES[0], "EN_apples.txt": APPLES[1],
    }  # fmt: skip
    found, left = gathered(tmp_path, **files)
    assert set(found) == {("lamps.zh.txt", "lamps.en.txt"), ("CN_apples.txt", "EN_apples.txt")}
    assert left == []


def test_a_name_that_says_no_language_is_joined_by_the_language_of_its_text(tmp_path):
    found, left = gathered(tmp_path, **{"lamps.txt": LAMPS[0], "lamps_EN.txt": LAMPS[1]})
    how = "matched by name and language"
    assert (found, left) == ({("lamps.txt", "lamps_EN.txt"): how}, [])


def test_folders_without_a_mark_are_joined_by_the_names_in_them(tmp_path):
    files = {"来稿/1 lamps.txt": LAMPS[0], "for print/1 lamps.txt": LAMPS[1]}
    found, _ = gathered(tmp_path, **files)
    assert found == {
        ("来稿/1 lamps.txt", "for print/1 lamps.txt"): "matched by name across folders"
    }


def test_days_and_numbers_in_names_join_what_is_named_in_two_languages(tmp_path):
    files = {
        "2031-03-06 灯塔.txt": LAMPS[0], "20310306 lighthouses.txt": LAMPS[1],
        "07 果园.txt": APPLES[0], "7 orchards.txt": APPLES[1],
    }  # fmt: skip
    found, left = gathered(tmp_path, **files)
    assert set(found) == {
        ("2031-03-06 灯塔.txt", "20310306 lighthouses.txt"),
        ("07 果园.txt", "7 orchards.txt"),
    }
    assert set(found.values()) == {"matched by the date or number in the names"}
    assert left == []


def test_a_number_in_a_name_does_not_join_what_contradicts_itself(tmp_path):
    found, left = gathered(tmp_path, **{"1 灯塔.txt": LAMPS[0], "1 fishing.txt": FISH[1]})
    assert found == {}
    assert left == [
        "1 fishing.txt: no Chinese file has the same name or date, or a link to it",
        "1 灯塔.txt: no English file has the same name or date, or a link to it",
    ]


def test_names_that_say_nothing_are_joined_by_the_date_of_the_texts_where_it_is_the_only_one(
    tmp_path,
):
    files = {f"稿{mark}.txt": zh for mark, (zh, _) in zip("甲乙丙", BRIEFINGS, strict=True)}
    files |= {f"{mark}.txt": en for mark, (_, en) in zip("xyz", BRIEFINGS, strict=True)}
    found, left = gathered(tmp_path, **files)
    assert found == {("稿丙.txt", "z.txt"): "matched by the date of the texts"}
    assert left[0] == (
        "x.txt: possible Chinese version: 稿甲.txt; if it is, run: align add x.txt --zh '稿甲.txt'"
    )
    assert len(left) == 4


def test_two_files_that_fit_alike_are_left_out_with_the_option_that_decides(tmp_path):
    files = {"my 稿.txt": LAMPS[0], "first.txt": LAMPS[1], "second.txt": f"{LAMPS[1]}\n"}
    found, left = gathered(tmp_path, **files)
    assert found == {}
    assert left[1] == (
        "my 稿.txt: possible English version: first.txt, second.txt; "
        "if it is, run: align add first.txt --zh 'my 稿.txt'"
    )


def test_two_files_with_nothing_to_tell_by_are_a_pair_when_they_are_all_there_is(tmp_path):
    texts = {"讲话.txt": "大家好，欢迎。", "speech.txt": "Hello and welcome."}
    found, _ = gathered(tmp_path, **texts)
    assert found == {("讲话.txt", "speech.txt"): "because there are no other files"}
    found, left = gathered(tmp_path, **{"a.zh.txt": "", "a.en.txt": ""})
    assert set(found) == {("a.zh.txt", "a.en.txt")}
    assert len(left) == 2


def test_what_a_folder_holds_beside_its_pairs_is_told(tmp_path):
    files = {"a.zh.txt": "", "a.en.txt": "", "a.en.md": "", "lone.zh.txt": "好。", "bad.pdf": "x"}
    found, left = gathered(tmp_path, **files, **{"x.jpg": "x", ".en": "x", "~$a.docx": "x"})
    assert set(found) == {("a.zh.txt", "a.en.txt")}
    assert left[0] == "a.en.md: a.en.txt has the same name and language"
    assert left[1].startswith("bad.pdf is not a valid PDF")
    assert left[2:] == ["lone.zh.txt: no English file has the same name or date, or a link to it"]


def test_files_in_both_languages_are_briefings_by_themselves(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["中文", "English"])
    for zh, en in zip(FISH[0].splitlines(), FISH[1].splitlines(), strict=False):
        book.active.append([zh, en])
    book.save(tmp_path / "fish.xlsx")
    found, left = gathered(
        tmp_path, **{"lamps.txt": rows(LAMPS, "\n"), "a.tsv": rows(APPLES, "\t")}
    )
    assert set(found) == {("a.tsv",), ("fish.xlsx",), ("lamps.txt",)}
    assert set(found.values()) == {"a bilingual file"}
    assert left == []


def test_the_parts_of_a_saved_page_are_no_files_of_the_folder(tmp_path):
    written(tmp_path, **{"a.html": "x", "a_files/frame.html": "x", "b_files/page.html": "x"})
    names = [str(path.relative_to(tmp_path)) for path in readers.list_files(tmp_path)]
    assert names == ["a.html", "b_files/page.html"]


def test_a_copy_of_a_file_is_skipped_and_named(tmp_path):
    files = {"lamps_cn.txt": LAMPS[0], "lamps_en.txt": LAMPS[1], "渔业.txt": FISH[0]}
    copies = {"lamps_cn - 副本.txt": LAMPS[0], "渔业 (1).txt": FISH[0], "4月9日.txt": FISH[1]}
    found, left = gathered(tmp_path, **files, **copies)
    assert list(found) == [("lamps_cn.txt", "lamps_en.txt"), ("渔业.txt", "4月9日.txt")]
    assert left == [
        "lamps_cn - 副本.txt: the same file as lamps_cn.txt",
        "渔业 (1).txt: the same file as 渔业.txt",
    ]


@needs_posix
def test_a_link_to_nothing_is_named_with_its_target(tmp_path):
    (tmp_path / "a.txt").symlink_to("gone.txt")
    written(tmp_path, **{"lamps.zh.txt": LAMPS[0], "lamps.en.txt": LAMPS[1]})
    _, left = gathered(tmp_path)
    assert left == ["a.txt is a link to gone.txt, which does not exist"]


def test_only_so_many_documents_are_kept_from_the_look(tmp_path, monkeypatch):
    monkeypatch.setattr(pair_files, "MOST_KEPT", 1)
    written(tmp_path, **{"灯塔.txt": LAMPS[0], "lamps.txt": LAMPS[1]})
    written(tmp_path, **{"渔业.txt": FISH[0], "fish.txt": FISH[1]})
    found = find_pairs(
        readers.list_files(tmp_path), tmp_path, max_bytes=10**6, say=lambda _text: None
    )
    assert [len(one.documents) for one in found.pairs] == [2, 0]


# -- what the user asked for, taken apart ----------------------------------------------------------


def jobs(*sources: object, zh: str = ""):
    told: list[str] = []
    finder = JobFinder(lambda url: pytest.fail(f"no network: {url}"), tell=told.append, zh=zh)
    return finder.find([str(source) for source in sources]), told


def read(job):
    pair = job.read(lambda url: pytest.fail(url), lambda _text: None)
    return pair.zh.title, pair.en.title


def test_files_given_one_by_one_are_joined_and_what_stays_alone_fails(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = {"稿.txt": LAMPS[0], "a.txt": LAMPS[1], "b.zh.txt": APPLES[0], "b.en.txt": APPLES[1]}
    written(tmp_path, **files, **{"渔业.txt": FISH[0]})
    found, told = jobs(*files, "渔业.txt")
    assert [job.name for job in found] == ["b.zh.txt b.en.txt", "稿.txt a.txt", "渔业.txt"]
    assert read(found[1]) == ("灯塔情况发布会", "Press conference on lighthouses")
    with pytest.raises(
        TextError, match="no English file has the same name or date, or a link to it"
    ):
        read(found[2])
    assert told == [
        "1 pair of files matched by name",
        "稿.txt + a.txt: one briefing, matched by the date of the texts",
    ]


def test_two_files_are_one_briefing_whatever_their_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, **{"x.txt": LAMPS[1], "y.txt": FISH[0]})
    (job,), told = jobs("x.txt", "y.txt")
    assert (job.name, told) == ("x.txt y.txt", [])
    assert read(job) == (
        "渔业情况发布会",
        "Press conference on fishing"[:0] or LAMPS[1][:32].strip(),
    )


def test_two_files_in_both_languages_are_two_briefings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, **{"a.tsv": rows(LAMPS, "\t"), "b.tsv": rows(FISH, "\t")})
    found, told = jobs("a.tsv", "b.tsv")
    assert [job.name for job in found] == ["a.tsv", "b.tsv"]
    assert told == [f"{name}: one briefing, a bilingual file" for name in ("a.tsv", "b.tsv")]


@needs_posix
def test_linked_folders_and_files_are_followed_each_once(tmp_path):
    kept, folder = tmp_path / "kept" / "june", tmp_path / "briefings"
    (folder / "later").mkdir(parents=True)
    kept.mkdir(parents=True)
    for name in ("june.zh.txt", "june.en.txt"):
        (kept / name).write_text("Hello.\n", encoding="utf-8")
    (folder / "later" / "may.txt").write_text("Hello.\n", encoding="utf-8")
    for name, target in {
        "linked": kept,
        "later/again": kept,
        "alias": folder / "later",
        "later/up": folder,
        "later/beyond": tmp_path,
        "one.txt": kept / "june.en.txt",
    }.items():
        (folder / name).symlink_to(target)
    names = [str(path.relative_to(folder)) for path in readers.list_files(folder)]
    assert sorted(names) == [
        "later/again/june.en.txt",
        "later/again/june.zh.txt",
        "later/may.txt",
        "one.txt",
    ]


def test_the_name_of_a_file_that_is_no_utf_8_is_kept_as_text(tmp_path):
    for language, text in zip(("zh", "en"), LAMPS, strict=True):
        (tmp_path / os.fsdecode(b"\xb5\xc6." + language.encode() + b".txt")).write_text(
            text, encoding="utf-8"
        )
    ((job,), _) = jobs(tmp_path)
    pair = job.read(lambda url: pytest.fail(url), lambda _text: None)
    assert pair.facts["file_zh"] == "\ufffd\ufffd.zh.txt"


@pytest.mark.parametrize("option", [False, True])
def test_a_folder_for_each_language_is_joined(tmp_path, monkeypatch, option):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, **{"译文/1.txt": LAMPS[1], "原稿/1.txt": LAMPS[0]})
    found, _ = jobs("译文", zh="原稿") if option else jobs("译文", "原稿")
    assert [job.name for job in found] == ["原稿/1.txt 译文/1.txt"]


def test_a_folder_without_briefings_is_refused_with_an_example_and_reasons(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, **{"lone/a.txt": LAMPS[0]})
    with pytest.raises(TextError, match=r"^lone: no pair.*june\.zh\.txt.* lone/a\.txt: no Eng"):
        jobs("lone")
    written(tmp_path, **{"pictures/a.jpg": "x"})
    with pytest.raises(TextError, match=r"^pictures: no supported files.*\.docx"):
        jobs("pictures")
    with pytest.raises(TextError, match="is not a folder"):
        readers.list_files(tmp_path / "none")


def test_documents_of_a_folder_that_cannot_be_read_are_listed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    unread = {"old/合同.doc": "x", "old/b.RTF": "x"}
    written(tmp_path, **unread, **{"old/x.css": "x"})
    with pytest.raises(TextError, match=r"old/b\.RTF: '\.RTF' files cannot be .*'\.doc' files"):
        jobs("old")
    written(tmp_path, **{"old/a.zh.txt": LAMPS[0], "old/a.en.txt": LAMPS[1]})
    (job,), told = jobs("old")
    assert job.name == "old/a.zh.txt old/a.en.txt"
    assert told == [
        "1 pair of files matched by name",
        "skipped: old/b.RTF: '.RTF' files cannot be read; save it as .docx",
        "skipped: old/合同.doc: '.doc' files cannot be read; save it as .docx",
    ]


def test_a_file_that_is_missing_among_two_is_named_when_it_is_read(tmp_path):
    written(tmp_path, **{"a.txt": LAMPS[0]})
    (job,), _ = jobs(tmp_path / "a.txt", tmp_path / "b.txt")
    with pytest.raises(TextError, match=r"b\.txt does not exist"):
        read(job)


@pytest.mark.parametrize("names", [("lamps", "part"), ("a", "lamps-of-the-bay")])
def test_a_page_that_only_the_first_page_names_is_not_skipped(names, tmp_path, monkeypatch):
    first, second = names

    def find_more(page: DecodedPage) -> tuple[str, ...]:
        return (f"https://lamps.example/{second}.html",) if "Page 1" in page.text else ()

    site = Site(name="lamps", hosts=("lamps.example",), body=("div",), more=find_more)
    monkeypatch.setitem(SITES.own, "lamps", site)
    texts = {
        first: f"<h1>Page 1</h1><div><p>{'The lighthouse was lit. ' * 30}</p></div>",
        second: f"<div><p>{'The bay was calm again. ' * 30}</p></div>",
        "zh": f"<div><p>{'灯塔照亮了海湾。' * 60}</p></div>",
    }
    for name, text in texts.items():
        written(tmp_path, **{f"{name}.html": f"<html><body>{text}</body></html>"})
        written(tmp_path, **{f"{name}.html.url": f"https://lamps.example/{name}.html"})
    found = find_pairs(
        readers.list_files(tmp_path), tmp_path, max_bytes=10**6, say=lambda _text: None
    )
    assert found.left_out == ()
    (pair,) = found.pairs
    assert [path.name for path in pair.paths] == ["zh.html", f"{first}.html"]
    english = " ".join(text for _, text in pair.documents[1].paragraphs())
    assert "The bay was calm again." in english
