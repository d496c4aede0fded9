"""Reading items: by id, by the words they hold; and what an id's beginning leads to."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from curator.errors import NotFoundError
from curator.stores import _text_index as index
from curator.stores._base import batches, clock, seconds
from curator.stores._evidence import answer
from curator.stores._rows import PAGE, SELECT_BRIEF, SELECT_HEADS, SELECT_OUTLINES, SELECT_TEXTS, unpacked
from curator.stores._shorthand import LINK
from curator.stores._story_rows import TITLE
from curator.stores._wordings import Wordings
from curator.types import Item, Looked, Retrieval, Version

_LAST = 20_000  #: items of all feeds among which the last of one are sought
_HEX = frozenset("0123456789abcdef")
_KINDS = (("item", "item"), ("story", "story"), ("digest", "digest"))


class Items(Wordings):
    """`items`, `candidates`, `copies`, `story_items`, `versions`, `uncompleted`, `resolve`, `short`."""

    def items(self, ids: Iterable[str], *, texts: bool = True) -> dict[str, Item]:
        """Items by id, in the order asked; unknown ids are left out. Without texts, `text` (and a summary that is its beginning) is empty."""
        ids = list(ids)
        numbers = self.numbers_of(ids)
        found = self.rows(numbers.values(), texts=texts)
        return {id_: found[n] for id_ in ids if (n := numbers.get(id_)) in found}

    def rows(self, numbers: Iterable[int], *, texts: bool = True) -> dict[int, Item]:
        """Items by row number, in the order asked; unknown numbers are left out."""
        numbers = list(numbers)
        if not texts:
            found = self._from_rows(SELECT_HEADS, numbers)
        else:
            found = self.remembered.get(numbers)
            read = self._from_rows(SELECT_TEXTS, [n for n in numbers if n not in found])
            self.remembered.keep(read)
            found |= read
        return {n: found[n] for n in numbers if n in found}

    def _from_rows(self, select: str, numbers: Sequence[int]) -> dict[int, Item]:
        found: dict[int, Item] = {}
        for batch in batches(numbers):
            rows = self.all(f"{select} WHERE i.n IN (SELECT value FROM json_each(?))", (json.dumps(batch),))
            found.update((row[0], unpacked(row, self.said)) for row in rows)
        return found

    def newest(self, feed: str, limit: int, before: datetime) -> list[tuple[datetime, datetime, str]]:
        """The last items of a feed before a time that are no copies, newest first, as far as they are among the last of all: the date of
        each, when it was first seen, and its id."""
        number = self.existing("feed", feed)
        if number is None:
            return []
        last = f"SELECT n, feed, copy_of FROM item WHERE date < ? ORDER BY date DESC LIMIT {_LAST}"
        chosen = f"SELECT n FROM ({last}) WHERE feed = ? AND copy_of IS NULL LIMIT ?"
        rows = self.all(
            f"SELECT date, seen, id FROM item WHERE n IN ({chosen}) ORDER BY date DESC, n DESC", (seconds(before), number, limit)
        )
        return [(clock(date), clock(seen), id_) for date, seen, id_ in rows]

    def copies(self, id_: str, most: int | None = None) -> list[Item]:
        """The items that are copies of this one, earliest first; with `most`, so many of them at most, whichever."""
        order = "ORDER BY i.date, i.n" if most is None else "LIMIT ?"
        values = (id_,) if most is None else (id_, most)
        rows = self.all(f"{SELECT_TEXTS} WHERE i.copy_of = (SELECT n FROM item WHERE id = ?) {order}", values)
        return [unpacked(row, self.said) for row in rows]

    def brief(self, ids: Iterable[str]) -> dict[str, Item]:
        """Items by id with what stories are ranked by: `text` is its first 200 characters; summary, authors and credits are empty."""
        found: dict[str, Item] = {}
        for batch in batches(ids):
            rows = self.all(f"{SELECT_BRIEF} WHERE i.id IN (SELECT value FROM json_each(?))", (json.dumps(batch),))
            found.update((row[1], unpacked(row, self.said)) for row in rows)
        return found

    def members(self, stories: Iterable[str]) -> list[str]:
        """Ids of all items of these stories."""
        asked = "SELECT i.id FROM json_each(?) w CROSS JOIN story s ON s.id = w.value CROSS JOIN item i ON i.story = s.n"
        return [id_ for batch in batches(stories) for (id_,) in self.all(asked, (json.dumps(batch),))]

    def story_sizes(self, stories: Iterable[str]) -> dict[str, int]:
        """How many items each of these stories has; those that have none are left out."""
        asked = (
            "SELECT s.id, count(*) FROM json_each(?) w CROSS JOIN story s ON s.id = w.value CROSS JOIN item i ON i.story = s.n GROUP BY s.n"
        )
        return dict(row for batch in batches(stories) for row in self.all(asked, (json.dumps(batch),)))

    def story_items(self, stories: Iterable[str], *, texts: bool = False, brief: bool = False) -> dict[str, list[Item]]:
        """All items of each story, copies included, earliest first; `brief`: as `brief` gives them."""
        return self._of_stories(stories, SELECT_BRIEF if brief else SELECT_TEXTS if texts else SELECT_HEADS)

    def story_outlines(self, stories: Iterable[str]) -> dict[str, list[Item]]:
        """The same with nothing but what stories are ranked by: outlet, feed, dates, marks, copies and provenance."""
        return self._of_stories(stories, SELECT_OUTLINES)

    def _of_stories(self, stories: Iterable[str], select: str) -> dict[str, list[Item]]:
        members: dict[str, list[Item]] = {story: [] for story in stories}
        for batch in batches(members):
            asked = f"{select} WHERE i.story IN (SELECT n FROM story WHERE id IN (SELECT value FROM json_each(?))) ORDER BY i.date, i.n"
            for row in self.each(asked, (json.dumps(batch),)):
                item = unpacked(row, self.said)
                members[item.story].append(item)
        return members

    # ── by words ────────────────────────────────────────────────────────────────────────────────────────────────────

    def candidates(
        self, words: Sequence[str], limit: int = 8, newest: int = 20_000, least: int = 1, looked: Looked | None = None
    ) -> list[Item]:
        """Items among the `newest` rows that hold the most of these words, and at least `least` of them;
        later ones first among equals. `looked` holds what was looked up before, and gets what is looked up now.

        A word that many hold counts less. Each word is looked up on its own, newest first and no further than a fixed number of rows:
        the cost does not grow with the archive, as bm25's would (it counts every row that holds a word).
        """
        looked = looked or Looked()
        looked.rows.update(self.holding([word for word in words if word not in looked.rows], newest))
        held = [rows for word in dict.fromkeys(words) if (rows := looked.rows.get(word))]
        points = {n: 0.0 for n, count in Counter(chain.from_iterable(held)).items() if count >= least}
        for rows in held:
            weight = 1.0 / (1 + len(rows)) ** 0.5
            for n in points.keys() & rows:
                points[n] += weight
        best = sorted(points, key=lambda n: (points[n], n), reverse=True)[:limit]
        looked.items.update(self.rows([n for n in best if n not in looked.items]))
        return [looked.items[n] for n in best if n in looked.items]

    def holding(self, words: Sequence[str], newest: int = 20_000, cap: int = 200) -> dict[str, Sequence[int]]:
        """For each word the rows that hold it, newest first, at most `cap`, among the `newest` rows of the archive; as arrays, since a batch
        asks for thousands of words."""
        if not words:
            return {}
        last = (self.one("SELECT max(n) FROM item") or (None,))[0] or 0
        asked = "SELECT rowid FROM search WHERE search MATCH ? AND rowid > ? ORDER BY rowid DESC LIMIT ?"
        found = ((word, self.all(asked, (index.quoted(word), last - newest, cap))) for word in words if word)
        return {word: array("q", chain.from_iterable(rows)) for word, rows in found}

    # ── versions and ids ────────────────────────────────────────────────────────────────────────────────────────────

    def versions(self, item: str) -> list[Version]:
        """Every state of the item, the first one first, the present one last."""
        rows = self.all(
            f"SELECT v.number, v.seen, v.title, v.text, v.sha256, {PAGE.format('v')} FROM version v JOIN item i ON i.n = v.item "
            "WHERE i.id = ? UNION ALL "
            f"SELECT i.versions, coalesce(i.changed, i.seen), i.title, b.text, i.sha256, {PAGE.format('i')} "
            "FROM item i JOIN body b ON b.item = i.n WHERE i.id = ? ORDER BY 1",
            (item, item),
        )
        return [
            Version(item=item, number=number, seen=clock(seen), title=title, text=text, sha256=sha.hex() if sha else "", page=bool(page))
            for number, seen, title, text, sha, page in rows
        ]

    def uncompleted(self, items: Iterable[str]) -> dict[str, tuple[Version, Retrieval]]:
        """Those of the items that had been completed from their page, and whose feed has written something else since that is shorter: the
        state with the page's text, and the answer that brought it."""
        found = {}
        for batch in batches(items):
            for id_, number, seen, title, text, sha, *row in self.all(_UNCOMPLETED, (json.dumps(batch),)):
                state = Version(
                    item=id_, number=number, seen=clock(seen), title=title, text=text, sha256=sha.hex() if sha else "", page=True
                )
                found[id_] = (state, answer(row))  # the latest comes last
        return found

    def resolve(self, prefix: str) -> tuple[str, str]:
        """("item" | "story" | "digest", id) of the only id that begins so; a merged story leads to the one it is part of now."""
        wish = prefix.strip().lower()
        found = self._beginning(wish) if wish and _HEX.issuperset(wish) else []
        exact = [pair for pair in found if pair[1] == wish]
        if len(exact or found) == 1:
            kind, id_ = (exact or found)[0]
            return kind, self.living(id_) if kind == "story" else id_
        if not found:
            raise NotFoundError(f"no item, story or digest has the id “{prefix}”")
        raise NotFoundError(f"“{prefix}” is the beginning of several ids: {self._listed(found)}")

    def titles(self, prefix: str, most: int = 50) -> list[tuple[str, str]]:
        """(id, title) of items and stories whose id begins so, at most so many of each; without a beginning, of the newest items."""
        wish = prefix.lower()
        if not wish:
            return [(id_, title) for id_, title in self.all("SELECT id, title FROM item ORDER BY date DESC LIMIT ?", (most,))]
        asked = "SELECT id, {} FROM {} s WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
        kinds = (("title", "item"), (TITLE, "story"))
        return [(id_, title) for kind in kinds for id_, title in self.all(asked.format(*kind), (wish, wish + "g", most))]

    def _beginning(self, prefix: str) -> list[tuple[str, str]]:
        end = prefix + "g"  # after every hexadecimal digit
        found = []
        for kind, table in _KINDS:
            rows = self.all(f"SELECT id FROM {table} WHERE id >= ? AND id < ? ORDER BY id LIMIT 6", (prefix, end))
            found += [(kind, id_) for (id_,) in rows]
        return found

    def _listed(self, found: list[tuple[str, str]]) -> str:
        titles = {"item": "title", "story": TITLE, "digest": "subject"}
        told = []
        for kind, id_ in found[:5]:
            title = (self.one(f"SELECT {titles[kind]} FROM {kind} s WHERE id = ?", (id_,)) or ("",))[0]
            told.append(f"{kind} {id_} ({title[:40]})")
        return "; ".join(told) + (" …" if len(found) > 5 else "")

    def living(self, story: str) -> str:
        """The story that this one is part of now: itself, unless it was merged."""
        for _ in range(100):
            row = self.one("SELECT into_story FROM story WHERE id = ?", (story,))
            if row is None or row[0] is None:
                break
            story = row[0]
        return story

    def short(self, ids: Iterable[str], least: int = 4) -> dict[str, str]:
        """The shortest beginning (at least `least` digits) that `resolve` takes for each id."""
        return {id_: self._short(id_, least) for id_ in ids}

    def _short(self, id_: str, least: int) -> str:
        shared = least - 1
        for _, table in _KINDS:
            for beside, order in (("<", "DESC"), (">", "")):
                row = self.one(f"SELECT id FROM {table} WHERE id {beside} ? ORDER BY id {order} LIMIT 1", (id_,))
                if row is not None:
                    shared = max(shared, _shared(id_, row[0]))
        return id_[: shared + 1]


def _shared(one: str, other: str) -> int:
    """How many characters two ids share at their beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


_UNCOMPLETED = (
    "SELECT i.id, v.number, v.seen, v.title, v.text, v.sha256, f.name, r.requested, coalesce(r.final, r.requested), r.status, r.etag, "
    "r.last_modified, r.at, r.body_sha, r.tool FROM json_each(?) wish JOIN item i ON i.id = wish.value JOIN body b ON b.item = i.n "
    "JOIN version v ON v.item = i.n JOIN retrieval r ON r.n = v.retrieval JOIN feed f ON f.n = r.feed "
    f"WHERE r.requested IN (i.url, {LINK}) AND NOT {PAGE.format('i')} AND length(v.text) > length(b.text) ORDER BY v.number"
)
