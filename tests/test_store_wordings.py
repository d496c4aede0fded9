"""What many rows say in the same words is kept once and read as it was written, in an archive that was migrated as in a new one."""

import gzip
import sqlite3 as bare
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from archives import EVERYTHING, NOW, fresh, item_id, make_item, make_story, make_update, reasoned, reasoned_story
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import StoreDamagedError
from curator.stores import _schema, sqlite
from curator.stores._shorthand import filled, outline
from curator.types import Entity, Item, Provenance, Story, Tag

HERE = Path(__file__).parent
JUDGED = range(3, 45)  #: items in the stored database, three to a story
STORIES = range(1, 15)
VIEWS = ("items", "stories", "topics", "entities", "versions", "feeds", "digests")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite.Store]:
    with sqlite.connect(str(tmp_path / "curator.db")) as opened:
        yield opened


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """An archive of the schema before there were numbers for texts, with every judgement."""
    path = tmp_path / "older.db"
    path.write_bytes(gzip.decompress((HERE / "data" / "stores" / "judged-5.db.gz").read_bytes()))
    return path


def everything(store: sqlite.Store) -> dict[str, Item]:
    return {item.id: item for item in store.iterate(EVERYTHING, NOW)}


def told(store: sqlite.Store) -> dict[str, Story]:
    return {story.id: story for story in store.stories(EVERYTHING, NOW)}


def kept(store: sqlite.Store, column: str, number: int) -> object:
    return (store.one(f"SELECT {column} FROM item WHERE id = ?", (item_id(number),)) or (None,))[0]


def viewed(path: Path) -> dict[str, list[tuple[object, ...]]]:
    con = bare.connect(path)
    rows = {view: con.execute(f"SELECT * FROM {view}").fetchall() for view in VIEWS}
    con.close()
    return rows


# ── migration ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_older_archive_keeps_every_item_and_story_word_for_word(older: Path) -> None:
    with sqlite.connect(str(older)) as store:
        assert everything(store) == {item_id(n): reasoned(n) for n in JUDGED}
        stories = told(store)
        assert {id_: replace(story, items=()) for id_, story in stories.items()} == {f"{n:016x}": reasoned_story(n) for n in STORIES}
        assert store.verify() == []


def test_its_views_say_the_same_as_before(older: Path) -> None:
    before = viewed(older)
    sqlite.connect(str(older)).close()
    assert viewed(older) == before


def test_it_says_by_numbers_what_it_says_often_and_little_of_its_file_is_free(older: Path) -> None:
    with sqlite.connect(str(older)) as store:
        assert {kept(store, "typeof(why)", n) for n in JUDGED} == {"integer"}
        assert [kept(store, "typeof(link)", n) for n in (3, 4, 5)] == ["integer", "integer", "text"]
        assert [kept(store, "typeof(story_why)", n) for n in (3, 4, 5)] == ["integer", "text", "text"]
        assert store.all("SELECT DISTINCT typeof(title) FROM story ORDER BY 1") == [("integer",), ("text",)]
        assert store.pragma("freelist_count") < store.pragma("page_count") / 10


def test_an_older_archive_of_which_a_part_is_damaged_can_be_opened_and_looked_through(older: Path) -> None:
    with bare.connect(older) as con:
        con.execute("UPDATE item SET topics = '[[broken', entities = 'x', copy_why = x'ff' WHERE n = 3")
        con.execute("UPDATE item SET link = CAST(x'68ff' AS TEXT), credits = CAST(x'5bff5d' AS TEXT) WHERE n = 5")
        con.execute("UPDATE story SET why = '{\"a\": 1}', outlets = '[' WHERE n = 3")
    con.close()
    with sqlite.connect(str(older)) as store:
        assert any("malformed JSON" in line for line in store.verify())
        assert store.items([item_id(4)]) == {item_id(4): reasoned(4)}


def test_a_migration_that_fails_in_the_middle_leaves_all_as_it_was(older: Path) -> None:
    before = viewed(older)
    steps = _schema.scripts() | {"6": _schema.scripts()["6"] + "INSERT INTO nowhere VALUES (1);\n"}
    con = bare.connect(older, isolation_level=None)
    with pytest.raises(bare.OperationalError, match="nowhere"):
        _schema.migrate(con, steps)
    assert con.execute("PRAGMA user_version").fetchone() == (5,)
    con.close()
    assert viewed(older) == before
    with sqlite.connect(str(older)) as store:
        assert everything(store) == {item_id(n): reasoned(n) for n in JUDGED}


def test_a_migration_that_takes_long_is_spoken_of(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_schema, "_TOLD", 0)
    said: list[str] = []
    sqlite.connect(str(older), say=said.append).close()
    assert "is written anew for this version of curator" in said[0]
    assert said[1].startswith("done: ")
    sqlite.connect(str(older), say=said.append).close()
    assert len(said) == 2


# ── writing and reading ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_an_update_says_three_times_is_kept_once_and_what_it_says_twice_stands_as_it_is(store: sqlite.Store) -> None:
    often, seldom = Provenance(why="nothing shows where it comes from"), Provenance(why="rests on Pass Post (told)")
    store.apply(make_update(*(make_item(n, provenance=often if n < 4 else seldom) for n in range(1, 6))))
    assert store.all("SELECT count(*) FROM wording WHERE text = ?", (often.why,)) == [(1,)]
    assert [kept(store, "typeof(why)", n) for n in range(1, 6)] == ["integer"] * 3 + ["text"] * 2
    store.apply(make_update(make_item(6, provenance=often)))
    assert kept(store, "typeof(why)", 6) == "integer"
    assert [item.provenance.why for item in everything(store).values()] == [often.why] * 3 + [seldom.why] * 2 + [often.why]


SAYINGS = st.sampled_from(
    [
        "",
        "1",
        "12",
        "*",
        "one",
        "told twice",
        "told\0",
        "https://a.example/*",
        "“quoted”, \\ and so on",
        "長い理由 \U0001f600",
        "a\x01b\ufffe",
        "x" * 400,
    ]
)


@given(st.lists(st.tuples(SAYINGS, SAYINGS, SAYINGS, st.floats(0, 1)), min_size=1, max_size=9))
def test_items_are_read_as_they_were_written_whatever_they_say(words: list[tuple[str, str, str, float]]) -> None:
    items = [
        make_item(
            n, copy_why=a, story_why=b, provenance=Provenance(role="own", why=c), link=(b or None), guid=None,
            tags=(Tag(name=a or "t", why=b, version=c, score=score),), entities=(Entity(kind="place", value=c or "v", why=a),),
        )
        for n, (a, b, c, score) in enumerate(words, start=1)
    ]  # fmt: skip
    with fresh() as store:
        store.apply(make_update(*items[:4]))
        store.apply(make_update(*items[4:], changed=tuple(items[:2])))
        assert everything(store) == {item.id: item for item in items}
        assert store.retag(items) == 0
        assert store.verify() == []


@given(st.text("a.:/*", max_size=12), st.text("a.:/*", max_size=12))
def test_a_link_is_read_off_its_outline_as_it_was(link: str, url: str) -> None:
    drawn = outline(link, url)
    assert drawn is None or filled(drawn, url) == link


def test_topics_that_are_now_said_by_numbers_are_no_other_topics(store: sqlite.Store) -> None:
    def tagged(n: int) -> Item:
        return make_item(n, tags=(Tag(name="conflict/tarn", why="title has 'fog'", version="1a2b"),))

    store.apply(make_update(tagged(1)))
    store.apply(make_update(*map(tagged, (2, 3, 4))))
    assert (kept(store, "topics", 1), kept(store, "topics", 2)) != (kept(store, "topics", 2), kept(store, "topics", 1))
    assert store.retag(map(tagged, (1, 2, 3, 4))) == 0
    store.tag(item_id(2), remove=["conflict/tarn"], at=NOW)
    assert not everything(store)[item_id(2)].tags
    assert store.verify() == []


def test_numbers_given_in_a_step_that_failed_are_forgotten(store: sqlite.Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.wording_numbers(["lost words"] * 3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.all("SELECT * FROM wording") == []
    store.apply(make_update(*(make_item(n, story_why="found words") for n in (1, 2, 3))))
    assert {item.story_why for item in everything(store).values()} == {"found words"}


# ── titles of stories ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_story_keeps_its_title_when_the_item_that_gave_it_is_changed_or_pruned(store: sqlite.Store) -> None:
    items = [make_item(n, story=f"{n:016x}") for n in (1, 2)]
    later = make_item(3, story=items[1].story)
    stories = tuple(make_story(n, title=item.title) for n, item in enumerate(items, start=1))
    store.apply(make_update(*items, later, stories=stories))
    assert store.all("SELECT DISTINCT typeof(title) FROM story") == [("integer",)]
    store.apply(make_update(changed=(replace(items[0], title="Fog lifts"),), stories=stories))
    store.apply(make_update(changed=(replace(items[1], date=NOW.replace(year=2020)),)))
    store.prune(NOW.replace(year=2021), NOW, undigested=True)
    assert [story.title for story in store.stories(EVERYTHING, NOW)] == [item.title for item in reversed(items)]
    assert dict(store.titles("0")) == {story.id: story.title for story in stories}
    assert store.verify() == []


def test_a_story_that_is_told_again_goes_on_saying_its_title_by_the_item(store: sqlite.Store) -> None:
    item = make_item(1, story=f"{1:016x}")
    story = make_story(1, title=item.title)
    store.apply(make_update(item, stories=(story,)))
    store.apply(make_update(stories=(replace(story, score=2.0),)))
    assert store.all("SELECT title, score FROM story") == [(1, 2.0)]
    store.apply(make_update(stories=(replace(story, title="Another"),)))
    assert store.all("SELECT title FROM story") == [("Another",)]


# ── what is not sound ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("harm", "line"),
    [
        ("UPDATE item SET why = 999 WHERE n = 3", "1 items say something by a number that stands for nothing"),
        ("UPDATE item SET topics = '[[999]]' WHERE n = 3", "1 items say something by a number that stands for nothing"),
        ("UPDATE item SET link = 999 WHERE n = 3", "not as it was written: item "),
        ("UPDATE wording SET text = replace(text, 'from=rss', 'from=rsz')", "not as it was written, of 14 items"),
        ("UPDATE story SET credibility = '1' WHERE n = 3", "not as it was written: story "),
        ("UPDATE story SET why = replace(why, '×', 'x')", "not as it was written, of 14 stories"),
        (
            "UPDATE story SET outlets = '[999]' WHERE n = 3",
            "not as it was written: story ",
        ),
    ],
)
def test_words_that_were_changed_behind_its_back_are_told(store: sqlite.Store, harm: str, line: str) -> None:
    store.apply(make_update(*map(reasoned, JUDGED), stories=tuple(map(reasoned_story, STORIES))))
    assert store.verify() == []
    with bare.connect(store.path) as con:
        con.execute(harm)
    con.close()
    assert any(told.startswith(line) for told in store.verify())


def test_a_number_that_stands_for_nothing_is_an_error_for_people(store: sqlite.Store) -> None:
    store.apply(make_update(*map(reasoned, JUDGED)))
    with bare.connect(store.path) as con:
        con.execute("UPDATE item SET why = 999")
    con.close()
    with pytest.raises(StoreDamagedError, match="stands for nothing"):
        everything(store)
