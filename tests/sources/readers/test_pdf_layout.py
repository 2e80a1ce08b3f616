"""What ends a paragraph of a PDF, shown on lines with their places, and on PDFs made here."""

from dataclasses import replace

import pytest
from pdf_pages import page_of

from align.sources import readers
from align.sources.readers.pdf import normalise_characters, read_again
from align.sources.readers.pdf_layer import read_lines
from align.sources.readers.pdf_lines import drop_page_edges, find_leaders, join_paragraphs
from align.sources.readers.pdf_setting import TextLine

FULL = "The keepers of the lighthouses along the northern coast"  # as wide as the column
GONE = "have been at their lamps for many years and nights now."  # ends a sentence, and is full
SHORT = "They stay there."


def column(*lines: str, x: float = 70, top: float = 700, page: int = 0, indent: float = 22):
    """Set lines one below the other: ``>`` indents one, ``|`` leaves a space above it."""
    y, placed = top, []
    for line in lines:
        y -= 26 if line.startswith("|") else 16
        text = line.lstrip("|>")
        placed.append(TextLine(text, x + indent * (">" in line[:2]), y, 11, page))
    return placed


def test_a_full_last_line_ends_its_paragraph_when_the_next_line_is_indented():
    lines = column(f">{FULL}", GONE, f">{FULL}", GONE, f">{FULL}", SHORT)
    assert join_paragraphs(lines) == [f"{FULL} {GONE}", f"{FULL} {GONE}", f"{FULL} {SHORT}"]


def test_a_full_last_line_ends_its_paragraph_when_a_space_follows():
    lines = column(FULL, GONE, f"|{FULL}", GONE, f"|{FULL}", GONE, f"|{FULL}", SHORT)
    assert join_paragraphs(lines) == [f"{FULL} {GONE}"] * 3 + [f"{FULL} {SHORT}"]


def test_a_sentence_that_ends_at_a_line_does_not_end_an_indented_or_spaced_paragraph():
    indented = column(*(line for _ in range(3) for line in (f">{FULL}", GONE, FULL, SHORT)))
    assert join_paragraphs(indented) == [f"{FULL} {GONE} {FULL} {SHORT}"] * 3
    spaced = column(*(line for _ in range(4) for line in (f"|{FULL}", GONE, FULL, SHORT)))
    assert join_paragraphs(spaced) == [f"{FULL} {GONE} {FULL} {SHORT}"] * 4


def test_a_line_with_room_for_the_next_word_ends_a_paragraph_that_nothing_else_sets_apart():
    lines = column(FULL, GONE[:40] + "now.", FULL, SHORT)
    assert join_paragraphs(lines) == [f"{FULL} {GONE[:40]}now.", f"{FULL} {SHORT}"]
    assert join_paragraphs(column(FULL, GONE, FULL, SHORT)) == [f"{FULL} {GONE} {FULL} {SHORT}"]


def test_a_paragraph_goes_on_in_the_next_column_and_page():
    first = column(f">{FULL}", FULL, f">{FULL}", FULL)
    second = column(FULL, SHORT, f">{FULL}", FULL, x=320)
    third = column(FULL, SHORT, f">{FULL}", SHORT, page=1)
    assert join_paragraphs([*first, *second, *third]) == [
        f"{FULL} {FULL}",
        f"{FULL} {FULL} {FULL} {SHORT}",
        f"{FULL} {FULL} {FULL} {SHORT}",
        f"{FULL} {SHORT}",
    ]


def test_a_new_column_that_begins_indented_begins_a_paragraph():
    lines = [*column(f">{FULL}", GONE, f">{FULL}", GONE), *column(f">{FULL}", GONE, SHORT, x=320)]
    assert len(join_paragraphs(lines)) == 3


def test_a_title_in_larger_letters_may_have_several_lines():
    """LibreOffice sets lines of 22 points 31 points apart, and lines of 12 points 16 points."""
    title = [
        TextLine("林汐港务局举行北岸灯塔修缮工程进展情", 70, 700, 22, right=466, first=22),
        TextLine("况新闻发布会", 200, 669, 22, right=332, first=22),
    ]
    text = [
        TextLine("守塔人说，灯塔的灯每天傍晚都亮，船长们看得" * 2, 70, y, 12, right=466, first=12)
        for y in (640, 624, 608, 592)
    ]
    assert join_paragraphs([*title, *text])[0] == "林汐港务局举行北岸灯塔修缮工程进展情况新闻发布会"


def test_a_heading_in_larger_letters_is_a_paragraph():
    heading = TextLine("The lighthouses of the north and of the south", 70, 700, 16)
    below = TextLine(FULL, 70, 676, 11)
    assert join_paragraphs([heading, below, *column(GONE, top=676)]) == [
        heading.text,
        f"{FULL} {GONE}",
    ]


@pytest.mark.parametrize("mark", ["• ", "1. ", "（一）", "(2) ", "— "])
def test_bullets_and_labels_begin_paragraphs_after_a_full_line(mark):
    assert join_paragraphs(column(FULL, GONE, f"{mark}Lamps", SHORT))[0] == f"{FULL} {GONE}"
    assert join_paragraphs(column(FULL, GONE, "Tang Yulin:", SHORT)) == [
        f"{FULL} {GONE}", "Tang Yulin:", SHORT,
    ]  # fmt: skip


def test_a_last_line_with_a_colon_stays_in_its_paragraph_where_spaces_set_them_apart():
    reasons = "There are three reasons for it:"
    lines = column(*(line for _ in range(4) for line in (f"|{FULL}", GONE, reasons)))
    assert join_paragraphs(lines) == [f"{FULL} {GONE} {reasons}"] * 4


def test_the_second_line_of_a_bullet_stays_with_it_although_it_is_indented():
    lines = column(f"• {FULL}", f">{FULL}", f"• {FULL}", f">{FULL}", f"• {FULL}", f">{SHORT}")
    assert join_paragraphs(lines) == [f"• {FULL} {FULL}"] * 2 + [f"• {FULL} {SHORT}"]


def test_chinese_lines_are_joined_without_a_blank():
    full = "各位记者朋友大家上午好今天介绍全省灯塔的情况"
    lines = column(f">{full}", "请大家提问。", f">{full}", "谢谢大家。", f">{full}")
    assert join_paragraphs(lines) == [f"{full}请大家提问。", f"{full}谢谢大家。", full]


def test_another_language_begins_a_paragraph_after_a_full_line():
    chinese = "各位记者朋友大家上午好今天介绍全省灯塔的情况。"
    lines = column(FULL, GONE, chinese, FULL, GONE, chinese)
    assert join_paragraphs(lines) == [f"{FULL} {GONE}", chinese, f"{FULL} {GONE}", chinese]


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u00ad"])
def test_hyphens_at_line_ends_go_unless_the_word_has_one_elsewhere(hyphen):
    lines = [
        TextLine(f"A light{hyphen}"),
        TextLine("house of well-known keepers, known as well"),
        TextLine("x."),
    ]
    assert join_paragraphs(lines)[0].startswith("A lighthouse of well-known")
    kept = [
        TextLine("A well-known keeper and his lighthouses, which are well-"),
        TextLine("known to us."),
    ]
    assert join_paragraphs(kept) == [
        "A well-known keeper and his lighthouses, which are well-known to us."
    ]


def test_what_a_browser_prints_around_a_page_goes_and_a_number_within_it_stays():
    page = [
        TextLine("11/25/31, 2:26 PM Lamps", 30, 800, 8),
        TextLine("https://press.example/a.html 1/1", 30, 20, 8),
        *column(
            "In the year", "2031", "128", "lamps were lit in all, and they burn to this day.", SHORT
        ),
    ]
    (kept,) = drop_page_edges([page])
    assert [line.text for line in kept][:3] == ["In the year", "2031", "128"]
    assert len(kept) == 5
    chinese = [TextLine("2031/11/25 14:26 灯塔", 30, 800, 8), *column(*"abcdefgh")]
    assert [line.text for line in drop_page_edges([chinese])[0]] == list("abcdefgh")


def test_foot_lines_that_a_program_writes_first_are_found_by_their_place():
    pages = [
        [
            TextLine(f"Page {n}", 280, 25, 9),
            TextLine("Gazette", 280, 810, 9),
            *column(*f"ab{n}defghik"),
        ]
        for n in "qrs"
    ]
    assert [len(page) for page in drop_page_edges(pages)] == [9, 9, 9]


def test_radicals_and_ligatures_become_the_characters_that_are_meant():
    assert normalise_characters("⼈⺠政府新闻办公室，5⽉14⽇举⾏；⻓江、⻘海、⾯积、⼾籍") == (
        "人民政府新闻办公室，5月14日举行；长江、青海、面积、户籍"
    )
    assert normalise_characters("eﬃcient oﬀice ﬁrst") == "efficient office first"
    assert normalise_characters("人民 abc") == "人民 abc"


def test_a_pdf_of_indented_paragraphs_is_cut_at_the_indents(tmp_path):
    shown = ""
    for number in range(4):
        for line, (text, x) in enumerate(((FULL, 92), (GONE, 70))):
            y = 700 - 32 * number - 16 * line
            shown += f"BT /F1 11 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n"
    path = tmp_path / "a.pdf"
    path.write_bytes(page_of(shown))
    assert [text for _, text in readers.read(path).paragraphs()] == [f"{FULL} {GONE}"] * 4


def test_a_title_that_is_printed_in_two_lines_is_no_paragraph(tmp_path):
    stream = (
        "BT /F1 20 Tf 70 760 Td (Lighthouses renewed) Tj 0 -24 Td (along the coast) Tj "
        "/F1 11 Tf 0 -40 Td (Good morning, friends from the media.) Tj ET"
    )
    whole = page_of(stream).replace(
        b"trailer\n<< ", b"trailer\n<< /Info << /Title (Lighthouses renewed along the coast) >> "
    )
    (tmp_path / "a.pdf").write_bytes(whole)
    document = readers.read(tmp_path / "a.pdf")
    assert document.title == "Lighthouses renewed along the coast"
    assert [text for _, text in document.paragraphs()] == ["Good morning, friends from the media."]


def test_head_lines_that_change_with_the_chapter_are_found_by_their_height():
    names = ["lamps", "ports", "tides"]
    bodies = [
        column(f"{'ab' * number} {FULL}", GONE, FULL, f"{SHORT} {'ab' * number}.", page=number)
        for number in range(9)
    ]
    pages = [
        [TextLine(f"Chapter {number // 3}. On {names[number // 3]}", 70, 800, 11, number), *body]
        for number, body in enumerate(bodies)
    ]
    assert drop_page_edges(pages) == bodies
    assert drop_page_edges(bodies) == bodies


def test_dots_and_page_number_of_a_table_of_contents_go(tmp_path):
    stream = (
        "BT /F1 11 Tf 70 760 Td (1.2 Lamps . . . . . . . . 17) Tj 0 -40 Td (It was 1...2.) Tj ET"
    )
    (tmp_path / "a.pdf").write_bytes(page_of(stream))
    (reading,) = readers.read_parts(tmp_path / "a.pdf")
    text = " ".join(text for _, text in reading.document.paragraphs())
    assert text == "1.2 Lamps It was 1...2."
    assert ("page numbers of contents", 10) in [
        (left.reason, left.letters) for left in reading.left_out
    ]


def test_a_text_whose_lines_seldom_end_with_a_hyphen_divides_no_words():
    lines = column(*[FULL] * 30, "We came along the north-", f"ern coast. {GONE}")
    assert "the north-ern coast" in join_paragraphs(lines)[0]
    divided = column(*[FULL] * 3, "We came along the north-", f"ern coast. {GONE}")
    assert "the northern coast" in join_paragraphs(divided)[0]


def test_a_pdf_is_counted_by_a_second_library(tmp_path):
    (tmp_path / "a.pdf").write_bytes(page_of("BT /F1 11 Tf 70 760 Td (Good morning.) Tj ET"))
    (reading,) = readers.read_parts(tmp_path / "a.pdf")
    assert not reading.left_out
    assert list(read_again((tmp_path / "a.pdf").read_bytes(), 1)) == ["Good morning."]
    assert not list(read_again(b"%PDF-1.4 no such thing", 1))  # PDFium may read it nonetheless


def test_a_line_that_begins_in_bold_after_a_sentence_begins_a_paragraph():
    first, (second, third) = column(FULL, GONE), column(f"Alma: {FULL}", SHORT, page=1)
    lines = [*first, replace(second, bold=True), third]
    assert join_paragraphs(lines) == [f"{FULL} {GONE}", f"Alma: {FULL} {SHORT}"]
    assert join_paragraphs([*first, second, third]) == [f"{FULL} {GONE} Alma: {FULL} {SHORT}"]


def measured(*texts: str, x: float = 70, right: float = 500, first: float = 30, page: int = 0):
    """Set lines with measured widths: one that ends with ``|number`` ends that far to the left."""
    lines, y = [], 700.0
    for text in texts:
        text, _, short = text.partition("|")
        lines.append(TextLine(text, x, y, 11, page, right=right - float(short or 0), first=first))
        y -= 16
    return lines


def test_measured_widths_decide_whether_the_next_word_had_room():
    full = [f"Word {number} of a long line" for number in range(8)]
    ended = measured(*full[:3], "The end of it.|34", *full[3:])
    assert len(join_paragraphs(ended)) == 2
    wrapped = measured(*full[:3], "No end of it.|32", *full[3:])
    assert len(join_paragraphs(wrapped)) == 1


def test_a_quotation_with_an_edge_of_its_own_is_one_paragraph():
    body = measured(*(f"Word {number} of a long line" for number in range(8)))
    quoted = measured(
        *("Ends. A line of a note" for _ in range(6)), "And so on.|200", x=110, right=440
    )
    joined = join_paragraphs([*body, *(replace(line, y=line.y - 200) for line in quoted)])
    assert joined[-1] == f"{'Ends. A line of a note ' * 6}And so on."


def test_a_footnote_follows_the_paragraph_that_goes_on_over_the_page():
    first = measured(FULL, FULL, FULL)
    note = measured("1 Only in summer, as the keepers", "say.|300")
    note = [replace(line, y=line.y - 600, size=8) for line in note]
    second = measured(FULL, f"{SHORT}|300", page=1)
    assert join_paragraphs([*first, *note, *second]) == [
        f"{FULL} {FULL} {FULL} {FULL} {SHORT}",
        "1 Only in summer, as the keepers say.",
    ]


def test_numbers_of_contents_without_dots_are_found_at_the_edge_of_the_others():
    page = measured(
        "1 Lamps 3", "1.1 New . . . . . 3", "1.2 Old . . . . . 4", "1.3 Red . . . . . 5"
    )
    ends = find_leaders(page)
    assert [ends[line].strip(" .") for line in page] == ["3", "3", "4", "5"]
    prose = measured("It was in May 2031", "and 1.1 . . . . . 3")
    assert list(find_leaders(prose)) == prose[1:]


@pytest.mark.parametrize("number", ["iv", "xii", "- 4 -", "第 4 页"])
def test_page_numbers_at_the_foot_go(number):
    foot = TextLine(number, 300, 30, 10)
    (kept,) = drop_page_edges([[*column(*[FULL] * 9), foot]])
    assert foot not in kept


def test_the_layer_has_lines_with_their_places_and_fonts(tmp_path):
    shown = (
        "BT /F1 11 Tf 1 0 0 1 70 700 Tm (We came along the north-) Tj "
        "1 0 0 1 70 684 Tm (ern coast.) Tj 2 0 0 2 70 640 Tm (Lamps) Tj ET"
    )
    body = page_of(shown).replace(b"/Helvetica", b"/Helvetica-Bold")
    ((first, second, third),) = read_lines(body, 10)
    assert [line.text for line in (first, second, third)] == [
        "We came along the north-", "ern coast.", "Lamps",
    ]  # fmt: skip
    assert (first.x, first.y, first.size) == pytest.approx((70, 700, 11), abs=1)
    assert third.size == pytest.approx(22, abs=0.1)
    assert first.bold
    assert 0 < first.first < first.right - first.x


def row(left: str, right: str, y: float, first: float = 20) -> list[TextLine]:
    """Set the cells of a row of two columns, one line each."""
    return [
        TextLine(left, 70, y, 11, right=70 + 11 * len(left), first=first),
        TextLine(right, 310, y + 1, 11, right=310 + 5 * len(right), first=first, is_cell=True),
    ]


def test_each_cell_of_a_row_is_a_paragraph():
    table = [
        *row("方鹤桥：", "Fang Heqiao:", 700),
        *row("我们新建了三座灯塔。", "We built three lighthouses.", 680),
        *row("谢谢大家。", "Thank you all", 660),
    ]
    below = TextLine("The next briefing will be in June.", 70, 645, 11, right=280, first=20)
    assert join_paragraphs([*table, below]) == [
        *(cell.text for cell in table),
        "The next briefing will be in June.",
    ]


def test_a_long_cell_of_a_narrow_column_is_one_paragraph():
    lines = [
        *row("方鹤桥：", "Fang Heqiao:", 740),
        *(TextLine(text, 70, y, 11, right=296, first=22) for text, y in
          (("去年蓝海港完成货物吞吐量一亿二千万吨，", 720), ("比上年增长了百分之八，", 704))),
        TextLine("创下了新的纪录。", 70, 688, 11, right=158, first=22),
        TextLine("Last year the port handled 120 million tons", 310, 721, 11, right=540, first=24),
        TextLine("of cargo.", 310, 707, 11, right=350, first=12),
        *(TextLine("The whole width of the page is used below the table for its text.",
                   70, y, 11, right=540, first=20) for y in (640, 626, 612)),
    ]  # fmt: skip
    paragraphs = join_paragraphs(lines)
    assert (
        "去年蓝海港完成货物吞吐量一亿二千万吨，比上年增长了百分之八，创下了新的纪录。" in paragraphs
    )
    assert "Last year the port handled 120 million tons of cargo." in paragraphs


def test_the_layer_divides_a_row_of_a_table_and_no_heading(tmp_path):
    shown = (
        "BT /F1 11 Tf 1 0 0 1 70 700 Tm (Good morning.) Tj 1 0 0 1 300 700 Tm (All lamps) Tj "
        "1 0 0 1 70 660 Tm (4.5) Tj 1 0 0 1 110 660 Tm (Lamps of the port) Tj ET"
    )
    (lines,) = read_lines(page_of(shown), 10)
    assert [(line.text.strip(), line.is_cell) for line in lines] == [
        ("Good morning.", False), ("All lamps", True), ("4.5 Lamps of the port", False),
    ]  # fmt: skip
    code = page_of("BT /F1 11 Tf 1 0 0 1 70 620 Tm (lamps = 12        # all) Tj ET")
    (lines,) = read_lines(code.replace(b"/Helvetica", b"/Courier"), 10)
    assert [line.is_cell for line in lines] == [False]


RULES = "76 680 0.5 30 re f 104.2 680 m 104.2 710 l S "


@pytest.mark.parametrize(
    ("drawn", "first_row"),
    [
        (RULES, ["2028", "1200", "34.5"]),
        ("", ["2028 1200 34.5"]),
        ("74 697 26 14 re S 101 680 0.5 14 re f ", ["2028 1200 34.5"]),  # a box, a short stroke
    ],
)
def test_rules_between_narrow_columns_separate_their_cells(drawn, first_row):
    rows = (
        f"BT /F1 10 Tf 50 {y} Td ({year}) Tj 28 0 Td ({ships}) Tj 28 0 Td ({share}) Tj ET "
        for y, year, ships, share in ((700, "2028", "1200", "34.5"), (685, "2029", "1237", "35.5"))
    )
    (lines,) = read_lines(page_of(drawn + "".join(rows)), 10)
    assert [line.text.strip() for line in lines[: len(first_row)]] == first_row
    assert [line.is_cell for line in lines[: len(first_row)]] == [
        number > 0 for number in range(len(first_row))
    ]


def test_page_numbers_of_contents_go_although_a_gap_sets_them_apart():
    lines = [
        TextLine(f"{number} A chapter . . . . . . {number}", 70, 700 - 14 * number, 11, right=500)
        for number in range(1, 6)
    ]
    entry = TextLine("6 A part", 70, 600, 11, right=120)
    number = TextLine("12", 490, 600, 11, right=500, is_cell=True)
    assert find_leaders([*lines, entry, number])[number] == "12"
    assert entry not in find_leaders([*lines, entry, number])


def test_all_cells_of_what_a_browser_prints_go_and_numbers_in_a_table_stay():
    head = [
        TextLine("11/30/31, 1:02 PM", 24, 780, 8, right=90),
        TextLine("On lamps", 340, 780, 8, right=370, is_cell=True),
    ]
    table = [
        TextLine("2031", 70, 700, 11, right=95),
        TextLine("All lamps were lit", 200, 700, 11, right=300, is_cell=True),
    ]
    foot = [
        TextLine("https://lanhai.example/a", 24, 20, 8, right=90),
        TextLine("1/1", 570, 20, 8, right=590, is_cell=True),
    ]
    assert drop_page_edges([[*head, *table, *foot]]) == [table]
    assert drop_page_edges([table]) == [table]
    numbered = [*table, TextLine("12", 300, 40, 11, right=310)]
    assert drop_page_edges([numbered]) == [table]


def test_each_footnote_of_a_page_is_a_paragraph():
    body = column(FULL, FULL, FULL, GONE)
    notes = [
        TextLine("1Only in summer, as the keepers say in their reports", 70, 120, 8),
        TextLine("2The lamps are older than the tower", 70, 110, 8),
    ]
    assert join_paragraphs([*body, *notes])[-2:] == [note.text for note in notes]


def test_marks_of_footnotes_go_and_exponents_stay(tmp_path):
    body = "".join(f"1 0 0 1 70 {y} Tm (The keepers are at their lamps.) Tj " for y in (640, 626))
    shown = (
        "BT /F1 11 Tf 1 0 0 1 70 700 Tm (They came to the port) Tj "
        "4 Ts /F1 6 Tf (1) Tj 0 Ts /F1 11 Tf (, as they say.) Tj "
        "1 0 0 1 70 680 Tm (It has 12 km) Tj 4 Ts /F1 6 Tf (2) Tj 0 Ts /F1 11 Tf "
        f"{body}/F1 8 Tf 1 0 0 1 70 80 Tm (1 Only in summer.) Tj ET"
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(page_of(shown))
    (reading,) = readers.read_parts(path)
    text = " ".join(text for _, text in reading.document.paragraphs())
    assert "They came to the port, as they say." in text
    assert "It has 12 km2" in text
    assert "1 Only in summer." in text
    assert [(part.reason, part.first) for part in reading.left_out] == [
        ("marks of footnotes", "1"),
    ]  # fmt: skip
