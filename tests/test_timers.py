"""The lines for systemd and cron run the digest at its local time, whatever the clocks do."""

import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import timers
from curator.config import Config, Mail, Plan
from curator.errors import UsageError

PROGRAM = ("/usr/bin/curator",)


def config(*plans: Plan, path: str = "/home/ana/feeds.toml", **fields) -> Config:
    return Config(path=path, timezone="Europe/Paris", plans={plan.name: plan for plan in plans or (Plan(),)}, mail=Mail(), **fields)


def unit(name: str, *plans: Plan, **fields) -> str:
    return next(one.text for one in timers.units(config(*plans, **fields), PROGRAM) if one.name == name)


def test_the_digest_goes_out_at_its_local_time_and_is_made_up_for():
    text = unit("curator-digest.timer", Plan(at="7:00"))
    assert "OnCalendar=*-*-* 07:00:00 Europe/Paris" in text
    assert "Persistent=true" in text


def test_polls_come_every_quarter_of_an_hour():
    assert "OnCalendar=*:0/15" in unit("curator-poll.timer")
    assert "ExecStart=/usr/bin/curator -c /home/ana/feeds.toml -q poll" in unit("curator-poll.service")


def test_each_plan_has_a_timer_of_its_own():
    text = unit("curator-digest-cyber-desk.timer", Plan(), Plan(name="cyber desk", at="18:30", days="weekdays"))
    assert "OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 18:30:00 Europe/Paris" in text
    service = unit("curator-digest-cyber-desk.service", Plan(), Plan(name="cyber desk"))
    assert '-q digest --send --plan "cyber desk"' in service


def test_plans_whose_names_differ_only_in_odd_characters_have_units_of_their_own():
    found = timers.units(config(Plan(name="cyber desk"), Plan(name="cyber-desk"), Plan(name="cyber/desk")), PROGRAM)
    names = [one.name for one in found]
    assert len(names) == len(set(names))
    assert sum("--plan" in one.text for one in found) == 6


def test_a_path_with_blanks_and_percent_signs_survives_systemd():
    text = unit("curator-poll.service", path='/home/ana b/100% "feeds".toml')
    assert r'-c "/home/ana b/100%% \"feeds\".toml" -q poll' in text


def test_a_title_cannot_add_lines_to_a_unit():
    text = unit("curator-digest.service", Plan(title="Morning\nExecStart=/bin/false"))
    assert [line for line in text.split("\n") if line.startswith("ExecStart")] == [
        "ExecStart=/usr/bin/curator -c /home/ana/feeds.toml -q digest --send"
    ]


def test_without_mail_only_polls_are_planned():
    assert {one.name for one in timers.units(Config(), PROGRAM)} == {"curator-poll.service", "curator-poll.timer"}
    assert "digest" not in timers.crontab(Config(), PROGRAM)


def test_crontab_lines():
    plans = (Plan(at="07:05"), Plan(name="week", days="mon", at="18:00"))
    assert timers.crontab(config(*plans), PROGRAM) == (
        "CRON_TZ=Europe/Paris\n"
        "*/15 * * * *  /usr/bin/curator -c /home/ana/feeds.toml -q poll\n"
        "5 7 * * *  /usr/bin/curator -c /home/ana/feeds.toml -q digest --send\n"
        "15 * * * *  /usr/bin/curator -c /home/ana/feeds.toml -q digest --send --waiting\n"
        "0 18 * * 1  /usr/bin/curator -c /home/ana/feeds.toml -q digest --send --plan week\n"
        "10 * * * *  /usr/bin/curator -c /home/ana/feeds.toml -q digest --send --waiting --plan week\n"
    )


def test_where_the_machine_keeps_another_time_each_line_asks_for_the_time_in_the_readers_zone():
    lines = timers.crontab(config(Plan(at="07:05", days="weekdays")), PROGRAM, (60, 120)).splitlines()
    assert lines[1].startswith("*/15 * * * *  /usr/bin/curator")
    assert lines[2] == (
        r"""5 * * * *  case "$(TZ=Europe/Paris date +\%u\%H\%M)" in [12345]0705) """
        "/usr/bin/curator -c /home/ana/feeds.toml -q digest --send;; esac"
    )


def test_an_offset_of_half_an_hour_moves_the_minute():
    line = timers.crontab(config(Plan(at="07:05")), PROGRAM, (330, 345)).splitlines()[2]
    assert line.startswith("5,20,35 * * * *")


@pytest.mark.parametrize(
    ("days", "now", "runs"),
    [
        ("daily", "30705", True),
        ("daily", "30706", False),
        ("weekdays", "50705", True),
        ("weekdays", "60705", False),
        ("mon, sun", "70705", True),
    ],
)
def test_a_shell_runs_such_a_line_at_that_time_alone(tmp_path, days, now, runs):
    (tmp_path / "date").write_text(f'#!/bin/sh\n[ "$TZ $1" = "Europe/Paris +%u%H%M" ] && echo {now}\n')
    (tmp_path / "date").chmod(0o755)
    line = timers.crontab(config(Plan(at="07:05", days=days)), ["echo"], (60,)).splitlines()[2]
    command = line.partition("  ")[2].replace(r"\%", "%")
    done = subprocess.run(["sh", "-c", command], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=True)
    assert bool(done.stdout) is runs


def test_how_far_a_zone_is_from_the_machines_is_known_for_the_whole_year():
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert timers.shifts("Europe/Paris", lambda at: 0, now) == {60, 120}
    assert timers.shifts("UTC", lambda at: 0, now) == {0}

    def vienna(at: float) -> int:
        return int(datetime.fromtimestamp(at, ZoneInfo("Europe/Vienna")).utcoffset().total_seconds())

    assert timers.shifts("Europe/Paris", vienna, now) == {0}
    assert timers.shifts("Asia/Kolkata", lambda at: 0, now) == {330}


def test_a_digest_that_could_not_be_sent_is_tried_again_the_same_morning():
    assert "OnFailure=curator-digest--again.service\n" in unit("curator-digest.service")
    assert "Restart=on-failure" in unit("curator-digest--again.service")
    assert "Restart" not in unit("curator-poll.service")


def test_what_is_tried_again_is_what_waits_and_nothing_new():
    """Else one reader whose server refuses the mail would get all the others a digest every ten minutes."""
    assert "Restart" not in unit("curator-digest.service")
    assert "digest --send --waiting\n" in unit("curator-digest--again.service")
    assert "digest --send\n" in unit("curator-digest.service")


def test_percent_signs_survive_cron():
    assert r"'/home/ana/100\% feeds.toml'" in timers.crontab(config(path="/home/ana/100% feeds.toml"), PROGRAM)


@pytest.mark.parametrize(
    ("days", "numbers"),
    [("daily", (0, 1, 2, 3, 4, 5, 6)), ("weekdays", (0, 1, 2, 3, 4)), ("mon, thu", (0, 3)), ("fri-mon", (0, 4, 5, 6)), ("Sunday", (6,))],
)
def test_days_are_read_as_people_write_them(days, numbers):
    assert timers.days_of(Plan(days=days)) == numbers


@pytest.mark.parametrize("plan", [Plan(days="someday"), Plan(at="25:00"), Plan(at="noon")])
def test_what_is_no_day_or_time_is_told(plan):
    with pytest.raises(UsageError, match="write"):
        timers.crontab(config(plan), PROGRAM)


def test_m10_seven_in_paris_stays_seven_when_the_clocks_change():
    spring = timers.following(Plan(at="07:00"), "Europe/Paris", datetime(2026, 3, 27, 12, tzinfo=UTC), 3)
    assert [f"{at:%d %H:%M}" for at in spring] == ["28 06:00", "29 05:00", "30 05:00"]
    autumn = timers.following(Plan(at="07:00"), "Europe/Paris", datetime(2026, 10, 23, 12, tzinfo=UTC), 3)
    assert [f"{at:%d %H:%M}" for at in autumn] == ["24 05:00", "25 06:00", "26 06:00"]


def test_an_hour_that_is_skipped_or_comes_twice_gives_one_digest_a_day():
    spring = timers.following(Plan(at="02:30"), "Europe/Paris", datetime(2026, 3, 28, 12, tzinfo=UTC), 1)
    assert [at.astimezone(ZoneInfo("Europe/Paris")).strftime("%d %H:%M") for at in spring] == ["29 03:30"]
    autumn = timers.following(Plan(at="02:30"), "Europe/Paris", datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert [at.astimezone(ZoneInfo("Europe/Paris")).strftime("%d %H:%M") for at in autumn] == ["25 02:30", "26 02:30"]


@given(
    st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "UTC"]),
    st.integers(0, 15 * 365 * 24),
    st.integers(0, 23),
)
def test_there_is_exactly_one_digest_for_each_local_day(zone, hours, hour):
    after = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    moments = timers.following(Plan(at=f"{hour}:15"), zone, after, 5)
    days = [at.astimezone(ZoneInfo(zone)).date() for at in moments]
    assert days == [date.fromordinal(days[0].toordinal() + step) for step in range(5)]
    assert all(later - earlier <= timedelta(hours=25) for earlier, later in pairwise(moments))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_the_times():
    for line in unit("curator-digest.timer", Plan(days="mon,thu")), unit("curator-poll.timer"):
        calendar = next(part for part in line.split("\n") if part.startswith("OnCalendar=")).removeprefix("OnCalendar=")
        asked = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=False)
        assert asked.returncode == 0, asked.stderr
