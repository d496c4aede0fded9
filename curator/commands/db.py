"""The archive: where, how big, sound? Backup, prune, regroup.

Section: Keeping house
"""

from datetime import datetime

import click

from curator.commands import _rows
from curator.commands._group import Group
from curator.commands._shared import Desk, Moment, json_option, pass_desk


@click.group(cls=Group, usual="stats")
def command() -> None:
    """The archive, one SQLite file: `datasette` and `sqlite-utils` open it as it is.

    \b
    Examples:
      curator db stats
      curator db backup ~/curator-$(date +%F).db
      curator db prune --older 180d --dry-run
    """


@command.command()
@pass_desk
def path(desk: Desk) -> None:
    """Where the database file is."""
    from curator.app import place  # noqa: PLC0415 - all of curator hangs on it

    desk.out(place(desk.config))


@command.command()
@json_option
@pass_desk
def stats(desk: Desk, as_json: bool) -> None:
    """Sizes, growth, and which feeds bring most."""
    with desk.open() as archive:
        found = archive.stats()
    if as_json:
        desk.json(found)
    else:
        desk.page(_told(found))


def _told(found: object, indent: str = "") -> list[str]:
    """Nested values as indented lines; what is empty is left out."""
    lines: list[str] = []
    pairs = found.items() if isinstance(found, dict) else [("", one) for one in found] if isinstance(found, list) else []
    for name, value in pairs:
        label = _rows.one_line(str(name)).replace("_", " ")
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{indent}{label}:", *(f"{indent}  {_flat(one)}" for one in value)]
        elif isinstance(value, dict | list):
            inside = _told(value, indent + "  ")
            lines += [f"{indent}{label}:" if label else "", *inside] if inside else []
        else:
            lines.append(f"{indent}{label}: {_one(name, value)}" if label else f"{indent}{_one(name, value)}")
    return [line for line in lines if line]


def _flat(one: dict[str, object]) -> str:
    """A row of a list: what it is of, then its values."""
    (_, first), *rest = one.items()
    return "  ".join(
        [_rows.one_line(str(first)), *(f"{_one(name, value)} {_rows.one_line(name).replace('_', ' ')}" for name, value in rest)]
    )


def _one(name: str, value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, int) and "bytes" in name:
        return _size(value)
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else _rows.one_line(str(value))


def _size(count: int) -> str:
    """Bytes for people: "228 KB"."""
    amount, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:,.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"


@command.command()
@json_option
@click.pass_context
@pass_desk
def verify(desk: Desk, ctx: click.Context, as_json: bool) -> None:
    """Recompute every hash and check every index; exit 1 if anything does not match."""
    with desk.open() as archive:
        found = archive.verify()
    if as_json:
        desk.json(found)
    else:
        for line in found:
            desk.out(_rows.one_line(line))
        desk.say("not sound" if found else "sound")
    if found:
        ctx.exit(1)


@command.command()
@click.argument("file", type=click.Path())
@pass_desk
def backup(desk: Desk, file: str) -> None:
    """Copy the database into FILE, also while a poll is running."""
    with desk.open() as archive:
        archive.backup(file)
    desk.say(f"copied into {file}")


@command.command()
@click.option("--older", required=True, type=Moment(), help="Older than this goes: 180d, 2026-01-01.")
@click.option("--dry-run", is_flag=True, help="Say what would go; nothing does.")
@json_option
@pass_desk
def prune(desk: Desk, older: datetime, dry_run: bool, as_json: bool) -> None:
    """Take old items away for good. What has a star or a note, or stood in no digest yet, stays; what is gone does not come back as new."""
    with desk.open() as archive:
        found = archive.prune(older, dry_run=dry_run)
    if as_json:
        desk.json(found)
    else:
        shown = {name: count for name, count in found.items() if not (dry_run and name.startswith("bytes"))}
        for line in _told(shown):
            desk.out(line)
        if found["kept_undigested"]:
            desk.say("what stood in no digest yet stays; `curator digest --done` ticks it off")


@command.command()
@click.option("--since", type=Moment(), help="Only from then on: 30d, monday, 2026-11-01.")
@pass_desk
def regroup(desk: Desk, since: datetime | None) -> None:
    """Judge publishers, copies, stories and origins anew, after a change of rules or of [outlets]. Items, marks and digests sent stay; old ids keep leading to their stories."""
    with desk.open() as archive, desk.progress("judged") as progress:
        found = archive.regroup(since, progress=progress)
    desk.say(" · ".join(f"{count:,} {name}" for name, count in found.items()) if isinstance(found, dict) else "done")


@command.command()
@pass_desk
def doctor(desk: Desk) -> None:
    """What curator runs on, and what is known to be wrong with it."""
    with desk.open() as archive:
        for line in archive.doctor():
            desk.out(_rows.one_line(line))
