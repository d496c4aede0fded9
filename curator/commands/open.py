"""Open items in the web browser, and mark them read.

Section: Reading
"""

import webbrowser

import click

from curator.commands._shared import Desk, ItemId, pass_desk
from curator.errors import CuratorError
from curator.text import safe


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…", type=ItemId())
@pass_desk
def command(desk: Desk, ids: tuple[str, ...]) -> None:
    """Open items, or the first item of stories, in the web browser, and mark them read.

    \b
    Examples:
      curator open 3f2a 81cc
    """
    with desk.open() as archive:
        opened = []
        for id_ in ids:
            kind, found = archive.resolve(id_)
            item = archive.item(archive.story(found).items[0] if kind == "story" else found)
            if not item.url and not (item.link or "").startswith(("http://", "https://")):
                raise CuratorError(f"{id_} has no web address")
            _open(item.url or item.link or "")
            opened.append(item.id)
        archive.mark(opened, read=True)


def _open(url: str) -> None:
    if not webbrowser.open(url):
        raise CuratorError(f"no web browser could be started (set $BROWSER); the address is {safe(url)}")
