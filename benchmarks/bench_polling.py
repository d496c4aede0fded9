"""What a poll does, counted: requests, documents read, processes started, transactions and statements that write, modules loaded.

    python benchmarks/bench_polling.py [--feeds 20] [--entries 5] [--json]

Counts, unlike seconds, are the same on every machine, so a test can hold them. Each scenario is a process of its own that polls made-up
feeds on the loopback (see feedfarm.py) and is watched through Python's audit hooks and SQLite's trace.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from polling import Farm

#: Modules that cost time to load, and that a poll should not load for nothing.
HEAVY = (
    "pycurl curator.sandbox feedparser jinja2 sqlite_utils nh3 ada_url ahocorasick_rs numpy curator.ingest curator.parse curator.copies curator.stories "
    "curator.background curator.delivery"
)
#: (scenario, what the farm is told before it, options of `poll`)
SESSION = (
    ("first poll", "asked", ("--force",)),
    ("nothing due", "asked", ()),
    ("all answer 304", "asked", ("--force",)),
    ("two feeds with news", "news?share=0.1", ("--force",)),
    ("same bytes, no validators", "set?validators=0", ("--force",)),
)
WATCHED = r"""
import json, os, sys
counts = {"children": 0, "transactions": 0, "writes": 0}
def told(statement):
    verb = statement.split(" ", 1)[0].upper()
    counts["transactions"] += statement == "BEGIN IMMEDIATE"  # those that write: BEGIN alone only looks at one state of the archive
    counts["writes"] += verb in ("INSERT", "UPDATE", "DELETE", "REPLACE")
born = []
def hook(event, arguments):
    if event == "os.fork":
        counts["children"] += 1
    elif event == "sqlite3.connect/handle":
        born.append(arguments[0])  # it can be traced only once it is ready, at the next event
    elif born:
        born.pop().set_trace_callback(told)
sys.addaudithook(hook)
from curator.cli import main
try:
    main()
except SystemExit as end:
    print(json.dumps({"status": end.code or 0, **counts, "loaded": [name for name in os.environ["HEAVY"].split() if name in sys.modules]}))
"""


def poll(home: Path, options: tuple[str, ...]) -> dict[str, Any]:
    """One poll as a process of its own, counted."""
    command = [sys.executable, "-c", WATCHED, "-q", "-c", str(home / "feeds.toml"), "poll", "--json", *options]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"HEAVY": HEAVY}).stdout
    report, _, counted = said.rstrip().rpartition("\n")
    told = json.loads(report)
    read = told["polled"] - told["unchanged"] - told["failed"]
    return {"read": read, "new": told["new"], **json.loads(counted)}


def session(feeds: int, entries: int) -> dict[str, dict[str, Any]]:
    """Every scenario, one after another on one archive."""
    rows = {}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    farm = Farm(feeds, entries, 60, port)
    try:
        with tempfile.TemporaryDirectory(prefix="polling-") as folder:
            home = Path(folder)
            listed = "\n".join(f'[feeds.f{n}]\nurl = "{url}"\n' for n, url in enumerate(farm.ask("feeds").split()))
            (home / "feeds.toml").write_text(f"[fetch]\nallow_private = true\n\n{listed}", encoding="utf-8")
            for name, before, options in SESSION:
                farm.ask(before)
                rows[name] = poll(home, options)
                rows[name]["requests"] = sum(int(line.split()[1]) for line in farm.ask("asked").splitlines())
    finally:
        farm.stop()
    return rows


def main() -> None:
    """Count, and tell."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feeds", type=int, default=20)
    options.add_argument("--entries", type=int, default=5)
    options.add_argument("--json", action="store_true")
    wish = options.parse_args()
    rows = session(wish.feeds, wish.entries)
    if wish.json:
        print(json.dumps(rows))
        return
    columns = ("requests", "read", "new", "children", "transactions", "writes")
    print(f"| {'scenario':26} | {' | '.join(columns)} | loaded |\n|{'-' * 28}|{'--:|' * len(columns)}---|")
    for name, row in rows.items():
        print(f"| {name:26} | {' | '.join(f'{row[key]:{len(key)}}' for key in columns)} | {' '.join(row['loaded'])} |")


if __name__ == "__main__":
    main()
