"""The family of formats: a file here is a format, known by its name.

A member has `SUFFIX` (of files it makes), `HELP` (one line), and any of

- `digest(digest, templates=…) -> str`: a whole digest; `templates` replace the shipped ones of the same name, other formats ignore them
- `items(items) -> Iterator[str]`: items as chunks of text, as they come
- `dossiers(dossiers) -> Iterator[str]`: the same of items with all that is kept of them, notes and the rest; what `export` prefers
- `folder(dossiers) -> Iterator[tuple[str, str]]`: a file for each, as its name and its text
- `stories(stories) -> Iterator[str]`: stories as chunks of text
- `feeds(config) -> str`: the list of feeds
"""

from importlib import import_module
from types import ModuleType

from .. import shipped
from ..errors import UsageError


def names(kind: str | None = None) -> tuple[str, ...]:
    """Names of all formats, or of those that have `kind` ("digest", "items", "stories", "feeds")."""
    found = shipped.members("formats")
    return tuple(name for name in found if kind is None or hasattr(get(name), kind))


def get(name: str) -> ModuleType:
    """The format of that name; UsageError for a name that is none."""
    if name not in shipped.members("formats"):
        raise UsageError(f"there is no format “{name}”; there are: {', '.join(shipped.members('formats'))}")
    return import_module(f".{name}", __name__)
