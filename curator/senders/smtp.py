"""Through a mail server (SMTP, RFC 5321; STARTTLS RFC 3207), all recipients on one connection.

The certificate is always verified; a server without STARTTLS is refused rather than spoken to in the clear. A connection that breaks
after the message was handed over but before the server's answer says nothing about what it did: that counts as not delivered, and
the same message goes out again.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..config import Mail
from ..errors import SendError
from ..mail import address
from ..types import Handover
from ._secret import hushed, password

HELP = "through a mail server"
NEEDS_RECIPIENTS = True

BATCH = 100  #: recipients of one transaction: what every server must take (RFC 5321, 4.5.3.1.8)
_PATIENCE = 10  #: the whole conversation may last so many timeouts; a server that drips bytes never runs into one

_SCANNING = 4  #: so many timeouts the server has for its answer to the message

Refusals = Mapping[str, tuple[int, bytes]]


def send(message: bytes, recipients: Sequence[str], mail: Mail) -> Iterator[Handover]:
    """Hand the message over; yields a Handover after each transaction, as soon as the server answered."""
    secret = password(mail)
    try:
        with _Conversation(mail, secret) as server:
            waiting = list(dict.fromkeys(recipients))
            while waiting:
                batch, waiting = waiting[:BATCH], waiting[BATCH:]
                handover, later = _transaction(server, message, batch, mail, secret)
                waiting += later
                yield handover
    except smtplib.SMTPResponseException as error:
        said = hushed(error.smtp_error, secret, mail.username)
        raise SendError(f"{_where(mail)} said {error.smtp_code} {said}", permanent=500 <= error.smtp_code < 600) from None
    except ssl.SSLCertVerificationError as error:
        raise SendError(f"{_where(mail)}: its certificate is not to be trusted: {error.verify_message}", permanent=True) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise SendError(f"{_where(mail)}: {hushed(_reason(error), secret, mail.username)}") from None


def _where(mail: Mail) -> str:
    return f"mail server {mail.host}:{mail.port}"


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "it does not answer"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "it hung up"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


class _Conversation:
    """A connection, encrypted and logged in; closed whatever happens, politely if the server lets us."""

    def __init__(self, mail: Mail, secret: str | None) -> None:
        self._mail, self._secret = mail, secret

    def __enter__(self) -> smtplib.SMTP:
        mail = self._mail
        name = socket.gethostname()  # smtplib would ask the DNS, which may take long where there is none
        name = name if "." in name else "[127.0.0.1]"
        if mail.security == "tls":
            self._server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, name, timeout=mail.timeout, context=_context(mail))
        else:
            self._server = smtplib.SMTP(mail.host, mail.port, name, timeout=mail.timeout)
        self._watch = threading.Timer(_PATIENCE * mail.timeout, _cut, [self._server])
        self._watch.daemon = True
        self._watch.start()
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self._server

    def _begin(self) -> None:
        mail, server = self._mail, self._server
        server.ehlo_or_helo_if_needed()
        if mail.security == "starttls":
            if not server.has_extn("starttls"):
                raise SendError(f"{_where(mail)} offers no STARTTLS; nothing was sent in the clear (security in [mail])", permanent=True)
            server.starttls(context=_context(mail))
            server.ehlo_or_helo_if_needed()
        if mail.username:
            if mail.security == "none" and not _loopback(server):
                raise SendError(f"a password is not sent unencrypted to {_where(mail)}; set security in [mail]", permanent=True)
            server.login(mail.username, self._secret or "")

    def __exit__(self, *_: object) -> None:
        self._watch.cancel()
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if self._server.sock is not None:
                self._server.sock.settimeout(min(5.0, self._mail.timeout))  # a lost good-bye is no loss
            self._server.quit()
        self._server.close()


def _context(mail: Mail) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=mail.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SendError(f"ca_file {mail.ca_file}: {error.strerror or error}", permanent=True) from None


def _loopback(server: smtplib.SMTP) -> bool:
    peer = str(server.sock.getpeername()[0]) if server.sock is not None else ""
    return peer.startswith("127.") or peer in ("::1", "::ffff:127.0.0.1")


def _cut(server: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError):
        if server.sock is not None:
            server.sock.shutdown(socket.SHUT_RDWR)


def _transaction(server: smtplib.SMTP, message: bytes, batch: Sequence[str], mail: Mail, secret: str | None) -> tuple[Handover, list[str]]:
    """One MAIL … DATA. Second answer: recipients the server only found too many for one transaction (452), to be tried in another."""
    spelled: dict[str, list[str]] = {}  # one address may be written in two ways, and is asked for once
    for one in batch:
        spelled.setdefault(address(one).addr_spec, []).append(one)
    _begin_mail(server, message, mail)
    refused = _refusals(server, spelled)
    if len(refused) == len(spelled):
        server.rset()
    else:
        _data(server, message, mail)
    delivered = tuple(one for spec, written in spelled.items() if spec not in refused for one in written)
    later = [one for spec, (code, _) in refused.items() if code == 452 and delivered for one in spelled[spec]]
    final = {one: answer for spec, answer in refused.items() for one in spelled[spec] if one not in later}
    return Handover(
        delivered=delivered,
        refused={one: f"{code} {hushed(said, secret, mail.username)}" for one, (code, said) in final.items()},
        permanent=frozenset(one for one, (code, _) in final.items() if 500 <= code < 600),
    ), later


def _begin_mail(server: smtplib.SMTP, message: bytes, mail: Mail) -> None:
    code, said = server.mail(address(mail.from_).addr_spec, [f"SIZE={len(message)}"] if server.has_extn("size") else [])
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)


def _refusals(server: smtplib.SMTP, specs: Iterable[str]) -> Refusals:
    """What the server answered to those recipients it does not take."""
    refused = {}
    for spec in specs:
        code, said = server.rcpt(spec)
        if code == 421:  # it is closing the connection
            raise smtplib.SMTPResponseException(code, said)
        if code not in (250, 251):
            refused[spec] = (code, said)
    return refused


def _data(server: smtplib.SMTP, message: bytes, mail: Mail) -> None:
    """The message itself. Servers look into it before they answer, so that answer has more time than others (RFC 5321, 4.5.3.2.6):
    giving up here means sending it again."""
    code, said = server.docmd("DATA")
    if code == 354:
        whole = message if message.endswith(b"\r\n") else message + b"\r\n"
        server.send(re.sub(rb"(?m)^\.", b"..", whole) + b".\r\n")
        if server.sock is not None:
            server.sock.settimeout(_SCANNING * mail.timeout)
        code, said = server.getreply()
        if server.sock is not None:
            server.sock.settimeout(mail.timeout)
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)
