"""The root command: help, errors, exit codes, streams."""

import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import CommandLine, environment, on_a_terminal, process

import curator
from curator import cli, demo


@pytest.fixture
def alone(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys)


def test_help_lists_every_command_with_a_line_of_help(alone: CommandLine) -> None:
    shown = alone("--help").out
    for file in Path(cli.__file__).with_name("commands").glob("[!_]*.py"):
        line = file.read_text(encoding="utf-8").split("\n")[0].removeprefix('"""').removesuffix('"""')
        assert len(line) > 10, file
        assert f"  {file.stem.rstrip('_')} " in shown
        assert line.split()[0] in shown


def test_help_loads_no_command_and_nothing_heavy() -> None:
    code = "import sys; from curator import cli; cli.run(['--help']); print(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), timeout=60, check=True)
    loaded = set(done.stderr.split())
    assert "curator.commands.list" not in loaded
    assert not loaded & {"curator.app", "sqlite3", "feedparser", "jinja2", "sqlite_utils", "pycurl", "tomllib", "wcwidth", "ada_url"}


@pytest.mark.parametrize(("group", "usual"), [("feeds", "list"), ("topics", "list"), ("db", "stats")])
def test_a_group_without_a_command_is_its_usual_one_with_options_too(reading: CommandLine, group: str, usual: str) -> None:
    assert reading(group).out == reading(group, usual).out
    assert reading(group, "--json").out == reading(group, usual, "--json").out
    ran = reading(group, usual + "t")
    assert (ran.code, ran.out) == (2, "")
    assert f'did you mean "{usual}"?' in ran.err
    assert "Commands:" in reading(group, "--help").out


@pytest.mark.parametrize("command", [[], ["topics", "--help"]])
def test_without_a_command_the_help_is_shown_as_help(command: list[str]) -> None:
    """Not as one line that begins with "curator: usage"."""
    ran = process(*command)
    lines = (ran.stdout + ran.stderr).splitlines()
    assert lines[0].startswith("Usage: curator")
    assert len(lines) > 15
    assert ran.returncode == (0 if command else 2)


def test_version_is_the_packages_own(alone: CommandLine) -> None:
    assert alone("--version").out == f"curator {curator.__version__}\n"


def test_an_unknown_command_or_option_is_wrong_usage_and_names_the_nearest(alone: CommandLine) -> None:
    ran = alone("serach")
    assert (ran.code, ran.out) == (2, "")
    assert 'did you mean "search"?' in ran.err
    ran = alone("list", "--topc", "x")
    assert ran.code == 2
    assert "--topic" in ran.err
    assert ran.err.count("\n") == 1


def test_without_a_feeds_toml_one_line_says_what_to_run(alone: CommandLine) -> None:
    ran = alone("list")
    assert (ran.code, ran.out) == (2, "")
    assert "curator init" in ran.err
    assert ran.err.count("\n") == 1


def test_every_mistake_of_feeds_toml_is_a_line_on_stderr(alone: CommandLine) -> None:
    Path("feeds.toml").write_text('stor = 1\n[feeds.a]\nurl = "a"\n', encoding="utf-8")
    ran = alone("list")
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 2


def test_a_mistake_of_curators_own_is_a_line_too_and_a_traceback_only_for_developers(alone: CommandLine) -> None:
    Path("feeds.toml").write_text('store = "sqlite:curator.db"', encoding="utf-8")
    Path("curator.db").write_bytes(b"this is no database, and long enough to be told apart from an empty file" * 20)
    ran = alone("list")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err


def test_nothing_printed_for_people_can_steer_a_terminal(alone: CommandLine) -> None:
    Path("feeds.toml").write_text('[feeds.a]\nurl = "https://a.example"\nrole = "\\u001b[31mred\\u0007"\n', encoding="utf-8")
    ran = alone("list")
    assert ran.code == 2
    assert "\x1b" not in ran.err
    assert "\x07" not in ran.err


def test_who_closes_the_pipe_has_seen_enough(played: Path) -> None:
    command = [sys.executable, "-m", "curator", "-c", str(played), "export", "--all", "-f", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as child:
        assert child.stdout
        assert child.stderr
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(timeout=30) == 0


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_stream_that_is_closed_is_no_mistake(played: Path, closed: str) -> None:
    """Daemons start what they start without them."""
    line = f'"$0" -m curator -c "$1" list --all --json {closed}; exec "$0" -m curator -c "$1" mark {"0" * 16} --read {closed}'
    ran = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, str(played)], capture_output=True, text=True, env=environment(), timeout=60, check=False
    )
    assert ran.returncode == 1  # no item has that id
    assert "curator's own" not in ran.stderr
    assert "Traceback" not in ran.stderr
    assert process("-c", str(played), "db", "verify").returncode == 0


def test_ctrl_c_in_a_poll_keeps_what_was_stored_and_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
        port = silent.getsockname()[1]
        (tmp_path / "feeds.toml").write_text(
            f'[fetch]\nallow_private = true\n[feeds.silent]\nurl = "http://127.0.0.1:{port}/"\n', encoding="utf-8"
        )
        child = subprocess.Popen(
            [sys.executable, "-m", "curator", "-c", str(tmp_path), "poll"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
        )
        silent.settimeout(30)
        held, _ = silent.accept()  # the poll is on its way now
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
        held.close()
    assert (child.returncode, out) == (130, "")
    assert err == "curator: stopped; what was already stored is kept\n"
    assert process("-c", str(tmp_path), "db", "verify").returncode == 0


def test_colour_is_for_terminals_and_never_with_no_color(played: Path) -> None:
    assert "\x1b[" not in process("-c", str(played), "list").stdout
    assert "\x1b[" in on_a_terminal("-c", str(played), "list", PAGER="cat")
    assert "\x1b[" not in on_a_terminal("-c", str(played), "list", PAGER="cat", NO_COLOR="1")


def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path) -> None:
    with demo.stage(tmp_path, datetime.now(UTC)):
        assert "asking" in on_a_terminal("-c", str(tmp_path), "poll", "--force")
        assert "asking" not in process("-c", str(tmp_path), "poll", "--force").stderr


def test_quiet_says_nothing_that_is_not_wrong(writing: CommandLine) -> None:
    ran = writing("-q", "mark", writing("list", "-n", "1", "-f", "jsonl").out.split('"')[3], "--read")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_each_shell(alone: CommandLine, shell: str) -> None:
    assert "_CURATOR_COMPLETE" in alone("completion", shell).out


def complete(words: str, config: Path) -> list[str]:
    env = {
        "_CURATOR_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "CURATOR_CONFIG": str(config),
    }
    return [line.split(",", 1)[1] for line in process(**env).stdout.splitlines() if line]


def test_the_shell_completes_commands_feeds_topics_and_ids(played: Path) -> None:
    assert complete("curator sto", played) == ["stories"]
    assert complete("curator poll meri", played) == ["meridian-wire"]
    assert "military/naval" in complete("curator list --topic milit", played)
    newest = complete("curator show ", played)
    assert len(newest) > 5
    assert newest[0] in complete(f"curator show {newest[0][:2]}", played)
    assert complete(f"curator show {newest[0]}", played) == newest[:1]


def test_in_fish_what_is_said_of_a_value_may_hold_commas(alone: CommandLine) -> None:
    assert 'string split --max 1 ","' in alone("completion", "fish").out


def test_completion_without_a_feeds_toml_is_silent(tmp_path: Path) -> None:
    assert complete("curator poll x", tmp_path / "none.toml") == []


def test_the_front_door_loads_the_library_lazily_and_knows_no_other_names() -> None:
    code = "import sys, curator; print('curator.app' in sys.modules, curator.Curator.__name__, curator.load.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), timeout=60, check=True)
    assert done.stdout.split() == ["False", "Curator", "load"]
    with pytest.raises(AttributeError):
        _ = curator.nonsense  # type: ignore[attr-defined]
    assert os.path.exists(Path(curator.__file__).with_name("py.typed"))
