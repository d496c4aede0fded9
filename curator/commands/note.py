"""Write a note on an item or story.

Section: Reading
"""

import click

from curator.commands._shared import Desk, ItemId, pass_desk
from curator.errors import UsageError

LABELS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")


@click.command()
@click.argument("id_", metavar="ID", type=ItemId())
@click.argument("text")
@click.option(
    "--tlp",
    type=click.Choice(LABELS, case_sensitive=False),
    default="CLEAR",
    help="How far the note may travel: Traffic Light Protocol 2.0.",
)
@pass_desk
def command(desk: Desk, id_: str, text: str, tlp: str) -> None:
    """Write a note on an item; on the first item of a story. It is shown, can be searched for, and exported as far as its label allows.

    \b
    Examples:
      curator note 3f2a "Same photo as in March, cropped" --tlp AMBER
    """
    if not text.strip():
        raise UsageError("the note is empty")
    with desk.open() as archive:
        kind, found = archive.resolve(id_)
        archive.note(archive.story(found).items[0] if kind == "story" else found, text, tlp=tlp.upper())
    desk.say("noted")
