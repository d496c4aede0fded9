"""Mark read or starred, tag by hand, correct judgements.

Section: Reading
"""

import click

import curator
from curator.commands._shared import Desk, ItemId, TopicName, pass_desk
from curator.errors import UsageError
from curator.text import plural


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…", type=ItemId())
@click.option("--read/--unread", "read", default=None, help="Read, or not.")
@click.option("--star/--unstar", "starred", default=None, help="A star, or none.")
@click.option(
    "--topic",
    "topics",
    multiple=True,
    metavar="+T|-T",
    type=TopicName(signed=True),
    help="Give a topic, or take it away; the rules learn from it.",
)
@click.option("--not-copy", is_flag=True, help="It is no copy of what it was folded into.")
@click.option("--same-story", metavar="ID", type=ItemId(), help="It tells the same story as this item or story.")
@click.option("--not-story", is_flag=True, help="It does not belong to its story.")
@pass_desk
def command(
    desk: Desk,
    ids: tuple[str, ...],
    read: bool | None,
    starred: bool | None,
    topics: tuple[str, ...],
    not_copy: bool,
    same_story: str | None,
    not_story: bool,
) -> None:
    """Mark items, or all items of stories. What a person says is kept for good: no rule and no regrouping overrides it.

    \b
    Examples:
      curator mark 3f2a 81cc --read
      curator mark 3f2a --star --topic +military/naval --topic -cyber/ransomware
      curator mark 3f2a --not-copy
    """
    correcting = not_copy or same_story is not None or not_story
    if read is None and starred is None and not topics and not correcting:
        raise UsageError("say what to mark: --read, --star, --topic +T … (see `curator mark --help`)")
    with desk.open() as archive:
        items = [item for id_ in ids for item in _items(archive.resolve(id_), archive)]
        count = (
            archive.mark(items, read=read, starred=starred, topics=topics) if (read, starred, topics) != (None, None, ()) else len(items)
        )
        if correcting:
            other = archive.resolve(same_story)[1] if same_story else None
            for item in items:
                archive.correct(item, not_copy=not_copy, same_story=other, not_story=not_story)
    desk.say(f"marked {plural(count, 'item')}")


def _items(found: tuple[str, str], archive: "curator.Curator") -> tuple[str, ...]:
    kind, id_ = found
    if kind == "story":
        return tuple(archive.story(id_).items)
    if kind != "item":
        raise UsageError(f"{id_} is a {kind}; only items and stories can be marked")
    return (id_,)
