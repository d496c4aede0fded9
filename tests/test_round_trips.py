"""What leaves the archive comes back as it was: items, judgements, notes, marks, versions, evidence; lists of feeds as well."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archives import EVERYTHING, NOW, drone, fresh, item_id, make_item, make_update, raw_of
from desk import CommandLine, environment, on_a_terminal, process
from hypothesis import given
from hypothesis import strategies as st
from servers import Server

import curator
from curator import decode, encode, opml
from curator.config import Config, Feed
from curator.formats import jsonl, newsboat
from curator.types import Credit, Dossier, Note, Provenance, Retrieval, Tag, Version


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def elsewhere(writing: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line over another, empty archive with the same feeds.toml."""
    assert writing.config
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copy(writing.config, folder / "feeds.toml")
    return CommandLine(writing.capsys, folder / "feeds.toml")


def whole(run: CommandLine, file: Path) -> bytes:
    assert run("export", "--all", "--tlp", "RED", "--evidence", "-o", str(file)).code == 0
    return file.read_bytes()


@pytest.fixture
def other(writing: CommandLine, tmp_path: Path) -> CommandLine:
    return elsewhere(writing, tmp_path)


def some_id(run: CommandLine) -> str:
    return str(json.loads(run("list", "--json", "-n", "1").out)[0]["id"])


# ── a whole archive ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_archive_goes_out_and_in_byte_for_byte(writing: CommandLine, other: CommandLine, tmp_path: Path) -> None:
    first, second = json.loads(writing("list", "--json", "-n", "2").out)
    writing("note", first["id"], "Same photo as in March,\n  cropped", "--tlp", "AMBER")
    writing("mark", first["id"], "--star", "--read", "--topic", "+military/naval")
    writing("mark", second["id"], *(f"--topic=-{topic['name']}" for topic in second["topics"]), "--not-story")
    before = whole(writing, tmp_path / "a.jsonl")
    assert other("import", str(tmp_path / "a.jsonl")).code == 0
    assert whole(other, tmp_path / "b.jsonl") == before
    assert other("db", "verify").code == 0


def test_importing_it_again_changes_nothing_there_or_where_it_came_from(writing: CommandLine, other: CommandLine, tmp_path: Path) -> None:
    writing("note", some_id(writing), "To be checked")
    before = whole(writing, tmp_path / "a.jsonl")
    for run in (other, other, writing):
        assert " 0 refused" in run("import", str(tmp_path / "a.jsonl")).err
        assert whole(run, tmp_path / "b.jsonl") == before


def test_stories_keep_their_titles_members_and_origins(writing: CommandLine, other: CommandLine, tmp_path: Path) -> None:
    whole(writing, tmp_path / "a.jsonl")
    other("import", str(tmp_path / "a.jsonl"))
    kept = ("id", "title", "items", "outlets", "first", "last", "origins", "origins_min", "origins_max", "credibility", "topics")
    told = [sorted([story[key] for key in kept] for story in json.loads(run("stories", "--all", "--json").out)) for run in (writing, other)]
    assert told[0] == told[1]


def test_a_changed_entry_shows_what_changed_and_its_bytes_wherever_it_is_imported(
    writing: CommandLine, other: CommandLine, tmp_path: Path
) -> None:
    whole(writing, tmp_path / "a.jsonl")
    other("import", str(tmp_path / "a.jsonl"))
    changed = next(row["id"] for row in lines(tmp_path / "a.jsonl") if row["versions"] > 1)
    for command in (("show", changed, "--diff"), ("show", changed, "--raw"), ("show", changed, "--json")):
        assert writing(*command).out == other(*command).out != ""


def test_without_evidence_everything_else_comes_back(writing: CommandLine, other: CommandLine, tmp_path: Path) -> None:
    whole(writing, tmp_path / "a.jsonl")
    writing("export", "--all", "--tlp", "RED", "-o", str(tmp_path / "small.jsonl"))
    other("import", str(tmp_path / "small.jsonl"))
    other("export", "--all", "--tlp", "RED", "-o", str(tmp_path / "b.jsonl"))
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "small.jsonl").read_bytes()
    assert (tmp_path / "small.jsonl").stat().st_size < (tmp_path / "a.jsonl").stat().st_size
    assert other("db", "verify").code == 0
    assert "no evidence is kept" in other("show", some_id(other), "--raw").err


@pytest.mark.skipif(not os.environ.get("CURATOR_FEEDS"), reason="CURATOR_FEEDS names a folder of feeds to go out and in with")
def test_real_feeds_go_out_and_in_byte_for_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(file for file in Path(os.environ["CURATOR_FEEDS"]).iterdir() if file.is_file())
    with Server() as server:
        feeds = "".join(f'[feeds.f{n}]\nurl = "{server.put(f"/{n}", file.read_bytes())}"\n' for n, file in enumerate(files))
        (tmp_path / "feeds.toml").write_text(f"[fetch]\nallow_private = true\n{feeds}", encoding="utf-8")
        run = CommandLine(capsys, tmp_path / "feeds.toml")
        run("poll", "--force")
    other = elsewhere(run, tmp_path)
    before = whole(run, tmp_path / "a.jsonl")
    other("import", str(tmp_path / "a.jsonl"))
    assert whole(other, tmp_path / "b.jsonl") == before
    assert other("db", "verify").code == 0


# ── how far notes travel ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("ceiling", "told"), [((), ["open"]), (("--tlp", "amber"), ["open", "closed"]), (("--tlp", "GREEN"), ["open"])])
def test_a_note_above_the_ceiling_stays_and_that_is_said(
    writing: CommandLine, tmp_path: Path, ceiling: tuple[str, ...], told: list[str]
) -> None:
    id_ = some_id(writing)
    writing("note", id_, "open")
    writing("note", id_, "closed", "--tlp", "AMBER")
    ran = writing("export", "--all", "-o", str(tmp_path / "a.jsonl"), *ceiling)
    (row,) = [row for row in lines(tmp_path / "a.jsonl") if row["id"] == id_]
    assert [note["text"] for note in row["notes"]] == told
    assert ("left out: 1" in ran.err) == (told == ["open"])


def test_no_format_lets_a_note_out_above_the_ceiling(writing: CommandLine, tmp_path: Path) -> None:
    writing("note", some_id(writing), "walled garden", "--tlp", "RED")
    for form in ("jsonl", "json", "csv", "atom", "markdown", "stix", "ioc", "jsonfeed", "html", "text"):
        assert "walled garden" not in writing("export", "--all", "-f", form).out, form
    writing("export", "--all", "-o", f"{tmp_path}/notes/")
    assert not any("walled garden" in file.read_text(encoding="utf-8") for file in (tmp_path / "notes").iterdir())
    for form in ("jsonl", "markdown", "stix"):
        assert "walled garden" in writing("export", "--all", "-f", form, "--tlp", "RED").out, form


def test_a_colleagues_notes_are_added_to_what_is_known_but_not_her_marks(writing: CommandLine, tmp_path: Path) -> None:
    id_ = some_id(writing)
    row = {"id": id_, "title": "x", "notes": [{"text": "hers", "tlp": "GREEN", "at": "2026-11-22T06:00:00Z"}], "starred": True}
    row["marks"] = [{"at": "2026-11-22T06:00:00Z", "what": "starred", "value": "1"}]
    (tmp_path / "hers.jsonl").write_text(json.dumps(row), encoding="utf-8")
    for _ in range(2):
        writing("import", str(tmp_path / "hers.jsonl"))
    shown = json.loads(writing("show", id_, "--json").out)
    assert [note["text"] for note in shown["notes"]] == ["hers"]
    assert not shown["starred"]


def test_a_note_with_a_label_nobody_knows_goes_nowhere() -> None:
    row = decode.row({"title": "x", "notes": [{"text": "n", "tlp": "PURPLE"}]}, NOW, "f")
    assert row.dossier
    assert [note.tlp for note in row.dossier.notes] == ["RED"]


# ── single rows ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_whose_evidence_was_changed_is_refused_and_told(writing: CommandLine, other: CommandLine, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in whole(writing, tmp_path / "a.jsonl").splitlines()]
    rows[3]["raw"] = base64.b64encode(base64.b64decode(rows[3]["raw"]) + b" ").decode()
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ran = other("import", str(tmp_path / "b.jsonl"))
    assert "line 4" in ran.err
    assert "evidence was changed" in ran.err
    assert f"{len(rows) - 1} new" in ran.err
    assert other("db", "verify").code == 0


def test_a_copy_that_stands_before_what_it_copies_is_one_all_the_same(writing: CommandLine, other: CommandLine, tmp_path: Path) -> None:
    rows = whole(writing, tmp_path / "a.jsonl").splitlines()
    (tmp_path / "turned.jsonl").write_bytes(b"\n".join(reversed(rows)))
    other("import", str(tmp_path / "turned.jsonl"))
    whole(other, tmp_path / "b.jsonl")
    copies = [{row["id"]: row["copy_of"] for row in lines(tmp_path / name)} for name in ("a.jsonl", "b.jsonl")]
    assert any(copies[0].values())
    assert copies[0] == copies[1]


def test_evidence_is_its_bytes_in_a_pipe_and_harmless_on_a_terminal(tmp_path: Path) -> None:
    raw = b"<item>\x1b]0;owned\x07\x9b31m\xff</item>"
    row = {"title": "x", "id": "a" * 16, "sha256": hashlib.sha256(raw).hexdigest(), "raw": base64.b64encode(raw).decode()}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")
    config = str(tmp_path / "feeds.toml")
    assert process("-c", config, "import", str(tmp_path / "rows.jsonl")).returncode == 0
    piped = subprocess.run(
        [sys.executable, "-m", "curator", "-c", config, "show", "aaaa", "--raw"],
        capture_output=True,
        env=environment(),
        check=True,
        timeout=60,
    )
    assert piped.stdout == raw
    shown = on_a_terminal("-c", config, "show", "aaaa", "--raw")
    assert shown == "<item>·]0;owned·\ufffd31m\ufffd</item>\n"


def test_an_archives_own_row_needs_neither_title_nor_address() -> None:
    """Feeds do have such entries; a stranger's row without both says nothing."""
    assert decode.row({"id": "0" * 16, "guid": "g"}, NOW, "f").item.guid == "g"
    for stranger in ({"guid": "g"}, {"id": "0" * 16}, {"id": "no", "text": "t"}):
        with pytest.raises(decode.RefusedError):
            decode.row(stranger, NOW, "f")


@contextmanager
def kept(dossier: Dossier) -> Iterator[Dossier]:
    """The dossier as a new archive gives it back."""
    with fresh() as store:
        store.apply(make_update(dossier.item))
        store.keep([dossier])
        store.keep([dossier])
        yield next(iter(store.dossiers(store.iterate(EVERYTHING, NOW), evidence=True)))


def full() -> Dossier:
    """An item with something in every place."""
    item = drone(make_item(1, versions=2, authors=("Ann Lee",), language="en", changed=NOW, story="5" * 16, story_why="same words"))
    item = replace(
        item,
        tags=(*item.tags, Tag(name="mine", why="given by hand", by="hand"), Tag(name="guessed", why="like others", by="model", score=0.7)),
        credits=(
            Credit(outlet="A", pattern="first", words="A first reported last month", field="text", start=3, via=("B",), earlier=True),
        ),
        provenance=Provenance(role="derived", origin="A", background=("B",), evidence="A said", why="credits A", denied_by="C"),
    )
    answer = Retrieval(
        feed="harbour", requested="https://h.example/f", final="https://h.example/g", status=200, etag='"e"', last_modified=None, at=NOW,
        body_sha="a" * 64, tool="curator 0",
    )  # fmt: skip
    return Dossier(
        item=item,
        notes=(Note(number=1, item=item.id, text="two\n lines", tlp="AMBER+STRICT", at=NOW),),
        earlier=(Version(item=item.id, number=1, seen=NOW, title="Before", text="Other words", sha256=make_item(2).sha256),),
        marks=((NOW, "starred", "1"), (NOW, "topic", "-gone"), (NOW, "not-copy", item_id(3))),
        retrievals={1: answer, 2: answer},
        raws={item.sha256: raw_of(1), make_item(2).sha256: raw_of(2)},
        story_title=item.title,
    )


def test_a_dossier_survives_the_archive_and_the_row() -> None:
    with kept(full()) as found:
        assert found == full()
    row = decode.row(json.loads("".join(jsonl.dossiers([full()]))), NOW, "f")
    assert row.dossier
    numberless = tuple(replace(note, number=0) for note in full().notes)
    assert row.dossier == replace(full(), notes=numberless, story_title="")
    assert row.judged == decode.JUDGEMENTS


def test_what_a_person_said_of_topics_and_copies_is_in_force_again() -> None:
    with fresh() as store:
        store.apply(make_update(full().item))
        store.keep([full()])
        assert store.labels() == [(full().item.id, "gone", -1)]
        assert store.corrections() == [("not-copy", full().item.id, item_id(3))]


def test_evidence_that_is_not_what_its_hash_says_is_not_kept_nor_the_answer_that_would_vouch_for_it() -> None:
    forged = replace(full(), raws=dict.fromkeys(full().raws, b"forged"), earlier=())
    with kept(forged) as found:
        assert found.raws == {full().item.sha256: raw_of(1)}  # the archive's own
        assert not found.retrievals


def test_evidence_of_many_items_is_packed_together() -> None:
    some = [make_item(number) for number in range(1, 60)]
    with fresh() as store:
        store.apply(make_update(*some, raws={}))
        store.keep([Dossier(item=item, raws={item.sha256: raw_of(number)}) for number, item in enumerate(some, 1)])
        assert [store.raw(item.sha256) for item in some] == [raw_of(number) for number in range(1, 60)]
        assert store.one("SELECT count(*) FROM evidence_pack") == (1,)


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
values = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | texts, lambda inner: st.lists(inner, max_size=3), max_leaves=4)
objects = st.dictionaries(
    st.sampled_from(["at", "what", "value", "number", "title", "text", "sha256", "raw", "tlp", "retrieval", "seen"]), values, max_size=5
)


@given(st.lists(objects, max_size=3), st.lists(objects, max_size=3), st.lists(objects, max_size=3), values, objects | values)
def test_whatever_stands_beside_an_item_is_read_or_refused(
    notes: list[object], marks: list[object], history: list[object], raw: object, retrieval: object
) -> None:
    given = {"title": "x", "versions": 4, "notes": notes, "marks": marks, "history": history, "raw": raw, "retrieval": retrieval}
    try:
        row = decode.row(given, NOW, "f")
    except decode.RefusedError:
        return
    assert row.dossier
    with fresh() as store:
        item = replace(row.item, id="1" * 16)
        store.apply(make_update(item))
        store.keep([replace(row.dossier, item=item)])


@given(texts, texts, st.lists(texts, max_size=2), st.lists(st.tuples(texts, texts), max_size=2))
def test_any_item_survives_its_row(title: str, body: str, authors: list[str], entities: list[tuple[str, str]]) -> None:
    """Once it is as the archive keeps it: what comes in is tidied, what is tidy stays as it is."""
    given = {"title": title or "x", "text": body, "authors": authors, "entities": [{"kind": k, "value": v, "why": ""} for k, v in entities]}
    try:
        once = decode.row(given, NOW, "f").item
        item = replace(once, id="1" * 16)
    except decode.RefusedError:
        return
    again = decode.row(json.loads(json.dumps(encode.whole(item))), NOW, "f").item
    assert again == item


def test_the_json_feed_that_export_writes_can_be_imported(writing: CommandLine, other: CommandLine, tmp_path: Path) -> None:
    writing("export", "-f", "jsonfeed", "-o", str(tmp_path / "feed.json"))
    assert " 0 refused" in other("import", str(tmp_path / "feed.json")).err
    titles = [{item["title"] for item in json.loads(run("list", "--all", "--json").out)} for run in (writing, other)]
    assert titles[1] <= titles[0]
    assert len(titles[1]) > 10


# ── lists of feeds ──────────────────────────────────────────────────────────────────────────────────────────────────


ALL = ("name", "url", "outlet", "role", "reliability", "topics", "language", "enabled", "every")


@pytest.mark.parametrize(("form", "same"), [("opml", ALL), ("newsboat", ("url", "topics"))])
def test_feeds_go_out_and_in(
    writing: CommandLine, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, same: tuple[str, ...]
) -> None:
    assert writing("feeds", "export", "-f", form, "-o", str(tmp_path / "list")).code == 0
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")
    empty = CommandLine(capsys, tmp_path / "feeds.toml")
    for _ in range(2):  # the second time there is nothing to add
        assert empty("feeds", "import", str(tmp_path / "list")).code == 0
    assert writing.config
    there, here = (list(curator.load(str(path)).feeds.values()) for path in (writing.config, tmp_path / "feeds.toml"))
    assert [[getattr(feed, key) for key in same] for feed in here] == [[getattr(feed, key) for key in same] for feed in there]


def test_newsboats_file_has_quoted_tags_and_leaves_out_what_is_not_polled() -> None:
    feeds = (
        Feed(name="a", url="https://a.example/", outlet='The "A" \\ `id`', topics=("military/naval",)),
        Feed(name="b", url="https://b.example/", enabled=False),
    )
    text = newsboat.feeds(Config(feeds={feed.name: feed for feed in feeds}))
    assert text.splitlines() == [
        'https://a.example/ "military/naval" "~The \\"A\\" \\\\ \'id\'"',
        '# https://b.example/ "~b"',
    ]
    (back,) = opml.read(text.encode(), {})
    assert (back.url, back.topics, back.name) == ("https://a.example/", ("military/naval",), "the-a-id")


def test_importing_opml_by_either_command_knows_the_users_own_topics(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.opml").write_text(
        '<opml><body><outline text="A" xmlUrl="https://a.example/" category="/my/own"/></body></opml>', encoding="utf-8"
    )
    for command in (("import",), ("feeds", "import")):
        (tmp_path / "feeds.toml").write_text('[topics."my/own"]\nany = ["tugboat"]\n', encoding="utf-8")
        assert CommandLine(capsys, tmp_path / "feeds.toml")(*command, str(tmp_path / "list.opml")).code == 0
        assert [feed.topics for feed in curator.load(str(tmp_path / "feeds.toml")).feeds.values()] == [("my/own",)]


FRESHRSS = """<?xml version="1.0" encoding="UTF-8"?>
<opml xmlns:frss="https://freshrss.org/opml" version="2.0"><head><title>FreshRSS</title></head><body>
<outline text="Harbours"><outline text="Pilot News" type="rss" xmlUrl="https://pilots.example/feed" htmlUrl="https://pilots.example/"
  description="Tides &amp; tugs" frss:priority="main" frss:cssFullContent="article"/>
<outline text="A page" type="HTML+XPath" xmlUrl="https://page.example/" frss:xPathItem="//li"/></outline></body></opml>"""
MINIFLUX = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Miniflux</title><dateCreated>Sun, 22 Nov 2026 06:00:00 UTC</dateCreated></head><body>
<outline text="cyber/vulnerabilities"><outline title="Harbour CERT" text="Harbour CERT" xmlUrl="https://cert.example/atom" htmlUrl="https://cert.example/"
  type="rss" description=""/></outline></body></opml>"""
NEWSBOAT = 'https://tugs.example/rss "cyber/vulnerabilities" "~Tug Watch"\n"query:Tugs:title =~ \\"tug\\""\n'


@pytest.mark.parametrize(
    ("written", "name", "url", "topics"),
    [
        (FRESHRSS, "pilot-news", "https://pilots.example/feed", ()),
        (MINIFLUX, "harbour-cert", "https://cert.example/atom", ("cyber/vulnerabilities",)),
        (NEWSBOAT, "tug-watch", "https://tugs.example/rss", ("cyber/vulnerabilities",)),
    ],
)
def test_other_readers_lists_become_feeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str, name: str, url: str, topics: tuple[str, ...]
) -> None:
    (tmp_path / "list").write_text(written, encoding="utf-8")
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")
    assert CommandLine(capsys, tmp_path / "feeds.toml")("feeds", "import", str(tmp_path / "list")).code == 0
    (feed,) = curator.load(str(tmp_path / "feeds.toml")).feeds.values()
    assert (feed.name, feed.url, feed.topics) == (name, url, topics)
