"""`browse` as tests use it: driven inside this process, where what it shows can be asked for, or on a terminal of its own, byte by byte."""

import asyncio
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desk import environment

from curator.commands import _browse
from curator.commands._desk import Desk
from curator.types import Hit, Item, Query

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
Step = list[str] | Callable[[_browse.Browser], None]


class BigArchive:
    """A hundred thousand items, made as they are asked for; two neighbours tell one story."""

    def __init__(self, count: int, step: timedelta = timedelta(minutes=1)) -> None:
        self.count, self.step, self.asked, self.notice = count, step, 0, ""
        self.marks: list[tuple[str, bool | None, bool | None]] = []

    def item(self, number: int) -> Item:
        return Item(
            id=f"{number:016x}", feed="f", title=f"item {number}", seen=NOW, date=NOW - number * self.step, story=f"{number // 2:016x}"
        )

    def find(self, query: Query, *, watch: str | None = None, texts: bool = False) -> list[Hit]:
        self.asked += 1
        first = 0
        if query.until is not None and self.step:
            first = max(0, (NOW - query.until) // self.step)
        return [Hit(item=self.item(number)) for number in range(first, min(self.count, first + (query.limit or 0)))]

    def mark(self, ids: list[str], *, read: bool | None = None, starred: bool | None = None) -> int:
        self.marks += [(id_, read, starred) for id_ in ids]
        return len(ids)


def drive(config: Path, size: tuple[int, int], *steps: Step) -> None:
    """Press keys (lists) and look (functions), as a person would."""
    desk = Desk(str(config))
    with desk.open() as archive:
        asyncio.run(play(_browse.Browser(desk, archive), size, steps))


async def play(app: _browse.Browser, size: tuple[int, int], steps: Sequence[Step]) -> None:
    """The same with an app of one's own."""
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for step in steps:
            if isinstance(step, list):
                await pilot.press(*step)
                await pilot.pause()
            else:
                step(app)


def screen(app: _browse.Browser) -> str:
    """What stands on the screen, line by line."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def on_a_screen(config: Path, size: tuple[int, int], *talk: tuple[str, str]) -> tuple[str, int]:
    """All that `curator browse` writes to a terminal of so many columns and lines, and its exit code. Each pair of `talk` is what to wait
    for, and the keys to press then."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    command = [sys.executable, "-m", "curator", "-c", str(config), "browse"]
    env = environment(TERM="xterm-256color", COLUMNS=str(size[0]), LINES=str(size[1]))
    child = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=env, close_fds=True, start_new_session=True)
    os.close(inner)
    written, looked, steps = "", 0, list(talk)
    while select.select([outer], [], [], 60)[0]:
        try:
            written += os.read(outer, 65_536).decode("utf-8", "replace")
        except OSError:  # Linux: the other end is closed
            break
        if steps and steps[0][0] in written[looked:]:
            looked = len(written)
            os.write(outer, steps.pop(0)[1].encode())
    os.close(outer)
    child.kill() if steps else None
    return written, child.wait(timeout=60)
