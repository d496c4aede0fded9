"""Read full-screen: topics and feeds, stories, articles.

Section: Reading
"""

import sys

import click

from curator.commands._shared import Desk, pass_desk
from curator.errors import CuratorError


@click.command()
@pass_desk
def command(desk: Desk) -> None:
    """Read full-screen, with the keys of newsboat and vim; ? shows them all. Needs the extra tui: pip install 'curator[tui]'."""
    try:
        from curator.commands import _browse  # noqa: PLC0415 - the optional extra `tui`
    except ImportError as error:
        raise CuratorError("browse needs the extra tui: pip install 'curator[tui]'") from error
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CuratorError("browse needs a terminal; `curator list` works without one")
    with desk.open() as archive:
        _browse.Browser(desk, archive).run()
