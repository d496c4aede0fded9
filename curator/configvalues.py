"""How values of feeds.toml are read: a TOML table and a record's fields in, checked keyword arguments out, every mistake noted.

Pure. `configfile` says which table becomes which record; here stands what any value must look like and how a mistake is told:
the key, what would be right, what was probably meant, and the line.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any

from curator import when
from curator.config import AUTO, Feed, Fetch, Mail, Outlet, Plan, Question, Stories, Topic, Watch

Where = tuple[str, ...]  #: the keys that lead to a value, outermost first


class WrongError(ValueError):
    """A value that cannot be taken; the text says what would be right."""


@dataclass(slots=True)
class Notes:
    """What was found wrong, and odd, while reading."""

    mistakes: list[tuple[Where, str]] = field(default_factory=list)
    warnings: list[tuple[Where, str]] = field(default_factory=list)

    def wrong(self, where: Where, sentence: str) -> None:
        """Note a mistake: `sentence` follows the key."""
        self.mistakes.append((where, sentence))

    def odd(self, where: Where, sentence: str) -> None:
        """Note what is odd but usable."""
        self.warnings.append((where, sentence))


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: the field it fills, and how its value is read."""

    field: str
    read: Callable[[Any], Any]


def meant(word: str, names: Iterable[str]) -> str:
    """'; did you mean "x"?' for the nearest of the names, or ''."""
    near = get_close_matches(word.lower(), {name.lower(): name for name in names}, n=1, cutoff=0.6)
    found = [name for name in names if near and name.lower() == near[0]]
    return f'; did you mean "{found[0]}"?' if found else ""


def table(value: Any, where: Where, notes: Notes) -> Mapping[str, Any]:
    """The value if it is a table; else an empty one, and a mistake."""
    if isinstance(value, dict):
        return value
    notes.wrong(where, f"must be a table, written [{dotted(where)}], not {shown(value)}")
    return {}


def arguments(record: type, value: Any, where: Where, notes: Notes, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Keyword arguments for `record` from a table; unknown keys and bad values are noted and left out."""
    keys, given = known(record), {}
    for name, one in table(value, where, notes).items():
        key = keys.get(name)
        if key is None or key.field in without:
            right = sorted(set(keys) - without)
            notes.wrong((*where, name), "is not a key that belongs here" + (meant(name, right) or f"; those that do: {', '.join(right)}"))
            continue
        try:
            given[key.field] = key.read(one)
        except WrongError as wrong:
            notes.wrong((*where, name), f"is {shown(one)} but must be {wrong}")
    return given


@cache
def known(record: type) -> Mapping[str, Key]:
    """The keys a table for `record` may have; its own name is the table's, not a key."""
    special = _SPECIAL.get(record, {})
    return {
        one.name.rstrip("_"): Key(one.name, special.get(one.name) or _BY_TYPE[one.type]) for one in fields(record) if one.name != "name"
    }


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def text(value: Any) -> str:
    """A text that is not empty, on one line."""
    if not isinstance(value, str) or not value.strip():
        raise WrongError('a text in quotes: "…"')
    if any(ord(character) < 32 and character != "\t" for character in value):
        raise WrongError("a text on one line, without control characters")
    return value.strip()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongError("true or false, without quotes")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise WrongError('a list of texts: ["…", "…"]' if not isinstance(value, str) else f"a list of texts: [{shown(value)}]")
    return tuple(one.strip() for one in value)


def _lists(value: Any) -> tuple[tuple[str, ...], ...]:
    right = 'a list of lists of two or more texts: [["…", "…"]]'
    if not isinstance(value, list) or not all(isinstance(one, list) and len(one) >= 2 for one in value):
        raise WrongError(right)
    try:
        return tuple(texts(one) for one in value)
    except WrongError:
        raise WrongError(right) from None


def _headers(value: Any) -> Mapping[str, str]:
    right = '{ Name = "value" }, HTTP header names with values on one line'
    if not isinstance(value, dict):
        raise WrongError(f"a table: {right}")
    for name, one in value.items():
        if (
            not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name)
            or not isinstance(one, str)
            or re.search(r"[\x00-\x08\x0a-\x1f\x7f]", one)
        ):
            raise WrongError(f"a table: {right}")
    return dict(value)


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise WrongError('a day: "2027-01-31"') from None


def _one_of(*names: str, fold: Callable[[str], str] = str.lower) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if isinstance(value, str) and fold(value.strip()) in names:
            return fold(value.strip())
        raise WrongError("one of " + ", ".join(names) + (meant(value, names) if isinstance(value, str) else ""))

    return read


def _number(low: float, high: float, *, whole: bool = False) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not low <= value <= high:
            raise WrongError(f"a {'whole ' if whole else ''}number from {low:g} to {high:g}")
        return value if whole else float(value)

    return read


def _seconds(low: float, high: float, *, auto: bool = False) -> Callable[[Any], Any]:
    right = f'a time such as "15m", "1h" or "2d", from {when.words(low)} to {when.words(high)}' + (', or "auto"' if auto else "")

    def read(value: Any) -> Any:
        if auto and isinstance(value, str) and value.strip().lower() == "auto":
            return AUTO
        seconds = when.span(value) if isinstance(value, str) else None if isinstance(value, bool) else value
        if not isinstance(seconds, int | float) or not low <= seconds <= high:
            raise WrongError(right)
        return round(seconds) if auto else float(seconds)

    return read


def _size(low: int, high: int) -> Callable[[Any], int]:
    units = {"": 1, "k": 10**3, "kb": 10**3, "m": 10**6, "mb": 10**6, "g": 10**9, "gb": 10**9}

    def read(value: Any) -> int:
        if isinstance(value, str) and (match := re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmg]?b?)", value.strip().lower())):
            value = round(float(match[1]) * units.get(match[2], 1))
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise WrongError(f'a number of bytes from {low:,} to {high:,}, or "10 MB"')
        return value

    return read


def url(value: Any) -> str:
    """An http or https address with a host, without white space."""
    one = text(value)
    if not re.match(r"https?://[^/?#\s]*[^/?#\s:@]", one, re.IGNORECASE) or re.search(r"[\s\x00-\x20<>\"\\^`{|}]", one):
        near = re.match(r"(?:feed:(?://)?)?(?:https?:/*)?([^\s:/]+\.[^\s]+)$", one, re.IGNORECASE)
        raise WrongError("an http:// or https:// address" + (f'; did you mean "https://{near[1]}"?' if near else ""))
    return one


def _proxy(value: Any) -> str:
    one = text(value)
    if not re.match(r"(?:https?|socks4a?|socks5h?)://[^/\s]+", one, re.IGNORECASE):
        raise WrongError("http://HOST:PORT or socks5h://HOST:PORT")
    return one


def address(value: Any) -> str:
    """One mail address, with or without a name before it: "Desk <desk@example.org>"."""
    one = text(value)
    bare = one[one.index("<") + 1 : -1] if one.endswith(">") and "<" in one else one
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", bare):
        raise WrongError('a mail address: "desk@example.org"')
    return one


def _addresses(value: Any) -> tuple[str, ...]:
    try:
        return tuple(address(one) for one in texts(value))
    except WrongError as wrong:
        raise WrongError('a list of mail addresses: ["desk@example.org"]') from wrong


def _clock(value: Any) -> str:
    one = text(value)
    if not re.fullmatch(r"(?:[01]?\d|2[0-3]):[0-5]\d", one):
        raise WrongError('a time of day: "07:00"')
    return one.zfill(5)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(value: Any) -> str:
    words = re.split(r"[\s,]+", text(value).lower())
    if words in (["daily"], ["weekdays"]) or all(word in _DAYS for word in words):
        return " ".join(words)
    raise WrongError(f"daily, weekdays, or days: {', '.join(_DAYS)}")


_BY_TYPE: Mapping[Any, Callable[[Any], Any]] = {
    str: text,
    str | None: text,
    bool: _flag,
    int: _number(0, 2**31, whole=True),
    float: _number(0, 1e9),
    tuple[str, ...]: texts,
    tuple[tuple[str, ...], ...]: _lists,
    Mapping[str, str]: _headers,
    date | None: _day,
}

_SPECIAL: Mapping[type, Mapping[str, Callable[[Any], Any]]] = {
    Feed: {
        "url": url,
        "role": _one_of("primary", "press", "aggregator"),
        "reliability": _one_of("A", "B", "C", "D", "E", "F", fold=str.upper),
        "every": _seconds(60, 31 * 86_400, auto=True),
        "proxy": _proxy,
    },
    Fetch: {
        "concurrency": _number(1, 1000, whole=True),
        "per_host": _number(1, 100, whole=True),
        "timeout": _seconds(0.1, 600),
        "max_wire": _size(1000, 10**9),
        "max_body": _size(1000, 10**9),
        "max_redirects": _number(0, 50, whole=True),
        "max_entries": _number(1, 1_000_000, whole=True),
        "parse_seconds": _seconds(0.1, 600),
        "parse_memory": _size(50_000_000, 64 * 10**9),
        "proxy": _proxy,
    },
    Outlet: {"kind": _one_of("wire", "press", "official", "ngo", "blog", "aggregator")},
    Topic: {"lists": _one_of("count", "skip"), "threshold": _number(0.01, 1000), "weight": _number(0, 1000)},
    Watch: {},
    Question: {},
    Stories: {"window_days": _number(0.5, 90), "security_days": _number(0.5, 90)},
    Plan: {
        "per_section": _number(1, 1000, whole=True),
        "tlp": _one_of("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED", fold=lambda one: one.upper().removeprefix("TLP:")),
        "to": _addresses,
        "at": _clock,
        "days": _days,
    },
    Mail: {
        "to": _addresses,
        "from_": address,
        "port": _number(1, 65_535, whole=True),
        "security": _one_of("starttls", "tls", "none"),
        "url": url,
        "timeout": _seconds(1, 600),
    },
}


# ── telling ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(value: Any) -> str:
    """A TOML value, short, for a sentence."""
    if isinstance(value, dict):
        return "a table"
    plain = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    one = plain or (f'"{value}"' if isinstance(value, str) else str(value))
    one = "".join(character if character.isprintable() else "·" for character in one)
    return one if len(one) <= 60 else one[:59] + "…"


def dotted(where: Where) -> str:
    """Keys as TOML writes them: feeds.bbc, topics."military/naval"."""
    return ".".join(key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"' for key in where)


_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")


def lines(source: str) -> Mapping[Where, int]:
    """The line of each table and each key of a TOML file, as far as they can be told without a full parser."""
    found: dict[Where, int] = {}
    table: Where = ()
    for number, line in enumerate(source.splitlines(), 1):
        if line.lstrip().startswith("["):
            if head := _path(line):
                table = head
                found.setdefault(table, number)
                found.setdefault(table[:1], number)
        elif match := _KEY.match(line):
            found.setdefault((*table, *_path(f"{match[1]} = 0")), number)
    return found


def _path(line: str) -> Where:
    """The keys that one line of TOML leads to; () if it is no line of its own."""
    try:
        value: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(value, dict | list) and value:
        if isinstance(value, list):
            value = value[0]
            continue
        key = next(iter(value))
        keys.append(key)
        value = value[key]
    return tuple(keys)


def line_of(where: Where, found: Mapping[Where, int]) -> int | None:
    """The line of a key, or of the nearest table around it."""
    return next((found[where[:depth]] for depth in range(len(where), 0, -1) if where[:depth] in found), None)
