"""When a feed is asked, with what, and what is remembered of the answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import schedule
from curator.config import AUTO, Feed, Fetch
from curator.types import Document, Draft, FeedState, Problem, Response

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = Feed(name="harbour", url="https://harbour.example/feed")
AUTOMATIC = replace(FEED, every=AUTO)
FRESH = FeedState(name="harbour", url=FEED.url)


def answer(status: int = 200, body: bytes = b"<rss/>", problem: Problem | None = None, to: str | None = None, **headers: str) -> Response:
    """A response; header names with underscores for hyphens."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(
        feed="harbour",
        url=FEED.url,
        final_url=to or FEED.url,
        permanent_url=to,
        status=status,
        headers=fields,
        body=body,
        at=NOW,
        problem=problem,
    )


def document(*ages: timedelta, entries: int | None = None, **more: object) -> Document:
    """A document whose unknown entries are that old."""
    drafts = tuple(Draft(feed="harbour", published=NOW - age) for age in ages)
    count = len(ages) if entries is None else entries
    slices = b"".join(b"%08d" % number for number in range(count))
    return Document(feed="harbour", format="rss20", drafts=drafts, slices=slices, **more)  # type: ignore[arg-type]


def after(
    state: FeedState | None,
    response: Response,
    read: Document | None = None,
    problem: Problem | None = None,
    feed: Feed = FEED,
    now: datetime = NOW,
    jitter: float = 0.0,
) -> FeedState:
    return schedule.after(state, feed, response, read, problem or response.problem, now=now, jitter=lambda: jitter)


def failed(kind: str = "http", status: int = 500, **headers: str) -> Response:
    return answer(status, b"", Problem(feed="harbour", kind=kind, message="it failed"), **headers)


def unreadable() -> Problem:
    return Problem(feed="harbour", kind="not-a-feed", message="that is a web page")


def wait(state: FeedState, now: datetime = NOW) -> timedelta:
    assert state.next_due is not None
    return state.next_due - now


class TestDue:
    def test_a_feed_never_asked_is_due_and_a_disabled_one_never(self) -> None:
        off = replace(FEED, name="off", enabled=False)
        assert schedule.due([FEED, off], {}, NOW) == [FEED]
        assert schedule.due([FEED, off], {}, NOW, force=True) == [FEED]

    def test_a_feed_is_due_when_its_time_has_come(self) -> None:
        state = replace(FRESH, checked=NOW, next_due=NOW + HOUR)
        assert schedule.due([FEED], {"harbour": state}, NOW + HOUR / 2) == []
        assert schedule.due([FEED], {"harbour": state}, NOW + HOUR) == [FEED]
        assert schedule.due([FEED], {"harbour": state}, NOW, force=True) == [FEED]

    def test_an_hourly_poll_a_few_seconds_early_still_finds_hourly_feeds_due(self) -> None:
        state = replace(FRESH, checked=NOW + timedelta(seconds=20), next_due=NOW + HOUR + timedelta(seconds=20))
        assert schedule.due([FEED], {"harbour": state}, NOW + HOUR) == [FEED]

    def test_a_servers_word_holds_without_force_h7(self) -> None:
        state = replace(FRESH, checked=NOW, next_due=NOW, retry_after=NOW + 2 * HOUR)
        assert schedule.due([FEED], {"harbour": state}, NOW + HOUR) == []
        assert schedule.due([FEED], {"harbour": state}, NOW + 2 * HOUR) == [FEED]
        assert schedule.due([FEED], {"harbour": state}, NOW, force=True) == [FEED]

    def test_a_feed_that_is_gone_is_asked_only_by_force_h18(self) -> None:
        state = replace(FRESH, checked=NOW, next_due=NOW, gone=2)
        assert schedule.due([FEED], {"harbour": state}, NOW + 30 * DAY) == []
        assert schedule.due([FEED], {"harbour": state}, NOW, force=True) == [FEED]

    def test_a_new_address_in_feeds_toml_is_asked_at_once(self) -> None:
        state = replace(FRESH, checked=NOW, next_due=NOW + DAY, retry_after=NOW + DAY, gone=2)
        moved = replace(FEED, url="https://harbour.example/new")
        assert schedule.due([moved], {"harbour": state}, NOW) == [moved]

    def test_a_clock_set_back_asks_once_and_does_not_sleep_until_the_old_time_h26(self) -> None:
        state = after(None, answer(), document(HOUR), now=NOW + 400 * DAY)
        assert schedule.due([FEED], {"harbour": state}, NOW) == [FEED]
        again = after(state, answer(304, b""), now=NOW)
        assert schedule.due([FEED], {"harbour": again}, NOW) == []

    def test_a_machine_that_slept_asks_each_feed_once_h26(self) -> None:
        state = replace(FRESH, checked=NOW, next_due=NOW + HOUR)
        later = NOW + 30 * HOUR
        assert schedule.due([FEED], {"harbour": state}, later) == [FEED]
        assert wait(after(state, answer(304, b""), now=later), later) == HOUR


class TestTheQuestion:
    def test_carries_validators_exactly_as_remembered_h4(self) -> None:
        state = replace(FRESH, etag='W/"1"', last_modified="yesterday, about noon")
        request = schedule.request(FEED, state, Fetch(), lambda _name: None)
        assert (request.etag, request.last_modified) == ('W/"1"', "yesterday, about noon")

    def test_carries_none_to_another_address(self) -> None:
        state = replace(FRESH, etag='"1"', moved_to="https://new.example/")
        request = schedule.request(replace(FEED, url="https://other.example/"), state, Fetch(), lambda _name: None)
        assert (request.url, request.etag) == ("https://other.example/", None)

    def test_goes_to_where_a_feed_has_moved(self) -> None:
        state = replace(FRESH, moved_to="https://new.example/feed", etag='"1"')
        request = schedule.request(FEED, state, Fetch(), lambda _name: None)
        assert (request.url, request.etag) == ("https://new.example/feed", '"1"')

    def test_takes_what_the_feed_says_over_what_all_feeds_have(self) -> None:
        feed = replace(FEED, headers={"X": "y"}, username="ann", password_env="PW", proxy="http://p:1", verify_tls=False, ca_file="/ca")
        request = schedule.request(feed, None, Fetch(proxy="http://q:1"), {"PW": "secret"}.get)
        assert (request.headers, request.username, request.password) == ({"X": "y"}, "ann", "secret")
        assert (request.proxy, request.verify_tls, request.ca_file) == ("http://p:1", False, "/ca")
        assert schedule.request(FEED, None, Fetch(proxy="http://q:1"), {}.get).proxy == "http://q:1"


class TestValidators:
    def test_are_kept_from_the_first_document_on_h5(self) -> None:
        state = after(None, answer(etag='"1"', last_modified="then"), document(HOUR))
        assert (state.etag, state.last_modified) == ('"1"', "then")
        assert state.body_sha is not None

    def test_survive_a_304_that_has_none_h2(self) -> None:
        state = after(replace(FRESH, etag='"1"', last_modified="then"), answer(304, b""))
        assert (state.etag, state.last_modified) == ('"1"', "then")

    def test_of_a_304_replace_the_old_ones_h3(self) -> None:
        assert after(replace(FRESH, etag='"1"'), answer(304, b"", etag='"2"')).etag == '"2"'

    def test_that_a_new_document_no_longer_has_are_forgotten(self) -> None:
        assert after(replace(FRESH, etag='"1"'), answer(), document(HOUR)).etag is None

    def test_of_the_same_bytes_again_are_taken_over_h30(self) -> None:
        state = after(replace(FRESH, etag='"1"', body_sha="x"), answer(etag='"2"'))
        assert (state.etag, state.body_sha) == ('"2"', "x")

    @pytest.mark.parametrize("kind", ["not-a-feed", "parse", "budget", "internal"])
    def test_of_a_body_that_could_not_be_read_are_not_kept_and_the_next_question_is_open_h6(self, kind: str) -> None:
        state = replace(FRESH, etag='"good"', last_modified="then", body_sha="x", entries=3)
        state = after(state, answer(etag='"bad"'), problem=Problem(feed="harbour", kind=kind, message="no"))
        assert (state.etag, state.last_modified) == (None, None)
        assert (state.body_sha, state.entries, state.failures) == ("x", 3, 1)

    @pytest.mark.parametrize("problem", [None, Problem(feed="harbour", kind="parse", message="cut off")])
    def test_of_a_document_that_was_cut_off_are_not_kept_h6(self, problem: Problem | None) -> None:
        state = after(replace(FRESH, etag='"good"'), answer(etag='"bad"'), document(HOUR, partial=True), problem)
        assert (state.etag, state.body_sha) == (None, None)

    def test_survive_a_server_that_fails(self) -> None:
        assert after(replace(FRESH, etag='"1"'), failed()).etag == '"1"'

    def test_that_are_absurdly_long_are_not_kept(self) -> None:
        assert after(None, answer(etag='"' + "x" * 5000 + '"'), document(HOUR)).etag is None


class TestWhatIsRemembered:
    def test_of_a_document_is_what_it_says_of_the_feed(self) -> None:
        state = after(
            None, answer(), document(HOUR, 2 * HOUR, title="Harbour", home="https://harbour.example/", language="en", head_sha="h")
        )
        assert (state.title, state.home, state.language, state.format) == ("Harbour", "https://harbour.example/", "en", "rss20")
        assert (state.entries, state.newest, state.head_sha) == (2, NOW - HOUR, "h")
        assert (state.checked, state.succeeded, state.slices) == (NOW, NOW, b"0000000000000001")

    def test_the_newest_date_never_goes_back_and_is_never_in_the_future(self) -> None:
        state = after(replace(FRESH, newest=NOW - HOUR), answer(), document(-5 * DAY, 3 * DAY))
        assert state.newest == NOW - HOUR

    def test_what_a_cut_off_document_does_not_show_is_not_gone(self) -> None:
        state = replace(FRESH, slices=b"00000000000000010000000200000003", entries=4)
        state = after(state, answer(), document(entries=2, partial=True))
        assert state.slices == b"00000000000000010000000200000003"
        assert state.entries == 4

    def test_a_document_without_entries_is_no_failure(self) -> None:
        assert after(replace(FRESH, entries=3), answer(), document()).failures == 0

    def test_a_new_address_forgets_what_belonged_to_the_old_one(self) -> None:
        old = replace(
            FRESH,
            etag='"1"',
            moved_to="https://x.example/",
            gone=2,
            failures=9,
            failing_since=NOW,
            interval=99,
            slices=b"12345678",
            entries=1,
        )
        moved = replace(FEED, url="https://harbour.example/new")
        state = after(old, answer(304, b""), feed=moved)
        assert state == replace(
            FeedState(name="harbour", url=moved.url), checked=NOW, succeeded=NOW, next_due=NOW + HOUR
        )  # nothing else of it is left

    def test_the_same_answer_twice_changes_nothing(self) -> None:
        once = after(None, answer(etag='"1"'), document(HOUR, 2 * HOUR))
        assert after(once, answer(etag='"1"')) == once


class TestFailing:
    def test_is_counted_dated_and_told_until_it_ends_h10(self) -> None:
        one = after(FRESH, failed())
        two = after(one, failed(), now=NOW + HOUR)
        assert (two.failures, two.failing_since, two.checked, two.succeeded) == (2, NOW, NOW + HOUR, None)
        assert two.problem == Problem(feed="harbour", kind="http", message="it failed", since=NOW, failures=2)
        good = after(two, answer(304, b""), now=NOW + 2 * HOUR)
        assert (good.failures, good.failing_since, good.problem) == (0, None, None)
        assert wait(good, NOW + 2 * HOUR) == HOUR

    def test_waits_twice_as_long_each_time_up_to_a_day_and_never_gives_up_h10_h12(self) -> None:
        state, waits = FRESH, []
        for _ in range(30):
            state = after(state, failed())
            waits.append(wait(state) / HOUR)
        assert waits[:6] == [1, 2, 4, 8, 16, 24]
        assert set(waits[5:]) == {24}

    @given(st.floats(0, 0.999), st.integers(1, 400), st.integers(60, 10 * 86400))
    def test_is_spread_by_chance_but_never_past_a_day_h10(self, chance: float, failures: int, every: int) -> None:
        state = after(replace(FRESH, failures=failures), failed(), feed=replace(FEED, every=every), jitter=chance)
        assert timedelta(minutes=12) <= wait(state) <= DAY

    def test_a_gap_is_not(self) -> None:
        state = after(FRESH, answer(), document(HOUR), Problem(feed="harbour", kind="gap", message="some missed"))
        assert (state.failures, state.problem, state.succeeded) == (0, None, NOW)


class TestRetryAfter:
    @pytest.mark.parametrize("status", [429, 503])
    def test_in_seconds_is_kept_to_the_second_h7_h9(self, status: int) -> None:
        state = after(FRESH, failed(status=status, retry_after="7200"))
        assert state.retry_after == NOW + 2 * HOUR
        assert wait(state) == 2 * HOUR

    def test_as_a_date_is_kept_h8(self) -> None:
        until = NOW + timedelta(hours=30)
        assert after(FRESH, failed(status=503, retry_after=format_datetime(until, usegmt=True))).retry_after == until

    def test_as_a_date_counts_on_the_servers_own_clock(self) -> None:
        wrong = NOW + 100 * DAY
        dates = {"date": format_datetime(wrong, usegmt=True), "retry_after": format_datetime(wrong + HOUR, usegmt=True)}
        assert after(FRESH, failed(status=429, **dates)).retry_after == NOW + HOUR

    @pytest.mark.parametrize(
        ("value", "until"),
        [("abc", None), ("-5", None), ("", None), ("0", None), ("1.5", timedelta(minutes=1)), ("7200.25", timedelta(hours=2)), ("7200, 60", timedelta(hours=2)), ("Sun, 01 Mar 2020 00:00:00 GMT", None), ("5", timedelta(minutes=1)),
         (str(10**12), 31 * DAY), (str(10 * 86400), 10 * DAY), ("9" * 400, None), ("Sun, 99 Foo", None)],
    )  # fmt: skip
    def test_that_is_nonsense_or_extreme_becomes_something_sane_h8(self, value: str, until: timedelta | None) -> None:
        state = after(FRESH, failed(status=429, retry_after=value))
        assert state.retry_after == (NOW + until if until else None)
        assert wait(state) >= HOUR

    def test_of_other_statuses_means_nothing(self) -> None:
        assert after(FRESH, failed(status=404, retry_after="999999")).retry_after is None

    def test_ends_with_the_first_good_answer(self) -> None:
        assert after(replace(FRESH, retry_after=NOW + DAY), answer(304, b"")).retry_after is None

    def test_does_not_shorten_the_wait_of_a_feed_that_fails_again_and_again(self) -> None:
        assert wait(after(replace(FRESH, failures=9), failed(status=503, retry_after="60"))) == DAY

    def test_of_429_slows_the_other_feeds_of_the_host_and_only_those_h11(self) -> None:
        near, far = replace(FEED, name="near", url="https://harbour.example/b"), replace(FEED, name="far", url="https://other.example/")
        late = replace(near, name="late")
        states = {
            "late": FeedState(name="late", url=late.url, checked=NOW, next_due=NOW + 9 * HOUR),
            "near": replace(FRESH, name="near", url=near.url),
        }
        response = failed(status=429, retry_after="7200")
        assert schedule.too_many(response)
        changed = schedule.spread(after(FRESH, response), [FEED, near, far, late], states, NOW)
        assert [(s.name, s.next_due, s.retry_after) for s in changed] == [("near", NOW + 2 * HOUR, NOW + 2 * HOUR)]
        assert schedule.due([near], {"near": changed[0]}, NOW + HOUR) == []

    def test_of_503_concerns_one_feed_only_h11(self) -> None:
        assert not schedule.too_many(failed(status=503, retry_after="7200"))

    def test_missing_at_429_still_slows_the_host_but_not_for_days(self) -> None:
        near = replace(FEED, name="near", url="https://harbour.example/b")
        [changed] = schedule.spread(after(replace(FRESH, failures=9), failed(status=429)), [FEED, near], {}, NOW)
        assert wait(changed) == 6 * HOUR
        assert changed.retry_after is None


class TestMoving:
    NEW = "https://new.example/feed"

    def confirm(self, state: FeedState | None, now: datetime, to: str | None = NEW, **how: object) -> FeedState:
        return after(state, answer(to=to), document(HOUR), now=now, **how)  # type: ignore[arg-type]

    def test_takes_three_confirmations_a_day_apart_h13(self) -> None:
        state: FeedState | None = None
        for day in range(3):
            assert state is None or (state.moved_to, state.moving_seen) == (None, day)
            state = self.confirm(state, NOW + day * DAY)
        assert state is not None
        assert (state.moved_to, state.moving_to, state.moving_seen) == (self.NEW, None, 0)

    def test_counts_many_polls_of_one_day_once(self) -> None:
        state: FeedState | None = None
        for hour in range(12):
            state = self.confirm(state, NOW + hour * HOUR)
        assert state is not None
        assert (state.moved_to, state.moving_seen) == (None, 1)

    def test_is_confirmed_by_answers_that_nothing_has_changed_too(self) -> None:
        state: FeedState | None = None
        for day in range(3):
            state = after(state, answer(304, b"", to=self.NEW), now=NOW + day * DAY)
        assert state is not None
        assert state.moved_to == self.NEW

    def test_starts_anew_with_another_place_or_none(self) -> None:
        state = self.confirm(self.confirm(None, NOW), NOW + DAY)
        assert self.confirm(state, NOW + 2 * DAY, "https://third.example/").moving_seen == 1
        assert self.confirm(state, NOW + 2 * DAY, None).moving_to is None

    def test_is_not_for_a_place_that_is_no_feed_h14(self) -> None:
        state: FeedState | None = None
        for day in range(9):
            state = after(state, answer(to=self.NEW), problem=unreadable(), now=NOW + day * DAY)
        assert state is not None
        assert (state.moved_to, state.moving_to) == (None, None)

    def test_is_taken_back_when_the_new_place_stops_answering(self) -> None:
        state = replace(FRESH, moved_to=self.NEW, etag='"1"')
        for _ in range(3):
            assert state.moved_to == self.NEW
            state = after(state, failed())
        assert (state.moved_to, state.etag) == (None, None)

    def test_ends_at_once_when_the_new_place_is_gone_twice(self) -> None:
        state = replace(FRESH, moved_to=self.NEW)
        state = after(after(state, failed(status=410)), failed(status=410))
        assert (state.moved_to, state.gone) == (None, 0)


class TestGone:
    def test_is_believed_the_second_time_h18(self) -> None:
        one = after(FRESH, failed(status=410))
        two = after(one, failed(status=410))
        assert (one.gone, two.gone) == (1, 2)
        assert schedule.due([FEED], {"harbour": one}, NOW + DAY) == [FEED]
        assert schedule.due([FEED], {"harbour": two}, NOW + DAY) == []

    def test_is_forgotten_when_it_comes_back(self) -> None:
        assert after(replace(FRESH, gone=2), answer(), document(HOUR)).gone == 0

    def test_means_in_a_row_and_a_404_is_another_matter_h18(self) -> None:
        assert after(replace(FRESH, gone=1), failed(status=404)).gone == 0
        assert after(replace(FRESH, gone=1), failed("timeout", status=0)).gone == 1


class TestHints:
    """Precedence as the module's docstring has it (H32)."""

    @pytest.mark.parametrize(
        ("headers", "ttl", "hours"),
        [
            ({}, None, 1),
            ({"cache_control": "max-age=7200"}, None, 2),
            ({"cache_control": 'public, MAX-AGE="7200"'}, None, 2),
            ({"cache_control": "max-age=7200", "age": "1800"}, None, 1.5),
            ({"cache_control": "max-age=86400"}, None, 6),
            ({"cache_control": "max-age=60"}, None, 1),
            ({"cache_control": "no-cache, max-age=7200"}, None, 1),
            ({"cache_control": "max-age=99999999999999999999"}, None, 6),
            ({"cache_control": "max-age=-1"}, None, 1),
            ({"expires": "Sun, 01 Mar 2026 15:00:00 GMT"}, None, 3),
            ({"expires": "Sun, 01 Mar 2026 15:00:00 GMT", "date": "Sun, 01 Mar 2026 13:00:00 GMT"}, None, 2),
            ({"expires": "0"}, None, 1),
            ({"expires": "0", "cache_control": "max-age=7200"}, None, 2),
            ({}, 5 * 60, 1),
            ({}, 3 * 3600, 3),
            ({}, 100000 * 60, 6),
            ({"cache_control": "max-age=7200"}, 5 * 3600, 2),
            ({"cache_control": "max-age=0"}, 5 * 3600, 1),
        ],
    )
    def test_make_a_fixed_interval_longer_and_never_shorter_h32(self, headers: Mapping[str, str], ttl: int | None, hours: float) -> None:
        assert wait(after(None, answer(**headers), document(HOUR, ttl=ttl))) == hours * HOUR

    def test_of_a_document_hold_until_the_next_one(self) -> None:
        state = after(None, answer(), document(HOUR, ttl=3 * 3600))
        assert wait(after(state, answer(304, b""))) == 3 * HOUR

    def test_may_stretch_an_automatic_interval_to_a_day(self) -> None:
        state = after(None, answer(cache_control="max-age=864000"), document(HOUR), feed=AUTOMATIC)
        assert wait(state) == DAY

    def test_do_not_stretch_what_is_longer_anyway(self) -> None:
        assert wait(after(None, answer(cache_control="max-age=7200"), document(HOUR), feed=replace(FEED, every=86400 * 7))) == 7 * DAY


class TestHoursOfRest:
    """skipHours and skipDays (H32). NOW is a Sunday, 12:00 UTC."""

    SUNDAY_AFTERNOON = tuple(range(6 * 24 + 13, 6 * 24 + 16))
    WEEKEND = tuple(range(5 * 24, 7 * 24))

    def test_put_off_what_falls_into_them_to_their_end(self) -> None:
        state = after(None, answer(), replace(document(HOUR), rests=self.SUNDAY_AFTERNOON))
        assert wait(state) == 4 * HOUR
        assert wait(after(state, answer(304, b""))) == 4 * HOUR

    def test_leave_alone_what_falls_beside_them(self) -> None:
        assert wait(after(None, answer(), replace(document(HOUR), rests=(6 * 24 + 14, 0)))) == HOUR

    def test_are_heeded_within_the_bounds_of_all_hints(self) -> None:
        assert wait(after(None, answer(), replace(document(HOUR), rests=self.WEEKEND))) == 6 * HOUR
        assert wait(after(None, answer(), replace(document(HOUR), rests=self.WEEKEND), feed=AUTOMATIC)) == 12 * HOUR

    def test_of_a_whole_week_mean_nothing(self) -> None:
        assert wait(after(None, answer(), replace(document(HOUR), rests=tuple(range(168))))) == HOUR

    def test_end_when_a_document_no_longer_names_them(self) -> None:
        state = after(None, answer(), replace(document(HOUR), rests=self.SUNDAY_AFTERNOON))
        assert wait(after(state, answer(), document(HOUR))) == HOUR


class TestTheAutomaticInterval:
    def test_is_half_the_usual_distance_between_entries(self) -> None:
        state = after(None, answer(), document(*(n * 4 * HOUR for n in range(1, 12))), feed=AUTOMATIC)
        assert wait(state) == 2 * HOUR

    def test_counts_entries_that_come_in_bursts_as_one(self) -> None:
        ages = [n * 8 * HOUR + k * timedelta(minutes=1) for n in range(1, 6) for k in range(5)]
        assert timedelta(hours=3.5) < wait(after(None, answer(), document(*ages), feed=AUTOMATIC)) < timedelta(hours=4.5)

    @pytest.mark.parametrize(("distance", "hours"), [(timedelta(minutes=11), 0.25), (30 * DAY, 24)])
    def test_is_at_least_a_quarter_of_an_hour_and_at_most_a_day(self, distance: timedelta, hours: float) -> None:
        assert wait(after(None, answer(), document(*(n * distance for n in range(1, 9))), feed=AUTOMATIC)) == hours * HOUR

    def test_begins_at_an_hour_for_a_feed_without_dates(self) -> None:
        undated = Document(feed="harbour", format="rss20", drafts=(), slices=b"12345678")
        assert wait(after(None, answer(), undated, feed=AUTOMATIC)) <= timedelta(hours=1.3)

    def test_grows_while_nothing_comes_and_is_a_day_in_the_end(self) -> None:
        state = replace(FRESH, interval=3600, newest=NOW - HOUR)
        now = NOW
        for _ in range(60):
            state = after(state, answer(304, b""), feed=AUTOMATIC, now=now)
            assert state.next_due is not None
            now = state.next_due
        assert state.interval == 86400

    def test_moves_by_a_factor_of_two_at_most_and_not_for_trifles(self) -> None:
        state = replace(FRESH, interval=4 * 3600, newest=NOW - 40 * timedelta(minutes=12))
        fast = document(*(n * timedelta(minutes=12) for n in range(40)))
        assert after(state, answer(), fast, feed=AUTOMATIC).interval == 2 * 3600
        calm = replace(FRESH, interval=3600, newest=NOW - 10 * HOUR)
        trifle = document(*(n * timedelta(hours=2.2) for n in range(4)))
        assert after(calm, answer(), trifle, feed=AUTOMATIC).interval == 3600

    def test_is_not_moved_by_entries_that_were_only_edited(self) -> None:
        state = replace(FRESH, interval=3600, newest=NOW - HOUR)
        assert after(state, answer(), document(30 * DAY, 60 * DAY), feed=AUTOMATIC).interval == 3600

    def test_is_halved_by_a_gap(self) -> None:
        state = replace(FRESH, interval=8 * 3600, newest=NOW - DAY)
        gap = Problem(feed="harbour", kind="gap", message="some missed")
        assert after(state, answer(), document(HOUR), gap, feed=AUTOMATIC).interval == 4 * 3600

    @given(
        st.lists(st.integers(-86400 * 400, 86400 * 400), max_size=30),
        st.integers(0, 10**7),
        st.none() | st.integers(0, 10**8),
        st.booleans(),
    )
    def test_never_leaves_its_bounds(self, ages: list[int], interval: int, newest: int | None, gap: bool) -> None:
        state = replace(FRESH, interval=interval, newest=None if newest is None else NOW - timedelta(seconds=newest))
        read = document(*(timedelta(seconds=age) for age in ages))
        assert 900 <= schedule.rhythm(state, read, NOW, gap=gap) <= 86400


class TestGap:
    def test_is_a_document_of_which_nothing_is_known_of_a_feed_that_had_entries(self) -> None:
        state = replace(FRESH, entries=5, succeeded=NOW)
        problem = schedule.gap(state, document(HOUR, HOUR), known_any=False)
        assert problem is not None
        assert (problem.kind, problem.feed) == ("gap", "harbour")
        assert "2026-03-01 12:00" in problem.message

    def test_is_not_a_first_document_nor_an_empty_one_nor_one_with_something_known(self) -> None:
        state = replace(FRESH, entries=5)
        assert schedule.gap(None, document(HOUR), known_any=False) is None
        assert schedule.gap(FRESH, document(HOUR), known_any=False) is None
        assert schedule.gap(state, document(), known_any=False) is None
        assert schedule.gap(state, document(HOUR), known_any=True) is None


HEADERS = st.dictionaries(
    st.sampled_from(["etag", "last-modified", "cache-control", "expires", "age", "date", "retry-after"]),
    st.text(max_size=30) | st.sampled_from(["max-age=5", "Sun, 01 Mar 2026 15:00:00 GMT", "Sun, 01 Mar 9999 15:00:00 +2300", "0", "-1"]),
)


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 200, 304, 404, 410, 429, 500, 503]), HEADERS, st.integers(0, 10**6), st.booleans()), max_size=12
    ),
    st.sampled_from([900, 3600, 86400, AUTO]),
)
def test_whatever_servers_say_a_feed_is_asked_again_within_31_days_and_nothing_raises(
    polls: list[tuple[int, dict[str, str], int, bool]], every: int
) -> None:
    state, now, feed = None, NOW, replace(FEED, every=every)
    for status, headers, seconds, readable in polls:
        now += timedelta(seconds=seconds)
        good = status in (200, 304)
        response = replace(
            answer(status, b"x"), headers=headers, problem=None if good else Problem(feed="harbour", kind="http", message="no")
        )
        read = document(HOUR) if status == 200 and readable else None
        problem = response.problem or (unreadable() if status == 200 and not readable else None)
        state = after(state, response, read, problem, feed=feed, now=now, jitter=0.5)
        assert now < (state.next_due or now) <= now + timedelta(days=31)
        assert (state.problem is None) == (state.failures == 0) == (state.failing_since is None)
        if state.gone < schedule.GONE:
            assert schedule.due([feed], {"harbour": state}, now + timedelta(days=31)) == [feed]
