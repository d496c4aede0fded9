"""What a feed asks of those who poll it: how long to wait, and in which hours not to come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import hints

FEED = "<rss version='2.0'><channel><title>T</title>{}<item><title>x</title>{}</item>{}</channel></rss>"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("<ttl>90</ttl>", 5400),
        ("<ttl> 5\n</ttl>", 300),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 86400),
        ("<sy:updatePeriod>\n hourly </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 900),
        ("<syn:updatePeriod>daily</syn:updatePeriod><syn:updateFrequency>0</syn:updateFrequency>", 86400),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        ("<ttl>" + "9" * 5000 + "</ttl>", None),
        ("", None),
    ],
)
def test_the_wait_is_the_longest_that_is_asked_for(said: str, seconds: int | None) -> None:
    assert hints.of(FEED.format(said, "", "")).ttl == seconds
    assert hints.of(FEED.format("", "", said)).ttl == seconds


def test_what_an_entry_says_is_not_the_feeds_word() -> None:
    assert hints.of(FEED.format("", "<ttl>90</ttl><skipDays><day>Monday</day></skipDays>", "")) == hints.Hints()


def test_hours_and_days_are_hours_of_the_week() -> None:
    hours = hints.of(FEED.format("<skipHours><hour>0</hour>\n<hour>23</hour><hour>24</hour></skipHours>", "", "")).rests
    assert hours == tuple(sorted(day * 24 + hour for day in range(7) for hour in (0, 23)))
    days = hints.of(FEED.format("<skipDays><day>Saturday</day><day>sunday</day></skipDays>", "", "")).rests
    assert days == tuple(range(5 * 24, 7 * 24))


def test_what_is_no_hour_or_day_means_nothing() -> None:
    for said in ("<skipHours><hour>x</hour></skipHours>", "<skipDays><day>Someday</day></skipDays>", "<skipHours/>", "<skipDays>"):
        assert hints.of(FEED.format(said, "", "")).rests == ()


@given(
    st.lists(
        st.sampled_from(["<skipHours>", "<hour>", "7", " ", "</hour>", "</skipHours>", "<ttl>", "<item>", "</item>", "<day>Mon</day>"])
    )
)
def test_any_order_of_such_tags_gives_hours_of_a_week(parts: list[str]) -> None:
    assert all(0 <= hour < hints.WEEK for hour in hints.of("".join(parts)).rests)
