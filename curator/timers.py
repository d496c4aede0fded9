"""Ready-to-use lines for the machine's own schedulers: systemd user timers and crontab. Pure.

Times are local times of the configured zone, so that 07:00 stays 07:00 when the clocks change.
"""

import re
import shlex
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .config import Config, Plan
from .errors import UsageError

EVERY = 15  #: minutes between two polls

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_AT = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A systemd unit: its file name and its text."""

    name: str
    text: str


def units(config: Config, program: Sequence[str]) -> tuple[Unit, ...]:
    """Service and timer for polling, and for the digest of each plan; `program` is how curator is started.

    `Persistent=true` makes up for a digest the machine slept through; a poll needs no making up, it asks what is due.
    """
    found = list(_pair("curator-poll", "Poll the feeds", _line(program, config, "-q", "poll"), f"*:0/{EVERY}", "RandomizedDelaySec=60"))
    taken: set[str] = set()
    for plan in _mailed(config):
        name = unit_name(plan)
        while name in taken:  # "cyber desk" and "cyber-desk"
            name += "-2"
        taken.add(name)
        command = _line(program, config, "-q", "digest", "--send", *_plan_words(plan))
        again = _line(program, config, "-q", "digest", "--send", "--waiting", *_plan_words(plan))
        when = f"{_systemd_days(plan)}*-*-* {_hour_minute(plan)}:00 {config.timezone}"
        found += _pair(name, f"Send the digest “{plan.title}”", command, when, "Persistent=true", again=again)
    return tuple(found)


def unit_name(plan: Plan) -> str:
    """Name of the plan's units without suffix; not of its alone where plans differ only in characters that a unit's name cannot hold."""
    return "curator-digest" if plan.name == "main" else f"curator-digest-{re.sub(r'[^A-Za-z0-9_.-]+', '-', plan.name)}"


def _plan_words(plan: Plan) -> tuple[str, ...]:
    return () if plan.name == "main" else ("--plan", plan.name)


def _pair(name: str, what: str, command: str, when: str, extra: str, *, again: str = "") -> tuple[Unit, ...]:
    """Service and timer, and a service that runs the command `again` after a failure: at once, then every ten minutes for two hours.

    That one only sends what is written down: a server that took the mail for all but one reader must not make a new digest every ten
    minutes for the others.
    """
    rescue = f"{name}--again.service"
    timer = f"[Unit]\nDescription={_described(what)}\n\n[Timer]\nOnCalendar={when}\n{extra}\n\n[Install]\nWantedBy=timers.target\n"
    units = [Unit(name=f"{name}.service", text=_service(what, command, f"OnFailure={rescue}\n" if again else ""))]
    if again:
        limits = "StartLimitIntervalSec=3h\nStartLimitBurst=12\n"
        units.append(Unit(name=rescue, text=_service(f"{what} again", again, limits) + "Restart=on-failure\nRestartSec=10min\n"))
    return (*units, Unit(name=f"{name}.timer", text=timer))


def _described(what: str) -> str:
    return what.replace("%", "%%").replace("\n", " ")


def _service(what: str, command: str, more: str) -> str:
    return (
        f"[Unit]\nDescription={_described(what)}\nWants=network-online.target\nAfter=network-online.target\n{more}"
        f"\n[Service]\nType=oneshot\nExecStart={command}\n"
    )


def _line(program: Sequence[str], config: Config, *words: str) -> str:
    """A command line for ExecStart: `%` is systemd's own there and doubled, `$` too."""
    parts = [*program, *(("-c", config.path) if config.path else ()), *words]
    return " ".join(_quoted(part).replace("%", "%%").replace("$", "$$") for part in parts)


def _quoted(word: str) -> str:
    if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def crontab(config: Config, program: Sequence[str], shifts: Collection[int] = (0,)) -> str:
    """Lines for crontab(5). What could not be sent is tried again every hour.

    `CRON_TZ` makes some crons count in the configured zone (cronie, fcron); others go by the machine's all the same (Vixie's, as on
    Debian, BusyBox's). `shifts`: by how many minutes the configured zone is ahead of the machine's, over the year. Where they are not
    one, each line asks for the time in the configured zone itself, so that it is right with any cron.
    """
    lines = [f"CRON_TZ={config.timezone}", f"*/{EVERY} * * * *  {_cron_line(program, config, '-q', 'poll')}"]
    plain = set(shifts) <= {0}
    for plan in _mailed(config):
        hour, minute = _hour_minute(plan).split(":")
        send = _cron_line(program, config, "-q", "digest", "--send", *_plan_words(plan))
        if plain:
            lines.append(f"{int(minute)} {int(hour)} * * {_cron_days(plan)}  {send}")
        else:
            minutes = ",".join(map(str, sorted({(int(minute) - shift) % 60 for shift in (0, *shifts)})))
            lines.append(f"{minutes} * * * *  {_at_local_time(plan, config.timezone)} {send};; esac")
        again = _cron_line(program, config, "-q", "digest", "--send", "--waiting", *_plan_words(plan))
        lines.append(f"{(int(minute) + 10) % 60} * * * *  {again}")
    return "\n".join(lines) + "\n"


def _at_local_time(plan: Plan, zone: str) -> str:
    """The beginning of a shell command that runs what follows only at the plan's time there: weekday (Monday 1), hours and minutes."""
    days = days_of(plan)
    day = "?" if len(days) == 7 else f"[{''.join(str(day + 1) for day in days)}]"
    return f'case "$(TZ={shlex.quote(zone)} date +\\%u\\%H\\%M)" in {day}{_hour_minute(plan).replace(":", "")})'


def shifts(zone: str, machine: Callable[[float], int], now: datetime) -> frozenset[int]:
    """By how many minutes that zone is ahead of the machine's, on every day of a year from now; `machine` gives the seconds that the
    machine's local time is ahead of UTC at a moment (Unix time)."""
    there = ZoneInfo(zone)
    found = set()
    for hours in range(0, 366 * 24, 6):
        at = now + timedelta(hours=hours)
        ahead = at.astimezone(there).utcoffset() or timedelta(0)
        found.add((int(ahead.total_seconds()) - machine(at.timestamp())) // 60)
    return frozenset(found)


def _cron_line(program: Sequence[str], config: Config, *words: str) -> str:
    parts = [*program, *(("-c", config.path) if config.path else ()), *words]
    return shlex.join(parts).replace("%", "\\%")  # cron would make it a line break


def following(plan: Plan, zone: str, after: datetime, count: int = 3) -> tuple[datetime, ...]:
    """The next moments the plan's digest goes out, in UTC: each at its local time, whatever the offset of that day.

    A time that the spring change skips counts on with the old offset (02:30 becomes 03:30); one that comes twice in autumn counts once.
    """
    place = ZoneInfo(zone)
    hour, minute = map(int, _hour_minute(plan).split(":"))
    days = days_of(plan)
    day = after.astimezone(place).date()
    found: list[datetime] = []
    while len(found) < count:
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=place).astimezone(UTC)
        if day.weekday() in days and moment > after:
            found.append(moment)
        day += timedelta(days=1)
    return tuple(found)


def days_of(plan: Plan) -> tuple[int, ...]:
    """Days of the week, Monday 0, on which the plan's digest goes out: "daily", "weekdays", or names ("mon, thu", "mon-fri")."""
    words = plan.days.strip().lower()
    if words in ("daily", ""):
        return tuple(range(7))
    if words == "weekdays":
        return tuple(range(5))
    found: set[int] = set()
    for part in re.split(r"[,\s]+", words):
        first, _, last = (piece.strip()[:3] for piece in part.partition("-"))
        if first not in _DAYS or (last and last not in _DAYS):
            raise UsageError(f"days = “{plan.days}” of the digest “{plan.name}”: write daily, weekdays, or days such as mon, thu")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return tuple(sorted(found))


def _mailed(config: Config) -> list[Plan]:
    """The plans that go anywhere; without [mail] there is none."""
    return list(config.plans.values()) if config.mail else []


def _hour_minute(plan: Plan) -> str:
    match = _AT.fullmatch(plan.at.strip())
    if not match:
        raise UsageError(f"at = “{plan.at}” of the digest “{plan.name}”: write a local time such as 07:00")
    return f"{int(match[1]):02}:{match[2]}"


def _systemd_days(plan: Plan) -> str:
    days = days_of(plan)
    return "" if len(days) == 7 else ",".join(_DAYS[day].capitalize() for day in days) + " "


def _cron_days(plan: Plan) -> str:
    days = days_of(plan)
    return "*" if len(days) == 7 else ",".join(str((day + 1) % 7) for day in days)
