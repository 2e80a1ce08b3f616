"""Whether two documents are one briefing, who is who in them, and which document is the other."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_pages import ADDRESSES, FOLDER, page

from align.aligner.text.pinyin import is_same_name
from align.records import Document, Page, Participant, Turn
from align.sources import extract
from align.sources.extract.transcript.roles import count_same_speakers
from align.sources.ingest import same_briefing
from align.sources.ingest.known_pages import NoPages


@pytest.fixture(scope="module")
def en():
    return extract.read_document([page("scio_en_hub.html")])


@pytest.fixture(scope="module")
def zh():
    return extract.read_document([page("scio_zh_new.html")])


def fetched(name):
    """Return a replica as it would have been fetched."""
    at, address = dt.datetime(2031, 3, 1, tzinfo=dt.UTC), ADDRESSES[name]
    return Page(address, address, 200, (), at, (FOLDER / name).read_bytes())


def spoken(language, *paragraphs, **facts):
    return Document(language, facts.pop("title", ""), (Turn("", paragraphs),), **facts)


def test_translations_are_one_briefing_with_reasons(zh, en):
    judgement = same_briefing.judge(zh, en, 0.9)
    assert judgement.ok
    assert judgement.reasons == (
        "both are dated 2031-03-06",
        "3 of 3 speakers are the same",
        "88% of the numbers are in both",
        "2.6 English characters per Chinese character",
        "mean similarity 0.90",
    )


def test_documents_of_other_people_dates_and_figures_are_refused(zh, en):
    other = replace(
        en,
        date=dt.date(2030, 1, 1),
        participants=(Participant("Wei Tinglan", "", "speaker"),),
        turns=(
            Turn("Wei Tinglan:", ("In 1999 we sold 44.5 tons, 3.3, 5.5, 6.6 and 1,234 boxes.",)),
        ),
    )
    judgement = same_briefing.judge(zh, other, 0.2)
    assert not judgement.ok
    assert "different dates (2031-03-06, 2030-01-01)" in judgement.reasons
    assert "0 of 1 speakers are the same" in judgement.reasons


def test_little_evidence_refuses_nothing():
    judgement = same_briefing.judge(spoken("zh", "你好，世界。"), spoken("en", "Hello, world."))
    assert judgement.ok


def test_an_excerpt_is_no_translation_of_the_whole(zh):
    long = spoken("en", "A sentence of the other text, which goes on and on. " * 200)
    judgement = same_briefing.judge(zh, long)
    assert any(reason.startswith("their lengths do not match") for reason in judgement.reasons)


def test_paragraphs_that_are_the_same_in_both_texts_do_not_count_for_the_lengths():
    code = tuple(f"lamp --light {number} --height 40 --oil barrel" for number in range(9))
    zh = spoken("zh", "灯塔每晚点亮，看守人住在塔下的小屋里。", *code)
    en = spoken("en", "The lighthouse is lit every night, and its keeper lives below.", *code)
    assert "2.7 English characters per Chinese character" in same_briefing.judge(zh, en).reasons


def test_offices_are_not_compared_as_people():
    zh = spoken("zh", "好。", participants=(Participant("海港局局長", "", "speaker"),))
    en = spoken("en", "Good.", participants=(Participant("Secretary for Harbours", "", "speaker"),))
    assert not [r for r in same_briefing.judge(zh, en).reasons if "speakers" in r]


def test_a_low_similarity_alone_is_enough_to_refuse():
    zh, en = spoken("zh", "今天天气很好。"), spoken("en", "The ships are in port.")
    assert not same_briefing.judge(zh, en, 0.2).ok
    assert same_briefing.judge(zh, en, 0.8).ok


def test_sides_may_come_in_either_order(zh, en):
    assert same_briefing.judge(en, zh) == same_briefing.judge(zh, en)


def test_people_are_the_same_when_pinyin_spells_their_names(zh, en):
    assert count_same_speakers(zh, en) == 3
    assert count_same_speakers(zh, replace(en, turns=(), participants=())) == 0


@pytest.mark.parametrize(
    ("han", "latin"),
    [
        ("方禾乔", "Fang Heqiao"),
        ("方禾乔", "Heqiao Fang"),
        ("单小北", "Shan Xiaobei"),
        ("吕安", "Lyu An"),
        ("吕安", "Lü An"),
        ("欧阳澄", "Ouyang Cheng"),
        ("陳安", "Chen An"),
    ],
)
def test_a_pinyin_name_is_recognised(han, latin):
    assert is_same_name(han, latin)


@pytest.mark.parametrize(
    ("han", "latin"),
    [("方禾乔", "Fang He"), ("方", "Fang"), ("方禾乔", ""), ("", "Fang"), ("abc", "abc")],
)
def test_other_names_are_not(han, latin):
    assert not is_same_name(han, latin)


def test_figures_are_those_that_look_alike_in_both_languages():
    zh = spoken("zh", "增长7.6%，共1,234座，其中46座，投资3.42亿元。")
    assert same_briefing.find_figures(zh) == {"7.6", "1234", "3.42"}


def test_the_counterpart_is_proposed_among_pages_of_the_other_language():
    pages = [fetched(name) for name in ("mfa_en.html", "scio_en_hub.html", "scio_en_list.html")]
    document = extract.read_document([page("scio_zh_new.html")])
    proposals = same_briefing.propose_counterparts(document, pages, NoPages())
    assert [other.url for other in proposals] == [pages[1].url]


def test_no_page_of_the_other_language_means_no_proposal(zh):
    pages = [fetched("scio_zh_new.html")]
    assert same_briefing.propose_counterparts(zh, pages, NoPages()) == ()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.text(alphabet="中文abc 1.5%", max_size=20), min_size=1, max_size=5),
    st.lists(st.text(alphabet="中文abc 1.5%", max_size=20), min_size=1, max_size=5),
    st.none() | st.floats(0, 1),
)
def test_any_two_texts_are_judged(one, two, similarity):
    assert same_briefing.judge(spoken("zh", *one), spoken("en", *two), similarity).reasons


def test_what_speaks_against_a_pair_is_told_also_when_it_is_taken(zh, en):
    assert same_briefing.judge(zh, en, 0.9).doubts == ()
    later = replace(en, date=en.date + dt.timedelta(1))
    judgement = same_briefing.judge(zh, later, 0.9)
    assert judgement.ok
    assert judgement.doubts == ("their dates are a day apart (2031-03-06, 2031-03-07)",)


def test_neighbouring_days_of_a_series_are_never_one_briefing(zh, en):
    one = replace(zh, title="2031年3月6日澄湖市例行发布会", date=dt.date(2031, 3, 6))
    two = replace(en, title="Chenghu's Regular Press Conference on March 7", date=one.date)
    judgement = same_briefing.judge(one, two, 0.99)
    assert not judgement.ok
    assert "their titles name different days (2031-03-06, 2031-03-07)" in judgement.reasons
    same = replace(two, title="Chenghu's Regular Press Conference on March 6")
    assert same_briefing.judge(one, same, 0.99).ok


@pytest.mark.parametrize(
    "says",
    [
        "(Please also refer to the Chinese portion of the remarks.)",
        "(Please also refer to the Chinese part of the transcript.)",
    ],
)
def test_a_transcript_that_sends_readers_to_the_other_language_is_half_of_one(zh, en, says):
    last = replace(en.turns[-1], paragraphs=(*en.turns[-1].paragraphs, says))
    half = replace(en, turns=(*en.turns[:-1], last))
    judgement = same_briefing.judge(zh, half, 0.9)
    assert not judgement.ok
    assert any("the other version contains more" in reason for reason in judgement.reasons)


def test_sides_that_complete_each_other_are_refused(zh, en):
    assert same_briefing.judge(zh, en, 0.5, one_sided=0.1).ok
    judgement = same_briefing.judge(replace(zh, date=None), en, 0.5, one_sided=0.42)
    assert not judgement.ok
    assert "at least 42% of each document has no translation in the other" in judgement.reasons


QUAYS = tuple(f"第{number}号码头去年春天重新向渡船开放。" for number in range(8))
QUAYS_EN = tuple(f"Quay number {number} was opened to ferries last spring." for number in range(8))


def test_a_file_in_both_languages_is_refused_with_one_of_its_halves():
    both = spoken("en", *QUAYS_EN, *QUAYS)
    judgement = same_briefing.judge(spoken("zh", *QUAYS), both, 0.95)
    assert not judgement.ok
    assert any("contains both languages" in doubt for doubt in judgement.doubts)
    swapped = same_briefing.judge(spoken("zh", *QUAYS, *QUAYS_EN), spoken("en", *QUAYS_EN), 0.95)
    assert not swapped.ok


@pytest.mark.parametrize("translated", [2, 4, 7])
def test_a_partly_translated_text_is_taken(translated):
    partly = spoken("zh", *QUAYS[:translated], *QUAYS_EN[translated:])
    assert same_briefing.judge(partly, spoken("en", *QUAYS_EN), 0.95).ok
