"""How long a poll takes, as a whole process: a first one, one with nothing new, one with news in a tenth of the feeds.

    python benchmarks/polling.py [--feeds 300] [--runs 3] [--entries 28] [--words 150] [--curator PROGRAM] [--json]

The feeds are made up and served from the loopback (see feedfarm.py). Wall and CPU seconds of the process and all its children, the
peak memory of the largest of them; medians of the runs, each with an archive of its own.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: (name, what the farm is told before it); a scenario without a name is not reported
SESSION = (
    ("first poll", "set?latency=0&validators=1"),
    ("nothing due", ""),
    ("all answer 304", ""),
    ("news in a tenth", "news?share=0.1"),
    ("same bytes, no validators", "set?validators=0"),
)
LATENT = (("first poll, 100 ms from each server", "set?latency=100&validators=1"),)
#: A small interpreter of its own measures: a child's peak memory begins with that of the process it was forked from.
LAUNCH = """
import json, os, sys, time
start = time.perf_counter()
pid = os.fork()
if pid == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, use = os.wait4(pid, 0)
print()
print(json.dumps([time.perf_counter() - start, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]))
"""


class Farm:
    """The farm as a process."""

    def __init__(self, feeds: int, entries: int, words: int, port: int) -> None:
        self._control = f"http://127.0.0.1:{port}/"
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        sizes = ("--feeds", str(feeds), "--entries", str(entries), "--words", str(words), "--port", str(port))
        self._process = subprocess.Popen([sys.executable, HERE / "feedfarm.py", *sizes], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        if not self._process.stdout.readline().startswith("ready"):
            sys.exit("the feed farm did not start")

    def ask(self, what: str) -> str:
        with self._open(self._control + what, timeout=60) as answer:
            return str(answer.read().decode())

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def poll(curator: str, home: Path, *options: str) -> dict[str, float]:
    """One poll as a whole process."""
    command = [sys.executable, "-c", LAUNCH, curator, "-q", "-c", str(home / "feeds.toml"), "poll", "--json", *options]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    report, _, measured = said.rstrip().rpartition("\n")
    wall, cpu, peak, status = json.loads(measured)
    if status:
        sys.exit(f"the poll failed with status {status}: {report}")
    return {"wall": wall, "cpu": cpu, "MB": peak, "new": json.loads(report)["new"]}


def session(farm: Farm, curator: str, steps: tuple[tuple[str, str], ...]) -> dict[str, dict[str, float]]:
    """A fresh archive, and these polls in this order."""
    rows = {}
    with tempfile.TemporaryDirectory(prefix="polling-") as folder:
        home = Path(folder)
        feeds = "\n".join(f'[feeds.f{n}]\nurl = "{url}"\n' for n, url in enumerate(farm.ask("feeds").split()))
        (home / "feeds.toml").write_text(f"[fetch]\nallow_private = true\n\n{feeds}", encoding="utf-8")
        for name, before in steps:
            if before:
                farm.ask(before)
            farm.ask("asked")
            os.sync()
            rows[name] = poll(curator, home, *(() if name == "nothing due" else ("--force",)))
            rows[name]["requests"] = sum(int(line.split()[1]) for line in farm.ask("asked").splitlines())
    return rows


def main() -> None:
    """Measure, and tell."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("feeds", 300), ("runs", 3), ("entries", 28), ("words", 150), ("port", 18_770)):
        options.add_argument(f"--{name}", type=int, default=value)
    options.add_argument("--curator", default=str(Path(sys.executable).with_name("curator")))
    options.add_argument("--json", action="store_true")
    wish = options.parse_args()
    began, farm = time.monotonic(), Farm(wish.feeds, wish.entries, wish.words, wish.port)
    try:
        runs = [session(farm, wish.curator, SESSION) | session(farm, wish.curator, LATENT) for _ in range(wish.runs)]
    finally:
        farm.stop()
    medians = {name: {key: statistics.median(run[name][key] for run in runs) for key in runs[0][name]} for name in runs[0]}
    if wish.json:
        print(json.dumps({"feeds": wish.feeds, "runs": wish.runs, "scenarios": medians}, indent=1))
        return
    print(f"{wish.feeds} feeds of {wish.entries} entries, medians of {wish.runs}, {time.monotonic() - began:.0f} s in all\n")
    print(f"| {'scenario':36} | wall s | CPU s | peak MB | requests |  new |\n|{'-' * 38}|--:|--:|--:|--:|--:|")
    for name, row in medians.items():
        print(f"| {name:36} | {row['wall']:6.2f} | {row['cpu']:5.2f} | {row['MB']:7.0f} | {row['requests']:8.0f} | {row['new']:4.0f} |")


if __name__ == "__main__":
    main()
