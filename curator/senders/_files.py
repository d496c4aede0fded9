"""Writing a message into a folder so that it is there whole or not at all, and once. Helpers of the family, not a sender."""

import contextlib
import os
from email.parser import BytesHeaderParser
from pathlib import Path

from ..errors import SendError


def identity(message: bytes) -> str:
    """A file name made of the message's Message-ID: the same message always has the same one."""
    found = str(BytesHeaderParser().parsebytes(message)["Message-ID"] or "message")
    return "".join(char if char.isalnum() or char in ".-_" else "_" for char in found.strip("<> "))[:120]


def place(message: bytes, draft: Path, final: Path) -> None:
    """Write to `draft`, flush to the disk, then rename to `final`. Raises SendError."""
    try:
        with draft.open("wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(final)
        _settle(final.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise SendError(f"{final.parent}: {error.strerror}") from None


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
