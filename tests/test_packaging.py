"""What is installed is what is here: declared dependencies are those in use, the lock covers them, wheel and sdist are whole.

The tests of built files run where CURATOR_DIST names their folder; `make dist` builds them, says so, and tries them.
"""

import ast
import email
import os
import re
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

import curator

TOP = Path(curator.__file__).parent.parent
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DIST = os.environ.get("CURATOR_DIST", "")
built = pytest.mark.skipif(not DIST, reason="CURATOR_DIST names a folder with wheel and sdist")


def plain(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {plain(found[0]) for one in requirements if (found := re.match(r"[\w.-]+", one))}


def imported(folder: Path) -> set[str]:
    """Top-level modules that the files of a folder import, or whose files they read (`files("name")`), wherever in the file."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").partition(".")[0])
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "files" and node.args:
                found |= {str(name.value).partition(".")[0] for name in node.args if isinstance(name, ast.Constant)}
    return found


def others(modules: set[str]) -> set[str]:
    """The distributions of these modules, without the standard library's and our own."""
    owners = packages_distributions()
    here = {path.stem for path in (TOP / "tests").glob("*.py")}
    found = {plain(owners[name][0]) for name in modules - set(sys.stdlib_module_names) - here - {"curator"} if name in owners}
    return {COMES_WITH.get(name, name) for name in found}


#: parts of what is declared: their owner's documentation says to import them so
COMES_WITH = {"rich": "textual", "stix2-patterns": "stix2"}
EXTRAS = {extra: names(given) for extra, given in PROJECT["optional-dependencies"].items()}
NEEDED = names(PROJECT["dependencies"])
#: read as data by the standard library (zoneinfo), or run as commands: nothing imports them
NOT_IMPORTED = {"tzdata", "mypy", "ruff", "pytest-randomly", "curator"}


def test_everything_the_package_imports_is_declared_and_everything_declared_is_used() -> None:
    used = others(imported(TOP / "curator"))
    optional = EXTRAS["tui"] | EXTRAS["fulltext"] | EXTRAS["language"]
    assert used <= NEEDED | optional
    unused = (NEEDED | optional) - NOT_IMPORTED - used
    assert not unused


def test_everything_the_tests_import_is_declared() -> None:
    assert others(imported(TOP / "tests")) <= NEEDED.union(*EXTRAS.values())


def test_the_lock_names_every_dependency_with_its_hash() -> None:
    for file, wanted in (("requirements.txt", NEEDED), ("requirements-test.txt", NEEDED.union(*EXTRAS.values()) - {"curator"})):
        text = (TOP / file).read_text(encoding="utf-8")
        locked = {plain(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
        assert wanted <= locked, file
        assert text.count("--hash=sha256:") >= len(locked), file


def test_every_dependency_has_a_lower_bound() -> None:
    bare = [one for one in PROJECT["dependencies"] if ">=" not in one]
    assert not bare


def test_the_licence_is_told_as_spdx_and_its_text_is_there() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License" in (TOP / PROJECT["license-files"][0]).read_text(encoding="utf-8")


def test_the_notice_names_every_file_of_data_that_is_somebody_elses_and_its_licence() -> None:
    notice = (TOP / "NOTICE").read_text(encoding="utf-8")
    heads = {path.name: path.read_text(encoding="utf-8")[:600] for path in (TOP / "curator" / "data").glob("*.t*")}
    borrowed = {name for name, head in heads.items() if re.search(r"CC BY|Creative Commons|Unicode CLDR", head)}
    assert borrowed == {"background.txt", "places.toml"}
    assert all(f"curator/data/{name}" in notice for name in borrowed)
    assert all(licence in notice for licence in ("CC BY-SA 4.0", "CC BY 4.0", "Unicode-3.0"))
    assert "NOTICE" in PROJECT["license-files"]


def test_the_optional_parts_are_extras() -> None:
    assert {"tui", "fulltext", "language"} <= EXTRAS.keys()


# ── what was built ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def wheel() -> Iterator[zipfile.ZipFile]:
    (file,) = Path(DIST).glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        yield archive


def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(wheel.read(name))


def kept_in_git(folder: str) -> set[str]:
    """Files of a folder, without what running it leaves behind."""
    files = (path for path in (TOP / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(TOP).as_posix() for path in files}


@built
def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    files = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert files == kept_in_git("curator")
    assert "curator/py.typed" in files


@built
def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    told = metadata(wheel)
    assert (told["Name"], told["Version"]) == ("curator", curator.__version__)
    assert (told["License-Expression"], told["Requires-Python"]) == ("Apache-2.0", ">=3.11")
    assert {"tui", "fulltext", "language"} <= set(told.get_all("Provides-Extra", []))
    assert {"LICENSE", "NOTICE"} <= {name.rpartition("/")[2] for name in wheel.namelist() if ".dist-info/licenses/" in name}
    assert any(b"curator = curator.cli:main" in wheel.read(name) for name in wheel.namelist() if name.endswith("entry_points.txt"))


@built
def test_the_sdist_holds_all_that_building_and_testing_takes() -> None:
    (file,) = Path(DIST).glob("*.tar.gz")
    with tarfile.open(file) as archive:
        files = {name.partition("/")[2] for name in archive.getnames()}
    assert kept_in_git("curator") | kept_in_git("tests") | kept_in_git("docs") <= files
    assert {"pyproject.toml", "LICENSE", "NOTICE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "requirements.txt"} <= files


@built
@pytest.mark.skipif(not os.environ.get("CURATOR_INSTALLED"), reason="CURATOR_INSTALLED says that the wheel is what is tested")
def test_what_is_tested_is_what_was_installed() -> None:
    assert "site-packages" in str(curator.__file__)
    assert distribution("curator").version == curator.__version__
