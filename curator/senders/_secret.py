"""The mail server's password, and keeping it out of everything that is said. Helpers of the family, not a sender."""

import base64
import os
import stat

from .. import text
from ..config import Mail
from ..errors import SendError


def password(mail: Mail) -> str | None:
    """The password from the environment, or from a file only its owner can read; None if none is configured.

    Raises SendError, permanent, if the variable is not set or the file cannot be trusted.
    """
    if mail.password_env:
        found = os.environ.get(mail.password_env)
        if found is None:
            raise SendError(f"the environment variable {mail.password_env}, which password_env in [mail] names, is not set", permanent=True)
        return found
    return _from_file(mail.password_file) if mail.password_file else None


def _from_file(path: str) -> str:
    try:
        handle = os.open(os.path.expanduser(path), os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise SendError(f"password_file {path}: {error.strerror}", permanent=True) from None
    with os.fdopen(handle, encoding="utf-8", errors="replace") as file:
        state = os.fstat(file.fileno())  # of the file that is open, not of one put in its place since
        if not stat.S_ISREG(state.st_mode) or state.st_uid not in (os.geteuid(), 0):
            raise SendError(f"password_file {path} is not a file of your own", permanent=True)
        if state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SendError(f"password_file {path} can be read by others; make it yours alone: chmod 600 {path}", permanent=True)
        return file.read(4096).rstrip("\r\n")


def hushed(said: str | bytes, secret: str | None, username: str | None = None) -> str:
    """What a server or program said, on one short safe line, without the password in any form in which it was sent."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    for form in _forms(secret, username):
        words = words.replace(form, "•••")
    return text.excerpt(text.line(words), 300)


def _forms(secret: str | None, username: str | None) -> list[str]:
    if not secret:
        return []
    plain = f"\0{username or ''}\0{secret}"
    coded = [base64.b64encode(form.encode()).decode() for form in (plain, secret)]
    return [secret, *coded, *(form.rstrip("=") for form in coded)]
