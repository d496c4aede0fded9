"""Options and kinds of values that several commands have. Cheap to import, as `_desk` is."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from functools import wraps
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from curator import shipped, when
from curator.commands._desk import Desk
from curator.errors import UsageError
from curator.types import Query

__all__ = [
    "Desk",
    "FeedName",
    "ItemId",
    "Moment",
    "TopicName",
    "Wanted",
    "filters",
    "form_for",
    "format_option",
    "json_option",
    "nearest",
    "output_option",
    "pass_desk",
]

Command = TypeVar("Command", bound=Callable[..., Any])

pass_desk = click.make_pass_decorator(Desk)


def nearest(word: str, names: Iterable[str]) -> str:
    """'; did you mean "x"?' for the nearest of the names, or ''."""
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(word.casefold(), folded, n=1) or [one for one in folded if word.casefold() in one][:1]
    return f'; did you mean "{folded[near[0]]}"?' if near else ""


# ── kinds of values ─────────────────────────────────────────────────────────────────────────────────────────────────


def _desk(ctx: click.Context | None) -> Desk:
    found = ctx.find_object(Desk) if ctx else None
    if found is None:  # while completing, the root has not run
        found = Desk(path=ctx.find_root().params.get("path") if ctx else None, quiet=True)
    return found


class _Known(click.ParamType):  # type: ignore[type-arg]
    """A name that must be known; completed from the known ones."""

    def names(self, desk: Desk) -> Iterable[str]:
        """All names there are."""
        raise NotImplementedError

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Names that begin so; none when feeds.toml cannot be read."""
        try:
            return [CompletionItem(name) for name in sorted(self.names(_desk(ctx))) if name.startswith(incomplete)]
        except Exception:  # a shell that completes must never see an error
            return []


class FeedName(_Known):
    """A feed of feeds.toml; with `past`, also one the archive still knows."""

    name = "feed"

    def __init__(self, *, past: bool = False) -> None:
        self.past = past

    def names(self, desk: Desk) -> Iterable[str]:
        """The feeds of feeds.toml."""
        return desk.config.feeds

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it is; UsageError with the nearest one if it is unknown."""
        if ctx and ctx.resilient_parsing:
            return str(value)
        desk = _desk(ctx)
        names = set(desk.config.feeds)
        if value not in names and self.past:
            with desk.open() as archive:
                names |= set(archive.states())
        if value not in names:
            raise UsageError(f'no feed "{value}" in {desk.config.path or "feeds.toml"}{nearest(value, names)}')
        return str(value)


class TopicName(_Known):
    """A topic, the user's or shipped; with `pattern`, also one with *."""

    name = "topic"

    def __init__(self, *, pattern: bool = False, signed: bool = False) -> None:
        self.pattern = pattern
        self.signed = signed

    def names(self, desk: Desk) -> Iterable[str]:
        """The user's topics and the shipped ones."""
        return {*desk.config.topics, *re.findall(r'^\[topics\."([^"\n]+)"\]', shipped.text("topics.toml"), re.MULTILINE)}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name or pattern as it is; UsageError with the nearest one if it is unknown."""
        if ctx and ctx.resilient_parsing:
            return str(value)
        bare = value[1:] if self.signed else value
        if self.signed and value[:1] not in ("+", "-"):
            raise UsageError(f'"{value}": write +{value} to give the topic, -{value} to take it away')
        names = set(self.names(_desk(ctx)))
        if bare in names or (self.pattern and "*" in bare and _matches(bare, names)):
            return str(value)
        groups = sorted({name.partition("/")[0] for name in names if name.startswith(bare) and self.pattern})
        hint = f"""; did you mean "{groups[0]}/*"?""" if groups and bare else nearest(bare, names) or "; `curator topics` lists them"
        raise UsageError(f'no topic "{bare}"{hint}')

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Topic names, behind the sign where there must be one."""
        sign = incomplete[:1] if self.signed and incomplete[:1] in ("+", "-") else ""
        found = super().shell_complete(ctx, param, incomplete[len(sign) :])
        return [CompletionItem(sign + str(one.value)) for one in found]


def _matches(pattern: str, names: Iterable[str]) -> bool:
    rule = re.compile(re.escape(pattern).replace(r"\*", ".*"))
    return any(rule.fullmatch(name) for name in names)


class WatchName(_Known):
    """A watch of feeds.toml."""

    name = "watch"

    def names(self, desk: Desk) -> Iterable[str]:
        """The watches of feeds.toml."""
        return desk.config.watches

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it is; UsageError with the nearest one if it is unknown."""
        if not (ctx and ctx.resilient_parsing) and value not in (names := _desk(ctx).config.watches):
            raise UsageError(f"no [watch.{value}] in feeds.toml{nearest(value, names)}")
        return str(value)


class ItemId(click.ParamType):  # type: ignore[type-arg]
    """The id of an item or story, or a beginning of it; the archive tells whether there is one."""

    name = "id"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Ids of items and stories that begin so, those of the newest items to begin with, each with its title."""
        from curator.tables import calm, cut  # noqa: PLC0415 - as `text`, for this alone
        from curator.text import line  # noqa: PLC0415 - the same

        try:
            with _desk(ctx).open() as archive:
                found = archive.titles(incomplete)
                short = archive.short([id_ for id_, _ in found], least=max(4, len(incomplete)))
            return [CompletionItem(short[id_], help=cut(calm(line(title)), 60) or "(no title)") for id_, title in found]
        except Exception:  # a shell that completes must never see an error
            return []


class Moment(click.ParamType):  # type: ignore[type-arg]
    """A time: 24h, 7d, monday, today, 2026-11-22, 2026-11-22T06:00. Yields an aware UTC datetime."""

    name = "time"

    def __init__(self, *, ahead: bool = False) -> None:
        self.ahead = ahead

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment that is meant, seen from the desk's clock and time zone."""
        if isinstance(value, datetime):
            return value
        desk = _desk(ctx)
        at = (when.ahead if self.ahead else when.moment)(value, desk.now, desk.zone)
        if at is None:
            self.fail(f'"{value}" is no time; write 24h, 7d, monday, today, 2026-11-22 or 2026-11-22T06:00', param, ctx)
        return at


class _Count(click.ParamType):  # type: ignore[type-arg]
    """A number, also written "2+"."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        if not re.fullmatch(r"\d{1,6}\+?", str(value)):
            self.fail(f'"{value}" is no number; write 2 or 2+', param, ctx)
        return int(str(value).removesuffix("+"))


# ── options ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the filters of a list ask for."""

    query: Query
    watch: str | None = None


_FILTERS = (
    click.option("--topic", "topic", type=TopicName(pattern=True), help="Topic, or several: 'military/*'."),
    click.option("--feed", "feed", type=FeedName(past=True), help="Name of a feed."),
    click.option("--outlet", "outlet", metavar="NAME", help="Publisher, by any of its names."),
    click.option("--entity", "entity", metavar="NAME", help="Thing that is named: a weapon, place, CVE …, by any of its names."),
    click.option("--language", "--lang", "language", metavar="CODE", help="Language, such as en or uk."),
    click.option("--since", "since", type=Moment(), help="Not older: 24h, 7d, monday, 2026-11-22."),
    click.option("--until", "until", type=Moment(), help="Not newer."),
    click.option("--unread", "unread", is_flag=True, help="Only what is not read yet."),
    click.option("--starred", "starred", is_flag=True, help="Only what has a star."),
    click.option("--origins", "origins", type=_Count(), default=0, metavar="N", help="At least so many independent origins: 2+."),
    click.option("--watch", "watch", type=WatchName(), help="A saved search of feeds.toml."),
    click.option("--copies", "copies", is_flag=True, help="Copies too, not folded into what they copy."),
    click.option("--muted", "muted", is_flag=True, help="What is muted too."),
    click.option("--all", "everything", is_flag=True, help="Everything: no limit, copies and muted ones too."),
    click.option("-n", "limit", type=click.IntRange(1), default=None, help="How many at most (20)."),
)


_EVERY_ROW = 2**31  #: more rows no archive has, and a greater number no database takes


def filters(*, order: str = "date", limit: int | None = 20) -> Callable[[Command], Command]:
    """Give a command the filters of lists; it is called with `wanted: Wanted`."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def called(*args: Any, **given: Any) -> Any:
            everything, most, watch = given.pop("everything"), given.pop("limit"), given.pop("watch")
            most = min(most, _EVERY_ROW) if most else most
            names = ("topic", "feed", "outlet", "entity", "language", "since", "until", "unread", "starred", "origins", "copies", "muted")
            query = Query(order=order, limit=most or limit, **{name: given.pop(name) for name in names})
            if everything:
                query = replace(query, limit=most, copies=True, muted=True)
            return command(*args, wanted=Wanted(query, watch), **given)

        for option in reversed(_FILTERS):
            called = option(called)
        return called  # type: ignore[return-value]

    return decorate


class FormatName(click.ParamType):  # type: ignore[type-arg]
    """A member of `formats/` that can write what the command has: items, digest or feeds; `kind` names one of them, or several."""

    name = "format"

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def names(self) -> list[str]:
        """Formats that can."""
        from curator import formats  # noqa: PLC0415 - loads the members, some of them heavy

        return [name for name in formats.names() if any(hasattr(formats.get(name), kind) for kind in self.kind.split())]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it is; wrong usage with the names there are if it is unknown."""
        names = self.names()
        if value not in names:
            self.fail(f'no format "{value}"{nearest(value, names)}; there are: {", ".join(names)}', param, ctx)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Formats that begin so."""
        return [CompletionItem(name) for name in self.names() if name.startswith(incomplete)]


class _FormatOption(click.Option):
    """Its help names the formats there are; they are loaded only to be named."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its line of help."""
        assert isinstance(self.type, FormatName)
        self.help = f"How to write it: {', '.join(self.type.names())}."
        return super().get_help_record(ctx)


def format_option(default: str | None = None, kind: str = "items") -> Callable[[Command], Command]:
    """-f FORMAT; the command is called with `form: str | None`."""
    return click.option("-f", "--format", "form", type=FormatName(kind), default=default, cls=_FormatOption, help="How to write it.")


#: Endings that promise what no format is; a file of text named so could not be opened.
_PROMISES = (
    ".pdf",
    ".doc",
    ".docx",
    ".odt",
    ".rtf",
    ".xls",
    ".xlsx",
    ".ods",
    ".xml",
    ".yaml",
    ".yml",
    ".db",
    ".zip",
    ".gz",
    ".bz2",
    ".xz",
    ".zst",
)


def form_for(output: str | None, default: str, kind: str = "items") -> str:
    """The format that a file name asks for by its ending, else the default; UsageError if that format cannot write what there is (`kind`),
    or the ending promises what curator does not write."""
    from curator import formats  # noqa: PLC0415 - loads the members, some of them heavy

    able = FormatName(kind).names()
    ending = "." + output.rpartition(".")[2].lower() if output else ""
    meant = [name for name in formats.names() if ending == formats.get(name).SUFFIX]
    if meant and not set(meant) & set(able):
        raise UsageError(f"{output}: {meant[0]} cannot hold that; there are: {', '.join(able)} (choose with -f)")
    if ending in _PROMISES:
        raise UsageError(f"{output}: curator does not write {ending}; there are: {', '.join(able)} (choose with -f)")
    return next((name for name in meant if name in able), default)


json_option = click.option("--json", "as_json", is_flag=True, help="One JSON value, for programs.")
output_option = click.option("-o", "--output", "output", type=click.Path(), metavar="FILE", help="Write into FILE instead of stdout.")
