"""Fits the coefficients of `copies`: `python benchmarks/train_copies.py ROWS.jsonl [ROWS.jsonl …] [--write]`.

ROWS are items with `cluster` (items of one cluster are copies of one another) and `labels` (the first is the kind of change). Forms filled
in many times, which such rows lack, are added here. A pair counts when one item would come up as a candidate for the other; each kind of
pair weighs the same, however many it has. The fit is logistic regression with a ridge, by Newton's method.
"""

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from math import exp, log
from pathlib import Path
from typing import Any

from curator import copies
from curator.types import Item

DATA = Path(__file__).resolve().parent.parent / "curator" / "data" / "copies.json"
RIDGE = 0.0001  #: of the mean loss
SHORT = 80
MEANINGS = {
    "contained": "share of the weight of the text that is shorter in this sense that stands in the other",
    "thin": "how far that share is below a half, doubled",
    "entire": "how far that share is above four fifths, to 1",
    "mutual": "the share that the other text has in common",
    "weight": "how much is shared at all: log(1 + weight of the shared sequences of three words) / 5, at most 1",
    "lead": "words of the first 40 of the longer text, by weight: share that stands in the shorter",
    "opening": "words of the first 40 of the shorter text, by weight: share that stands in the longer",
    "background": "(1 - lead) × (1 - mutual), times the words of the shorter text / 100 if it has fewer: repeated somewhere inside, not retold",
    "words": "words of the text that says less, by weight: share that stands in the other",
    "particulars": "the same for numbers and names alone",
    "clash": "numbers and names that differ in the same place, as a share of them and those in common",
    "titles": "share of the weight of the headline that says less that stands in the other",
    "same feed": "1 if both came by one feed",
    "template": "1 - mutual if both came by one feed, else 0",
}

# ── forms ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def listed(words: str) -> list[str]:
    return words.split()


TOWNS = listed(
    "Lindau Merano Gmunden Bregenz Chur Trento Aosta Kranj Maribor Villach Udine Lienz Konstanz Passau Linz Steyr Wels Krems Zwettl Melk"
)
FIRST = listed("Alice Bruno Clara David Emil Flora Georg Hanna Igor Julia Karl Lena Max Nora Otto Paula Rudolf Sonja Thomas Ursula")
LAST = listed(
    "Baker Carter Dawson Ellis Foster Graham Hughes Irving Jenkins Kerr Lawson Mason Norris Owen Porter Quill Reed Shaw Turner Vance"
)
GOODS = listed("bicycle backpack laptop camera guitar wallet umbrella suitcase drone scooter")
SHIPS = listed("Aurora Borealis Calypso Dorado Esperanza Fortuna Galatea Hermes Iris Juno Kestrel Leda Minerva Nereus Orion Pallas")
FORMS = {
    "form_found": ("Found: {good} in {town}", "A {good} was handed in at the lost property office of {town} on {day} {month}. The owner may collect it on presentation of proof of purchase within {n} weeks. The office is open on weekdays from {n} to {m} o'clock. After that time the {good} will be given to charity or sold at the yearly auction."),
    "form_planning": ("Planning notice: {town}", "Notice is given that {person} has applied for permission to build {n} dwellings on land near {town} station. Plans may be inspected at the town hall during office hours until {day} {month}. Objections must be made in writing and state the name and address of the person who objects. The council will decide in open session."),
    "form_ships": ("Port movements", "Arrivals and departures at the port of {town} today. Arrived: {ship} with {n}00 containers. Sailed: {ship2} for {town2} with {m}00 tonnes of grain. At anchor: {ship3}. Berths are assigned by the harbour master and subject to change. All times are local. For details call the port office."),
    "form_rates": ("Exchange rates for {day} {month}", "Reference rates of the day against the euro. Dollar 1.{n}{m}. Pound 0.{m}{n}. Franc 0.9{n}. Yen 1{m}.{n}. The rates are usually updated around four in the afternoon on every working day and are published for information only. Using them for transactions is strongly discouraged."),
    "form_police": ("Police log {town}", "Officers in {town} were called {n} times during the night. At {n}:{m} a {good} was reported stolen from a parked car. {person} was fined for driving without lights. There were no injuries. Anyone who has seen something is asked to call the station in {town2}. The police thank the public for their help."),
    "form_show": ("This week on the show: {person}", "Welcome back to the show that takes you behind the scenes. This time we sit down with {person} to talk about life in {town} and the {good} that changed everything. As always you find links and pictures on our site. New shows come out every {weekday}. Leave a review and send us your questions."),
    "form_update": ("{ship} {n}.{m} released", "Version {n}.{m} of {ship} is out. This release fixes {m} bugs and improves how {good} data is stored. Thanks to {person} and everyone who reported problems. Download it from the usual place. Please read the notes on upgrading before you install it and keep a copy of your data."),
    "form_award": ("{person} wins {town} prize", "The jury of the {town} prize has chosen {person} for an outstanding contribution to the arts. The award comes with {n},000 euros and will be handed over at a ceremony in {town2} on {day} {month}. Earlier winners include {person2}. The prize has been given every year since 19{m}{n} and is paid for by the foundation of the savings bank."),
}  # fmt: skip


def filled(draw: random.Random) -> dict[str, str]:
    towns, people, ships = draw.sample(TOWNS, 2), [f"{draw.choice(FIRST)} {draw.choice(LAST)}" for _ in range(2)], draw.sample(SHIPS, 3)
    return {
        "good": draw.choice(GOODS), "town": towns[0], "town2": towns[1], "person": people[0], "person2": people[1], "ship": ships[0], "ship2": ships[1],
        "ship3": ships[2], "day": str(draw.randint(1, 28)), "month": draw.choice(["March", "April", "May", "June", "July"]), "n": str(draw.randint(2, 9)),
        "m": str(draw.randint(10, 99)), "weekday": draw.choice(["Monday", "Tuesday", "Friday", "Sunday"]),
    }  # fmt: skip


def forms(draw: random.Random, each: int = 24) -> Iterator[dict[str, Any]]:
    for kind, (title, text) in FORMS.items():
        for number in range(each):
            slots = filled(draw)
            source = kind if number % 2 else f"{kind} {number % 3}"
            yield {
                "id": f"{kind}{number}",
                "cluster": f"{kind}{number}",
                "labels": [kind],
                "title": title.format(**slots),
                "text": text.format(**slots),
                "source": source,
            }


# ── own reporting ───────────────────────────────────────────────────────────────────────────────────────────────────


def mixtures(rows: list[dict[str, Any]], draw: random.Random, count: int = 160) -> Iterator[dict[str, Any]]:
    """Articles with own reporting around more than half of another (a copy), or with less than two fifths of it as background (a copy of their own alone)."""
    long = [row for row in rows if row["labels"][0] == "original" and len(row["text"].split()) > 120]
    for number in range(count):
        row, own = draw.sample(long, 2)
        parts, more = (re.split(r"(?<=[.!?])\s+", text) for text in (row["text"], own["text"]))
        if number % 2:
            kept, added = _first(parts, draw.uniform(0.55, 0.95)), _first(more, draw.uniform(0.05, 0.3))
            copy = len(" ".join(added)) < 0.45 * len(" ".join(kept))
        else:
            kept, added = _first(parts, draw.uniform(0.1, 0.4)), more
            copy = len(" ".join(kept)) > len(" ".join(added))
        if copy == bool(number % 2):
            at = draw.randint(0, len(added)) if copy else len(added) - draw.randint(0, 2)
            text = " ".join([*added[:at], *kept, *added[at:]])
            title = row["title"] if copy and draw.random() < 0.4 else " ".join((added or kept)[0].split()[:8])
            kind = "mixture" if copy else "background"
            yield {
                "id": f"{kind}{number}",
                "cluster": (row if copy else own)["cluster"],
                "labels": [kind],
                "title": title,
                "text": text,
                "source": f"s{draw.randint(0, 9)}",
            }


def _first(parts: list[str], share: float) -> list[str]:
    return parts[: max(1, round(len(parts) * share))]


# ── pairs ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def read(paths: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def item(row: dict[str, Any]) -> Item:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return Item(
        id=str(row["id"]), feed=str(row.get("source") or row["id"]), title=row["title"], text=row.get("text") or "", seen=at, date=at
    )


def pairs(rows: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, float], bool]]:
    """(kind, features, are they copies) of each pair that would be compared."""
    by_id = {str(row["id"]): row for row in rows}
    run = copies.Copies(lambda words, limit: ())
    for row in rows:
        for other, shared in run.compared(item(row)):
            there = by_id[other]
            same = row["cluster"] == there["cluster"]
            if not same and shared["contained"] > 0.8 and min(len(row["text"].split()), len(there["text"].split())) < SHORT:
                continue  # which of two articles a short text belongs to is decided by `copies` when it knows both
            kinds = sorted({row["labels"][0], there["labels"][0]} - {"original"}) or ["original"]
            yield f"{'copy' if same else 'other'} {kinds[-1]}", shared, same


# ── the fit ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def fit(rows: list[tuple[list[float], bool, float]], ridge: float) -> list[float]:
    """Coefficients, the first for the constant, by Newton's method."""
    size = len(rows[0][0])
    beta = [0.0] * size
    whole = sum([weight for *_, weight in rows])
    for _ in range(40):
        gradient = [-ridge * value if at else 0.0 for at, value in enumerate(beta)]
        hessian = [[ridge * (at == to) * (at > 0) + 1e-9 * (at == to) for to in range(size)] for at in range(size)]
        for x, y, weight in rows:
            p = 1 / (1 + exp(-max(-30.0, min(30.0, sum([b * v for b, v in zip(beta, x, strict=True)])))))
            share = weight / whole
            for at in range(size):
                gradient[at] += share * (y - p) * x[at]
                for to in range(at + 1):
                    hessian[at][to] += share * p * (1 - p) * x[at] * x[to]
        step = solve([[hessian[max(at, to)][min(at, to)] for to in range(size)] for at in range(size)], gradient)
        beta = [b + s for b, s in zip(beta, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return beta


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss with pivots."""
    size = len(right)
    work = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(work[row][at]))
        work[at], work[pivot] = work[pivot], work[at]
        for row in range(size):
            if row != at:
                factor = work[row][at] / work[at][at]
                work[row] = [a - factor * b for a, b in zip(work[row], work[at], strict=True)]
    return [work[at][size] / work[at][at] for at in range(size)]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("rows", nargs="+")
    ask.add_argument("--write", action="store_true", help="write curator/data/copies.json")
    given = ask.parse_args()
    rows = read(given.rows)
    rows += [*forms(random.Random(3)), *mixtures(rows, random.Random(4))]
    random.Random(5).shuffle(rows)
    known = list(pairs(rows))
    number = Counter(kind for kind, *_ in known)
    names = list(MEANINGS)
    table = [([1.0, *[shared[name] for name in names]], same, 1 / number[kind] ** 0.5) for kind, shared, same in known]
    beta = fit(table, RIDGE)
    right: defaultdict[str, int] = defaultdict(int)
    loss = 0.0
    for (kind, _, same), (x, _, _) in zip(known, table, strict=True):
        p = 1 / (1 + exp(-sum([b * v for b, v in zip(beta, x, strict=True)])))
        right[kind] += (p >= 0.5) == same
        loss -= log(max(1e-12, p if same else 1 - p))
    for kind in sorted(number):
        print(f"{kind:28} {right[kind]:5} of {number[kind]:5}")
    print(f"mean loss {loss / len(known):.4f}", {name: round(value, 2) for name, value in zip(["intercept", *names], beta, strict=True)})
    if given.write:
        model = {
            "what": "Logistic model of curator.copies: two items are copies if intercept + sum of coefficient × feature is above 0.",
            "made by": "benchmarks/train_copies.py", "intercept": round(beta[0], 3),
            "coefficients": {name: round(value, 3) for name, value in zip(names, beta[1:], strict=True)}, "meaning": MEANINGS,
        }  # fmt: skip
        DATA.write_text(json.dumps(model, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
