"""Asks servers for feeds: politely, hundreds at a time, and hard to kill. The only room that speaks HTTP (through libcurl).

`fetch` turns requests into responses; `Fetcher` is the same in steps, for a caller that has other things to wait for. Nothing a
server does raises: whatever went wrong is a `Problem` inside the `Response`. Redirects are followed here and not by libcurl, so
that each hop is judged: its scheme, its address, whether it is permanent, whether credentials may go along.
"""

import selectors
import signal
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from os import environ, path
from types import TracebackType
from typing import Any, Self

import pycurl

from curator import failures, guard
from curator.config import Fetch
from curator.transfer import Transfer, octets
from curator.types import Problem, Request, Response

LIBCURL: str = pycurl.version_info()[1]
MEMORY = 4_000_000  #: bytes of bodies in memory, here and with the caller; beyond it only one transfer goes on receiving
AUTHORITIES = (  # where systems keep the certificates they trust; libcurl's wheel does not know
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # BSD, macOS
)
# These wait while libcurl is at work: an exception raised inside one of its callbacks would be printed and forgotten.
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PROTOCOLS = pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS


def never() -> bool:
    """The default of `stop`: go on to the end."""
    return False


def fetch(
    requests: Iterable[Request],
    settings: Fetch,
    *,
    clock: Callable[[], datetime],
    stop: Callable[[], bool] = never,
    version: str = "",
) -> Iterator[Response]:
    """Ask all servers; yield each answer as it is complete, in no particular order, exactly one for each request.

    Ends early when `stop` says so; closing the generator breaks off what is under way. Time the consumer takes is not counted
    against any server.
    """
    with Fetcher(settings, clock=clock, version=version) as fetcher:
        for request in requests:
            fetcher.add(request)
        while fetcher.busy and not stop():
            yield from fetcher.step(0.25)


class Fetcher:
    """Fetches in steps: `add` requests, `step` while `busy`, `close`.

    `version` is named in the User-Agent; `refusal` says why an address may not be connected to. Requests wait in one queue per host and port, so that no server sees more than
    `settings.per_host` at once and none of them holds up the others. A fetch's deadline counts from its start, not from its
    waiting, and only while `step` runs: the caller may be busy elsewhere as long as it likes.
    """

    def __init__(
        self,
        settings: Fetch,
        *,
        clock: Callable[[], datetime],
        version: str = "",
        refusal: Callable[[str], str | None] = guard.refusal,
    ) -> None:
        self._settings, self._clock, self._refusal = settings, clock, refusal
        self._agent = (f"curator/{version}" if version else "curator") + (f" (+{settings.contact})" if settings.contact else "")
        self._authorities = _authorities()
        self._queues: dict[tuple[str, int], deque[Transfer]] = {}  # never an empty one
        self._turn: deque[tuple[str, int]] = deque()  # servers with something waiting and room for it
        self._rested: list[tuple[str, int]] = []  # servers that have no turn before the next step
        self._load: Counter[tuple[str, int]] = Counter()  # transfers under way
        self._flying: dict[Any, Transfer] = {}  # by libcurl's handle
        self._spare: list[Any] = []  # handles to use again
        self._done: list[Response] = []
        self._received = 0  # bytes of bodies not yet handed over
        self._held = 0  # bytes that the caller holds
        self._away = 0.0  # seconds spent outside of `step`
        self._left_at = time.monotonic()
        self._timer: float | None = None  # when libcurl wants to be called
        self._earliest = 0.0  # no transfer's deadline is before this
        self._paused: dict[Any, float] = {}  # those of them that may not receive, and since when
        self._unblocked: set[int] = set()  # the caller's signal mask
        self._watched: frozenset[int] = frozenset()
        self._selector = selectors.DefaultSelector()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)
        self._multi.setopt(pycurl.M_MAXCONNECTS, max(16, settings.concurrency))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def busy(self) -> bool:
        """Is any answer still to come?"""
        return bool(self._flying or self._queues or self._done)

    def add(self, request: Request) -> None:
        """Queue a request; its answer comes out of a later `step`, even if it cannot be asked at all."""
        target = guard.target(request.url)
        transfer = Transfer(request, target, self._settings, self._took) if target else None
        why = transfer.objection() if transfer else f"{failures.visible(request.url)} is not an http or https address"
        if transfer is None or why is not None:
            problem = Problem(feed=request.feed, kind="forbidden", message=str(why))
            self._done.append(Response(feed=request.feed, url=request.url, final_url=request.url, at=self._clock(), problem=problem))
        else:
            self._enqueue(transfer)

    def drop(self, url: str) -> list[Request]:
        """Take back the requests that wait for the host and port of `url`; no answers will come for them.

        For a server that answered 429 Too Many Requests. What is under way already goes on.
        """
        target = guard.target(url)
        server = (target.host, target.port) if target else ("", 0)
        if server in self._turn:
            self._turn.remove(server)
        return [transfer.request for transfer in self._queues.pop(server, ())]

    def step(self, timeout: float = 0.0, *, watch: Iterable[int] = (), held: int = 0) -> list[Response]:
        """Wait up to `timeout` seconds for something to happen, deal with it, hand over the answers that are complete.

        Returns at once when there is an answer, or when a file descriptor of `watch` can be read. `held` are the bytes of bodies
        the caller still keeps: when they and those being received pass `MEMORY`, receiving slows down.
        """
        self._away += time.monotonic() - self._left_at
        self._held = held
        self._unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self._watch(frozenset(watch))
            self._turn += [server for server in self._rested if server in self._queues and server not in self._turn]
            self._rested.clear()
            self._pace()
            self._launch()
            until = self._now() + timeout
            while not self._done and (self._flying or self._watched):
                woken = self._turn_once(until)
                if woken or self._now() >= until:
                    break
        finally:
            self._left_at = time.monotonic()
            signal.pthread_sigmask(signal.SIG_SETMASK, self._unblocked)
        done, self._done = self._done, []
        self._received -= sum(len(response.body) for response in done)
        return done

    def close(self) -> None:
        """Break off what is under way and let go of all sockets."""
        for curl in self._flying:
            with suppress(pycurl.error):  # Ctrl-C struck between the two steps of its start or end
                self._multi.remove_handle(curl)
        for curl in (*self._flying, *self._spare):
            curl.close()
        for everything in (self._flying, self._spare, self._queues, self._turn, self._done):
            everything.clear()
        self._multi.close()
        self._selector.close()

    # ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _now(self) -> float:
        """Seconds on a clock that stands still while the caller is busy elsewhere."""
        return time.monotonic() - self._away

    def _turn_once(self, until: float) -> bool:
        """Wait for sockets, libcurl's timer, a deadline or `until`; deal with it. True if a watched descriptor is ready."""
        woken, ends = False, [until]
        if self._flying:
            ends.append(self._earliest)
        if self._timer is not None:
            ends.append(self._timer)
        for key, events in self._select(max(0.0, min(ends) - self._now())):
            if key.data == "watch":
                woken = True
                continue
            readable = pycurl.CSELECT_IN if events & selectors.EVENT_READ else 0
            writable = pycurl.CSELECT_OUT if events & selectors.EVENT_WRITE else 0
            self._multi.socket_action(key.fd, readable | writable)
            if self._received + self._held > MEMORY:
                self._pace()
        if self._timer is not None and self._timer <= self._now():
            self._timer = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        self._collect()
        self._expire()
        self._pace()
        self._launch()
        return woken

    def _select(self, timeout: float) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for sockets; the only place where Ctrl-C and its like get through (see `_SIGNALS`)."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self._unblocked)
        try:
            return self._selector.select(timeout)
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)

    def _on_socket(self, what: int, fd: int, _multi: object, _data: object) -> None:
        """libcurl says for which events of a socket it wants to be called."""
        events = (selectors.EVENT_READ if what & pycurl.POLL_IN else 0) | (selectors.EVENT_WRITE if what & pycurl.POLL_OUT else 0)
        known = fd in self._selector.get_map()
        if what == pycurl.POLL_REMOVE or not events:
            if known:
                self._selector.unregister(fd)
        elif known:
            self._selector.modify(fd, events)
        else:
            self._selector.register(fd, events)

    def _on_timer(self, milliseconds: int) -> None:
        self._timer = None if milliseconds < 0 else self._now() + milliseconds / 1000

    def _watch(self, wanted: frozenset[int]) -> None:
        for fd in self._watched - wanted:
            self._selector.unregister(fd)
        for fd in wanted - self._watched:
            self._selector.register(fd, selectors.EVENT_READ, "watch")
        self._watched = wanted

    def _collect(self) -> None:
        """Take what libcurl has finished."""
        waiting = 1
        while waiting:
            waiting, good, bad = self._multi.info_read()
            for curl in good:
                self._finish(curl, 0, "")
            for curl, code, detail in bad:
                self._finish(curl, code, detail)

    def _expire(self) -> None:
        """End the transfers whose time is over."""
        now = self._now()
        if not self._flying or now < self._earliest:
            return
        for curl, transfer in list(self._flying.items()):
            if curl not in self._paused and now >= transfer.deadline:
                nameless = not (curl.getinfo(pycurl.NAMELOOKUP_TIME) or curl.getinfo(pycurl.PRETRANSFER_TIME))
                self._finish(curl, pycurl.E_OPERATION_TIMEDOUT, "dns" if nameless else "")
        running = (transfer.deadline for curl, transfer in self._flying.items() if curl not in self._paused)
        self._earliest = min(running, default=now + 1.0)

    def _took(self, count: int) -> None:
        self._received += count

    def _pace(self) -> None:
        """Keep the bytes in memory within bounds by pausing transfers; time paused is not counted against a server.

        Too many: only the transfer that has most of them goes on, or none if the caller alone holds too many. Room again: as many
        go on as could fill it.
        """
        room = MEMORY - self._received - self._held
        if room >= 0 and not self._paused:
            return
        if room < 0:
            most = max(self._flying, key=lambda curl: self._flying[curl].size, default=None)
            for curl in self._flying:
                if curl not in self._paused and (curl is not most or self._held > MEMORY):
                    self._pause(curl)
            resumed = [most] if most in self._paused and self._held <= MEMORY else []
        else:
            resumed = list(self._paused)[: max(1, room // self._settings.max_body)]
        for curl in resumed:
            self._resume(curl)

    def _pause(self, curl: Any) -> None:
        with suppress(pycurl.error):  # it has no connection yet, or is at its end already
            curl.pause(pycurl.PAUSE_RECV)
            self._paused[curl] = self._now()

    def _resume(self, curl: Any) -> None:
        transfer = self._flying[curl]
        transfer.started += self._now() - self._paused.pop(curl)
        self._earliest = min(self._earliest, transfer.deadline)
        with suppress(pycurl.error):
            curl.pause(pycurl.PAUSE_CONT)

    # ── one transfer ────────────────────────────────────────────────────────────────────────────────────────────────

    def _enqueue(self, transfer: Transfer, *, first: bool = False) -> None:
        server = transfer.server
        queue = self._queues.setdefault(server, deque())
        (queue.appendleft if first else queue.append)(transfer)
        if len(queue) == 1 and self._load[server] < self._settings.per_host:
            self._turn.append(server)

    def _launch(self) -> None:
        """Start what may start: servers in turn, up to the limits."""
        while self._turn and len(self._flying) < self._settings.concurrency and self._received + self._held <= MEMORY:
            server = self._turn.popleft()
            queue = self._queues[server]
            transfer = queue.popleft()
            self._load[server] += 1
            if not queue:
                del self._queues[server]
            elif self._load[server] < self._settings.per_host:
                self._turn.append(server)
            self._start(transfer)

    def _start(self, transfer: Transfer) -> None:
        curl = self._spare.pop() if self._spare else pycurl.Curl()
        transfer.begin(self._now())
        for option, value in self._options(transfer):
            curl.setopt(option, octets(value) if isinstance(value, str) else value)
        self._flying[curl] = transfer
        self._earliest = min(self._earliest, transfer.deadline)
        self._multi.add_handle(curl)

    def _options(self, transfer: Transfer) -> list[tuple[int, Any]]:
        """All that makes a fresh handle ask for the transfer's present hop."""
        settings = self._settings
        options: list[tuple[int, Any]] = [
            (pycurl.URL, transfer.target.url),
            (pycurl.HTTPHEADER, transfer.header_lines()),
            (pycurl.USERAGENT, self._agent),
            (pycurl.HEADERFUNCTION, transfer.on_header),
            (pycurl.WRITEFUNCTION, transfer.on_body),
            (pycurl.PROTOCOLS, _PROTOCOLS),
            (pycurl.NOSIGNAL, 1),
            (pycurl.NOPROGRESS, 0),
            (pycurl.XFERINFOFUNCTION, transfer.on_progress),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS),
            (pycurl.PROXY, transfer.proxy),  # "" also keeps libcurl from obeying http_proxy and its like
            # "": all that this libcurl can unpack
            (pycurl.HTTP_CONTENT_DECODING, 0) if transfer.raw else (pycurl.ACCEPT_ENCODING, ""),
        ]
        if not settings.allow_private and not transfer.proxy:
            options.append((pycurl.OPENSOCKETFUNCTION, _doorkeeper(transfer, self._refusal)))
        if secret := transfer.credentials():
            options += [(pycurl.HTTPAUTH, pycurl.HTTPAUTH_BASIC), (pycurl.USERNAME, secret[0]), (pycurl.PASSWORD, secret[1])]
        if transfer.target.scheme == "https":
            options += self._tls(transfer.request)
        return options

    def _tls(self, request: Request) -> list[tuple[int, Any]]:
        if not request.verify_tls:
            return [(pycurl.SSL_VERIFYPEER, 0), (pycurl.SSL_VERIFYHOST, 0)]
        authorities = request.ca_file or self._authorities
        return [(pycurl.CAINFO, authorities)] if authorities else [(pycurl.SSL_OPTIONS, pycurl.SSLOPT_NATIVE_CA)]

    def _finish(self, curl: Any, code: int, detail: str) -> None:
        """A hop is over: start the next one, or put the answer where `step` finds it."""
        transfer = self._flying.pop(curl)
        server = transfer.server
        self._paused.pop(curl, None)
        self._multi.remove_handle(curl)
        curl.reset()
        self._spare.append(curl)
        self._load[server] -= 1
        refused = False
        if transfer.goes_on(code, self._now()):
            self._enqueue(transfer, first=True)
        else:
            response = transfer.response(code, detail, self._clock())
            self._received += len(response.body)  # ours until `step` hands it over
            self._done.append(response)
            refused = response.status == 429  # then the caller may want to `drop` what waits for this server
        if server in self._queues and server not in self._turn:
            (self._rested if refused else self._turn).append(server)


def _doorkeeper(transfer: Transfer, refusal: Callable[[str], str | None]) -> Callable[[int, tuple[Any, ...]], "socket.socket | int"]:
    """Opens sockets for a transfer, but not to addresses that are refused."""

    def open_socket(_purpose: int, address: tuple[Any, ...]) -> "socket.socket | int":
        family, kind, protocol, where = address
        internet = family in (socket.AF_INET, socket.AF_INET6)
        why = refusal(where[0]) if internet else "is not an internet address"
        if why is None:
            return socket.socket(family, kind, protocol)
        transfer.refuse(str(where[0]), why)
        return int(pycurl.SOCKET_BAD)

    return open_socket


def _authorities() -> str | None:
    """The file of trusted certificates; None: the operating system's own store."""
    named = environ.get("SSL_CERT_FILE")
    return named or next((file for file in AUTHORITIES if path.exists(file)), None)
