"""Which stories matter most, and why: a sum of parts, each of which is told.

Topics the reader weighs, independent origins, the letters of the sources, freshness, growth, and news against what was already sent. Ten
outlets that repeat one report are one origin: a story that only gained repeats does not rise.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from curator import text
from curator.config import Config, Topic
from curator.types import Item, Story

VERSION = "1"

HALF_LIFE = timedelta(hours=18)  #: of freshness; it counts from the newest report that is no repeat
GROWTH = timedelta(hours=6)  #: growth is what came within this time of the newest item
_LETTERS = {"A": 1.0, "B": 0.8, "C": 0.5, "D": 0.2, "E": 0.0, "F": 0.3}
_REPEATS = ("derived", "syndicated")


def rank(
    story: Story,
    items: Sequence[Item],
    config: Config,
    now: datetime,
    told: Collection[str] = (),
    *,
    topics: Mapping[str, Topic] | None = None,
) -> Story:
    """The story with its score and the parts that made it.

    `told`: ids of its items that an earlier digest told; `topics`: the topics that are on (default: those of feeds.toml alone)."""
    news = [item for item in items if not _repeats(item)] or list(items)
    parts = [
        _topics(story, config.topics if topics is None else topics),
        _origins(story),
        _sources(items, config),
        _growth(news),
        _starred(items),
        _novelty(items, told),
    ]
    weight = sum(points for points, _ in parts)
    fresh, how = _freshness(news, now)
    score = max(0.0, weight) * fresh
    why = [f"{points:+.1f} {words}" for points, words in parts if words and abs(points) >= 0.05]
    return replace(story, score=round(score, 3), why=(*why, f"×{fresh:.2f} {how}"))


def _repeats(item: Item) -> bool:
    return item.copy_of is not None or item.provenance.role in _REPEATS


def _topics(story: Story, known: Mapping[str, Topic]) -> tuple[float, str]:
    """The heaviest topic counts in full, the others a quarter each, a topic weighing 1 unless the reader says otherwise."""
    weights = sorted(((known[name].weight if name in known else 1.0), name) for name in story.topics)
    if not weights:
        return 0.0, ""
    top, name = weights[-1]
    points = top + sum(weight for weight, _ in weights[:-1]) / 4
    return points, f"topic {name} weighs {top:g}" + (f", {len(weights) - 1} more" if len(weights) > 1 else "")


def _origins(story: Story) -> tuple[float, str]:
    """Each doubling of independent origins is one point; those that only may be one count a quarter."""
    sure, maybe = story.origins_min, max(0, story.origins_max - story.origins_min)
    points = math.log2(1 + sure + maybe / 4)
    return points, text.plural(sure, "independent origin") + (f", at most {sure + maybe}" if maybe else "")


def _sources(items: Sequence[Item], config: Config) -> tuple[float, str]:
    """The best letter among those who report themselves; a repeat does not lend its letter."""
    firsthand = [item for item in items if not _repeats(item) and item.feed in config.feeds]
    if not firsthand:
        return 0.0, ""
    best = max(firsthand, key=lambda item: (_LETTERS.get(config.feeds[item.feed].reliability, 0.3), item.id))
    letter = config.feeds[best.feed].reliability
    primary = any(config.feeds[item.feed].role == "primary" for item in firsthand)
    return _LETTERS.get(letter, 0.3) + 0.3 * primary, f"best source rated {letter}" + (", primary source" if primary else "")


def _growth(news: Sequence[Item]) -> tuple[float, str]:
    """Reports of their own that came close together; copies and retellings are not growth."""
    if not news:
        return 0.0, ""
    newest = max(item.seen for item in news)
    recent = {item.outlet or item.feed for item in news if newest - item.seen <= GROWTH}
    return 0.5 * math.log2(len(recent)), f"{len(recent)} outlets report within {GROWTH.seconds // 3600} h" if len(recent) > 1 else ""


def _starred(items: Sequence[Item]) -> tuple[float, str]:
    return (0.5, "starred") if any(item.starred for item in items) else (0.0, "")


def _novelty(items: Sequence[Item], told: Collection[str]) -> tuple[float, str]:
    """What an earlier digest told counts no more: only new origins or new reports bring a told story back."""
    before = [item for item in items if item.id in told]
    if not before:
        return 0.0, ""
    known = {item.provenance.origin for item in before}
    fresh = [item for item in items if item.id not in told and not _repeats(item)]
    origins = {item.provenance.origin for item in fresh if item.provenance.origin} - known
    if origins:
        return -0.5, f"told before, new origin: {', '.join(sorted(origins))}"
    if fresh:
        return -1.0, f"told before, {text.plural(len(fresh), 'new report')}"
    return -3.0, "told before, nothing new but repeats"


def _freshness(news: Sequence[Item], now: datetime) -> tuple[float, str]:
    """1 for what came just now, half of it after every `HALF_LIFE`."""
    newest = max((item.date for item in news), default=now)
    age = max(timedelta(0), now - newest)
    hours = age.total_seconds() / 3600
    return 0.5 ** (age / HALF_LIFE), f"newest report {hours:.0f} h old" if hours >= 1 else "newest report within the hour"
