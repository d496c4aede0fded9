"""JSON: the digest as one object, items as one array; see docs/cli.md."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .. import encode
from ..types import Digest, Item, Section, Story, Told
from ._escapes import printable

SUFFIX = ".json"
HELP = "JSON, for programs"


def digest(digest: Digest, templates: Mapping[str, str] | None = None) -> str:
    """The digest as one JSON object."""
    return value(encoded(digest), indent=2)


def encoded(digest: Digest) -> dict[str, Any]:
    """The digest as JSON values."""
    return {
        "id": digest.id,
        "plan": digest.plan,
        "title": digest.title,
        "since": encode.when(digest.since) if digest.since else None,
        "until": encode.when(digest.until),
        "tlp": digest.tlp,
        "preview": digest.preview,
        "sections": [_section(section) for section in digest.sections],
        "updates": [_told(told) for told in digest.updates],
        "more_updates": digest.more_updates,
        "corrections": [
            {"id": item.id, "url": item.url, "outlet": item.outlet, "before": before, "now": now}
            for item, before, now in digest.corrections
        ],
        "more_corrections": digest.more_corrections,
        "problems": [encode.problem(problem) for problem in digest.problems],
        "silent": [{"feed": feed, "newest": encode.when(newest)} for feed, newest in digest.silent],
        "repeats": digest.repeats,
        "muted": digest.muted,
    }


def value(shown: Any, indent: int | None = None) -> str:
    """Any value of a command as JSON text, safe to look at."""
    return printable(json.dumps(shown, ensure_ascii=False, indent=indent)) + "\n"


def _section(section: Section) -> dict[str, Any]:
    return {
        "topic": section.topic,
        "title": section.title,
        "summary": section.summary,
        "empty": section.empty,
        "stories": [_told(told) for told in section.told],
        "also": [{"id": id_, "title": title, "section": place} for id_, title, place in section.also],
        "more": section.more,
    }


def _told(told: Told) -> dict[str, Any]:
    items = [
        {"id": item.id, "title": item.title, "url": item.url, "outlet": item.outlet, "role": item.provenance.role} for item in told.items
    ]
    return {
        **encode.story(told.story),
        "items": items,
        "lead": told.lead.id,
        "extract": told.extract,
        "sources": told.sources,
        "here": told.why,
        "news": told.news,
    }


def items(items: Iterable[Item]) -> Iterator[str]:
    """One array, an item a line."""
    return _array(encode.item(item) for item in items)


def stories(stories: Iterable[Story]) -> Iterator[str]:
    """One array, a story a line."""
    return _array(encode.story(story) for story in stories)


def _array(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    before = "[\n"
    for row in rows:
        yield before + printable(json.dumps(row, ensure_ascii=False))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
