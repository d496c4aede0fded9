"""Whether the whole database is sound: the file, the hashes of all evidence, and that everything refers to what is there."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import hashlib
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import Any

from curator.errors import StoreError
from curator.stores import _text_index as index
from curator.stores._rows import SEALED, seal
from curator.stores._shorthand import LINK, NAMED
from curator.stores._story_rows import StoryRows

_SAMPLES = 20  # words out of step whose items are looked for
_TEXTS = (
    "SELECT i.n, ifnull(CAST(i.title AS TEXT), ''), ifnull(CAST(b.text AS TEXT), '') FROM item i JOIN body b ON b.item = i.n ORDER BY i.n"
)
#: A checksum over where each word stands, told in the order of words, items and places: ten seconds for a million items.
_PLACES = "SELECT count(*), sum(rowid % 8191 * (doc % 8191 + offset)) FROM {}"
_NAMED = 5  # items named in a line


class Verifying(StoryRows):
    """`verify`."""

    def verify(self) -> list[str]:
        """What is not as it should be, one line each; none: the database is sound. Recomputes the SHA-256 of all evidence and
        the checksums of all items and stories, and indexes all texts anew to compare: two to three minutes for a million items."""
        found: list[str] = []
        for check in (
            self._damage,
            self._wrong_evidence,
            self._broken_seals,
            self._broken_stories,
            self._strays,
            self._out_of_step,
            self._notes_out_of_step,
        ):
            try:
                found += check()
            except StoreError as error:  # a part that cannot be read must not hide the others
                found.append(f"{check.__name__.strip('_').replace('_', ' ')}: {error}")
        return found

    def _damage(self) -> Iterator[str]:
        for (line,) in self.all("PRAGMA integrity_check(20)"):
            if line != "ok":
                yield f"damaged: {line}"

    def _wrong_evidence(self) -> Iterator[str]:
        asked = self.each("SELECT pack, sha256, start, size FROM evidence WHERE pack IN (SELECT n FROM evidence_pack) ORDER BY pack")
        for pack, rows in groupby(asked, key=itemgetter(0)):
            entries = [(sha, start, size) for _, sha, start, size in rows]
            (packed,) = self.one("SELECT bytes FROM evidence_pack WHERE n = ?", (pack,)) or (b"",)
            try:
                whole = zlib.decompress(packed)
            except zlib.error as error:
                yield f"evidence: pack {pack} with {len(entries)} entries cannot be read ({error})"
                continue
            for sha, start, size in entries:
                if hashlib.sha256(whole[start : start + size]).digest() != sha:
                    yield f"evidence: {sha.hex()} does not match its bytes"
        lost = self.one("SELECT count(*) FROM evidence WHERE pack NOT IN (SELECT n FROM evidence_pack)")
        if lost and lost[0]:
            yield f"evidence: {lost[0]} entries lead to no pack"

    def _broken_seals(self) -> Iterator[str]:
        """Items of which something that their feed said is not as it was written."""
        columns = ", ".join(LINK if column == "link" else f"i.{column}" for column in SEALED)
        asked = f"SELECT i.id, i.seal, b.text, {columns} FROM item i JOIN body b ON b.item = i.n WHERE i.seal IS NOT NULL"
        broken = [id_ for id_, kept, text, *values in self.each(asked) if seal(values, str(text)) != kept]
        if broken:
            yield _not_as_written(broken, "item", "items")

    def _broken_stories(self) -> Iterator[str]:
        """Stories that are not as they were written."""
        broken = list(self.broken_stories())
        if broken:
            yield _not_as_written(broken, "story", "stories")

    def _strays(self) -> Iterator[str]:
        """Rows that refer to nothing, and what is kept twice and differs."""
        counts: dict[tuple[str, str], int] = {}
        for table, _rowid, parent, _fk in self.each("PRAGMA foreign_key_check"):
            counts[table, parent] = counts.get((table, parent), 0) + 1
        for (table, parent), count in counts.items():
            yield f"{count} rows of {table} refer to a {parent} that is not there"
        for told, asked in _CHECKS:
            row = self.one(asked)
            if row and row[0]:
                yield f"{row[0]} {told}"

    # ── the indexes of words ────────────────────────────────────────────────────────────────────────────────────────

    def _out_of_step(self) -> Iterator[str]:
        """The full-text index and the items."""
        missing = self.one("SELECT count(*) FROM item WHERE n NOT IN (SELECT id FROM search_docsize)")
        extra = self.one("SELECT count(*) FROM search_docsize WHERE id NOT IN (SELECT n FROM item)")
        if missing and missing[0]:
            yield f"{missing[0]} items are not in the full-text index"
        if extra and extra[0]:
            yield f"{extra[0]} rows of the full-text index have no item"
        if not self.read_only:
            try:
                with self.transaction() as con:
                    con.execute("INSERT INTO search (search) VALUES ('integrity-check')")
            except StoreError as error:
                yield f"the full-text index is damaged ({error})"
                return
        if missing == extra == (0,):
            yield from self._other_words()

    def _other_words(self) -> Iterator[str]:
        """Items whose title or text is not what was indexed. The index keeps no text to compare with, so it is made anew, beside."""
        with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(f"{folder}/words.db", isolation_level=None)) as beside:
            index.make(beside, self.each(_TEXTS))
            differing = list(self._differing(beside))
            if differing:
                ids = sorted({id_ for word in differing[:_SAMPLES] for id_ in self._where(beside, word)})
                yield f"titles or texts are not what was indexed: {len(differing)} words differ, in items {_some(ids)}"
            elif self._places() != beside.execute(_PLACES.format("places")).fetchone():
                yield "the full-text index has words at other places than the texts: searches for phrases may go wrong"

    def _places(self) -> tuple[Any, ...] | None:
        self.all("CREATE VIRTUAL TABLE IF NOT EXISTS temp.places USING fts5vocab (main, search, instance)")
        return self.one(_PLACES.format("temp.places"))

    def _differing(self, beside: sqlite3.Connection) -> Iterator[str]:
        """Words that stand in another number of items, or another number of times, than the index says."""
        for word in self._differing_terms(beside):
            yield word.decode("utf-8", "replace")

    def _differing_terms(self, beside: sqlite3.Connection) -> Iterator[bytes]:
        """The same as bytes: of a word of 32 kB and more the index keeps the beginning, which may end within a letter."""
        self.all("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab (main, search, row)")
        asked = "SELECT CAST(term AS BLOB), doc, cnt FROM {} ORDER BY term"
        kept, made = self.each(asked.format("temp.words")), iter(beside.execute(asked.format("words")))
        mine, theirs = next(kept, None), next(made, None)
        while mine or theirs:
            if mine == theirs:
                mine, theirs = next(kept, None), next(made, None)
            elif theirs is None or (mine is not None and mine[0] < theirs[0]):
                yield mine[0] if mine else b""
                mine = next(kept, None)
            else:
                yield theirs[0]
                both = mine is not None and mine[0] == theirs[0]
                mine, theirs = next(kept, None) if both else mine, next(made, None)

    def _where(self, beside: sqlite3.Connection, word: str) -> list[str]:
        asked = "SELECT rowid FROM search WHERE search MATCH ?"
        numbers = set(self.all(asked, (index.quoted(word),))) ^ set(beside.execute(asked, (index.quoted(word),)))
        return [id_ for (n,) in sorted(numbers)[:_NAMED] for (id_,) in self.all("SELECT id FROM item WHERE n = ?", (n,))]

    def _notes_out_of_step(self) -> Iterator[str]:
        if self.read_only:
            return
        try:
            with self.transaction() as con:
                con.execute("INSERT INTO note_search (note_search, rank) VALUES ('integrity-check', 1)")
        except StoreError:
            yield "the index of notes does not hold what they say"


def _not_as_written(broken: Sequence[str], one: str, many: str) -> str:
    named = _some(broken)
    return f"not as it was written, of {len(broken)} {many}: {named}" if len(broken) > 1 else f"not as it was written: {one} {named}"


def _some(ids: Sequence[str]) -> str:
    """The first few of them, for a line."""
    return ", ".join(ids[:_NAMED]) + (" …" if len(ids) > _NAMED else "")


_POLLED = "i.retrieval IS NOT NULL"
_LOST = "typeof({0}) = 'integer' AND {0} NOT IN (SELECT n FROM wording)"  # a number that stands for nothing
_LOST_INSIDE = f"EXISTS (SELECT 1 FROM json_each(i.{{}}) j JOIN json_each(j.value) p WHERE {_LOST.format('p.value')})"
_LOSSES = (*(_LOST.format(f"i.{column}") for column in ("copy_why", "story_why", "why")), *map(_LOST_INSIDE.format, ("topics", "entities")))
_CHECKS = (
    ("items have no text row", "SELECT count(*) FROM item WHERE n NOT IN (SELECT item FROM body)"),
    ("items say something by a number that stands for nothing", f"SELECT count(*) FROM item i WHERE {' OR '.join(_LOSSES)}"),
    ("items are copies of a copy", "SELECT count(*) FROM item i JOIN item c ON c.n = i.copy_of WHERE c.copy_of IS NOT NULL"),
    ("items stand in a merged story", "SELECT count(*) FROM item i JOIN story s ON s.n = i.story WHERE s.into_story IS NOT NULL"),
    ("topic rows are out of step with their items", "SELECT count(*) FROM item_topic t JOIN item i ON i.n = t.item WHERE i.date <> t.date"),
    (
        "topics of items cannot be listed by",
        f"SELECT count(*) FROM item i JOIN json_each(i.topics) j JOIN topic t ON {NAMED['topic']} "
        "WHERE NOT EXISTS (SELECT 1 FROM item_topic x WHERE x.topic = t.n AND x.date = i.date AND x.item = i.n)",
    ),
    (
        "entities of items cannot be listed by",
        f"SELECT count(*) FROM item i JOIN json_each(i.entities) j JOIN entity t ON {NAMED['entity']} "
        "WHERE NOT EXISTS (SELECT 1 FROM item_entity x WHERE x.entity = t.n AND x.date = i.date AND x.item = i.n)",
    ),
    (
        "items that a poll brought have no evidence",
        f"SELECT count(*) FROM item i WHERE {_POLLED} AND i.sha256 IS NOT NULL AND i.sha256 NOT IN (SELECT sha256 FROM evidence)",
    ),
    (
        "earlier versions that a poll brought have no evidence",
        "SELECT count(*) FROM version v WHERE v.retrieval IS NOT NULL AND v.sha256 IS NOT NULL "
        "AND v.sha256 NOT IN (SELECT sha256 FROM evidence)",
    ),
    (
        "items that a poll brought lack earlier versions",
        f"SELECT count(*) FROM item i WHERE {_POLLED} AND i.versions <> 1 + (SELECT count(*) FROM version v WHERE v.item = i.n)",
    ),
)
