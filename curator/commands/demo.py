"""Play a day of made-up news; no network needed.

Section: Setting up
"""

import tempfile
from pathlib import Path

import click

import curator
from curator import demo
from curator.commands._shared import Desk, pass_desk


@click.command()
@pass_desk
def command(desk: Desk) -> None:
    """Play a bundled day of news from a dozen made-up outlets through the real pipeline: a report that others carry whole or retell,
    an article that is quietly corrected, a feed that is broken. Shows the morning's digest, then what the day brought.
    """
    from curator import delivery, formats  # noqa: PLC0415 - the digest needs a template engine

    folder = Path(tempfile.mkdtemp(prefix="curator-demo-"))
    text = formats.get("text")
    with demo.stage(folder, desk.now) as stage, curator.Curator(curator.load(str(stage.path))) as archive:
        for part in (1, 2):
            stage.round = part
            with desk.progress("asking") as progress:
                report = archive.poll(force=True, progress=progress)
            desk.say(
                f"{('first', 'second')[part - 1]} poll: {report.new} new of {report.polled} feeds, {report.copies} copies, {report.updated} changed, {report.failed} failed\n"
            )
            desk.out(text.digest(delivery.done(archive.store, archive.config, "main", archive.clock())))
        ids = archive.short([story.id for story in archive.stories(curator.Query(order="score", limit=1))])
    for line in _next(stage.path, next(iter(ids.values()), "ID")):
        desk.say(line)


def _next(path: Path, story: str) -> list[str]:
    return [
        "That was a day of curator. Its archive is kept, look around:",
        f"  export CURATOR_CONFIG={path}",
        "  curator stories                    what happened, best first",
        f"  curator show {story:<22}who reported it, and who took it from whom",
        "  curator list --topic 'cyber/*'     items of some topics",
        "  curator search 'engines NOT tractors'",
        "Then for real:",
        "  unset CURATOR_CONFIG; curator init; curator poll; curator digest",
    ]
