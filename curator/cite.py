"""A source citation for `show --cite`: what ICD 206 asks of an open source, as lines that can be pasted."""

from datetime import UTC, datetime

from curator import text
from curator.types import Item, Retrieval


def cite(item: Item, retrieval: Retrieval | None = None, *, accessed: datetime | None = None) -> list[str]:
    """One line in the usual form, then one line each for what an archive needs: URL as fetched, SHA-256 of the entry as the feed sent it
    and of the feed's body, language, and the original reporter where that is another."""
    publisher = item.outlet or item.feed
    byline = ", ".join(item.authors)
    published = f"published {_stamp(item.published)}" if item.published else "publication date not given"
    retrieved = retrieval.at if retrieval else accessed or item.seen
    head = [
        publisher,
        byline,
        f"“{item.title}”" if item.title else "(no title)",
        published,
        f"retrieved {_stamp(retrieved)}",
        item.url or item.link or "no URL",
    ]
    lines = [", ".join(part for part in head if part) + "."]
    provenance = item.provenance
    if provenance.origin and provenance.origin != item.outlet:
        words = f": “{provenance.evidence}”" if provenance.evidence else ""
        lines.append(f"Original reporter: {provenance.origin} ({provenance.role}{words})")
    if item.link and item.link != item.url:
        lines.append(f"Link as given: {item.link}")
    if not item.outlet_known:
        lines.append(f"Publisher as the feed names itself ({item.feed}); its identity is not established.")
    if retrieval:
        lines.append(
            f"Fetched from {retrieval.final} (HTTP {retrieval.status}) by {retrieval.tool}; SHA-256 of the body {retrieval.body_sha}"
        )
    if item.sha256:
        lines.append(f"SHA-256 of the entry {item.sha256}" + (f", version {item.versions}" if item.versions > 1 else ""))
    if item.language:
        lines.append(f"Language: {item.language}, as published (not translated)")
    return [text.line(line) for line in lines]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
