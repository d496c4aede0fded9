"""Items out of the archive, in many formats.

Section: Keeping house
"""

from collections.abc import Iterable, Iterator

import click

from curator.commands._desk import Progress
from curator.commands._shared import Desk, Wanted, filters, form_for, format_option, output_option, pass_desk
from curator.types import Item


@click.command()
@filters(limit=None)
@format_option(kind="items feeds")
@output_option
@pass_desk
def command(desk: Desk, wanted: Wanted, form: str | None, output: str | None) -> None:
    """Write items in any of the formats, all that the filters leave; --all includes copies and what is muted.
    Without -f the ending of FILE tells the format, else it is jsonl, which `curator import` reads back without loss.

    \b
    Examples:
      curator export --all -o archive.jsonl
      curator export --topic 'cyber/*' --since 7d -f csv
      curator export -f opml -o feeds.opml
    """
    from curator import formats  # noqa: PLC0415 - some formats load a template engine

    member = formats.get(form or form_for(output, "jsonl"))
    if not hasattr(member, "items"):
        desk.write(member.feeds(desk.config), output)
        return
    with desk.open() as archive, desk.progress("written") as progress:
        found = archive.iterate(wanted.query, watch=wanted.watch)
        desk.write(member.items(_counted(found, progress)), output)


def _counted(found: Iterable[Item], progress: Progress) -> Iterator[Item]:
    for number, item in enumerate(found, 1):
        if number % 500 == 0:
            progress(number)
        yield item
