"""The package's own data files, read once. They are part of the program: reading them is not asking the world."""

import json
import tomllib
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.resources import files
from types import CodeType
from typing import Any


@cache
def text(name: str) -> str:
    """The text of `curator/data/NAME`."""
    return files("curator").joinpath("data", name).read_text(encoding="utf-8")


@cache
def toml(name: str) -> dict[str, Any]:
    """The table in `curator/data/NAME`; treat it as frozen."""
    return table(str(files("curator").joinpath("data", name)))


def table(path: str) -> dict[str, Any]:
    """The table in a TOML file of the package. Raises `tomllib.TOMLDecodeError`."""
    code = _Table("table", path).get_code("table")
    found: dict[str, Any] = eval(code) if code else {}  # noqa: S307 - our own file, kept where Python keeps our modules
    return found


class _Table(SourceFileLoader):
    """Reads a TOML file as Python reads a module: what it comes to is kept in `__pycache__`, for as long as the file stays as it is and
    if that can be written to. The half megabyte of the topics takes a twentieth of a second to parse, and a tenth of that to load."""

    def source_to_code(self, data: Any, path: Any, fullname: str | None = None, *, _optimization: int = -1) -> CodeType:  # type: ignore[override]
        """Code whose only constant, and value, is the table."""
        return compile("'table'", path, "eval").replace(co_consts=(tomllib.loads(bytes(data).decode()),))


@cache
def parsed(name: str) -> Any:
    """The JSON value in `curator/data/NAME`; treat it as frozen."""
    return json.loads(text(name))


@cache
def members(family: str) -> tuple[str, ...]:
    """Names of the members of a family (a folder of the package such as `formats`), by file name; helpers `_x.py` left out."""
    names = (entry.name for entry in files("curator").joinpath(family).iterdir())
    return tuple(sorted(name[:-3] for name in names if name.endswith(".py") and not name.startswith("_")))
