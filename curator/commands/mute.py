"""Keep a term, outlet or story out of lists and digests.

Section: Reading
"""

from datetime import datetime

import click

from curator import encode
from curator.commands import _rows
from curator.commands._shared import Desk, ItemId, Moment, json_option, nearest, pass_desk
from curator.errors import UsageError
from curator.tables import Column


@click.command()
@click.argument("words", nargs=-1, metavar="[TERM | list | end NUMBER]")
@click.option("--outlet", metavar="NAME", help="All of a publisher.")
@click.option("--story", metavar="ID", type=ItemId(), help="All of a story, also what joins it later.")
@click.option("--until", type=Moment(ahead=True), help="Not for ever: 14d, 2026-12-31.")
@json_option
@pass_desk
def command(desk: Desk, words: tuple[str, ...], outlet: str | None, story: str | None, until: datetime | None, as_json: bool) -> None:
    """Mute what you do not want to see for a while. What is muted is kept and can be searched for, but stands in no list, digest or
    alert; the digest says how many there were.

    \b
    Examples:
      curator mute "transfer window" --until 30d
      curator mute --outlet "Example Gazette"
      curator mute list
      curator mute end 3
    """
    kinds = [(kind, value) for kind, value in (("term", " ".join(words)), ("outlet", outlet), ("story", story)) if value]
    if words[:1] == ("list",) and len(words) == 1 and len(kinds) == 1:
        _list(desk, as_json)
    elif words[:1] == ("end",) and len(words) == 2 and words[1].isdigit() and len(kinds) == 1:
        with desk.open() as archive:
            archive.unmute(int(words[1]))
        desk.say("ended")
    elif words[:1] == ("end",) and len(words) > 1 and len(kinds) == 1:
        raise UsageError(f'mute end takes a number, not "{" ".join(words[1:])}"; `curator mute list` shows them')
    elif len(kinds) == 1:
        _mute(desk, *kinds[0], until)
    else:
        raise UsageError("mute one thing: a term, or --outlet NAME, or --story ID; `curator mute list` shows what is muted")


def _mute(desk: Desk, kind: str, value: str, until: datetime | None) -> None:
    if until is not None and until <= desk.now:
        raise UsageError(f"{_rows.time(desk, until)} is past: a mute lasts until some time to come")
    with desk.open() as archive:
        if kind == "outlet":
            value, known = archive.outlet(value), archive.outlets()
            if value not in known:
                desk.say(f"nothing has come from {value} yet{nearest(value, known)}")
        if kind == "story":
            found, value = archive.resolve(value)
            if found == "item":
                value = archive.item(value).story
        number = archive.mute(kind, value, until=until)
    desk.say(f"muted {kind} {value}{f' until {_rows.time(desk, until)}' if until else ''}; `curator mute end {number}` ends it")


def _list(desk: Desk, as_json: bool) -> None:
    with desk.open() as archive:
        found = archive.mutes()
    if as_json:
        desk.json(
            [
                {"number": one.number, "kind": one.kind, "value": one.value, "until": encode.when(one.until) if one.until else None}
                for one in found
            ]
        )
        return
    if not found:
        desk.say("nothing is muted")
        return
    rows = [
        [str(one.number), one.kind, _rows.one_line(one.value), _rows.time(desk, one.until) if one.until else "for good"] for one in found
    ]
    desk.page(_rows.lines(desk, [Column("NO", 2, right=True), Column("KIND", 5), Column("WHAT", 10), Column("UNTIL", 8)], rows))
