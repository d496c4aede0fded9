"""Makes what happens to articles between feeds: `python benchmarks/changes.py ROWS.jsonl [OUT.jsonl] [--seed N] [--articles N]`.

ROWS are articles (id, title, text; one JSON object a line); OUT gets rows with `cluster` (the articles that are copies of one another),
`labels` (the kind of change) and all that a feed would carry. This generator is for measuring only: nothing is ever trained on it, so that
its figures tell how `copies` does on changes it has not seen.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Change = Callable[[random.Random, Row, list[Row]], tuple[str, str]]


def listed(words: str) -> list[str]:
    return words.split()


OUTLETS = (
    "Harbour Courier",
    "Northern Ledger",
    "Metro Dispatch",
    "The Valley Post",
    "Wire Monitor",
    "Signal Desk",
    "Plain Dealer Online",
    "Inland Times",
)
PLACES = listed(
    "Ashford Milbrook Carden Eastvale Dunmore Halton Kelso Larkhill Norwick Oakmere Penrith Quarley Ravenna Selby Tarrant Upton Wexley "
    "Yarrow Brixham Colne Drayton Elgin Frome Girton Hexham Ilkley Jarrow Kendal Lymm Morley Nairn Otley Poole Redcar Stroud Thirsk"
)
NAMES = listed(
    "Anna Boris Carla Dmitri Elena Farid Greta Hugo Ines Jonas Katya Liam Mira Noor Oskar Petra Quinn Rosa Samir Tara Umar Vera Wanda Yusuf Zoe"
)
FAMILIES = listed(
    "Adler Brandt Castillo Demir Eriksen Fontaine Gruber Haddad Ivanova Jansen Kovacs Lindqvist Moreau Novak Okafor Petrov Rossi Sato Tanaka "
    "Ullman Varga Weber Yilmaz Zhao Bennett Clarke Doyle Finch Hartley"
)
PRODUCTS = listed(
    "Atlas Beacon Cobalt Delta Ember Falcon Granite Horizon Indigo Juniper Krypton Lumen Meridian Nimbus Onyx Prism Quartz Raven Sierra Titan"
)
TRADES = listed(
    "Nurse Electrician Accountant Welder Teacher Analyst Plumber Driver Architect Chef Librarian Surveyor Paramedic Baker Mechanic"
)
DAYS = listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTHS = listed("January February March April May June July August September October November December")
SWAPS = {
    "said": "stated", "big": "large", "large": "big", "also": "additionally", "but": "however", "use": "employ", "used": "employed", "show": "indicate",
    "shows": "indicates", "help": "assist", "begin": "start", "began": "started", "many": "numerous", "about": "roughly", "after": "following",
    "because": "since", "buy": "purchase", "get": "obtain", "told": "informed", "people": "persons", "company": "firm", "near": "close to", "while": "whereas",
}  # fmt: skip


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?”\"])\s+(?=[A-Z“\"'])|\n+", text.strip()) if part.strip()]


def words(text: str, count: int) -> str:
    return " ".join(text.split()[:count])


# ── copies ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def headline(draw: random.Random, row: Row) -> str:
    """A new headline from words of the text."""
    parts = draw.choice(sentences(row["text"])[:4] or [row["title"]])
    return words(parts, draw.randint(6, 11)).rstrip(",;:.")


def other_sentences(draw: random.Random, others: list[Row], count: int) -> list[str]:
    """Own reporting: sentences of another article."""
    pool = sentences(draw.choice(others)["text"])
    at = draw.randrange(max(1, len(pool) - count))
    return pool[at : at + count]


def merged(draw: random.Random, row: Row, others: list[Row]) -> tuple[str, str]:
    """More than half of an article with own reporting around it."""
    pool = sentences(row["text"])
    kept = pool[: max(3, round(len(pool) * draw.uniform(0.55, 0.8)))]
    own = other_sentences(draw, others, max(1, round(len(kept) * draw.uniform(0.25, 0.5))))
    half = len(own) // 2
    return headline(draw, row), " ".join([*own[:half], *kept, *own[half:]])


def liveblog(draw: random.Random, row: Row, others: list[Row]) -> tuple[str, str]:
    """The article grown at its head, with times."""
    news = [f"{draw.randint(6, 22)}:{draw.randint(10, 59)} {sentence}" for sentence in other_sentences(draw, others, draw.randint(2, 5))]
    return "LIVE: " + row["title"], "\n".join([*news, row["text"]])


def localised(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    place, pool = draw.choice(PLACES), sentences(row["text"])
    lead = f"Residents of {place} are among those who will feel the effects, local officials told the {draw.choice(OUTLETS)} on {draw.choice(DAYS)}."
    return f"What it means for {place}: {words(row['title'], 6)}", " ".join([lead, *pool[draw.randint(0, 1) :]])


def wrapped(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    name = draw.choice(OUTLETS)
    head = f"Good morning, this is {draw.choice(NAMES)} with the letter of the {name}. Here is the piece that everyone in the office was talking about yesterday."
    tail = f"That is all for today. Write back if you liked it, tell a friend if you loved it. Until tomorrow, the {name} team."
    return f"{name} letter: {row['title']}", " ".join([head, row["text"], tail])


def teaser(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    first = sentences(row["text"])[0]
    return f"{row['title']} - {draw.choice(OUTLETS)}", words(first, draw.randint(14, 30)) + draw.choice(["…", "...", " [...]", ""])


def bare(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    return row["title"] + draw.choice([f" - {draw.choice(OUTLETS)}", f" | {draw.choice(OUTLETS)}", ""]), ""


def cut(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    return row["title"], row["text"][: draw.randint(180, 420)] + draw.choice(["…", " […]", "... Read more", " Continue reading"])


def middle(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    pool = sentences(row["text"])
    at = draw.randrange(1, max(2, len(pool) - 3))
    return headline(draw, row), " ".join(pool[at : at + 3])


def retitled(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    return headline(draw, row), row["text"]


def shuffled(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    """Shortened, and its paragraphs in another order."""
    pool = sentences(row["text"])
    kept = [sentence for sentence in pool if draw.random() < 0.6] or pool
    half = len(kept) // 2
    return headline(draw, row), " ".join(kept[half:] + kept[:half])


def reworded(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    """Words swapped, a source put in, a sentence dropped here and there."""
    done = []
    for sentence in sentences(row["text"]):
        if draw.random() < 0.12:
            continue
        text = " ".join([SWAPS.get(word, word) if draw.random() < 0.7 else word for word in sentence.split()])
        done.append(f"According to the report, {text[0].lower()}{text[1:]}" if draw.random() < 0.1 else text)
    return headline(draw, row), " ".join(done)


def garbled(draw: random.Random, row: Row, _: list[Row]) -> tuple[str, str]:
    """Letters swapped and lost, quotation marks turned, as scanning and careless conversion do."""
    text = list(row["text"])
    for at in range(1, len(text) - 1):
        roll = draw.random()
        if text[at].isalpha() and roll < 0.004:
            text[at], text[at + 1] = text[at + 1], text[at]
        elif text[at].isalpha() and roll < 0.008:
            text[at] = ""
    return row["title"].replace("'", "’"), "".join(text).replace('"', "“").replace("'", "’")


COPIES: dict[str, Change] = {
    "merged": merged, "liveblog": liveblog, "localised": localised, "wrapped": wrapped, "teaser": teaser, "bare": bare, "cut": cut,
    "middle": middle, "retitled": retitled, "shuffled": shuffled, "reworded": reworded, "garbled": garbled,
}  # fmt: skip


# ── look-alikes ─────────────────────────────────────────────────────────────────────────────────────────────────────


def person(draw: random.Random) -> str:
    return f"{draw.choice(NAMES)} {draw.choice(FAMILIES)}"


def date(draw: random.Random) -> str:
    return f"{draw.choice(MONTHS)} {draw.randint(1, 28)}"


def job(draw: random.Random) -> tuple[str, str]:
    trade, place = draw.choice(TRADES), draw.choice(PLACES)
    return f"{trade} wanted in {place}", (
        f"The municipality of {place} is looking for a {trade.lower()} to join its team as soon as possible. We offer a permanent contract of {draw.randint(20, 40)} "
        f"hours a week, a salary according to the collective agreement, thirty days of leave and a pension scheme. You bring a completed training, at least "
        f"{draw.randint(2, 8)} years of experience and a driving licence. Applications with the usual documents are to be sent to {person(draw)} by {date(draw)}. "
        "We are an equal opportunity employer and welcome applications from all parts of society."
    )


def weather(draw: random.Random) -> tuple[str, str]:
    place, what = draw.choice(PLACES), draw.choice(["heavy rain", "strong wind", "thunderstorms", "snow and ice", "dense fog"])
    return f"{draw.choice(['Yellow', 'Amber', 'Orange'])} warning: {what} in {place}", (
        f"The weather service has issued a warning of {what} for the district of {place}. It is in force from {draw.randint(1, 11)} am until {draw.randint(1, 11)} pm on "
        f"{draw.choice(DAYS)}. Gusts of {draw.randint(50, 110)} km/h and up to {draw.randint(5, 60)} mm are expected. Travel may be delayed. Secure loose objects, avoid "
        "exposed coasts and forests, and follow the advice of the local authorities. The warning will be reviewed in the evening."
    )


def market(draw: random.Random) -> tuple[str, str]:
    kinds = ("Wheat", "Barley", "Soybeans", "Copper", "Gold", "Cocoa")
    lines = " ".join(
        [
            f"{kind} {draw.randint(100, 3000)}.{draw.randint(10, 99)} {draw.choice(['up', 'down'])} {draw.randint(0, 4)}.{draw.randint(0, 9)} percent."
            for kind in kinds
        ]
    )
    return (
        f"Commodity prices on {draw.choice(DAYS)}, {date(draw)}",
        f"Closing prices of the main contracts, per tonne or ounce, in dollars. {lines} Prices are indicative and delayed by fifteen minutes. Source: exchange data.",
    )


def sports(draw: random.Random) -> tuple[str, str]:
    teams = draw.sample(PLACES, 8)
    lines = " ".join([f"{teams[at]} {draw.randint(0, 5)} {teams[at + 1]} {draw.randint(0, 5)}." for at in range(0, 8, 2)])
    return (
        f"Results: {draw.choice(['first', 'second', 'third'])} division",
        f"The results of the day in the regional league. {lines} Attendance figures were not available. The next round is played on {draw.choice(DAYS)}.",
    )


def column(draw: random.Random) -> tuple[str, str]:
    topic = draw.choice(
        [
            "mortgages",
            "pruning roses",
            "leaking taps",
            "school meals",
            "old radiators",
            "noisy neighbours",
            "lost parcels",
            "slow broadband",
        ]
    )
    return "Ask our expert", (
        f"Every week our expert {person(draw)} answers the questions you send in. This week {draw.choice(NAMES)} from {draw.choice(PLACES)} asks about {topic}. "
        f"The short answer is to wait until {draw.choice(MONTHS)} and to keep the receipts, says our expert, who has {draw.randint(10, 40)} years in the trade. Do you have "
        "a question yourself? Send it in with your name and town, and we may answer it here next week. We cannot enter into correspondence."
    )


def obituary(draw: random.Random) -> tuple[str, str]:
    who = person(draw)
    return f"{who}, {draw.randint(60, 98)}", (
        f"{who} of {draw.choice(PLACES)} passed away peacefully on {date(draw)}, surrounded by family. Born in {draw.choice(PLACES)} in 19{draw.randint(25, 60)}, "
        f"{who.split()[0]} worked as a {draw.choice(TRADES).lower()} for many years. A service will be held on {draw.choice(DAYS)} at {draw.randint(9, 4 + 11)} o'clock at "
        "the parish church. The family asks for donations to the hospice instead of flowers. Condolences may be left in the book at the town hall."
    )


def patch(draw: random.Random) -> tuple[str, str]:
    what, flaw = (
        draw.choice(PRODUCTS),
        draw.choice(["a memory error", "a missing check", "a race condition", "an injection flaw", "a path traversal"]),
    )
    return f"Security update for {what}", (
        f"An update for {what} is now available for all supported versions. It repairs {flaw} in the {draw.choice(['parser', 'login page', 'update service', 'web console'])} by "
        f"which an attacker could {draw.choice(['run code', 'read files', 'stop the service', 'gain privileges'])}. Users should install version {draw.randint(1, 9)}."
        f"{draw.randint(0, 20)}.{draw.randint(0, 9)} or later. The vendor is not aware of any use of this flaw in attacks. Instructions for installing the update are found "
        "in the administration guide. If you have questions, ask your support representative."
    )


def quake(draw: random.Random) -> tuple[str, str]:
    place = draw.choice(PLACES)
    return f"M {draw.randint(2, 6)}.{draw.randint(0, 9)} - {draw.randint(3, 90)} km {draw.choice('NSEW')} of {place}", (
        f"An earthquake was recorded {draw.randint(3, 90)} km from {place} at a depth of {draw.randint(5, 90)} km. Time: {draw.randint(0, 23)}:{draw.randint(10, 59)}. "
        "There is no tsunami warning in force. Did you feel it? Tell us what you noticed. Figures are preliminary and may change as more readings come in."
    )


def series(draw: random.Random) -> tuple[str, str]:
    guest = person(draw)
    return f"The long talk with {guest}", (
        f"In our weekly series we talk with people who shape the region. Today our guest is {guest}, {draw.choice(TRADES).lower()} in {draw.choice(PLACES)}. We speak about "
        f"{draw.choice(['childhood', 'failure', 'work', 'luck', 'money'])} and about {draw.choice(['music', 'cooking', 'the sea', 'football', 'trains'])}. The series is produced by our "
        "audio team and appears every Thursday wherever you listen. If you like it, leave us a rating and tell your friends about the show."
    )


def wall(draw: random.Random) -> tuple[str, str]:
    title = f"{draw.choice(PLACES)} {draw.choice(['mayor', 'council', 'hospital', 'airport', 'school board'])} {draw.choice(['rejects', 'approves', 'delays', 'reviews'])} {draw.choice(['budget', 'plan for tram', 'merger', 'tender', 'new rules'])}"
    return (
        title,
        "To continue reading this article, please subscribe or log in. Already a subscriber? Sign in to your account for unlimited access to all our journalism on any device.",
    )


def empty(draw: random.Random) -> tuple[str, str]:
    return f"{draw.choice(PLACES)}: {draw.choice(['photos', 'video', 'map', 'in pictures'])}", ""


LOOKALIKES = {
    "template_job": job, "weather": weather, "market": market, "sports": sports, "column": column, "obituary": obituary, "patch": patch,
    "template_quake": quake, "series": series, "wall": wall, "empty": empty,
}  # fmt: skip


def followup(draw: random.Random, row: Row, other: Row) -> tuple[str, str]:
    """Another article that repeats part of an earlier one as background: 15 to 40 % of it, and never the greater part of itself."""
    pool = sentences(row["text"])
    told = pool[: max(1, round(len(pool) * draw.uniform(0.15, 0.4)))]
    while len(told) > 1 and len(" ".join(told)) > 0.6 * len(other["text"]):
        told.pop()
    return other["title"], " ".join([other["text"], *told])


def roundup(draw: random.Random, others: list[Row]) -> tuple[str, str]:
    told = draw.sample(others, min(8, len(others)))
    return f"The week in brief, {date(draw)}", " ".join([f"{row['title']}. {words(sentences(row['text'])[0], 22)}" for row in told])


# ── all together ────────────────────────────────────────────────────────────────────────────────────────────────────


def articles(path: str, count: int, draw: random.Random) -> list[Row]:
    """Articles long enough to be changed, each once."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
    long = {
        row["title"]: row
        for row in rows
        if len((row.get("text") or "").split()) >= 80 and len(sentences(row["text"])) >= 6 and len(row["title"].split()) >= 3
    }
    if not long:
        raise SystemExit(f"{path} holds no article of 80 words and six sentences")
    picked = sorted(long.values(), key=lambda row: str(row["id"]))
    draw.shuffle(picked)
    return picked[:count]


def changed(base: list[Row], draw: random.Random) -> Iterator[Row]:
    """Two thirds of the articles with one to three copies each; the others only lend sentences, and do not stand there themselves."""
    third = len(base) // 3
    lent, told, kinds = base[:third], base[third:], list(COPIES.items())
    for number, row in enumerate(told):
        yield made(draw, f"o{number}", f"c{number}", "original", row["title"], row["text"])
        for kind, change in draw.sample(kinds, draw.choice([0, 1, 1, 2, 3])):
            yield made(draw, f"o{number}-{kind}", f"c{number}", kind, *change(draw, row, lent))
    for number, other in enumerate(lent[: len(lent) // 2]):
        yield made(draw, f"f{number}", f"f{number}", "followup", *followup(draw, told[number], other))
    for number in range(len(base) // 12):
        yield made(draw, f"r{number}", f"r{number}", "roundup", *roundup(draw, told))


def lookalikes(draw: random.Random, each: int) -> Iterator[Row]:
    for kind, template in LOOKALIKES.items():
        seen: set[tuple[str, str]] = set()
        while len(seen) < each:
            title, text = template(draw)
            if (title, text) not in seen and (kind != "wall" or title not in {known for known, _ in seen}):
                number = len(seen)
                seen.add((title, text))
                source = f"{kind}-{number % 2}" if number % 3 == 0 else kind
                yield made(draw, f"{kind}{number}", f"{kind}{number}", kind, title, text, source)


def made(draw: random.Random, name: str, cluster: str, kind: str, title: str, text: str, source: str = "") -> Row:
    at = datetime(2025, 5, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(14 * 1440))
    host = source or draw.choice(OUTLETS).lower().replace(" ", "-")
    url = f"https://{host}.example/{name}"
    return {
        "id": name,
        "cluster": cluster,
        "labels": [kind],
        "title": title,
        "text": text,
        "published": at.isoformat(),
        "source": host,
        "url": url,
    }


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("rows")
    ask.add_argument("out", nargs="?")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--articles", type=int, default=300)
    given = ask.parse_args()
    draw = random.Random(given.seed)
    base = articles(given.rows, given.articles, draw)
    rows = [*changed(base, draw), *lookalikes(draw, max(10, len(base) // 12))]
    text = "".join([json.dumps(row, ensure_ascii=False) + "\n" for row in rows])
    if given.out:
        Path(given.out).write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
