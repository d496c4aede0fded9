"""The root command: which file to read, how much to say, and how errors become exit codes.

Commands are found by the names of the files in `commands/` and loaded only when they are called; their one line of help is read
from the first line of the file. Exit codes: 0 done · 1 it failed · 2 wrong usage or wrong feeds.toml · 3 only `poll --strict` ·
130 stopped by Ctrl-C.
"""

import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from curator import __version__
from curator.commands._desk import Desk
from curator.commands._group import Group
from curator.errors import CuratorError

SECTIONS = ("Every day", "Reading", "Setting up", "Keeping house")  #: of `curator --help`, in this order; others follow


class _StoppedError(CuratorError):
    """Somebody pressed Ctrl-C."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("stopped; what was already stored is kept")


class _PipeClosedError(Exception):
    """Who reads our output has seen enough."""


class Root(Group):
    """Commands by file name: `commands/import_.py` is `curator import`."""

    folder = Path(__file__).with_name("commands")
    package = "curator.commands"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, without loading any."""
        return sorted(self._files())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the one that is called."""
        file = self._files().get(cmd_name)
        if file is None:
            return None
        command = import_module(f"{self.package}.{file.stem}").command
        command.name = cmd_name
        return command  # type: ignore[no-any-return]

    def invoke(self, ctx: click.Context) -> object:
        """As click does it, but Ctrl-C and closed pipes are ours to tell: click prints an empty line, and exits with 1."""
        try:
            found = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            raise _StoppedError from None
        except BrokenPipeError:
            raise _PipeClosedError from None
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in sections, each with its one line of help."""
        sections: dict[str, list[tuple[str, str]]] = {name: [] for name in SECTIONS}
        for name, file in sorted(self._files().items()):
            line, section = _headline(file)
            sections.setdefault(section, []).append((name, line))
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows, col_spacing=3)

    def _files(self) -> dict[str, Path]:
        files = (file for file in self.folder.glob("*.py") if not file.name.startswith("_"))
        return {file.stem.rstrip("_").replace("_", "-"): file for file in files}


def _headline(file: Path) -> tuple[str, str]:
    """First line and section of a command file's docstring, read as text: importing it would load what it needs."""
    with file.open(encoding="utf-8") as source:
        head = source.read(1000)
    line = re.match(r'"""(.+?)(?:"""|\n)', head)
    section = re.search(r"^Section: (.+)$", head, re.MULTILINE)
    return (line[1].strip() if line else ""), (section[1].strip() if section else "Other")


@click.command(cls=Root, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("-c", "--config", "path", metavar="FILE", envvar="CURATOR_CONFIG", type=click.Path(), help="The feeds.toml to use.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.version_option(__version__, "--version", prog_name="curator", message="%(prog)s %(version)s")
@click.pass_context
def root(ctx: click.Context, path: str | None, verbose: bool, quiet: bool) -> None:
    """Reads your feeds, tells each story once, and shows who really reported it.

    \b
    New here?  curator demo     plays a day of news, no network needed
               curator init     writes a feeds.toml to start from
               curator poll     fetches what is new
               curator digest   shows it, each story once
    """
    ctx.obj = Desk(path=path, verbose=verbose, quiet=quiet)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code; errors are told in a line, never as a traceback."""
    _open_streams()
    sys.exit(run(args))


def _open_streams() -> None:
    """Streams that take any character. One that the caller closed leads to nowhere: else Python has None for it, and the next file that
    is opened its number, which whatever a library tells the terminal would be written into."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open as long as the program runs
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def run(args: Sequence[str] | None = None) -> int:
    """As `main`, but the exit code is returned."""
    try:
        code = root.main(args, prog_name="curator", standalone_mode=False)
    except (_PipeClosedError, BrokenPipeError):
        return _pipe_closed()
    except (Exception, KeyboardInterrupt) as error:
        return _fail(error)
    return code if isinstance(code, int) else 0


def _fail(error: BaseException) -> int:
    """Tell an error on stderr, a line for each thing that is wrong; the exit code for it."""
    if os.environ.get("CURATOR_DEBUG"):
        import traceback  # noqa: PLC0415 - for developers alone

        traceback.print_exception(error)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):  # its message is the whole help, which is no one line
        error.show()
        return error.exit_code
    message, code = _told(error)
    for line in message.splitlines():
        print("curator:", "".join(c if c.isprintable() else "·" for c in line), file=sys.stderr)
    return code


def _told(error: BaseException) -> tuple[str, int]:
    match error:
        case click.Abort() | KeyboardInterrupt():
            return _told(_StoppedError())
        case click.UsageError():
            return _usage(error), 2
        case click.ClickException():
            return error.format_message(), error.exit_code
        case CuratorError():
            return str(error), error.exit_code
        case OSError() | MemoryError():
            return _system(error), 1
    return f"a mistake of curator's own: {type(error).__name__}: {error} (CURATOR_DEBUG=1 shows where; please report it)", 1


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "curator"
    message = " ".join(error.format_message().split())
    return f"{message[:1].lower() + message[1:]}".rstrip(".") + f"  (see `{path} --help`)"


def _system(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or "out of memory"


def _pipe_closed() -> int:
    """Who reads our output has seen enough: no error, and nothing more to say when Python closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
