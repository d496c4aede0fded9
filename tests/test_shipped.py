"""The package's data files: what they come to is kept where Python keeps its modules, and never outlives them."""

import os
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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_none_the_worse(file: Path) -> None:
    file.parent.chmod(0o555)
    assert shipped.table(str(file)) == {"all": {"mask": ["a", "b"]}}


@pytest.mark.parametrize("path", sorted(DATA.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_table_is_what_its_file_says(path: Path) -> None:
    assert shipped.toml(path.name) == tomllib.loads(path.read_text(encoding="utf-8"))
