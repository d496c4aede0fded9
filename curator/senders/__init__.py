"""The family of senders: a file here is a way for a digest to leave, known by its name (`sender = "smtp"` in `[mail]`).

A member has `HELP` (one line) and `send(message, recipients, mail) -> Iterator[Handover]`, where `message` is the bytes of a whole
RFC 5322 message with CRLF line ends. What it yields has happened; SendError: from there on nothing is known to have happened.
"""

from importlib import import_module
from types import ModuleType

from .. import shipped
from ..errors import UsageError


def names() -> tuple[str, ...]:
    """Names of all senders."""
    return shipped.members("senders")


def get(name: str) -> ModuleType:
    """The sender of that name; UsageError for a name that is none."""
    if name not in names():
        raise UsageError(f"there is no sender “{name}”; there are: {', '.join(names())}")
    return import_module(f".{name}", __name__)
