"""A small real proxy on the loopback: HTTP (whole addresses and CONNECT) and SOCKS5 on one port, with or without a password.

::

    with Proxy(password="ann:secret") as proxy:
        ... proxy.url("http") ... proxy.url("socks5h") ...
        proxy.reached      # (kind, host, port) of all that was asked of it

Every host leads to 127.0.0.1, so that names nobody knows can be asked for.
"""

import base64
import socket
import threading
from contextlib import suppress
from typing import Self


class Proxy:
    """One thread a connection; a context manager."""

    def __init__(self, password: str | None = None) -> None:
        self.reached: list[tuple[str, str, int]] = []
        self.heads: list[bytes] = []  #: of the questions asked of it as an HTTP proxy
        self._password = password
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def url(self, scheme: str, user: str = "") -> str:
        return f"{scheme}://{user + '@' if user else ''}127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, ValueError), client:
            first = client.recv(1, socket.MSG_PEEK)
            if first == b"\x05":
                self._socks(client)
            elif first:
                self._http(client)

    # ── SOCKS5 (RFC 1928, 1929) ─────────────────────────────────────────────────────────────────────────────────────

    def _socks(self, client: socket.socket) -> None:
        methods = _exactly(client, _exactly(client, 2)[1])
        if self._password and 2 in methods:
            client.sendall(b"\x05\x02")
            user = _exactly(client, _exactly(client, 2)[1])
            word = _exactly(client, _exactly(client, 1)[0])
            right = user + b":" + word == self._password.encode()
            client.sendall(b"\x01\x00" if right else b"\x01\x01")
            if not right:
                return
        elif self._password:
            client.sendall(b"\x05\xff")
            return
        else:
            client.sendall(b"\x05\x00")
        kind = _exactly(client, 4)[3]
        host = socket.inet_ntoa(_exactly(client, 4)) if kind == 1 else _exactly(client, _exactly(client, 1)[0]).decode()
        port = int.from_bytes(_exactly(client, 2), "big")
        self.reached.append(("socks", host, port))
        with socket.create_connection(("127.0.0.1", port), timeout=5) as server:
            client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
            _relay(client, server)

    # ── HTTP (RFC 9110, 9.3.6) ──────────────────────────────────────────────────────────────────────────────────────

    def _http(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096) or b"\r\n\r\n"
        self.heads.append(head)
        method, where, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        token = base64.b64encode((self._password or "").encode())
        if self._password and b"Proxy-Authorization: Basic " + token not in head:
            client.sendall(b'HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')
            return
        place, _, path = where.removeprefix("http://").partition("/")
        host, _, port = place.partition(":")
        self.reached.append((method, host, int(port or 80)))
        with socket.create_connection(("127.0.0.1", int(port or 80)), timeout=5) as server:
            if method == "CONNECT":
                client.sendall(b'HTTP/1.1 200 Connected\r\nX-Proxy: not the server\'s word\r\nETag: "proxy"\r\n\r\n')
            else:
                lines = [line for line in head.split(b"\r\n")[1:] if not line.lower().startswith(b"proxy-")]
                server.sendall(b"\r\n".join([f"{method} /{path} HTTP/1.1".encode(), *lines]))
            _relay(client, server)


def _exactly(connection: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        part = connection.recv(count - len(got))
        if not part:
            raise ValueError("the client left")
        got += part
    return got


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Both ways, until both are done."""
    back = threading.Thread(target=_pump, args=(other, one), daemon=True)
    back.start()
    _pump(one, other)
    back.join(5)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            sink.sendall(part)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
