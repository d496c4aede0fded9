"""A mail message (RFC 5322), whole: text and HTML in multipart/alternative; what `curator digest --send` hands over."""

from collections.abc import Mapping

from .. import mail as letters
from ..config import Mail, Plan
from ..types import Digest
from ._parts import page, plain

SUFFIX = ".eml"
HELP = "a mail message, as it would be sent"


def digest(digest: Digest, templates: Mapping[str, str] | None = None, plan: Plan | None = None, mail: Mail | None = None) -> str:
    """The digest as a message from and to whom `plan` and `mail` say; CRLF line ends."""
    plan = plan or Plan(name=digest.plan, title=digest.title, tlp=digest.tlp)
    return wire(digest, templates, plan, mail or Mail()).decode()


def wire(digest: Digest, templates: Mapping[str, str] | None, plan: Plan, mail: Mail) -> bytes:
    """The same as bytes: what is written down and sent."""
    parts = {"text": plain(digest, templates), "html": page(digest, templates)}
    return letters.wire(letters.message(digest, parts, plan, mail))
