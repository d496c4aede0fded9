"""Run in a process of its own: sends the digest, and kills itself before or after a step. Arguments: feeds.toml, time, step."""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from curator import configfile, delivery
from curator.stores import sqlite


class Fragile:
    """A store that takes the whole process with it: `step` is "before NAME" or "after NAME" of one of its methods."""

    def __init__(self, store: sqlite.Store, step: str) -> None:
        self._store = store
        self._when, _, self._name = step.partition(" ")

    def __getattr__(self, name: str):
        found = getattr(self._store, name)
        return self._fatal(found) if name == self._name else found

    def _fatal(self, method):
        def called(*args, **given):
            if self._when == "after":
                method(*args, **given)
            os.kill(os.getpid(), signal.SIGKILL)

        return called


if __name__ == "__main__":
    path, now, step = sys.argv[1:]
    config = configfile.load(path)
    with sqlite.connect(str(Path(path).parent / "curator.db")) as store:
        delivery.send(Fragile(store, step), config, "main", datetime.fromisoformat(now))
