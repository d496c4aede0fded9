"""What an archive of a million items costs, measured as whole processes: `curator import`, `poll`, `list`, `db verify` …

    python benchmarks/million.py grow BIG.db FIGURES.json [--to 1000000] [--step 50000] [--chunks 5]    # again and again until it says: done
    python benchmarks/million.py beside BIG.db FIGURES.json     # imports and polls into it and into an empty archive
    python benchmarks/million.py look BIG.db FIGURES.json       # reading, housekeeping, where the bytes go
    python benchmarks/million.py draw FIGURES.json CURVE.svg

`archive.py --items 1000000 --keep BIG.db --figures FIGURES.json` makes such an archive quicker, and a curve of the store alone. Items are those of archive.py, chance words with judgements; feeds are those of feedfarm.py. FIGURES.json gathers what each step finds.
Rates are of CPU seconds, for another's work on the machine does not change these; wall seconds stand beside.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from archive import item
from polling import LAUNCH, Farm

from curator import encode

WORDS = 100
JUDGED, BARE = 20_000, 3_000  #: rows that are imported beside
LOOKS = {
    "list": ("list",),
    "list --topic": ("list", "--topic", "cyber/*"),
    "list --feed --unread": ("list", "--feed", "feed-290", "--unread"),
    "search, a rare word": ("search", "kana1500"),
    "search, a common word": ("search", "kana0"),
    "search, two common words": ("search", "kana1 lori1"),
    "stories": ("stories",),
    "stories --topic --since 30d": ("stories", "--topic", "cyber/*", "--since", "2026-10-01"),
    "digest --since 24h": ("digest", "--since", "2026-10-31"),
    "export --since, 1 %": ("export", "--since", "2026-10-25", "-o", "some.jsonl"),
    "db stats": ("db", "stats"),
    "db verify": ("db", "verify"),
    "db backup": ("db", "backup", "copy.db"),
    "db prune --older 720d": ("db", "prune", "--older", "2024-11-12"),
}


def run(home: Path, *command: str) -> dict[str, Any]:
    """One command of curator as a whole process: wall and CPU seconds, peak memory in MB, what it said on stdout."""
    curator = os.environ.get("CURATOR") or str(Path(sys.executable).with_name("curator"))
    launched = [sys.executable, "-c", LAUNCH, curator, "-q", "-c", str(home / "feeds.toml"), *command]
    said = subprocess.run(launched, capture_output=True, text=True, check=True, cwd=home).stdout
    out, _, measured = said.rstrip().rpartition("\n")
    wall, cpu, peak, status = json.loads(measured)
    if status:
        sys.exit(f"curator {' '.join(command)} failed with status {status}: {out}")
    return {"wall": round(wall, 2), "cpu": round(cpu, 2), "MB": round(peak), "out": out}


def rows(numbers: range, file: Path, shorten: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> None:
    """Write the items of these numbers as an export does."""
    chance = Random(f"{numbers.start}")
    with file.open("w", encoding="utf-8") as out:
        for number in numbers:
            out.write(json.dumps(shorten(encode.whole(item(chance, number, 1_000_000, WORDS))), ensure_ascii=False) + "\n")


def bare(row: dict[str, Any]) -> dict[str, Any]:
    """A row without judgements, as another program would write it."""
    return {name: row[name] for name in ("feed", "url", "title", "text", "published")}


def home(folder: str, archive: str | None, feeds: str = "") -> Path:
    """A feeds.toml beside an archive of its own, or beside a copy of one."""
    place = Path(folder)
    (place / "feeds.toml").write_text(f'store = "sqlite:curator.db"\n[fetch]\nallow_private = true\n{feeds}', encoding="utf-8")
    if archive:
        shutil.copy(archive, place / "curator.db")
        os.sync()  # else the first fsync of what is measured waits for the copy
    return place


def grow(given: argparse.Namespace, found: dict[str, Any]) -> None:
    """Import judged rows, `step` at a time, into the archive; a point of the curve for each."""
    curve = found.setdefault("curve", [])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "feeds.toml").write_text(f'store = "sqlite:{Path(given.archive).resolve()}"\n', encoding="utf-8")
        for _ in range(given.chunks):
            start = curve[-1]["items"] if curve else 0
            if start >= given.to:
                print("done")
                return
            rows(range(start, start + given.step), place / "rows.jsonl")
            took = run(place, "import", "rows.jsonl")
            curve.append({"items": start + given.step, "wall": took["wall"], "cpu": took["cpu"], "MB": took["MB"]})
            print(
                f"{start + given.step:9,} items: {given.step / took['cpu']:7,.0f} a CPU second, {given.step / took['wall']:7,.0f} a second"
            )


def beside(given: argparse.Namespace, found: dict[str, Any]) -> None:
    """The same work on an empty archive and on a copy of the big one."""
    farm = Farm(300, 10, 150, 18_790)
    listed = "\n".join(f'[feeds.f{n}]\nurl = "{url}"\n' for n, url in enumerate(farm.ask("feeds").split()))
    try:
        for name, archive in (("empty", None), ("big", given.archive)):
            with tempfile.TemporaryDirectory(dir=Path(given.archive).resolve().parent) as folder:
                place, taken = home(folder, archive, listed), {}
                run(place, "poll", "--force", "--json")
                for again in range(3):  # the first poll is another thing; of these the median counts
                    farm.ask("news?share=0.1")
                    took = run(place, "poll", "--force", "--json")
                    taken[f"poll {again + 1}"] = {"new": json.loads(took.pop("out"))["new"], **took}
                rows(range(2_000_000, 2_000_000 + JUDGED), place / "judged.jsonl")
                rows(range(3_000_000, 3_000_000 + BARE), place / "bare.jsonl", bare)
                for kind in ("judged", "bare"):
                    taken[f"import, {kind}"] = run(place, "import", f"{kind}.jsonl")
                found[name] = taken
                print(name, json.dumps(taken, indent=1))
    finally:
        farm.stop()


def look(given: argparse.Namespace, found: dict[str, Any]) -> None:
    """Read, keep house, and weigh."""
    with tempfile.TemporaryDirectory(dir=Path(given.archive).resolve().parent) as folder:
        place = home(folder, given.archive)
        taken = {name: run(place, *command) for name, command in LOOKS.items()}
        found["look"] = {name: {key: value for key, value in one.items() if key != "out"} for name, one in taken.items()}
        print(json.dumps(found["look"], indent=1))
    found["size"] = weigh(given.archive)
    print(json.dumps(found["size"], indent=1))


def weigh(archive: str) -> dict[str, Any]:
    """Bytes of the file, of the titles and texts in it, and of its largest tables and indexes."""
    con = sqlite3.connect(f"file:{archive}?mode=ro", uri=True)
    (texts,) = con.execute("SELECT sum(length(CAST(text AS BLOB))) FROM body").fetchone()
    items, titles = con.execute("SELECT count(*), sum(length(CAST(title AS BLOB))) FROM item").fetchone()
    parts = con.execute("SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name ORDER BY size DESC LIMIT 12").fetchall()
    return {"items": items, "bytes": os.path.getsize(archive), "texts": texts, "titles": titles, "parts": dict(parts)}


def draw(given: argparse.Namespace, found: dict[str, Any]) -> None:
    """The curve of the import as a picture: rows a second over items in the archive."""
    Path(given.picture).write_text("\n".join(_picture(found["curve"])) + "\n", encoding="utf-8")


def _picture(curve: list[dict[str, Any]]) -> Iterator[str]:
    """SVG that is readable on light and dark paper."""
    wide, high, left, bottom = 760, 320, 70, 40
    step = curve[0]["items"]
    most = 1_000 * (1 + int(max(step / min(one["cpu"], one["wall"]) for one in curve) / 1_000))
    across = (wide - left - 20) / curve[-1]["items"]
    up = (high - bottom - 30) / most
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="12" fill="#777">'
    yield f'<text x="{left}" y="16">items taken in: in a second of CPU (blue), in a second by the clock (grey)</text>'
    for rate in range(0, most + 1, 1_000):
        y = high - bottom - rate * up
        yield f'<path d="M{left} {y:.1f}H{wide - 20}" stroke="#999" stroke-width=".5"/><text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{rate:,}</text>'
    for items in range(0, curve[-1]["items"] + 1, 200_000):
        yield f'<text x="{left + items * across:.1f}" y="{high - bottom + 18}" text-anchor="middle">{items:,}</text>'
    for kind, colour in (("wall", "#999"), ("cpu", "#3b7dd8")):
        points = " ".join(f"{left + (one['items'] - step / 2) * across:.1f},{high - bottom - step / one[kind] * up:.1f}" for one in curve)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
    yield f'<text x="{(left + wide) / 2}" y="{high - 6}" text-anchor="middle">items in the archive</text></svg>'


def main() -> None:
    """Do one step, and write down what it found."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = options.add_subparsers(dest="step_", required=True)
    for step in (grow, beside, look):
        one = steps.add_parser(step.__name__, help=step.__doc__)
        one.add_argument("archive")
        one.add_argument("figures")
        one.set_defaults(work=step)
    for name, value in (("to", 1_000_000), ("step", 50_000), ("chunks", 5)):
        steps.choices["grow"].add_argument(f"--{name}", type=int, default=value)
    drawing = steps.add_parser("draw", help=draw.__doc__)
    drawing.add_argument("figures")
    drawing.add_argument("picture")
    drawing.set_defaults(work=draw)
    given = options.parse_args()
    file = Path(given.figures)
    found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    given.work(given, found)
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
