"""A poll that `browse` starts: in a process of its own, so that the screen stays alive, telling how far it is a line at a time.

A process started afresh, not forked: forking one with a running screen would copy its threads' locks.
"""

import json
import subprocess
import sys
from collections.abc import Iterator

import curator
from curator.errors import CuratorError

Step = tuple[str, str]  #: ("progress", sentence) …, then ("done", sentence) or ("failed", sentence)


def poll(path: str) -> Iterator[Step]:
    """Poll the feeds of the feeds.toml at `path`, step by step; blocks, so call it from a thread."""
    command = [sys.executable, "-m", __name__, path]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        step: Step = ("failed", "the poll ended without a word")
        for line in child.stdout:
            kind, said = json.loads(line)
            step = (kind, said)
            if kind == "progress":
                yield step
    yield step if step[0] != "progress" else ("failed", "the poll ended without a word")


def _work(path: str) -> None:
    try:
        with curator.Curator(curator.load(path)) as archive:
            report = archive.poll(progress=_progress)
        failed = f" · {report.failed:,} failed" if report.failed else ""
        _tell("done", f"{report.new:,} new{failed}" if report.polled else "no feed is due")
    except CuratorError as error:
        _tell("failed", str(error))


def _progress(done: int, total: int, new: int = 0) -> None:
    _tell("progress", f"{done:,} of {total:,} · {new:,} new")


def _tell(kind: str, said: str) -> None:
    sys.stdout.write(json.dumps([kind, said]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _work(sys.argv[1])
