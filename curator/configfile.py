"""feeds.toml: where it is, and text in, `Config` out, every mistake of the file told at once.

find ▸ load: bytes ▸ text ▸ parse: TOML ▸ records (`configtables`) ▸ Config, or ConfigError with a sentence for each mistake
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from curator import configtables
from curator import configvalues as values
from curator.config import Config
from curator.configvalues import Where
from curator.errors import ConfigError


def find(path: str | None = None) -> Path:
    """The feeds.toml to use: the given one, $CURATOR_CONFIG, ./feeds.toml, then the one in the user's config folder.

    A folder stands for the feeds.toml in it. Raises ConfigError with one line if there is none.
    """
    if given := path or os.environ.get("CURATOR_CONFIG"):
        chosen = Path(given).expanduser()
        chosen = chosen / "feeds.toml" if chosen.is_dir() else chosen
        if not chosen.exists():
            raise ConfigError([f"{chosen}: no such file; `curator -c {chosen} init` writes one"])
        return chosen
    for chosen in (Path("feeds.toml"), user_folder() / "feeds.toml"):
        if chosen.is_file():
            return chosen
    raise ConfigError(["no feeds.toml here: run `curator init` to write one"])


def user_folder() -> Path:
    """The user's folder for curator's settings: $XDG_CONFIG_HOME/curator, by default ~/.config/curator."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else Path("~/.config").expanduser()) / "curator"


def load(path: str | None = None) -> Config:
    """Read feeds.toml (see `find`). Raises ConfigError, which holds every mistake of the file."""
    chosen = find(path)
    try:
        body = chosen.read_bytes()
    except OSError as error:
        raise ConfigError([f"{chosen}: cannot be read: {error.strerror}"]) from error
    try:
        source = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise ConfigError([f"{chosen}, line {line}: is not UTF-8 text; save the file as UTF-8"]) from error
    return parse(source, str(chosen))


def parse(source: str, path: str = "") -> Config:
    """`Config` from the text of a feeds.toml; `path` names it in messages, and relative paths count from its folder."""
    name = path or "feeds.toml"
    try:
        top = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        _unreadable(str(error), source, name)
    except (RecursionError, ValueError) as error:  # ValueError: integers of thousands of digits
        raise ConfigError([f"{name}: not valid TOML: {error or 'nested too deeply'}"]) from None
    config, notes = configtables.read(top, path)
    if not notes.mistakes and not notes.warnings:
        return config
    places = values.lines(source)
    if notes.mistakes:
        raise ConfigError(_told(notes.mistakes, places, name))
    return replace(config, warnings=tuple(_told(notes.warnings, places, name)))


def _told(found: Iterable[tuple[Where, str]], places: Mapping[Where, int], name: str) -> list[str]:
    """One sentence for each finding, in the order of the file."""
    lines = [(values.line_of(where, places), f"{values.dotted(where)} {sentence}") for where, sentence in found]
    lines.sort(key=lambda one: one[0] or 0)
    return [f"{name}, line {line}: {sentence}" if line else f"{name}: {sentence}" for line, sentence in lines]


def _unreadable(error: str, source: str, name: str) -> NoReturn:
    """Tell what is no TOML, where, and the two things it mostly is."""
    match = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", error)
    lines = source.splitlines() or [""]
    line = int(match[1]) if match and match[1] else len(lines)
    what = error[: match.start()] if match else error
    here = lines[min(line, len(lines)) - 1]
    hint = ""
    if re.match(r"\s*\[[^\]\"']*[^\]\"'\w.\s-]", here):
        hint = '; a name with other characters than letters, digits, - and _ needs quotes: [topics."group/name"]'
    elif re.match(r"\s*[\w-]+\s*=\s*[^\s\"'\[{\d+-]", here):
        hint = '; a text needs quotes: key = "text"'
    raise ConfigError([f"{name}, line {line}: not valid TOML: {what[:1].lower() + what[1:]}{hint}"])
