"""STIX bundles and plain lists of indicators."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from stix2patterns.validator import run_validator

from curator.formats import ioc, stix
from curator.types import TLP, Dossier, Entity, Item, Note, Tag

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


def bundle(*items: Item) -> list[dict[str, Any]]:
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
    assert set(report["object_refs"]) <= ids
    assert report["labels"] == ["cyber/vulnerabilities"]


def dossier(**given: Any) -> Dossier:
    return replace(Dossier(item=replace(ITEM, sha256="ab" * 32), reliability="B", credibility="2"), **given)


def told(dossier: Dossier) -> list[dict[str, Any]]:
    text = "".join(stix.dossiers([dossier]))
    stix2.parse(text, allow_custom=False)
    return list(json.loads(text)["objects"])


def of_kind(kind: str, objects: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [one for one in objects if one["type"] == kind]
    return found


def test_a_report_says_where_it_was_published_with_the_hash_of_the_evidence_and_how_far_it_is_trusted() -> None:
    report = of_kind("report", told(dossier()))
    first, second = report["external_references"]
    assert (first["url"], first["hashes"]) == ("https://cert.example/1", {"SHA-256": "ab" * 32})
    assert second == {"source_name": "curator", "external_id": ITEM.id}
    assert report["confidence"] == 70
    assert report["labels"][1:] == ['admiralty-scale:source-reliability="b"', 'admiralty-scale:information-credibility="2"']
    assert set(report["report_types"]) == {"threat-report", "vulnerability", "attack-pattern", "malware", "threat-actor", "indicator"}


def test_what_cannot_be_judged_has_no_confidence() -> None:
    report = of_kind("report", told(dossier(reliability="F", credibility="6")))
    assert "confidence" not in report
    assert report["labels"] == ["cyber/vulnerabilities"]


def test_an_article_about_a_harbour_is_no_threat_report() -> None:
    report = of_kind("report", bundle(replace(ITEM, entities=(), tags=(), language="no language at all")))
    assert report["report_types"] == ["news"]
    assert "lang" not in report


@pytest.mark.parametrize("label", TLP)
def test_a_note_is_marked_as_its_label_says(label: str) -> None:
    objects = told(dossier(notes=(Note(number=1, item=ITEM.id, text="Seen\x1b[31m before", tlp=label, at=NOW),)))
    note = of_kind("note", objects)
    (marking,) = [one for one in objects if one["id"] in note["object_marking_refs"]]
    assert marking["name"] == f"TLP:{label}"
    assert "\x1b" not in note["content"]
    assert note["object_refs"] == [of_kind("report", objects)["id"]]


def test_the_older_markings_of_the_library_are_not_taken_for_those_of_tlp_2() -> None:
    old = {stix2.TLP_WHITE.id, stix2.TLP_GREEN.id, stix2.TLP_AMBER.id, stix2.TLP_RED.id}
    assert not old & set(stix._TLP.values())


def test_the_same_article_is_the_same_report_whatever_else_is_exported() -> None:
    alone = {one["id"]: one for one in bundle(ITEM)}
    later = NOW + timedelta(days=2)
    more = {one["id"]: one for one in bundle(replace(ITEM, id="0" * 16, url="https://other.example/", seen=later, date=later), ITEM)}
    assert alone.items() <= more.items()


def test_groups_agencies_and_persons_are_identities() -> None:
    named = (Entity(kind="person", value="Ann Lee", why=""), Entity(kind="agency", value="Harbour Office", why=""))
    kinds = {one["name"]: one["identity_class"] for one in bundle(replace(ITEM, entities=named)) if one["type"] == "identity"}
    assert kinds == {"CERT Valdora": "organization", "Ann Lee": "individual", "Harbour Office": "organization"}


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
