"""The desk a command works at: the config it reads, the clock it looks at, and the two streams it speaks on.

stdout is data, stderr is talk. Imported by every command line, so it stays cheap: what is heavy is imported where it is used.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

import click

import curator
from curator.errors import CuratorError

Progress = Callable[..., None]  #: progress(done, total, new=0)

#: terminals that show OSC 8 hyperlinks name themselves in one of these
_LINKING = ("WT_SESSION", "KONSOLE_VERSION", "VTE_VERSION", "KITTY_WINDOW_ID", "WEZTERM_PANE", "GHOSTTY_RESOURCES_DIR", "FORCE_HYPERLINK")
_LINKING_PROGRAMS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio")


class Desk:
    """Made once by `cli`, handed to every command."""

    def __init__(self, path: str | None = None, *, verbose: bool = False, quiet: bool = False) -> None:
        self.path = path
        self.verbose = verbose
        self.quiet = quiet

    # ── what a command works with ──

    @cached_property
    def config(self) -> "curator.Config":
        """The feeds.toml in use; ConfigError tells every mistake of it."""
        return curator.load(self.path)

    def open(self) -> "curator.Curator":
        """The curator over the config, as a context manager."""
        return curator.Curator(self.config, say=self.say)

    @cached_property
    def now(self) -> datetime:
        """When the command began."""
        return datetime.now(UTC)

    @cached_property
    def zone(self) -> tzinfo:
        """The time zone people read in."""
        if self.config.timezone == "UTC":
            return UTC
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - `curator --help` does without it

        return ZoneInfo(self.config.timezone)

    @cached_property
    def official(self) -> Callable[[Any], bool]:
        """Whether an item's outlet is an official one; to read the book of outlets takes 50 ms."""
        from curator import provenance  # noqa: PLC0415 - hardly a command needs it

        return provenance.official(self.config)

    # ── stdout: data ──

    def out(self, text: str = "") -> None:
        """One line or more of data, as they are: what came from a feed must be made safe before."""
        sys.stdout.write(text + "\n")

    def json(self, value: Any, path: str | None = None) -> None:
        """The one JSON value of a command; to stdout, or into the file at `path`."""
        from curator import formats  # noqa: PLC0415 - `curator --help` does without it

        self.write(formats.get("json").value(value, indent=2 if path is None and sys.stdout.isatty() else None), path)

    def page(self, lines: Iterable[str]) -> None:
        """Lines, through the pager if they do not fit the terminal."""
        if not (sys.stdout.isatty() and sys.stdin.isatty()) or os.environ.get("PAGER") == "cat":
            for line in lines:
                self.out(line)
            return
        rest = iter(lines)
        first = list(islice(rest, shutil.get_terminal_size().lines - 1))
        more = list(islice(rest, 1))
        if not more:
            self.out("\n".join(first)) if first else None
            return
        os.environ.setdefault("LESS", "-FRX")
        click.echo_via_pager((line + "\n" for line in chain(first, more, rest)), color=True)

    def write(self, chunks: str | bytes | Iterable[str], path: str | None = None) -> None:
        """Chunks of text to stdout, or into the file at `path`: whole, or not at all."""
        if path in (None, "-"):
            _pour(chunks, sys.stdout)
            return
        target = Path(str(path))
        if not target.parent.is_dir():
            raise CuratorError(f"{target.parent}: no such folder")
        if target.exists() and not target.is_file():  # a device or a pipe takes what it gets
            with target.open("w", encoding="utf-8", newline="") as stream:
                _pour(chunks, stream)
            return
        _replace(target, chunks)

    # ── stderr: talk ──

    def say(self, text: str) -> None:
        """Talk, unless --quiet."""
        if not self.quiet:
            self.warn(text)

    def detail(self, text: str) -> None:
        """Talk, only with --verbose."""
        if self.verbose:
            self.warn(text)

    def warn(self, text: str) -> None:
        """Talk, always; nothing in it can steer the terminal."""
        print("".join(c if c.isprintable() or c == "\n" else "·" for c in text), file=sys.stderr)

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """A line on stderr that counts up; nothing where stderr is no terminal."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda done, total=0, new=0: None
            return

        def show(done: int, total: int = 0, new: int = 0) -> None:
            count = f"{done:,} of {total:,}" if total else f"{done:,}"
            sys.stderr.write(f"\r\x1b[K{label} {count}{f' · {new:,} new' if new else ''}")
            sys.stderr.flush()

        try:
            yield show
        finally:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    # ── the terminal ──

    @cached_property
    def watched(self) -> bool:
        """Whether a person looks at stdout: a terminal."""
        return sys.stdout.isatty()

    @cached_property
    def colour(self) -> bool:
        """Whether stdout takes colour: a terminal that is not dumb, without NO_COLOR."""
        return self.watched and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @cached_property
    def linking(self) -> bool:
        """Whether stdout shows OSC 8 hyperlinks."""
        known = any(os.environ.get(name) for name in _LINKING) or os.environ.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        return self.watched and os.environ.get("TERM") not in ("dumb", "linux") and known

    @cached_property
    def width(self) -> int:
        """Columns to fill: those of the terminal, $COLUMNS, or 80."""
        return max(40, shutil.get_terminal_size((80, 24)).columns)

    @cached_property
    def table_width(self) -> int:
        """Columns of a table: what fits the terminal; in a pipe nothing is cut, so that `grep` finds what is at the end of a line."""
        return self.width if self.watched or os.environ.get("COLUMNS") else 1_000_000

    def styled(self, text: str, **how: Any) -> str:
        """The text in a style of `click.style` where stdout takes colour."""
        return click.style(text, **how) if self.colour and text else text

    def link(self, url: str | None, text: str) -> str:
        """The text as a hyperlink where the terminal has them; `url` must be http or https, else the text alone."""
        if not url or not self.linking or not url.startswith(("http://", "https://")) or not url.isprintable() or " " in url:
            return text
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"


def _pour(chunks: str | bytes | Iterable[str], stream: TextIO) -> None:
    if isinstance(chunks, bytes):
        stream.flush()
        stream.buffer.write(chunks)
        stream.buffer.flush()
        return
    for chunk in [chunks] if isinstance(chunks, str) else chunks:
        stream.write(chunk)


def _replace(target: Path, chunks: str | bytes | Iterable[str]) -> None:
    """Write beside the target, then put it in its place, so that a reader never sees half of it."""
    import tempfile  # noqa: PLC0415 - `curator --help` does without it

    number, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(number, "w", encoding="utf-8", newline="") as stream:
            _pour(chunks, stream)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(beside, target.stat().st_mode if target.exists() else 0o666 & ~mask)
        os.replace(beside, target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
