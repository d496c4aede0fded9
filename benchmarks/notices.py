"""Makes posts that are alike and no copies: `python benchmarks/notices.py [OUT.jsonl] [--seed N] [--each N]`.

Each form of notices.toml (job notices, warnings, prices, results, obituaries, walls of payment … in ten languages) is filled in again and
again, for one feed and for two in turn; every row is a cluster of its own. Append OUT to the rows of changes.py to have both measured by
accuracy.py. For measuring only: nothing is trained on it.
"""

import argparse
import json
import random
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


def listed(words: str) -> list[str]:
    return words.split()


FORMS = Path(__file__).with_name("notices.toml")
START = datetime(2025, 9, 1, tzinfo=UTC)
DAYS = 20  #: within which all is published
OUTLETS = ("Coast Herald", "Lake Gazette", "Rowan Post", "Hill Tribune", "Evening Bell", "Field Reporter", "Tidewater Times")
FIRST = listed("Ada Bela Corin Dora Emil Fanni Gero Hilde Ivo Jule Karel Lena Milo Nele Otto Pia Rune Sina Tomas Ulla Vito Wilma")
FAMILY = listed("Abend Brook Cerny Dahl Eder Falk Grau Holm Illy Jung Kern Lund Maas Noll Ohm Pohl Quast Rehn Stahl Thal Uhl Voss Wirth")
TOWNS = listed("Alben Birke Corvel Dorla Ennis Farge Gomel Hasle Ilmen Jever Korin Lamme Mered Niers Oste Parin Quern Rheda Soltau Trave")
DATES = {
    "de": "{}. September", "fr": "{} septembre", "es": "{} de septiembre", "it": "{} settembre", "pt": "{} de setembro", "ru": "{} сентября",
}  # fmt: skip
_SLOT = re.compile(r"\{(?:(\w+)=)?([^{}]+)\}")


def fill(form: dict[str, str], draw: random.Random) -> tuple[str, str]:
    """A title and a text of the form; what has a name stands in both."""
    named: dict[str, str] = {}

    def filled(slot: re.Match[str]) -> str:
        name, what = slot.groups()
        if what in named:
            return named[what]
        value = drawn(what, form["language"], draw)
        if name:
            named[name] = value
        return value

    return _SLOT.sub(filled, form["title"]), _SLOT.sub(filled, form["text"])


def drawn(what: str, language: str, draw: random.Random) -> str:
    """What stands in a slot: a number of a range, with as many decimals as its bounds; one of some words; a name; a date."""
    low, ranged, high = what.partition("..")
    if ranged:
        decimals = len(high.partition(".")[2])
        return f"{draw.uniform(float(low), float(high)):.{decimals}f}" if decimals else str(draw.randint(int(low), int(high)))
    names = {"town": TOWNS, "first": FIRST, "family": FAMILY}
    if what == "person":
        return f"{draw.choice(FIRST)} {draw.choice(FAMILY)}"
    if what == "day":
        return DATES.get(language, "{} September").format(draw.randint(1, 28))
    return draw.choice(names[what] if what in names else what.split("|"))


def notices(draw: random.Random, each: int) -> Iterator[dict[str, Any]]:
    """Of each form as many for one feed and for two together."""
    number = 0
    for form in tomllib.loads(FORMS.read_text(encoding="utf-8"))["forms"]:
        for count in (1, 2):
            feeds = draw.sample(OUTLETS, count)
            for at in range(each):
                title, text = fill(form, draw)
                number += 1
                yield row(f"n{number}", form, title, text, feeds[at % count], START + timedelta(days=draw.uniform(0, DAYS)))


def row(name: str, form: dict[str, str], title: str, text: str, source: str, at: datetime) -> dict[str, Any]:
    url = f"https://{source.lower().replace(' ', '-')}.example/{name}"
    return {
        "id": name, "cluster": name, "labels": [form["kind"], form["language"]], "title": title, "text": text, "published": at.isoformat(),
        "source": source, "url": url,
    }  # fmt: skip


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("out", nargs="?", type=Path)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--each", type=int, default=4, help="notices of each form for one feed, and for two (4)")
    given = ask.parse_args()
    text = "".join([json.dumps(made, ensure_ascii=False) + "\n" for made in notices(random.Random(given.seed), given.each)])
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
