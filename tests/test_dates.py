"""Dates are read as feeds write them, whatever the country, and never misread as another day."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import dates

READ = [
    ("Sat, 07 Sep 2002 00:00:01 GMT", "2002-09-07T00:00:01"),
    ("7 Sep 2002 10:00", "2002-09-07T10:00:00"),
    ("Sat,07 Sep 02 00:00:01 +0200", "2002-09-06T22:00:01"),
    ("Mon, 01 Jul 2024 12:00:00 BST", "2024-07-01T11:00:00"),
    ("Mon, 01 Jul 2024 12:00:00 CEST", "2024-07-01T10:00:00"),
    ("Mon, 01 Jul 2024 12:00:00 AEST", "2024-07-01T02:00:00"),
    ("Mon, 01 Jul 2024 12:00:00 EST", "2024-07-01T17:00:00"),
    ("Mon, 01 Jul 2024 12:00:00 PDT", "2024-07-01T19:00:00"),
    ("Mon, 01 Jul 2024 12:00:00 GMT+9", "2024-07-01T03:00:00"),
    ("Mon, 01 Jul 2024 12:00:00 UTC-05:30", "2024-07-01T17:30:00"),
    ("Mon, 01 Jul 2024 12:00:00 +0000 (UTC)", "2024-07-01T12:00:00"),
    ("2024-07-01T12:00:00Z", "2024-07-01T12:00:00"),
    ("2024-07-01T12:00:00.123456789+02:00", "2024-07-01T10:00:00"),
    ("2024-07-01 12:00:00", "2024-07-01T12:00:00"),
    ("2024-07-01 12:00:00 +0000 UTC", "2024-07-01T12:00:00"),
    ("20240701T120000Z", "2024-07-01T12:00:00"),
    ("2024-07-01", "2024-07-01T00:00:00"),
    ("2024-07", "2024-07-01T00:00:00"),
    ("2024", "2024-01-01T00:00:00"),
    ("2003-12-31T24:00:00Z", "2004-01-01T00:00:00"),
    ("Tue, 05 Mar 2024 25:00:00 GMT", "2024-03-05T00:00:00"),
    ("2020/1/10 14:33:00", "2020-01-10T14:33:00"),
    ("31/12/2023 10:00", "2023-12-31T10:00:00"),
    ("12/31/2023", "2023-12-31T00:00:00"),
    ("31.12.2023", "2023-12-31T00:00:00"),
    ("1708300800", "2024-02-19T00:00:00"),
    ("1708300800123", "2024-02-19T00:00:00"),
    ("Thu Jan  1 10:00:00 2004", "2004-01-01T10:00:00"),
    ("Sun Jan 4 16:29:06 PST 2004", "2004-01-05T00:29:06"),
    ("January 5, 2024 3:04 pm", "2024-01-05T15:04:00"),
    ("Fri, 13 Sept 2019 10:00:00 GMT", "2019-09-13T10:00:00"),
    ("Lun, 12 gennaio 2015 10:00:00 +0100", "2015-01-12T09:00:00"),
    ("5 août 2014 10:00 CEST", "2014-08-05T08:00:00"),
    ("7. März 2024 12:00", "2024-03-07T12:00:00"),
    ("3 июня 2020 12:00 MSK", "2020-06-03T09:00:00"),
    ("5 de mayo de 2021", "2021-05-05T00:00:00"),
    ("2024年1月2日 10:00", "2024-01-02T10:00:00"),
]


@pytest.mark.parametrize(("written", "expected"), READ)
def test_a_date_means_this_moment(written, expected):
    assert dates.parse(written) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["", "yesterday", "0000-00-00 00:00:00", "32 Jan 2024", "2024-13-01", "--", "Mon, 1 Foo 2024", "9" * 100_000]
)
def test_what_is_no_date_is_none(written):
    assert dates.parse(written) is None


@given(st.one_of(st.text(max_size=60), st.text("0123456789-/: TZ+GMTJan,.", max_size=40)))
def test_parse_never_raises(written):
    found = dates.parse(written)
    assert found is None or found.tzinfo is UTC


@given(st.integers(86_400, 4_102_444_800))
def test_the_standard_forms_read_back(seconds):
    at = datetime.fromtimestamp(seconds, UTC)
    assert dates.parse(at.isoformat()) == at
    assert dates.parse(at.strftime("%Y-%m-%dT%H:%M:%SZ")) == at
    day, month = (
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][at.weekday()],
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][at.month - 1],
    )
    assert dates.parse(f"{day}, {at.day:02} {month} {at.year} {at:%H:%M:%S} +0000") == at


def test_the_epoch_and_the_far_past_are_not_plausible_but_the_future_is_the_feeds_word():
    assert dates.plausible(datetime(1970, 1, 1, tzinfo=UTC)) is None
    assert dates.plausible(datetime(1, 1, 1, tzinfo=UTC)) is None
    assert dates.plausible(datetime(2100, 1, 1, tzinfo=UTC)) is not None
    assert dates.plausible(None) is None
