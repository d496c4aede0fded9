"""Commands that have commands of their own: `feeds`, `topics`, `db`, and curator itself. Cheap to import, as `_desk` is."""

from difflib import get_close_matches
from typing import Any

import click


class Group(click.Group):
    """`usual` is the command that is meant where none is named: `curator feeds --json` is `curator feeds list --json`."""

    def __init__(self, *args: Any, usual: str | None = None, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.usual = usual

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, with the usual command in front of nothing, or of what are its options."""
        if self.usual and not ctx.resilient_parsing and not (args and (args[0] in ctx.help_option_names or not args[0].startswith("-"))):
            args = [self.usual, *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but an unknown name is told with the nearest known one."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            ctx.fail(f'no command "{args[0]}"' + (f'; did you mean "{near[0]}"?' if near else ""))
        return super().resolve_command(ctx, args)
