"""Through a mail server (SMTP, RFC 5321; STARTTLS RFC 3207; SMTPUTF8 RFC 6531), all recipients on one connection.

The certificate is always verified; a server without STARTTLS is refused rather than spoken to in the clear. A connection that breaks
after the message was handed over but before the server's answer says nothing about what it did: that counts as not delivered, and
the same message goes out again.
"""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence

from .. import mail as letters
from ..config import Mail
from ..errors import SendError
from ..mail import address
from ..types import Handover
from ._secret import hushed, password
from ._smtp import Nonsense, Server, connected

HELP = "through a mail server"
NEEDS_RECIPIENTS = True

BATCH = 100  #: recipients of one transaction: what every server must take (RFC 5321, 4.5.3.1.8)
_SCANNING = 4  #: so many timeouts the server has to take the message and for its answer
_TOO_MANY = (452, 552)  #: for a recipient: one too many for this transaction (RFC 5321, 4.5.3.1.10)

Refusals = dict[str, tuple[int, bytes]]


class _EnoughError(Exception):
    """The server hangs up over one recipient too many; it took so many before."""

    def __init__(self, taken: int) -> None:
        self.taken = taken
        super().__init__()


def send(message: bytes, recipients: Sequence[str], mail: Mail) -> Iterator[Handover]:
    """Hand the message over; yields a Handover after each transaction, as soon as the server answered."""
    secret = password(mail)
    try:
        yield from _all(message, list(dict.fromkeys(recipients)), mail, secret)
    except smtplib.SMTPResponseException as error:
        said = hushed(error.smtp_error, secret, mail.username)
        final = error.smtp_code >= 500
        content = final and isinstance(error, smtplib.SMTPDataError)
        raise SendError(f"{_where(mail)} said {error.smtp_code} {said}".rstrip(), permanent=final, content=content) from None
    except ssl.SSLCertVerificationError as error:
        raise SendError(f"{_where(mail)}: its certificate is not to be trusted: {error.verify_message}", permanent=True) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise SendError(f"{_where(mail)}: {hushed(_reason(error), secret, mail.username)}{_hint(error, mail)}") from None


def _all(message: bytes, waiting: list[str], mail: Mail, secret: str | None) -> Iterator[Handover]:
    """On one connection; a server that hangs up over too many recipients is called again, with fewer at a time."""
    most = BATCH
    while waiting:
        served = False
        try:
            with connected(mail, secret) as server:
                while waiting:
                    handover, later = _transaction(server, message, waiting[:most], mail, secret)
                    waiting = waiting[most:] + later
                    served |= bool(handover.delivered)
                    yield handover
                    if waiting and not handover.delivered:
                        server.rset()
        except _EnoughError as enough:
            most = enough.taken
        except smtplib.SMTPResponseException as error:
            if error.smtp_code != 421 or not served:
                raise


def _where(mail: Mail) -> str:
    return f"mail server {mail.host}:{mail.port}"


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "it does not answer"
    if isinstance(error, smtplib.SMTPServerDisconnected | ssl.SSLEOFError | ConnectionResetError | BrokenPipeError):
        return "it hung up"
    if isinstance(error, ssl.SSLError):
        return f"no encrypted connection: {(error.reason or 'no reason given').replace('_', ' ').lower()}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _hint(error: Exception, mail: Mail) -> str:
    """What to look at where `security` does not fit the port."""
    if mail.security == "tls" and isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return '; it speaks in the clear there: security = "starttls" in [mail], usually with port 587'
    if mail.security != "tls" and mail.port == 465 and isinstance(error, OSError | Nonsense):
        return '; port 465 goes with security = "tls" in [mail]'
    return ""


# ── one transaction ─────────────────────────────────────────────────────────────────────────────────────────────────


def _transaction(server: Server, message: bytes, batch: Sequence[str], mail: Mail, secret: str | None) -> tuple[Handover, list[str]]:
    """One MAIL … DATA. Second answer: recipients the server only found too many for one transaction, to be tried in another."""
    spelled: dict[str, list[str]] = {}  # one address may be written in two ways, and is asked for once
    for one in batch:
        spelled.setdefault(address(one).addr_spec, []).append(one)
    refused = _unspeakable(server, spelled, mail)
    if len(refused) < len(spelled):
        _begin(server, message, [spec for spec in spelled if spec not in refused], mail)
        refused |= _refusals(server, [spec for spec in spelled if spec not in refused])
        if len(refused) < len(spelled):
            _data(server, message if server.has_extn("smtputf8") else letters.ascii_only(message))
    delivered = tuple(one for spec, written in spelled.items() if spec not in refused for one in written)
    later = [one for spec, (code, _) in refused.items() if code in _TOO_MANY and delivered for one in spelled[spec]]
    final = {one: answer for spec, answer in refused.items() for one in spelled[spec] if one not in later}
    return Handover(
        delivered=delivered,
        refused={one: f"{code} {hushed(said, secret, mail.username)}" for one, (code, said) in final.items()},
        permanent=frozenset(one for one, (code, _) in final.items() if code >= 500),
    ), later


def _unspeakable(server: Server, specs: Mapping[str, object], mail: Mail) -> Refusals:
    """Recipients whose address has letters beyond ASCII before the @, where the server does not take those; raises if it is the sender's."""
    if server.has_extn("smtputf8"):
        return {}
    why = "letters beyond a–z before the @ need a mail server with SMTPUTF8, which this one is not"
    if not address(mail.from_).addr_spec.isascii():
        raise SendError(f"{_where(mail)}: `from` in [mail]: {why}", permanent=True)
    return {spec: (553, why.encode()) for spec in specs if not spec.isascii()}


def _begin(server: Server, message: bytes, specs: Sequence[str], mail: Mail) -> None:
    sender = address(mail.from_).addr_spec
    options = []
    if server.has_extn("size"):
        _check_size(server, message, mail)
        options.append(f"SIZE={len(message)}")
    if server.has_extn("smtputf8") and not (message.isascii() and all(map(str.isascii, (sender, *specs)))):
        options += ["BODY=8BITMIME", "SMTPUTF8"]
    code, said = server.mail(sender, options)
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, said)


def _check_size(server: Server, message: bytes, mail: Mail) -> None:
    most = server.esmtp_features.get("size", "").strip()
    if most.isascii() and most.isdigit() and 0 < int(most) < len(message):
        said = f"{_where(mail)} takes mails of at most {int(most):,} bytes, and this one has {len(message):,}"
        raise SendError(said, permanent=True, content=True)


def _refusals(server: Server, specs: Sequence[str]) -> Refusals:
    """What the server answered to those recipients it does not take. Only the first digit counts (RFC 5321, 4.2.1)."""
    refused: Refusals = {}
    for number, spec in enumerate(specs):
        code, said = server.rcpt(spec)
        if code == 421:  # it is closing the connection
            if taken := number - len(refused):
                raise _EnoughError(taken)
            raise smtplib.SMTPResponseException(code, said)
        if not 200 <= code < 300:
            refused[spec] = (code, said)
    return refused


def _data(server: Server, message: bytes) -> None:
    """The message itself. Servers look into it before they answer, so that answer has more time than others (RFC 5321, 4.5.3.2.6):
    giving up here means sending it again."""
    code, said = server.docmd("DATA")
    if code != 354:
        raise (
            smtplib.SMTPResponseException(code, said) if code >= 400 else Nonsense(f"it answered {code} to DATA, which is no answer to it")
        )
    sock = server.sock
    if sock is None:
        raise smtplib.SMTPServerDisconnected
    if server.unread:  # an answer to the message, before it has it
        raise Nonsense("it answers before it is asked")
    patience = sock.gettimeout() or 0.0
    sock.settimeout(_SCANNING * patience)
    whole = message if message.endswith(b"\r\n") else message + b"\r\n"
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have said why before it hung up
        sock.sendall(re.sub(rb"(?m)^\.", b"..", whole) + b".\r\n")
    code, said = server.getreply()
    sock.settimeout(patience)
    if not 200 <= code < 300:
        raise smtplib.SMTPDataError(code, said)
