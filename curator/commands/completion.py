"""Print the script that completes names in your shell.

Section: Setting up
"""

import click
from click.shell_completion import get_completion_class

from curator.commands._shared import Desk, pass_desk


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
@pass_desk
def command(desk: Desk, ctx: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    Put one of these where your shell starts:
      eval "$(curator completion bash)"                                       # ~/.bashrc
      eval "$(curator completion zsh)"                                        # ~/.zshrc
      curator completion fish > ~/.config/fish/completions/curator.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None, "click knows these three"
    script = kind(ctx.find_root().command, {}, "curator", "_CURATOR_COMPLETE").source()
    desk.out(script.replace('string split ","', 'string split --max 1 ","'))  # fish: what is said of a value may hold commas
