"""robots.txt as RFC 9309 reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.sources.web.fetcher import MAX_ROBOTS, read_rules

PAGE = "http://press.example/2016lh/a.htm"


def rules(text):
    return read_rules(200, text.encode())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_4xx_means_no_rules(status):
    assert read_rules(status, b"User-agent: *\nDisallow: /").allows(PAGE)


@pytest.mark.parametrize("status", [412, 429, 500, 503, 521])
def test_5xx_and_refusals_to_answer_mean_stay_out(status):
    closed = read_rules(status, b"")
    assert not closed.allows(PAGE)
    assert str(status) in closed.closed


def test_wildcards_are_understood():
    assert not rules("User-agent: *\nDisallow: /2016*/\n").allows(PAGE)
    assert rules("User-agent: *\nDisallow: /*.pdf$\n").allows(PAGE)


def test_the_longest_rule_wins():
    assert rules("User-agent: *\nDisallow: /\nAllow: /2016lh/\n").allows(PAGE)


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 12", 12.0),
        ("User-agent: *\nRequest-rate: 2/30", 15.0),
        ("User-agent: *\nRequest-rate: 1/30\nCrawl-delay: 5", 30.0),
        ("User-agent: other\nCrawl-delay: 99", 0.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("\ufeffUser-agent: *\nCrawl-delay: 3", 3.0),
    ],
)
def test_the_longest_delay_is_taken(text, delay):
    assert rules(text).delay == delay


@pytest.mark.parametrize(
    ("agents", "allowed"),
    [
        (["Other", "briefing-align"], False),
        (["Briefing*", "Other # no"], False),
        (["Other", "*"], False),
        (["Other", "align", "briefing-align-2", "**"], True),
        (["Other"], True),
        (["", "Other"], True),
    ],
)
def test_a_group_counts_when_one_of_its_robots_is_ours_or_any(agents, allowed):
    names = "".join(f"User-Agent: {agent}\n" for agent in agents)
    text = f"User-agent: Third\nDisallow: /x\n{names}Disallow: /\n\nuser agent Last\nAllow: /\n"
    assert rules(text).allows(PAGE) == allowed


def test_a_group_of_thousands_of_robots_with_thousands_of_rules_is_read():
    """Every robot of a group had every rule: their product, which takes minutes."""
    agents = "".join(f"User-agent: bot{number}\n" for number in range(11_000))
    paths = "".join(f"Disallow: /x{number}\n" for number in range(14_000))
    assert len(agents + paths) < MAX_ROBOTS
    assert rules(agents + "User-agent: *\n" + paths).allows(PAGE)
    assert not rules(agents + "User-agent: *\n" + paths + "Disallow: /2016").allows(PAGE)


def test_what_lies_beyond_the_limit_is_not_read():
    text = "User-agent: *\nDisallow:\n" + "#" * MAX_ROBOTS + "\nDisallow: /\n"
    assert rules(text).allows(PAGE)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_no_robots_txt_breaks_the_reading(body):
    read = read_rules(200, b"User-agent: *\n" + body)
    assert read.allows(PAGE) in (True, False)
    assert read.delay >= 0
