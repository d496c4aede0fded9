"""STIX 2.1 (OASIS): a bundle with a report for each item, the outlets as identities, and what the items name as objects.

Identifiers are deterministic (UUIDv5 of what they stand for), so an export of the same archive gives the same objects and a platform
that takes it twice has nothing twice. Everything is marked TLP:CLEAR, with the marking definition of TLP 2.0.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from curator import encode
from curator.types import Entity, Item

SUFFIX = ".stix"
HELP = "STIX 2.1 bundle, for threat intelligence platforms"

_SPACE = UUID("7e0f7ee4-8a34-5e27-9a5c-0c5b6a1c3f0d")  #: of all ids made here; any fixed UUID serves
#: TLP:CLEAR as FIRST and OASIS define it for STIX 2.1 (TLP 2.0, definition through an extension)
_CLEAR: dict[str, Any] = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "created": "2022-10-01T00:00:00.000Z",
    "name": "TLP:CLEAR",
    "extensions": {
        "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {"extension_type": "property-extension", "tlp_2_0": "clear"}
    },
}
_HASHES = {32: "MD5", 40: "SHA-1", 64: "SHA-256"}


def items(items: Iterable[Item]) -> Iterator[str]:
    """One bundle; an object stands once, however many items name it."""
    seen: set[str] = set()
    reports: list[str] = []
    yield '{"type": "bundle", "objects": [\n' + _text(_CLEAR)
    for item in items:
        objects = _objects(item)
        reports.append(objects[-1]["id"])
        for one in objects:
            if one["id"] not in seen:
                seen.add(one["id"])
                yield ",\n" + _text(one)
    yield f'\n], "id": "{_id("bundle", *reports)}"}}\n'


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid5(_SPACE, chr(31).join((kind, *parts)))}"


def _when(at: datetime) -> str:
    return encode.when(at).replace("Z", ".000Z")


def _objects(item: Item) -> list[dict[str, Any]]:
    """The outlet, what the item names, and last the report that refers to them."""
    outlet = _identity(item)
    named = [made for entity in item.entities if (made := _named(entity, item, outlet["id"]))]
    return [outlet, *named, _report(item, outlet["id"], [outlet["id"], *(one["id"] for one in named)])]


def _common(kind: str, id_: str, item: Item, **more: Any) -> dict[str, Any]:
    seen = _when(item.seen)
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": id_,
        "created": seen,
        "modified": seen,
        "object_marking_refs": [_CLEAR["id"]],
        **more,
    }


def _identity(item: Item) -> dict[str, Any]:
    name = item.outlet or item.feed
    fixed = "2020-01-01T00:00:00.000Z"  # an outlet has no first sighting that every export would agree on
    id_ = _id("identity", name)
    return _common("identity", id_, item, name=name, identity_class="organization") | {"created": fixed, "modified": fixed}


def _report(item: Item, outlet: str, refs: list[str]) -> dict[str, Any]:
    links = [{"source_name": item.outlet or item.feed, "url": item.url}] if item.url else []
    changed = _when(item.changed or item.seen)
    more: dict[str, Any] = {"external_references": links} if links else {}
    if item.tags:
        more["labels"] = [tag.name for tag in item.tags]
    if item.language:
        more["lang"] = item.language
    if item.summary or item.text:
        more["description"] = item.summary or item.text
    return _common(
        "report",
        _id("report", item.id),
        item,
        name=item.title or "(no title)",
        created_by_ref=outlet,
        published=_when(item.date),
        object_refs=list(dict.fromkeys(refs)),
        **more,
    ) | {"modified": max(changed, _when(item.seen))}


def _named(entity: Entity, item: Item, outlet: str) -> dict[str, Any] | None:
    """An object for what an item names; None for what STIX has no place for (weapons, places without coordinates, persons)."""
    if entity.kind == "cve":
        link = {"source_name": "cve", "external_id": entity.value}
        return _lasting("vulnerability", item, name=entity.value, external_references=[link])
    if entity.kind == "attack":
        link = {"source_name": "mitre-attack", "external_id": entity.value}
        return _lasting("attack-pattern", item, name=entity.value, external_references=[link])
    if entity.kind == "malware":
        return _lasting("malware", item, name=entity.value, is_family=True)
    if entity.kind in ("actor", "group"):
        return _lasting("intrusion-set", item, name=entity.value)
    if pattern := _pattern(entity):
        more = {"name": entity.value, "description": entity.why, "created_by_ref": outlet, "indicator_types": ["unknown"]}
        return _common(
            "indicator", _id("indicator", item.id, pattern), item, pattern=pattern, pattern_type="stix", valid_from=_when(item.date), **more
        )
    return None


def _lasting(kind: str, item: Item, *, name: str, **more: Any) -> dict[str, Any]:
    """An object that is the same whoever names it: no date of an item in it."""
    fixed = "2020-01-01T00:00:00.000Z"
    return _common(kind, _id(kind, name), item, name=name, **more) | {"created": fixed, "modified": fixed}


def _pattern(entity: Entity) -> str | None:
    value = entity.value.replace("\\", "\\\\").replace("'", "\\'")
    if entity.kind == "hash" and len(value) in _HASHES:
        return f"[file:hashes.'{_HASHES[len(value)]}' = '{value}']"
    kinds = {"ip": "ipv6-addr" if ":" in value else "ipv4-addr", "domain": "domain-name", "mail": "email-addr", "url": "url"}
    return f"[{kinds[entity.kind]}:value = '{value}']" if entity.kind in kinds else None
