"""The package's own data files. They are part of the program: reading them is not asking the world."""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from importlib.machinery import SourceFileLoader
from importlib.resources import files
from types import CodeType
from typing import Any, TypeVar

Value = TypeVar("Value")


def text(name: str) -> str:
    """The text of `curator/data/NAME`, read anew: who asks makes something of it, and has no use for a megabyte after that."""
    return files("curator").joinpath("data", name).read_text(encoding="utf-8")


@cache
def toml(name: str) -> dict[str, Any]:
    """The table in `curator/data/NAME`; treat it as frozen."""
    return table(str(files("curator").joinpath("data", name)))


def table(path: str) -> dict[str, Any]:
    """The table in a TOML file of the package. Raises `tomllib.TOMLDecodeError`."""
    found: dict[str, Any] = _kept(_Table("table", path))
    return found


def made(name: str, of: Sequence[str], make: Callable[[], Value]) -> Value:
    """What `make()` makes of these files of the package, data and code; plain values, to be treated as frozen. It is kept as `table`s are,
    under this name, for as long as every one of the files says what it said."""
    package = files("curator")
    said = blake2b(digest_size=4)
    for file in of:
        said.update(package.joinpath(file).read_bytes())
    kept: Value = _kept(_Made(name, str(package.joinpath("data", f"{name}.made")), int.from_bytes(said.digest(), "big"), make))
    return kept


def _kept(loader: "_Loader") -> Any:
    """The value of what a loader loads; made anew if what is kept is broken. It is read from the code, which is never run."""
    try:
        code = loader.get_code(loader.name)
    except (EOFError, ImportError, SystemError, TypeError, ValueError):
        loader.anew = True
        code = loader.get_code(loader.name)
    return code.co_consts[0] if code else None


def _constant(value: Any, path: Any) -> CodeType:
    """Code whose only constant is this."""
    return compile("'value'", path, "eval").replace(co_consts=(value,))


class _Loader(SourceFileLoader):
    """Keeps the code as Python keeps that of modules, if Python may."""

    anew = False  #: do not look for what is kept, write it anew

    def get_data(self, path: str) -> bytes:
        if self.anew and path != self.path:
            raise FileNotFoundError(path)
        return super().get_data(path)


class _Table(_Loader):
    """Reads a TOML file as Python reads a module: what it comes to is kept in `__pycache__`, for as long as the file stays as it is and
    if that can be written to. The half megabyte of the topics takes a twentieth of a second to parse, and a tenth of that to load."""

    def source_to_code(self, data: Any, path: Any, fullname: str | None = None, *, _optimization: int = -1) -> CodeType:  # type: ignore[override]
        return _constant(tomllib.loads(bytes(data).decode()), path)


class _Made(_Loader):
    """The same for what is made of several files: it passes for an empty file whose time is what those files say, as a number."""

    def __init__(self, name: str, path: str, said: int, make: Callable[[], Any]) -> None:
        super().__init__(name, path)
        self._said, self._make = said, make

    def path_stats(self, path: str) -> Mapping[str, Any]:
        return {"mtime": self._said, "size": 0}

    def get_data(self, path: str) -> bytes:
        return b"" if path == self.path else super().get_data(path)

    def source_to_code(self, data: Any, path: Any, fullname: str | None = None, *, _optimization: int = -1) -> CodeType:  # type: ignore[override]
        return _constant(self._make(), path)


@cache
def parsed(name: str) -> Any:
    """The JSON value in `curator/data/NAME`; treat it as frozen."""
    return json.loads(text(name))


@cache
def members(family: str) -> tuple[str, ...]:
    """Names of the members of a family (a folder of the package such as `formats`), by file name; helpers `_x.py` left out."""
    names = (entry.name for entry in files("curator").joinpath(family).iterdir())
    return tuple(sorted(name[:-3] for name in names if name.endswith(".py") and not name.startswith("_")))
