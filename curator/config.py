"""The nouns of feeds.toml, as frozen records. `configfile.py` reads the file into them; nothing here reads anything.

Every field that a user may set has a comment that says what it means; `docs/feeds-toml.md` is generated from them.
Durations are seconds, sizes bytes, unless the comment says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

AUTO = -1  #: `every = "auto"`: the feed's own rhythm decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed to follow: a `[feeds.NAME]` table over `[defaults]`."""

    name: str  #: the key of the table; the feed's name everywhere
    url: str  #: where the feed is; http or https
    outlet: str | None = None  #: the publisher; without it found from the host, else the feed's title
    role: str = "press"  #: primary | press | aggregator
    reliability: str = "F"  #: Admiralty letter A … F; F = cannot be judged
    topics: tuple[str, ...] = ()  #: topics every entry of this feed carries
    language: str | None = None  #: language of its entries where the feed itself does not say (BCP 47, "en")
    enabled: bool = True  #: false: kept, not polled
    every: int = 3600  #: between two polls; "auto" (here AUTO): the feed's own rhythm
    fulltext: bool = False  #: complete summaries from the article's page (extra `fulltext`)
    headers: Mapping[str, str] = field(default_factory=dict)  #: extra request headers
    username: str | None = None  #: HTTP basic auth
    password_env: str | None = None  #: environment variable that holds the password
    proxy: str | None = None  #: http://… or socks5h://… (Tor: socks5h://127.0.0.1:9050)
    verify_tls: bool = True  #: false: accept any certificate
    ca_file: str | None = None  #: own certificate authority, a PEM file


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """How servers are asked: `[fetch]`."""

    allow_private: bool = False  #: loopback and private addresses are refused unless true
    concurrency: int = 64  #: fetches in flight
    per_host: int = 2  #: fetches in flight to one host and port
    timeout: float = 20.0  #: for one fetch from its start, whatever the server does
    max_wire: int = 10_000_000  #: bytes of a body as sent
    max_body: int = 20_000_000  #: bytes of a body after decompression
    max_redirects: int = 10  #: redirects followed before it is a problem
    max_entries: int = 10_000  #: entries kept of one document; the newest, and told
    parse_seconds: float = 10.0  #: CPU seconds one parse may take
    parse_memory: int = 512_000_000  #: bytes of memory one parse may take
    contact: str | None = None  #: URL or mail address added to the User-Agent
    proxy: str | None = None  #: for all feeds, unless a feed has its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher: `[outlets."NAME"]`, or one of the shipped list."""

    name: str
    hosts: tuple[str, ...] = ()  #: host names; those below them count too
    aliases: tuple[str, ...] = ()  #: other names it is credited by
    kind: str = "press"  #: wire | press | official | ngo | blog | aggregator
    group: str | None = None  #: owner; outlets of one group are not independent of each other
    state: bool = False  #: controlled by a state
    language: str | None = None  #: it mostly writes in
    ambiguous: bool = False  #: the name is also an ordinary word: needs case, article or verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The rule of one topic: `[topics."group/name"]`; term syntax in docs/topics.md."""

    name: str
    title: str = ""  #: what a person reads; default: the name
    default: bool = False  #: shipped topics only: on without being asked for
    any: tuple[str, ...] = ()  #: strong terms
    headline: tuple[str, ...] = ()  #: count alone in the title, nowhere else
    weak: tuple[str, ...] = ()  #: count only beside another weak term or one of `context`
    context: tuple[str, ...] = ()  #: support weak terms, never tag alone
    pairs: tuple[tuple[str, ...], ...] = ()  #: the first counts as strong if one of the others stands in the item
    near: tuple[tuple[str, ...], ...] = ()  #: the same, if one of the others stands within 100 characters, in the same paragraph
    mask: tuple[str, ...] = ()  #: blanked before matching
    mask_beside: tuple[tuple[str, ...], ...] = ()  #: a topic, then terms: blanked where that topic is given
    quiet: tuple[str, ...] = ()  #: where one of them stands in the title, only `any` counts
    second_to: tuple[str, ...] = ()  #: topics: where one of them is sure, a single hit below the title does not count
    grave: bool = False  #: asks for a word of war, politics, money, crime or disaster in the item; see topics.md
    lists: str = "count"  #: "skip": a hit inside a list of three or more names does not count
    threshold: float = 1.0  #: score from which the topic is given
    weight: float = 1.0  #: pulls stories up the digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved search: `[watch.NAME]`."""

    name: str
    query: str | None = None  #: full-text query, as `curator search` takes it
    topics: tuple[str, ...] = ()  #: topics or patterns; one of them
    entities: tuple[str, ...] = ()  #: things named, by any of their names; one of them
    alert: bool = False  #: `poll` sends new hits at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A standing question (an intelligence requirement): `[questions.NAME]`."""

    name: str
    question: str  #: as the digest shows it
    until: date | None = None  #: no longer asked after this day
    topics: tuple[str, ...] = ()  #: topics or patterns; one of them
    any: tuple[str, ...] = ()  #: terms, written as in a topic
    entities: tuple[str, ...] = ()  #: things named, by any of their names; one of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a digest holds and to whom it goes: `[digest]` is the plan "main"; `[digests.NAME]` are others with books of their own."""

    name: str = "main"
    title: str = "Morning reading"  #: over the digest and in the subject of its mail
    sections: tuple[str, ...] = ("*",)  #: topics or patterns, after the questions, in this order; * = everything else
    per_section: int = 8  #: stories told in full; the others are counted under "and N more"
    tlp: str = "CLEAR"  #: Traffic Light Protocol 2.0 label: CLEAR | GREEN | AMBER | AMBER+STRICT | RED
    heartbeat: bool = False  #: send a mail also when nothing is new
    questions: bool = True  #: begin with a section for each standing question
    watches: bool = True  #: end with a section for each watch
    to: tuple[str, ...] = ()  #: recipients; default: those of [mail]
    templates: str | None = None  #: folder with Jinja2 templates that replace the shipped ones
    at: str = "07:00"  #: local time for `curator schedule`
    days: str = "daily"  #: daily | weekdays | mon … sun, for `curator schedule`


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How digests leave: `[mail]`."""

    sender: str = "smtp"  #: a file in senders/: smtp | maildir | folder | command | webhook
    to: tuple[str, ...] = ()  #: recipients
    from_: str = "curator@localhost"  #: written `from` in feeds.toml
    host: str = "localhost"  #: of the mail server
    port: int = 587  #: of the mail server; 465 goes with security = "tls"
    security: str = "starttls"  #: starttls | tls | none
    username: str | None = None  #: at the mail server
    password_env: str | None = None  #: environment variable that holds the password
    password_file: str | None = None  #: a file only its owner can read
    ca_file: str | None = None  #: own certificate authority of the mail server, a PEM file
    path: str | None = None  #: maildir, folder: where to write
    command: tuple[str, ...] = ()  #: command: e.g. ["sendmail", "-t", "-i"]
    url: str | None = None  #: webhook: where to POST
    allow_private: bool = False  #: webhook: loopback and private addresses are refused unless this or that of [fetch] is true
    timeout: float = 30.0  #: for one answer of the mail server


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """How items become stories: `[stories]`."""

    window_days: float = 8.0  #: an item joins a story that had news within this many days
    security_days: float = 12.0  #: the same for items of the topics below
    security_topics: tuple[str, ...] = ("cyber/*",)  #: topics or patterns whose news moves slower


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All of feeds.toml."""

    path: str = ""  #: the file it was read from; "" = none
    store: str = "sqlite:curator.db"  #: the archive, KIND:PLACE; relative paths count from the file's folder
    timezone: str = "UTC"  #: the one times are shown and days begin in, such as "Europe/Vienna"
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    builtin_topics: tuple[str, ...] | None = (
        None  #: shipped topics that are on, or patterns: ["*"]; without it those marked default, if the file defines no topic
    )
    topics: Mapping[str, Topic] = field(default_factory=dict)  #: the user's own; `topics.active` adds the shipped ones that are on
    outlets: tuple[Outlet, ...] = ()  #: the user's; they add to or override the shipped
    watches: Mapping[str, Watch] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    fetch: Fetch = Fetch()
    stories: Stories = Stories()
    plans: Mapping[str, Plan] = field(default_factory=lambda: {"main": Plan()})
    mail: Mail | None = None
    warnings: tuple[str, ...] = ()  #: what is odd but usable, e.g. two feeds with one canonical URL
