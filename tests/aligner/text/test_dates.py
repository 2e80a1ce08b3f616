"""Days that a text names, in digits and in characters of either language."""

import datetime as dt

import pytest

from align.aligner.text.dates import find_dates, parse_lone_date

DAY = dt.date(2031, 10, 23)


@pytest.mark.parametrize(
    "text",
    [
        "October 23, 2031",
        "23rd Oct. 2031",
        "2031年10月23日",
        "２０３１年１０月２３日",
        "二〇三一年十月二十三日",
        "二○三一年十月二十三日",
        "2031-10-23",
        "2031/10/23",
    ],
)
def test_a_day_is_found_however_it_is_written(text):
    assert find_dates(f"On {text} it rained.") == (DAY,)
    assert parse_lone_date(f"{text} 11:30") == DAY


@pytest.mark.parametrize("text", ["10月23日", "十月二十三日", "October 23"])
def test_a_day_without_a_year_needs_one(text):
    assert find_dates(text) == ()
    assert find_dates(text, year=2031) == (DAY,)


@pytest.mark.parametrize("text", ["2031年13月23日", "February 30, 2031", "二十二四年三月四日"])
def test_what_is_no_day_is_left_out(text):
    assert find_dates(text) == ()
