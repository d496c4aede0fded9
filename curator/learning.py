"""What readers teach: for each topic a small linear model on hashed words, blended with the rules.

The labels are what people said with `mark ID --topic +x/-x`. A model sees an item's words and the rules' own score; its word in the
blend grows with the number n of labels of its topic: (1 - a) · rules + a · model, a = n / (n + 100). Without labels the rules stand alone.
Everything here is deterministic: the same labels in the same order make the same model.
"""

import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from curator.config import Topic
from curator.terms import fold, tidy
from curator.types import Draft, Item, Tag

BUCKETS = 1 << 18  #: words are hashed into this many features
TITLE_COUNTS = 2.0  #: a word of the title weighs as much as this many of the text
WORDS = 250  #: words of a text that are looked at
PRIOR = 100  #: labels at which the model's word weighs as much as the rules'
RULE, BIAS = -1, -2  #: features that are no words: the rules' score, and a constant
RULE_WEIGHT = 4.0  #: what the rules' score weighs before anything was learned
RATE, DECAY = 0.5, 1e-4  #: of AdaGrad
ROUNDS, VISITS = (
    12,
    600,
)  #: how often each label is learned from: twelve times, but no more often than makes so many visits, and at least thrice
COMMON = 20  #: labels of a topic from which on a word counts only if two of them hold it: what one holds says nothing of others
GIVEN = 0.5  #: blended score from which a topic is given
STANDS = (
    0.48  #: blended score down to which a rule's topic stands: at its threshold a rule says 1/2, and one mark is not to take it from others
)

Features = Mapping[int, float]
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A person's word on one item and one topic."""

    topic: str
    wanted: bool
    title: str
    text: str
    rules: float = 0.0  #: the rules' certainty when it was said, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An item and a topic about which rules and model are least certain: worth a person's word."""

    item: str
    topic: str
    score: float  #: blended, 0 to 1
    words: tuple[str, ...]  #: that speak loudest, either way


@dataclass(slots=True)
class _Weights:
    labels: int = 0
    weight: dict[int, float] = field(default_factory=lambda: {RULE: RULE_WEIGHT})
    squares: dict[int, float] = field(default_factory=dict)

    def margin(self, features: Features) -> float:
        weight = self.weight
        return sum(value * weight[key] for key, value in features.items() if key in weight)

    def learn(self, features: Features, wanted: bool) -> None:
        """One step of AdaGrad on the logistic loss."""
        error = _sigmoid(self.margin(features)) - wanted
        weights, squares, root = self.weight, self.squares, math.sqrt
        for key, value in features.items():
            weight = weights.get(key, 0.0)
            slope = error * value + DECAY * weight
            square = squares[key] = squares.get(key, 0.0) + slope * slope
            weights[key] = weight - RATE * slope / (root(square) + 1e-6)


def words(title: str, text: str) -> dict[str, float]:
    """The words of an item that a model looks at, each with its weight; pairs of neighbours count as words."""
    counts: dict[str, float] = {}
    for part, weight in ((title, TITLE_COUNTS), (text, 1.0)):
        row = _WORD.findall(fold(tidy(part)))[:WORDS]
        for word in row:
            counts[word] = counts.get(word, 0.0) + weight
        for pair in pairwise(row):
            counts[" ".join(pair)] = counts.get(" ".join(pair), 0.0) + weight / 2
    return counts


def bucket(word: str) -> int:
    """The feature a word falls into: stable between processes and machines."""
    return zlib.crc32(word.encode()) % BUCKETS


def features(title: str, text: str, rules: float = 0.0) -> dict[int, float]:
    """An item as numbers: damped counts of its words, of length 1 together, the rules' certainty (-1 to 1) and a constant."""
    out: dict[int, float] = {}
    for word, count in words(title, text).items():
        key = bucket(word)
        out[key] = out.get(key, 0.0) + 1 + math.log(count if count > 1 else 1.0)
    length = math.sqrt(sum(value * value for value in out.values())) or 1.0
    out = {key: value / length for key, value in out.items()}
    out[RULE], out[BIAS] = _opinion(rules), 0.3
    return out


def _opinion(rules: float) -> float:
    return 2 * rules - 1


def certainty(score: float, threshold: float) -> float:
    """A rule's score as a number from 0 to 1 that is 1/2 at the topic's threshold."""
    return score / (score + threshold) if score > 0 else 0.0


def gather(
    marks: Iterable[tuple[str, str, int]],
    items: Mapping[str, Item],
    active: Mapping[str, Topic],
    rules: Callable[[Item], Mapping[str, float]],
) -> list[Label]:
    """What people said, as (item id, topic, +1 or -1), earliest first, with the items → labels to learn from. `rules` gives the score of
    each topic's rule for an item; marks of items no longer kept, or of topics that are off, teach nothing."""
    scores: dict[str, Mapping[str, float]] = {}
    out: list[Label] = []
    for item_id, topic, sign in marks:
        item = items.get(item_id)
        if item is None or topic not in active:
            continue
        if item_id not in scores:
            scores[item_id] = rules(item)
        certain = certainty(scores[item_id].get(topic, 0.0), active[topic].threshold)
        out.append(Label(topic=topic, wanted=sign > 0, title=item.title, text=item.text, rules=certain))
    return out


class Model:
    """The models of all topics that have labels."""

    def __init__(self, labels: Iterable[Label] = ()) -> None:
        """Learn from labels, oldest first."""
        self._topics: dict[str, _Weights] = {}
        by_topic: dict[str, list[tuple[Features, bool]]] = {}
        for label in labels:
            by_topic.setdefault(label.topic, []).append((features(label.title, label.text, label.rules), label.wanted))
        for topic, examples in by_topic.items():
            self._topics[topic] = _learned(examples)

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics of which something was learned."""
        return tuple(self._topics)

    def labels(self, topic: str) -> int:
        """How many labels a topic has."""
        return self._topics[topic].labels if topic in self._topics else 0

    def share(self, topic: str) -> float:
        """a = n / (n + 100): how much the model's word weighs for this topic."""
        n = self.labels(topic)
        return n / (n + PRIOR)

    def blended(self, topic: str, title: str, text: str, rules: float) -> float:
        """(1 - a) · rules + a · model, from 0 to 1; the rules' certainty alone for a topic without labels."""
        return self.weighed(topic, features(title, text), rules) if topic in self._topics else rules

    def weighed(self, topic: str, numbers: dict[int, float], rules: float) -> float:
        """The same for an item as `features` gives it, so that its words are counted once for all topics."""
        if topic not in self._topics:
            return rules
        share = self.share(topic)
        numbers[RULE] = _opinion(rules)
        return (1 - share) * rules + share * _sigmoid(self._topics[topic].margin(numbers))

    def reasons(self, topic: str, title: str, text: str, most: int = 5) -> list[tuple[str, float]]:
        """The words of an item that weigh most for (above 0) or against a topic."""
        if topic not in self._topics:
            return []
        weight = self._topics[topic].weight
        told = [(word, weight.get(bucket(word), 0.0) * (1 + math.log(max(count, 1)))) for word, count in words(title, text).items()]
        return sorted((one for one in told if abs(one[1]) > 0.05), key=lambda one: (-abs(one[1]), one[0]))[:most]

    def apply(self, entry: Draft | Item, tags: Sequence[Tag], active: Mapping[str, Topic], version: str = "") -> tuple[Tag, ...]:
        """The tags of an entry after the model had its say: those of feeds and people stand, a rule's may go, new ones may come.

        What a rule found is in its tag's score; a rule that found too little says 0 here.
        """
        if not self._topics:
            return tuple(tags)
        kept = {tag.name: tag for tag in tags}
        numbers = features(entry.title, entry.text)
        for topic in self._topics:
            held = kept.get(topic)
            if topic not in active or (held is not None and held.by not in ("rule", "model")):
                continue
            rules = certainty(held.score, active[topic].threshold) if held is not None and held.by == "rule" else 0.0
            score = self.weighed(topic, numbers, rules)
            if score < (STANDS if held is not None and held.by == "rule" else GIVEN):
                kept.pop(topic, None)
            elif held is None:
                kept[topic] = Tag(name=topic, why=self._why(topic, entry), by="model", score=round(score, 3), version=version)
            elif held.by == "model":
                kept[topic] = replace(held, why=self._why(topic, entry), score=round(score, 3), version=version)
        return tuple(kept.values())

    def _why(self, topic: str, entry: Draft | Item) -> str:
        told = ", ".join(f"'{word}'" for word, weight in self.reasons(topic, entry.title, entry.text) if weight > 0)
        return f"learned from {self.labels(topic)} of your marks: {told or 'what such items have in common'}"


def _learned(examples: Sequence[tuple[Features, bool]]) -> _Weights:
    """What the labels of one topic teach."""
    weights = _Weights(labels=len(examples))
    if len(examples) >= COMMON:
        counts = Counter(key for numbers, _ in examples for key in numbers)
        examples = [({key: value for key, value in numbers.items() if counts[key] > 1}, wanted) for numbers, wanted in examples]
    for _ in range(max(3, min(ROUNDS, VISITS // len(examples)))):
        for numbers, wanted in examples:
            weights.learn(numbers, wanted)
    return weights


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def suggest(items: Iterable[Item], model: Model, active: Mapping[str, Topic], most: int = 10) -> list[Doubt]:
    """The items on whose topics a person's word would teach most: those nearest to the line, at most two of one topic in a row
    of ten, one topic an item. Items whose topic a person has set are left out."""
    doubts: list[Doubt] = []
    for item in items:
        held, numbers = {tag.name: tag for tag in item.tags}, features(item.title, item.text)
        best: Doubt | None = None
        for topic in dict.fromkeys((*held, *model.topics)):
            if topic not in active or (topic in held and held[topic].by not in ("rule", "model")):
                continue
            rules = certainty(held[topic].score, active[topic].threshold) if topic in held and held[topic].by == "rule" else 0.0
            score = model.weighed(topic, numbers, rules)
            if best is None or abs(score - GIVEN) < abs(best.score - GIVEN):
                best = Doubt(
                    item=item.id,
                    topic=topic,
                    score=round(score, 3),
                    words=tuple(word for word, _ in model.reasons(topic, item.title, item.text)),
                )
        if best is not None:
            doubts.append(best)
    doubts.sort(key=lambda doubt: (abs(doubt.score - GIVEN), doubt.item))
    share = max(2, most // 3)
    taken: Counter[str] = Counter()
    out: list[Doubt] = []
    for doubt in doubts:
        taken[doubt.topic] += 1
        if taken[doubt.topic] <= share and len(out) < most:
            out.append(doubt)
    return out


def terms(labels: Iterable[Label], topic: str, known: Iterable[str] = (), most: int = 8) -> list[tuple[str, int, int]]:
    """Words for the rule of a topic, from what was accepted: (word, accepted items with it, other labelled items with it).

    Only words that stand in at least three accepted items and five times as often there as elsewhere; none that the rule knows.
    """
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    accepted = others = 0
    for label in labels:
        mine = label.topic == topic and label.wanted
        accepted, others = accepted + mine, others + (not mine)
        (inside if mine else outside).update(set(words(label.title, label.text)))
    known_words = {fold(tidy(term)).strip() for term in known}
    good = [
        (word, count, outside[word])
        for word, count in inside.items()
        if count >= 3
        and count / max(1, accepted) >= 5 * (outside[word] + 0.5) / (others + 1)
        and not any(stem and stem in word for stem in known_words)
    ]
    return sorted(good, key=lambda one: (-one[1] / (one[2] + 1), one[0]))[:most]
