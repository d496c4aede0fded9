"""What an entry is compared by can be made beside the one that compares, and says the same there."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from curator import configfile, fingerprints, glance, ingest, likeness, reading
from curator.config import Feed
from curator.copies import read
from curator.types import Document, Item, Job

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SYLLABLES = ("bra", "do", "fen", "gul", "hem", "jor", "kly", "mos", "nef", "pru", "rix", "sti", "tov", "vul", "wex", "zan")
INVENTED = [one + two + three for one in SYLLABLES for two in SYLLABLES for three in SYLLABLES[:4]]


def item(title: str, text: str) -> Item:
    return Item(id=f"{title}{text}"[:9], feed="f", title=title, text=text, seen=NOW, date=NOW)


def document(entries: int) -> Document:
    body = "".join(
        f"<item><guid>g{n}</guid><title>{INVENTED[n % 900]} reaches Port Halden, CVE-2031-{10000 + n}</title>"
        f"<description>The {INVENTED[n % 800]} took on {n} barrels of oil in Varenka.\nNobody was hurt.</description></item>"
        for n in range(entries)
    )
    page = f"<rss version='2.0'><channel><title>Harbour Post</title>{body}</channel></rss>".encode()
    read = reading.Reader(configfile.parse("", "x")).read(
        Job(feed=Feed(name="f", url="https://f.example/"), url="https://f.example/", body=page)
    )
    assert isinstance(read, Document)
    return read


@settings(deadline=None)
@given(st.text(max_size=120), st.text(max_size=400))
def test_unfolding_a_fingerprint_gives_the_words_back(title: str, text: str) -> None:
    made = read(item(title, text))
    assert len(made.body.words) == len(made.body.weights) == len(made.body.particular) == made.length
    assert " ".join(made.title.words) == made.heading
    assert made.vocabulary == made.body.vocabulary | made.title.vocabulary
    assert len(made.rare) == made.fingerprint.rare_count
    assert len(made.fingerprint.asked.split()) <= fingerprints.ASKED


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 200), st.integers(0, 300), st.integers(0, 300), st.randoms(use_true_random=False))
def test_two_entries_that_are_told_apart_from_the_outside_have_few_rare_words_in_common(shared: int, mine: int, yours: int, chance) -> None:
    words = chance.sample(INVENTED, shared + mine + yours)
    one = read(item("a", " ".join(words[: shared + mine])))
    other = read(item("b", " ".join([*words[:shared], *words[shared + mine :]])))
    if glance.strange(one.fingerprint, other.fingerprint):
        assert len(one.rare & other.rare) < 0.3 * min(len(one.rare), len(other.rare))
    if shared == 0 and 8 <= mine <= 100 and 8 <= yours <= 100:
        assert glance.strange(one.fingerprint, other.fingerprint)


def test_what_the_reader_made_of_an_entry_is_what_would_be_made_of_the_item() -> None:
    for draft in pickle.loads(pickle.dumps(document(12))).drafts:
        stored = ingest.kept(draft, ingest.item_id(draft), NOW)
        assert draft.prepared == reading.prepared(stored)
        assert likeness.Sketch(likeness.traits(stored)).vector == likeness.vector(stored)[0]


def test_of_a_long_document_the_first_entries_are_made_ready_beside_the_reading() -> None:
    drafts = document(1_002).drafts
    assert [draft.prepared is not None for draft in drafts[-3:]] == [True, False, False]


def test_a_fingerprint_does_not_depend_on_what_else_is_known_of_the_item() -> None:
    one = item("Ferry aground off Tersk", "The ferry Marlinda ran aground off the island of Tersk on Tuesday night.")
    assert fingerprints.make(one) == fingerprints.make(replace(one, story="s", read=True, copy_of="b"))


def test_what_is_only_compared_with_is_the_same_but_for_the_words_that_the_index_is_asked_for() -> None:
    one = item("Ferry aground off Tersk", "The ferry Marlinda ran aground off the island of Tersk on Tuesday night.")
    assert fingerprints.make(one)._replace(asked="") == fingerprints.compared(one)
    assert fingerprints.make(one).asked.split() == fingerprints.asked(one) != []
