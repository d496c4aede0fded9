"""A connection to a mail server that cannot be kept waiting for ever, encrypted and logged in. Helpers of the family, not a sender."""

import base64
import contextlib
import hmac
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator

from ..config import Mail
from ..errors import SendError

_LONGEST = 64_000  #: bytes of one answer, all its lines together; RFC 5321 allows 512 a line
_FAREWELL = 5.0  #: seconds for the good-bye, whose loss is no loss


class Nonsense(smtplib.SMTPException):
    """The other side does not speak SMTP."""


class Server(smtplib.SMTP):
    """The standard library's client with bounds: each answer, however many lines it has, must be there whole within the socket's timeout.

    The library waits so long for each piece of a line; a server that drips bytes, or never ends an answer, would hold it for ever.
    """

    unread = b""  #: of what came in, what no answer was made of yet
    sock_name = ""  #: "host:port", for what is said of it

    def getreply(self) -> tuple[int, bytes]:
        """Code and text of the next answer. Raises Nonsense, TimeoutError, SMTPServerDisconnected; the connection is closed then."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("it hung up")
        patience = self.sock.gettimeout() or 0.0
        try:
            answer = self._answer(time.monotonic() + patience)
            self.sock.settimeout(patience)
        except BaseException:
            self.close()
            raise
        return answer

    def _answer(self, until: float) -> tuple[int, bytes]:
        said: list[bytes] = []
        size = 0
        while size < _LONGEST:
            line = self._line(until)
            size += len(line)
            found = re.match(rb"([2-5]\d\d)(?:([ -])(.*))?$", line.rstrip(b"\r\n"), re.DOTALL)
            if found is None:
                raise Nonsense(f"it does not speak SMTP: “{line[:80].decode('utf-8', 'replace')}”")
            said.append((found[3] or b"").strip())
            if found[2] != b"-":
                return int(found[1]), b"\n".join(said)
        raise Nonsense("its answer does not end")

    def _line(self, until: float) -> bytes:
        while b"\n" not in self.unread:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if len(self.unread) > _LONGEST:
                raise Nonsense("its answer does not end")
            if self.sock is None:
                raise smtplib.SMTPServerDisconnected("it hung up")
            self.sock.settimeout(left)
            piece = self.sock.recv(8192)
            if not piece:
                raise smtplib.SMTPServerDisconnected("it hung up")
            self.unread += piece
        line, _, self.unread = self.unread.partition(b"\n")
        return line

    def dial(self, mail: Mail) -> None:
        """Connect, encrypted from the start if `security` says so, and hear the greeting."""
        self.sock = socket.create_connection((mail.host, mail.port), mail.timeout)
        if mail.security == "tls":
            self.sock = _context(mail).wrap_socket(self.sock, server_hostname=mail.host)
        code, said = self.getreply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)

    def introduce(self) -> None:
        """EHLO; HELO where the server does not know that (RFC 5321, 3.2)."""
        code, said = self.ehlo()
        if code >= 500:
            with contextlib.suppress(smtplib.SMTPServerDisconnected, OSError):
                code, said = self.helo()
        if not 200 <= code < 300:
            raise smtplib.SMTPHeloError(code, said)

    def encrypt(self, mail: Mail) -> None:
        """STARTTLS (RFC 3207). All that was said in the clear is forgotten, also what a man in the middle sent ahead."""
        code, said = self.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPResponseException(code, said)
        if self.sock is not None:
            self.sock = _context(mail).wrap_socket(self.sock, server_hostname=mail.host)
        self.unread, self.helo_resp, self.ehlo_resp, self.esmtp_features, self.does_esmtp = b"", None, None, {}, False

    def authenticate(self, username: str, secret: str) -> None:
        """Log in by the first way both know: PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195); name and password may hold any letters.

        Raises SMTPAuthenticationError with the server's words. Another way is tried only where the server knows the first one not after all.
        """
        offered = self.esmtp_features.get("auth", "").upper().split()
        ways = [way for way in ("PLAIN", "LOGIN", "CRAM-MD5") if way in offered]
        if not ways:
            there = f"only {', '.join(offered)} to log in by, which curator does not know" if offered else "no way to log in"
            raise SendError(f"mail server {self.sock_name}: it offers {there}; without `username` in [mail] none is needed", permanent=True)
        for way in ways:
            code, said = self._by(way, username, secret)
            if code in (235, 503):  # 503: it knows us already
                return
            if code not in (500, 502, 504):
                break
        raise smtplib.SMTPAuthenticationError(code, said)

    def _by(self, way: str, username: str, secret: str) -> tuple[int, bytes]:
        if way == "PLAIN":
            both = f"\0{username}\0{secret}"
            return self.docmd("AUTH", f"PLAIN {_coded(both.encode())}")
        code, said = self.docmd("AUTH", way)
        if code == 334 and way == "CRAM-MD5":
            challenge = base64.b64decode(said, validate=False)
            digest = hmac.new(secret.encode(), challenge, "md5").hexdigest()
            return self.docmd(_coded(f"{username} {digest}".encode()))
        for answer in (username, secret):
            if code == 334:
                code, said = self.docmd(_coded(answer.encode()))
        return code, said


def _coded(words: bytes) -> str:
    return base64.b64encode(words).decode()


def _context(mail: Mail) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=mail.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SendError(f"ca_file {mail.ca_file}: {error.strerror or error}", permanent=True) from None


@contextlib.contextmanager
def connected(mail: Mail, secret: str | None) -> Iterator[Server]:
    """A server that is ready for a message; closed whatever happens, politely if it lets us."""
    server = Server(local_hostname=_own_name(), timeout=mail.timeout)
    server.sock_name = f"{mail.host}:{mail.port}"
    try:
        server.dial(mail)
        _make_ready(server, mail, secret)
        yield server
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if server.sock is not None:
                server.sock.settimeout(min(_FAREWELL, mail.timeout))
                server.quit()
        server.close()


def _make_ready(server: Server, mail: Mail, secret: str | None) -> None:
    where = f"mail server {server.sock_name}"
    server.introduce()
    if mail.security == "starttls":
        if not server.has_extn("starttls"):
            raise SendError(f"{where} offers no STARTTLS; nothing was sent in the clear (security in [mail])", permanent=True)
        server.encrypt(mail)
        server.introduce()
    if mail.username:
        if mail.security == "none" and not _loopback(server):
            raise SendError(f"a password is not sent unencrypted to {where}; set security in [mail]", permanent=True)
        server.authenticate(mail.username, secret or "")


def _own_name() -> str:
    """What EHLO calls us: the machine's full name, else an address (RFC 5321, 4.1.3). smtplib would ask the DNS, which may take long."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", name) else "[127.0.0.1]"


def _loopback(server: Server) -> bool:
    peer = str(server.sock.getpeername()[0]) if server.sock is not None else ""
    return peer.startswith("127.") or peer in ("::1", "::ffff:127.0.0.1")
