"""Writes docs/feeds-toml.md and docs/cli.md from the code: `python docs/generate.py`; with --check it only says whether they are fresh."""

import inspect
import re
import sys
from dataclasses import MISSING, fields
from pathlib import Path

import click

from curator import config, configtables, configvalues, formats, when
from curator.cli import SECTIONS, root

HERE = Path(__file__).parent

#: tables of feeds.toml in the order of the page: heading, record, what stands before the keys
TABLES: list[tuple[str, type, str]] = [
    ("[feeds.NAME]", config.Feed, "`[defaults]` takes the same keys but `url`, for every feed that does not say otherwise. Only `url` must be there."),
    ("[fetch]", config.Fetch, ""),
    ("[outlets.\"NAME\"]", config.Outlet, "Adds to, or overrides, the outlets that curator knows."),
    ("[topics.\"group/name\"]", config.Topic, "Replaces the shipped topic of that name, or makes a new one. How terms are written: [topics.md](topics.md)."),
    ("[watch.NAME]", config.Watch, "A section of the digest; also `curator list --watch NAME`."),
    ("[questions.NAME]", config.Question, "A section of the digest each, before all others. Something must answer it: topics, terms or entities."),
    ("[digest] and [digests.NAME]", config.Plan, "`[digest]` is the plan `main`; every other plan keeps its own books of what it has told."),
    ("[mail]", config.Mail, ""),
    ("[stories]", config.Stories, ""),
]  # fmt: skip

TIMES = {"every", "timeout", "parse_seconds"}  #: seconds in the record, "15m" in the file


def comments(record: type) -> dict[str, str]:
    """What the `#:` comment behind each field says."""
    found = re.findall(r"^    (\w+): .*?  #: (.+)$", inspect.getsource(record), re.MULTILINE)
    return dict(found)


def default(record: type, name: str) -> str:
    """A field's default as feeds.toml would write it; empty if it has none."""
    field = next(one for one in fields(record) if one.name == name)
    if field.default is not MISSING:
        value = field.default
    elif field.default_factory is not MISSING:
        value = field.default_factory()
    else:
        return "*must be there*"
    if value is None or value in ((), "", {}):
        return ""
    if name in TIMES:
        return f'`"{when.words(float(value))}"`'  # type: ignore[arg-type]
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{one}"' for one in value) + "]`"
    return f"`{value:_}`" if isinstance(value, int) and value >= 100_000 else f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def rows(record: type) -> list[str]:
    """The Markdown table of a record's keys."""
    said = comments(record)
    lines = ["| key | default | meaning |", "| --- | --- | --- |"]
    for key, one in configvalues.known(record).items():
        meaning = said.get(one.field, "").replace("|", "·")
        lines.append(f"| `{key}` | {default(record, one.field).replace('|', '·')} | {meaning} |")
    return lines


def feeds_toml() -> str:
    """The page on feeds.toml."""
    said = comments(config.Config)
    parts = [
        "# feeds.toml, key by key",
        "<!-- written by docs/generate.py from curator/config.py; do not edit -->",
        "`curator init` writes a commented one to start from. It is looked for where `-c FILE` or `$CURATOR_CONFIG` says, then as `./feeds.toml`,"
        " then in the user's config folder (`$XDG_CONFIG_HOME/curator/`, by default `~/.config/curator/`).",
        "Times are written `\"15m\"`, `\"1h\"`, `\"2d\"`; sizes as bytes or `\"10 MB\"`. Names with other characters than letters, digits, `-` and `_` stand"
        " in quotes: `[feeds.\"news.example\"]`. All mistakes of a file are told at once, each with its line and what was probably meant.",
        "## At the top of the file",
        "\n".join(
            ["| key | default | meaning |", "| --- | --- | --- |"]
            + [f"| `{key}` | {default(config.Config, key)} | {said[key]} |" for key in configtables.TOP if key in said and key in ("store", "timezone", "builtin_topics")]
        ),
    ]  # fmt: skip
    for heading, record, before in TABLES:
        purpose = inspect.getdoc(record) or ""
        parts += [f"## `{heading}`", " ".join(purpose.split()) + (f" {before}" if before else ""), "\n".join(rows(record))]
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command, ctx: click.Context) -> str:
    """The command's help, the same whichever version of click words it: newer ones set an optional COMMAND in brackets."""
    return command.get_help(ctx).replace("[COMMAND] [ARGS]...", "COMMAND [ARGS]...")


def commands(group: click.Group, parent: click.Context, path: str) -> list[str]:
    """The help of every command of a group, as sections."""
    parts = []
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        assert command is not None
        ctx = click.Context(command, info_name=name, parent=parent, terminal_width=100, max_content_width=100)
        parts.append(f"{'##' if path == 'curator' else '###'} {path} {name}\n\n```text\n{_help(command, ctx)}\n```")
        if isinstance(command, click.Group):
            parts += commands(command, ctx, f"{path} {name}")
    return parts


def cli() -> str:
    """The page on the command line."""
    ctx = click.Context(root, info_name="curator", terminal_width=100, max_content_width=100)
    kinds = [(name, formats.get(name)) for name in formats.names()]
    table = ["| format | ending | writes | |", "| --- | --- | --- | --- |"]
    table += [
        f"| `{name}` | `{one.SUFFIX}` | {', '.join(kind for kind in ('digest', 'items', 'feeds') if hasattr(one, kind))} | {one.HELP} |"
        for name, one in kinds
    ]
    parts = [
        "# The command line",
        "<!-- written by docs/generate.py from the commands themselves; do not edit -->",
        f"```text\n{_help(root, ctx)}\n```",
        "Exit codes: 0 done · 1 it failed (one clear line on stderr) · 2 wrong usage or a wrong feeds.toml · 3 only `poll --strict`: some feeds failed ·"
        " 130 stopped by Ctrl-C. stdout is data, stderr is talk. Ids may be shortened to any beginning that is theirs alone.",
        "Colour, hyperlinks, the pager and progress appear only on a terminal, colour never with `NO_COLOR`. `eval \"$(curator completion bash)\"`"
        " (or `zsh`, `fish`) completes commands, feeds, topics and ids.",
        "## Formats\n\n" + "\n".join(table),
        *commands(root, ctx, "curator"),
    ]  # fmt: skip
    assert SECTIONS
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write both pages, or say which is stale."""
    stale = []
    for name, page in (("feeds-toml.md", feeds_toml()), ("cli.md", cli())):
        path = HERE / name
        if not path.exists() or path.read_text(encoding="utf-8") != page:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(page, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"stale: {', '.join(stale)}; run `make docs`")


if __name__ == "__main__":
    main()
