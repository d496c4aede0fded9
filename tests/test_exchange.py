"""What a file brings into the archive: rows, JSON Feeds, lists of feeds. That nothing is lost on the way out and in stands in test_round_trips."""

import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from feedtext import Written, rss
from hypothesis import given, settings
from hypothesis import strategies as st
from pasts import ARTICLES, EVERYTHING, START, archive, config, items, partition
from servers import Reply, Server

from curator import configfile, exchange
from curator.app import Curator
from curator.config import Feed, Fetch, Outlet, Topic
from curator.errors import CuratorError
from curator.types import Item

LATER = START + timedelta(days=1)


class Desk:
    """An empty archive, and files to import."""

    def __init__(self, folder: Path, **given: object) -> None:
        self.folder = folder
        self.archive = Curator(config(folder, **given), clock=lambda: LATER)
        self.said: list[str] = []

    def take(self, *rows: Any, name: str = "rows.jsonl") -> dict[str, int]:
        """Import the rows, one a line; text and bytes as they stand."""
        lines = [row if isinstance(row, bytes) else (row if isinstance(row, str) else json.dumps(row)).encode() for row in rows]
        return self.file(name, b"\n".join(lines))

    def file(self, name: str, content: bytes) -> dict[str, int]:
        path = self.folder / name
        path.write_bytes(content)
        self.said.clear()
        return dict(self.archive.import_file(str(path), say=self.said.append))

    def items(self) -> list[Item]:
        return list(self.archive.iterate(EVERYTHING))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    with made.archive:
        yield made


def counts(read: int = 0, new: int = 0, known: int = 0, refused: int = 0) -> dict[str, int]:
    return {"read": read, "new": new, "known": known, "refused": refused}


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_needs_a_title_or_a_url_and_all_else_may_be_missing(desk: Desk) -> None:
    assert desk.take({"title": "Only a title"}, {"url": "https://a.example/only-a-url"}) == counts(read=2, new=2)
    titled, linked = desk.items()
    assert (titled.title, titled.feed, titled.seen, titled.date) == ("Only a title", "import", LATER, LATER)
    assert (linked.url, linked.link) == ("https://a.example/only-a-url", "https://a.example/only-a-url")
    assert titled.story
    assert titled.story != linked.story


def test_refused_rows_are_counted_told_by_their_line_and_stop_nothing(desk: Desk) -> None:
    found = desk.take("", {"title": "One"}, "{broken", {"text": "neither"}, [1], {"title": ["no text"]}, {"title": "Two"})
    assert found == counts(read=6, new=2, refused=4)
    assert [told.split(":")[0] for told in desk.said] == ["refused, line 3", "refused, line 4", "refused, line 5", "refused, line 6"]


def test_a_broken_first_line_stops_nothing_either(desk: Desk) -> None:
    assert desk.take("{broken", {"title": "One"}, {"title": "Two"}) == counts(read=3, new=2, refused=1)
    assert desk.said[0].startswith("refused, line 1:")


def test_a_file_of_which_nothing_can_be_read_is_an_error(desk: Desk) -> None:
    for content in (b"hello\nworld", b"\xff\xfe\x00", b"5", b'"text"', b"[1, 2]", b"[" * 100_000):
        with pytest.raises(CuratorError, match="nothing in it can be read as items"):
            desk.file("x", content)
    assert desk.items() == []


def test_an_empty_file_brings_nothing(desk: Desk) -> None:
    for content in (b"", b"\n \n", b"[]"):
        assert desk.file("empty", content) == counts()


def test_a_file_that_is_not_there_is_told(desk: Desk) -> None:
    with pytest.raises(CuratorError, match="No such file"):
        desk.archive.import_file(str(desk.folder / "nothing"))
    with pytest.raises(CuratorError, match="directory"):
        desk.archive.import_file(str(desk.folder))


def test_rows_may_stand_in_an_array_and_after_a_byte_order_mark(desk: Desk) -> None:
    assert desk.file("a.json", json.dumps([{"title": "One"}, {"title": "Two"}], indent=2).encode()) == counts(read=2, new=2)
    assert desk.file("b.jsonl", b"\xef\xbb\xbf" + b'{"title": "Three"}\n{"title": "Four"}\r\n') == counts(read=2, new=2)
    assert desk.file("c.json", json.dumps({"title": "Five"}, indent=2).encode()) == counts(read=1, new=1)


def test_rows_come_from_standard_input_which_stays_open(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(b'{"title": "Piped"}'))
    monkeypatch.setattr(sys, "stdin", stream)
    assert dict(desk.archive.import_file("-")) == counts(read=1, new=1)
    assert not stream.closed


def test_progress_is_told(desk: Desk) -> None:
    told: list[tuple[int, int, int]] = []
    path = desk.folder / "many.jsonl"
    path.write_text("\n".join(json.dumps({"title": f"Number {n} of its kind"}) for n in range(12)))
    desk.archive.import_file(str(path), lambda *now: told.append(now))
    assert told[-1] == (12, 0, 12)


rows = st.lists(
    st.fixed_dictionaries(
        {"title": st.sampled_from([title for title, _ in ARTICLES])},
        optional={
            "text": st.sampled_from([text for _, text in ARTICLES]),
            "url": st.sampled_from(["https://a.example/1", "https://b.example/2", "no url"]),
            "guid": st.sampled_from(["g1", "g2"]),
            "feed": st.sampled_from(["Pass Post", "elsewhere"]),
            "published": st.sampled_from(["2026-03-02T06:00:00Z", "2026-03-01"]),
            "topics": st.just(["a/b"]),
        },
    ),
    max_size=6,
)


@given(rows)
@settings(max_examples=4)
def test_taking_a_file_in_again_changes_nothing(given_rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), builtin_topics=())
        with desk.archive:
            first = desk.take(*given_rows)
            before = desk.items()
            assert first["new"] == len(before)
            assert desk.take(*given_rows) == counts(read=len(given_rows), known=len(given_rows))
            assert desk.items() == before


# ── judged as a poll judges ─────────────────────────────────────────────────────────────────────────────────────────


def entries(feed: int) -> list[Written]:
    return [
        Written(
            guid=f"{feed}-{n}", title=title, link=f"https://paper{feed}.example/{n}", text=text, date=f"Mon, 02 Mar 2026 {n:02}:00:00 GMT"
        )
        for n, (title, text) in enumerate(ARTICLES)
        if n % 2 == feed
    ]


def judged(opened: Curator) -> dict[str, object]:
    """What was judged of each item, by its guid, since ids differ."""
    found = items(opened)
    guids = {item.id: item.guid for item in found.values()}
    return {
        str(item.guid): (
            item.text, item.summary, item.language, item.outlet, item.outlet_known, item.tags, item.entities, item.credits,
            guids.get(item.copy_of or ""), item.provenance.role, item.provenance.origin, item.published,
        )
        for item in found.values()
    }  # fmt: skip


def test_rows_without_judgements_come_out_as_if_their_feeds_had_been_polled(tmp_path: Path) -> None:
    outlets = (Outlet(name="First Paper", hosts=("paper0.example",)), Outlet(name="Second Paper", hosts=("paper1.example",)))
    with Server() as web:
        feeds = {name: Feed(name=name, url=web.url(f"/{name}")) for name in ("paper0", "paper1")}
        for number, name in enumerate(feeds):
            web.pages[f"/{name}"] = Reply(body=rss(*entries(number), title=""))
        given = {"feeds": feeds, "outlets": outlets, "fetch": Fetch(allow_private=True)}
        (tmp_path / "polled").mkdir()
        with Curator(config(tmp_path / "polled", **given), clock=lambda: LATER) as polled:
            assert polled.poll(["paper0"], force=True).new + polled.poll(["paper1"], force=True).new == len(ARTICLES)
            expected, groups = judged(polled), partition(polled)
    imported = Desk(tmp_path, **given)
    with imported.archive:
        for n in (0, 1):
            imported.take(*(
                {"feed": f"paper{n}", "guid": e.guid, "title": e.title, "link": e.link, "text": e.text, "published": f"2026-03-02T{e.date[17:25]}Z"}
                for e in entries(n) if e.date
            ))  # fmt: skip
        assert judged(imported.archive) == expected
        assert partition(imported.archive) == groups


def test_an_outlet_is_known_by_its_host_by_its_feed_or_not_at_all(desk: Desk) -> None:
    desk.take(
        {"title": "By host", "url": "https://news.lake-gazette.example/1", "outlet": "whatever"},
        {"title": "By feed", "feed": "Radio Selm", "url": "https://cdn.example/2"},
        {"title": "By name only", "url": "https://blog.example/3", "outlet": "A blog"},
    )
    assert [(item.outlet, item.outlet_known) for item in desk.items()] == [("Lake Gazette", True), ("Radio Selm", True), ("A blog", False)]


def test_judgements_of_a_row_are_kept_and_the_others_made(desk: Desk) -> None:
    title, text = ARTICLES[0]
    desk.take({"title": title, "text": text, "topics": ["a/b", {"name": "c/d", "why": "she said so", "by": "hand"}]})
    (item,) = desk.items()
    assert [(tag.name, tag.why, tag.by) for tag in item.tags] == [("a/b", "imported", "rule"), ("c/d", "she said so", "hand")]
    assert item.story
    assert item.language == "en"


def test_what_people_taught_is_heeded_by_imports(tmp_path: Path) -> None:
    desk = Desk(tmp_path, topics={"art": Topic(name="art", any=("no such word",))})
    with desk.archive:
        songs = [{"title": f"Choir sings winter song {n}", "text": ARTICLES[8][1], "guid": f"s{n}"} for n in range(75)]
        dams = [{"title": f"Dam {n}", "text": ARTICLES[3][1], "guid": f"d{n}"} for n in range(75)]
        desk.take(*songs, *dams)
        ids = {str(item.guid): item.id for item in desk.items()}
        desk.archive.mark([id_ for guid, id_ in ids.items() if guid[0] == "s"], topics=["+art"])
        desk.archive.mark([id_ for guid, id_ in ids.items() if guid[0] == "d"], topics=["-art"])
        desk.take({"title": "Choir sings a winter song again", "text": ARTICLES[8][1], "guid": "new"})
        (new,) = [item for item in desk.items() if item.guid == "new"]
        assert [(tag.name, tag.by) for tag in new.tags] == [("art", "model")]


# ── identity ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_entry_already_polled_is_known_whatever_the_file_calls_it(tmp_path: Path) -> None:
    with archive(tmp_path) as past:
        known = next(iter(items(past).values()))
        path = tmp_path / "again.jsonl"
        row = {"id": "0123456789abcdef", "feed": known.feed, "guid": known.guid, "url": known.url, "title": known.title, "text": known.text}
        path.write_text(json.dumps(row))
        assert dict(past.import_file(str(path))) == counts(read=1, known=1)
        assert len(items(past)) == len(ARTICLES)


class Waited:
    """A store that somebody else holds when an import begins, and who brings something meanwhile."""

    def __init__(self, store: Any, meanwhile: Callable[[], object]) -> None:
        self._store, self._meanwhile = store, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def exclusive(self, purpose: str) -> Iterator[None]:
        self._meanwhile()
        with self._store.exclusive(purpose):
            yield


def test_an_entry_polled_while_the_import_waited_is_known_too(desk: Desk) -> None:
    said = {"feed": "f", "title": "The same words", "text": "And the same text, too.", "url": "https://f.example/x"}
    path = desk.folder / "again.jsonl"
    path.write_text(json.dumps({**said, "id": f"{1:016x}", "topics": [], "entities": [], "copy_of": None, "story": f"{1:016x}"}))
    store = Waited(desk.archive.store, lambda: desk.take(said, name="polled.jsonl"))
    assert dict(exchange.take_in(store, desk.archive.config, str(path), lambda: LATER)) == counts(read=1, known=1)
    assert len(desk.items()) == 1


def test_items_that_one_archive_held_apart_stay_apart(desk: Desk) -> None:
    twin = {"feed": "f", "title": "The same words", "text": "And the same text, too.", "url": "https://f.example/x"}
    own = [{**twin, "id": f"{n:016x}", "topics": [], "entities": [], "copy_of": None, "story": f"{n:016x}"} for n in (1, 2)]
    assert desk.take(*own) == counts(read=2, new=2)
    assert desk.take(*own) == counts(read=2, known=2)
    assert [item.id for item in desk.items()] == [row["id"] for row in own]


def test_rows_that_repeat_each_other_are_one_item(desk: Desk) -> None:
    twin = {"feed": "f", "guid": "g", "title": "The same words", "url": "https://f.example/x"}
    assert desk.take(twin, twin, {**twin, "title": "The same words, edited"}) == counts(read=3, new=1, known=2)


def test_halves_of_characters_come_in_nowhere(desk: Desk) -> None:
    half = "a\ud800b"
    row = dict.fromkeys(
        ("guid", "link", "title", "text", "summary", "feed", "outlet", "language", "date_raw", "source", "source_url"), half
    )
    row |= dict.fromkeys(("copy_why", "story_why", "story_title"), half) | {"authors": [half], "topics": [{"name": half, "why": half}]}
    row |= {"entities": [{"kind": half, "value": half, "why": half}], "copy_of": None, "story": "5" * 16}
    row |= {"credits": [{"outlet": half, "pattern": half, "words": half, "field": half, "via": [half]}], "url": f"https://h.example/{half}"}
    row |= {"provenance": {"role": "own", "origin": half, "background": [half], "evidence": half, "why": half, "denied_by": half}}
    row |= {"notes": [{"text": half}], "marks": [{"at": "2026-03-01T06:00:00Z", "what": half, "value": half}], "versions": 2}
    row |= {"history": [{"number": 1, "title": half, "text": half}]}
    assert desk.take(row, *many(3)) == counts(read=4, new=4)


# ── JSON Feed and OPML ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_json_feed_is_cleaned_and_judged_as_a_poll_does(desk: Desk) -> None:
    title, text = ARTICLES[0]
    entry = {"id": "7", "url": "https://lake-gazette.example/7?utm_source=x", "title": f"<b>{title}</b>", "content_html": f"<p>{text}</p><script>x()</script>",
             "date_published": "2026-03-02T07:00:00+01:00", "authors": [{"name": "A. Writer"}]}  # fmt: skip
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Lake",
        "items": [entry, {"id": "8", "content_text": "Only words here."}],
    }
    assert desk.file("feed.json", json.dumps(document).encode()) == counts(read=2, new=2)
    first, second = desk.items()
    assert (first.title, first.text, first.url, first.outlet, first.outlet_known) == (
        title, text, "https://lake-gazette.example/7", "Lake Gazette", True,
    )  # fmt: skip
    assert (first.published, first.authors, [tag.name for tag in first.tags]) == (START, ("A. Writer",), ["sea"])
    assert (second.title, second.outlet, second.outlet_known) == ("Only words here.", "Lake", False)
    assert desk.file("feed.json", json.dumps(document, indent=1).encode()) == counts(read=2, known=2)


def test_a_json_feed_without_items_is_told(desk: Desk) -> None:
    with pytest.raises(CuratorError, match="no list of items"):
        desk.file("feed.json", b'{"version": "https://jsonfeed.org/version/1.1", "title": "x"}')


def test_a_list_of_feeds_goes_into_feeds_toml_once(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text('# mine\n[topics."own/topic"]\nany = ["x"]\n')
    opml = b"""<opml version="2.0"><body><outline text="own/topic"><outline type="rss" text="Quay" xmlUrl="https://quay.example/feed"/></outline>
    <outline type="rss" text="Pier" xmlUrl="https://pier.example/feed" category="own/topic"/></body></opml>"""
    (tmp_path / "list.opml").write_bytes(opml)
    for added in (2, 0):
        with Curator(configfile.load(str(path))) as opened:
            assert dict(opened.import_file(str(tmp_path / "list.opml"))) == {"feeds_added": added}
    found = configfile.load(str(path)).feeds
    assert [feed.url for feed in found.values()] == ["https://quay.example/feed", "https://pier.example/feed"]
    assert "own/topic" in {topic for feed in found.values() for topic in feed.topics}
    assert path.read_text().startswith("# mine")


def test_a_list_of_addresses_is_one_of_feeds_too(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text("# mine\n")
    (tmp_path / "urls").write_text('https://quay.example/feed "~Quay"\n# a comment\nhttps://pier.example/feed\n')
    with Curator(configfile.load(str(path))) as opened:
        assert dict(opened.import_file(str(tmp_path / "urls"))) == {"feeds_added": 2}
    assert [feed.url for feed in configfile.load(str(path)).feeds.values()] == ["https://quay.example/feed", "https://pier.example/feed"]


def test_broken_opml_is_told_and_feeds_toml_stays(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text("# mine\n")
    (tmp_path / "list.opml").write_bytes(b"<html>no list</html>")
    with Curator(configfile.load(str(path))) as opened, pytest.raises(CuratorError):
        opened.import_file(str(tmp_path / "list.opml"))
    assert path.read_text() == "# mine\n"


def test_old_times_are_kept_and_nothing_is_dated_after_it_was_seen(desk: Desk) -> None:
    desk.take(
        {"title": "Old", "published": "2011-05-01T12:00:00+02:00", "seen": "2011-05-01T11:00:00Z"},
        {"title": "Odd", "published": "2999-01-01"},
    )
    old, odd = desk.items()
    assert (old.date.isoformat(), old.seen.isoformat()) == ("2011-05-01T10:00:00+00:00", "2011-05-01T11:00:00+00:00")
    assert odd.date == odd.seen == LATER
    assert replace(odd, date=LATER) == odd


# ── many rows ───────────────────────────────────────────────────────────────────────────────────────────────────────


def many(count: int) -> list[Any]:
    judged = {"topics": [], "entities": [], "copy_of": None, "story": ""}
    return [json.dumps({"title": f"Ferry {n} to Marlinda was late", "url": f"https://harbour.example/{n}"} | judged) for n in range(count)]


def test_many_rows_come_in_as_a_few_do_each_in_its_place(desk: Desk, tmp_path: Path) -> None:
    rows = many(700)
    assert desk.take(*rows[:400], "no row", *rows[400:]) == counts(read=701, new=700, refused=1)
    assert desk.said == ["refused, line 401: no JSON"]
    assert [item.title for item in desk.items()] == [json.loads(row)["title"] for row in rows]
    (tmp_path / "beside").mkdir()
    few = Desk(tmp_path / "beside")
    with few.archive:
        for at in range(0, 700, 100):
            few.take(*rows[at : at + 100])
        assert few.items() == desk.items()


def test_a_story_whose_rows_stand_far_apart_is_told_of_as_a_whole_under_the_title_that_one_of_them_tells(desk: Desk) -> None:
    rows = [json.loads(row) for row in many(1_300)]
    for at, outlet in ((2, "Reuters"), (700, "Dawn"), (1_299, "Yle")):
        own = {"role": "own", "origin": outlet, "background": [], "evidence": None, "why": "told"}
        rows[at] |= {"id": f"{at:016x}", "story": "5" * 16, "outlet": outlet, "outlet_known": True, "provenance": own}
    rows[700]["story_title"] = "Ferries late"
    desk.take(*rows)
    (story,) = desk.archive.store.stories_by_id(["5" * 16]).values()
    assert story.title == "Ferries late"
    assert story.items == tuple(f"{at:016x}" for at in (2, 700, 1_299))
    assert (story.outlets, story.origins) == (("Reuters", "Dawn", "Yle"), ("Reuters", "Dawn", "Yle"))
    assert story.credibility == "2"


def test_where_rows_come_without_their_provenance_their_story_is_judged(desk: Desk) -> None:
    told = {"outlet": "Reuters", "outlet_known": True, "text": "The pipe was known since 1974, a diver told Reuters at the quay."}
    row = {"title": "Pipe", "url": "https://harbour.example/pipe", "topics": [], "entities": [], "copy_of": None, "story": "5" * 16}
    credit = {"outlet": "Reuters", "pattern": "told", "words": "told Reuters", "field": "text", "start": 36, "lead": True}
    desk.take({**row, **told, "credits": [credit]})
    (story,) = desk.archive.store.stories_by_id(["5" * 16]).values()
    assert story.origins == ("Reuters",)


def test_a_row_that_costs_too_much_is_refused_and_those_beside_it_are_not(tmp_path: Path) -> None:
    desk = Desk(tmp_path, fetch=Fetch(parse_memory=1))
    rows = many(300)
    rows[130] = '{"title": "Nothing", "url": "https://harbour.example/0", "x": [' + "0," * 9_000_000 + "0]}"
    with desk.archive:
        assert desk.take(*rows) == counts(read=300, new=299, refused=1)
        assert "line 131: " in desk.said[0]
        assert "memory" in desk.said[0]


def test_one_row_of_many_bytes_has_no_more_to_spend_than_others(tmp_path: Path) -> None:
    desk = Desk(tmp_path, fetch=Fetch(parse_memory=1))
    with desk.archive, pytest.raises(CuratorError, match=r"line 1: .* memory"):
        desk.take('{"title": "Nothing", "url": "https://harbour.example/0", "x": [' + "0," * 9_000_000 + "0]}")


def test_lists_in_a_row_have_an_end(desk: Desk) -> None:
    moment = "2026-03-01T06:00:00Z"
    row = {
        "title": "Fog", "url": "https://harbour.example/0", "authors": [f"A {n}" for n in range(20_000)],
        "topics": [{"name": f"t{n}"} for n in range(20_000)],
        "notes": [{"at": moment, "text": f"note {n}"} for n in range(20_000)],
        "marks": [{"at": moment, "what": "read", "value": str(n)} for n in range(20_000)],
    }  # fmt: skip
    assert desk.take(row) == counts(read=1, new=1)
    (item,) = desk.items()
    assert (len(item.authors), len(item.tags)) == (10_000, 10_000)
    (dossier,) = desk.archive.store.dossiers([item])
    assert (len(dossier.notes), len(dossier.marks)) == (10_000, 10_000)


def test_a_broken_first_row_leaves_the_others_rows(desk: Desk) -> None:
    rows = many(3)
    assert desk.take('{"title": "Fog', *rows) == counts(read=4, new=3, refused=1)
    assert desk.said == ["refused, line 1: no JSON"]
    assert desk.take('{"title":', '"Haze", "url": "https://harbour.example/haze"}') == counts(read=1, new=1)


def test_what_is_stored_together_came_at_one_moment(tmp_path: Path) -> None:
    moments = iter(LATER + timedelta(minutes=n) for n in range(10_000))
    with Curator(config(tmp_path), clock=lambda: next(moments)) as archive:
        (tmp_path / "rows.jsonl").write_text("\n".join(many(1_600)))
        archive.import_file(str(tmp_path / "rows.jsonl"))
        seen = [item.seen for item in archive.iterate(EVERYTHING)]
        assert [len(set(some)) for some in (seen[:1_000], seen[1_000:], seen)] == [1, 1, 2]
