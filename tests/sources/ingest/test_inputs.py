"""Jobs of lists of addresses: pages of a web of our own, and files."""

import datetime as dt
from pathlib import Path

import pytest
from list_site import Web

from align.errors import FetchError, TextError
from align.sources.ingest.inputs import JobFinder
from align.sources.ingest.page_sources import list_addresses

LIST = "http://english.scio.gov.cn/pressroom/node_8020819{}.html"
TOLD = '<p><a href="node_8020819.html">1</a> <a href="node_8020819_2.html">2</a></p>'


def entry(day: int) -> str:
    address = f"/pressroom/2031-02/{day:02d}/content_77000{day:02d}.html"
    return f'<li><a href="{address}">A press conference on lighthouse {day}</a></li>'


def a_list(*days: int, pager: str = "") -> str:
    return f"<ul>{''.join(map(entry, days))}</ul>{pager}"


def days(web: Web, since: int | None, said: list[str], address: str = LIST.format("")) -> list[int]:
    day = dt.date(2031, 2, since) if since else None
    jobs = JobFinder(web.get, tell=said.append, since=day).find([address])
    return [int(job.name[-7:-5]) for job in jobs]


@pytest.mark.parametrize("pager", [TOLD, ""])
def test_a_list_is_read_on_until_the_day_that_was_asked_for(pager):
    first, second = a_list(28, 27, 26, pager=pager), a_list(26, 25, 24, pager=pager)
    third = a_list(23, 22)
    web = Web({LIST.format(""): first, LIST.format("_2"): second, LIST.format("_3"): third})
    said: list[str] = []
    assert days(web, 25, said) == [28, 27, 26, 25]
    assert web.asked == [LIST.format(""), LIST.format("_2")]
    assert said == []


def test_a_list_that_repeats_its_last_page_ends_there():
    pages = {LIST.format(f"_{number}"): a_list(26, 25) for number in range(2, 9)}
    web, said = Web({LIST.format(""): a_list(28, 27), **pages}), list[str]()
    assert days(web, 1, said) == [28, 27, 26, 25]
    assert web.asked[-1] == LIST.format("_3")


def test_without_a_day_only_the_page_itself_is_read_and_the_others_are_told():
    web, said = Web({LIST.format(""): a_list(28, 27, pager=TOLD)}), list[str]()
    assert days(web, None, said) == [28, 27]
    assert said == [
        f"{LIST.format('')} has further pages; use --since DAY to read back to that day"
    ]


def test_a_further_page_that_is_told_and_not_there_is_said():
    web, said = Web({LIST.format(""): a_list(28, 27, pager=TOLD)}), list[str]()
    assert days(web, 1, said) == [28, 27]
    (line,) = said
    assert line.startswith(f"a page of the list is missing: {LIST.format('_2')}")


def test_a_list_in_a_folder_goes_on_with_the_extension_of_its_links():
    base = "https://www.mfa.gov.cn/web/fyrbt_673021/jzhsl_673025/"
    title = "2031年2月{0}日外交部发言人谢兰汀主持例行记者会"
    link = f'<li><a href="./203102/t203102{{0}}_519900{{0}}.shtml">{title}</a></li>'
    pages = [
        f"<ul>{''.join(map(link.format, numbers))}</ul><script>var countPage = 3;</script>"
        for numbers in ((28, 27, 26), (25, 24, 23), (22, 21, 20))
    ]
    web = Web(dict(zip((base, f"{base}index_1.shtml", f"{base}index_2.shtml"), pages, strict=True)))
    jobs = JobFinder(web.get, since=dt.date(2031, 2, 22)).find([base])
    assert [int(job.name[-8:-6]) for job in jobs] == [28, 27, 26, 25, 24, 23, 22]
    assert web.asked[1:3] == [f"{base}index_1.shtml", f"{base}index_2.shtml"]


def test_a_list_of_addresses_may_have_any_encoding_and_a_large_text_is_not_read_as_one(
    tmp_path: Path,
):
    path, address = tmp_path / "list.txt", "http://press.example/2031/1.htm"
    path.write_text(f"# 海洋经济\n{address}\n", encoding="utf-16")
    assert list_addresses(str(path), 1000) == (address,)
    assert list_addresses(str(path), 10) == ()  # whoever reads it says that it is too large


def test_files_in_the_wrong_order_are_exchanged_with_a_note_and_keep_their_address(tmp_path: Path):
    zh, en = tmp_path / "one.txt", tmp_path / "two.txt"
    zh.write_text("灯塔照亮了整个海湾。\n", encoding="utf-8")
    en.write_text("The lighthouse lit the whole bay.\n", encoding="utf-8")
    pairs = []
    for source, chinese in ((en, zh), (zh, en)):
        finder = JobFinder(Web({}).get, zh=str(chinese))
        (job,) = finder.find([str(source)])
        pairs.append(job.read(finder.fetch, finder.say))
    right, wrong = pairs
    assert (wrong.address, wrong.facts) == (right.address, right.facts)
    assert [document.language for document in (wrong.zh, wrong.en)] == ["zh", "en"]
    note = "The Chinese and the English text were given in the wrong order and have been exchanged."
    assert note in wrong.zh.notes
    assert note in wrong.en.notes
    assert note not in (*right.zh.notes, *right.en.notes)


def test_all_lists_are_checked_before_the_first_url_is_fetched(tmp_path: Path):
    one, two = tmp_path / "one.txt", tmp_path / "two.lst"
    one.write_text(f"{LIST.format('')}\n\nsite.example/2.htm\nhttps://\n", encoding="utf-8")
    two.write_text(
        "htps://site.example/1\nhttps://site.example/2\nhttps://closed.example/3\n", "utf-8"
    )
    web = Web({LIST.format(""): a_list(28, 27)})

    def check(url: str) -> None:
        if "closed" in url:
            raise FetchError(f"{url}: closed")

    with pytest.raises(TextError) as caught:
        JobFinder(web.get, check=check).find([LIST.format(""), str(one), str(two)])
    faults = str(caught.value).split("; ")
    assert faults == [
        f"{one}, line 3: 'site.example/2.htm' is not a complete URL (add https://)",
        f"{one}, line 4: 'https://' is not a complete URL",
        f"{two}, line 1: 'htps://site.example/1' is not a complete URL",
        f"{two}, line 3: https://closed.example/3: closed",
        "nothing was fetched",
        "correct these lines, or start them with # to skip them",
    ]
    assert web.asked == []


def test_of_many_bad_lines_the_first_are_named_and_the_others_counted(tmp_path: Path):
    path = tmp_path / "list.txt"
    path.write_text("https://site.example/1\n" + "site.example\n" * 1030, encoding="utf-8")
    with pytest.raises(TextError, match=r"line 21: .*; and 1,010 more; nothing was fetched"):
        list_addresses(str(path), 100_000)


def test_a_text_in_which_few_lines_are_urls_is_not_a_list(tmp_path: Path):
    path = tmp_path / "text.txt"
    path.write_text("大家好。\nhttps://site.example/1\n谢谢。\n", encoding="utf-8")
    assert list_addresses(str(path), 1000) == ()


def test_a_list_whose_first_address_lacks_its_beginning_names_the_line(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("www.site.example/1\nhttps://site.example/2\n", encoding="utf-8")
    with pytest.raises(TextError, match=r"line 1: 'www.site.example/1' is .* .add https://"):
        list_addresses(str(path), 1000)
