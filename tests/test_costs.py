"""What a poll costs, in counts that are the same on every machine (benchmarks/bench_polling.py counts them)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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
