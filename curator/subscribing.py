"""Feeds added to the user's feeds.toml: at its end, as text, so that what stands there stays as it was written."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from curator import configedit, configfile, urls
from curator.config import Config, Feed
from curator.errors import ConfigError, CuratorError


def fresh(config: Config, feeds: Iterable[Feed]) -> list[Feed]:
    """Those whose address the configuration does not have."""
    have = {urls.canonical(feed.url) for feed in config.feeds.values()}
    found: dict[str | None, Feed] = {}
    for feed in feeds:
        if urls.canonical(feed.url) not in have:
            found.setdefault(urls.canonical(feed.url), feed)
    return list(found.values())


def add(config: Config, feeds: Iterable[Feed]) -> list[Feed]:
    """Write those that are not there yet to the end of the file, if it is a sound feeds.toml then; gives those written.

    Raises `CuratorError`, with the file as it was, if it is not, or cannot be written.
    """
    new = fresh(config, feeds)
    if not new:
        return []
    if not config.path:
        raise CuratorError("this configuration comes from no file, so there is none to add feeds to")
    path = Path(config.path).resolve()  # a link stays a link
    try:
        text = configedit.added(path.read_text(encoding="utf-8-sig"), new)
        configfile.parse(text, str(path))
        _replace(path, text)
    except ConfigError as error:
        raise CuratorError(f"{path} cannot take the new feeds at its end, so it stays as it is: {error.mistakes[0]}") from error
    except OSError as error:
        raise CuratorError(f"{path} stays as it is: {error.strerror or error}") from error
    return new


def _replace(path: Path, text: str) -> None:
    """The whole new file, or the old one."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
