"""The package's own data files, read once. They are part of the program: reading them is not asking the world."""

import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def text(name: str) -> str:
    """The text of `curator/data/NAME`."""
    return files("curator").joinpath("data", name).read_text(encoding="utf-8")


@cache
def toml(name: str) -> dict[str, Any]:
    """The table in `curator/data/NAME`; treat it as frozen."""
    return tomllib.loads(text(name))


@cache
def parsed(name: str) -> Any:
    """The JSON value in `curator/data/NAME`; treat it as frozen."""
    return json.loads(text(name))


@cache
def members(family: str) -> tuple[str, ...]:
    """Names of the members of a family (a folder of the package such as `formats`), by file name; helpers `_x.py` left out."""
    names = (entry.name for entry in files("curator").joinpath(family).iterdir())
    return tuple(sorted(name[:-3] for name in names if name.endswith(".py") and not name.startswith("_")))
