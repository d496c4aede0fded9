"""Spans and moments as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import when

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # a Wednesday
VIENNA = ZoneInfo("Europe/Vienna")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("15min", 900),
        ("1h", 3600),
        ("2d", 172_800),
        ("1w", 604_800),
        ("1h30m", 5400),
        (" 1 H ", 3600),
        ("0.5d", 43_200),
    ],
)
def test_a_span_is_read_in_seconds(text: str, seconds: int) -> None:
    assert when.span(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "5", "5 parsecs", "1h x", "-1h", "1e9w", "99999999999999999999d"])
def test_what_is_no_span_is_told_apart(text: str) -> None:
    assert when.span(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("24h", NOW - timedelta(days=1)),
        ("today", datetime(2026, 11, 24, 23, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 23, 23, tzinfo=UTC)),
        ("monday", datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ("Wed", datetime(2026, 11, 24, 23, tzinfo=UTC)),
        ("thursday", datetime(2026, 11, 18, 23, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 21, 23, tzinfo=UTC)),
        ("2026-11-22T06:00", datetime(2026, 11, 22, 5, tzinfo=UTC)),
        ("2026-11-22t06:00z", datetime(2026, 11, 22, 6, tzinfo=UTC)),
        ("2026-07-22 06:00+00:00", datetime(2026, 7, 22, 6, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_the_zone_of_the_reader(text: str, moment: datetime) -> None:
    assert when.moment(text, NOW, VIENNA) == moment


def test_a_span_counts_forward_where_an_end_is_asked_for() -> None:
    assert when.ahead("14d", NOW, UTC) == NOW + timedelta(days=14)
    assert when.ahead("2027-01-01", NOW, UTC) == datetime(2027, 1, 1, tzinfo=UTC)


@given(st.text(max_size=30))
def test_reading_a_moment_never_raises(text: str) -> None:
    for read in (when.moment, when.ahead):
        found = read(text, NOW, VIENNA)
        assert found is None or found.tzinfo is not None


@given(st.integers(1, 31 * 86_400))
def test_a_span_in_words_is_read_back_as_itself(seconds: int) -> None:
    assert when.span(when.words(seconds)) == seconds


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (0, "now"),
        (59, "now"),
        (60, "1m"),
        (3599, "59m"),
        (7200, "2h"),
        (86_400, "1d"),
        (13 * 86_400, "13d"),
        (14 * 86_400, "2w"),
        (400 * 86_400, "1y"),
    ],
)
def test_an_age_takes_a_few_characters(back: int, words: str) -> None:
    assert when.ago(NOW - timedelta(seconds=back), NOW) == words


def test_the_future_is_told_as_such() -> None:
    assert when.ago(NOW + timedelta(hours=3), NOW) == "in 3h"


def test_a_time_for_people_names_its_zone() -> None:
    assert when.local(NOW, VIENNA) == "2026-11-25 10:30 CET"
