"""What is written down goes out: the outbox of one plan, and the notes of how far each message came.

The same bytes under the same Message-ID, whenever they go; who has them is written down as soon as the server says so.
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from . import mail, senders
from .config import Mail, Plan
from .errors import SendError
from .stores.sqlite import Store
from .types import Digest, Mailing

#: A mail that the server will not have for what stands in it holds up later ones so long: it goes on trying, and they go out.
HOLDS_UP = timedelta(hours=20)
GIVE_UP = timedelta(days=5)  #: after which a recipient who never took a message others got is left out (RFC 5321, 4.5.4.1)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run of `send` did."""

    sent: tuple[Mailing, ...] = ()  #: those that are done: every recipient's server took them
    digest: Digest | None = None  #: the new one among them
    refused: dict[str, str] = field(default_factory=dict)  #: recipients the server would not take, and what it said
    waiting: int = 0  #: mailings still to be delivered to some of their recipients


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Brings what is written down to its recipients, and writes down how far it came."""

    store: Store
    plan: Plan
    settings: Mail
    now: datetime
    say: Say

    def onward(self, mailing: Mailing) -> Outcome:
        """As far as this mailing gets today. Raises SendError if nobody has it then."""
        delivered, refused = self._hand_over(mailing)
        if refused:
            self.store.failed(mailing.digest, _told(refused))
        if not delivered and refused:
            raise SendError(f"no recipient was taken: {_told(refused)}; {_WAITS}")
        if refused and self.now - mailing.composed <= GIVE_UP:
            return Outcome(refused=refused, waiting=1)
        self.store.tick(mailing.digest, self.now)
        return Outcome(sent=(mailing,), refused=refused)

    def _hand_over(self, mailing: Mailing) -> tuple[tuple[str, ...], dict[str, str]]:
        """Who has it now, and who was refused. What the server took is written down as soon as it says so."""
        delivered = mailing.delivered
        refused: dict[str, str] = {}
        due = _due(mailing, recipients(self.plan, self.settings))
        try:
            for handover in senders.get(self.settings.sender).send(mailing.eml, due, self.settings) if due else ():
                self.store.delivered(mailing.digest, handover.delivered)
                delivered += handover.delivered
                refused |= handover.refused
                for one in handover.delivered:
                    self.say(f"{mailing.subject}: sent to {one}")
        except SendError as error:
            self.store.failed(mailing.digest, str(error))
            raise SendError(f"{error}; {_WAITS}", permanent=error.permanent, content=error.content) from None
        return delivered, refused


_WAITS = "nothing is lost: the digest goes out first the next time (or give it up: curator digest --done)"


def _told(refused: Mapping[str, str]) -> str:
    return "; ".join(f"{one}: {why}" for one, why in refused.items())


def recipients(plan: Plan, settings: Mail) -> tuple[str, ...]:
    """Mail addresses; a sender that needs none (a folder, a webhook) is its own recipient."""
    return mail.recipients(plan, settings) or (settings.sender,)


def _due(mailing: Mailing, current: Sequence[str]) -> tuple[str, ...]:
    """Who is still to get it: those it was written for who are recipients still; if nobody got it and all of them changed, the new ones.

    So an address mistyped in feeds.toml can be mended there, and one that is taken out holds nothing up.
    """
    left = tuple(one for one in mailing.to if one not in mailing.delivered and one in current)
    return left if left or mailing.delivered else tuple(current)


@contextlib.contextmanager
def alone(store: Store, plan: str, *, wait: bool = False) -> Iterator[None]:
    """Only one process sends digests of this plan at a time; other plans, whose books are their own, and polls may go on meanwhile.

    Raises SendError if another does, or waits for it."""
    path = f"{store.path}.sending" + ("" if plan == "main" else f"-{re.sub(r'[^A-Za-z0-9_-]', _numbered, plan)}")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SendError(f"{path}: {error.strerror}; sending needs a place it can write to", permanent=True) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise SendError("another curator is sending this digest just now; try again when it is done") from None
        yield
    finally:
        os.close(handle)


def _numbered(found: re.Match[str]) -> str:
    return f".{ord(found[0]):x}"
