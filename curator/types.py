"""The nouns of the pipeline, in the order in which they come to be. All other modules are verbs on them.

::

    FeedState ─▶ Request ─▶ Response ─▶ Document of Drafts ─▶ Update of Items, Versions, Links ─▶ Story ─▶ Digest
                                  └──── Problem, from any stage: one bad feed never stops the others

Records are frozen; sequences are tuples; times are aware datetimes in UTC; every judgement carries a `why`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from curator.config import Feed
from curator.portable import portable

#: Labels of the Traffic Light Protocol 2.0 (FIRST, 2022), from the widest audience to the narrowest.
TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")

# ── from the schedule to the answer of a server ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between two polls."""

    name: str
    url: str  #: where feeds.toml said it is when this was written; another URL there resets what belongs to the address
    moved_to: str | None = None  #: confirmed new address, asked instead of `url`
    moving_to: str | None = None  #: where permanent redirects lead, not yet confirmed
    moving_seen: int = 0  #: polls, a day or more apart, that confirmed `moving_to`
    moving_at: datetime | None = None  #: the last of them
    etag: str | None = None  #: exactly as given
    last_modified: str | None = None  #: exactly as given
    body_sha: str | None = None  #: SHA-256 of the last body that was read without a problem
    slices: bytes = b""  #: of the last document: 8 bytes of each entry's SHA-256, in order
    standing: bytes = b""  #: 8 bytes of the item id of each of these entries, in the same order; zeros = not kept
    head_sha: str | None = None  #: SHA-256 of what stands before the first entry of the last document
    checked: datetime | None = None  #: last asked
    succeeded: datetime | None = None  #: last answered well (200 read, or 304)
    next_due: datetime | None = None  #: not asked before; None = now
    retry_after: datetime | None = None  #: the server's own word (429, 503); holds even against errors in `next_due`
    failures: int = 0  #: polls in a row that failed
    failing_since: datetime | None = None
    problem: "Problem | None" = None  #: the last failure, while it lasts
    gone: int = 0  #: answers 410 in a row; 2 and more: no longer asked
    rests: tuple[int, ...] = ()  #: as in its last document
    interval: int = 0  #: seconds; what the feed's rhythm or the server's hints ask for; 0 = as configured
    title: str | None = None  #: of the feed, as plain text
    home: str | None = None  #: the site it belongs to
    language: str | None = None
    format: str | None = None  #: "rss20", "atom10", "json11" …
    entries: int = 0  #: in the last document
    seconds: float = 0.0  #: the last answer took
    newest: datetime | None = None  #: date of the newest entry ever seen
    gap: datetime | None = None  #: when none of a document's entries was known last: some may have been missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to a server; `fetch.fetch` turns it into a Response or a Problem inside one."""

    feed: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    proxy: str | None = None
    verify_tls: bool = True
    ca_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that went wrong with one feed. `kind` is one of the contract's: dns, connect, tls, timeout, http, redirect,
    forbidden, too-big, not-a-feed, parse, budget, gap, internal."""

    feed: str
    kind: str
    message: str  #: for people: what went wrong and, where there is something, what to do
    since: datetime | None = None  #: first of the polls in a row that failed
    failures: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server answered, or the problem instead. Header names are lower case; values exactly as sent."""

    feed: str
    url: str  #: as requested
    final_url: str  #: after redirects
    permanent_url: str | None = None  #: where the permanent prefix (301, 308) of the redirects leads; None = not moved
    status: int = 0  #: 0 = no answer
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""  #: decompressed
    at: datetime
    seconds: float = 0.0
    problem: Problem | None = None


# ── from bytes to drafts (pure; runs in worker processes) ───────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One document to read; what a worker process is given."""

    feed: Feed  #: as feeds.toml has it
    url: str  #: final, for relative links
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(repr=False)
    known: bytes = b""  #: `FeedState.slices`
    title: str | None = None  #: of the feed, as remembered
    language: str | None = None
    most: int = 10_000  #: entries kept of one document


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as the feed wrote it: markup and all. Made by `parse`, read only by `clean`."""

    raw: bytes = b""  #: the slice of the document; whole-parse fallback: a canonical rendering of what was parsed
    guid: str | None = None
    link: str | None = None  #: as given, resolved against the base; never a guid in disguise
    title: str | None = None  #: HTML or plain
    summary: str | None = None  #: HTML
    content: str | None = None  #: HTML; the longest of the entry's contents
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    date_raw: str | None = None  #: the date's text, as the feed wrote it
    language: str | None = None
    source_name: str | None = None  #: RSS <source>, Atom <source><title>
    source_url: str | None = None
    enclosures: tuple[str, ...] = ()  #: URLs
    base: str | None = None  #: base URL for relative links inside the markup


@portable
@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A topic given to an item."""

    name: str
    why: str  #: term, field and place: "title has 'Shahed-136'"
    by: str = "rule"  #: rule | feed | model | hand; only rule and model are recomputed
    score: float = 1.0
    version: str = ""  #: of the rule that gave it


@portable
@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing named in an item: kind is cve, attack, hash, ip, domain, mail, place, weapon, group, actor, agency, person …"""

    kind: str
    value: str  #: canonical form: "Shahed-136", whatever alias stood there; addresses refanged
    why: str


@portable
@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Words of an item that credit an outlet."""

    outlet: str  #: canonical name
    pattern: str  #: dateline, lead, told, citing, first, exclusive, byline, published-by, contributed, photo, subject, source …
    words: str  #: exactly as they stand
    field: str  #: title | text | author | source
    start: int  #: characters from the start of the field
    lead: bool = False  #: in the title, or in the first max(600 characters, 30 %)
    via: tuple[str, ...] = ()  #: outlets between, in a citing chain
    earlier: bool = False  #: the sentence says that it was some time ago ("first reported last month by …")


@portable
@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What an item is known by: signed 64-bit integers, each of one kind (equal keys mean the same value of the same kind)."""

    guid: int | None = None
    guid_link: int | None = None  #: guid and link together, for feeds that repeat guids
    url: int | None = None  #: canonical URL
    loose: tuple[int, ...] = ()  #: guid, and URL, without scheme and host
    words: int | None = None  #: title and text
    text: int | None = None  #: text alone, of eight words and more; for exact copies in other feeds
    telling: tuple[int, ...] = field(default=(), repr=False, compare=False)  #: of `own`: where none of these is known, no other is

    @property
    def own(self) -> tuple[int, ...]:
        """All that identify it within its feed: to look up with `known`, and to remember."""
        return tuple(key for key in (self.guid, self.guid_link, self.url, *self.loose, self.words) if key is not None)

    @property
    def across(self) -> tuple[int, ...]:
        """Those that find the same article in other feeds: to look up with `same`."""
        return tuple(key for key in (self.url, self.text) if key is not None)

    @property
    def all(self) -> tuple[int, ...]:
        """Every key, to remember with the item."""
        return self.own if self.text is None else (*self.own, self.text)


class Fingerprint(NamedTuple):
    """What copies of an entry are found and told by; made by `fingerprints`, unfolded by `verdicts.Reading`. Words are in lower case and
    parted by blanks."""

    words: str  #: of the text, boilerplate left out, in order
    length: int  #: how many these are
    particular: bytes  #: of each of them: is it a number, a name, or rare
    title: str  #: words of the headline, the outlet's name at its end left out
    title_particular: bytes
    rare: str  #: words of both that lead to what else speaks of this, each once
    rare_count: int
    rare_bits: int  #: `fingerprints.folded` of them
    asked: str  #: the rarest words, which the index is asked for; empty where that is not to be
    marks: tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], str, str]  #: `identifiers.Marks`
    digest: str  #: of the words of the text; "" if too few to be evidence
    roundup: bool  #: does it gather what others tell


class Traits(NamedTuple):
    """What stories are told apart by in an entry; made by `likeness.traits`, unfolded by `likeness.Sketch`."""

    terms: str  #: of its vector, parted by newlines
    weights: bytes  #: of each term, doubles as the machine writes them
    words: int  #: of its body, at most those that count
    strong: str  #: stems by which it is found, heaviest first, parted by blanks
    headed: tuple[tuple[str, str], ...]  #: identifiers in its headline, as (kind, value), in order
    marks: tuple[tuple[str, str], ...]  #: and anywhere in it


class Prepared(NamedTuple):
    """What comparing takes of an entry, of the entry alone: made beside the one that compares, who makes it for whatever comes without.
    Packed by `recent.packed`, as it is remembered."""

    fingerprint: bytes  #: a `Fingerprint`
    traits: bytes  #: `Traits`


@portable
@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry made clean: what an item will be if it is new. Made in worker processes, so it must pickle."""

    feed: str
    guid: str | None = None
    url: str | None = None  #: canonical
    link: str | None = None  #: as the feed gave it
    title: str = ""  #: plain text, safe
    summary: str = ""  #: plain text, safe; at most 600 characters
    text: str = ""  #: plain text, safe, decluttered: paragraphs parted by one newline
    authors: tuple[str, ...] = ()
    language: str | None = None
    published: datetime | None = None  #: published, else updated
    date_raw: str | None = None
    outlet: str | None = None  #: canonical name, or as known from feeds.toml or the feed's title
    outlet_known: bool = False  #: from feeds.toml or the host: an identity; False: only the feed's title
    source: str | None = None  #: outlet named by <source>, canonical if known
    source_url: str | None = None
    tags: tuple[Tag, ...] = ()
    entities: tuple[Entity, ...] = ()
    credits: tuple[Credit, ...] = ()
    sha256: str = ""  #: of `raw`
    raw: bytes = b""  #: the entry's bytes as the feed sent them
    links: int = 0  #: links to other hosts inside the entry (round-ups have many)
    keys: Keys | None = None  #: what it is known by, once made
    prepared: Prepared | None = field(default=None, repr=False, compare=False)  #: what it is compared by, where that was made with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed's document, read: the entries that were not known by their bytes, as drafts, in document order."""

    feed: str
    format: str  #: "rss20", "atom10", "json11" …; "" where no entry was unseen, and so nothing parsed
    title: str | None = None
    home: str | None = None
    language: str | None = None
    ttl: int | None = None  #: seconds the feed itself asks to wait (ttl, sy:)
    rests: tuple[int, ...] = ()  #: hours of the week in which it asks to be left alone, from 0 = Monday, 0:00 UTC (skipHours, skipDays)
    hub: str | None = None
    drafts: tuple[Draft, ...] = ()
    slices: bytes = b""  #: 8 bytes of the SHA-256 of every entry of the document, known or not, in order
    head_sha: str | None = None
    partial: bool = False  #: cut off: what could be read was kept
    dropped: int = 0  #: entries beyond the cap


# ── what is kept ────────────────────────────────────────────────────────────────────────────────────────────────────


@portable
@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Whose report an item is."""

    role: str = "unknown"  #: own | derived | syndicated | unknown
    origin: str | None = None  #: outlet whose own report it rests on
    background: tuple[str, ...] = ()  #: outlets credited in passing
    evidence: str | None = None  #: the exact words
    why: str = ""
    denied_by: str | None = None


@portable
@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry as curator keeps it: the draft, and what was judged of it since."""

    id: str  #: 16 hex digits
    feed: str
    outlet: str | None = None
    outlet_known: bool = False
    guid: str | None = None
    url: str | None = None
    link: str | None = None
    title: str = ""
    summary: str = ""
    text: str = ""
    authors: tuple[str, ...] = ()
    language: str | None = None
    published: datetime | None = None
    date_raw: str | None = None
    seen: datetime  #: first seen here
    date: datetime  #: published, but never later than seen
    tags: tuple[Tag, ...] = ()
    entities: tuple[Entity, ...] = ()
    credits: tuple[Credit, ...] = ()
    source: str | None = None
    source_url: str | None = None
    links: int = 0
    copy_of: str | None = None  #: id of the first one kept of its group of copies
    copy_why: str = ""
    story: str = ""  #: id of its story
    story_why: str = ""
    provenance: Provenance = Provenance()
    read: bool = False
    starred: bool = False
    sha256: str = ""
    versions: int = 1
    changed: datetime | None = None  #: when its latest version was first seen; None = `seen`


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of an item; number 1 is the first. Append-only."""

    item: str
    number: int
    seen: datetime
    title: str
    text: str
    sha256: str  #: of the entry's bytes
    page: bool = False  #: its text is that of the article's page, not the feed's


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """One answer of a server that brought something: the chain of custody of evidence."""

    feed: str
    requested: str
    final: str
    status: int
    etag: str | None
    last_modified: str | None
    at: datetime
    body_sha: str
    tool: str  #: "curator 0.1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was looked up in the archive while one batch is judged and nothing written, so that it need not be looked up again: near
    items hold the same words, and are near to each other."""

    rows: dict[str, Sequence[int]] = field(default_factory=dict)  #: word → rows that hold it
    items: dict[int, Item] = field(default_factory=dict)  #: row → what stands in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What identity needs to know of a stored item."""

    id: str
    feed: str
    sha256: str
    title: str
    text_sha: str
    versions: int
    pruned: bool = False  #: only its keys are left: it is not new, and it does not change


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`item` is a copy of `copy_of`. Links replace earlier ones of the same item; copy_of None takes a link back."""

    item: str
    copy_of: str | None
    why: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Items that tell one story."""

    id: str
    title: str
    items: tuple[str, ...] = ()  #: ids, copies included, earliest first
    outlets: tuple[str, ...] = ()
    first: datetime
    last: datetime
    origins: tuple[str, ...] = ()
    origins_min: int = 0
    origins_max: int = 0
    credibility: str = "6"  #: Admiralty 1, 2, 3 or 6, as software may say it
    topics: tuple[str, ...] = ()
    score: float = 0.0
    why: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()  #: "circular: A, B", "denied by X", "round-up" …
    related: tuple[str, ...] = ()  #: ids of earlier stories it refers to
    into: str | None = None  #: it was merged: the story that it leads to


# ── what goes out ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story as a digest tells it."""

    story: Story
    items: tuple[Item, ...]  #: representatives first; copies folded behind what they copy
    lead: Item  #: the one the headline and the extract come from
    extract: str = ""  #: at most two sentences of the articles, no invented words
    sources: str = ""  #: "3 outlets · 1 origin: CNN (2 derived, 1 syndicated) · no official source · C3"
    why: str = ""  #: why it stands here
    news: str = ""  #: developing stories: what changed since it was last told


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a digest: a standing question, a topic or pattern, a watch."""

    topic: str  #: topic name or pattern, "question:NAME", "watch:NAME"
    title: str
    told: tuple[Told, ...] = ()
    more: int = 0  #: stories told only by their number
    summary: str = ""  #: source summary line
    empty: str = ""  #: what to say when nothing is new
    also: tuple[tuple[str, str, str], ...] = ()  #: stories that belong here too, told elsewhere: id, headline, title of that section


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What is new since the last one, each story once."""

    id: str
    plan: str
    title: str
    since: datetime | None
    until: datetime
    tlp: str = "CLEAR"
    timezone: str = "UTC"
    sections: tuple[Section, ...] = ()
    updates: tuple[Told, ...] = ()  #: developing: in an earlier digest, now with news
    corrections: tuple[tuple[Item, str, str], ...] = ()  #: item, headline before, headline now
    problems: tuple[Problem, ...] = ()
    silent: tuple[tuple[str, datetime], ...] = ()  #: feeds unusually quiet, and their newest entry
    muted: int = 0
    items: tuple[str, ...] = ()  #: every item it ticks off, those behind "and N more" and copies included
    preview: bool = False  #: a view (--since, --topic …): never ticked off
    more_updates: int = 0  #: developing stories told only by their number
    repeats: int = 0  #: new items that only repeat stories told before
    more_corrections: int = 0  #: changed headlines told only by their number
    short: Mapping[str, str] = field(default_factory=dict)  #: the shortest unique prefix of each id shown
    stuck: tuple[tuple[str, datetime], ...] = ()  #: ids of earlier digests that the mail server will not have, and when they were composed


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """A digest written down to be sent, and how far it got."""

    digest: str  #: its id
    plan: str
    message_id: str
    subject: str
    composed: datetime
    to: tuple[str, ...]
    eml: bytes  #: the whole message, as it goes out whenever it goes out
    items: tuple[str, ...]
    delivered: tuple[str, ...] = ()  #: recipients the server took it for
    sent: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What came of handing one message to some recipients; a sender yields one for each transaction."""

    delivered: tuple[str, ...] = ()  #: the server took it for these
    refused: Mapping[str, str] = field(default_factory=dict)  #: the others, and what the server said
    permanent: frozenset[str] = frozenset()  #: those of the refused that asking again will not help (5xx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a poll did; `problems` in the order they came."""

    feeds: int
    polled: int
    unchanged: int
    failed: int
    new: int
    updated: int
    copies: int
    seconds: float
    problems: tuple[Problem, ...] = ()
    hits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: new items of each watch
    unsent: tuple[str, ...] = ()  #: alerts that could not be sent, and why
    unread: tuple[str, ...] = ()  #: pages of feeds with `fulltext` that could not be read, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """All that one batch of feeds changes; the store applies it in one transaction, or not at all."""

    states: tuple[FeedState, ...] = ()
    retrievals: tuple[Retrieval, ...] = ()
    items: tuple[Item, ...] = ()  #: new ones, complete
    raws: Mapping[str, bytes] = field(default_factory=dict)  #: evidence by SHA-256
    changed: tuple[Item, ...] = ()  #: known ones with a new version: the whole item as it is now
    keys: tuple[tuple[str, int], ...] = ()  #: (item id, identity key) to remember; see `identity`
    links: tuple[Link, ...] = ()
    stories: tuple[Story, ...] = ()  #: new and changed ones, whole; merged ones with `into`
    members: tuple[tuple[str, str, str], ...] = ()  #: (item id, story id, why)
    provenances: tuple[tuple[str, Provenance], ...] = ()  #: of items already kept that are judged anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One document that was read; `before`, the feed's state until now, tells which items its known entries are."""

    document: Document
    before: FeedState | None = None
    retrieval: Retrieval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a batch of arrivals comes to."""

    update: Update  #: without the feeds' states
    new: Mapping[str, tuple[str, ...]]  #: feed -> ids of its new items
    standing: Mapping[str, bytes]  #: feed -> `FeedState.standing` of its document
    changed: int = 0
    copies: int = 0
    known_any: frozenset[str] = frozenset()  #: feeds of which at least one entry was known before


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to list. Everything given must hold."""

    text: str | None = None  #: SQLite FTS5 syntax, made safe
    within: str | None = None  #: the same, of a saved search that is searched
    topic: str | None = None  #: name or pattern with *
    feed: str | None = None
    outlet: str | None = None
    entity: str | None = None  #: any alias
    topics: tuple[str, ...] = ()  #: names or patterns; one of them
    entities: tuple[str, ...] = ()  #: canonical values; one of them
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    unread: bool = False
    starred: bool = False
    origins: int = 0  #: at least this many independent origins
    copies: bool = False  #: list copies too
    muted: bool = False  #: list muted ones too
    order: str = "date"  #: date | score | relevance
    limit: int | None = 20  #: None = all


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An item found, with the place that matched."""

    item: Item
    snippet: str = ""  #: the match marked with « and »
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What people said of topics, to learn from."""

    marks: tuple[tuple[str, str, int], ...] = ()  #: (item id, topic, +1 given or -1 taken away), earliest first
    items: Mapping[str, Item] = field(default_factory=dict)  #: the items they said it of


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person wrote on an item."""

    number: int
    item: str  #: id
    text: str
    tlp: str = "CLEAR"  #: Traffic Light Protocol 2.0 label: who may see it
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """An item with all else that is kept of it: what leaves the archive with it, and comes back."""

    item: Item
    notes: tuple[Note, ...] = ()
    earlier: tuple[Version, ...] = ()  #: its states before the present one
    marks: tuple[tuple[datetime, str, str], ...] = ()  #: (when, what, value) of all a person said of it, earliest first
    retrievals: Mapping[int, Retrieval] = field(default_factory=dict)  #: number of a version -> the answer that brought it
    raws: Mapping[str, bytes] = field(default_factory=dict)  #: evidence by SHA-256
    reliability: str = "F"  #: of its feed, Admiralty scale
    credibility: str = "6"  #: of its story, Admiralty scale
    story_title: str = ""  #: of its story


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """What a person does not want to see in lists and digests."""

    number: int  #: by which `mute end` calls it
    kind: str  #: term | outlet | story
    value: str
    at: datetime
    until: datetime | None = None  #: None = until it is ended
