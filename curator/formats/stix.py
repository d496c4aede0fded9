"""STIX 2.1 (OASIS): a bundle with a report for each item, the outlets as identities, what the items name as objects, and notes.

Identifiers are deterministic (UUIDv5 of what they stand for), so an export of the same archive gives the same objects and a platform
that takes it twice has nothing twice. What feeds publish is marked TLP:CLEAR, a note as its label says, with the marking definitions
of TLP 2.0.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from curator import encode, text
from curator.formats._escapes import printable
from curator.types import Dossier, Entity, Item, Note

SUFFIX = ".stix"
HELP = "STIX 2.1 bundle, for threat intelligence platforms"

Object = dict[str, Any]

_SPACE = UUID("7e0f7ee4-8a34-5e27-9a5c-0c5b6a1c3f0d")  #: of all ids made here; any fixed UUID serves
#: For what has no first sighting that every export would agree on: an outlet, a vulnerability.
_ALWAYS = "2020-01-01T00:00:00.000Z"
#: Marking definitions of TLP 2.0 as OASIS publishes them (cti-stix-common-objects, extension-definition-specifications/tlp-2.0).
_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_TLP = {
    "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_HASHES = {32: "MD5", 40: "SHA-1", 64: "SHA-256"}
#: Admiralty credibility as STIX's confidence (STIX 2.1, appendix A); 6 "cannot be judged" is no confidence at all.
_CONFIDENCE = {"1": 90, "2": 70, "3": 50, "4": 30, "5": 10}
#: What makes an item a threat report, as STIX's report types (report-type-ov).
_REPORT_TYPES = {
    "vulnerability": "vulnerability",
    "attack-pattern": "attack-pattern",
    "malware": "malware",
    "intrusion-set": "threat-actor",
    "indicator": "indicator",
}
#: Objects that are the same whoever names them: kind of entity -> kind of object, whose number it is, what more the object must have.
_LASTING: dict[str, tuple[str, str, Object]] = {
    "cve": ("vulnerability", "cve", {}),
    "attack": ("attack-pattern", "mitre-attack", {}),
    "malware": ("malware", "", {"is_family": True}),
    "actor": ("intrusion-set", "", {}),
}
_IDENTITIES = {"group": "group", "agency": "organization", "company": "organization", "person": "individual"}
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")


def items(items: Iterable[Item]) -> Iterator[str]:
    """One bundle; an object stands once, however many items name it."""
    return dossiers(Dossier(item=item) for item in items)


def dossiers(dossiers: Iterable[Dossier]) -> Iterator[str]:
    """The same, with the notes of the dossiers, and how far story and feed can be trusted."""
    seen = {_TLP["CLEAR"]}
    made = hashlib.sha1(_SPACE.bytes + b"bundle", usedforsecurity=False)  # as uuid5 has it, without keeping the names
    yield '{"type": "bundle", "objects": [\n' + _line(_marking("CLEAR"))
    for dossier in dossiers:
        for one in _objects(dossier):
            if one["type"] in ("report", "note"):
                made.update(f"\x1f{one['id']}".encode())
            if one["id"] not in seen:
                seen.add(one["id"])
                yield ",\n" + _line(one)
    yield f'\n], "id": "bundle--{UUID(bytes=made.digest()[:16], version=5)}"}}\n'


def _line(value: Object) -> str:
    return printable(json.dumps(value, ensure_ascii=False))


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid5(_SPACE, chr(31).join((kind, *parts)))}"


def _when(at: datetime) -> str:
    return encode.when(at).replace("Z", ".000Z")


def _marking(label: str) -> Object:
    extension = {"extension_type": "property-extension", "tlp_2_0": label.lower()}
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": _TLP[label],
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{label}",
        "extensions": {_TLP_EXTENSION: extension},
    }


def _common(kind: str, id_: str, at: str, tlp: str = "CLEAR", **more: Any) -> Object:
    return {"type": kind, "spec_version": "2.1", "id": id_, "created": at, "modified": at, "object_marking_refs": [_TLP[tlp]], **more}


def _objects(dossier: Dossier) -> Iterator[Object]:
    """The outlet, what the item names, the report that refers to them, then the notes on it with the markings they need."""
    item = dossier.item
    outlet = _identity(item.outlet or item.feed, "organization")
    named = [made for entity in item.entities if (made := _named(entity, item, outlet["id"]))]
    report = _report(dossier, outlet["id"], named)
    yield from (outlet, *named, report)
    for note in dossier.notes:
        yield _marking(note.tlp)
        yield _note(note, report["id"])


def _identity(name: str, kind: str) -> Object:
    return _common("identity", _id("identity", kind, name), _ALWAYS, name=name, identity_class=kind)


# ── the report ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _report(dossier: Dossier, outlet: str, named: Iterable[Object]) -> Object:
    """The item; named by its address, so that the same article is the same report whichever feed brought it."""
    item = dossier.item
    kinds = [_REPORT_TYPES[one["type"]] for one in named if one["type"] in _REPORT_TYPES]
    threat = kinds or any(tag.name.startswith("cyber/") for tag in item.tags)
    more: Object = {
        "description": item.summary or item.text,
        "labels": [*(tag.name for tag in item.tags), *_admiralty(dossier)],
        "confidence": _CONFIDENCE.get(dossier.credibility),
        "lang": item.language if item.language and _LANGUAGE.fullmatch(item.language) else None,
    }
    seen = _when(item.seen)
    return _common(
        "report",
        _id("report", item.url or item.id),
        seen,
        name=item.title or "(no title)",
        created_by_ref=outlet,
        published=_when(item.date),
        report_types=list(dict.fromkeys(["threat-report", *kinds])) if threat else ["news"],
        external_references=_references(item),
        object_refs=list(dict.fromkeys([outlet, *(one["id"] for one in named)])),
        **{key: value for key, value in more.items() if value},
    ) | {"modified": max(seen, _when(item.changed or item.seen))}


def _references(item: Item) -> list[Object]:
    """Where it was published, with the hash of the evidence, and by which id the archive knows it."""
    found: list[Object] = [{"source_name": "curator", "external_id": item.id}]
    hashes: Object = {}
    if item.sha256:
        hashes = {"hashes": {"SHA-256": item.sha256}, "description": "The hash is that of the feed's entry as it was retrieved."}
    if item.url:
        return [{"source_name": item.outlet or item.feed, "url": item.url, **hashes}, *found]
    return [found[0] | hashes]


def _admiralty(dossier: Dossier) -> Iterator[str]:
    """What can be judged of source and story, as tags of MISP's taxonomy "admiralty-scale"."""
    if dossier.reliability != "F":
        yield f'admiralty-scale:source-reliability="{dossier.reliability.lower()}"'
    if dossier.credibility != "6":
        yield f'admiralty-scale:information-credibility="{dossier.credibility}"'


def _note(note: Note, report: str) -> Object:
    words = text.safe(note.text)
    id_ = _id("note", report, encode.when(note.at), note.text)
    return _common("note", id_, _when(note.at), note.tlp, content=words, object_refs=[report])


# ── what an item names ──────────────────────────────────────────────────────────────────────────────────────────────


def _named(entity: Entity, item: Item, outlet: str) -> Object | None:
    """An object for what an item names; None for what STIX has no place for (weapons, places without coordinates)."""
    if entity.kind in _LASTING:
        kind, source, more = _LASTING[entity.kind]
        references: Object = {"external_references": [{"source_name": source, "external_id": entity.value}]} if source else {}
        return _common(kind, _id(kind, entity.value), _ALWAYS, name=entity.value, **references, **more)
    if entity.kind in _IDENTITIES:
        return _identity(entity.value, _IDENTITIES[entity.kind])
    pattern = _pattern(entity)
    return _indicator(entity, item, outlet, pattern) if pattern else None


def _indicator(entity: Entity, item: Item, outlet: str, pattern: str) -> Object:
    """One for each report, since publisher, date and reason are that report's; platforms join those of one pattern."""
    return _common(
        "indicator",
        _id("indicator", item.url or item.id, pattern),
        _when(item.seen),
        name=entity.value,
        description=entity.why,
        created_by_ref=outlet,
        indicator_types=["unknown"],
        pattern=pattern,
        pattern_type="stix",
        valid_from=_when(item.date),
    )


def _pattern(entity: Entity) -> str | None:
    value = entity.value.replace("\\", "\\\\").replace("'", "\\'")
    if entity.kind == "hash" and len(value) in _HASHES:
        return f"[file:hashes.'{_HASHES[len(value)]}' = '{value}']"
    kinds = {"ip": "ipv6-addr" if ":" in value else "ipv4-addr", "domain": "domain-name", "mail": "email-addr", "url": "url"}
    return f"[{kinds[entity.kind]}:value = '{value}']" if entity.kind in kinds else None
