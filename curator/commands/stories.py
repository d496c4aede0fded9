"""Stories, best first: what several outlets tell, once.

Section: Reading
"""

from dataclasses import replace

import click

from curator.commands import _listing, _rows
from curator.commands._shared import Desk, Wanted, filters, form_for, format_option, json_option, output_option, pass_desk


@click.command()
@filters(order="score")
@click.option("--newest", is_flag=True, help="Newest first, not best first.")
@format_option(kind="stories")
@output_option
@json_option
@pass_desk
def command(desk: Desk, wanted: Wanted, newest: bool, form: str | None, output: str | None, as_json: bool) -> None:
    """List stories, best first, with how many outlets tell each and how many independent origins they have.

    \b
    Examples:
      curator stories --since 24h
      curator stories --topic 'cyber/*' --origins 2+
    """
    query = replace(wanted.query, order="date") if newest else wanted.query
    with desk.open() as archive:
        found = archive.stories(query, watch=wanted.watch)
        short = archive.short([story.id for story in found])
        none = "" if found else _listing.nothing(archive, query)
    if form or as_json or output:
        from curator import formats  # noqa: PLC0415 - some formats load a template engine

        name = "json" if as_json else form or form_for(output, "text", "stories")
        desk.write(formats.get(name).stories(found), output)
        return
    desk.page(_rows.stories(desk, found, short))
    if not found:
        desk.say(none)
