"""Stories, best first: what several outlets tell, once.

Section: Reading
"""

from dataclasses import replace

import click

from curator import encode
from curator.commands import _rows
from curator.commands._shared import Desk, Wanted, filters, json_option, output_option, pass_desk


@click.command()
@filters(order="score")
@click.option("--newest", is_flag=True, help="Newest first, not best first.")
@output_option
@json_option
@pass_desk
def command(desk: Desk, wanted: Wanted, newest: bool, output: str | None, as_json: bool) -> None:
    """List stories, best first, with how many outlets tell each and how many independent origins they have.

    \b
    Examples:
      curator stories --since 24h
      curator stories --topic 'cyber/*' --origins 2+
    """
    query = replace(wanted.query, order="date") if newest else wanted.query
    with desk.open() as archive:
        found = archive.stories(query, watch=wanted.watch)
        short = {} if as_json else archive.short([story.id for story in found])
    if as_json:
        desk.json([encode.story(story) for story in found], output)
        return
    if output:
        desk.write((line + "\n" for line in _rows.stories(desk, found, short)), output)
        return
    desk.page(_rows.stories(desk, found, short))
    if not found:
        desk.say("nothing found")
