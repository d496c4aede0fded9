"""Every error curator raises on purpose, as a tree grouped by what the caller can do about it.

::

    CuratorError                something a person can understand and mend; `str()` is one clear sentence or more
    ├── ConfigError             feeds.toml is wrong: carries every mistake of the file (exit 2)
    ├── UsageError              an unknown feed, topic, option value … (exit 2)
    ├── NotFoundError           no item, story or digest has this id (exit 1)
    ├── StoreError              the database cannot be used
    │   ├── StoreBusyError      another process holds it
    │   ├── StoreDamagedError   SQLite says it is not sound, or not a database
    │   └── StoreTooNewError    written by a newer curator
    └── SendError               a message could not be handed over; nothing was ticked off

What goes wrong with one feed is not an error but a value, `types.Problem`: it never stops the others.
"""

from collections.abc import Sequence


class CuratorError(Exception):
    """Base of all errors raised on purpose; the command line prints it as one line and exits with `exit_code`."""

    exit_code = 1


class ConfigError(CuratorError):
    """feeds.toml cannot be used. `mistakes` holds one sentence for each mistake of the file."""

    exit_code = 2

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class UsageError(CuratorError):
    """What was asked for does not exist or makes no sense: an unknown feed, topic, option value."""

    exit_code = 2


class NotFoundError(CuratorError):
    """No item, story or digest has the given id, or several do."""


class StoreError(CuratorError):
    """The database cannot be opened, read or written."""


class StoreBusyError(StoreError):
    """Another process is writing; says which and since when."""


class StoreDamagedError(StoreError):
    """The file is not a sound SQLite database of curator; says what to do."""


class StoreTooNewError(StoreError):
    """The database was written by a newer curator than this one."""


class SendError(CuratorError):
    """A message could not be handed over. `permanent` tells a refusal (5xx) from a failure worth another try; `content` that it was this
    message the server would not have, so that another may well pass."""

    def __init__(self, message: str, *, permanent: bool = False, content: bool = False) -> None:
        self.permanent = permanent
        self.content = content
        super().__init__(message)
