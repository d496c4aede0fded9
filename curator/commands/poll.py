"""Ask the feeds that are due for news.

Section: Every day
"""

import click

from curator import encode
from curator.commands._rows import one_line
from curator.commands._shared import Desk, FeedName, json_option, pass_desk
from curator.tables import cut
from curator.text import line, plural, safe
from curator.types import Report

_UNREACHABLE = {"dns", "connect", "timeout", "tls"}


@click.command()
@click.argument("feeds", nargs=-1, type=FeedName(), metavar="[FEED]…")
@click.option("--force", is_flag=True, help="All of them now, due or not.")
@click.option("--strict", is_flag=True, help="Exit 3 if any feed failed.")
@click.option("--dry-run", is_flag=True, help="Ask, and count, but store nothing.")
@json_option
@click.pass_context
@pass_desk
def command(desk: Desk, ctx: click.Context, feeds: tuple[str, ...], force: bool, strict: bool, dry_run: bool, as_json: bool) -> None:
    """Ask the feeds that are due, or those named here, for news; keep what is new, tagged and grouped into stories.

    \b
    Examples:
      curator poll
      curator poll bellingcat cisa
      curator poll --force --json
    """
    for warning in desk.config.warnings:
        desk.warn(f"warning: {warning}")
    with desk.open() as archive, desk.progress("asking") as progress:
        report = archive.poll(feeds, force=force, dry_run=dry_run, progress=progress)
        hits = archive.items([id_ for ids in report.hits.values() for id_ in ids])
        short = archive.short(list(hits))
    if as_json:
        desk.json(encode.report(report))
    else:
        for watch, ids in report.hits.items():
            for item in (hits[id_] for id_ in ids if id_ in hits):
                outlet, title = one_line(item.outlet or item.feed), one_line(item.title)
                desk.out(cut(f"{watch}: {short[item.id]}  {cut(outlet, 40)}  {title}", desk.table_width))
        _tell(desk, report)
    if strict and report.failed:
        ctx.exit(3)


def _tell(desk: Desk, report: Report) -> None:
    if _nothing_reached(report):
        desk.warn("no feed could be reached: is there a network? `curator demo` shows a day of news without one")
        return
    for problem in report.problems:
        often = f" ({problem.failures} polls in a row)" if problem.failures > 1 else ""
        desk.say(f"{safe(problem.feed)}: {safe(problem.message)}{often}")
    for failure in report.unsent:
        desk.warn(line(failure))
    for failure in report.unread:
        desk.detail(line(failure))
    if report.unread and not desk.verbose:
        desk.say(f"{plural(len(report.unread), 'article')} could not be completed from the page; -v says why")
    desk.say(_summary(report))


def _nothing_reached(report: Report) -> bool:
    failed = [problem for problem in report.problems if problem.kind in _UNREACHABLE]
    return report.polled > 0 and report.failed == report.polled and len({problem.feed for problem in failed}) == report.failed


def _summary(report: Report) -> str:
    if not report.feeds:
        return "feeds.toml has no feed to be asked; `curator feeds add ADDRESS` adds one"
    if not report.polled:
        return f"none of {plural(report.feeds, 'feed')} is due; `curator poll --force` asks them all the same"
    parts = [f"{report.polled:,} of {report.feeds:,} feeds asked", f"{report.new:,} new"]
    parts += [f"{report.updated:,} updated"] if report.updated else []
    parts += [plural(report.copies, "copy")] if report.copies else []
    parts += [f"{report.failed:,} failed"] if report.failed else []
    return f"{' · '.join(parts)} · {report.seconds:.1f} s"
