"""Outlets: who publishes what, found by host and by any of their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import config, outlets, shipped

BOOK = outlets.book()


def test_the_packed_list_is_fresh() -> None:
    """data/outlets.json says what data/outlets.toml says; else run `python benchmarks/pack_outlets.py`."""
    assert shipped.parsed("outlets.json") == outlets.pack(shipped.toml("outlets.toml"))


def test_there_are_outlets_of_all_kinds_and_of_the_six_languages() -> None:
    found = list(BOOK)
    assert len(found) > 1000
    assert {outlet.kind for outlet in found} == {"wire", "press", "official", "ngo", "blog", "aggregator"}
    assert {"en", "de", "fr", "es", "ru", "uk"} <= {outlet.language for outlet in found}


def test_no_host_belongs_to_two_outlets_and_every_host_is_written_plainly() -> None:
    hosts = [host for outlet in BOOK for host in outlet.hosts]
    assert len(hosts) == len(set(hosts))
    assert all(host == host.casefold() and "." in host and "/" not in host and not host.startswith("www.") for host in hosts)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("edition.cnn.com", "CNN"),
        ("www.bbc.co.uk", "BBC"),
        ("feeds.bbci.co.uk:443", "BBC"),
        ("english.kyodonews.net", "Kyodo"),
        ("WWW.SPIEGEL.DE", "Der Spiegel"),
        ("news.err.ee", "ERR"),
    ],
)
def test_a_subdomain_belongs_to_its_domain(host: str, name: str) -> None:
    found = BOOK.by_host(host)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("host", ["cnn.com.example.org", "notcnn.com", "com", "", None, "localhost"])
def test_a_host_that_only_looks_like_one_is_nobodys(host: str | None) -> None:
    assert BOOK.by_host(host) is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("the new york times", "The New York Times"),
        ("EL PAIS", "El País"),
        ("Ведомости", "Vedomosti"),
        ("«Медуза»", "Meduza"),
        ("CNN.com", "CNN"),
        ("https://www.cnn.com/world", "CNN"),
        ("BBC News - World", "BBC"),
        ("Reuters | Top news", "Reuters"),
        ("Interfax Ukraine", "Interfax-Ukraine"),
    ],
)
def test_names_are_compared_without_case_diacritics_articles_and_sections(written: str, name: str) -> None:
    assert BOOK.canonical(written) == name


def test_an_unknown_name_stays_itself_and_is_its_own_group() -> None:
    assert BOOK.by_name("The Riverton Gazette") is None
    assert BOOK.canonical(" The  Riverton Gazette ") == "The Riverton Gazette"
    assert BOOK.group("The Riverton Gazette") == "The Riverton Gazette"


def test_newsrooms_that_share_copy_are_one_group() -> None:
    assert BOOK.group("Defense News") == BOOK.group("Military Times")
    assert BOOK.group("BBC Ukrainian") == BOOK.group("BBC")
    assert BOOK.group("Reuters") != BOOK.group("AP")


def test_official_bodies_are_told_from_the_press() -> None:
    assert BOOK.is_official("CISA")
    assert not BOOK.is_official("CNN")
    assert BOOK.kind("nobody has heard of it") == "press"


def test_the_users_outlet_is_added() -> None:
    mine = config.Outlet(name="Example Wire", hosts=("wire.example",), aliases=("EW",), kind="wire", group="Example Media")
    book = outlets.book((mine,))
    assert book.by_host("news.wire.example") == mine
    assert book.group("EW") == "Example Media"


def test_the_users_word_lies_over_the_shipped_one() -> None:
    book = outlets.book((config.Outlet(name="Reuters", hosts=("r.example",), aliases=("Rtr",), group="Mine"),))
    found = book.by_host("reuters.com")
    assert found is not None
    assert found == book.by_host("r.example") == book.by_name("Rtr")
    assert (found.kind, found.group) == ("wire", "Mine")


def test_a_host_goes_to_whom_the_user_gives_it() -> None:
    book = outlets.book((config.Outlet(name="Sky Mirror", hosts=("cnn.com",)),))
    found = book.by_host("edition.cnn.com")
    assert found is not None
    assert found.name == "Sky Mirror"


def test_publishers_that_only_a_feed_names_are_in_the_book_of_a_configuration() -> None:
    feed = config.Feed(name="labs", url="https://labs.example/feed", outlet="Larch Labs", role="primary")
    book = outlets.of(config.Config(feeds={"labs": feed}))
    assert book.is_official("Larch Labs")
    assert outlets.of(config.Config()).by_name("Larch Labs") is None


@given(st.text(max_size=60))
def test_any_text_can_be_asked_for(name: str) -> None:
    BOOK.by_host(name)
    BOOK.by_name(name)
    assert BOOK.group(name) == BOOK.group(name)
    assert outlets.fold(outlets.fold(name)) == outlets.fold(name) or outlets.fold(name).startswith("the ")
