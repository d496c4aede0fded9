"""Exports that are a folder: one file for each item, written anew only where it changed."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from curator.commands._desk import Desk
from curator.errors import CuratorError

_ID = re.compile(r"([0-9a-f]{16})\.\w+$")
_HEAD = 200  #: characters of a file within which its id stands


def write(desk: Desk, path: str, files: Iterable[tuple[str, str]]) -> Counter[str]:
    """Write (name, text) into the folder at `path`, made if missing; counts of files written, unchanged, and renamed (the item's earlier
    file goes). Other files there are left alone. Raises CuratorError if it cannot be a folder."""
    folder = Path(path)
    try:
        folder.mkdir(exist_ok=True)
        before = _by_id(folder)
    except OSError as error:
        raise CuratorError(f"{path}: {error.strerror or error}") from error
    counts: Counter[str] = Counter(written=0, unchanged=0)
    for name, text in files:
        if not name or name != Path(name).name or name.startswith("."):
            raise CuratorError(f"“{name}” is no name for a file")
        counts["unchanged" if _text(folder / name) == text else "written"] += 1
        if _text(folder / name) != text:
            desk.write(text, str(folder / name))
        counts["renamed"] += _drop_earlier(name, before)
    return +counts


def _by_id(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for file in folder.iterdir():
        if match := _ID.search(file.name):
            found.setdefault(match[1], []).append(file)
    return found


def _drop_earlier(name: str, before: dict[str, list[Path]]) -> int:
    """Remove the files that an earlier export wrote for the same item under another name; only those that say so themselves."""
    match = _ID.search(name)
    id_ = match[1] if match else ""
    earlier = [file for file in before.get(id_, ()) if file.name != name and f'id: "{id_}"' in (_text(file) or "")[:_HEAD]]
    for file in earlier:
        file.unlink(missing_ok=True)
    return len(earlier)


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
