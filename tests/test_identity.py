"""Which entry is which item: by guid, else by address or words of what has left the document; nothing twice, nothing lost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import identity, urls
from curator.types import Draft, Known

LONG = "these are enough words to be known by them again"


def a_draft(n=1, **fields):
    link = fields.pop("link", f"https://example.org/{n}")
    base = {"guid": f"g{n}", "title": f"Title {n}", "text": f"{LONG} {n}"}
    return Draft(feed="f", link=link, url=urls.canonical(link) if link else None, **{**base, **fields})


def kept(*drafts):
    """`known` of a store that holds these drafts under the ids i0, i1 …"""
    known = {}
    for at, draft in enumerate(drafts):
        item = Known(id=f"i{at}", feed="f", sha256="", title=draft.title, text_sha=identity.text_sha(draft.text), versions=1)
        for key in identity.keys(draft).all:
            known.setdefault(key, []).append(item)
    return known


def ids(*drafts, known=None, standing=()):
    return [match.id for match in identity.match(drafts, standing, known or {})]


def test_what_nobody_knows_is_new():
    (match,) = identity.match([a_draft()], (), {})
    assert (match.id, match.changed, match.repeats) == (None, False, None)


def test_the_guid_comes_first():
    stored = kept(a_draft(1), a_draft(2))
    assert ids(a_draft(2, link="https://example.org/1", title="Title 1"), known=stored) == ["i1"]


def test_title_or_text_make_a_new_version_and_nothing_else_does():
    stored = kept(a_draft())

    def changed(**fields):
        return identity.match([a_draft(**fields)], (), stored)[0].changed

    assert changed(title="Title 1, corrected")
    assert changed(text=LONG + " 1 and more")
    assert not changed(guid="another")
    assert not changed(link="https://example.org/1?utm_source=x")
    assert not changed(authors=("Jo",), summary="another", published=datetime(2024, 1, 1, tzinfo=UTC))


def test_a_changed_guid_is_seen_through_by_the_address():
    assert ids(a_draft(guid="new", title="Edited"), known=kept(a_draft())) == ["i0"]


def test_a_moved_house_is_seen_through_by_the_rest_of_the_address():
    stored = kept(a_draft(guid="https://old.example/1", link="https://old.example/1"))
    assert ids(a_draft(guid="https://new.example/1", link="https://new.example/1"), known=stored) == ["i0"]


def test_two_sites_of_one_aggregator_with_the_same_path_stay_apart():
    stored = kept(a_draft(guid="http://a.example/?p=1", link="http://a.example/x", title="One", text=LONG + " a"))
    assert ids(a_draft(guid="http://b.example/?p=1", link="http://b.example/y", title="Two", text=LONG + " b"), known=stored) == [None]


def test_title_and_text_tell_where_nothing_else_does():
    assert ids(a_draft(guid="new", link="https://example.org/moved/entirely"), known=kept(a_draft())) == ["i0"]
    assert ids(a_draft(guid=None, link=None), known=kept(a_draft(guid=None, link=None))) == ["i0"]


def test_an_entry_with_nothing_but_the_address_of_another_is_known_again():
    both = [
        a_draft(guid=None, link="https://example.org/", title="", text=""),
        a_draft(guid="g", link="https://example.org/", title="", text=""),
    ]
    assert ids(*both, known=kept(*both)) == ["i0", "i1"]
    assert ids(*both[::-1], known=kept(*both)) == ["i1", "i0"]


def test_a_heading_that_comes_back_every_day_is_another_entry_each_day():
    monday, tuesday = datetime(2024, 7, 1, tzinfo=UTC), datetime(2024, 7, 2, tzinfo=UTC)
    stored = kept(a_draft(1, title="Morning briefing", text="", published=monday))
    assert ids(a_draft(2, title="Morning briefing", text="", published=tuesday), known=stored) == [None]
    assert ids(a_draft(2, title="Morning briefing", text="", published=monday), known=stored) == ["i0"]


def test_an_item_that_stands_in_the_document_is_no_others_match():
    stored = kept(a_draft())
    assert ids(a_draft(guid="new"), known=stored, standing={"i0"}) == [None]


def test_an_address_that_several_share_tells_none():
    home = "https://example.org/home"
    stored = kept(a_draft(1, link=home), a_draft(2, link=home))
    assert ids(a_draft(3, link=home), known=stored) == [None]
    assert ids(a_draft(3, link=home), a_draft(4, link=home), known=kept(a_draft(1, link=home))) == [None, None]


def test_a_sites_front_page_is_no_article():
    assert ids(a_draft(2, link="https://example.org/"), known=kept(a_draft(1, link="https://example.org/"))) == [None]


def test_repeated_guids_count_only_with_their_link():
    stored = kept(a_draft(1, guid="same"), a_draft(2, guid="same"))
    assert ids(a_draft(2, guid="same"), a_draft(1, guid="same"), a_draft(3, guid="same"), known=stored) == ["i1", "i0", None]


def test_a_new_entry_beside_a_standing_one_of_the_same_guid_is_new():
    stored = kept(a_draft(1, guid="same"))
    assert ids(a_draft(2, guid="same"), known=stored, standing={"i0"}) == [None]


def test_an_entry_that_stands_in_the_document_twice_is_kept_once():
    matches = identity.match([a_draft(1), a_draft(2), a_draft(1, text="other")], (), {})
    assert [match.repeats for match in matches] == [None, None, 0]
    matches = identity.match([a_draft(1, guid=None), a_draft(1, guid=None)], (), {})
    assert [match.repeats for match in matches] == [None, 0]
    (match,) = identity.match([a_draft(1, text="other")], {"i0"}, kept(a_draft(1)))
    assert (match.id, match.changed) == ("i0", False)


def test_two_entries_side_by_side_stay_two():
    assert [match.repeats for match in identity.match([a_draft(1), a_draft(1, guid="g2")], (), {})] == [None, None]


def test_a_pruned_item_is_neither_new_nor_changed():
    stored = {key: [replace(item, pruned=True, title="", text_sha="") for item in items] for key, items in kept(a_draft()).items()}
    (match,) = identity.match([a_draft(title="Edited")], (), stored)
    assert (match.id, match.changed) == ("i0", False)


def test_copies_elsewhere_are_found_by_address_and_by_long_texts_only():
    assert len(identity.keys(a_draft()).across) == 2
    assert len(identity.keys(a_draft(text="too short")).across) == 1
    assert identity.keys(a_draft(1, text=LONG)).text == identity.keys(a_draft(2, text=LONG.upper() + "!", link=None)).text


def test_keys_fit_sqlite():
    assert all(-(2**63) <= key < 2**63 for key in identity.keys(a_draft()).all)


ANY = st.builds(
    lambda guid, link, title, words, day: a_draft(
        guid=guid, link=link, title=title, text=words, published=day and datetime(2024, 7, day, tzinfo=UTC)
    ),
    st.sampled_from([None, "g1", "g2", "https://example.org/1", "https://other.example/1"]),
    st.sampled_from(
        [
            None,
            "https://example.org/1",
            "https://example.org/2",
            "http://www.example.org/1?utm_source=x",
            "https://other.example/1",
            "https://example.org/",
        ]
    ),
    st.sampled_from(["", "One", "Two"]),
    st.sampled_from(["", "short", LONG, LONG + " two"]),
    st.sampled_from([None, 1, 2]),
)


def stored_after(drafts):
    """(known, ids of the drafts) after a first poll of these."""
    matches = identity.match(drafts, (), {})
    new = [draft for draft, match in zip(drafts, matches, strict=True) if match.repeats is None]
    return kept(*new), len(new)


@given(st.lists(ANY, max_size=8))
def test_reading_the_same_document_again_brings_nothing_new(drafts):
    drafts = [draft for draft in drafts if identity.keys(draft).own]  # what has no key at all is known by its bytes only
    known, items = stored_after(drafts)
    again = identity.match(drafts, (), known)
    found = [match.id for match in again if match.repeats is None]
    assert len(found) == items
    assert None not in found


@given(st.lists(ANY, max_size=8, unique_by=lambda draft: draft.guid or draft))
def test_with_guids_of_their_own_all_are_known_again_in_any_order(drafts):
    drafts = [replace(draft, guid=f"own{at}") for at, draft in enumerate(drafts)]
    known, items = stored_after(drafts)
    assert items == len(drafts)
    assert identity.match(drafts, (), known) == [identity.Match(id=f"i{at}", why="guid") for at in range(len(drafts))]
    assert [match.id for match in identity.match(drafts[::-1], (), known)] == [f"i{at}" for at in reversed(range(len(drafts)))]


@given(st.lists(ANY, max_size=6), st.lists(ANY, max_size=6))
def test_no_stored_item_is_two_entries(stored, drafts):
    found = [match.id for match in identity.match(drafts, (), stored_after(stored)[0]) if match.repeats is None]
    assert len([id_ for id_ in found if id_]) == len({id_ for id_ in found if id_})


@pytest.mark.parametrize("n", [2000])
def test_many_identical_titles_are_matched_quickly(n):
    drafts = [a_draft(at, title="Same", text="") for at in range(n)]
    assert len(identity.match(drafts, (), kept(*drafts))) == n
