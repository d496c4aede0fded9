"""Print ready-to-use systemd timers and cron lines for polling and the digest.

Section: Setting up
"""

import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

import click

from curator import timers
from curator.commands._shared import Desk, json_option, pass_desk
from curator.errors import CuratorError


@click.command()
@click.option("--systemd", "kind", flag_value="systemd", help="Only the systemd units.")
@click.option("--cron", "kind", flag_value="cron", help="Only the cron lines.")
@click.option("--write", "folder", type=click.Path(file_okay=False), metavar="FOLDER", help="Write the systemd units into FOLDER.")
@json_option
@pass_desk
def command(desk: Desk, kind: str | None, folder: str | None, as_json: bool) -> None:
    """Print what runs `curator poll` every 15 minutes and `curator digest --send` at the local time that feeds.toml says (`at`, `days`),
    also across the change to summer time and for what the machine slept through.

    \b
    Examples:
      curator schedule
      curator schedule --write ~/.config/systemd/user
      (crontab -l; curator schedule --cron) | crontab -
    """
    config = replace(desk.config, path=os.path.abspath(desk.config.path))  # timers start elsewhere
    shifts = timers.shifts(config.timezone, lambda at: time.localtime(at).tm_gmtoff, desk.now)
    units, lines = timers.units(config, _program()), timers.crontab(config, _program(), shifts)
    if as_json:
        desk.json({"units": {unit.name: unit.text for unit in units}, "crontab": lines, "next": _next(desk)})
    elif folder:
        _write(desk, units, Path(folder).expanduser())
    elif kind == "cron":
        desk.write(lines)
    else:
        desk.write(_systemd(units) + ("" if kind else f"\n# Or cron, for `crontab -e`:\n{lines}"))
    if config.mail is None:
        desk.say("feeds.toml has no [mail], so there is no digest to send: only polls are planned")


def _program() -> list[str]:
    """How this curator is started: by its command where there is one, else by this Python."""
    started = Path(sys.argv[0])
    if started.name == "curator" and os.access(started, os.X_OK):
        return [str(started.resolve())]
    found = shutil.which("curator")
    return [found] if found else [sys.executable, "-m", "curator"]


def _systemd(units: tuple[timers.Unit, ...]) -> str:
    names = " ".join(unit.name for unit in units if unit.name.endswith(".timer"))
    parts = [f"# ~/.config/systemd/user/{unit.name}\n{unit.text}" for unit in units]
    return "\n".join(parts) + f"\n# Then: systemctl --user daemon-reload && systemctl --user enable --now {names}\n"


def _write(desk: Desk, units: tuple[timers.Unit, ...], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CuratorError(f"{folder}: {error.strerror}") from error
    for unit in units:
        desk.write(unit.text, str(folder / unit.name))
        desk.say(f"wrote {folder / unit.name}")
    names = " ".join(unit.name for unit in units if unit.name.endswith(".timer"))
    desk.say(f"next: systemctl --user daemon-reload && systemctl --user enable --now {names}")


def _next(desk: Desk) -> dict[str, list[str]]:
    """The next three moments of each digest, in UTC."""
    config = desk.config
    return {
        name: [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in timers.following(plan, config.timezone, desk.now)]
        for name, plan in config.plans.items()
    }
