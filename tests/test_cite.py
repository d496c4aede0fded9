"""Citations: what is needed to find, check and credit a source."""

from dataclasses import replace
from datetime import UTC, datetime

from curator.cite import cite
from curator.types import Item, Provenance, Retrieval

AT = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
ITEM = Item(
    id="1",
    feed="sable",
    outlet="Sable Post",
    outlet_known=True,
    title="Pipe closes harbour",
    authors=("Ada Quist",),
    url="https://sable.example/a",
    link="https://sable.example/a?utm_source=x",
    language="en",
    published=AT,
    seen=AT,
    date=AT,
    sha256="ab" * 32,
)
FETCHED = Retrieval(
    feed="sable", requested="https://sable.example/feed", final="https://sable.example/feed.xml", status=200, etag=None, last_modified=None,
    at=AT.replace(hour=13), body_sha="cd" * 32, tool="curator 0.1.0",
)  # fmt: skip


def test_a_citation_names_publisher_author_title_times_and_address() -> None:
    first = cite(ITEM, FETCHED)[0]
    assert first == (
        "Sable Post, Ada Quist, “Pipe closes harbour”, published 2026-03-03 12:30 UTC, retrieved 2026-03-03 13:30 UTC, https://sable.example/a."
    )


def test_it_holds_the_hashes_and_the_address_as_given() -> None:
    told = "\n".join(cite(ITEM, FETCHED))
    for part in ("ab" * 32, "cd" * 32, "https://sable.example/feed.xml", "HTTP 200", "utm_source=x", "Language: en"):
        assert part in told


def test_it_names_the_original_reporter_with_the_words() -> None:
    copied = replace(ITEM, provenance=Provenance(role="derived", origin="Reuters", evidence="Reuters reported"))
    assert "Original reporter: Reuters (derived: “Reuters reported”)" in cite(copied)
    own = replace(ITEM, provenance=Provenance(role="own", origin="Sable Post"))
    assert not any(row.startswith("Original reporter") for row in cite(own))


def test_it_says_what_is_not_known() -> None:
    bare = Item(id="2", feed="f", seen=AT, date=AT)
    told = cite(bare)
    assert told[0] == "f, (no title), publication date not given, retrieved 2026-03-03 12:30 UTC, no URL."
    assert any("identity is not established" in row for row in told)
