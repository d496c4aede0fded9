"""Where `browse` was left, for each feeds.toml: kept among the user's state, and no reason to complain if it cannot be."""

import json
import os
from datetime import datetime
from pathlib import Path


def _place() -> Path:
    base = os.environ.get("XDG_STATE_HOME", "")
    return (Path(base) if base.startswith("/") else Path("~/.local/state").expanduser()) / "curator" / "browse.json"


def kept(config: str) -> dict[str, str]:
    """Where this feeds.toml was left; {} if nowhere."""
    try:
        found = json.loads(_place().read_text(encoding="utf-8"))[str(Path(config).resolve())]
        return {str(key): str(value) for key, value in found.items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return {}


def moment(place: dict[str, str]) -> datetime | None:
    """The date of the story that was left; None if it is not known."""
    try:
        return datetime.fromisoformat(place.get("date", ""))
    except ValueError:
        return None


def keep(config: str, place: dict[str, str]) -> None:
    """Remember where it was left."""
    path = _place()
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**found, str(Path(config).resolve()): place}), encoding="utf-8")
    except (OSError, ValueError, TypeError):
        return  # a place that cannot be kept is no reason to complain on the way out
