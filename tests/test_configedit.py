"""Feeds added to the text of a feeds.toml."""

from hypothesis import given
from hypothesis import strategies as st

from curator import configedit, configfile
from curator.config import AUTO, Feed

NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp", "Zs"], exclude_characters="*-"), min_size=1, max_size=20
)
LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).map(str.strip).filter(bool)


def test_what_stands_in_the_file_stays_as_it_is() -> None:
    source = "# mine\n[feeds.a]\nurl = 'https://a.example/rss'   # keep\n"
    after = configedit.added(source, [Feed(name="b", url="https://b.example/rss", topics=("military/naval",), every=AUTO)])
    assert after.startswith(source.rstrip())
    assert list(configfile.parse(after).feeds) == ["a", "b"]


def test_nothing_to_add_changes_nothing() -> None:
    assert configedit.added("x = 1", []) == "x = 1"


@given(NAMES, LINES, st.sampled_from([900, 3600, 86_400, AUTO]))
def test_a_feed_written_is_read_back_as_itself_round_trip(name: str, outlet: str, every: int) -> None:
    feed = Feed(name=name, url="https://a.example/rss", outlet=outlet, role="primary", reliability="B", every=every, enabled=False)
    assert configfile.parse(configedit.added("", [feed])).feeds[name] == feed


def test_a_name_is_made_from_the_title_else_the_host_and_never_one_that_is_taken() -> None:
    assert configedit.new_name("The Harbour Times – World", "https://x.example/rss", {}) == "the-harbour-times"
    assert configedit.new_name("", "https://www.harbourtimes.example/rss", {}) == "harbourtimes"
    assert configedit.new_name("新闻", "https://feeds.news.example/rss", {}) == "news"
    assert configedit.new_name("A", "https://a.example", {"a", "a-2"}) == "a-3"


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_name_made_up_is_always_a_bare_key(title: str, url: str) -> None:
    name = configedit.new_name(title, url, {})
    assert configedit.key(name) == name
