"""What a reader waits for: lists, searches, completion and `browse` over an archive that `archive.py --keep FILE` or `million.py` made.

    python benchmarks/lists.py ARCHIVE.db [--runs 5] [--json]

Commands are measured as whole processes, the start of Python included; of `browse` every key is, in one process, over a screen of 80 × 24.
Figures are CPU seconds, the median of some runs; the database is not changed.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archive import FEEDS, TOPICS, WORDS

LISTS = {
    "list": ["list"],
    "list --topic military/*": ["list", "--topic", "military/*"],
    "list --feed, of few items, --unread": ["list", "--feed", FEEDS[-1], "--unread"],
    "list --outlet": ["list", "--outlet", FEEDS[-2].title()],
    "list --entity --language --since": ["list", "--entity", "Place 7", "--language", "en", "--since", "2026-01-01"],
    "list --language, of no item": ["list", "--language", "de"],
    "list --origins 2+": ["list", "--origins", "2+"],
    "list --starred --copies": ["list", "--starred", "--copies"],
    "list --best": ["list", "--best"],
    "search, a rare word": ["search", WORDS[15_000]],
    "search, the commonest word": ["search", WORDS[0]],
    "search, two common words": ["search", WORDS[0], WORDS[1]],
    "search, title:": ["search", f"title:{WORDS[55]}"],
    "search, a phrase of common words": ["search", f'"{WORDS[0]} {WORDS[1]}"'],
    "search, a rare beginning": ["search", f"{WORDS[-1][:6]}*"],
    "search, the commonest beginning": ["search", "kan*"],
    "search, common word --topic": ["search", WORDS[1], "--topic", "space/*"],
    "search, common word --feed": ["search", WORDS[0], "--feed", FEEDS[-1]],
    "search, common word --entity": ["search", WORDS[0], "--entity", "Place 1900"],
    "search, common word --since": ["search", WORDS[0], "--since", "2026-10-25"],
    "stories": ["stories"],
    "stories --topic military/*": ["stories", "--topic", "military/*"],
    "stories --entity": ["stories", "--entity", "Place 7"],
    "stories --since": ["stories", "--since", "2026-09-01"],
    "mute list": ["mute", "list"],
}


def seconds(command: list[str], runs: int, **more: str) -> float:
    """CPU seconds of a process and its children."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | more
    spent = []
    for _ in range(runs + 1):  # the first one warms up
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return round(statistics.median(spent[1:]), 3)


def lists(config: Path, runs: int) -> dict[str, float]:
    """All the commands, and what the shell asks while one completes."""
    curator = [sys.executable, "-m", "curator"]
    ids = json.loads(subprocess.run([*curator, "-c", str(config), "list", "-n", "1", "--json"], capture_output=True, check=True).stdout)[0]
    asked = LISTS | {"show, an item": ["show", ids["id"]], "show, a story": ["show", ids["story"]]}
    told = {name: seconds([*curator, "-c", str(config), *args], runs) for name, args in asked.items()}
    for name, words in {
        "completion of an id": f"curator show {ids['id'][:2]}",
        "completion of a feed": "curator list --feed feed-2",
    }.items():
        shell = {
            "_CURATOR_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
            "CURATOR_CONFIG": str(config),
        }
        told[name] = seconds(curator, runs, **shell)
    return told


async def _browse(config: Path) -> dict[str, float]:
    from curator.commands import _browse  # noqa: PLC0415 - the optional extra `tui`
    from curator.commands._desk import Desk  # noqa: PLC0415 - as above

    told: dict[str, float] = {}
    desk = Desk(str(config))
    start = time.process_time()
    with desk.open() as archive:
        app = _browse.Browser(desk, archive)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            told["browse, until the first screen"] = time.process_time() - start

            async def press(name: str, *keys: str) -> None:
                spent = []
                for key in keys:
                    start = time.process_time()
                    await pilot.press(key)
                    await pilot.pause()
                    spent.append(time.process_time() - start)
                told[f"browse, {name}, a key"] = statistics.median(spent)
                told[f"browse, {name}, the slowest key"] = max(spent)

            await press("down", *["j"] * 50)
            await press("half a page down", *["ctrl+d"] * 1_000)
            await press("open a story", "enter")
            await press("next unread story", *["n"] * 10)
            await press("to the end", "q", "G")
            await press("search as one types", "slash", *"kanag", "escape")
    return {name: round(value, 3) for name, value in told.items()}


def main() -> None:
    """Measure, tell."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("database", type=Path)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        config = Path(folder) / "feeds.toml"
        feeds = "".join(f'[feeds.{name}]\nurl = "https://{name}.example/"\n' for name in FEEDS)
        topics = "".join(f'[topics."{name}"]\nany = ["{name.replace("/", "")}"]\n' for name in TOPICS)
        config.write_text(f'store = "sqlite:{given.database.resolve()}"\n{feeds}{topics}', encoding="utf-8")
        figures = lists(config, given.runs) | asyncio.run(_browse(config))
    if given.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"| {name} | {value:.2f} |" for name, value in figures.items()))


if __name__ == "__main__":
    main()
