"""By a command that reads the message from its input: `command = ["sendmail", "-t", "-i"]` in [mail].

A word `{to}` of the command becomes the recipients' addresses. Exit status 0 means it took the message; see sysexits(3) for others.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence

from ..config import Mail
from ..errors import SendError
from ..mail import address
from ..types import Handover
from ._secret import hushed

HELP = "by a command such as sendmail"
NEEDS_RECIPIENTS = True

#: sysexits: wrong usage, bad data, no user, no host, no permission, bad configuration
_FINAL = frozenset({64, 65, 67, 68, 77, 78})


def send(message: bytes, recipients: Sequence[str], mail: Mail) -> Iterator[Handover]:
    """Run the command with the message, in the machine's line ends, as its input."""
    if not mail.command:
        raise SendError('the sender “command” needs `command` in [mail], for example ["sendmail", "-t", "-i"]', permanent=True)
    status, said = _run(_words(mail, recipients), message.replace(b"\r\n", b"\n"), mail)
    if status:
        why = hushed(said, os.environ.get(mail.password_env or ""), mail.username)
        raise SendError(
            f"{mail.command[0]} ended with status {status}{': ' + why if why else ''}", permanent=status in _FINAL, content=status == 65
        )
    yield Handover(delivered=tuple(recipients))


def _words(mail: Mail, recipients: Sequence[str]) -> list[str]:
    addresses = [address(one).addr_spec for one in recipients] if "{to}" in mail.command else []
    return [word for part in mail.command for word in (addresses if part == "{to}" else [part])]


def _run(words: list[str], message: bytes, mail: Mail) -> tuple[int, bytes]:
    try:
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    except OSError as error:
        raise SendError(f"{words[0]}: {error.strerror}", permanent=True) from None
    try:
        _, said = process.communicate(message, timeout=mail.timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # with whatever it started
        process.communicate()
        raise SendError(f"{words[0]} did not end within {mail.timeout:g} s") from None
    return process.returncode, said
