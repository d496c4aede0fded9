"""The package's data files: what they come to is kept where Python keeps its modules, and never outlives them."""

import marshal
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from curator import shipped

DATA = Path(shipped.__file__).parent / "data"


@pytest.fixture(autouse=True)
def may_be_kept() -> Iterator[None]:
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    yield
    sys.dont_write_bytecode = before


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "words.toml"
    path.write_text('[all]\nmask = ["a", "b"]\n', encoding="utf-8")
    return path


def test_what_a_file_comes_to_is_kept_and_the_same(file: Path) -> None:
    first = shipped.table(str(file))
    assert Path(cache_from_source(str(file))).exists()
    assert first == shipped.table(str(file)) == {"all": {"mask": ["a", "b"]}}


def test_a_changed_file_is_read_anew(file: Path) -> None:
    shipped.table(str(file))
    file.write_text('[all]\nmask = ["c"]\n', encoding="utf-8")
    assert shipped.table(str(file)) == {"all": {"mask": ["c"]}}


def test_what_is_kept_and_broken_is_made_anew(file: Path) -> None:
    shipped.table(str(file))
    Path(cache_from_source(str(file))).write_bytes(b"nonsense")
    assert shipped.table(str(file)) == {"all": {"mask": ["a", "b"]}}


def test_nothing_is_kept_if_python_is_told_to_keep_nothing(file: Path) -> None:
    sys.dont_write_bytecode = True
    assert shipped.table(str(file)) == {"all": {"mask": ["a", "b"]}}
    assert not Path(cache_from_source(str(file))).exists()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two files, in which what is made of them is kept."""
    (tmp_path / "data").mkdir()
    (tmp_path / "words.txt").write_text("a b", encoding="utf-8")
    (tmp_path / "rules.py").write_text("1", encoding="utf-8")
    monkeypatch.setattr(shipped, "files", lambda _name: tmp_path)
    return tmp_path


def made(calls: list[int]) -> dict[str, tuple[str, ...]]:
    """What is made of the package's files; each making is noted."""
    return shipped.made("split", ("words.txt", "rules.py"), lambda: calls.append(1) or {"words": ("a", "b")})


def test_what_is_made_of_several_files_is_made_once(package: Path) -> None:
    calls: list[int] = []
    assert made(calls) == made(calls) == {"words": ("a", "b")}
    assert len(calls) == 1


@pytest.mark.parametrize("file", ["words.txt", "rules.py"])
def test_what_is_made_of_several_files_is_made_anew_when_one_of_them_says_something_else(package: Path, file: str) -> None:
    calls: list[int] = []
    made(calls)
    changed = package / file
    times = changed.stat()
    changed.write_text("x" * changed.stat().st_size, encoding="utf-8")
    os.utime(changed, ns=(times.st_atime_ns, times.st_mtime_ns))  # neither its size nor its time tell
    made(calls)
    assert len(calls) == 2


def test_what_is_made_and_kept_and_broken_is_made_anew(package: Path) -> None:
    calls: list[int] = []
    made(calls)
    (kept,) = (package / "data" / "__pycache__").iterdir()
    sound = kept.read_bytes()
    for broken in (sound[:-4], sound[:16], sound[:16] + marshal.dumps(5)):
        kept.write_bytes(broken)
        assert made(calls) == {"words": ("a", "b")}
    assert len(calls) == 4


def test_what_is_kept_and_broken_is_put_right_for_the_next_who_asks(package: Path) -> None:
    calls: list[int] = []
    made(calls)
    (kept,) = (package / "data" / "__pycache__").iterdir()
    kept.write_bytes(kept.read_bytes()[:-4])
    assert made(calls) == made(calls) == made(calls)
    assert len(calls) == 2


def test_what_is_made_is_not_kept_if_python_is_told_to_keep_nothing(package: Path) -> None:
    sys.dont_write_bytecode = True
    assert made([]) == {"words": ("a", "b")}
    assert not list((package / "data").iterdir())


_TOLD_OF = """
import sys
from pathlib import Path
from curator import shipped

PACKAGE = Path(shipped.__file__).parent
used, missing = set(), []

def reading(read):
    return lambda name: (used.add(str(PACKAGE / "data" / name)), read(name))[1]

def running(frame, event, arg):
    used.add(frame.f_code.co_filename)

def made(name, of, make):
    used.clear()
    sys.setprofile(running)
    try:
        value = make()
    finally:
        sys.setprofile(None)
    own = {path.relative_to(PACKAGE).as_posix() for path in map(Path, used) if path.is_relative_to(PACKAGE)}
    missing.extend(f"{name}: {file}" for file in sorted(own - {*of, "shipped.py"}))
    print(name)
    return value

shipped.made, shipped.toml, shipped.parsed = made, reading(shipped.toml), reading(shipped.parsed)
from curator import creditwords, mentions
from curator.taggers import _spelled, entities
mentions.shipped_spellings(cyrillic=False), mentions.shipped_spellings(cyrillic=True), creditwords._beginnings()
_spelled.of_topics().foreign(), _spelled.of_entities().foreign(), entities._gazetteers()
sys.exit(", ".join(missing) or None)
"""


def test_every_file_of_which_something_kept_is_made_is_told() -> None:
    """Or an older value would outlive a change of it."""
    ran = subprocess.run([sys.executable, "-c", _TOLD_OF], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    calls = sum(file.read_text(encoding="utf-8").count("shipped.made(") for file in DATA.parent.rglob("*.py"))
    assert len(ran.stdout.split()) > calls > 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_none_the_worse(file: Path) -> None:
    file.parent.chmod(0o555)
    assert shipped.table(str(file)) == {"all": {"mask": ["a", "b"]}}


@pytest.mark.parametrize("path", sorted(DATA.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_table_is_what_its_file_says(path: Path) -> None:
    assert shipped.toml(path.name) == tomllib.loads(path.read_text(encoding="utf-8"))
