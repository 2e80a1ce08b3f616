"""``align read``: what is read is shown to people and to programs, and nothing is aligned."""

import json

from site_pages import FOLDER

ZH = """title: 澄湖

主持人 林可：
大家上午好。

市长 高远：
去年造林1.2万亩。

今年再建两座水厂。
"""


def test_a_person_sees_who_speaks_and_how_turns_begin(run, tmp_path):
    (tmp_path / "zh.txt").write_text(ZH, encoding="utf-8")
    shown = run("read", "zh.txt").out
    assert "主持人 林可： 大家上午好。" in shown
    assert "市长 高远： 去年造林1.2万亩。 (+1)" in shown


def test_the_whole_text_is_shown_on_request(run, tmp_path):
    long = "去年造林1.2万亩，" * 20 + "完成了计划。"
    (tmp_path / "zh.txt").write_text(ZH.replace("去年造林1.2万亩。", long), encoding="utf-8")
    assert long not in run("read", "zh.txt").out
    shown = run("read", "zh.txt", "--full").out.splitlines()
    at = next(number for number, line in enumerate(shown) if line.endswith(f"市长 高远： {long}"))
    assert shown[at + 1].strip() == "今年再建两座水厂。"


def test_a_program_gets_one_object_a_document_with_what_was_left_out(run):
    page = FOLDER / "scio_en_article_1.htm"
    read = json.loads(run("read", page, "--json").out)
    assert read["source"] == str(page)
    assert read["site"] == "scio_en"
    assert read["language"] == "en"
    assert {"title", "date", "place", "participants", "captions", "notes"} <= set(read)
    assert {"label", "role", "paragraphs"} == set(read["turns"][0])
    assert all(part["reason"] and part["letters"] >= 0 for part in read["left_out"])


def test_a_file_in_both_languages_is_two_documents(run, tmp_path):
    (tmp_path / "both.tsv").write_text(
        "中文\tEnglish\n大家好。\tHello.\n谢谢。\tThanks.\n", "utf-8"
    )
    lines = run("read", "both.tsv", "--json").out.splitlines()
    assert [json.loads(line)["language"] for line in lines] == ["zh", "en"]


def test_what_cannot_be_read_is_a_line_and_does_not_stop_the_rest(run, tmp_path):
    (tmp_path / "zh.txt").write_text(ZH, encoding="utf-8")
    done = run("read", FOLDER / "mfa_list.shtml", "gone.txt", "zh.txt", "--json")
    lists, gone, text = map(json.loads, done.out.splitlines())
    assert (lists["kind"], "mostly links" in lists["error"]) == ("list", True)
    assert "gone.txt" in gone["error"]
    assert text["turns"]
    assert done.code == 1
    assert "2 of 3 sources could not be read" in done.err


def test_the_files_of_a_folder_are_read_one_by_one(run, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(ZH, encoding="utf-8")
    sources = [
        json.loads(line)["source"] for line in run("read", folder, "--json").out.splitlines()
    ]
    assert sources == [str(folder / "a.txt"), str(folder / "b.txt")]


def test_the_files_that_name_the_addresses_of_pages_are_no_pages(run, tmp_path):
    en = "All 128 lamps of the coast were renewed this year. " * 3
    for name, text in (("en", en), ("zh", "今年更新了沿海的128盏灯，都亮起来了。" * 3)):
        (tmp_path / f"a.{name}.html").write_text(f"<meta charset=utf-8><p>{text}</p>", "utf-8")
        (tmp_path / f"a.{name}.html.url").write_text(f"http://site.example/{name}.html", "utf-8")
    names = sorted(path.name for path in tmp_path.iterdir())
    read = [json.loads(line) for line in run("read", *names, "--json").out.splitlines()]
    assert [one["source"] for one in read] == names[::2]
    done = run("add", *names, "--dry-run")
    assert done.out.splitlines() == ["a.en.html a.zh.html"]


def test_an_address_is_read_in_its_own_language_only(run, site):
    address = f"{site}/pressroom/2031-05/14/content_900001.htm"
    read = json.loads(run("read", address, "--allow-private", "--delay", "0", "--json").out)
    assert read["language"] == "en"
    assert read["counterpart_url"]
