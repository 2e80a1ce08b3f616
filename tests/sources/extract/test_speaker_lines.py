"""Speakers in chat logs, automatic transcripts, calls, courts and plays; and ordinary texts."""

import pytest

from align.sources.extract.transcript import Block
from align.sources.extract.transcript.speaker_lines import mark_speakers
from align.sources.extract.transcript.timed_lines import find_timed_lines

SAID = ["Morning, everyone.", "The lamp failed again.", "Is it the new lens?", "I think so."]
SAID_ZH = ["大家早。", "灯又坏了。", "是新透镜的问题吗？", "我觉得是。"]


def marked(text):
    """Return the labels of the lines of a text, and its other lines."""
    blocks, _ = mark_speakers([Block(line) for line in text.splitlines() if line])
    labels = [block.text for block in blocks if block.label]
    return labels, [block.text for block in blocks if not block.label]


TIMED = [
    ("09:1{n} {name}: {said}", "{name}:"),
    ("[09:1{n}] {name}: {said}", "{name}:"),
    ("9:1{n} AM {name}: {said}", "{name}:"),
    ("00:01:1{n} {name}: {said}", "{name}:"),
    ("{name} (09:1{n}): {said}", "{name}"),
    ("{name} 09:1{n}: {said}", "{name}"),
    ("12/03/2031, 09:1{n} - {name}: {said}", "{name}:"),
    ("\u200e[12.03.31, 09:12:4{n}] ~ {name}: {said}", "{name}:"),
    ("2031/3/12 上午9:1{n} - {name}：{said}", "{name}："),
    ("[09:1{n}] <{name}> {said}", "{name}"),
    ("09:12:3{n} From {name} to Everyone: {said}", "{name}"),
    ("{name} 00:1{n}\n{said}", "{name}"),
    ("{name} 2031-03-12 09:12:4{n}\n{said}", "{name}"),
    ("[00:00:1{n}] {name}\n{said}", "{name}"),
    ("{name}(00:12:3{n}):\n{said}", "{name}"),
    ("{name}\n0:1{n}\n{said}", "{name}"),
    ("{name}, [12/03/2031 09:1{n}]\n{said}", "{name}"),
    ("{name} — Today at 9:1{n} AM\n{said}", "{name}"),
    ("{name} 03-12 09:1{n}\n{said}", "{name}"),
    ("【{name}】00:1{n}\n{said}", "【{name}】"),
]


@pytest.mark.parametrize(("form", "label"), TIMED)
@pytest.mark.parametrize(
    ("names", "said"), [(["Kim Lee", "Raj"], SAID), (["说话人1", "张三"], SAID_ZH)]
)
def test_a_name_next_to_a_time_is_a_label_in_a_conversation(form, label, names, said):
    speakers = names * 2
    lines = [
        form.format(n=number, name=name, said=text)
        for number, (name, text) in enumerate(zip(speakers, said, strict=True))
    ]
    labels, texts = marked("\n".join(lines))
    assert labels == [label.format(name=name) for name in speakers]
    assert texts == said


@pytest.mark.parametrize(
    ("asks", "answers"),
    [("Q. ", "A. "), ("Q1: ", "A1: "), ("Q2. ", "A: "), ("Ｑ：", "Ａ："), ("問：", "答："),
     ("问1：", "答1："), ("问／", "答／"), ("Question 1: ", "Answer: "), ("Q\n", "A\n"),
     ("Q ", "A ")],
)  # fmt: skip
def test_marks_of_questions_and_answers_are_labels(asks, answers):
    turns = [asks, answers] * 2
    labels, texts = marked("\n".join(turn + said for turn, said in zip(turns, SAID, strict=True)))
    assert labels == [turn.strip() for turn in turns]
    assert texts == SAID


@pytest.mark.parametrize(
    ("one", "two", "ones"),
    [
        ("記者／", "林懷恩／", None),
        ("主持人｜", "林懷恩｜", None),
        ("守灯人\u3000", "女儿\u3000", None),
        ("守灯人\n", "女儿\n", None),
        ("守灯人：\n", "女儿：\n", None),
        ("审：", "被：", None),
        ("KEEPER. ", "OLD SAILOR. ", None),
        ("KEEPER\n", "SAILOR (aside)\n", None),
        ("Mr. Smith (Riverton): ", "The Minister of Lamps (Mrs. Jones): ", None),
        ("Jane Doe - Chief Executive Officer\n", "Operator\n", None),
        ("Jane Doe -- Lamp Company\n", "Mei Sun -- Lens Company -- Analyst\n", None),
        ("Jane Doe (Northford) (Lab)\n", "The Minister (Tom Reed)\n", None),
        ("Jane Doe\nKeeper of Lamps\n", "Mei Sun\nAnalyst, Northgate\n", "{}, {}"),
    ],
)
def test_a_name_on_its_own_line_or_before_a_mark_is_a_label(one, two, ones):
    said = SAID_ZH if one[0] > "z" else SAID
    turns = [one, two] * 2
    labels, texts = marked("\n".join(turn + text for turn, text in zip(turns, said, strict=True)))
    assert texts == said
    shown = ones or "{}"
    assert labels == [shown.format(*turn.strip().splitlines()) for turn in turns]


def test_a_speaker_who_speaks_once_is_a_label_by_office_or_role():
    turns = [
        "Operator", "Good morning and welcome.",
        "Jane Doe - Chief Executive Officer", "Thank you. We sold more lamps.",
        "Safe Harbour", "These statements are forward-looking.",
        "Operator", "The first question, please.",
        "Priya Nair - Northgate Capital", "How many lamps?",
        "Jane Doe", "Eight hundred.",
    ]  # fmt: skip
    labels, _ = marked("\n".join(turns))
    assert labels == [*turns[:4:2], turns[6], turns[8], "Jane Doe"]


ORDINARY = {
    "timetable": "09:12 Departure: Northport, pier 4\n09:40 Arrival: Southport\n"
    "10:05 Departure: Southport, pier 1\n10:50 Arrival: Riverton",
    "programme": "09:00 Panel: Why do lighthouses matter?\n09:30 Talk: Who needs you?\n"
    "10:30 Panel: What do we do with old lamps?\n11:00 Talk: How do we pay?",
    "log": "09:12:01 INFO: starting\n09:12:02 ERROR: could not open the port\n"
    "09:12:05 INFO: starting\n09:12:06 ERROR: could not open the port",
    "diary": "3/12/31, 9:12 AM\nI cleaned the lens.\n3/13/31, 9:21 AM\nI stayed inside.\n"
    "3/14/31, 9:05 AM\nIs it spring?",
    "live times": "林海：大家早。\n2031-05-14 10:05:00\n记者：何时换灯？\n2031-05-14 10:06:00\n"
    "林海：我不知道。\n2031-05-14 10:07:00",
    "recipe": "Note: do not boil too long.\n1. Peel the eggs.\nNote: keep the shells.\n2. Simmer.",
    "list": "A. Boil the eggs.\nB. Peel them.\nC. Serve them.\nA. Wait.",
    "examination": "Q1. What is a lens?\nA. A piece of glass.\nB. A lamp.\n"
    "Q2. What is a keeper?\nA. A person.\nB. A lens.",
    "dictionary": "灯塔\n例：你看，灯塔！\n注：我国多用此义。\n例：你去吗？\n注：你我皆可。",
    "English with A": "A man came.\nA ship left.\nQ is a letter.\nA lamp was lit.",
    "sections": "略\u3000语\n时间\u3000三月六日\n地点\u3000云海港\n时间\u3000下午三点\n"
    "地点\u3000灯塔",
    "news": "新聞／港口今年吞吐量創新高。\n體育／教練退休。\n新聞／運費上漲。\n體育／划船隊奪冠。",
    "report": "FINANCE\nRevenue rose.\nSTAFF\nWe employed 40 people.\nFINANCE\nCosts fell.\n"
    "STAFF\nNobody left.",
    "abbreviations": "NATO. The alliance met.\nUNESCO. It listed the lamp.\nNATO. It met again.\n"
    "UNESCO. It listed the tower.",
    "licence": "PARTICULAR PURPOSE. IN NO EVENT SHALL YOU BE LIABLE.\n"
    "WARRANTIES. YOU TAKE IT AS IT IS.\nPARTICULAR PURPOSE. IN NO EVENT SHALL WE BE LIABLE.\n"
    "WARRANTIES. PLEASE READ IT.",
    "board": "Jane Doe - Chief Executive Officer\nMei Sun - Harbour Master\n"
    "Jane Doe - Chief Executive Officer\nMei Sun - Harbour Master\nThe board meets in May.",
    "lives": "Jane Doe - Harbour Master\nJane was a sailor.\nMei Sun - Counsel\nMei was a banker.",
    "contract": "租金\n租金每月八百元。\n押金\n押金为一千六百元。\n租金\n租金应于每月一日支付。\n"
    "押金\n押金不计利息。",
}  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_text_has_no_speakers(text):
    assert marked(text) == ([], text.splitlines())


def test_a_few_lines_of_the_form_of_a_script_in_a_long_text_are_no_script():
    turns = [f"{name}. Are you well?" for name in ("KEEPER", "SAILOR") * 2]
    labels, _ = marked("\n".join([*turns, *["The sea was calm."] * 20]))
    assert labels == ["KEEPER.", "SAILOR."] * 2
    labels, _ = marked("\n".join([*turns, *["The sea was calm."] * 200]))
    assert labels == []


def test_times_are_counted_and_a_second_line_of_a_message_is_its_text():
    lines = ["09:12 Kim: Morning.", "09:13 Raj: I am late.", "Sorry.", "09:14 Kim: Are you ill?"]
    blocks, stamps = mark_speakers([Block(line) for line in lines])
    assert [stamp.text for stamp in stamps] == ["09:12", "09:13", "09:14"]
    assert [block.text for block in blocks] == [
        "Kim:", "Morning.", "Raj:", "I am late.", "Sorry.", "Kim:", "Are you ill?"
    ]  # fmt: skip


def test_the_transcript_of_a_single_speaker_has_the_label():
    lines = [line for minute in range(3) for line in (f"Speaker 1 00:0{minute}", "I went on.")]
    assert len(find_timed_lines([Block(line) for line in lines])) == 3
