"""Write a commented feeds.toml with working sources and topics.

Section: Setting up
"""

from pathlib import Path

import click

from curator import shipped
from curator.commands._shared import Desk, pass_desk
from curator.errors import CuratorError


@click.command()
@pass_desk
def command(desk: Desk) -> None:
    """Write a commented ./feeds.toml with working sources and topics. A file that is there is never overwritten.

    \b
    Examples:
      curator init
      curator -c ~/.config/curator/feeds.toml init
    """
    path = Path(desk.path or "feeds.toml").expanduser()
    path = path / "feeds.toml" if path.is_dir() else path
    text = shipped.text("feeds.toml")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CuratorError(f"{path} is there already; it stays as it is") from None
    except OSError as error:
        raise CuratorError(f"{path} cannot be written: {error.strerror}") from error
    desk.say(f"wrote {path}, with {text.count(chr(10) + '[feeds.')} feeds to start from; next: `curator poll`, then `curator digest`")
