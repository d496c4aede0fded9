"""A digest for tests with everything in it: questions, topics, watches, updates, changed headlines, problems, hostile text, five scripts."""

from datetime import UTC, datetime, timedelta

from curator.types import Digest, Item, Problem, Provenance, Section, Story, Tag, Told

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)


def item(
    number: int, title: str, outlet: str, *, role: str = "own", origin: str | None = None, topics: tuple[str, ...] = (), **fields
) -> Item:
    slug = outlet.lower().replace(" ", "-")
    given = {
        "id": f"{number:04x}{'0' * 12}",
        "feed": slug,
        "outlet": outlet,
        "outlet_known": True,
        "title": title,
        "url": f"https://{slug}.example/{number}",
        "seen": NOW - timedelta(hours=number % 9),
        "date": NOW - timedelta(hours=number % 9),
        "language": "en",
        "tags": tuple(Tag(name=topic, why=f"title has '{topic.split('/')[-1]}'") for topic in topics),
        "provenance": Provenance(role=role, origin=origin),
    }
    return Item(**{**given, **fields})


def told(number: int, *items: Item, extract: str = "", sources: str = "", why: str = "", news: str = "", score: float = 3.0) -> Told:
    story = Story(
        id=f"{number:04x}{'a' * 12}",
        title=items[0].title,
        items=tuple(one.id for one in items),
        outlets=tuple(dict.fromkeys(one.outlet or "" for one in items)),
        first=min(one.date for one in items),
        last=max(one.date for one in items),
        topics=tuple(tag.name for tag in items[0].tags),
        score=score,
    )
    return Told(story=story, items=items, lead=items[0], extract=extract, sources=sources, why=why, news=news)


HARBOUR = told(
    0x3F2A,
    item(0x3F10, "Five grain ships leave Marova harbour after two weeks", "Harbour Wire", topics=("trade/shipping", "state/marova")),
    item(0x3F11, "Marova : les navires céréaliers repartent", "Le Journal du Port", role="derived", origin="Harbour Wire", language="fr"),
    item(0x3F12, "Корабли с зерном покинули гавань Маровы", "Вечерний листок", role="derived", origin="Harbour Wire", language="ru"),
    extract="Five grain ships left the harbour of Marova on Tuesday, two weeks after mines had closed the channel. "
    "They carry 140,000 tonnes of wheat for ports in North Africa, the harbour office said.",
    sources="3 outlets · 1 origin: Harbour Wire (2 derived) · no official source · C3",
    why="trade/shipping: title has 'ships'; 3 outlets; fresh",
)
CHINESE = told(
    0x9B01,
    item(0x9B10, "五艘运粮船周二驶离马罗瓦港此前航道因水雷关闭了两周港务局称货物为十四万吨小麦", "港口日报", topics=("trade/shipping",), language="zh",
         url="https://port.example/%E6%B8%AF"),
    extract="五艘运粮船周二驶离马罗瓦港，此前航道因水雷关闭了两周。港务局称，这些船载有十四万吨小麦，运往北非港口。",
    sources="1 outlet · own report · C3",
)  # fmt: skip
ARABIC = told(
    0x9B02,
    item(0x9B20, "خمس سفن حبوب تغادر ميناء ماروفا بعد أسبوعين", "صحيفة الميناء", language="ar", url="https://mina.example/1"),
    sources="1 outlet",
)
HOSTILE = told(
    0x77AA,
    item(
        0x7710,
        '<script>alert(1)</script> \u202eexe.gpj\x1b[31m & "quotes"\r\nBcc: x@example.org',
        "Evil\r\nBcc: x@example.org",
        url="javascript:alert(1)",
        link="data:text/html,x",
        topics=("cyber/vulnerabilities",),
        language='en" onload="alert(1)',
    ),
    extract="![x](http://tracker.example/1.png) <img src=http://tracker.example/2.png> *not bold* [not a link](http://evil.example)",
    sources="1 outlet · <b>A1</b>",
    why="title has '<script>'",
)
MINISTER = told(
    0xBEEF,
    item(0xBE10, "Minister resigns over leaked port contract", "The Valley Courier", topics=("politics/corruption",)),
    extract="The minister of transport resigned on Tuesday after a contract with a shipping company became public.",
    sources="4 outlets · 2 origins: The Valley Courier, Harbour Wire · 1 official source · B1",
    news="own reporting by The Valley Courier; 2 independent origins instead of 1",
)


def full(**fields) -> Digest:
    """The digest with everything in it."""
    given = {
        "id": "5d41402abc4b2a76",
        "plan": "main",
        "title": "Morning reading",
        "since": NOW - timedelta(days=1),
        "until": NOW,
        "timezone": "Europe/Vienna",
        "tlp": "AMBER",
        "sections": (
            Section(
                topic="question:grain",
                title="Do the grain ships reach Africa?",
                told=(HARBOUR,),
                summary="3 items, 3 publishers, 1 original reporter (Harbour Wire); 0 official; oldest 7 h",
            ),
            Section(topic="question:dam", title="Who damaged the dam of the lower valley?", empty="Nothing new."),
            Section(
                topic="question:mines",
                title="Who laid the mines off Marova?",
                also=((HARBOUR.story.id, HARBOUR.lead.title, "Do the grain ships reach Africa?"),),
            ),
            Section(
                topic="trade/*",
                title="Trade",
                told=(CHINESE, ARABIC),
                more=14,
                summary="22 items, 9 publishers, 3 original reporters (A, B and C); 1 official; oldest 2 d",
            ),
            Section(topic="*", title="Everything else", told=(HOSTILE,), summary="1 item, 1 publisher, 0 original reporters; 0 official; oldest 1 h"),
            Section(
                topic="watch:marova",
                title="Watch: marova",
                also=((HARBOUR.story.id, HARBOUR.lead.title, "Do the grain ships reach Africa?"),),
            ),
        ),
        "updates": (MINISTER,),
        "corrections": (
            (item(0x71, "Two hurt in depot fire, not five, says fire service", "The Valley Courier"), "Five hurt in depot fire", "Two hurt in depot fire, not five, says fire service"),
        ),
        "problems": (
            Problem(feed="brokenfeed", kind="timeout", message="no answer within 20 s", since=NOW - timedelta(days=2), failures=31),
            Problem(feed="gappy", kind="gap", message="none of its 20 entries was known: some may have been missed"),
        ),
        "silent": (("quietfeed", NOW - timedelta(days=6)),),
        "muted": 3,
        "repeats": 12,
        "short": {HARBOUR.story.id: "3f2a", CHINESE.story.id: "9b01", ARABIC.story.id: "9b02", HOSTILE.story.id: "77aaa", MINISTER.story.id: "beef", "0071000000000000": "0071"},
        "items": tuple(one.id for story in (HARBOUR, CHINESE, ARABIC, HOSTILE, MINISTER) for one in story.items),
    }  # fmt: skip
    return Digest(**{**given, **fields})


def many(count: int, per_section: int = 200, sections: int = 12) -> Digest:
    """A digest of far too many stories, each with a long extract."""
    stories = [
        told(
            0x1000 + number,
            item(
                0x1000 + number,
                f"Story {number}: the harbour of Marova is open again after the mines were cleared",
                "Harbour Wire",
                topics=("trade/shipping",),
            ),
            extract="Five grain ships left the harbour of Marova on Tuesday, two weeks after mines had closed the channel. " * 3,
            sources="3 outlets · 1 origin: Harbour Wire (2 derived) · no official source · C3",
            score=float(count - number),
        )
        for number in range(count)
    ]
    cut = [tuple(stories[start::sections]) for start in range(sections)]
    return full(
        sections=tuple(
            Section(topic=f"t{n}/*", title=f"Topic {n}", told=part[:per_section], more=max(0, len(part) - per_section))
            for n, part in enumerate(cut)
        ),
        short={},
    )
