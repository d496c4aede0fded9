"""curator reads your feeds, tells each story once, and shows who really reported it.

The front door of the library. What is heavy comes when it is asked for, so that `import curator` stays cheap::

    from curator import Curator, load

    with Curator(load("feeds.toml")) as curator:
        curator.poll()
        for hit in curator.find(Query(topic="military/*")):
            print(hit.item.title)
"""

from importlib import import_module

from curator.errors import (
    ConfigError,
    CuratorError,
    NotFoundError,
    SendError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreTooNewError,
    UsageError,
)

__version__ = "0.1.0"

__all__ = [
    "Config",
    "ConfigError",
    "Curator",
    "CuratorError",
    "NotFoundError",
    "Query",
    "SendError",
    "StoreBusyError",
    "StoreDamagedError",
    "StoreError",
    "StoreTooNewError",
    "UsageError",
    "__version__",
    "load",
]

_LATER = {"Curator": "app", "Config": "config", "Query": "types", "load": "configfile"}


def __getattr__(name: str) -> object:
    if name in _LATER:
        return getattr(import_module(f"curator.{_LATER[name]}"), name)
    raise AttributeError(f"module 'curator' has no attribute {name!r}")
