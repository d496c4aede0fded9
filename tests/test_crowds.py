"""Thousands of entries that are nearly alike: each is filed at a cost that does not grow, and what they are near to stays sound."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from articles import FERRY, GRAIN, NOW, item, nothing
from stopwatch import at_most, seconds

from curator import config, configfile, linkage
from curator.copies import Copies
from curator.effort import Effort
from curator.ingest import Ingest
from curator.stores import sqlite
from curator.stories import Stories
from curator.types import Arrival, Document, Draft, Item, Link, Outcome

MOST = 3  #: times as much an entry when there are three times as many; what goes through all of them again for each takes nine

# ── what a feed may cost ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_feed_has_so_much_free_and_more_for_each_of_its_entries() -> None:
    effort = Effort(free=1_000, each=500)
    effort.enter("job notices")
    effort.spend("job notices", 1_300)
    assert not effort.spent("job notices")
    effort.spend("job notices", 1)
    assert effort.spent("job notices")
    effort.enter("job notices")
    assert not effort.spent("job notices")
    assert not effort.spent("another")


def test_when_enough_was_spent_on_a_feed_one_more_entry_is_still_known_as_a_copy_of_what_it_is_likest() -> None:
    copies = Copies(nothing, effort=Effort(free=0, each=0))
    assert copies.judge(item("a", "Ferry aground", FERRY, feed="x")) == ()
    assert copies.judge(item("b", "Silos full", GRAIN, feed="x")) == ()
    (link,) = copies.judge(item("c", "Ferry aground", FERRY + " More follows.", feed="x"))
    assert (link.item, link.copy_of) == ("c", "a")


def test_when_enough_was_spent_on_a_feed_its_entries_join_one_group_and_bring_no_two_together() -> None:
    parts = FERRY.split(". ")
    copies = Copies(nothing, effort=Effort(free=0, each=0))
    copies.judge(item("x", "Coast guard report", ". ".join(parts[:3]), feed="x"))
    copies.judge(item("y", "Booms laid out", ". ".join(parts[5:]), feed="y"))
    links = copies.judge(item("z", "Ferry aground", FERRY, feed="z"))
    assert [link.item for link in copies.judge(item("w", "Ferry aground", FERRY, feed="z"))] == ["w"]
    assert {link.item for link in links} <= {"z", "y"}


def test_one_more_of_a_crowd_joins_who_stands_for_it_and_no_more_of_the_crowd_is_read_than_shows_it_to_be_one() -> None:
    before = NOW - timedelta(days=1)
    root = item("root", "Ferry aground off Tersk", FERRY, seen=before)
    crowd = [item(f"c{n}", "Ferry aground off Tersk", FERRY, copy_of="root", seen=before) for n in range(1_000)]
    read: list[int] = []

    def group(_: str, most: int) -> Sequence[Item]:
        read.append(most)
        return (root, *crowd[:most])

    copies = Copies(lambda *_: (root, *crowd[:4]), group=group)
    links = copies.judge(item("new", "Ferry aground off Tersk", FERRY + " Divers went down.", seen=before - timedelta(days=1)))
    assert [(link.item, link.copy_of) for link in links] == [("new", "root")]
    assert max(read) <= 200


# ── full stories ────────────────────────────────────────────────────────────────────────────────────────────────────


def full_story() -> list[Item]:
    return [told(f"m{n}", f"{FERRY} {n}") for n in range(linkage.FULL)]


def told(name: str, text: str, story: str = "full", copy_of: str | None = None) -> Item:
    return Item(
        id=name, feed=f"feed-{name}", title="Ferry aground", text=text, seen=NOW, date=NOW, story=story, copy_of=copy_of, language="en"
    )


class TestAStoryThatIsFull:
    """It is not read again for each item that comes near to it."""

    loaded: list[str]

    def run(self, *new: Item, links: Mapping[str, Link] | None = None) -> tuple[Stories, dict[str, str]]:
        stored = full_story()
        self.loaded = []

        def members(stories: Iterable[str]) -> Mapping[str, Sequence[Item]]:
            self.loaded += list(stories)
            return dict.fromkeys(self.loaded, stored)

        run = Stories(config.Stories(), members, sizes=lambda stories: {story: len(stored) for story in stories if story == "full"})
        for one in new:
            link = (links or {}).get(one.id)
            run.place(one, (link,) if link else (), stored[:20])
        stories, moved = run.changes()
        assert all(story.id != "full" for story in stories)
        return run, {one: story for one, story, why in moved if why}

    def test_stays_as_it_is_and_what_is_new_begins_another(self) -> None:
        run, where = self.run(told("new", f"{FERRY} Divers went down to the wreck.", story=""))
        assert self.loaded == []
        assert run.closed == {"full"}
        assert where["new"] != "full"

    def test_takes_in_copies_of_what_it_holds(self) -> None:
        link = Link(item="new", copy_of="m3", why="the same text")
        _, where = self.run(told("new", f"{FERRY} 3", story=""), links={"new": link})
        assert where == {"new": "full"}

    def test_keeps_an_item_of_its_own_that_changed(self) -> None:
        _, where = self.run(told("m3", f"{FERRY} Corrected."))
        assert where == {}


def test_clusters_grow_no_larger_than_full() -> None:
    same = linkage.Linkage(lambda *_: 0.5, lambda *_: 1e9)
    for key in range(linkage.FULL + 20):
        alone = linkage.Cluster(
            key=key, total={"a": 1.0}, members=[str(key)], ways={"a"}, first=0, last=0, window=9, words=1, languages=set(), names=set()
        )
        same.enter(alone, compare=True)
    same.settle()
    assert max(cluster.size for cluster in same.clusters.values()) <= linkage.FULL


# ── all of it together ──────────────────────────────────────────────────────────────────────────────────────────────

WORDS = [a + b + c for a in "bdfgklmnprst" for b in ("ara", "elo", "imu", "oro") for c in ("vask", "tren", "polm", "dirk", "huss")]


def form(n: int, chance: random.Random) -> tuple[str, str]:
    return f"Notice {n} of {chance.choice(WORDS)}", f"{FERRY} {' '.join(chance.choices(WORDS, k=6))}"


def headline(_: int, chance: random.Random) -> tuple[str, str]:
    return " ".join(chance.sample(WORDS[:30], 7)), ""


def one_text(_: int, chance: random.Random) -> tuple[str, str]:
    return "Please log in", GRAIN


def teaser(_: int, chance: random.Random) -> tuple[str, str]:
    words = f"{FERRY} {GRAIN}".split()
    at = chance.randrange(len(words) - 40)
    return " ".join(words[at : at + 8]), " ".join(words[at : at + 40])


def few_rare_words(_: int, chance: random.Random) -> tuple[str, str]:
    return " ".join(chance.choices(WORDS, k=6)), " ".join(chance.choices(WORDS, k=80))


SHAPES: dict[str, Callable[[int, random.Random], tuple[str, str]]] = {
    "one form filled in": form, "headlines of the same words": headline, "one text": one_text, "parts of one article": teaser,
    "texts of a few rare words": few_rare_words,
}  # fmt: skip


def seconds_an_entry(folder: Path, shape: Callable[[int, random.Random], tuple[str, str]], count: int) -> float:
    chance = random.Random(7)
    drafts = [
        Draft(feed="a", guid=str(n), url=f"https://a.example/{n}", title=title, text=text, language="en", sha256=f"{n:064x}")
        for n in range(count)
        for title, text in [shape(n, chance)]
    ]
    settings = configfile.parse('[feeds.a]\nurl = "https://a.example/feed"\n', "feeds.toml")
    store = sqlite.connect(f"sqlite:{folder / f'{count}.db'}")
    document = Document(feed="a", format="rss", drafts=tuple(drafts), slices=b"")
    ingest, arrival = Ingest(settings, store), Arrival(document=document, before=None, retrieval=None)
    outcomes: list[Outcome] = []
    took = seconds(lambda: outcomes.append(ingest.decide([arrival], NOW)))
    assert [len(outcome.update.items) for outcome in outcomes] == [count]
    store.close()
    return took / count


@pytest.mark.parametrize("shape", SHAPES)
def test_an_entry_of_a_crowd_costs_no_more_when_there_are_three_times_as_many(shape: str, tmp_path: Path) -> None:
    seconds_an_entry(tmp_path, SHAPES[shape], 20)  # what is loaded on first use is no part of it
    few, many = (lambda count=count: seconds_an_entry(tmp_path, SHAPES[shape], count) for count in (100, 300))
    assert at_most(MOST, few, many, noticeable=0.0005)
