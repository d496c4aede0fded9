"""A feed's bytes become drafts: slice ▸ parse ▸ clean ▸ tidy ▸ taggers ▸ credits ▸ what they are compared by. Pure; runs in worker processes.

An entry whose bytes are known is not parsed. A document that cannot be cut into entries safely is parsed as a whole, and its known
entries are dropped after that.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from curator import clean, credits, fingerprints, hints, identity, likeness, outlets, parse, slice, taggers, teaching, text, tidy
from curator.config import Config
from curator.recent import packed
from curator.types import Credit, Document, Draft, Entry, Item, Job, Lessons, Prepared, Problem

SLICE = 8  #: bytes of an entry's SHA-256 by which it is known again
SUMMARY = 600  #: characters
_PREPARED = 1_000  #: entries of a document that are made ready to be compared: its reading has a budget, and what compares can do the rest


def prepared(entry: Draft | Item) -> Prepared:
    """What an entry, clean and with its credits, will be compared by."""
    return Prepared(packed(fingerprints.make(entry)), packed(likeness.traits(entry)))


class Reader:
    """Reads documents under one configuration, and by what people taught. Made once a process, since making it compiles every rule."""

    def __init__(self, config: Config, lessons: Lessons = Lessons()) -> None:  # noqa: B008 - frozen
        self._outlets = outlets.of(config)
        self._mark: taggers.Mark = teaching.prepare(config, lessons)
        self._credits: Callable[[Draft], tuple[Credit, ...]] = credits.prepare(self._outlets)

    def read(self, job: Job) -> Document | Problem:
        """Read one document; one that is no feed, or cannot be read, is a Problem."""
        known = {job.known[at : at + SLICE] for at in range(0, len(job.known), SLICE)}
        try:
            return self._sliced(job, known) or self._whole(job, known)
        except parse.Unreadable as error:
            return Problem(feed=job.feed.name, kind=error.kind, message=error.message)

    def judge(self, draft: Draft) -> Draft:
        """A clean draft with its text decluttered, its tags, entities and credits."""
        tidied = tidy.tidy(draft.title, draft.text)
        if tidied != draft.text:
            short = draft.summary == text.excerpt(draft.text, SUMMARY)
            draft = replace(draft, text=tidied, summary=text.excerpt(tidied, SUMMARY) if short else draft.summary)
        tags, entities = self._mark(draft)
        return replace(draft, tags=tags, entities=entities, credits=self._credits(draft), keys=identity.keys(draft))

    def _made(self, draft: Draft, *, ready: bool) -> Draft:
        judged = self.judge(draft)
        return replace(judged, prepared=prepared(judged)) if ready else judged

    def _sliced(self, job: Job, known: set[bytes]) -> Document | None:
        pieces = slice.cut(job.body)
        if pieces is None or not pieces.entries:
            return None
        hashes = [hashlib.sha256(entry).digest()[:SLICE] for entry in pieces.entries]
        unseen = [entry for entry, mark in zip(pieces.entries, hashes, strict=True) if mark not in known][: job.most]
        head = hashlib.sha256(pieces.head).hexdigest()
        slices = b"".join(hashes[: job.most])
        dropped = max(0, len(hashes) - job.most)
        if not unseen:
            asked = hints.of((pieces.head + pieces.tail).decode("utf-8", "replace"))
            return Document(feed=job.feed.name, format="", ttl=asked.ttl, rests=asked.rests, slices=slices, head_sha=head, dropped=dropped)
        parsed = parse.parse(slice.join(pieces.head, unseen, pieces.tail), job.url, job.headers, unseen)
        if len(parsed.entries) != len(unseen):  # the parser of record sees it otherwise: its word counts
            return None
        return self._document(job, parsed, parsed.entries, slices=slices, head=head, dropped=dropped)

    def _whole(self, job: Job, known: set[bytes]) -> Document:
        parsed = parse.parse(job.body, job.url, job.headers)
        kept = parsed.entries[: job.most]
        hashes = [hashlib.sha256(entry.raw).digest()[:SLICE] for entry in kept]
        unseen = [entry for entry, mark in zip(kept, hashes, strict=True) if mark not in known]
        return self._document(job, parsed, unseen, slices=b"".join(hashes), head=None, dropped=len(parsed.entries) - len(kept))

    def _document(
        self, job: Job, parsed: parse.Parsed, entries: Sequence[Entry], *, slices: bytes, head: str | None, dropped: int
    ) -> Document:
        title = text.headline(parsed.title)[:300] if parsed.title else job.title
        language = parsed.language or job.language
        beside = None if language else clean.surroundings(entries)
        drafts = (clean.draft(entry, job.feed, title, language, self._outlets, beside=beside) for entry in entries)
        return Document(
            feed=job.feed.name,
            format=parsed.format,
            title=title,
            home=parsed.home,
            language=language,
            ttl=parsed.ttl,
            rests=parsed.rests,
            hub=parsed.hub,
            drafts=tuple(self._made(draft, ready=number < _PREPARED) for number, draft in enumerate(drafts)),
            slices=slices,
            head_sha=head,
            partial=parsed.partial,
            dropped=dropped,
        )
