"""A poll that `browse` starts: in a process of its own, so that the screen stays alive, telling how far it is."""

from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import curator
from curator.errors import CuratorError

Step = tuple[str, Any]  #: ("progress", sentence) …, then ("done", Report) or ("failed", sentence)


def poll(path: str) -> Iterator[Step]:
    """Poll the feeds of the feeds.toml at `path`, step by step; blocks, so call it from a thread."""
    context = get_context("spawn")  # forking a process with a running screen would copy its threads' locks
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(path, theirs), daemon=False)
    child.start()
    theirs.close()
    try:
        while True:
            step = ours.recv()
            yield step
            if step[0] != "progress":
                return
    except EOFError:
        yield "failed", "the poll ended without a word"
    finally:
        child.join(timeout=5)
        if child.is_alive():
            child.terminate()
        ours.close()


class _Progress:
    def __init__(self, tell: Connection) -> None:
        self._tell = tell

    def __call__(self, done: int, total: int, new: int = 0) -> None:
        self._tell.send(("progress", f"{done} of {total} · {new} new"))


def _work(path: str, tell: Connection) -> None:
    try:
        with curator.Curator(curator.load(path)) as archive:
            report = archive.poll(progress=_Progress(tell))
        tell.send(("done", report))
    except CuratorError as error:
        tell.send(("failed", str(error)))
    except BrokenPipeError:
        pass
