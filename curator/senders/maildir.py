"""Into a Maildir (D. J. Bernstein's: tmp, new, cur): `path` in [mail]. The same message is delivered once, also if it was read since."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..config import Mail
from ..errors import SendError
from ..types import Handover
from ._files import identity, place

HELP = "into a Maildir"


def send(message: bytes, recipients: Sequence[str], mail: Mail) -> Iterator[Handover]:
    """Deliver the message into `new`, with the line ends of this machine; the Maildir is made if there is none."""
    if not mail.path:
        raise SendError("the sender “maildir” needs `path` in [mail]: the Maildir", permanent=True)
    box = Path(mail.path).expanduser()
    name = identity(message)
    try:
        for part in ("tmp", "new", "cur"):
            (box / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        there = any(file.name.split(":")[0] == name for part in ("new", "cur") for file in (box / part).iterdir())
    except OSError as error:
        raise SendError(f"{box}: {error.strerror}") from None
    if not there:
        place(message.replace(b"\r\n", b"\n"), box / "tmp" / name, box / "new" / name)
    yield Handover(delivered=tuple(recipients))
