"""The command line as tests use it: in this process, or as a process of its own on a terminal."""

import os
import pty
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from curator import cli

TOP = Path(cli.__file__).parent.parent


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class CommandLine:
    """Runs `curator -c FILE ...` in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], config: Path | None = None) -> None:
        self.capsys, self.config = capsys, config

    def __call__(self, *args: str) -> Ran:
        self.capsys.readouterr()
        before = ["-c", str(self.config)] if self.config else []
        code = cli.run([*before, *args])
        out, err = self.capsys.readouterr()
        return Ran(code, out, err)


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(TOP), "PYTHONUTF8": "1", **more}


def process(*args: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`curator ...` as a process without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "curator", *args], capture_output=True, text=True, env=environment(**more), timeout=60, check=False
    )


def on_a_terminal(*args: str, columns: int = 80, **more: str) -> str:
    """All that `curator ...` writes to a terminal of so many columns, colours and all."""
    outer, inner = pty.openpty()
    env = environment(TERM="xterm-256color", COLUMNS=str(columns), LINES="500", **more)
    child = subprocess.Popen([sys.executable, "-m", "curator", *args], stdin=inner, stdout=inner, stderr=inner, env=env, close_fds=True)
    os.close(inner)
    chunks = []
    while select.select([outer], [], [], 60)[0]:
        try:
            chunk = os.read(outer, 65_536)
        except OSError:  # Linux: the other end is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(outer)
    child.wait(timeout=60)
    return b"".join(chunks).decode("utf-8", "replace").replace("\r\n", "\n")
