"""One fetch over its hops, without a network: what it asks, what it makes of what comes."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from curator.config import Fetch
from curator.guard import target
from curator.transfer import HEAD_BYTES, HEAD_LINES, Transfer
from curator.types import Request

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def begin(url: str = "http://a.example/feed", settings: Fetch | None = None, **request: object) -> Transfer:
    where = target(url)
    assert where is not None
    transfer = Transfer(Request(feed="f", url=url, **request), where, settings or Fetch(), lambda _count: None)  # type: ignore[arg-type]
    transfer.begin(0.0)
    return transfer


def hear(transfer: Transfer, *lines: str) -> None:
    for line in lines:
        transfer.on_header(line.encode("latin-1") + b"\r\n")


def names(transfer: Transfer) -> set[bytes]:
    return {line.partition(b":")[0].lower() for line in transfer.header_lines()}


def test_own_headers_replace_the_usual_ones_whatever_their_case() -> None:
    lines = begin(headers={"ACCEPT": "text/plain"}).header_lines()
    assert lines == [b"ACCEPT: text/plain"]


def test_credentials_of_the_url_come_before_those_of_the_feed() -> None:
    assert begin("http://ann:x@a.example/", username="bob", password="y").credentials() == ("ann", "x")
    assert begin(username="bob", password="y").credentials() == ("bob", "y")
    assert begin().credentials() is None


def test_secrets_are_for_the_first_server_only_and_come_back_only_there() -> None:
    transfer = begin(headers={"X-Key": "k"}, username="bob", password="y")
    for location, trusted in (("http://b.example/", False), ("http://a.example/", True), ("https://a.example/", True)):
        hear(transfer, "HTTP/1.1 302 Found", f"Location: {location}")
        assert transfer.goes_on(0, 0.0)
        transfer.begin(0.0)
        assert (transfer.credentials() is not None, b"x-key" in names(transfer)) == (trusted, trusted)


def test_relative_locations_count_from_the_present_hop() -> None:
    transfer = begin("http://a.example/x/feed")
    hear(transfer, "HTTP/1.1 301 Moved", "Location: ../y?z")
    assert transfer.goes_on(0, 0.0)
    assert transfer.target.url == "http://a.example/y?z"
    assert transfer.moved == "http://a.example/y?z"


def test_the_deadline_is_that_of_all_hops_together() -> None:
    transfer = begin(settings=Fetch(timeout=10))
    hear(transfer, "HTTP/1.1 302 Found", "Location: /b")
    assert transfer.goes_on(0, 4.0)
    transfer.begin(100.0)  # it had to wait for its turn at the next server, which is not its fault
    assert transfer.deadline == 106.0


def test_a_head_ends_at_its_limits() -> None:
    lines, size = begin(), begin()
    assert [lines.on_header(b"X: y\r\n") for _ in range(HEAD_LINES + 1)][-1] == 0
    assert size.on_header(b"X: " + b"y" * HEAD_BYTES) == 0
    for transfer in (lines, size):
        problem = transfer.response(23, "Failure writing", NOW).problem
        assert problem is not None
        assert problem.kind == "too-big"


def test_what_took_too_long_is_told() -> None:
    def late(detail: str, *lines: str, body: bytes = b"") -> tuple[str, str]:
        transfer = begin(settings=Fetch(timeout=20))
        hear(transfer, *lines)
        if body:
            transfer.on_body(body)
        problem = transfer.response(28, detail, NOW).problem
        assert problem is not None
        return problem.kind, problem.message

    assert late("dns") == ("dns", "the DNS did not answer within 20 s")
    assert late("") == ("timeout", "no answer within 20 s")
    assert late("", "HTTP/1.1 200 OK") == ("timeout", "the answer had only begun after 20 s")
    assert late("", "HTTP/1.1 200 OK", body=b"x" * 12_345) == ("timeout", "the answer was not complete after 20 s: 12.3 kB had come")


def test_bytes_held_are_counted_and_given_back() -> None:
    counts: list[int] = []
    where = target("http://a.example/")
    assert where is not None
    transfer = Transfer(Request(feed="f", url=where.url), where, Fetch(), counts.append)
    transfer.begin(0.0)
    hear(transfer, "HTTP/1.1 200 OK")
    transfer.on_body(b"abc")
    transfer.on_body(b"de")
    assert sum(counts) == 5
    assert transfer.response(0, "", NOW).body == b"abcde"
    assert sum(counts) == 0


@given(
    st.lists(st.binary(max_size=80), max_size=20),
    st.lists(st.binary(max_size=50), max_size=5),
    st.integers(0, 110),
    st.tuples(st.integers(-1, 10**12), st.integers(-1, 10**12)),
)
def test_nothing_a_server_says_raises(lines: list[bytes], chunks: list[bytes], code: int, progress: tuple[int, int]) -> None:
    transfer = begin()
    for line in (b"HTTP/1.1 200 OK\r\n", *lines):
        transfer.on_header(line)
    for chunk in chunks:
        transfer.on_body(chunk)
    transfer.on_progress(*progress, 0, 0)
    if not transfer.goes_on(code, 1.0):
        response = transfer.response(code, "detail", NOW)
        assert response.problem is None or response.body == b""


@given(st.binary(max_size=200))
def test_any_location_is_followed_to_the_web_or_not_at_all(location: bytes) -> None:
    transfer = begin()
    hear(transfer, "HTTP/1.1 302 Found")
    transfer.on_header(b"Location: " + location + b"\r\n")
    if transfer.goes_on(0, 0.0):
        assert transfer.target.scheme in ("http", "https")
    else:
        assert transfer.response(0, "", NOW).problem is not None
