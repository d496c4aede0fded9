"""A digest's rendered parts become a message: multipart/alternative, with headers by which mail readers know it again.

RFC 5322 (message), 2919 (List-Id), 3834 (Auto-Submitted). Lines stay under 998 characters; what comes from a feed enters a header only
as one safe line, so it cannot add another.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime, parseaddr
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import text
from .config import Mail, Plan
from .errors import UsageError
from .types import Digest, Told

SUBJECT = 130  #: characters

_POLICY = SMTP.clone(max_line_length=76)  # of quoted-printable text (RFC 2045)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ADDRESS = re.compile(r'<?((?:"[^"]*"|[^\s<>,"]+)@[^\s<>,]+)>?')
_LETTER = re.compile(r"[^\W_]")
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


def message(digest: Digest, parts: Mapping[str, str], plan: Plan, mail: Mail) -> EmailMessage:
    """The digest as a message; `parts` holds the renderings "text" and "html". Raises UsageError for addresses that are none.

    The same digest gives the same message, byte for byte: boundary, date and Message-ID depend on it alone.
    """
    letter = EmailMessage(policy=_POLICY)
    sender = address(mail.from_)
    letter["From"] = sender if sender.display_name else Address(_plain(digest.title), addr_spec=sender.addr_spec)
    if to := recipients(plan, mail):
        letter["To"] = [address(one) for one in to]
    letter["Subject"] = subject(digest)
    letter["Date"] = format_datetime(digest.until.astimezone(UTC))
    letter["Message-ID"] = message_id(digest, mail)
    letter["List-Id"] = list_id(plan, mail)
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Curator-Digest"] = digest.id
    letter.set_content(parts["text"], cte="quoted-printable")
    letter.add_alternative(parts["html"], subtype="html", cte="quoted-printable")
    letter.set_boundary(f"=_{hashlib.sha256(digest.id.encode()).hexdigest()[:32]}")
    return letter


def wire(letter: EmailMessage) -> bytes:
    """The message as it goes over the wire: CRLF line ends; 7 bit, but for addresses with letters beyond ASCII before the @ (RFC 6532).

    The headers are written here: the standard library folds encoded words so that blanks between them get lost (until Python 3.12.4),
    and breaks some lines right after the header's name, where some readers trip.
    """
    _, _, body = letter.as_bytes(policy=_POLICY.clone(utf8=True)).partition(b"\r\n\r\n")
    head = "\r\n".join(f"{name}: {_folded(name, value)}" for name, value in letter.items())
    return head.encode() + b"\r\n\r\n" + body


def ascii_only(message: bytes) -> bytes:
    """A message of `wire` for a server without SMTPUTF8: addresses it cannot hold stand in the head as words alone (RFC 6857, 3.1)."""
    head, blank, body = message.partition(b"\r\n\r\n")
    return b"\r\n".join(line if line.isascii() else _downgraded(line.decode()) for line in head.split(b"\r\n")) + blank + body


def _downgraded(line: str) -> bytes:
    """A line of the head: each address in it that is not ASCII becomes an empty group that is named like it."""

    def group(found: re.Match[str]) -> str:
        return found[0] if found[0].isascii() else f"{Header(found[1], 'utf-8', maxlinelen=1_000).encode()} :;"

    return _ADDRESS.sub(group, line).encode("ascii", "replace")


def _folded(name: str, value: object) -> str:
    addresses: Sequence[Address] = getattr(value, "addresses", ())
    if addresses:
        return ",\r\n ".join(_written(one) for one in addresses)
    return _encoded(str(value), len(name) + 2)


def _written(one: Address) -> str:
    written = str(one)
    if written.isascii() or not one.display_name:
        return written
    return f"{_encoded(one.display_name, 8)} <{one.addr_spec}>"


def _encoded(value: str, used: int) -> str:
    """As it is in ASCII, else as encoded words (RFC 2047)."""
    value = text.line(value)
    if value.isascii():
        return value
    return Header(value, "utf-8", maxlinelen=76, header_name="x" * max(0, used - 2)).encode(linesep="\r\n")


def recipients(plan: Plan, mail: Mail) -> tuple[str, ...]:
    """To whom the plan's digests go: its own recipients, else those of [mail]; each once."""
    return tuple(dict.fromkeys(plan.to or mail.to))


def address(written: str) -> Address:
    """An address as it was written in feeds.toml ("Desk <desk@example.org>"); an international domain in its ASCII form.

    Letters beyond ASCII before the @ stay as they are (RFC 6531). Raises UsageError if it is no address.
    """
    safe = text.line(written)
    name, spec = parseaddr(safe)
    local, _, domain = spec.rpartition("@")
    try:
        if not local or not domain or safe != written.strip() or safe.count("@") != 1 + name.count("@"):
            raise ValueError
        host = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        if local.isascii():
            return Address(name, addr_spec=f"{local}@{host}")
        Address(addr_spec=f"{_LETTER.sub('x', local)}@{host}")  # all else must be as in any address
        return Address(name, username=local, domain=host)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise UsageError(f"“{safe}” is not a mail address; it should look like desk@example.org") from error


def subject(digest: Digest) -> str:
    """Title, date and top headline; the TLP label before them unless it is CLEAR, as TLP 2.0 asks of mail."""
    here = digest.until.astimezone(zone(digest.timezone))
    label = "" if digest.tlp == "CLEAR" else f"[TLP:{digest.tlp}] "
    top = next(_stories(digest), None)
    what = _plain(headline(top)[: 8 * SUBJECT] if top else "") or ("changed headlines" if digest.corrections else "nothing new")
    return text.excerpt(f"{label}{_plain(digest.title)[:60]} {here.day} {_MONTHS[here.month - 1]}: {what}", SUBJECT)


def headline(told: Told) -> str:
    """The headline of the lead without its outlet's name hung on, as aggregators do; the story's title where the lead has none."""
    title = text.line((told.lead.title or told.story.title)[: 8 * SUBJECT * 2])
    names = {text.fold(name) for name in (told.lead.outlet, told.lead.source) if name}
    for between in (" - ", " – ", " — ", " | "):
        head, _, tail = title.rpartition(between)
        if head and text.fold(tail) in names:
            return head
    return title


def _plain(s: str) -> str:
    """One safe line that no mail library takes for an encoded word: those are decoded, and could hold anything."""
    return text.line(s).replace("=?", "= ?")


def _stories(digest: Digest) -> Iterator[Told]:
    for section in digest.sections:
        yield from section.told
    yield from digest.updates


def message_id(digest: Digest, mail: Mail) -> str:
    """Depends on the digest's id and the sender's domain: whenever this digest is sent, it is the same message."""
    return f"<curator.{digest.id}@{_domain(mail)}>"


def list_id(plan: Plan, mail: Mail) -> str:
    """One list for each plan, so that mail readers can sort digests by rule."""
    label = _UNSAFE.sub("-", plan.name).strip("-.") or "main"
    title = _UNSAFE.sub(" ", text.line(plan.title)).strip()
    return f'"{title}" <{label}.curator.{_domain(mail)}>' if title else f"<{label}.curator.{_domain(mail)}>"


def _domain(mail: Mail) -> str:
    return address(mail.from_).domain


def zone(name: str) -> tzinfo:
    """The time zone of that name; UTC where the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def page(eml: bytes, kind: str = "html") -> str:
    """The part of a message that `message` made: "html" or "plain", with the line ends of this machine."""
    body = message_from_bytes(eml, policy=default).get_body(preferencelist=(kind,))
    return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""
