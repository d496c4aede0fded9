"""List, check, add, import and export feeds.

Section: Setting up
"""

from datetime import timedelta
from typing import Any, BinaryIO

import click

from curator import configedit, configtables, encode, subscribing, when
from curator.commands import _rows
from curator.commands._group import Group
from curator.commands._shared import Desk, FeedName, format_option, json_option, output_option, pass_desk
from curator.config import AUTO, Feed
from curator.errors import CuratorError
from curator.tables import Column
from curator.text import plural
from curator.types import FeedState


@click.group(cls=Group, usual="list")
def command() -> None:
    """The feeds of feeds.toml: how they do, whether they answer, and how to add some.

    \b
    Examples:
      curator feeds
      curator feeds check
      curator feeds add https://www.bellingcat.com
    """


@command.command("list")
@json_option
@pass_desk
def list_(desk: Desk, as_json: bool) -> None:
    """All feeds, how often they are asked, and when they last answered."""
    for warning in desk.config.warnings:
        desk.warn(f"warning: {warning}")
    with desk.open() as archive:
        states = archive.states()
    feeds = desk.config.feeds.values()
    if as_json:
        desk.json([_encoded(feed, states.get(feed.name)) for feed in feeds])
        return
    columns = [
        Column("FEED", 8, 32 if desk.width >= _rows.WIDE else 24), Column("OUTLET", 6, 24, since=_rows.WIDE),
        Column("SOURCE", 6, 12, since=_rows.SLIM), Column("EVERY", 4, 6, since=_rows.SLIM), Column("ANSWERED", 5, 8), Column("STATE", 10),
    ]  # fmt: skip
    rows = [_row(desk, feed, states.get(feed.name)) for feed in feeds]
    desk.page(_rows.lines(desk, columns, rows, [{"fg": "cyan"}]))


def _every(feed: Feed) -> str:
    return "auto" if feed.every == AUTO else when.words(feed.every)


def _row(desk: Desk, feed: Feed, state: FeedState | None) -> list[str]:
    answered = when.ago(state.succeeded, desk.now) if state and state.succeeded else "never"
    outlet = _rows.one_line(feed.outlet or (state.title if state else "") or "")
    return [feed.name, outlet, f"{feed.role} {feed.reliability}", _every(feed), answered, _state(feed, state)]


def _state(feed: Feed, state: FeedState | None) -> str:
    if not feed.enabled:
        return "not enabled"
    if state is None:
        return "not asked yet"
    if state.gone >= 2:
        return "gone for good (410): no longer asked"
    if state.problem:
        often = f" {state.failures} ×" if state.failures > 1 else ""
        return _rows.one_line(f"failed{often}: {state.problem.message}")
    return _rows.one_line(f"moved to {state.moved_to}" if state.moved_to else "ok")


def _encoded(feed: Feed, state: FeedState | None) -> dict[str, object]:
    found: dict[str, object] = {
        "name": feed.name, "url": feed.url, "outlet": feed.outlet, "role": feed.role, "reliability": feed.reliability,
        "topics": list(feed.topics), "enabled": feed.enabled, "every": "auto" if feed.every == AUTO else feed.every,
    }  # fmt: skip
    moments = {name: getattr(state, name) if state else None for name in ("checked", "succeeded", "next_due", "newest", "failing_since")}
    found |= {name: encode.when(at) if at else None for name, at in moments.items()}
    found |= {
        "title": state.title if state else None,
        "moved_to": state.moved_to if state else None,
        "failures": state.failures if state else 0,
    }
    return found | {"problem": encode.problem(state.problem) if state and state.problem else None, "gone": bool(state and state.gone >= 2)}


@command.command()
@click.argument("feeds", nargs=-1, type=FeedName(), metavar="[FEED]…")
@json_option
@click.pass_context
@pass_desk
def check(desk: Desk, ctx: click.Context, feeds: tuple[str, ...], as_json: bool) -> None:
    """Ask feeds now and say how each answers; nothing is stored. Exit 1 if one fails."""
    with desk.open() as archive:
        found = archive.check(feeds)
    if as_json:
        desk.json(found)
    else:
        columns = [
            Column("FEED", 8, 32),
            Column("ANSWER", 2, 14),
            Column("ENTRIES", 1, 8, right=True, since=_rows.SLIM),
            Column("NEWEST", 3, 8, right=True),
            Column("EVERY", 3, 8, right=True, since=_rows.SLIM),
            Column("TELLS", 10),
        ]
        desk.page(_rows.lines(desk, columns, [_checked(desk, one) for one in found], [{"fg": "cyan"}]))
    for one in found:
        if one.get("moved_to") and not one.get("problem"):
            desk.say(_rows.one_line(f'{one["feed"]} has moved for good: write url = "{one["moved_to"]}" in its table of feeds.toml'))
    if any(one.get("problem") for one in found):
        ctx.exit(1)


def _checked(desk: Desk, one: dict[str, Any]) -> list[str]:
    """A row of health: how it answered, how many entries, how old the newest is, how often they come, and what is odd, else its title."""
    problem, newest = one.get("problem"), one.get("newest")
    answer = problem["kind"] if problem else one.get("format") or one.get("status") or "ok"
    entries = "" if one.get("entries") is None else str(one["entries"])
    age = when.ago(at, desk.now) if newest and (at := when.moment(newest, desk.now, desk.zone)) else ""
    return [one["feed"], str(answer), entries, age, _span(desk, one.get("gap")), _rows.one_line(_told(desk, one))]


def _told(desk: Desk, one: dict[str, Any]) -> str:
    if one.get("problem"):
        return str(one["problem"]["message"])
    silent = f"silent for {_span(desk, one['silent'])}, far longer than usual" if one.get("silent") else ""
    moved = f"moved to {one['moved_to']}" if one.get("moved_to") else ""
    return "; ".join(part for part in (silent, moved) if part) or str(one.get("title") or "")


def _span(desk: Desk, seconds: int | None) -> str:
    """A span in a few characters: "3h"."""
    return when.ago(desk.now - timedelta(seconds=seconds), desk.now) if seconds else ""


@command.command()
@click.argument("url")
@click.option("--name", help="What to call it; by default from its title.")
@pass_desk
def add(desk: Desk, url: str, name: str | None) -> None:
    """Add the feed at URL, or the one that the web page at URL names, to the end of feeds.toml."""
    with desk.open() as archive:
        found = archive.look(url)
    if not found:
        raise CuratorError(f"no feed at {url}, and none that its page names")
    first = found[0]
    feed = Feed(
        name=name or configedit.new_name(str(first.get("title") or ""), str(first["url"]), desk.config.feeds), url=str(first["url"])
    )
    if feed.name in desk.config.feeds:
        raise CuratorError(f'there is a feed "{feed.name}" already; give this one another --name')
    if not subscribing.add(desk.config, [feed]):
        desk.say(f"feeds.toml has {feed.url} already")
        return
    desk.say(f"added {feed.name}: {feed.url}" + (f" ({first['entries']} entries)" if first.get("entries") is not None else ""))
    for other in found[1:]:
        desk.say(f"the page also names {_rows.one_line(str(other['url']))}  {_rows.one_line(str(other.get('title') or ''))}".rstrip())


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Show the tables; write nothing.")
@pass_desk
def import_(desk: Desk, file: BinaryIO, dry_run: bool) -> None:
    """Add the feeds of an OPML file, or of newsboat's urls file, to feeds.toml. Those that are there already are left out."""
    from curator import opml  # noqa: PLC0415 - reading XML is wanted only here

    found = opml.read(file.read(), desk.config.feeds, {*configtables.shipped_topics(), *desk.config.topics})
    if dry_run:
        desk.write(configedit.added("", subscribing.fresh(desk.config, found)))
        return
    desk.say(f"added {plural(len(subscribing.add(desk.config, found)), 'feed')}")


@command.command()
@format_option("opml", kind="feeds")
@output_option
@pass_desk
def export(desk: Desk, form: str, output: str | None) -> None:
    """Write all feeds as OPML, with their topics, outlets and letters, or as newsboat's urls file (-f newsboat)."""
    from curator import formats  # noqa: PLC0415 - some formats load a template engine

    desk.write(formats.get(form).feeds(desk.config), output)
