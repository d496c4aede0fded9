"""`Curator`: the shell that knows the configuration, the archive and the world, so that nothing else has to know all three.

Every command has its twin here; each method does one thing, by handing it on. What is heavy is imported when it is asked for, since
a poll that brings nothing new passes through here, too.
"""

# ruff: noqa: PLC0415 - see above

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from curator import __version__
from curator.config import Config
from curator.errors import CuratorError, NotFoundError, UsageError
from curator.types import TLP, Digest, Dossier, FeedState, Hit, Item, Mailing, Mute, Note, Query, Report, Retrieval, Story, Version

Progress = Callable[[int, int, int], None]


def utc_now() -> datetime:
    """The moment, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def place(config: Config) -> str:
    """Where the configured store is: relative paths count from the folder of feeds.toml."""
    kind, _, path = config.store.partition(":")
    return str((Path(config.path).parent if config.path else Path()) / path) if kind == "sqlite" else config.store


class Curator:
    """Reads feeds, keeps what they bring, and tells it. Use as a context manager; `clock` gives the present, aware and in UTC; `say` is
    told of what takes long before there is anything to show for it.

    Raises `StoreError` if the archive cannot be opened, `UsageError` if its kind is unknown.
    """

    def __init__(self, config: Config, *, clock: Callable[[], datetime] = utc_now, say: Callable[[str], None] = lambda _: None) -> None:
        self.config, self.clock = config, clock
        self.notice = ""  #: what was repaired of the last query, for people
        kind = config.store.partition(":")[0]
        try:
            family = import_module(f"curator.stores.{kind}")
        except ImportError:
            raise UsageError(f"store: there is no store “{kind}”; write sqlite:PATH") from None
        self.store = family.connect(place(config), say=say)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive."""
        self.store.close()

    # ── coming in ───────────────────────────────────────────────────────────────────────────────────────────────────

    def poll(self, feeds: Sequence[str] = (), *, force: bool = False, dry_run: bool = False, progress: Progress | None = None) -> Report:
        """Ask the feeds that are due (with `force` all; with names those) and keep what is new."""
        from curator import polling

        report, new, changed = polling.poll(
            self.config, self.store, clock=self.clock, version=__version__, names=feeds, force=force, dry_run=dry_run, progress=progress
        )
        if dry_run:
            return report
        if (new and any(feed.fulltext for feed in self.config.feeds.values())) or (changed and self.store.uncompleted(changed)):
            from curator import completing

            report = replace(report, unread=completing.fill(self.store, self.config, new, changed, clock=self.clock, version=__version__))
        if not self.config.watches:
            return report
        from curator import alerts

        now = self.clock()
        hits = alerts.hits(self.store, self.config, new, now)
        unsent = self._alert(hits, now) if alerts.due(self.store, self.config, hits) else ()
        return replace(report, hits=hits, unsent=unsent)

    def _alert(self, hits: Mapping[str, Sequence[str]], now: datetime) -> tuple[str, ...]:
        """Send the hits of watches with an alert; what a poll has kept is kept, whatever becomes of that."""
        from curator import delivery

        if self.config.mail is None:
            return ("a watch has alert = true, but feeds.toml has no [mail] that says from and to whom alerts go",)
        try:
            return delivery.alert(self.store, self.config, hits, now)
        except CuratorError as error:
            return (f"alerts: {error}",)

    def import_file(self, path: str, progress: Progress | None = None, say: Callable[[str], None] | None = None) -> Mapping[str, int]:
        """Take in what an export, another reader's JSON Feed or an OPML list holds; "-" is standard input. Doing it twice changes nothing.
        `say` hears why rows are refused."""
        from curator import exchange

        return exchange.take_in(self.store, self.config, path, self.clock, progress, say=say)

    def complete(self, item: str) -> Item:
        """Complete an item's text from its page (extra `fulltext`), as a new version with its evidence."""
        from curator import completing

        return completing.complete(self.store, self.config, self.item(item), self.clock, __version__)

    def check(self, feeds: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Ask every feed once, now, storing nothing: how each of them is."""
        from curator import checkup

        return checkup.check(self.config, self.store, feeds, self.clock, __version__)

    def look(self, url: str) -> list[dict[str, Any]]:
        """The feed at this address, or the feeds that the page there names, best first."""
        from curator import checkup

        return checkup.look(self.config, url, self.clock, __version__)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, query: Query, *, watch: str | None = None, texts: bool = False) -> list[Hit]:
        """What the query asks for, copies folded unless it says otherwise. `notice` tells if its text had to be repaired."""
        query = self._asked(query, watch)
        self.notice = self.store.understand(query.text)[1] if query.text else ""
        return list(self.store.find(query, self.clock(), texts=texts))

    def iterate(self, query: Query, *, watch: str | None = None) -> Iterator[Item]:
        """The same, whole and one by one, for exports."""
        return iter(self.store.iterate(self._asked(query, watch), self.clock()))

    def dossiers(self, query: Query, *, watch: str | None = None, tlp: str = TLP[0], evidence: bool = False) -> Iterator[Dossier]:
        """The same with all else that is kept of each: notes up to the label `tlp`, marks, earlier versions, and if asked for the evidence.
        `notice` tells in the end how many notes were left out."""
        allowed, left_out = TLP[: TLP.index(tlp) + 1], 0
        for one in self.store.dossiers(self.iterate(query, watch=watch), evidence=evidence):
            feed = self.config.feeds.get(one.item.feed)
            notes = tuple(note for note in one.notes if note.tlp in allowed)
            left_out += len(one.notes) - len(notes)
            yield replace(one, notes=notes, reliability=feed.reliability if feed else "F")
        self.notice = f"notes above TLP:{tlp} left out: {left_out}" if left_out else ""

    def stories(self, query: Query, *, watch: str | None = None) -> list[Story]:
        """Stories with an item that the query asks for, best first."""
        from curator import listing

        return listing.stories(self.store, self.config, self._asked(query, watch), self.clock())

    def resolve(self, prefix: str) -> tuple[str, str]:
        """("item" | "story" | "digest", whole id) of a unique beginning of an id. Raises `NotFoundError`."""
        found: tuple[str, str] = self.store.resolve(prefix)
        return found

    def titles(self, prefix: str) -> list[tuple[str, str]]:
        """(id, title) of some items and stories whose id begins so; without a beginning, of the newest items."""
        found: list[tuple[str, str]] = self.store.titles(prefix)
        return found

    def short(self, ids: Sequence[str], least: int = 4) -> Mapping[str, str]:
        """The shortest unique beginning of each id, of at least so many digits."""
        found: Mapping[str, str] = self.store.short(ids, least)
        return found

    def item(self, item: str) -> Item:
        """One item, whole. Raises `NotFoundError`."""
        id_ = self._one(item, "item")
        found: Item = self.store.items([id_])[id_]
        return found

    def items(self, ids: Sequence[str]) -> Mapping[str, Item]:
        """Items by whole id; what is not there is left out."""
        found: Mapping[str, Item] = self.store.items(ids)
        return found

    def story(self, story: str) -> Story:
        """One story; a merged one leads to the one it went into. Raises `NotFoundError`."""
        from curator import listing

        return listing.ranked(self.store, self.config, [self.store.story(self._one(story, "story"))], self.clock())[0]

    def copies(self, item: str) -> list[Item]:
        """The copies of an item, in the order in which they were kept."""
        return list(self.store.copies(self._one(item, "item")))

    def versions(self, item: str) -> list[Version]:
        """Every state of an item, the first one first."""
        return list(self.store.versions(self._one(item, "item")))

    def raw(self, item: str) -> bytes:
        """The bytes of an item's entry as the feed sent them."""
        found: bytes = self.store.raw(self.item(item).sha256)
        return found

    def retrieval(self, item: str) -> Retrieval | None:
        """The answer of the server that brought an item's present version."""
        found: Retrieval | None = self.store.retrieval(self._one(item, "item"))
        return found

    def cite(self, item: str) -> str:
        """A source citation of an item."""
        from curator import cite

        return "\n".join(cite.cite(self.item(item), self.retrieval(item), accessed=self.clock()))

    def outlet(self, name: str) -> str:
        """The publisher's name as items carry it, by any of its names, whatever their case."""
        from curator import outlets

        name = outlets.of(self.config).canonical(name)
        return next((known for known in self.outlets() if known.casefold() == name.casefold()), name)

    def outlets(self) -> list[str]:
        """The publishers that items have come from."""
        return list(self.store.names("outlet"))

    def states(self) -> dict[str, FeedState]:
        """What is remembered of each feed."""
        return dict(self.store.states())

    # ── what a person says ──────────────────────────────────────────────────────────────────────────────────────────

    def mark(self, ids: Sequence[str], *, read: bool | None = None, starred: bool | None = None, topics: Sequence[str] = ()) -> int:
        """Mark items read or unread, starred or not; give ("+x") or take ("-x") topics. Gives how many items that changed."""
        whole = [id_ for given in ids for id_ in self._items_of(given)]
        now, add = self.clock(), [name[1:] for name in topics if name.startswith("+")]
        remove = [name[1:] for name in topics if name.startswith("-")]
        count: int = self.store.mark(whole, read=read, starred=starred, at=now) if read is not None or starred is not None else 0
        if topics:
            for id_ in whole:
                self.store.tag(id_, add, remove, at=now)
            count = max(count, len(whole))
        return count

    def correct(
        self, item: str, *, not_copy: bool = False, same_story: str | None = None, not_story: bool = False
    ) -> tuple[tuple[str, str, str], ...]:
        """Put a judgement right; it outlives every `regroup`. Gives what had not been said before, for `uncorrect`."""
        from curator import recompute

        id_, now = self._one(item, "item"), self.clock()
        known = self.store.items([id_])[id_]
        said: list[tuple[str, str, str]] = []
        if not_copy or (not_story and known.copy_of):  # a copy stands where what it copies stands
            said.append(("not-copy", id_, ""))
        if not_story:
            said.append(("not-story", id_, known.story))
        if same_story is not None:
            kind, other = self.resolve(same_story)
            said.append(("same-story", id_, self.store.story(other).items[0] if kind == "story" else self._one(other, "item")))
        before = set(self.store.corrections())
        for correction in said:
            self.store.correct(*correction, at=now)
        recompute.around(self.store, self.config, [id_, *[other for kind, _, other in said if kind == "same-story"]], now)
        return tuple(correction for correction in said if correction not in before)

    def uncorrect(self, corrections: Sequence[tuple[str, str, str]]) -> None:
        """Take back what `correct` gave: the items are judged by the rules alone again."""
        from curator import recompute

        for correction in corrections:
            self.store.uncorrect(*correction)
        ids = [id_ for kind, item, other in corrections for id_ in ((item, other) if kind == "same-story" else (item,))]
        if ids:
            recompute.around(self.store, self.config, list(dict.fromkeys(ids)), self.clock())

    def mute(self, kind: str, value: str, *, until: datetime | None = None) -> int:
        """Leave out of lists, digests and alerts what has this term, outlet or story; gives the number to end it by."""
        value = self._one(value, "story") if kind == "story" else self.outlet(value) if kind == "outlet" else value
        number: int = self.store.mute(kind, value, until, at=self.clock())
        return number

    def mutes(self) -> list[Mute]:
        """What is muted now."""
        return list(self.store.mutes(self.clock()))

    def unmute(self, number: int) -> None:
        """End a mute. Raises `NotFoundError`."""
        if not self.store.unmute(number, at=self.clock()):
            raise NotFoundError(f"no mute has the number {number}; `curator mute list` shows them")

    def note(self, item: str, text: str, *, tlp: str = "CLEAR") -> None:
        """Write a note on an item."""
        self.store.note(self._one(item, "item"), text, tlp, at=self.clock())

    def notes(self, item: str | None = None) -> list[Note]:
        """The notes on an item, or all."""
        return list(self.store.notes(None if item is None else [self._one(item, "item")]))

    # ── digests ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def digest(self, plan: str = "main", *, since: datetime | None = None, topic: str | None = None) -> Digest:
        """What is new since the last digest of the plan; with `since` or `topic` a view that is never ticked off."""
        from curator import delivery

        return delivery.preview(self.store, self.config, plan, self.clock(), since=since, topic=topic)

    def render(self, digest: Digest, form: str = "text") -> str:
        """The digest as text | html | markdown | json | atom | eml, with the user's templates. Raises `UsageError` for another format."""
        from curator import delivery

        return delivery.render(self.store, self.config, digest, form)

    def send(self, plan: str = "main", *, say: Callable[[str], None] = lambda line: None) -> Sequence[Mailing]:
        """Send what waits and what is new in the plan, and tick it off; gives what went out. `say` gets a line for each recipient.

        Raises `SendError` if no recipient took it: it is written down, and goes out first the next time.
        """
        from curator import delivery

        return delivery.send(self.store, self.config, plan, self.clock(), say=say).sent

    def digests(self, plan: str | None = None) -> list[Mailing]:
        """The digests written down, newest first."""
        return list(self.store.digests(plan))

    # ── keeping house ───────────────────────────────────────────────────────────────────────────────────────────────

    def retag(self, since: datetime | None = None, *, dry_run: bool = False, progress: Progress | None = None) -> dict[str, Any]:
        """Give topics and entities anew after a change of rules; what a person gave or took stays."""
        from curator import recompute

        return recompute.retag(self.store, self.config, since, self.clock(), dry_run=dry_run, progress=progress)

    def regroup(self, since: datetime | None = None, *, progress: Progress | None = None) -> dict[str, Any]:
        """Find copies, stories and provenance anew; items, marks and digests stay, old ids keep leading on."""
        from curator import recompute

        return recompute.regroup(self.store, self.config, since, self.clock(), progress=progress)

    def prune(self, older: datetime, *, dry_run: bool = False) -> dict[str, Any]:
        """Drop items older than that, but for starred, noted and not yet digested ones; none of them comes back as new."""
        return dict(self.store.prune(older, self.clock(), dry_run=dry_run))

    def backup(self, path: str) -> None:
        """Copy the archive, sound, also while a poll writes to it."""
        self.store.backup(path)

    def verify(self) -> list[str]:
        """What is not as it should be: damage, evidence that does not match its hash, an index out of step."""
        return list(self.store.verify())

    def stats(self) -> dict[str, Any]:
        """Sizes, growth, feeds by what they bring."""
        return dict(self.store.stats(self.clock()))

    def doctor(self) -> list[str]:
        """What is used, in which version, and which known holes that has."""
        from curator.fetch import LIBCURL

        return list(self.store.doctor(LIBCURL))

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _one(self, prefix: str, kind: str) -> str:
        found, id_ = self.resolve(prefix)
        if found != kind:
            raise NotFoundError(f"{prefix} is the id of {_one(found)}, not of {_one(kind)}")
        return id_

    def _items_of(self, prefix: str) -> list[str]:
        kind, id_ = self.resolve(prefix)
        if kind == "story":
            return list(self.store.story(id_).items)
        if kind != "item":
            raise NotFoundError(f"{prefix} is the id of a {kind}, not of an item")
        return [id_]

    def _asked(self, query: Query, watch: str | None) -> Query:
        """The query with every name in its canonical form, narrowed to a watch."""
        from curator import listing

        return listing.asked(query, watch, self.config)


def _one(kind: str) -> str:
    return f"{'an' if kind == 'item' else 'a'} {kind}"
