"""STIX bundles and plain lists of indicators."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import stix2
from hypothesis import given
from hypothesis import strategies as st
from stix2patterns.validator import run_validator

from curator.formats import ioc, stix
from curator.types import Entity, Item, Tag

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
ENTITIES = (
    Entity(kind="cve", value="CVE-2099-10420", why="w"),
    Entity(kind="ip", value="203.0.113.77", why="w"),
    Entity(kind="ip", value="2001:db8::1", why="w"),
    Entity(kind="domain", value="update-farwall.example", why="w"),
    Entity(kind="mail", value="o'hara@evil.example", why="w"),
    Entity(kind="hash", value="a" * 63 + "b", why="w"),
    Entity(kind="attack", value="T1059.001", why="w"),
    Entity(kind="malware", value="Greydoor", why="w"),
    Entity(kind="actor", value="Greyledger", why="w"),
    Entity(kind="weapon", value="Shahed-136", why="w"),
)
ITEM = Item(
    id="00000000000000aa", feed="f", outlet="CERT Valdora", title="A flaw", text="It is being used.", url="https://cert.example/1", seen=NOW, date=NOW,
    language="en", tags=(Tag(name="cyber/vulnerabilities", why="w"),), entities=ENTITIES,
)  # fmt: skip


def bundle(*items: Item) -> list[dict[str, object]]:
    text = "".join(stix.items(items))
    stix2.parse(text, allow_custom=True)  # raises if anything is not as STIX 2.1 wants it
    return list(json.loads(text)["objects"])


def test_a_bundle_is_what_the_stix_library_reads() -> None:
    kinds = [one["type"] for one in bundle(ITEM)]
    assert kinds.count("report") == 1
    assert kinds.count("indicator") == 5
    assert {"identity", "vulnerability", "attack-pattern", "malware", "intrusion-set", "marking-definition"} <= set(kinds)


def test_every_pattern_is_one_that_matches() -> None:
    for one in bundle(ITEM):
        if one["type"] == "indicator":
            assert run_validator(str(one["pattern"]), stix_version="2.1") == []


def test_a_report_refers_to_what_stands_in_the_bundle() -> None:
    objects = bundle(ITEM)
    ids = {one["id"] for one in objects}
    report = next(one for one in objects if one["type"] == "report")
    assert set(report["object_refs"]) <= ids  # type: ignore[call-overload]
    assert report["labels"] == ["cyber/vulnerabilities"]


def test_the_same_archive_gives_the_same_ids_and_an_object_stands_once() -> None:
    two = (ITEM, replace(ITEM, id="00000000000000bb", title="Again"))
    assert "".join(stix.items(two)) == "".join(stix.items(two))
    ids = [one["id"] for one in bundle(*two)]
    assert len(ids) == len(set(ids))
    assert len([one for one in bundle(*two) if one["type"] == "vulnerability"]) == 1


def test_an_empty_export_is_a_bundle_too() -> None:
    assert [one["type"] for one in bundle()] == ["marking-definition"]


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["ip", "domain", "hash", "mail", "malware", "place", "x"]))
def test_whatever_an_item_holds_the_bundle_is_always_sound(title: str, value: str, kind: str) -> None:
    text = "".join(stix.items([replace(ITEM, title=title, entities=(Entity(kind=kind, value=value or "v", why=""),))]))
    assert json.loads(text)["type"] == "bundle"


def test_the_plain_list_has_each_indicator_once_and_nothing_else() -> None:
    assert "".join(ioc.items([ITEM, ITEM])).splitlines() == [
        "CVE-2099-10420", "203.0.113.77", "2001:db8::1", "update-farwall.example", "o'hara@evil.example", "a" * 63 + "b",
    ]  # fmt: skip
