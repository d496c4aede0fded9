"""A plain list of indicators: addresses, domains, hashes, mail addresses and CVE numbers that the items name, each once, one a line."""

from collections.abc import Iterable, Iterator

from curator.types import Item

SUFFIX = ".ioc"
HELP = "indicators alone, one a line, as machines take them"

KINDS = frozenset({"ip", "domain", "url", "mail", "hash", "cve"})


def items(items: Iterable[Item]) -> Iterator[str]:
    """Values as they are, not defanged; in the order in which they were named first."""
    seen: set[tuple[str, str]] = set()
    for item in items:
        for entity in item.entities:
            if entity.kind in KINDS and entity.value.isprintable() and (entity.kind, entity.value) not in seen:
                seen.add((entity.kind, entity.value))
                yield entity.value + "\n"
