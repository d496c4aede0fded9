"""All that is kept of an item, out and in again: notes, marks, earlier versions, evidence and how it was had. For exports."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from curator.errors import NotFoundError
from curator.stores._base import Base, batches, clock, seconds
from curator.stores._evidence import Evidence, answer
from curator.stores._story_rows import TITLE
from curator.types import Dossier, Item, Note, Retrieval, Version

_COLUMNS = "feed, at, requested, final, status, etag, last_modified, body_sha, tool"
_ANSWERS = 20_000  # of them are remembered, so that entries that came together keep one
_STATES = frozenset(("read", "starred", "topic"))  # marks that are no corrections
_OF = "FROM json_each(?) wish JOIN item i ON i.id = wish.value"
_NOTES = f"SELECT i.id, o.n, o.text, o.tlp, o.at {_OF} JOIN note o ON o.item = i.n ORDER BY o.n"
_MARKS = f"SELECT i.id, m.at, m.what, m.value {_OF} JOIN mark m ON m.item = i.n ORDER BY m.n"
_EARLIER = f"SELECT i.id, v.number, v.seen, v.title, v.text, v.sha256 {_OF} JOIN version v ON v.item = i.n ORDER BY v.number"
_STORIES = f"SELECT i.id, s.credibility, {TITLE} {_OF} JOIN story s ON s.n = i.story"
_ANSWER = "f.name, r.requested, coalesce(r.final, r.requested), r.status, r.etag, r.last_modified, r.at, r.body_sha, r.tool"
_RETRIEVALS = (
    f"SELECT i.id, i.versions, {_ANSWER} {_OF} JOIN retrieval r ON r.n = i.retrieval JOIN feed f ON f.n = r.feed UNION ALL "
    f"SELECT i.id, v.number, {_ANSWER} {_OF} JOIN version v ON v.item = i.n JOIN retrieval r ON r.n = v.retrieval JOIN feed f ON f.n = r.feed"
)


class Dossiers(Evidence, Base):
    """`dossiers`, `keep`."""

    def dossiers(self, items: Iterable[Item], *, evidence: bool = False) -> Iterator[Dossier]:
        """Each item with its notes, marks, earlier versions, its story's title and credibility; with `evidence` also with the bytes that the feed
        sent for each of its versions and the answers that brought them. `reliability` is left as usual: it stands in feeds.toml."""
        for batch in batches(items):
            yield from self._dossiers(batch, evidence)

    def _dossiers(self, items: Sequence[Item], evidence: bool) -> Iterator[Dossier]:
        ids = json.dumps([item.id for item in items])
        notes, marks, earlier = self._by_item(_NOTES, ids), self._by_item(_MARKS, ids), self._by_item(_EARLIER, ids)
        stories = {id_: (credibility, title) for id_, credibility, title in self.all(_STORIES, (ids,))}
        retrievals = self._by_item(_RETRIEVALS, ids, ids) if evidence else {}
        for item in items:
            versions = tuple(
                Version(item=item.id, number=number, seen=clock(seen), title=title, text=text, sha256=sha.hex() if sha else "")
                for number, seen, title, text, sha in earlier.get(item.id, ())
            )
            yield Dossier(
                item=item,
                notes=tuple(Note(number=n, item=item.id, text=text, tlp=tlp, at=clock(at)) for n, text, tlp, at in notes.get(item.id, ())),
                earlier=versions,
                marks=tuple((clock(at), what, value) for at, what, value in marks.get(item.id, ())),
                retrievals={number: answer(row) for number, *row in retrievals.get(item.id, ())},
                raws=self._raws(item.sha256, *(version.sha256 for version in versions)) if evidence else {},
                credibility=stories.get(item.id, ("6", ""))[0],
                story_title=stories.get(item.id, ("6", ""))[1],
            )

    def _by_item(self, asked: str, *values: str) -> dict[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for id_, *row in self.all(asked, values):
            found[id_].append(tuple(row))
        return found

    def _raws(self, *shas: str) -> dict[str, bytes]:
        found = {}
        for sha in filter(None, shas):
            try:
                found[sha] = self.raw(sha)
            except NotFoundError:  # imported without it
                continue
        return found

    # ── in ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def keep(self, dossiers: Iterable[Dossier]) -> None:
        """Write what stands in the dossiers of stored items and is not kept yet: notes, marks (with the topics and corrections they tell of),
        earlier versions, evidence that matches its SHA-256, and the answer that brought a version whose evidence is kept. The items
        themselves are not touched, nor those that are not stored. Doing it twice changes nothing."""
        given = list(dossiers)
        with self.transaction(apart=False) as con:
            numbers = self.numbers_of(dossier.item.id for dossier in given)
            kept = sorted((dossier for dossier in given if dossier.item.id in numbers), key=lambda dossier: dossier.item.feed)
            sound = {sha: raw for dossier in kept for sha, raw in dossier.raws.items() if hashlib.sha256(raw).hexdigest() == sha}
            self.write_evidence(con, sound)  # all at once, a feed's entries side by side: alone each takes half as much again
            for dossier in kept:
                self._keep(con, numbers[dossier.item.id], dossier, sound)

    def _keep(self, con: sqlite3.Connection, n: int, dossier: Dossier, sound: Mapping[str, bytes]) -> None:
        if dossier.notes:
            self._keep_notes(con, n, dossier.notes)
        self._keep_marks(con, n, dossier)
        answers = self._answers(con, dossier, sound)
        con.executemany(
            "INSERT OR IGNORE INTO version (item, number, seen, title, text, sha256, retrieval) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (n, one.number, seconds(one.seen), one.title, one.text, bytes.fromhex(one.sha256) or None, answers.get(one.number))
                for one in dossier.earlier
                if one.number < dossier.item.versions
            ],
        )
        if (brought := answers.get(dossier.item.versions)) is not None:
            con.execute("UPDATE item SET retrieval = ? WHERE n = ? AND retrieval IS NULL", (brought, n))

    def _keep_notes(self, con: sqlite3.Connection, n: int, notes: Iterable[Note]) -> None:
        there = set(con.execute("SELECT at, text, tlp FROM note WHERE item = ?", (n,)))
        for at, text, tlp in dict.fromkeys((seconds(note.at), note.text, note.tlp) for note in notes):
            if (at, text, tlp) not in there:
                number = con.execute("INSERT INTO note (at, item, text, tlp) VALUES (?, ?, ?, ?)", (at, n, text, tlp)).lastrowid
                con.execute("INSERT INTO note_search (rowid, text) VALUES (?, ?)", (number, text))

    def _keep_marks(self, con: sqlite3.Connection, n: int, dossier: Dossier) -> None:
        there = set(con.execute("SELECT at, what, value FROM mark WHERE item = ?", (n,))) if dossier.marks else set()
        for at, what, value in dict.fromkeys((seconds(at), what, value) for at, what, value in dossier.marks):
            if (at, what, value) in there:
                continue
            con.execute("INSERT INTO mark (at, item, what, value) VALUES (?, ?, ?, ?)", (at, n, what, value))
            if what == "topic" and value[:1] in ("+", "-") and value[1:]:
                sign = 1 if value[0] == "+" else -1
                con.execute("INSERT OR REPLACE INTO label VALUES (?, ?, ?, ?)", (n, self.number("topic", value[1:]), sign, at))
            elif what not in _STATES:
                said = (at, what, dossier.item.id, value)
                con.execute("INSERT OR IGNORE INTO correction (at, kind, item, other) VALUES (?, ?, ?, ?)", said)

    def _answers(self, con: sqlite3.Connection, dossier: Dossier, sound: Mapping[str, bytes]) -> dict[int, int]:
        """Row numbers of the answers by version; only of those whose evidence is here, for an answer without it proves nothing."""
        shas = {one.number: one.sha256 for one in dossier.earlier} | {dossier.item.versions: dossier.item.sha256}
        return {version: self._answer(con, one) for version, one in dossier.retrievals.items() if shas.get(version) in sound}

    def _answer(self, con: sqlite3.Connection, one: Retrieval) -> int:
        known = self._numbers.setdefault("retrieval", {})
        final = None if one.final == one.requested else one.final
        body = bytes.fromhex(one.body_sha)
        row = (
            self.number("feed", one.feed),
            seconds(one.at),
            one.requested,
            final,
            one.status,
            one.etag,
            one.last_modified,
            body,
            one.tool,
        )
        if repr(row) not in known:  # many entries come with one answer
            if len(known) > _ANSWERS:
                known.clear()
            found = con.execute(f"INSERT INTO retrieval ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row).lastrowid
            known[repr(row)] = found or 0
        return known[repr(row)]
