"""Feeds added to a person's feeds.toml: what stands there stays, and a file that would be broken is not written."""

from pathlib import Path

import pytest

from curator import configfile, subscribing
from curator.config import Config, Feed
from curator.errors import CuratorError

WRITTEN = """# my feeds, do not touch

[feeds.harbour]   # the first one
url = "https://harbour.example/feed"
every = "2h"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "feeds.toml"
    found.write_text(WRITTEN, encoding="utf-8")
    return found


def feed(name: str, url: str | None = None) -> Feed:
    return Feed(name=name, url=url or f"https://{name}.example/rss")


def test_new_feeds_go_to_the_end_and_all_else_stays(path: Path) -> None:
    added = subscribing.add(configfile.load(str(path)), [feed("quay"), feed("pier")])
    assert [one.name for one in added] == ["quay", "pier"]
    assert path.read_text(encoding="utf-8").startswith(WRITTEN)
    assert list(configfile.load(str(path)).feeds) == ["harbour", "quay", "pier"]


def test_an_address_is_added_once_however_it_is_written(path: Path) -> None:
    again = [feed("h2", "http://harbour.example:80/feed#top"), feed("quay"), feed("quay2", "https://QUAY.example/rss")]
    assert [one.name for one in subscribing.add(configfile.load(str(path)), again)] == ["quay"]
    assert subscribing.add(configfile.load(str(path)), again) == []


def test_a_file_that_would_be_broken_stays_as_it_is(path: Path) -> None:
    config = configfile.load(str(path))
    path.write_text(WRITTEN + "[feeds.quay]\nurl = 'https://other.example/'\n", encoding="utf-8")  # changed meanwhile
    before = path.read_bytes()
    with pytest.raises(CuratorError, match="stays as it is"):
        subscribing.add(config, [feed("quay")])
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["feeds.toml"]


def test_a_file_that_is_gone_is_told(path: Path) -> None:
    config = configfile.load(str(path))
    path.unlink()
    with pytest.raises(CuratorError, match=r"feeds\.toml stays as it is: No such file"):
        subscribing.add(config, [feed("quay")])


def test_without_a_file_nothing_can_be_added() -> None:
    with pytest.raises(CuratorError, match="no file"):
        subscribing.add(Config(), [feed("quay")])


def test_a_link_to_the_file_stays_a_link_and_its_rights_stay(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    subscribing.add(configfile.load(str(link)), [feed("quay")])
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert "quay" in configfile.load(str(path)).feeds
