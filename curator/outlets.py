"""Who publishes what: outlets, agencies, official bodies; by host, by any of their names, by owner.

The shipped list (data/outlets.toml, packed into data/outlets.json because JSON loads ten times faster) and what the user adds in
feeds.toml. An outlet found by host is an identity; a name alone is only a name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from curator import config, shipped

#: How a name in text may be introduced without being another name.
_ARTICLES = ("the ",)
_SEPARATORS = re.compile(r"\s+[-–—|:·»]\s+|:\s+|\s+\(")
_HOSTLIKE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_FOLDED = str.maketrans(dict.fromkeys("\"'’‘“”„«»", "") | dict.fromkeys("-‐‑–_", " "))
_FIELDS = ("name", "hosts", "aliases", "kind", "language", "group", "state", "ambiguous")

#: Bodies speak for themselves: what they publish is their own statement.
BODIES = frozenset({"official", "ngo", "blog"})


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """The form in which names are compared: no case, diacritics, quotation marks, hyphens or leading "The"."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = " ".join(name.casefold().translate(_FOLDED).split())
    for article in _ARTICLES:
        plain = plain.removeprefix(article)
    return plain


def pack(table: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]) -> list[list[Any]]:
    """What data/outlets.toml says, as the rows that data/outlets.json holds: fields in the order of `_FIELDS`, trailing defaults cut."""
    rows: list[list[Any]] = []
    for kind, languages in table.items():
        for language, names in languages.items():
            for name, keys in names.items():
                row = [name, keys.get("hosts", []), keys.get("aliases", []), kind, language]
                row += [keys.get("group"), keys.get("state", False), keys.get("ambiguous", False)]
                rows.append(row)
    return rows


def _outlet(row: list[Any]) -> config.Outlet:
    keys = dict(zip(_FIELDS, row, strict=True))
    return config.Outlet(**{**keys, "hosts": tuple(keys["hosts"]), "aliases": tuple(keys["aliases"])})


@cache
def shipped_outlets() -> tuple[config.Outlet, ...]:
    """The outlets that curator knows without being told."""
    return tuple(_outlet(row) for row in shipped.parsed("outlets.json"))


class Outlets:
    """A book of outlets. Lookups are remembered, so asking again costs nothing."""

    def __init__(self, outlets: Iterable[config.Outlet]) -> None:
        self._all = {outlet.name: outlet for outlet in outlets}
        self._hosts = {host.casefold().removeprefix("www."): outlet for outlet in self._all.values() for host in outlet.hosts}
        self._names: dict[str, config.Outlet] | None = None
        self._found: dict[str, config.Outlet | None] = {}

    def __iter__(self) -> Iterator[config.Outlet]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def by_host(self, host: str | None) -> config.Outlet | None:
        """The outlet of a host: itself, or the nearest parent domain that is known (edition.cnn.com is CNN's)."""
        if not host:
            return None
        host = host.casefold().partition(":")[0].strip(".")
        while "." in host:
            if host in self._hosts:
                return self._hosts[host]
            host = host.partition(".")[2]
        return None

    def by_name(self, name: str | None) -> config.Outlet | None:
        """The outlet of a name or alias, whatever its case, diacritics and article; "CNN.com" and "BBC News - World" are found too."""
        if not name or not name.strip():
            return None
        if name not in self._found:
            if len(self._found) > 50_000:
                self._found.clear()
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> config.Outlet | None:
        if name in self._all:
            return self._all[name]
        names = self._folded()
        if fold(name) in names:
            return names[fold(name)]
        if _HOSTLIKE.fullmatch(name.strip()):
            host = re.sub(r"^https?://", "", name.strip().casefold()).partition("/")[0]
            return self.by_host(host) or names.get(fold(host.removeprefix("www.").rpartition(".")[0]))
        head = _SEPARATORS.split(name.strip())[0]
        return names.get(fold(head)) if head != name.strip() else None

    def _folded(self) -> dict[str, config.Outlet]:
        if self._names is None:
            names: dict[str, config.Outlet] = {}
            for outlet in self._all.values():
                names.setdefault(fold(outlet.name), outlet)
            for outlet in self._all.values():
                for alias in outlet.aliases:
                    names.setdefault(fold(alias), outlet)
            self._names = names
        return self._names

    def canonical(self, name: str) -> str:
        """The name under which curator keeps an outlet; an unknown name stays as it is."""
        found = self.by_name(name)
        return found.name if found else " ".join(name.split())

    def group(self, name: str | None) -> str:
        """Whose newsroom it is: the owner's group, or the outlet's own name. Equal groups are not independent of each other."""
        found = self.by_name(name)
        return (found.group or found.name) if found else " ".join((name or "").split())

    def house(self, name: str | None, host: str | None) -> str:
        """The group of a publisher; of one whose name nobody knows, that of the host it publishes at: "APAnews" at apanews.net is APA News."""
        named, hosted = self.by_name(name), self._hosts.get(host or "")
        if hosted and hosted.kind != "aggregator" and (named is None or not named.hosts or _is_called(hosted, name or "")):
            return self.group(hosted.name)
        return self.group(name)

    def kind(self, name: str | None) -> str:
        """wire | press | official | ngo | blog | aggregator; "press" for what is not known."""
        found = self.by_name(name)
        return found.kind if found else "press"

    def is_official(self, name: str | None) -> bool:
        """An authority, ministry, court, international organisation …"""
        return self.kind(name) == "official"

    def aliases(self) -> dict[str, str]:
        """Every name and alias as it is written → the outlet's name."""
        found: dict[str, str] = {}
        for outlet in self._all.values():
            found.setdefault(outlet.name, outlet.name)
        for outlet in self._all.values():
            for alias in outlet.aliases:
                found.setdefault(alias, outlet.name)
        return found


def _is_called(outlet: config.Outlet, name: str) -> bool:
    """The name, or an alias, or the name without what tells it from its namesakes: "Público" of "Público (Portugal)"."""
    return fold(name) in {fold(known) for known in (outlet.name.partition(" (")[0], *outlet.aliases)}


def book(extra: Iterable[config.Outlet] = ()) -> Outlets:
    """The shipped outlets with the user's added to, or laid over, them: of one name, hosts and aliases add up, the user's word on the
    rest counts; a host goes to whom the user gives it."""
    known = {outlet.name: outlet for outlet in shipped_outlets()}
    names = Outlets(known.values()) if extra else None
    for mine in extra:
        base = names.by_name(mine.name) if names else None
        known = {name: _without(outlet, mine.hosts) for name, outlet in known.items()}
        merged = _over(known[base.name], mine) if base else mine
        known[merged.name] = merged
    return Outlets(known.values())


def _without(outlet: config.Outlet, hosts: tuple[str, ...]) -> config.Outlet:
    if not set(hosts) & set(outlet.hosts):
        return outlet
    return replace(outlet, hosts=tuple(host for host in outlet.hosts if host not in hosts))


def _over(base: config.Outlet, mine: config.Outlet) -> config.Outlet:
    return replace(
        base,
        hosts=tuple(dict.fromkeys((*mine.hosts, *base.hosts))),
        aliases=tuple(dict.fromkeys((*mine.aliases, *base.aliases))),
        kind=base.kind if mine.kind == "press" else mine.kind,
        group=mine.group or base.group,
        state=mine.state or base.state,
        language=mine.language or base.language,
        ambiguous=mine.ambiguous or base.ambiguous,
    )


def of(settings: config.Config) -> Outlets:
    """The book for a whole feeds.toml: its `[outlets]`, and the `outlet` of every feed, so that a publisher whom only a feed names is
    recognised when others credit it."""
    kinds = {"primary": "official", "aggregator": "aggregator"}
    named = {
        feed.outlet: config.Outlet(name=feed.outlet, kind=kinds.get(feed.role, "press"), language=feed.language)
        for feed in settings.feeds.values()
        if feed.outlet
    }
    declared = {outlet.name for outlet in settings.outlets}
    base = Outlets(shipped_outlets())
    fresh = [outlet for name, outlet in named.items() if name not in declared and base.by_name(name) is None]
    return book((*settings.outlets, *fresh))
