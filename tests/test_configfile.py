"""feeds.toml: what is read, and how each mistake is told."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import curator
from curator import configfile, shipped
from curator.config import AUTO, Config
from curator.errors import ConfigError

FEED = '[feeds.a]\nurl = "https://a.example/rss"\n'


def mistakes(source: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as told:
        configfile.parse(source)
    return told.value.mistakes


def the_mistake(source: str) -> str:
    found = mistakes(source)
    assert len(found) == 1, found
    return found[0]


# ── what is read ──


def test_an_empty_file_is_a_config_of_defaults() -> None:
    assert configfile.parse("") == Config()


def test_every_table_of_the_file_becomes_its_record() -> None:
    config = configfile.parse("""
store = "sqlite:news.db"
timezone = "Europe/Vienna"
builtin_topics = ["military/*"]
[fetch]
allow_private = true
timeout = "30s"
max_body = "5 MB"
[stories]
window_days = 5
[defaults]
every = "15m"
reliability = "b"
[feeds.wire]
url = "https://wire.example/rss"
topics = ["military/naval", "own/grain"]
headers = { X-Key = "1" }
[feeds."news.example"]
url = "http://news.example/feed"
every = "auto"
reliability = "C"
[outlets."Example Wire"]
hosts = ["wire.example"]
aliases = ["EW"]
kind = "wire"
[topics."own/grain"]
any = ["grain corridor"]
pairs = [["grain", "port*"]]
[watch.ships]
query = "tanker"
alert = true
[questions.grain]
question = "Does grain leave the port?"
topics = ["own/grain"]
until = 2027-01-31
[digest]
sections = ["military/*", "*"]
tlp = "tlp:amber+strict"
[digests.weekly]
at = "7:30"
days = "mon, fri"
to = ["Chief <chief@example.org>"]
[mail]
to = ["desk@example.org"]
from = "curator@example.org"
""")
    assert (config.store, config.timezone, config.builtin_topics) == ("sqlite:news.db", "Europe/Vienna", ("military/*",))
    assert (config.fetch.allow_private, config.fetch.timeout, config.fetch.max_body) == (True, 30.0, 5_000_000)
    assert [(feed.name, feed.every, feed.reliability) for feed in config.feeds.values()] == [
        ("wire", 900, "B"),
        ("news.example", AUTO, "C"),
    ]
    assert config.feeds["wire"].topics == ("military/naval", "own/grain")
    assert dict(config.feeds["wire"].headers) == {"X-Key": "1"}
    assert config.outlets[0].name == "Example Wire"
    assert config.topics["own/grain"].pairs == (("grain", "port*"),)
    assert config.watches["ships"].alert
    assert config.questions["grain"].until == date(2027, 1, 31)
    assert (config.plans["main"].tlp, config.plans["main"].to) == ("AMBER+STRICT", ("desk@example.org",))
    assert (config.plans["weekly"].at, config.plans["weekly"].days, config.plans["weekly"].to) == (
        "07:30",
        "mon fri",
        ("Chief <chief@example.org>",),
    )
    assert config.mail is not None
    assert config.mail.from_ == "curator@example.org"


def test_the_shipped_file_is_sound_and_is_what_stands_at_the_top_of_the_project() -> None:
    text = shipped.text("feeds.toml")
    config = configfile.parse(text)
    assert len(config.feeds) == 86
    assert not config.warnings
    top = Path(curator.__file__).parent.parent / "feeds.toml"
    if top.exists():
        assert top.read_text(encoding="utf-8") == text


def test_the_examples_in_the_shipped_file_are_sound_too() -> None:
    """Taking the # away from the commented keys gives a file that is read without a mistake."""
    lines = []
    for line in shipped.text("feeds.toml").splitlines():
        bare = line.removeprefix("# ")
        lines.append(bare if line.startswith("# ") and (bare.startswith("[") or " = " in bare.split("#")[0]) else line)
    config = configfile.parse("\n".join(lines))
    assert config.mail is not None
    assert set(config.watches) == {"shahed"}
    assert set(config.questions) == {"iran-supply"}


# ── how mistakes are told ──


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order_with_their_lines() -> None:
    found = mistakes('stor = "x"\n[feeds.a]\nurl = "a.example/rss"\nroel = "press"\n[fetch]\nper_host = 0\n')
    assert [sentence.split(":")[0] for sentence in found] == [
        "feeds.toml, line 1",
        "feeds.toml, line 3",
        "feeds.toml, line 4",
        "feeds.toml, line 6",
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('stor = "sqlite:x.db"', ['stor is not a key', 'did you mean "store"']),
        (f"[feed.a]\n{FEED}", ["line 1: feed is not a key or table", 'did you mean "feeds"']),
        ('[topics."my/t"]\nany = ["x"]\nsecond_to = ["military/navel"]', ["second_to", 'did you mean "military/naval"']),
        ('[topics."my/t"]\nany = ["x"]\nmask_beside = [["military/navel", "sunk"]]', ["mask_beside", 'did you mean "military/naval"']),
        ('[feeds.a]\nurl = "https://a.example"\nroel = "press"', ["line 3", "feeds.a.roel", 'did you mean "role"']),
        ('[feeds.a]\nurl = "https://a.example"\nrole = "pres"', ["primary, press, aggregator", 'did you mean "press"']),
        ('[feeds.a]\nurl = "www.a.example/rss"', ["http:// or https://", 'did you mean "https://www.a.example/rss"']),
        ('[feeds.a]\nurl = "ftp://a.example/rss"', ["http:// or https://"]),
        ('[feeds.a]\nurl = "https://a.example/r ss"', ["http:// or https://"]),
        ('[feeds.a]\nrole = "press"', ["line 1", 'url = "https://…"']),
        ('[feeds.a.b]\nurl = "https://a.example"', ["needs quotes", '[feeds."a.b"]']),
        ('[feeds]\na = "https://a.example"', ["[feeds.a]", "must be a table"]),
        ('feeds = "https://a.example"', ["feeds must be a table"]),
        ('[feeds."*"]\nurl = "https://a.example"', ["no usable name"]),
        ('[feeds.a]\nurl = "https://a.example"\nevery = "5 parsecs"', ['"15m"', '"auto"']),
        ('[feeds.a]\nurl = "https://a.example"\nevery = "1s"', ["from 1m to 31d"]),
        ('[feeds.a]\nurl = "https://a.example"\nenabled = "no"', ["true or false, without quotes"]),
        ('[feeds.a]\nurl = "https://a.example"\ntopics = "military/naval"', ["a list of texts", '["military/naval"]']),
        ('[feeds.a]\nurl = "https://a.example"\ntopics = ["military/navel"]', ['"military/navel"', 'did you mean "military/naval"']),
        ('[feeds.a]\nurl = "https://a.example"\nreliability = "G"', ["A, B, C, D, E, F"]),
        ('[feeds.a]\nurl = "https://a.example"\nheaders = { "X Y" = "1" }', ["header"]),
        ('[feeds.a]\nurl = "https://a.example"\nheaders = { X = "1\\n2" }', ["header"]),
        ('[feeds.a]\nurl = "https://a.example"\nproxy = "localhost:9050"', ["socks5h://"]),
        ('[defaults]\nurl = "https://a.example"', ["defaults.url", "is not a key that belongs here"]),
        ('timezone = "Europe/Wien"', ["time zone", 'did you mean "Europe/Vienna"']),
        ("timezone = 1", ["timezone is 1"]),
        ('store = "news.db"', ["KIND:PLACE", "sqlite"]),
        ('builtin_topics = ["militry/*"]', ["builtin_topics", "no shipped topic"]),
        ('[digest]\nsections = ["militari"]', ["digest.sections", '"militari"']),
        ('[digests.main]\ntitle = "x"', ["is the name of the plan in [digest]"]),
        ('[digest]\nat = "25:00"', ['"07:00"']),
        ('[digest]\ndays = "someday"', ["daily, weekdays"]),
        ('[digest]\ntlp = "SECRET"', ["CLEAR, GREEN, AMBER"]),
        ('[topics.x]\nany = ["/(/"]', ["topics.x.any", "regular expression"]),
        ('[topics.x]\npairs = [["alone"]]', ["a list of lists"]),
        ('[topics.x]\nany = ["@nope"]', ["there is no shipped list"]),
        ('[topics.x]\nthreshold = 0', ["a number from"]),
        ("[topics.x]\nweight = true", ["a number from"]),
        ('[watch.x]\nalert = true', ["watches for nothing"]),
        ('[questions.x]\ntopics = ["military/naval"]', ["needs a question"]),
        ('[questions.x]\nquestion = "Why?"', ["nothing can answer it"]),
        ('[questions.x]\nquestion = "Why?"\nany = ["x"]\nuntil = "soon"', ['"2027-01-31"']),
        ('[outlets.x]\nhosts = ["https://x.example/"]', ["host names alone"]),
        ('[outlets.x]\nkind = "newspaper"', ["wire, press, official"]),
        ('[mail]\nto = "desk@example.org"', ["a list of mail addresses"]),
        ('[mail]\nto = ["desk at example.org"]', ["mail addresses"]),
        ('[mail]\nto = ["a@example.org"]\nport = 70000', ["1 to 65535"]),
        ('[mail]\nhost = "x"', ["needs to ="]),
        ('[mail]\nsender = "maildir"', ["needs path ="]),
        ('[mail]\nsender = "pigeon"', ["smtp", "maildir"]),
        ("[fetch]\nconcurency = 8", ['did you mean "concurrency"']),
        ("[fetch]\nmax_body = \"ten\"", ["bytes"]),
    ],
)  # fmt: skip
def test_a_mistake_names_the_key_what_would_be_right_and_what_was_probably_meant(source: str, words: list[str]) -> None:
    sentence = the_mistake(source)
    assert all(word in sentence for word in words), sentence


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = abc\n", ["line 1", "a text needs quotes"]),
        ("\n[topics.a/b]\nany = []\n", ["line 2", '[topics."group/name"]']),
        (FEED + FEED, ["line 3", "twice"]),
        ("x = [\n1,\n", ["line 2", "not valid TOML"]),
        ('x = "', ["not valid TOML"]),
        ("x = " + "[" * 5000, ["not valid TOML"]),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(source: str, words: list[str]) -> None:
    sentence = the_mistake(source)
    assert all(word in sentence for word in words), sentence


def test_two_feeds_with_one_canonical_address_are_a_warning_and_both_are_kept() -> None:
    config = configfile.parse(FEED + '[feeds.b]\nurl = "http://www.a.example/rss/?utm_source=x"\n')
    assert list(config.feeds) == ["a", "b"]
    assert len(config.warnings) == 1
    assert "line 4: feeds.b.url is the same feed as feeds.a" in config.warnings[0]


def test_feeds_that_look_alike_but_differ_are_no_warning() -> None:
    assert not configfile.parse(FEED + '[feeds.b]\nurl = "https://a.example/rss?topic=2"\n').warnings


def test_a_password_in_an_address_is_a_warning() -> None:
    assert "password_env" in configfile.parse('[feeds.a]\nurl = "https://me:secret@a.example/rss"').warnings[0]


@given(st.text(max_size=200))
def test_parsing_any_text_gives_a_config_or_explains_why_not_and_never_raises_else(source: str) -> None:
    try:
        told = [configfile.parse(source).path]
    except ConfigError as error:
        told = list(error.mistakes)
    assert told


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**6)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["1h", "press", "https://a.example"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["url", "name", "any", "to", "a", "every", "topics"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*configfile.configtables.TOP, "x"]), VALUES, max_size=5))
def test_any_value_in_any_place_is_read_or_noted_and_never_raises(top: dict[str, object]) -> None:
    config, notes = configfile.configtables.read({key: value for key, value in top.items() if value is not None})
    assert isinstance(config, Config)
    assert all(isinstance(sentence, str) for _, sentence in notes.mistakes)


# ── where the file is ──


def test_the_file_is_looked_for_here_then_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    with pytest.raises(ConfigError, match="run `curator init`"):
        configfile.find()
    users = tmp_path / "home" / "curator" / "feeds.toml"
    users.parent.mkdir(parents=True)
    users.write_text("")
    assert configfile.find() == users
    (tmp_path / "feeds.toml").write_text("")
    assert configfile.find() == Path("feeds.toml")


def test_a_file_that_is_named_is_used_or_told_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.toml"
    with pytest.raises(ConfigError, match="no such file"):
        configfile.load(str(other))
    other.write_text(FEED)
    assert list(configfile.load(str(other)).feeds) == ["a"]
    monkeypatch.setenv("CURATOR_CONFIG", str(other))
    assert configfile.load().path == str(other)


def test_a_folder_stands_for_the_feeds_toml_in_it(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text(FEED)
    assert configfile.load(str(tmp_path)).path == str(tmp_path / "feeds.toml")


def test_a_byte_order_mark_is_no_mistake_and_another_encoding_is_one(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_bytes(b"\xef\xbb\xbf" + FEED.encode())
    assert list(configfile.load(str(file)).feeds) == ["a"]
    file.write_bytes(b"# one\n# \xe4\n")
    with pytest.raises(ConfigError, match="line 2: is not UTF-8"):
        configfile.load(str(file))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").mkdir()
    with pytest.raises(ConfigError):
        configfile.load(str(tmp_path))
