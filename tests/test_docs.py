"""What the documents say is what the code does."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest
from desk import environment

import curator
from curator import config, configfile, configvalues, formats
from curator.cli import root

TOP = Path(curator.__file__).parent.parent
DOCS = TOP / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), TOP / "README.md", TOP / "CONTRIBUTING.md", TOP / "CHANGELOG.md"]

RECORDS = [config.Feed, config.Fetch, config.Outlet, config.Topic, config.Watch, config.Question, config.Plan, config.Mail, config.Stories]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    ctx = click.Context(group)
    found = []
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


def test_the_generated_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"], capture_output=True, text=True, env=environment(), timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("record", RECORDS)
def test_every_key_of_feeds_toml_says_what_it_means(record: type) -> None:
    page = (DOCS / "feeds-toml.md").read_text(encoding="utf-8")
    for key in configvalues.known(record):
        row = re.search(rf"^\| `{re.escape(key)}` \|[^|]*\| (.+) \|$", page, re.MULTILINE)
        assert row, f"{record.__name__}.{key} has no meaning behind `#:`"
    assert len(configvalues.known(record)) >= len(fields(record)) - 1


def test_every_command_has_help_and_every_option_says_what_it_does() -> None:
    for path in commands(root):
        command: click.Command = root
        for name in path:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), name)
            assert found is not None
            command = found
        assert command.help, path
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{' '.join(path)} {option.opts[0]}"


def shell_lines() -> list[tuple[Path, str]]:
    """Every `curator …` line in a code block of a page, and the examples in the help of commands."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```(?:console|sh|bash)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            found += [
                (page, line.removeprefix("$ ").split("#")[0].strip())
                for line in block.splitlines()
                if line.startswith(("$ curator", "curator"))
            ]
    return found


def test_every_command_line_that_a_page_shows_is_one_that_exists() -> None:
    known = {path[0]: path for path in commands(root)}
    for page, line in shell_lines():
        words = re.split(r"\s+", line)[1:]
        words = [word for word in words if not word.startswith("-") or word in ("--version",)]
        assert words[0] in known or words[0].startswith("--") or "." in words[0], f"{page.name}: {line}"


def test_every_option_that_a_page_shows_exists() -> None:
    for page, line in shell_lines():
        words = re.split(r"\s+", line)
        ctx = click.Context(root)
        command = next((found for word in words[1:] if (found := root.get_command(ctx, word))), None)
        if isinstance(command, click.Group):
            command = next((found for word in words if (found := command.get_command(ctx, word))), command)
        if command is None:
            continue
        options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {
            "-c",
            "-v",
            "-q",
            "--help",
            "--version",
        }
        for word in words:
            if re.match(r"--?[a-z]", word):
                assert word.split("=")[0] in options, f"{page.name}: {line}"


def test_every_format_is_in_the_table_of_formats() -> None:
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    for name in formats.names():
        assert f"| `{name}` | `{formats.get(name).SUFFIX}` |" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_feeds_toml_that_a_page_shows_is_one_that_is_read(page: Path) -> None:
    for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        if "[project]" not in block:
            configfile.parse(block)


def test_the_python_examples_run(copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(copied.parent)
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, "docs/python.md", "exec"), names)
    assert "«" in capsys.readouterr().out


def test_the_version_is_one_and_the_changelog_has_it() -> None:
    assert f"## {curator.__version__}" in (TOP / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_the_one_that_is_declared() -> None:
    assert "Apache License" in (TOP / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "Apache-2.0"' in (TOP / "pyproject.toml").read_text(encoding="utf-8")
