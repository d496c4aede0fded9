"""What a poll costs, in counts that are the same on every machine (benchmarks/bench_polling.py counts them)."""

import gc
import json
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from articles import FERRY, GRAIN, item, nothing

from curator import config
from curator.copies import Copies
from curator.stories import Stories

BENCH = Path(__file__).parent.parent / "benchmarks" / "bench_polling.py"
FEEDS, ENTRIES = 20, 5


@pytest.fixture(scope="module")
def counts() -> dict[str, dict[str, Any]]:
    told = subprocess.run(
        [sys.executable, BENCH, "--feeds", str(FEEDS), "--entries", str(ENTRIES), "--json"], capture_output=True, check=True
    )
    rows: dict[str, dict[str, Any]] = json.loads(told.stdout)
    assert {row["status"] for row in rows.values()} == {0}
    return rows


def test_each_feed_is_asked_once_and_read_once(counts: dict[str, dict[str, Any]]) -> None:
    first = counts["first poll"]
    assert (first["requests"], first["read"], first["new"]) == (FEEDS, FEEDS, FEEDS * ENTRIES)


def test_a_poll_with_nothing_due_asks_nobody_and_writes_nothing(counts: dict[str, dict[str, Any]]) -> None:
    idle = counts["nothing due"]
    assert (idle["requests"], idle["children"], idle["transactions"], idle["writes"]) == (0, 0, 0, 0)
    assert idle["loaded"] == []


@pytest.mark.parametrize("scenario", ["all answer 304", "same bytes, no validators"])
def test_a_poll_with_nothing_new_reads_nothing_and_writes_one_row_a_feed(counts: dict[str, dict[str, Any]], scenario: str) -> None:
    """In one transaction, without a child process, and loading nothing but the fetcher and what would start one."""
    quiet = counts[scenario]
    assert (quiet["requests"], quiet["read"], quiet["new"], quiet["children"]) == (FEEDS, 0, 0, 0)
    assert (quiet["transactions"], quiet["writes"]) == (1, FEEDS)
    assert quiet["loaded"] == ["pycurl", "curator.sandbox"]


def test_a_little_news_costs_what_is_new(counts: dict[str, dict[str, Any]]) -> None:
    """Only the feeds with news are read, by the children of one process, and kept in one transaction; the parser is theirs alone."""
    news = counts["two feeds with news"]
    assert (news["requests"], news["read"], news["new"]) == (FEEDS, 2, 4)
    assert (news["children"], news["transactions"]) == (1, 1)
    assert news["writes"] - FEEDS < 30 * news["new"]
    assert not {"feedparser", "curator.parse", "jinja2", "sqlite_utils", "nh3", "curator.delivery"} & set(news["loaded"])


def test_help_loads_nothing_heavy() -> None:
    watch = (
        "import sys\nfrom curator.cli import run\nrun(['--help'])\nprint(*[name for name in sys.modules if name in sys.argv[1].split()])"
    )
    heavy = "feedparser jinja2 sqlite_utils sqlite3 pycurl nh3 ada_url numpy curator.config curator.polling curator.stores"
    told = subprocess.run([sys.executable, "-c", watch, heavy], capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1].strip() == ""


@pytest.fixture
def nobody_collects() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("nobody_collects")
def test_what_a_batch_was_judged_with_goes_at_once_without_the_garbage_collector() -> None:
    """Items, what they were compared by and clusters are tens of thousands of objects a batch: looking them through takes a twentieth of a poll."""
    told = [
        item("a", "Ferry aground off Tersk", FERRY),
        item("b", "Rudder failed, says captain", FERRY),
        item("c", "Silos are full", GRAIN),
    ]
    copies, stories = Copies(nothing), Stories(config.Stories(), lambda _: {})
    for one in told:
        stories.place(one, copies.judge(one), copies.near(one))
    stories.changes()
    left = weakref.ref(copies), weakref.ref(stories)
    del copies, stories
    assert [one() for one in left] == [None, None]
