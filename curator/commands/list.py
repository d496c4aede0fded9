"""The newest items, or the best.

Section: Reading
"""

from dataclasses import replace

import click

from curator.commands import _listing
from curator.commands._shared import Desk, Wanted, filters, format_option, json_option, output_option, pass_desk


@click.command()
@filters()
@click.option("--best", is_flag=True, help="Best first, not newest first.")
@format_option()
@output_option
@json_option
@pass_desk
def command(desk: Desk, wanted: Wanted, best: bool, form: str | None, output: str | None, as_json: bool) -> None:
    """List items, newest first, copies folded into what they copy. Filters combine; topics may hold a *.

    \b
    Examples:
      curator list --topic 'military/*' --since 24h
      curator list --entity Shahed-136 --origins 2+ --unread
      curator list --since monday --json
    """
    if best:
        wanted = replace(wanted, query=replace(wanted.query, order="score"))
    _listing.show(desk, wanted, form, output, as_json)
