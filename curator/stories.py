"""Which items tell one story?

Copies are collapsed first: a group of copies is one voice. Each voice is a sparse vector (see `likeness`) with the weight of words
taken from the shipped background, so that likeness never depends on the company. The stories that had news within the window and share rare words with
what is new are taken apart and, with what is new, put together again by average linkage (see `linkage`): so it hardly matters in which
order or in how many polls the items came. Stories that nothing new comes near are not even loaded.

Round-ups, which gather what others tell, are laid to the story they are most like, but never count in it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from fnmatch import fnmatchcase

from curator import background, config, glance, habits, identifiers, likeness, linkage, storylines, vectors
from curator.habits import Habits, Newest, Said
from curator.likeness import Sketch
from curator.linkage import Cluster
from curator.recent import OfItems, Recent
from curator.types import Item, Link, Story, Traits

Members = Callable[[Iterable[str]], Mapping[str, Sequence[Item]]]

_LONG = 400  #: characters of a text that holds words by chance
_VOICES = 60  #: newest voices of a stored story that are loaded
_WORTH = 0.5  #: share of the needed likeness that an item must have with one of a stored story for the story to be loaded
_WHOLE = 40  #: voices up to which a stored story is taken apart and put together anew
_LOADED = 15_000  #: items of stored stories that are loaded in one run
_ROUNDUP = 1.5  #: times the likeness that a round-up needs


class _Bonds:
    """May two stories become one? `barred` says to which items and stories, by id, a person said that an item does not belong."""

    def __init__(self, barred: Mapping[str, Set[str]], habits: Habits) -> None:
        self._barred, self._habits = barred, habits

    def needed(self, one: Cluster, other: Cluster, like: float) -> float | None:
        """The mean likeness at which two clusters become one; None: never, or more than the `like` that they have."""
        if linkage.apart(one, other) or (self._barred and self._bars(one, other)):
            return None
        return likeness.needed(one, other, like)

    def listed(self, one: Cluster, other: Cluster) -> bool:
        """Are all items of either of one feed that has items in the other, too, and numbers what it lists, so that no two tell of one thing?"""
        if min(len(one.feeds), len(other.feeds)) > 1:
            return False
        return any(self._habits.numbers(feed, max(one.last, other.last)) for feed in one.feeds & other.feeds)

    def sound(self, one: Cluster, other: Cluster, product: float, needed: float) -> bool:
        """Is what two clusters share, that have the likeness they need, more than one rare word, and more than habit of the feeds of both?
        Within one feed more than its rubrics, too; and that feed must be no list."""
        if not likeness.sound(one, other, product, needed) or self.listed(one, other):
            return False
        if len(one.feeds | other.feeds) > habits.FEEDS:
            return True
        day, same = max(one.last, other.last), likeness.one_feed(one, other)
        mine, yours = (frozenset[str]().union(*[self._habits.of(feed, day) for feed in cluster.feeds]) for cluster in (one, other))
        idle = mine & yours | (habits.spoken(one.rubrics & other.rubrics) if same else frozenset())
        if not idle:
            return True
        left = habits.without(idle, one.total, other.total)
        return linkage.likeness(one, other, left) >= needed and likeness.sound(one, other, left, needed)

    def _bars(self, one: Cluster, other: Cluster) -> bool:
        """Did a person say that an item of one does not belong to the other?"""
        for mine, yours in ((one, other), (other, one)):
            known = {"", *yours.names, *yours.members}
            if any(self._barred.get(item, set()) & known for item in mine.members):
                return True
        return False


class Stories:
    """Puts items into stories. One object serves one run: `place` each new item, then ask once for the `changes`.

    `members` gives the items of stored stories by story id, copies included. `corrections` are (kind, item, other) as people gave them:
    "same-story" (item, other item) and "not-story" (item, story or item it does not belong to; "" = to none) are heeded. `traits` are
    those made elsewhere or in earlier runs; `newest` and `said` are what `Habits` wants; `sizes` gives how many items stored stories have.
    """

    def __init__(
        self,
        settings: config.Stories,
        members: Members,
        *,
        items: Callable[[Iterable[str]], Mapping[str, Item]] | None = None,
        corrections: Iterable[tuple[str, str, str]] = (),
        traits: OfItems[Item, Traits] | None = None,
        newest: Newest | None = None,
        said: Recent[str, Said] | None = None,
        sizes: Callable[[Iterable[str]], Mapping[str, int]] | None = None,
    ) -> None:
        self._settings, self._stored, self._asked, self._sizes = settings, members, items, sizes
        self.closed: set[str] = set()  #: stored stories near to what came in that stay as they are, once the changes were asked for
        self._items: dict[str, Item] = {}  #: every item met, by id
        self._of: dict[str, str] = {}  #: the story each of them is stored under
        self._root: dict[str, str] = {}  #: what it copies, itself if nothing
        self._fresh: set[str] = set()  #: placed in this run
        self._wanted: set[str] = set()  #: stored stories that may change
        self._retitled: set[str] = set()  #: of them those with an item whose headline is another now
        self._sketches: dict[str, Sketch] = {}
        self._traits = traits or OfItems[Item, Traits](likeness.traits, Traits._make)
        self._speaker: dict[str, Item] = {}  #: of each voice, the copy with most text
        self._roundups: list[Item] = []
        self._habits = Habits(self._traits.of, newest=newest, items=items, said=said)
        self._keys = 0
        self._together: list[tuple[str, str]] = []
        self._barred: defaultdict[str, set[str]] = defaultdict(set)
        for kind, item, other in corrections:
            if kind == "same-story":
                self._together.append((item, other))
            elif kind == "not-story":
                self._barred[item].add(other)
        self._bonds = _Bonds(self._barred, self._habits)
        self._linkage = linkage.Linkage(self._bonds.needed, vectors.dot, self._bonds.sound)

    @property
    def met(self) -> Mapping[str, Item]:
        """Every item looked at so far, by id."""
        return self._items

    # ── what comes in ───────────────────────────────────────────────────────────────────────────────────────────

    def place(self, item: Item, links: Sequence[Link] = (), near: Sequence[Item] = ()) -> None:
        """Takes in a new or changed item with what `Copies` found: its links, and the items near to it, whose stories it may join."""
        self._meet(item)
        self._fresh.add(item.id)
        if item.story:  # judged anew: the whole story is looked at again
            self._wanted.add(item.story)
        for other in near:
            self._meet(other)
        for link in links:
            self._root[link.item] = link.copy_of or link.item
            self._wanted.update(filter(None, (self._of.get(link.item), self._of.get(link.copy_of or ""))))
        self._wanted.update(filter(None, [item.story, *self._placed_with(item.id)]))
        if self._root[item.id] == item.id:
            self._wanted.update(
                [other.story for other in near if other.story and other.story not in self._wanted and self._worth(item, other)]
            )

    def _placed_with(self, item: str) -> list[str]:
        """Stories of the items that a person put together with this one."""
        others = [other for pair in self._together if item in pair for other in pair if other != item]
        if others and self._asked is not None:
            for other in self._asked(others).values():
                self._meet(other)
        return [self._of[other] for other in others if other in self._of]

    def _meet(self, item: Item) -> None:
        if item.id not in self._items or item.text != self._items[item.id].text:
            self._items[item.id] = item
            self._sketches.pop(item.id, None)
        self._root.setdefault(item.id, item.copy_of or item.id)
        if item.story:
            self._of.setdefault(item.id, item.story)
            self._of.setdefault(item.copy_of or item.id, item.story)

    def _sketch(self, item: Item) -> Sketch:
        known = self._sketches.get(item.id)
        if known is None:
            known = self._sketches[item.id] = Sketch(self._traits.of(item))
        return known

    def _worth(self, item: Item, other: Item) -> bool:
        """Is the other's story worth loading? Its text must hold two of the item's strong words before more is asked, three if it is long."""
        mine = self._sketch(item)
        text = f"{other.title} {other.text[:2_000]}".lower()
        strong = mine.strong[:12]
        if not glance.holds(strong, text, 3 if len(strong) == 12 and len(text) > _LONG else 2):
            return False
        yours = self._sketch(other)
        needed = _WORTH * (likeness.threshold(mine.words) + likeness.threshold(yours.words)) / 2
        like = vectors.dot(mine.vector, yours.vector)
        return like >= needed or (like >= needed * likeness.CITED and likeness.cites(likeness.voices(item), likeness.voices(other)))

    # ── what is decided ─────────────────────────────────────────────────────────────────────────────────────────

    def changes(self) -> tuple[tuple[Story, ...], tuple[tuple[str, str, str], ...]]:
        """New and changed stories, whole, those that went into another with `into`; and (item, story, why) of each item whose story is
        new. What `provenance` and `rank` say of a story is left for them to fill in."""
        self._follow_links()
        self._close()
        for story, items in sorted(self._stored(sorted(self._wanted)).items()):
            for item in items:
                if item.id not in self._fresh:  # judged anew, it is as it is now, not as it was stored
                    self._meet(item)
                elif item.title != self._items[item.id].title:
                    self._retitled.add(story)
                self._of[item.id] = story
        self._habits.meet(self._items.values(), self._root)
        self._enter()
        self._linkage.settle()
        self._unite()
        self._lay_roundups()
        return storylines.told(
            self._linkage.clusters.values(),
            folded=self._folded(),
            stored=self._of,
            whole=self._wanted,
            retitled=self._retitled,
            items=self._items,
            title=self._title,
            why=self._why,
        )

    def _follow_links(self) -> None:
        """Items that copy another one than before may leave their story: it is loaded."""
        unmet = [item for item in self._root if item not in self._items]
        if unmet and self._asked is not None:
            for item in self._asked(unmet).values():
                self._meet(item)
        for name, root in self._root.items():
            if name in self._items and root != (self._items[name].copy_of or name):
                self._wanted.update(filter(None, (self._of.get(name), self._of.get(self._end(name)))))

    def _close(self) -> None:
        """Stories that are full, and the largest where there are too many to load, take in no more than copies of what they hold: else a
        feed could make them so large that whatever comes near to them takes seconds."""
        sizes = self._sizes(self._wanted) if self._sizes is not None else {}
        room = _LOADED
        for story, size in sorted(sizes.items(), key=lambda pair: (pair[1], pair[0])):
            room -= size
            if size >= linkage.FULL or room < 0:
                self.closed.add(story)
        self._wanted -= self.closed

    def _enter(self) -> None:
        """Stored stories stand as clusters; new voices come alone, earliest first, and are compared."""
        standing: defaultdict[str, list[Item]] = defaultdict(list)
        fresh: list[Item] = []
        everyone = sorted(self._items.values(), key=storylines.when)
        for item in everyone:
            spoken = self._speaker.setdefault(self._end(item.id), item)
            if len(item.text[: likeness.COUNTS]) > len(spoken.text[: likeness.COUNTS]):
                self._speaker[self._end(item.id)] = item
        for item in everyone:
            story = self._of.get(item.id)
            if self._root[item.id] != item.id or story in self.closed or not (item.id in self._fresh or story in self._wanted):
                continue
            if identifiers.gathers(item.title, item.text, item.links):
                self._roundups.append(item)
            elif story is not None and story in self._wanted:
                standing[story].append(item)
            else:
                fresh.append(item)
        for story, items in sorted(standing.items()):
            self._stand(story, items[-_VOICES:])
        for item in fresh:
            self._linkage.enter(self._cluster(item), compare="" not in self._barred.get(item.id, ()))

    def _stand(self, story: str, items: Sequence[Item]) -> None:
        """A stored story is taken apart, to be put together again with what is new; a large one only loses what does not hold."""
        if len(items) <= _WHOLE:
            for item in items:
                self._linkage.enter(self._cluster(item), compare="" not in self._barred.get(item.id, ()))
            return
        kept = self._cluster(items[0])
        for item in items[1:]:
            other = self._cluster(item)
            linkage.merge(kept, other, vectors.dot(kept.total, other.total))
        self._linkage.enter(kept, compare=True)

    def _cluster(self, item: Item) -> Cluster:
        sketch = self._sketch(self._speaker[item.id])
        day = item.date.timestamp() / 86_400
        language = (item.language or "").partition("-")[0].lower()
        own = self._sketch(item)
        voices = likeness.voices(item)
        self._keys += 1
        return Cluster(
            key=self._keys, total=dict(sketch.vector), members=[item.id], ways=set(sketch.strong), first=day, last=day,
            window=self._window(item), words=sketch.words, languages={language} - {""}, names=({self._of.get(item.id, "")} & self._wanted) - self._barred.get(item.id, set()),
            feeds={item.feed}, headed=set(own.headed), marks=set(own.marks), dated=item.published is not None, tellers=voices.tellers, credits=voices.credits,
            rubrics=habits.rubrics(item.title, item.authors),
        )  # fmt: skip

    def _window(self, item: Item) -> float:
        security = any(fnmatchcase(tag.name, pattern) for tag in item.tags for pattern in self._settings.security_topics)
        return self._settings.security_days if security else self._settings.window_days

    # ── second thoughts ─────────────────────────────────────────────────────────────────────────────────────────

    def _unite(self) -> None:
        """What a person put together stays together."""
        where = self._where() if self._together else {}
        for one, other in self._together:
            kept, gone = (where.get(self._root.get(item, "")) for item in (one, other))
            if kept is not None and gone is not None and kept is not gone:
                self._linkage.join(kept, gone)
                where.update(dict.fromkeys(kept.members, kept))

    def _where(self) -> dict[str, Cluster]:
        return {item: cluster for cluster in self._linkage.clusters.values() for item in cluster.members}

    def _lay_roundups(self) -> None:
        """They come last, go to the story they are most like, and count in none: their words are not added to its sum."""
        laid: list[tuple[Cluster, Cluster]] = []
        for item in self._roundups:
            alone = self._cluster(item)
            alone.names = {self._of[item.id]} if self._of.get(item.id) in self._wanted else set()
            near = [self._linkage.clusters[key] for key in self._linkage.near(alone)]
            best, to = max(
                [(linkage.likeness(alone, other, vectors.dot(alone.total, other.total)), other.key) for other in near], default=(0.0, -1)
            )
            story = self._linkage.clusters.get(to, alone)
            needed = self._bonds.needed(alone, story, best) if story is not alone else None
            alike = needed is not None and best >= _ROUNDUP * needed
            laid.append((alone, story if alike and not self._bonds.listed(alone, story) else alone))
        for alone, story in laid:
            if story is alone:
                self._linkage.clusters[alone.key] = alone
            else:
                story.members += alone.members

    # ── what comes out ──────────────────────────────────────────────────────────────────────────────────────────

    def _folded(self) -> dict[str, list[str]]:
        """Voice → the items it stands for, itself first."""
        folded: defaultdict[str, list[str]] = defaultdict(list)
        for item in sorted(self._items.values(), key=storylines.when):
            folded[self._end(item.id)].append(item.id)
        return folded

    def _end(self, item: str) -> str:
        seen = {item}
        while (root := self._root.get(item, item)) not in seen:
            seen.add(root)
            item = root
        return item

    def _title(self, voices: Sequence[str]) -> str:
        """The headline of the earliest voice, until it is known who reported the story."""
        return next((title for name in voices if (title := self._speaker[name].title)), "")

    def _why(self, name: str, others: Sequence[str]) -> str:
        """What ties a voice to its story: the voice most like it, and the words they share."""
        mine = self._speaker[name]
        made = self._sketch(mine).vector
        like, nearest = max(
            [(vectors.dot(made, self._sketch(self._speaker[other]).vector), other) for other in others[-_VOICES:] if other != name],
            default=(0.0, ""),
        )
        if not nearest:
            return "the first of its story"
        shared = Counter(vectors.shared(made, self._sketch(self._speaker[nearest]).vector))
        stems = list(dict.fromkeys([vectors.word(term) for term, _ in shared.most_common(8)]))[:4]
        spoken = {background.stem(word): word for word in reversed(background.words(f"{mine.title} {mine.text[: likeness.COUNTS]}"))}
        said = ", ".join([" ".join([spoken.get(stem, stem) for stem in pair.split(" ")]) for pair in stems])
        return f"like “{self._speaker[nearest].title[:80]}” ({like:.2f}): {said}"
