"""What readers teach changes what is filed, slowly at first, with reasons; without marks the rules stand alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import learning, teaching
from curator.config import Config, Topic
from curator.learning import Label, Model
from curator.types import Draft, Item, Tag

SHIP = ("Trawler loses rudder", "The harbour master towed the trawler to the quay after the rudder broke.")
GARDEN = ("Roses in autumn", "Cut the roses back and water the beds before the first frost.")
ACTIVE = {"sea": Topic(name="sea"), "other": Topic(name="other")}


def labels(n: int, topic: str = "sea") -> list[Label]:
    """n marks: every second one a ship that is wanted, every other a garden that is not; no rule ever found them."""
    out = []
    for number in range(n):
        title, text = SHIP if number % 2 == 0 else GARDEN
        out.append(Label(topic=topic, wanted=number % 2 == 0, title=f"{title} {number}", text=text))
    return out


def item(title: str, text: str, tags: tuple[Tag, ...] = (), id_: str = "1" * 16) -> Item:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Item(id=id_, feed="f", title=title, text=text, seen=now, date=now, tags=tags)


def test_without_labels_nothing_changes() -> None:
    tags = (Tag(name="sea", why="title has 'sea'", score=1.0),)
    assert Model().apply(item(*SHIP, tags), tags, ACTIVE) == tags
    assert Model().blended("sea", *SHIP, 0.3) == 0.3


def test_the_models_share_grows_with_the_labels() -> None:
    shares = [Model(labels(n)).share("sea") for n in (0, 10, 100, 300)]
    assert shares == [0.0, 10 / 110, 0.5, 0.75]


def test_with_enough_labels_a_topic_is_given_that_no_rule_found_and_says_why() -> None:
    model = Model(labels(200))
    (tag,) = model.apply(Draft(feed="f", title="Trawler adrift", text="A trawler without rudder was towed to the quay."), (), ACTIVE, "v1")
    assert (tag.name, tag.by, tag.version) == ("sea", "model", "v1")
    assert "trawler" in tag.why
    assert "200 of your marks" in tag.why
    assert model.apply(Draft(feed="f", title=GARDEN[0], text=GARDEN[1]), (), ACTIVE) == ()


def test_a_rule_that_readers_reject_again_and_again_is_overruled() -> None:
    rejected = [Label(topic="sea", wanted=False, title=f"{GARDEN[0]} {n}", text=GARDEN[1], rules=0.5) for n in range(120)]
    tags = (Tag(name="sea", why="", score=1.0),)
    assert Model(rejected).apply(item(*GARDEN, tags), tags, ACTIVE) == ()


def test_one_mark_takes_a_topic_from_no_other_item() -> None:
    rejected = [Label(topic="sea", wanted=False, title=SHIP[0], text=SHIP[1], rules=0.5)]
    tags = (Tag(name="sea", why="", score=1.0),)
    assert Model(rejected).apply(item("Trawler paints its hull", "Blue.", tags), tags, ACTIVE) == tags


def test_what_people_and_feeds_said_is_never_touched() -> None:
    rejected = [Label(topic="sea", wanted=False, title=GARDEN[0], text=GARDEN[1]) for _ in range(300)]
    for by in ("hand", "feed"):
        tags = (Tag(name="sea", why="", by=by),)
        assert Model(rejected).apply(item(*GARDEN, tags), tags, ACTIVE) == tags


def test_a_topic_that_is_off_is_not_given() -> None:
    assert Model(labels(300)).apply(item(*SHIP), (), {"other": ACTIVE["other"]}) == ()


def test_what_many_labels_cost_is_bounded_and_they_still_teach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each label is looked at so often that all of them together are looked at some six hundred times, and thrice at least."""
    looks: list[int] = []
    learn = learning._Weights.learn

    def counted(self: learning._Weights, numbers: learning.Features, wanted: bool) -> None:
        looks.append(len(numbers))
        learn(self, numbers, wanted)

    monkeypatch.setattr(learning._Weights, "learn", counted)
    for n, most in ((10, 120), (100, 600), (400, 1_200)):
        looks.clear()
        model = Model(labels(n))
        assert len(looks) == most
        assert model.blended("sea", *SHIP, 0.5) > 0.5 > model.blended("sea", *GARDEN, 0.5)


def test_an_item_is_weighed_for_each_topic_as_it_is_alone() -> None:
    model, numbers = Model([*labels(40), *labels(60, "other")]), learning.features(*SHIP)
    for topic in ("sea", "other", "unknown"):
        for rules in (0.0, 0.7):
            assert model.weighed(topic, numbers, rules) == model.blended(topic, *SHIP, rules)


def test_reasons_are_the_words_that_weigh_most() -> None:
    model = Model(labels(100))
    assert all(weight > 0 for word, weight in model.reasons("sea", *SHIP) if word in ("trawler", "rudder"))
    assert any(weight < 0 for _, weight in model.reasons("sea", *GARDEN))
    assert model.reasons("unknown", *SHIP) == []


def test_the_same_labels_make_the_same_model() -> None:
    one, other = Model(labels(60)), Model(labels(60))
    assert one.blended("sea", *SHIP, 0.2) == other.blended("sea", *SHIP, 0.2)


def test_suggestions_are_the_least_certain_and_spread_over_topics() -> None:
    model = Model([*labels(40), *labels(40, "other")])
    things = [item(f"Trawler {n}", "rudder", id_=f"{n:016x}") for n in range(20)]
    doubts = learning.suggest(things, model, ACTIVE, 6)
    assert 0 < len(doubts) <= 6
    assert len({doubt.item for doubt in doubts}) == len(doubts)
    assert [abs(doubt.score - 0.5) for doubt in doubts] == sorted(abs(doubt.score - 0.5) for doubt in doubts)


def test_a_topic_set_by_hand_is_not_asked_about() -> None:
    marked = item(*SHIP, (Tag(name="sea", why="", by="hand"),))
    assert learning.suggest([marked], Model(labels(40)), {"sea": ACTIVE["sea"]}) == []


def test_words_for_the_rule_come_from_what_was_accepted_and_not_from_elsewhere() -> None:
    found = [word for word, _, _ in learning.terms(labels(40), "sea", most=40)]
    assert {"trawler", "rudder"} & set(found)
    assert not {"roses", "frost"} & set(found)
    assert "trawler" not in [word for word, _, _ in learning.terms(labels(40), "sea", known=("trawler",), most=40)]


class Store:
    """Marks and items, as a store gives them."""

    def __init__(self, marks: list[tuple[str, str, int]], items: list[Item]) -> None:
        self._marks, self._items = marks, {one.id: one for one in items}

    def labels(self) -> list[tuple[str, str, int]]:
        return self._marks

    def items(self, ids: object) -> dict[str, Item]:
        return self._items


def test_labels_are_gathered_from_marks_with_what_the_rules_said() -> None:
    config = Config(topics={"sea": Topic(name="sea", any=("trawler",))})
    store = Store(
        [("1" * 16, "sea", 1), ("2" * 16, "sea", -1), ("1" * 16, "gone", 1), ("3" * 16, "sea", 1)],
        [item(*SHIP), item(*GARDEN, id_="2" * 16)],
    )
    first, second = teaching.labels(store, config)
    assert (first.wanted, second.wanted) == (True, False)
    assert first.rules > 0.5 > second.rules
    assert teaching.model(store, config).labels("sea") == 2
    assert teaching.model(Store([], []), config).topics == ()


@given(st.text(max_size=80), st.text(max_size=200), st.floats(0, 1))
def test_blended_scores_stay_between_0_and_1(title: str, text: str, rules: float) -> None:
    model = Model(labels(12))
    assert 0 <= model.blended("sea", title, text, rules) <= 1


@given(st.floats(0, 50), st.floats(0.1, 10))
def test_a_rule_is_half_certain_at_its_threshold_and_surer_above(score: float, threshold: float) -> None:
    assert learning.certainty(threshold, threshold) == 0.5
    assert learning.certainty(score, threshold) <= learning.certainty(score + 1, threshold)
    assert replace(Topic(name="x"), threshold=threshold).threshold == threshold
