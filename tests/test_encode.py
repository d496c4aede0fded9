"""The JSON of the nouns: what scripts rely on, and the way back without loss."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from archives import NOW, item_id, make_item, make_story
from hypothesis import given
from hypothesis import strategies as st

from curator import decode, encode, text, urls
from curator.types import Credit, Entity, Item, Problem, Provenance, Report, Tag, Version

KEYS = [
    "id", "feed", "outlet", "guid", "url", "link", "title", "summary", "text", "authors", "language", "published", "seen", "date", "topics",
    "entities", "copy_of", "story", "provenance", "read", "starred", "sha256", "versions",
]  # fmt: skip


def test_an_item_has_exactly_the_promised_keys() -> None:
    shown = encode.item(make_item(1, tags=(Tag(name="a/b", why="w", by="feed"),), entities=(Entity(kind="cve", value="CVE-1", why="w"),)))
    assert list(shown) == KEYS
    assert shown["topics"] == [{"name": "a/b", "why": "w"}]
    assert shown["entities"] == [{"kind": "cve", "value": "CVE-1", "why": "w"}]
    assert shown["provenance"] == {"role": "unknown", "origin": None, "background": [], "evidence": None, "why": ""}
    assert (shown["published"], shown["seen"]) == ("2026-11-20T05:00:00Z", "2026-11-20T06:00:00Z")


def test_a_story_has_exactly_the_promised_keys() -> None:
    assert list(encode.story(make_story(1))) == [
        "id", "title", "items", "outlets", "first", "last", "origins", "origins_min", "origins_max", "credibility", "topics", "score", "why",
    ]  # fmt: skip


def test_a_report_has_exactly_the_promised_keys() -> None:
    problem = Problem(feed="x", kind="http", message="m", since=NOW, failures=2)
    told = encode.report(
        Report(
            feeds=1, polled=1, unchanged=0, failed=1, new=0, updated=0, copies=0, seconds=0.12345, problems=(problem,), hits={"w": ("a",)}
        )
    )
    assert told["problems"] == [{"feed": "x", "kind": "http", "message": "m", "since": "2026-11-20T06:00:00Z", "failures": 2}]
    assert (told["seconds"], told["hits"]) == (0.123, {"w": ["a"]})


def test_times_are_whole_seconds_of_utc() -> None:
    assert encode.when(datetime(2026, 1, 1, 1, 30, 59, 999_999, timezone(timedelta(hours=2)))) == "2025-12-31T23:30:59Z"
    assert encode.when(datetime(7, 1, 1, tzinfo=UTC)) == "0007-01-01T00:00:00Z"


def test_a_version_is_told() -> None:
    assert encode.version(Version(item="x", number=2, seen=NOW, title="t", text="b", sha256="c"))["number"] == 2


# ── and back ────────────────────────────────────────────────────────────────────────────────────────────────────────

lines = st.text(max_size=30).map(text.line)
named = lines.filter(bool)


@st.composite
def items(draw: st.DrawFn) -> Item:
    """Items as curator keeps them: every text safe, every URL canonical."""
    seen = draw(st.integers(0, 4_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)))
    url = draw(st.sampled_from((None, "https://a.example/1?x=2")))
    body = text.safe(draw(st.text(max_size=80)))
    maybe = st.one_of(st.none(), named)
    return make_item(
        1, title=draw(named), text=body, summary=text.excerpt(body, 600) or draw(lines), url=url, link=draw(st.sampled_from(("https://l.example/", url))) or url,
        guid=draw(maybe), seen=seen, date=seen, published=draw(st.sampled_from((None, seen))), language=draw(maybe), outlet=draw(maybe),
        outlet_known=draw(st.booleans()), authors=tuple(draw(st.lists(named, max_size=2))), date_raw=draw(maybe), source=draw(maybe),
        tags=tuple(Tag(name=name, why=draw(lines), by=draw(st.sampled_from(("rule", "hand"))), score=draw(st.sampled_from((1.0, 0.5))), version=draw(lines))
                   for name in draw(st.lists(named, max_size=2, unique=True))),
        entities=tuple(Entity(kind="place", value=value, why="w") for value in draw(st.lists(named, max_size=2))),
        credits=tuple(Credit(outlet=name, pattern="told", words="w", field="text", start=4, lead=draw(st.booleans()), via=(name,)) for name in draw(st.lists(named, max_size=2))),
        copy_of=draw(st.sampled_from((None, item_id(2)))), copy_why=draw(lines), story=draw(st.sampled_from(("", item_id(3)))), story_why=draw(lines),
        provenance=Provenance(role=draw(st.sampled_from(("own", "unknown"))), origin=draw(maybe), evidence=draw(maybe), why=draw(lines), denied_by=draw(maybe)),
        read=draw(st.booleans()), starred=draw(st.booleans()), versions=draw(st.integers(1, 9)), changed=draw(st.sampled_from((None, seen))), links=draw(st.integers(0, 9)),
    )  # fmt: skip


@given(items())
def test_what_is_exported_is_imported_without_loss(item: Item) -> None:
    row = decode.row(json.loads(json.dumps(encode.whole(item))), NOW, "import")
    assert row.item == item
    assert row.judged == decode.JUDGEMENTS


def test_a_row_needs_only_a_title_or_a_url() -> None:
    row = decode.row({"title": "Fog"}, NOW, "import")
    assert row.item == Item(id="", feed="import", title="Fog", seen=NOW, date=NOW)
    assert row.judged == frozenset()
    assert decode.row({"url": "http://www.a.example/?utm_source=x"}, NOW, "import").item.url == urls.canonical(
        "http://www.a.example/?utm_source=x"
    )


@pytest.mark.parametrize(
    ("given_row", "why"),
    [
        ({}, "needs a `title` or a `url`"),
        ({"text": "only text"}, "needs a `title` or a `url`"),
        ([], "must be an object, not a list"),
        ("x", "must be an object, not text"),
        (None, "must be an object, not null"),
        ({"title": ["x"]}, "`title` must be text, not a list"),
        ({"title": "x", "published": "yesterday"}, "`published` must be a time such as"),
        ({"title": "x", "topics": "a"}, "`topics` must be a list, not text"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_reason(given_row: Any, why: str) -> None:
    with pytest.raises(decode.RefusedError, match=why):
        decode.row(given_row, NOW, "import")


def test_rows_of_other_programs_are_made_safe() -> None:
    row = decode.row(
        {"title": "a\x1b[31mb\u202ec\ud800", "id": "NOT AN ID", "sha256": "x", "guid": "\ud800", "published": "2027-01-01T00:00:00+02:00", "topics": ["a/b"], "versions": -3},
        NOW, "import",
    )  # fmt: skip
    item = row.item
    assert item.title == text.line("a\x1b[31mb\u202ec\ud800")
    assert (item.id, item.sha256, item.versions) == ("", "", 1)
    assert item.date == NOW  # never later than seen
    assert item.published == datetime(2026, 12, 31, 22, tzinfo=UTC)
    assert [tag.name for tag in item.tags] == ["a/b"]
    json.dumps(encode.whole(replace(item, id=item_id(1)))).encode()


@given(st.text(max_size=20))
def test_the_quick_way_to_one_line_is_the_ordinary_way(value: str) -> None:
    assert decode.tidy(value) == text.line(value)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from((*KEYS, "credits", "name", "kind", "value", "role")), inner, max_size=4)),
    max_leaves=12,
)  # fmt: skip


@given(json_values)
def test_any_json_is_read_or_refused(value: Any) -> None:
    with suppress(decode.RefusedError):
        json.dumps(encode.whole(decode.row(value, NOW, "import").item)).encode()
