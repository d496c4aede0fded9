"""One fetch over all its hops: takes in what the servers say, decides whether there is another hop, and makes the `Response`.

Pure: `fetch` owns the sockets and calls in here with header lines, bytes and libcurl's verdicts.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from curator import failures, guard
from curator.config import Fetch
from curator.types import Problem, Request, Response

HEAD_BYTES = 65_536  #: of one answer's header lines; then it is broken off
HEAD_LINES = 256
SCRAP = 65_536  #: bytes read of a body nobody wants (redirect, error page) before it is broken off
ACCEPT = (
    "application/feed+json, application/atom+xml, application/rss+xml, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
_READ = frozenset({200, 203})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_ALLOW = "`allow_private = true` in [fetch] allows it"
_GZIP = b"\x1f\x8b\x08"
_PACKED = (_GZIP, b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")  #: how gzip begins, and zlib of each level; no feed begins so
_MEMBERS = 100  #: of one gzip file: each costs a copy of what follows
_BAD_WRITE, _TIMED_OUT, _BAD_ENCODING = 23, 28, 61  # libcurl's numbers


@dataclass(slots=True, kw_only=True)
class _Answer:
    """What has come of the present hop's answer."""

    status: int = 0
    headers: dict[str, str]
    chunks: list[bytes]
    size: int = 0  #: bytes of the body after decompression
    head_bytes: int = 0
    head_lines: int = 0
    stopped: str = ""  #: why this side broke it off: head | scrap | body | wire
    refused: str = ""  #: what it would have connected to, and why not


class Transfer:
    """One request on its way. `took` is told of every change in the number of bytes held."""

    def __init__(self, request: Request, target: guard.Target, settings: Fetch, took: Callable[[int], None]) -> None:
        self.request, self.home, self.target = request, target, target
        self.settings, self._took = settings, took
        self.hops = 0  # redirects followed
        self.used = 0.0  # seconds spent on earlier hops
        self.started = 0.0
        self.raw = False  # asking once more, without compression, because the first answer's was not what it claimed
        self.moved: str | None = None  # where the permanent redirects lead
        self._permanent = True  # all redirects so far were permanent
        self._problem: tuple[str, str] | None = None
        self._answer = _Answer(headers={}, chunks=[])

    # ── the question ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def server(self) -> tuple[str, int]:
        """Host and port of the present hop."""
        return self.target.host, self.target.port

    @property
    def deadline(self) -> float:
        """When time is over, on the clock of `begin`."""
        return self.started + self.settings.timeout - self.used

    @property
    def size(self) -> int:
        """Bytes of body received on this hop."""
        return self._answer.size

    @property
    def proxy(self) -> str:
        """The proxy to go through; "" for none."""
        return self.request.proxy or self.settings.proxy or ""

    @property
    def trusted(self) -> bool:
        """May this hop's server see credentials and the feed's own headers?"""
        return self.home.trusts(self.target)

    def credentials(self) -> tuple[str, str] | None:
        """User name and password for this hop: those in the URL, else those of the feed."""
        if not self.trusted:
            return None
        if self.home.username:
            return self.home.username, self.home.password or ""
        return (self.request.username, self.request.password or "") if self.request.username else None

    def header_lines(self) -> list[bytes]:
        """The header lines to send, besides User-Agent, Host and Authorization."""
        lines = {"accept": f"Accept: {ACCEPT}"}
        if self.trusted:
            lines |= {name.lower(): f"{name}: {value}" for name, value in self.request.headers.items()}
        if self.request.etag:
            lines["if-none-match"] = f"If-None-Match: {self.request.etag}"
        if self.request.last_modified:
            lines["if-modified-since"] = f"If-Modified-Since: {self.request.last_modified}"
        if self.raw:
            lines["accept-encoding"] = "Accept-Encoding: identity"
        return [_wire(line) for line in lines.values()]

    # ── the answer; libcurl swallows exceptions of these, so they raise none ────────────────────────────────────────

    def objection(self, target: guard.Target | None = None) -> str | None:
        """Why the hop's server (or `target`) may not be asked through a proxy: there, no socket of ours tells the address."""
        host = (target or self.target).host
        why = guard.local(host) if self.proxy and not self.settings.allow_private else None
        return f"{host} {why}; {_ALLOW}" if why else None

    def begin(self, now: float) -> None:
        """A hop starts."""
        self.started = now
        self._answer = _Answer(headers={}, chunks=[])

    def on_header(self, line: bytes) -> int | None:
        """A header line came. 0 = break off."""
        answer = self._answer
        answer.head_bytes += len(line)
        answer.head_lines += 1
        if answer.head_bytes > HEAD_BYTES or answer.head_lines > HEAD_LINES:
            answer.stopped = "head"
            return 0
        if answer.size:  # a trailer: too late to mean anything
            return None
        if line.startswith(b"HTTP/"):  # again after an interim answer (1xx)
            answer.headers.clear()
            word = line.split(None, 2)[1:2]
            answer.status = int(word[0]) if word and word[0].isdigit() else 0
            return None
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            name, value = name.strip().lower(), value.strip()
            answer.headers[name] = f"{answer.headers[name]}, {value}" if name in answer.headers else value
        return None

    def on_body(self, data: bytes) -> int | None:
        """Decompressed bytes of the body came. 0 = break off."""
        answer = self._answer
        answer.size += len(data)
        if answer.status not in _READ:
            answer.stopped = "scrap" if answer.size > SCRAP else ""
        elif answer.size > self.settings.max_body:
            answer.stopped = "body"
        else:
            answer.chunks.append(data)
            self._took(len(data))
        return 0 if answer.stopped else None

    def on_progress(self, announced: int, received: int, _to_send: int, _sent: int) -> int:
        """So many bytes of the body were announced and have come, before decompression. 1 = break off."""
        if max(announced, received) > self.settings.max_wire and not self._answer.stopped:
            self._answer.stopped = "wire" if self._answer.status in _READ else "scrap"
        return 1 if self._answer.stopped else 0

    def refuse(self, address: str, why: str) -> None:
        """The hop's server has an address that may not be connected to."""
        host = self.target.host.strip("[]")
        self._answer.refused = f"{address} {why}" if host == address else f"{host} is at {address}, which {why}"

    # ── what follows from it ────────────────────────────────────────────────────────────────────────────────────────

    def goes_on(self, code: int, now: float) -> bool:
        """The hop is over, with libcurl's error `code`: is there another one? Then `target` says where."""
        self.used += now - self.started
        answer = self._answer
        if code in (_BAD_WRITE, _BAD_ENCODING) and not answer.stopped and "content-encoding" in answer.headers:
            if answer.status not in _READ:
                answer.stopped = "scrap"  # nobody wants this body anyway
            elif not self.raw:
                self.raw = True
                self._release()
                return self.used < self.settings.timeout
        location = answer.headers.get("location")
        if answer.status not in _REDIRECTS or not location or (code and answer.stopped != "scrap"):
            return False
        following = _resolve(self.target.url, location)
        self._problem = self._not_followed(location, following)
        if self._problem or following is None:
            return False
        self.hops += 1
        self._permanent = self._permanent and answer.status in _PERMANENT
        if self._permanent:
            self.moved = following.url
        self.target = following
        return True

    def _not_followed(self, location: str, following: guard.Target | None) -> tuple[str, str] | None:
        """Why a redirect is not followed."""
        if following is None:
            return "forbidden", f"redirected to {failures.visible(location)}, which is not an http or https address"
        if why := self.objection(following):
            return "forbidden", f"redirected to {why}"
        if self.hops >= self.settings.max_redirects:
            return "redirect", f"redirected more than {self.settings.max_redirects} times, last to {failures.visible(following.url)}"
        if self.used >= self.settings.timeout:
            return "timeout", f"still being redirected after {failures.duration(self.settings.timeout)}"
        return None

    def response(self, code: int, detail: str, at: datetime) -> Response:
        """The last hop is over, with libcurl's error `code` and its words: what is handed over. Never both a body and a problem."""
        answer = self._answer
        body = b"".join(answer.chunks)
        self._release()
        problem = self._verdict(code, detail)
        if problem is None and body.startswith(_PACKED):
            body, problem = _unpack(body, self.settings.max_body)
        return Response(
            feed=self.request.feed,
            url=self.request.url,
            final_url=self.target.url,
            permanent_url=self.moved,
            status=answer.status,
            headers=answer.headers,
            body=b"" if problem else body,
            at=at,
            seconds=self.used,
            problem=Problem(feed=self.request.feed, kind=problem[0], message=problem[1]) if problem else None,
        )

    def _release(self) -> None:
        """Let go of the bytes of the body."""
        self._took(-sum(map(len, self._answer.chunks)))
        self._answer.chunks.clear()

    def _verdict(self, code: int, detail: str) -> tuple[str, str] | None:
        """Kind and message of what went wrong, if something did."""
        answer = self._answer
        code = 0 if answer.stopped == "scrap" else code
        if found := self._problem or self._limit(code, detail):
            return found
        if code and answer.refused:
            return "forbidden", f"{answer.refused}; {_ALLOW}"
        if code:
            return failures.of_transfer(code, detail)
        if answer.status == 304 and not (self.request.etag or self.request.last_modified):
            return "http", "the server says that nothing has changed (304), though nobody asked"
        message = failures.of_status(answer.status, answer.headers)
        return ("http", message) if message else None

    def _limit(self, code: int, detail: str) -> tuple[str, str] | None:
        """Which of our limits the answer went over. `detail` of a timeout is "dns" if not even the host's name was found in time."""
        settings, stopped = self.settings, self._answer.stopped
        if stopped == "head":
            return "too-big", f"the answer's head has more than {HEAD_LINES} lines or {failures.size(HEAD_BYTES)}"
        if stopped == "body":
            return "too-big", f"the feed is bigger than {failures.size(settings.max_body)} (fetch.max_body)"
        if stopped == "wire":
            return "too-big", f"the feed is bigger than {failures.size(settings.max_wire)} on the wire (fetch.max_wire)"
        if code == _TIMED_OUT and detail == "dns":
            return "dns", f"the DNS did not answer within {failures.duration(settings.timeout)}"
        return ("timeout", self._lateness()) if code == _TIMED_OUT else None

    def _lateness(self) -> str:
        """How far a server got that took too long."""
        limit = failures.duration(self.settings.timeout)
        if self._answer.size:
            return f"the answer was not complete after {limit}: {failures.size(self._answer.size)} had come"
        return f"the answer had only begun after {limit}" if self._answer.head_lines else f"no answer within {limit}"


def _resolve(base: str, location: str) -> guard.Target | None:
    """A Location header → where it leads."""
    try:
        raw = location.encode("latin-1")
        return guard.target(urljoin(base, raw.decode("utf-8", "replace")))
    except ValueError:
        return None


def _unpack(body: bytes, limit: int) -> tuple[bytes, tuple[str, str] | None]:
    """What libcurl left packed: gzip sent without saying so, packed twice, or of several members; zlib with something behind it."""
    for _ in range(2):
        if not body.startswith(_PACKED):
            break
        try:
            body, complete = _members(body, limit)
        except zlib.error:
            return b"", ("http", "the feed is compressed, and damaged")
        if len(body) > limit:
            return b"", ("too-big", f"the feed is bigger than {failures.size(limit)} (fetch.max_body)")
        if not complete:
            return b"", ("http", "the answer was cut off: its compressed data has no end")
    return body, None


def _members(packed: bytes, limit: int) -> tuple[bytes, bool]:
    """All members of a gzip file (RFC 1952, 2.2), or the one zlib stream, as one, until it is longer than `limit`; and whether the last
    of them has its end. What follows and is no member is passed over, as gzip itself does it. Raises zlib.error."""
    parts, size = [], 0
    for _ in range(_MEMBERS):
        unpacker = zlib.decompressobj(wbits=47)  # gzip or zlib
        parts.append(unpacker.decompress(packed, limit + 1 - size))
        size += len(parts[-1])
        packed = unpacker.unused_data
        if size > limit or not unpacker.eof or not packed.startswith(_GZIP):
            return b"".join(parts), unpacker.eof
    return b"".join(parts), False


def octets(value: str) -> bytes:
    """A text as libcurl takes it: passwords (RFC 7617, 2.1), paths and contacts may hold any letter. No NUL: there the text would end."""
    return value.replace("\0", "").encode("utf-8", "surrogateescape")


def _wire(line: str) -> bytes:
    """A header line as bytes: what came as Latin-1 goes back as the same bytes; no line can become two."""
    line = line.replace("\r", " ").replace("\n", " ").replace("\0", "")
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "replace")
