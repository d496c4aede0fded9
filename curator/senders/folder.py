"""As an .eml file in a folder: `path` in [mail]. Sending the same message again replaces its file, so it is never there twice."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..config import Mail
from ..errors import SendError
from ..types import Handover
from ._files import identity, place

HELP = "as .eml files in a folder"


def send(message: bytes, recipients: Sequence[str], mail: Mail) -> Iterator[Handover]:
    """Write the message into the folder, which is made if there is none."""
    if not mail.path:
        raise SendError("the sender “folder” needs `path` in [mail]: where to write", permanent=True)
    folder = Path(mail.path).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SendError(f"{folder}: {error.strerror}") from None
    name = identity(message)
    place(message, folder / f".{name}.tmp", folder / f"{name}.eml")
    yield Handover(delivered=tuple(recipients))
