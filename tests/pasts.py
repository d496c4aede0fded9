"""Archives with a past: entries that came at different times, judged as a poll judges them."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from curator import identity, ingest
from curator.app import Curator
from curator.config import Config, Feed, Outlet, Topic
from curator.reading import Reader
from curator.stores.sqlite import Store
from curator.types import Draft, Item, Query

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
EVERYTHING = Query(copies=True, muted=True, limit=None)
OUTLETS = ("Tarn Courier", "Pass Post", "Radio Selm", "Lake Gazette")
_FERRY = (
    "The car ferry Aldona ran onto rocks off Grebe Point early on Tuesday with sixty people on board, the coast rescue service of Selm said. "
    "Helicopters lifted all of the passengers to safety before the tide turned, and the hull was leaking diesel by noon."
)
_DAM = (
    "Engineers began to lower the water behind the Orvany dam after a crack was found in its northern spillway, the energy ministry said. "
    "Villages downstream were told to be ready to leave, and trains across the valley bridge were stopped until further notice."
)
_BANK = (
    "The central bank of Tarn raised its lending rate by half a point to slow inflation, the third increase since the autumn. "
    "Governor Ilse Marn told reporters that food prices had risen faster than wages for a year and that more might follow."
)
#: (headline, text): four stories, the first three of several articles, one of them word for word the same
ARTICLES = (
    ("Ferry Aldona runs onto rocks off Grebe Point", _FERRY),
    ("Ferry Aldona runs onto rocks off Grebe Point", _FERRY),
    ("All sixty on stranded ferry Aldona safe", "All sixty people on the car ferry Aldona were lifted to safety by helicopters after it ran onto rocks off Grebe Point, rescuers said. Diesel leaking from the hull of the ferry has reached the beaches of Selm."),
    ("Orvany dam lowered after crack in spillway", _DAM),
    ("Villages below Orvany dam told to be ready", "Villages downstream of the Orvany dam were told to be ready to leave after engineers found a crack in the northern spillway. The energy ministry said the water behind the dam would be lowered for a week."),
    ("Valley trains stopped below cracked Orvany dam", "Trains across the valley bridge below the Orvany dam stay stopped while the water is lowered, the railway said. The crack in the northern spillway had grown, engineers of the energy ministry reported."),
    ("Bank of Tarn raises rate by half a point", _BANK),
    ("Tarn central bank raises lending rate again", "Governor Ilse Marn of the central bank of Tarn raised the lending rate by half a point, the third increase since the autumn, to slow inflation. Food prices have risen faster than wages for a year."),
    ("Choir of Lake school wins prize", "The choir of the Lake school won the first prize at the festival of young voices with three songs about winter and an encore."),
)  # fmt: skip


def config(folder: Path | None = None, **given: object) -> Config:
    """Four feeds of four outlets, and a topic of our own."""
    feeds = {name: Feed(name=name, url=f"https://{_host(name)}/feed", outlet=name) for name in OUTLETS}
    plain: dict[str, object] = {
        "path": str(folder / "feeds.toml") if folder else "",
        "feeds": feeds,
        "topics": {"sea": Topic(name="sea", any=("ferry",))},
        "outlets": tuple(Outlet(name=name, hosts=(_host(name),)) for name in OUTLETS),
    }
    return Config(**{**plain, **given})  # type: ignore[arg-type]


def _host(name: str) -> str:
    return f"{name.lower().replace(' ', '-')}.example"


def entry(article: int, outlet: int, *, hours: int = 0) -> Draft:
    """An article as an outlet brings it; one article of two outlets is two entries."""
    title, text = ARTICLES[article]
    name = OUTLETS[outlet]
    mark = f"{article}-{outlet}"
    return Draft(
        feed=name, guid=mark, url=f"https://{_host(name)}/news/{mark}", link=f"https://{_host(name)}/news/{mark}", title=title, text=text,
        summary=text[:200], language="en", published=START + timedelta(hours=hours), outlet=name, outlet_known=True,
        sha256=sha256(mark.encode()).hexdigest(),
    )  # fmt: skip


def came(store: Store, settings: Config, drafts: Sequence[Draft], at: datetime) -> list[str]:
    """Keep what is new of the drafts, as a poll at that moment does; their ids."""
    reader = _reader(repr((settings.topics, settings.outlets, settings.feeds)), settings)
    items = [ingest.kept(reader.judge(draft), ingest.item_id(draft), at) for draft in drafts]
    there = store.items([item.id for item in items])
    fresh = list({item.id: item for item in items if item.id not in there}.values())
    keys = tuple((item.id, key) for item in fresh for key in identity.keys(ingest.as_draft(item)).all)
    store.apply(replace(ingest.Ingest(settings, store).judge(fresh, now=at), keys=keys))
    return [item.id for item in items]


_READERS: dict[str, Reader] = {}


def _reader(key: str, settings: Config) -> Reader:
    """Compiling rules takes a moment, so it is done once for each configuration."""
    if key not in _READERS:
        _READERS[key] = Reader(settings)
    return _READERS[key]


@contextmanager
def archive(folder: Path, **given: object) -> Iterator[Curator]:
    """An archive of all the articles, one of each outlet in turn, in three polls; the clock stands a day later."""
    (folder / "curator.db").write_bytes(_archive())
    with Curator(config(folder, **given), clock=lambda: START + timedelta(days=1)) as opened:
        yield opened


@cache
def _archive() -> bytes:
    """Its file, made once."""
    with tempfile.TemporaryDirectory() as folder:
        with Curator(config(Path(folder))) as opened:
            for poll in range(3):
                drafts = [entry(n, n % len(OUTLETS), hours=n) for n in range(len(ARTICLES)) if n % 3 == poll]
                came(opened.store, opened.config, drafts, START + timedelta(hours=9 + poll))
        return Path(folder, "curator.db").read_bytes()


def items(opened: Curator) -> dict[str, Item]:
    """Everything that is kept, by id."""
    return {item.id: item for item in opened.iterate(EVERYTHING)}


def titled(opened: Curator, start: str) -> str:
    """The id of the first item whose headline begins so."""
    return next(item.id for item in items(opened).values() if item.title.startswith(start))


def partition(opened: Curator) -> set[frozenset[str]]:
    """Which items stand together, by headline and outlet."""
    found: dict[str, set[str]] = {}
    for item in items(opened).values():
        found.setdefault(item.story, set()).add(f"{item.title} ({item.outlet})")
    return {frozenset(group) for group in found.values()}
