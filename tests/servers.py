"""Servers on the loopback for tests: they answer as told, well or badly, and remember what they were asked.

::

    with Server() as web:
        web.pages["/feed"] = Reply(body=b"<rss/>", headers={"ETag": '"1"'})
        web.pages["/slow"] = drip(web, b"x")               # one byte at a time, for ever
        web.pages["/twice"] = [Reply(status=500), Reply()]  # first this, then that; the last one stays
        web.pages["/own"] = lambda asked: Reply(body=asked.path.encode())
        web.raw = lambda connection: connection.sendall(b"nonsense")   # no HTTP at all
        ... web.url("/feed") ... web.asked[0].headers["if-none-match"]

Nothing here sleeps: what must take its time waits for the server's end, with a pause between two bytes.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

import trustme

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 404: "Not Found", 410: "Gone", 429: "Too Many Requests"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came; header names in lower case."""

    method: str
    path: str  #: the request's target: a whole URL, if the server is asked as a proxy
    headers: dict[str, str]
    lines: tuple[str, ...]  #: the header lines as they stood
    peer: tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What to answer. With `length` None a Content-Length that fits the body is sent, with -1 none at all."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""  #: an iterable is sent piece by piece, without length, until the connection closes
    length: int | None = None
    raw: Iterable[bytes] | None = None  #: instead of all that: these bytes, and the end


Page = Reply | list[Reply] | Callable[[Asked], Reply]


class Server:
    """A web server on one loopback address, one thread a connection; a context manager."""

    def __init__(self, host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Page] = {}
        self.raw: Callable[[socket.socket], object] | None = None  #: speaks to a connection instead of HTTP
        self.asked: list[Asked] = []
        self.connections = 0
        self.closing = threading.Event()
        self._tls = tls
        self._listener = socket.create_server((host, 0), backlog=512)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.host, self.port = self._listener.getsockname()[:2]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        return f"{'https' if self._tls else 'http'}://{host or self.host}:{self.port}{path}"

    def put(self, path: str, body: bytes | Iterable[bytes] = b"", status: int = 200, **headers: str) -> str:
        """Publish a page (underscores in header names become hyphens); → its URL."""
        self.pages[path] = Reply(status=status, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return self.url(path)

    def asked_for(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        with suppress(OSError, ValueError), connection:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            if self.raw:
                self.raw(connection)
            else:
                self._converse(connection)
        with self._lock:
            self._open.discard(connection)

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            while (asked := _request(lines, connection)) is not None:
                self.asked.append(asked)
                reply = self._reply(asked)
                for piece in _pieces(reply):
                    connection.sendall(piece)
                if reply.raw is not None or not isinstance(reply.body, bytes) or reply.length is not None:
                    connection.shutdown(socket.SHUT_RDWR)
                    return

    def _reply(self, asked: Asked) -> Reply:
        page = self.pages.get(asked.path, Reply(status=404, body=b"nothing here"))
        if callable(page):
            return page(asked)
        if isinstance(page, list):
            return page.pop(0) if len(page) > 1 else page[0]
        return page


def _request(lines: Iterable[bytes], connection: socket.socket) -> Asked | None:
    """The next request of a connection, or None when there is none."""
    head = []
    for line in lines:
        if line in (b"\r\n", b"\n"):
            break
        head.append(line.decode("latin-1").rstrip("\r\n"))
    if not head:
        return None
    method, path, _ = head[0].split(" ", 2)
    pairs = [line.partition(":") for line in head[1:]]
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Asked(method=method, path=path, headers=headers, lines=tuple(head[1:]), peer=connection.getpeername()[:2])


def _pieces(reply: Reply) -> Iterator[bytes]:
    """A reply as the bytes to send."""
    if reply.raw is not None:
        yield from reply.raw
        return
    headers = dict(reply.headers)
    whole = isinstance(reply.body, bytes)
    if whole and reply.length != -1 and reply.status != 304:
        headers.setdefault("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
    elif not whole:
        headers.setdefault("Connection", "close")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Whatever')}\r\n{lines}\r\n".encode("latin-1")
    if isinstance(reply.body, bytes):
        yield head + reply.body
    else:
        yield head
        yield from reply.body


def drip(server: Server, piece: bytes, before: bytes = b"", pause: float = 0.02) -> Reply:
    """A page that sends `before` and then `piece` again and again, for as long as the server lives."""
    return Reply(body=endless(server, piece, before, pause))


def endless(server: Server, piece: bytes, before: bytes = b"", pause: float = 0.0) -> Iterator[bytes]:
    """`before`, then `piece` for ever, `pause` seconds apart."""
    yield before
    while not server.closing.wait(pause):
        yield piece


class Authority:
    """A certificate authority of our own, and servers' contexts with its certificates."""

    def __init__(self) -> None:
        self._authority = trustme.CA()

    def pem(self) -> bytes:
        """What a client has to trust."""
        return self._authority.cert_pem.bytes()

    def context(self, *names: str, **how: object) -> ssl.SSLContext:
        """A server's side, with a certificate for `names`; `how` goes to trustme (`not_after` …)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names, **how).configure_cert(context)
        return context
