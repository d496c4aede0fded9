"""Adding a format, a tagger, a sender, a store or a command is one new file: each is dropped into a copy of the package and works."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from desk import environment

import curator

ROWS = '{"title": "A goat wins the poetry prize", "text": "The jury called her poems as dry as chalk.", "url": "https://harbour.example/goat"}\n'


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package that tests may drop files into."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(Path(curator.__file__).parent, folder / "curator", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(package: Path, folder: Path, *args: str) -> str:
    command = [sys.executable, "-m", "curator", "-c", str(folder / "feeds.toml"), *args]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(PYTHONPATH=str(package)), cwd=folder, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def desk(folder: Path, settings: str = "") -> Path:
    (folder / "feeds.toml").write_text(settings, encoding="utf-8")
    (folder / "rows.jsonl").write_text(ROWS, encoding="utf-8")
    return folder


def test_a_format_is_one_file(package: Path, tmp_path: Path) -> None:
    (package / "curator" / "formats" / "shout.py").write_text(
        '"""Titles, loud."""\n\nSUFFIX = ".shout"\nHELP = "titles, loud"\n\n\ndef items(items):\n    for item in items:\n        yield item.title.upper() + "\\n"\n'
    )
    desk(tmp_path)
    run(package, tmp_path, "import", "rows.jsonl")
    assert run(package, tmp_path, "export", "-f", "shout") == "A GOAT WINS THE POETRY PRIZE\n"


def test_a_tagger_is_one_file(package: Path, tmp_path: Path) -> None:
    (package / "curator" / "taggers" / "animals.py").write_text(
        '"""Files goats."""\n\nfrom curator.types import Entity\n\n\ndef prepare(config):\n    def mark(draft):\n'
        '        found = "goat" in draft.title.lower()\n        return (), (Entity(kind="animal", value="goat", why="the title has it"),) if found else ()\n    return mark\n'
    )
    desk(tmp_path)
    run(package, tmp_path, "import", "rows.jsonl")
    item = json.loads(run(package, tmp_path, "export", "-f", "jsonl"))
    assert {"kind": "animal", "value": "goat", "why": "the title has it"} in item["entities"]


def test_a_sender_is_one_file(package: Path, tmp_path: Path) -> None:
    (package / "curator" / "senders" / "postcard.py").write_text(
        '"""Writes the first line of a message on a postcard."""\n\nfrom pathlib import Path\n\nfrom curator.types import Handover\n\n\n'
        "def send(message, recipients, mail):\n    Path(mail.path).write_bytes(message.split(b'\\n')[0])\n"
        "    yield Handover(delivered=tuple(recipients))\n"
    )
    desk(tmp_path, '[mail]\nsender = "postcard"\npath = "postcard.txt"\nto = ["desk@example.org"]\n')
    run(package, tmp_path, "import", "rows.jsonl")
    run(package, tmp_path, "digest", "--send")
    assert (tmp_path / "postcard.txt").stat().st_size > 10


def test_a_store_is_one_file(package: Path, tmp_path: Path) -> None:
    (package / "curator" / "stores" / "shelf.py").write_text(
        '"""SQLite, under a name of its own."""\n\nfrom curator.stores import sqlite\n\n\ndef connect(where, **options):\n'
        '    return sqlite.connect(where.replace("shelf:", "sqlite:"), **options)\n'
    )
    desk(tmp_path, 'store = "shelf:books.db"\n')
    run(package, tmp_path, "import", "rows.jsonl")
    assert "goat" in run(package, tmp_path, "list")
    assert (tmp_path / "books.db").exists()


def test_a_command_is_one_file(package: Path, tmp_path: Path) -> None:
    (package / "curator" / "commands" / "hello.py").write_text(
        '"""Say hello.\n\nSection: Reading\n"""\n\nimport click\n\nfrom curator.commands._shared import Desk, pass_desk\n\n\n'
        '@click.command()\n@pass_desk\ndef command(desk: Desk) -> None:\n    """Say hello."""\n    desk.out(f"hello, {len(desk.config.feeds)} feeds")\n'
    )
    desk(tmp_path, '[feeds.a]\nurl = "https://a.example/rss"\n')
    assert "Say hello." in run(package, tmp_path, "--help")
    assert run(package, tmp_path, "hello") == "hello, 1 feeds\n"
