"""Mail servers for tests: one that behaves (aiosmtpd), and one on a bare socket that misbehaves where it is told to."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller


@dataclass
class Inbox:
    """What arrived: (recipients, message) for each transaction; `answers` maps a recipient to the server's refusal of it."""

    letters: list[tuple[list[str], bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    most: int = 1000  #: recipients of one transaction
    connections: int = 0
    data_answer: str = "250 taken"
    refuses: bytes = b""  #: messages with these bytes in them are refused

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answers:
            return self.answers[address]
        if len(envelope.rcpt_tos) >= self.most:
            return "452 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        if self.refuses and self.refuses in envelope.original_content:
            return "554 looks like spam"
        if self.data_answer.startswith("250"):
            self.letters.append((list(envelope.rcpt_tos), envelope.original_content))
        return self.data_answer

    @property
    def got(self) -> list[str]:
        return [one for recipients, _ in self.letters for one in recipients]


class _Controller(Controller):
    def _trigger_server(self):
        """Connects, as the base class does, but waits for no greeting: a server with TLS from the start gives none."""
        with socket.create_connection(("127.0.0.1", self.port), 5):
            pass


@contextlib.contextmanager
def good_server(inbox: Inbox, **options) -> Iterator[int]:
    """A mail server on loopback that fills `inbox`; gives its port."""
    controller = _Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop(no_assert=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


ANSWERS = {
    "banner": "220 here",
    "ehlo": "250 here",
    "mail": "250 ok",
    "rcpt": "250 ok",
    "data": "354 go on",
    "body": "250 taken",
    "quit": "221 bye",
}


class BadServer:
    """Speaks SMTP until a step, then does what it is told: `at` is one of banner, ehlo, mail, rcpt, data, body, quit.

    `act(connection)` is called instead of answering that step; `times` limits how many connections misbehave. Messages received
    whole are in `letters`, also those that were never acknowledged.
    """

    def __init__(self, at: str = "", act: Callable[[socket.socket], None] = lambda connection: None, times: int = 1000) -> None:
        self.at, self.act, self.times = at, act, times
        self.letters: list[bytes] = []
        self.acknowledged: list[bytes] = []
        self.commands: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "BadServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError, StopIteration):
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        lines = connection.makefile("rb")
        self._step("banner", connection)
        for raw in lines:
            command = raw.decode("latin-1").strip()
            self.commands.append(command)
            step = {"EHLO": "ehlo", "HELO": "ehlo", "MAIL": "mail", "RCPT": "rcpt", "DATA": "data", "QUIT": "quit"}.get(
                command[:4].upper(), ""
            )
            if not step:
                connection.sendall(b"250 ok\r\n")
                continue
            self._step(step, connection)
            if step == "data":
                body = b"".join(iter(lines.readline, b".\r\n"))
                self.letters.append(body)
                self._step("body", connection)
                self.acknowledged.append(body)
            if step == "quit":
                return

    def _step(self, step: str, connection: socket.socket) -> None:
        if step == self.at and self.times > 0:
            self.times -= 1
            self.act(connection)
            raise StopIteration
        connection.sendall(ANSWERS[step].encode() + b"\r\n")


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def saying(answer: str) -> Callable[[socket.socket], None]:
    """Answers this, then hangs up."""

    def act(connection: socket.socket) -> None:
        connection.sendall(answer.encode() + b"\r\n")
        with contextlib.suppress(OSError):
            connection.recv(1000)

    return act


def answer_then_hang_up(connection: socket.socket) -> None:
    """Acknowledges the message and breaks the connection at once."""
    connection.sendall(b"250 taken\r\n")
    connection.shutdown(socket.SHUT_RDWR)


class ScriptedServer(BadServer):
    """Speaks as a server does, but for the commands of `answers`: text to answer, or what is called with connection and command and gives it.

    `offers` are the lines of its EHLO. Everything that came in is in `commands`.
    """

    def __init__(self, offers: tuple[str, ...] = (), **answers: str | Callable[[socket.socket, str], str]) -> None:
        super().__init__()
        self.offers, self.answers = offers, answers

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        connection.sendall(b"220 here\r\n")
        while command := read_line(connection).decode("utf-8", "replace").strip():
            self.commands.append(command)
            verb = command[:4].upper()
            answer = self.answers.get(verb, "")
            said = answer(connection, command) if callable(answer) else answer or self._usual(verb)
            connection.sendall(said.encode() + b"\r\n")
            if said.startswith("354"):
                self.letters.append(b"".join(iter(lambda: read_line(connection), b".\r\n")))
                connection.sendall(b"250 taken\r\n")
                self.acknowledged.append(self.letters[-1])
            if verb == "QUIT":
                return

    def _usual(self, verb: str) -> str:
        if verb == "EHLO":
            return "".join(f"250-{line}\r\n" for line in ("here", *self.offers)) + "250 HELP"
        return {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")


def read_line(connection: socket.socket) -> bytes:
    """One line, byte by byte, so that nothing behind it is taken; StopIteration at the end."""
    line = b""
    while not line.endswith(b"\n"):
        piece = connection.recv(1)
        if not piece:
            raise StopIteration
        line += piece
    return line
