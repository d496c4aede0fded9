"""An item or story: text, reasons, copies, who reported first.

Section: Reading
"""

import sys

import click

import curator
from curator.commands import _show
from curator.commands._shared import Desk, ItemId, json_option, pass_desk
from curator.errors import UsageError


@click.command()
@click.argument("id_", metavar="ID", type=ItemId())
@click.option("--raw", is_flag=True, help="The entry's bytes, exactly as the feed sent them.")
@click.option("--diff", is_flag=True, help="What changed between its versions, word by word.")
@click.option("--full", is_flag=True, help="Fetch the article's page and keep its full text (extra fulltext).")
@click.option("--cite", is_flag=True, help="A line to cite it by.")
@json_option
@pass_desk
def command(desk: Desk, id_: str, raw: bool, diff: bool, full: bool, cite: bool, as_json: bool) -> None:
    """Show an item or a story. An id may be shortened to any beginning that is its alone.

    \b
    Examples:
      curator show 3f2a
      curator show 3f2a --diff
      curator show 3f2a --raw > entry.xml
    """
    with desk.open() as archive:
        kind, found = archive.resolve(id_)
        if kind == "story":
            if raw or diff or full:
                raise UsageError(f"{id_} is a story; --raw, --diff and --full are for items")
            _story(desk, archive, found, cite, as_json)
        elif kind == "item":
            if full:
                archive.complete(found)
            _item(desk, archive, found, raw, diff, cite, as_json)
        else:
            raise UsageError(f"{id_} is a {kind}; `curator digest` shows those")


def _item(desk: Desk, archive: "curator.Curator", id_: str, raw: bool, diff: bool, cite: bool, as_json: bool) -> None:
    if raw:
        found = archive.raw(id_)
        desk.write(_visible(found) if sys.stdout.isatty() else found)
    elif diff and not as_json:
        desk.page(_show.versions(desk, archive.versions(id_)))
    elif cite:
        desk.out(archive.cite(id_))
    else:
        sheet = _show.gather(archive, id_)
        if as_json:
            desk.json(_show.encoded(sheet))
        else:
            desk.page(_show.item(desk, sheet))


def _visible(raw: bytes) -> str:
    """Evidence as a terminal may see it: nothing in it steers. A pipe or a file gets the bytes."""
    lines = raw.decode("utf-8", "replace").splitlines() or [""]
    return "\n".join("".join(char if char.isprintable() or char == "\t" else "·" for char in line) for line in lines) + "\n"


def _story(desk: Desk, archive: "curator.Curator", id_: str, cite: bool, as_json: bool) -> None:
    story = archive.story(id_)
    items = list(archive.items(story.items).values())
    if as_json:
        desk.json(_show.story_encoded(story, items))
    elif cite:
        for item in items:
            desk.out(archive.cite(item.id))
    else:
        desk.page(_show.story(desk, archive, story, items))
