"""Lists and search: what a query asks for is found, all of it and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archives import EVERYTHING, NOW, drone, fresh, item_id, make_item, make_story, make_update
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import NotFoundError
from curator.stores import sqlite
from curator.stores._text_index import Scratch, understood, without_beginnings
from curator.types import Entity, Item, Query, Tag, Update


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite.Store]:
    with sqlite.connect(str(tmp_path / "curator.db")) as opened:
        yield opened


def found(store: sqlite.Store, **asked: object) -> list[str]:
    """Titles, in the order found."""
    return [hit.item.title for hit in store.find(Query(**asked), NOW)]  # type: ignore[arg-type]


def keep(store: sqlite.Store, *titles: str, **said: object) -> list[Item]:
    """Items with these titles, each an hour older than the one before."""
    first = 1 + (store.one("SELECT count(*) FROM item") or (0,))[0]
    items = [make_item(n, title=title, text=f"Body of {title}.", **said) for n, title in enumerate(titles, start=first)]
    store.apply(make_update(*items))
    return items


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_has_the_newest_first_and_no_more_than_its_limit(store: sqlite.Store) -> None:
    keep(store, *"abcde")
    assert found(store, limit=3) == ["a", "b", "c"]
    assert found(store, limit=None) == ["a", "b", "c", "d", "e"]
    assert store.count(Query(limit=3), NOW) == 5


def test_copies_are_folded_unless_asked_for(store: sqlite.Store) -> None:
    (first,) = keep(store, "a")
    keep(store, "b", copy_of=first.id)
    assert found(store) == ["a"]
    assert found(store, copies=True) == ["a", "b"]


def test_every_filter_narrows_the_list(store: sqlite.Store) -> None:
    keep(store, "plain")
    keep(store, "feed", feed="lighthouse")
    keep(store, "outlet", outlet="Beacon")
    keep(store, "german", language="de-AT")
    keep(store, "drone", tags=(Tag(name="military/drones-uav", why="w"),), entities=(Entity(kind="weapon", value="Shahed-136", why="w"),))
    (read,) = keep(store, "read")
    store.mark([read.id], read=True, starred=True, at=NOW)
    everything = {"plain", "feed", "outlet", "german", "drone", "read"}
    assert found(store, feed="lighthouse") == ["feed"]
    assert found(store, outlet="beacon") == ["outlet"]
    assert found(store, language="de") == ["german"]
    assert found(store, topic="military/drones-uav") == found(store, topic="military/*") == ["drone"]
    assert found(store, entity="shahed-136") == ["drone"]
    assert set(found(store, unread=True)) == everything - {"read"}
    assert found(store, starred=True) == ["read"]
    assert found(store, starred=True, feed="lighthouse") == []
    for nothing in ({"feed": "x"}, {"outlet": "x"}, {"language": "x"}, {"topic": "x"}, {"entity": "x"}):
        assert found(store, **nothing) == []


def test_since_and_until_count_the_date_both_ends_included(store: sqlite.Store) -> None:
    keep(store, *"abcd")  # 1, 2, 3, 4 hours old
    assert found(store, since=NOW - timedelta(hours=3), until=NOW - timedelta(hours=2)) == ["b", "c"]


def test_items_of_stories_with_several_independent_origins(store: sqlite.Store) -> None:
    store.apply(Update(stories=(make_story(1, origins_min=2), make_story(2, origins_min=1))))
    keep(store, "well sourced", story=make_story(1).id)
    keep(store, "thin", story=make_story(2).id)
    assert found(store, origins=2) == ["well sourced"]
    assert found(store, origins=1) == ["well sourced", "thin"]


def test_by_score_the_best_story_comes_first(store: sqlite.Store) -> None:
    store.apply(Update(stories=(make_story(1, score=1.0), make_story(2, score=5.0))))
    keep(store, "new, dull", story=make_story(1).id)
    keep(store, "old, big", story=make_story(2).id)
    assert found(store, order="score") == ["old, big", "new, dull"]
    assert found(store, order="score", text="big OR dull") == ["old, big", "new, dull"]


def test_which_of_some_items_a_query_finds(store: sqlite.Store) -> None:
    a, b, c = keep(store, "fog here", "sun there", "fog there")
    assert store.among([a.id, b.id, "unknown"], Query(text="fog"), NOW) == {a.id}
    assert store.among([c.id], Query(text="fog", limit=0), NOW) == {c.id}


@given(data=st.data())
def test_both_ways_to_find_agree_with_a_plain_filter(data: st.DataObject) -> None:
    """Few or many: the walk along the dates and the look at a small set give what filtering all items one by one gives."""
    topics, feeds = ("a/x", "a/y", "b/z"), ("one", "two")
    items = [
        make_item(
            number, title=f"{data.draw(st.sampled_from(('fog', 'sun')))} {number}", feed=data.draw(st.sampled_from(feeds)),
            tags=tuple(Tag(name=name, why="w") for name in sorted(data.draw(st.sets(st.sampled_from(topics))))),
        )
        for number in range(1, data.draw(st.integers(1, 8)) + 1)
    ]  # fmt: skip
    topic = data.draw(st.sampled_from((None, "a/x", "a/*", "b/*")))
    feed, text = data.draw(st.sampled_from((None, *feeds))), data.draw(st.sampled_from((None, "fog")))
    wanted = [
        item.id for item in items
        if (feed is None or item.feed == feed) and (text is None or "fog" in item.title)
        and (topic is None or any(tag.name == topic or (topic[-1] == "*" and tag.name.startswith(topic[:2])) for tag in item.tags))
    ]  # fmt: skip
    asked = Query(feed=feed, topic=topic, text=text)
    with fresh() as store:
        store.apply(make_update(*items))
        few = [hit.item.id for hit in store.find(asked, NOW)]
        plan = store.plan(asked, NOW)
        where, values = plan.tests()
        walked = [id_ for (id_,) in store.all(f"SELECT id FROM item i INDEXED BY item_by_date WHERE {where} ORDER BY date DESC", values)]
    assert few == walked == wanted


# ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def search(store: sqlite.Store, text: str) -> list[str]:
    return found(store, text=text)


def test_search_knows_words_phrases_prefixes_titles_and_operators(store: sqlite.Store) -> None:
    keep(store, "Drones over the harbour", "Harbour drones return", "Quiet night")
    assert search(store, "harbour drones") == ["Drones over the harbour", "Harbour drones return"]
    assert search(store, '"harbour drones"') == ["Harbour drones return"]
    assert search(store, "retur*") == ["Harbour drones return"]
    assert search(store, "quiet OR return") == ["Harbour drones return", "Quiet night"]
    assert search(store, "harbour NOT return") == ["Drones over the harbour"]
    assert search(store, "title:body") == []
    assert len(search(store, "text:body")) == 3


def test_search_finds_other_forms_of_an_english_word(store: sqlite.Store) -> None:
    keep(store, "Attacks on shipping")
    assert search(store, "attacking ships") == ["Attacks on shipping"]


def test_search_does_not_mind_case_or_accents(store: sqlite.Store) -> None:
    keep(store, "Şahin fırtına", "КИЇВ під обстрілом", "Großalarm")
    assert search(store, "sahin") == ["Şahin fırtına"]
    assert search(store, "київ") == ["КИЇВ під обстрілом"]
    assert search(store, "großalarm") == ["Großalarm"]


def test_search_finds_words_inside_chinese_and_japanese(store: sqlite.Store) -> None:
    keep(store, "中国人民解放军在台湾附近演习", "防衛省が発表した")
    assert search(store, "解放军") == ["中国人民解放军在台湾附近演习"]
    assert search(store, "防衛省") == ["防衛省が発表した"]
    assert search(store, "军放") == []
    assert search(store, "台湾 OR 防衛省") == ["中国人民解放军在台湾附近演习", "防衛省が発表した"]


def test_a_hit_shows_the_place_that_matched(store: sqlite.Store) -> None:
    keep(store, "解放军在台湾附近演习", "Ships")
    snippets = [hit.snippet for hit in store.find(Query(text="台湾 OR shipping"), NOW)]
    assert snippets == ["解放军在«台湾»附近演习", "Body of «Ships»."] or snippets[0].count("«台湾»") == 1
    assert "\u200b" not in "".join(snippets)


def test_quotation_marks_of_the_text_are_not_taken_for_the_marks_of_a_hit(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1, title="Other", text="Он сказал: «Дрон упал» и ушёл.")))
    assert [hit.snippet for hit in store.find(Query(text="упал"), NOW)] == ["Он сказал: “Дрон «упал»” и ушёл."]


def test_the_best_match_comes_first_and_a_hit_in_the_title_counts_more(store: sqlite.Store) -> None:
    store.apply(
        make_update(
            make_item(1, title="Weather", text="Rain, wind, and somewhere some fog among many other words of a longer day."),
            make_item(2, title="Fog", text="Nothing moves."),
            make_item(3, title="Fog", text="Nothing moves.", date=NOW - timedelta(days=400)),
        )
    )
    assert [hit.item.id for hit in store.find(Query(text="fog", order="relevance"), NOW)] == [item_id(2), item_id(3), item_id(1)]
    assert len(store.find(Query(text="fog", order="relevance", limit=1), NOW)) == 1


def test_a_broken_query_falls_back_to_its_plain_words_and_says_so(store: sqlite.Store) -> None:
    keep(store, "Black-market drones (again)")
    for broken in ("black-market", '"black market', "(drones", "AND drones", "drones:", "drones ^^", "drones'"):
        assert search(store, broken) == ["Black-market drones (again)"], broken
        assert store.understand(broken)[1].startswith("read as plain words: "), broken
    assert store.understand("black AND drones")[1] == ""


def test_a_query_of_nothing_but_signs_finds_nothing_and_says_so(store: sqlite.Store) -> None:
    keep(store, "a")
    assert search(store, "((*") == []
    assert "nothing to search for" in store.understand("((*")[1]


def test_a_query_of_any_length_is_answered(store: sqlite.Store) -> None:
    keep(store, "fog")
    for long in ("fog " * 5_000, "(" * 5_000 + "fog", "fog OR " * 3_000 + "fog", "\ud800", "kyivska " * 900):
        store.find(Query(text=long), NOW)


@given(st.text())
def test_no_query_breaks_the_search(text: str) -> None:
    scratch = Scratch()
    expression, _ = understood(text, scratch)
    assert expression == "" or scratch.sound(expression) == ""
    scratch.close()


@given(st.text(st.characters(categories=("L", "N", "Po", "Zs")), max_size=40))
def test_every_word_of_a_title_finds_it(title: str) -> None:
    words = [word for word in title.split() if word.isalnum()]
    with fresh() as store:
        store.apply(make_update(make_item(1, title=title)))
        for word in words:
            quoted = f'"{word}"'
            if store.understand(quoted)[0] == quoted and word.isascii():
                assert store.count(replace(EVERYTHING, text=quoted), NOW) == 1


def hurried(store: sqlite.Store) -> sqlite.Store:
    """The store, taking every beginning of a word for one that very many items hold."""
    store.pages_of_beginnings = lambda match: 1_000_000 if store.scratch.beginnings(match) else 0  # type: ignore[method-assign]
    return store


@pytest.mark.parametrize(
    "text", ["fo*", "fo* NOT sun", "sun fo*", "title:fo*", '"fog ov"*', "fo* OR sun", "su* AND (fog OR rain)", "nothing*"]
)
@pytest.mark.parametrize("order", ["date", "relevance"])
def test_beginnings_that_many_items_hold_find_the_same_as_any_others(store: sqlite.Store, text: str, order: str) -> None:
    keep(store, "fog over sun", "sun", "fog", "foggy rain", "sun fog over", "rain")
    store.note(keep(store, "something else")[0].id, "fog, foreseen", at=NOW)
    asked = {"text": text, "order": order}
    plainly = found(store, **asked)
    assert sorted(found(hurried(store), **asked)) == sorted(plainly)
    if order == "date":
        assert found(store, **asked) == plainly


def test_beginnings_that_many_items_hold_are_looked_for_in_the_newest_and_everywhere_if_those_do_not_suffice(store: sqlite.Store) -> None:
    keep(store, *(f"fog {n}" for n in range(1_500)), "fortress", *(f"sun {n}" for n in range(1_200)))
    hurried(store)
    assert found(store, text="fo*", limit=2) == ["fog 0", "fog 1"]
    assert set(found(store, text="fo*", limit=20, order="relevance")) <= {f"fog {n}" for n in range(500)}
    assert found(store, text="fo* fortress") == ["fortress"]
    assert len(found(store, text="fo*", limit=None)) == 1_501
    assert found(store, text="su*", limit=1) == ["sun 0"]


def test_it_is_seen_in_the_index_how_many_rows_the_words_with_a_beginning_have(store: sqlite.Store) -> None:
    store.apply(make_update(*(make_item(n, title=f"title {n}", text=f"kana{n % 40} " * 30 + f"bra{n}") for n in range(1, 2_000))))
    often, seldom = store.pages_of_beginnings("kan*"), store.pages_of_beginnings("bra19* AND kana1")
    assert often > 10 > seldom
    assert store.pages_of_beginnings("kana1") == store.pages_of_beginnings('"kana1 kana2"') == store.pages_of_beginnings("zz*") == 0
    assert store.pages_of_beginnings("KAN*") == often


def test_stories_are_found_by_beginnings_that_many_items_hold(store: sqlite.Store) -> None:
    store.apply(Update(stories=tuple(make_story(n, last=NOW - timedelta(days=n)) for n in (1, 2))))
    keep(store, "fog", story=make_story(1).id)
    keep(store, "sun", story=make_story(2).id)
    assert [story.id for story in hurried(store).stories(Query(text="fo*"), NOW)] == [make_story(1).id]


@pytest.mark.parametrize(
    ("expression", "rest"),
    [
        ("fog sun*", "fog"), ('"thick fog" su* AND rain', '"thick fog" rain'), ("su*", ""), ("fog OR su*", ""), ("fog NOT su*", ""),
        ("(fog su*)", ""), ("title:su* fog", ""), ("NEAR(fog su*)", ""), ('"thick fo"*', ""),
    ],
)  # fmt: skip
def test_what_else_must_be_there_is_read_off_plain_expressions_only(expression: str, rest: str) -> None:
    assert without_beginnings(expression) == rest


@pytest.mark.parametrize(
    "narrow", [{"feed": "lighthouse"}, {"since": NOW - timedelta(hours=3)}, {"topic": "a/b"}, {"feed": "lighthouse", "topic": "a/b"}]
)
def test_frequent_words_with_another_condition_find_what_meets_both(store: sqlite.Store, narrow: dict[str, object]) -> None:
    keep(store, "fog one", "sun one", feed="lighthouse", tags=(Tag(name="a/b", why="w"),))
    keep(store, "fog two", "sun two")
    keep(store, "fog three", feed="lighthouse")
    plainly = found(store, text="fog", order="relevance", **narrow)
    store.is_many = lambda part: True  # type: ignore[method-assign]
    assert found(store, text="fog", order="relevance", **narrow) == plainly != []


# ── candidates for copies ───────────────────────────────────────────────────────────────────────────────────────────


def test_candidates_hold_the_most_of_the_words(store: sqlite.Store) -> None:
    keep(store, "alpha beta gamma", "alpha beta", "alpha", "delta")
    assert [item.title for item in store.candidates(["alpha", "beta", "gamma"])] == ["alpha beta gamma", "alpha beta", "alpha"]
    assert [item.title for item in store.candidates(["alpha", "beta", "gamma"], limit=1)] == ["alpha beta gamma"]
    assert store.candidates([]) == store.candidates(["", "omega", '"', "a b OR c"]) == []


def test_candidates_come_from_the_newest_rows_only(store: sqlite.Store) -> None:
    keep(store, "alpha old", "filler", "alpha new")
    assert [item.title for item in store.candidates(["alpha"], newest=2)] == ["alpha new"]


def test_words_lead_to_row_numbers_newest_first(store: sqlite.Store) -> None:
    keep(store, "alpha", "beta", "alpha")
    assert {word: tuple(rows) for word, rows in store.holding(["alpha", "中国"]).items()} == {"alpha": (3, 1), "中国": ()}
    assert [item.title for item in store.rows([3, 1, 99]).values()] == ["alpha", "alpha"]


# ── everything, for export ──────────────────────────────────────────────────────────────────────────────────────────


def test_iterating_gives_all_items_complete_in_the_order_they_came(store: sqlite.Store) -> None:
    items = [drone(make_item(n, date=NOW - timedelta(hours=50 - n))) for n in range(1, 20)]
    store.apply(make_update(*items))
    assert list(store.iterate(EVERYTHING, NOW)) == items
    assert [item.id for item in store.iterate(Query(limit=2), NOW)] == [item_id(18), item_id(19)]


# ── stories ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def full_story() -> object:
    return make_story(
        9, outlets=("A", "B"), origins=("A",), origins_min=1, origins_max=2, credibility="3", topics=("a/b",), score=2.5, why=("new",),
        flags=("circular: A, B",), related=(make_story(1).id,),
    )  # fmt: skip


def test_a_story_comes_back_as_it_went_in_with_its_items_earliest_first(store: sqlite.Store) -> None:
    story = full_story()
    store.apply(make_update(make_item(1, story=story.id), make_item(2, story=story.id, copy_of=item_id(1)), stories=(story,)))  # type: ignore[attr-defined]
    assert store.story(story.id) == replace(story, items=(item_id(2), item_id(1)))  # type: ignore[attr-defined,type-var]
    assert store.story_of([item_id(1), "unknown"]) == {item_id(1): story.id}  # type: ignore[attr-defined]
    assert [item.id for item in store.story_items([story.id])[story.id]] == [item_id(2), item_id(1)]  # type: ignore[attr-defined]


def test_stories_are_found_by_what_their_items_are(store: sqlite.Store) -> None:
    store.apply(Update(stories=tuple(make_story(n, score=float(n), last=NOW - timedelta(days=n)) for n in (1, 2, 3))))
    keep(store, "fog", story=make_story(1).id)
    keep(store, "sun", story=make_story(2).id, feed="lighthouse")
    keep(store, "fog again", story=make_story(3).id, tags=(Tag(name="a/b", why="w"),))

    def asked(**query: object) -> list[str]:
        return [story.id[-1] for story in store.stories(Query(**query), NOW)]  # type: ignore[arg-type]

    assert asked() == ["1", "2", "3"]
    assert asked(order="score") == ["3", "2", "1"]
    assert asked(order="score", limit=1) == ["3"]
    assert asked(text="fog") == ["1", "3"]
    assert asked(feed="lighthouse") == ["2"]
    assert asked(topic="a/*") == ["3"]
    assert asked(since=NOW - timedelta(days=2)) == ["1", "2"]
    assert asked(origins=1) == []


def test_a_merged_story_leads_to_the_one_it_is_part_of(store: sqlite.Store) -> None:
    store.apply(
        make_update(make_item(1, story=make_story(2).id), make_item(2, story=make_story(1).id), stories=(make_story(1), make_story(2)))
    )
    store.apply(Update(stories=(make_story(2, into=make_story(1).id), make_story(3, into=make_story(2).id))))
    for number in (1, 2, 3):
        assert store.story(make_story(number).id).items == (item_id(2), item_id(1))
        assert store.resolve(make_story(number).id) == ("story", make_story(1).id)
    assert [story.id for story in store.stories(Query(), NOW)] == [make_story(1).id]
    assert store.stories_by_id([make_story(2).id])[make_story(2).id].into == make_story(1).id
    assert store.verify() == []


def test_an_item_that_names_an_unknown_story_gets_a_bare_one(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1, story="00000000000000ee"), make_item(3, story="00000000000000ee")))
    story = store.story("00000000000000ee")
    assert (story.title, story.first, story.last) == (make_item(1).title, make_item(3).date, make_item(1).date)


def test_stories_nothing_stands_in_are_swept_away_but_not_those_that_lead_on(store: sqlite.Store) -> None:
    store.apply(
        make_update(make_item(1, story=make_story(1).id), stories=(make_story(1), make_story(2), make_story(3, into=make_story(1).id)))
    )
    assert store.sweep_stories() == 1
    assert set(store.stories_by_id([make_story(n).id for n in (1, 2, 3)])) == {make_story(1).id, make_story(3).id}


def test_an_unknown_story_is_told_so(store: sqlite.Store) -> None:
    with pytest.raises(NotFoundError, match="no story"):
        store.story("ff")


def test_a_name_is_found_however_its_script_spells_it(store: sqlite.Store) -> None:
    keep(store, "Zelensky in Paris", "Зеленський у Парижі", "Зеленского ждут", "Quiet night")
    assert set(search(store, "Zelensky")) == {"Zelensky in Paris", "Зеленський у Парижі", "Зеленского ждут"}
    assert "Zelensky in Paris" in search(store, "Зеленський")
    assert search(store, '"Zelensky"') == ["Zelensky in Paris"]
    assert store.understand("Zelensky")[1] == ""
