"""Nouns as the JSON that users and scripts see: plain dicts with times in UTC ISO 8601. The way back is `decode`."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from curator.types import Dossier, Entity, Item, Note, Problem, Provenance, Report, Retrieval, Story, Tag, Version


def when(moment: datetime) -> str:
    """A time as "2026-11-22T06:00:00Z", whole seconds."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def item(item: Item) -> dict[str, Any]:
    """An item as `list --json` shows it."""
    return {
        "id": item.id,
        "feed": item.feed,
        "outlet": item.outlet,
        "guid": item.guid,
        "url": item.url,
        "link": item.link,
        "title": item.title,
        "summary": item.summary,
        "text": item.text,
        "authors": list(item.authors),
        "language": item.language,
        "published": None if item.published is None else when(item.published),
        "seen": when(item.seen),
        "date": when(item.date),
        "topics": [tag(given) for given in item.tags],
        "entities": [entity(named) for named in item.entities],
        "copy_of": item.copy_of,
        "story": item.story,
        "provenance": provenance(item.provenance),
        "read": item.read,
        "starred": item.starred,
        "sha256": item.sha256,
        "versions": item.versions,
    }


def tag(tag: Tag) -> dict[str, Any]:
    """A topic given to an item, and why."""
    return {"name": tag.name, "why": tag.why}


def entity(entity: Entity) -> dict[str, Any]:
    """A thing named in an item, and why."""
    return {"kind": entity.kind, "value": entity.value, "why": entity.why}


def provenance(judged: Provenance) -> dict[str, Any]:
    """Whose report an item is."""
    shown = {
        "role": judged.role,
        "origin": judged.origin,
        "background": list(judged.background),
        "evidence": judged.evidence,
        "why": judged.why,
    }
    return shown if judged.denied_by is None else {**shown, "denied_by": judged.denied_by}


def whole(item_: Item) -> dict[str, Any]:
    """An item with all that is kept of it, so that `import` loses nothing; what is not in `item` is left out where it is as usual."""
    more = {
        "outlet_known": item_.outlet_known,
        "date_raw": item_.date_raw,
        "source": item_.source,
        "source_url": item_.source_url,
        "links": item_.links,
        "credits": [_credit(item_, at) for at in range(len(item_.credits))],
        "copy_why": item_.copy_why,
        "story_why": item_.story_why,
        "changed": None if item_.changed is None else when(item_.changed),
    }
    shown = item(item_)
    shown["topics"] = [_tag(given) for given in item_.tags]
    return shown | {key: value for key, value in more.items() if value}


def _tag(given: Tag) -> dict[str, Any]:
    more = {"by": given.by if given.by != "rule" else "", "score": given.score if given.score != 1.0 else 0, "version": given.version}
    return tag(given) | {key: value for key, value in more.items() if value}


def _credit(item: Item, at: int) -> dict[str, Any]:
    credit = item.credits[at]
    shown = {"outlet": credit.outlet, "pattern": credit.pattern, "words": credit.words, "field": credit.field, "start": credit.start}
    more = {"lead": credit.lead, "via": list(credit.via), "earlier": credit.earlier}
    return shown | {key: value for key, value in more.items() if value}


def dossier(dossier: Dossier) -> dict[str, Any]:
    """An item with all that is kept of it, what there is none of left out: notes, marks, earlier versions (`history`), and of each version the
    bytes that the feed sent (`raw`, base64) and the answer that brought them (`retrieval`)."""
    item_ = dossier.item
    more: dict[str, Any] = {
        "story_title": dossier.story_title if dossier.story_title != item_.title else "",
        "notes": [note(one) for one in dossier.notes],
        "marks": [{"at": when(at), "what": what, "value": value} for at, what, value in dossier.marks],
        "history": [version(one) | _evidence(dossier, one.number, one.sha256) for one in dossier.earlier],
    }
    return whole(item_) | {key: value for key, value in more.items() if value} | _evidence(dossier, item_.versions, item_.sha256)


def _evidence(dossier: Dossier, number: int, sha256: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if sha256 in dossier.raws:
        found["raw"] = b64encode(dossier.raws[sha256]).decode("ascii")
    if number in dossier.retrievals:
        found["retrieval"] = retrieval(dossier.retrievals[number])
    return found


def note(note: Note) -> dict[str, Any]:
    """What a person wrote on an item."""
    return {"text": note.text, "tlp": note.tlp, "at": when(note.at)}


def retrieval(answer: Retrieval) -> dict[str, Any]:
    """The answer of a server that brought something."""
    return {
        "feed": answer.feed, "requested": answer.requested, "final": answer.final, "status": answer.status, "etag": answer.etag,
        "last_modified": answer.last_modified, "at": when(answer.at), "body_sha256": answer.body_sha, "tool": answer.tool,
    }  # fmt: skip


def story(story: Story) -> dict[str, Any]:
    """A story as `stories --json` shows it."""
    shown = {
        "id": story.id,
        "title": story.title,
        "items": list(story.items),
        "outlets": list(story.outlets),
        "first": when(story.first),
        "last": when(story.last),
        "origins": list(story.origins),
        "origins_min": story.origins_min,
        "origins_max": story.origins_max,
        "credibility": story.credibility,
        "topics": list(story.topics),
        "score": story.score,
        "why": list(story.why),
    }
    more = {"flags": list(story.flags), "related": list(story.related)}
    return shown | {key: value for key, value in more.items() if value}


def problem(problem: Problem) -> dict[str, Any]:
    """What went wrong with a feed, as `poll --json` shows it."""
    return {
        "feed": problem.feed,
        "kind": problem.kind,
        "message": problem.message,
        "since": None if problem.since is None else when(problem.since),
        "failures": problem.failures,
    }


def report(report: Report) -> dict[str, Any]:
    """What a poll did, as `poll --json` shows it."""
    shown = {
        "feeds": report.feeds,
        "polled": report.polled,
        "unchanged": report.unchanged,
        "failed": report.failed,
        "new": report.new,
        "updated": report.updated,
        "copies": report.copies,
        "seconds": round(report.seconds, 3),
        "problems": [problem(one) for one in report.problems],
    }
    more = {"hits": {name: list(ids) for name, ids in report.hits.items()}, "unsent": list(report.unsent), "unread": list(report.unread)}
    return shown | {key: value for key, value in more.items() if value}


def version(version: Version) -> dict[str, Any]:
    """One state of an item."""
    return {"number": version.number, "seen": when(version.seen), "title": version.title, "text": version.text, "sha256": version.sha256}
