"""How well topics are filed by rules, and how fast readers' marks help: `python topics.py ROWS.jsonl RULES.toml [WORDS]`.

ROWS: one JSON object a line with id, title, text and labels (a list). RULES: `[topics.NAME]` tables as in feeds.toml; topics-*.toml here.
WORDS cuts the texts. Rows with one label each: accuracy over 0 … 400 marks, chosen at random and by least certainty. Rows with several:
micro F1 of the rules alone, half of the rows each as written.
"""

import json
import random
import sys
import tomllib
from pathlib import Path

from curator.config import Topic
from curator.learning import Label, Model, certainty
from curator.matching import read
from curator.taggers._rules import Rulebook

MARKS = (0, 10, 25, 50, 100, 200, 400)
ROUNDS = 2  # random seeds
POOL = 800  # rows marks are chosen from


def load(rows: str, rules: str, words: int | None) -> tuple[list[dict], dict[str, Topic], dict[str, dict[str, float]]]:
    """The rows, the topics, and for each row's id each topic's score."""
    items = [json.loads(line) for line in Path(rows).read_text(encoding="utf-8").splitlines()]
    for row in items:
        row["text"] = " ".join((row.get("text") or "").split()[:words])
    tables = tomllib.loads(Path(rules).read_text(encoding="utf-8"))["topics"]
    topics = {}
    for name, table in tables.items():
        lists = {key: tuple(table.get(key, ())) for key in ("any", "weak", "context", "mask")}
        topics[name] = Topic(name=name, threshold=table.get("threshold", 1.0), **lists)
    book = Rulebook(topics)
    scores = {row["id"]: {topic.name: score for topic, score, _ in book.apply(read(row["title"], row["text"]))} for row in items}
    return items, topics, scores


def shares(scores: dict[str, float], topics: dict[str, Topic]) -> dict[str, float]:
    """Each topic's part of all that the rules found: what they say where a row has one topic."""
    total = sum(scores.values()) + 1.0
    return {name: scores.get(name, 0.0) / total for name in topics}


def several(items: list[dict], topics: dict[str, Topic], scores: dict[str, dict[str, float]]) -> None:
    hit = have = want = 0
    for row in items:
        got = {name for name, score in scores[row["id"]].items() if score >= topics[name].threshold}
        hit, have, want = hit + len(got & set(row["labels"])), have + len(got), want + len(row["labels"])
    print(f"rules alone: micro F1 {2 * hit / (have + want):.3f}  precision {hit / have:.3f}  recall {hit / want:.3f}")


def guess(model: Model, row: dict, rules: dict[str, float]) -> list[tuple[float, str]]:
    return sorted(((model.blended(name, row["title"], row["text"], rules[name]), name) for name in rules), reverse=True)


def labels(rows: list[dict], rules: dict[str, dict[str, float]]) -> list[Label]:
    return [
        Label(topic=name, wanted=name in row["labels"], title=row["title"], text=row["text"], rules=rules[row["id"]][name])
        for row in rows
        for name in rules[row["id"]]
    ]


def curve(items: list[dict], rules: dict[str, dict[str, float]], choose: bool, seed: int) -> list[float]:
    rows = items[:]
    random.Random(seed).shuffle(rows)
    pool, held = rows[:POOL], rows[POOL : POOL + 1200]
    marked: list[dict] = []
    out = []
    for wanted in MARKS:
        while len(marked) < wanted:
            step = min(wanted - len(marked), max(10, len(marked) // 2))
            rest = [row for row in pool if row not in marked]
            if choose:
                model = Model(labels(marked, rules))
                rest.sort(key=lambda row: margin(guess(model, row, rules[row["id"]])))
            marked += rest[:step]
        model = Model(labels(marked, rules))
        right = sum(guess(model, row, rules[row["id"]])[0][1] in row["labels"] for row in held)
        out.append(right / len(held))
    return out


def margin(guesses: list[tuple[float, str]]) -> float:
    return guesses[0][0] - guesses[1][0]


def main() -> None:
    words = int(sys.argv[3]) if len(sys.argv) > 3 else None
    items, topics, scores = load(sys.argv[1], sys.argv[2], words)
    if any(len(row["labels"]) != 1 for row in items):
        several(items, topics, scores)
        return
    rules = {row_id: shares(found, topics) for row_id, found in scores.items()}
    print("marks       ", *(f"{n:5d}" for n in MARKS))
    for choose, name in ((False, "at random"), (True, "suggested")):
        curves = [curve(items, rules, choose, seed) for seed in range(ROUNDS)]
        print(f"{name:12}", *(f"{sum(column) / len(column):5.3f}" for column in zip(*curves, strict=True)))


if __name__ == "__main__":
    assert certainty(1.0, 1.0) == 0.5
    main()
