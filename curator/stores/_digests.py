"""The books of the digest. A digest is written down before it is sent; from then on its items belong to it, and to no other of its plan."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
import sqlite3
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from curator.errors import NotFoundError
from curator.stores._base import Base, batches, clock, dumps, inflated, loads, moment, seconds, stamp
from curator.types import Mailing, Version

_READ = "SELECT n, id, plan, message_id, subject, composed, recipients, delivered, sent, error, eml FROM digest"


class Digests(Base):
    """`undigested`, `write`, `pass_over`, `pending`, `delivered`, `failed`, `tick`, `drop`, `digests`, `mailing`, `told`, `since`, `edits`, `retitled`."""

    def undigested(self, plan: str, until: datetime | None = None) -> list[str]:
        """Ids of the items in no digest of the plan, sent or waiting to be, in the order they came in; seen until then. Copies are among them."""
        asked = (
            "SELECT i.id FROM item i WHERE i.n > ? AND (? IS NULL OR i.seen <= ?) "
            "AND NOT EXISTS (SELECT 1 FROM digest_item d WHERE d.plan = ? AND d.item = i.n) ORDER BY i.n"
        )
        return [id_ for (id_,) in self.all(asked, (self._told_up_to(plan), stamp(until), stamp(until), plan))]

    def _told_up_to(self, plan: str) -> int:
        """Every item up to this number is in a digest of the plan or was passed over: where to begin to look."""
        row = self.one("SELECT told_up_to FROM plan WHERE name = ?", (plan,))
        return 0 if row is None else row[0]

    def write(self, mailing: Mailing, digest: str = "") -> None:
        """Write a digest down (`digest`: its JSON). Its items that are in no other digest of the plan are its own from now on."""
        with self.transaction() as con:
            n = con.execute(
                "INSERT INTO digest (id, plan, message_id, subject, composed, recipients, delivered, sent, error, items, eml, json) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    mailing.digest, mailing.plan, mailing.message_id, mailing.subject, seconds(mailing.composed), dumps(mailing.to),
                    dumps(mailing.delivered), stamp(mailing.sent), mailing.error, len(mailing.items), zlib.compress(mailing.eml),
                    zlib.compress(digest.encode()),
                ),
            ).lastrowid  # fmt: skip
            numbers = sorted(self.numbers_of(mailing.items).values())
            rows = [(mailing.plan, item, n) for item in numbers]
            con.executemany("INSERT OR IGNORE INTO digest_item (plan, item, digest) VALUES (?, ?, ?)", rows)
            self._advance(con, mailing.plan)

    def _advance(self, con: sqlite3.Connection, plan: str) -> None:
        """Move the plan's mark up to before the first item that is in no digest."""
        first = con.execute(
            "SELECT min(i.n) FROM item i WHERE i.n > ? AND NOT EXISTS (SELECT 1 FROM digest_item d WHERE d.plan = ? AND d.item = i.n)",
            (self._told_up_to(plan), plan),
        ).fetchone()[0]
        last = con.execute("SELECT coalesce(max(n), 0) FROM item").fetchone()[0] if first is None else first - 1
        self._mark(con, plan, last)

    def _mark(self, con: sqlite3.Connection, plan: str, last: int) -> None:
        con.execute("INSERT INTO plan VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET told_up_to = excluded.told_up_to", (plan, last))

    def pass_over(self, plan: str, items: Iterable[str]) -> None:
        """The plan looked at these undigested items and had nothing to tell: they are done with, as far as it saw all that came before.

        Nothing is kept of each: the plan's mark moves up, to before the first item that it did not see.
        """
        with self.transaction() as con:
            seen = self.numbers_of(items).values()
            start = self._told_up_to(plan)
            asked = (
                "SELECT i.n FROM item i WHERE i.n > ? AND i.n <= ? "
                "AND NOT EXISTS (SELECT 1 FROM digest_item d WHERE d.plan = ? AND d.item = i.n) ORDER BY i.n"
            )
            left = set(seen)
            last = max(left, default=start)
            unseen = (n for (n,) in self.each(asked, (start, last, plan)) if n not in left)
            self._mark(con, plan, max(start, next(unseen, last + 1) - 1))

    # ── on its way ──────────────────────────────────────────────────────────────────────────────────────────────────

    def pending(self, plan: str) -> list[Mailing]:
        """Digests written down and not ticked off, oldest first."""
        return self._mailings(self.all(_READ + " WHERE plan = ? AND sent IS NULL ORDER BY composed, n", (plan,)), items=True)

    def delivered(self, digest: str, recipients: Iterable[str]) -> None:
        """The server took the mail for these; they do not get it again."""
        with self.transaction() as con:
            done = loads(self._digest(digest, "delivered"))
            both = tuple(dict.fromkeys((*done, *recipients)))
            con.execute("UPDATE digest SET delivered = ? WHERE id = ?", (dumps(both), digest))

    def failed(self, digest: str, error: str) -> None:
        """Note why it did not go out."""
        with self.transaction() as con:
            self._digest(digest, "n")
            con.execute("UPDATE digest SET error = ? WHERE id = ?", (error, digest))

    def tick(self, digest: str, at: datetime) -> None:
        """It went out: tick it off."""
        with self.transaction() as con:
            self._digest(digest, "n")
            con.execute("UPDATE digest SET sent = ?, error = NULL WHERE id = ?", (seconds(at), digest))

    def drop(self, digest: str) -> None:
        """Give up a digest that never went out: its items are undigested again."""
        with self.transaction() as con:
            n, plan = self._digest(digest, "n"), self._digest(digest, "plan")
            first = con.execute("SELECT coalesce(min(item), 1) FROM digest_item WHERE digest = ?", (n,)).fetchone()[0]
            con.execute("DELETE FROM digest_item WHERE digest = ?", (n,))
            con.execute("DELETE FROM digest WHERE n = ?", (n,))
            con.execute("UPDATE plan SET told_up_to = min(told_up_to, ?) WHERE name = ?", (first - 1, plan))

    def _digest(self, digest: str, column: str) -> Any:
        row = self.one(f"SELECT {column} FROM digest WHERE id = ?", (digest,))
        if row is None:
            raise NotFoundError(f"no digest has the id {digest}")
        return row[0]

    # ── looking back ────────────────────────────────────────────────────────────────────────────────────────────────

    def digests(self, plan: str | None = None, limit: int | None = None) -> list[Mailing]:
        """Digests written down, newest first, without their items."""
        where, values = ("", ()) if plan is None else (" WHERE plan = ?", (plan,))
        rows = self.all(f"{_READ}{where} ORDER BY composed DESC, n DESC LIMIT ?", (*values, -1 if limit is None else limit))
        return self._mailings(rows, items=False)

    def mailing(self, digest: str) -> Mailing:
        """One digest, complete. NotFoundError if there is none."""
        rows = self.all(_READ + " WHERE id = ?", (digest,))
        if not rows:
            raise NotFoundError(f"no digest has the id {digest}")
        return self._mailings(rows, items=True)[0]

    def digest_json(self, digest: str) -> str:
        """The JSON that was written down with a digest."""
        return inflated(self._digest(digest, "json")).decode()

    def since(self, plan: str) -> datetime | None:
        """When the plan's newest digest was composed."""
        row = self.one("SELECT max(composed) FROM digest WHERE plan = ?", (plan,))
        return None if row is None else moment(row[0])

    def composed(self, plan: str, at: datetime) -> bool:
        """Whether a digest of the plan was composed at that second."""
        return self.one("SELECT 1 FROM digest WHERE plan = ? AND composed = ?", (plan, seconds(at))) is not None

    def told(self, plan: str, stories: Iterable[str]) -> dict[str, tuple[datetime, tuple[str, ...]]]:
        """For each story that was in a digest of the plan: when last, and which of its items are in one."""
        found: dict[str, tuple[datetime, tuple[str, ...]]] = {}
        for batch in batches(stories):
            asked = (
                "SELECT s.id, i.id, g.composed FROM json_each(?) w CROSS JOIN story s ON s.id = w.value CROSS JOIN item i ON i.story = s.n "
                "CROSS JOIN digest_item d ON d.plan = ? AND d.item = i.n JOIN digest g ON g.n = d.digest ORDER BY i.date, i.n"
            )
            for story, item, composed in self.each(asked, (json.dumps(batch), plan)):
                last, items = found.get(story, (clock(composed), ()))
                found[story] = (max(last, clock(composed)), (*items, item))
        return found

    def digested(self, items: Iterable[str], plan: str | None = None) -> set[str]:
        """Those of the items that are in a digest (of the plan)."""
        found: set[str] = set()
        for batch in batches(items):
            asked = (
                "SELECT DISTINCT i.id FROM item i JOIN digest_item d ON d.item = i.n "
                "WHERE i.id IN (SELECT value FROM json_each(?)) AND (? IS NULL OR d.plan = ?)"
            )
            found.update(id_ for (id_,) in self.all(asked, (json.dumps(batch), plan, plan)))
        return found

    def edits(self, since: datetime | None, until: datetime) -> list[tuple[str, Version]]:
        """(item id, state before) of items whose present or later state was first seen after `since` and until `until`, earliest first.

        Of an item that changed more than once, the state it had at `since`.
        """
        asked = (
            "SELECT i.id, v.number, v.seen, v.title, v.text, v.sha256, coalesce((SELECT w.seen FROM version w "
            "WHERE w.item = v.item AND w.number = v.number + 1), i.changed) AS replaced FROM item i JOIN version v ON v.item = i.n "
            "WHERE i.changed > ? AND replaced > ? AND replaced <= ? ORDER BY replaced DESC, v.number DESC"
        )
        start = 0 if since is None else seconds(since)
        first: dict[str, Version] = {}
        for id_, number, seen, title, text, sha, _ in self.each(asked, (start, start, seconds(until))):
            first[id_] = Version(item=id_, number=number, seen=clock(seen), title=title, text=text, sha256=sha.hex() if sha else "")
        return list(reversed(first.items()))

    def retitled(self, plan: str, since: datetime | None, until: datetime) -> list[tuple[str, str, str]]:
        """(item id, title before, title now) of items that stood in a digest of the plan and got another title in that time."""
        edited = self.edits(since, until)
        told = self.digested([item for item, _ in edited], plan)
        titles: dict[str, str] = {}
        for batch in batches(told):
            titles.update(self.all("SELECT id, title FROM item WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(batch),)))
        return [(item, before.title, titles[item]) for item, before in edited if item in titles and titles[item] != before.title]

    def _mailings(self, rows: Iterable[tuple[Any, ...]], *, items: bool) -> list[Mailing]:
        return [
            Mailing(
                digest=id_, plan=plan, message_id=message_id, subject=subject, composed=clock(composed), to=loads(recipients),
                eml=inflated(eml), items=self._items_of(n) if items else (), delivered=loads(delivered), sent=moment(sent), error=error,
            )
            for n, id_, plan, message_id, subject, composed, recipients, delivered, sent, error, eml in rows
        ]  # fmt: skip

    def _items_of(self, digest: int) -> tuple[str, ...]:
        rows = self.all("SELECT i.id FROM digest_item d JOIN item i ON i.n = d.item WHERE d.digest = ? ORDER BY i.n", (digest,))
        return tuple(id_ for (id_,) in rows)
