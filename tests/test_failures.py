"""What went wrong with a fetch, in words for people."""

import pycurl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import failures

KINDS = {"dns", "connect", "tls", "timeout", "http", "forbidden", "too-big", "internal"}


@pytest.mark.parametrize("status", [200, 203, 304])
def test_good_answers_are_no_failure(status: int) -> None:
    assert failures.of_status(status, {}) is None


@given(st.integers(0, 999).filter(lambda status: status not in (200, 203, 304)), st.dictionaries(st.text(max_size=9), st.text(max_size=30)))
def test_every_other_status_is_named_in_its_message(status: int, headers: dict[str, str]) -> None:
    assert str(status) in (failures.of_status(status, headers) or "")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("7200", "2 h"),
        ("30", "30 s"),
        ("Sun, 01 Mar 2026 14:00:00 GMT", "until Sun"),
        ("soon\x1b[2J", None),
        ("9" * 30, None),
        ("-5", None),
    ],
)
def test_a_wait_that_is_asked_for_is_repeated_only_if_it_is_one(value: str, words: str | None) -> None:
    message = failures.of_status(429, {"retry-after": value}) or ""
    assert (words in message) if words else ("asks to wait" not in message)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(pycurl.E_COULDNT_RESOLVE_HOST, "dns"), (pycurl.E_COULDNT_CONNECT, "connect"), (pycurl.E_PEER_FAILED_VERIFICATION, "tls"),
     (pycurl.E_PARTIAL_FILE, "http"), (pycurl.E_OPERATION_TIMEDOUT, "timeout"), (pycurl.E_URL_MALFORMAT, "forbidden"), (9999, "internal")],
)  # fmt: skip
def test_libcurls_errors_have_the_right_kind(code: int, kind: str) -> None:
    assert failures.of_transfer(code, "detail")[0] == kind


@given(st.integers(1, 110), st.text(max_size=500))
def test_no_message_carries_control_characters_or_goes_on_for_ever(code: int, detail: str) -> None:
    kind, message = failures.of_transfer(code, detail)
    assert kind in KINDS
    assert message.isprintable()
    assert len(message) < 600


def test_sizes_and_times_are_told_in_units_people_use() -> None:
    assert [failures.size(n) for n in (12, 4096, 10_000_000)] == ["12 bytes", "4.1 kB", "10 MB"]
    assert [failures.duration(s) for s in (0.4, 20, 600, 7200, 31 * 86400)] == ["0.4 s", "20 s", "10 min", "2 h", "31 days"]


def test_a_host_without_an_address_is_told_by_its_name_once() -> None:
    assert failures.of_transfer(6, "Could not resolve host: feeds.example") == ("dns", "feeds.example is not known to the DNS")
    assert failures.of_transfer(6, "no answer") == ("dns", "the host is not known to the DNS: no answer")
