"""Locks in files beside the database that say who holds them: POSIX record locks, gone with their process however it ends.

A record lock is not inherited by forked workers, so a killed poll never stays "at work" through its children. It does not
hold one store of a process off another one either; `_HELD` does that.
"""

import fcntl
import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime

from curator.errors import StoreBusyError, StoreError

_HELD: set[str] = set()  # paths locked by this process
_PAUSE = 0.02  # seconds between two tries


class Lock:
    """A lock on `path`, a file that is made if missing and never removed (removing it would let two hold it)."""

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        self._file: int | None = None

    def acquire(self, purpose: str, wait: float) -> None:
        """Take the lock or raise StoreBusyError naming the holder after `wait` seconds."""
        deadline = time.monotonic() + wait
        while not self._try():
            if time.monotonic() >= deadline:
                raise StoreBusyError(f"another curator is at work: {self.holder()}; try again when it is done")
            time.sleep(_PAUSE)
        since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = json.dumps({"pid": os.getpid(), "command": purpose, "since": since}).encode() + b"\n"
        assert self._file is not None
        with suppress(OSError):  # a full disk: the lock holds all the same, only its note is missing
            os.pwrite(self._file, told.ljust(200), 0)

    def _try(self) -> bool:
        if self.path in _HELD:
            return False
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"cannot write beside the database ({self.path}: {error.strerror}): it can be read, not changed") from None
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        _HELD.add(self.path)
        return True

    def release(self) -> None:
        """Give the lock back; harmless if it is not held."""
        if self._file is not None:
            _HELD.discard(self.path)
            os.close(self._file)
            self._file = None

    def holder(self) -> str:
        """Who holds it, for people: "'curator poll' (process 4711) since 2026-11-22T06:00:00Z"."""
        if self.path in _HELD:
            return f"this process ({os.getpid()})"
        try:
            with open(self.path, encoding="utf-8") as file:
                told = json.loads(file.read(200))
            return f"'{told['command']}' (process {told['pid']}) since {told['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "a process that did not say who it is"
