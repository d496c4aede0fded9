"""The house rules, kept by a test: which room may import which, which may touch the world, and how big a room may grow."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import curator

PACKAGE = Path(curator.__file__).parent
TOP = PACKAGE.parent

#: Rows from the bottom up: (rooms that are pure, rooms that touch the world). A room imports only rows below its own.
#: The same table stands in docs/architecture.md for people. A name with / is a family: a folder of interchangeable parts.
LAYERS: list[tuple[str, str]] = [
    (
        "config errors portable bitset shipped when terms text names hints translit dates slice xmltext repair identifiers shingles linkage vectors guard "
        "failures tables worddiff recent lexicon xmlns effort connected",
        "",
    ),
    (
        "types urls language outlets topics entitybook background unlisted bodies masked creditwords tidy configvalues configedit timers "
        "fulltext matching quick forms glance headlines",
        "nursery",
    ),
    (
        "archive encode decode clean jsonfeed identity verdicts mentions anaphora placed nameless rank cite watching learning extract digest mail schedule "
        "transfer discover opml configtables taggers/ attribution lineage storylines likeness habits fingerprints beside",
        "sandbox stores/",
    ),
    ("credits stories provenance parse copies listing teaching formats/", "fetch senders/ configfile"),
    ("edition reading ingest alerts", "outbox subscribing"),
    ("intake", "polling delivery recompute completing demo"),
    ("", "checkup exchange"),
    ("", "app"),
    ("__init__", ""),
    ("", "commands/"),
    ("", "cli"),
    ("", "__main__"),
]

#: what a pure room may not import, and may not call
WORLD = {
    "socket", "sqlite3", "os", "pathlib", "time", "random", "click", "pycurl", "subprocess", "shutil", "tempfile", "threading",
    "multiprocessing", "signal", "sys", "secrets", "asyncio", "http", "smtplib", "sqlite_utils",
}  # fmt: skip
FORBIDDEN_CALLS = {"open", "print", "input", "now", "utcnow", "today"}
#: the package's own data is part of the program, and reading it is not asking the world
EXCEPTIONS = {("shipped", "importlib.resources")}

LONGEST_FILE = 400
ALL_NOUNS = {"types.py"}  #: every noun of the pipeline stands in one file, however long it grows
LONGEST_FUNCTION = 45


def room_of(path: Path) -> str:
    """ "text" for curator/text.py, "formats/" for whatever is inside curator/formats."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py") if len(parts) == 1 else parts[0] + "/"


def rows() -> dict[str, int]:
    return {room: number for number, row in enumerate(LAYERS, 1) for room in " ".join(row).split()}


def pure_rooms() -> set[str]:
    return {room for pure, _ in LAYERS for room in pure.split()} - {"__init__"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(tree: ast.AST, path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Dotted names of everything a file imports, relative imports resolved."""
    here = ["curator", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield from ((f"{module}.{alias.name}", node) for alias in node.names)


def target_room(name: str) -> str | None:
    """The room a dotted import leads to; None: not into the package."""
    parts = name.split(".")
    if parts[0] != "curator":
        return None
    if len(parts) == 1:
        return "__init__"
    if (PACKAGE / parts[1]).is_dir() and (PACKAGE / parts[1] / "__init__.py").exists():
        return parts[1] + "/"
    return parts[1] if (PACKAGE / f"{parts[1]}.py").exists() else "__init__"


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules()}


def test_every_file_has_a_place_in_the_table() -> None:
    missing = sorted({room_of(path) for path in modules()} - set(rows()))
    assert not missing, f"give these a place in LAYERS and in docs/architecture.md: {missing}"


def test_no_row_of_the_table_names_a_room_twice() -> None:
    named = [room for row in LAYERS for room in " ".join(row).split()]
    assert len(named) == len(set(named))


def test_imports_go_down_only_and_neighbours_never_import_each_other(trees: dict[Path, ast.Module]) -> None:
    place, breaches = rows(), []
    for path, tree in trees.items():
        room = room_of(path)
        for name, _ in imports(tree, path):
            target = target_room(name)
            if target is None or (target == "__init__" and name == "curator.__version__"):
                continue
            same_family = target == room and room.endswith("/")
            helper = same_family and (name.split(".")[2:3] or [""])[0].startswith("_")
            own_front = same_family and path.name == "__init__.py"
            if helper or own_front:
                continue
            if place.get(target, 99) >= place.get(room, 0):
                breaches.append(f"{path.relative_to(TOP)} (row {place.get(room)}) imports {name} (row {place.get(target)})")
    assert not breaches, "\n".join(breaches)


def test_pure_rooms_do_not_touch_the_world(trees: dict[Path, ast.Module]) -> None:
    breaches = []
    for path, tree in trees.items():
        room = room_of(path)
        if room not in pure_rooms():
            continue
        used = {name for name, _ in imports(tree, path)}
        breaches += [f"{path.relative_to(TOP)} imports {name}" for name in used if name.split(".")[0] in WORLD]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                bare = isinstance(node.func, ast.Name) or called in {"now", "utcnow", "today"}
                if bare and called in FORBIDDEN_CALLS:
                    breaches.append(f"{path.relative_to(TOP)}:{node.lineno} calls {called}()")
    assert not breaches, "\n".join(breaches)


def test_only_fetch_speaks_http_and_only_stores_speak_sql(trees: dict[Path, ast.Module]) -> None:
    for path, tree in trees.items():
        used = {name.split(".")[0] for name, _ in imports(tree, path)}
        assert "pycurl" not in used or room_of(path) == "fetch", path
        assert not {"sqlite3", "sqlite_utils"} & used or room_of(path) == "stores/", path


def test_no_import_hides_behind_type_checking(trees: dict[Path, ast.Module]) -> None:
    hiding = [path for path, tree in trees.items() for name, _ in imports(tree, path) if name == "typing.TYPE_CHECKING"]
    assert not hiding


def test_an_import_inside_a_function_says_why(trees: dict[Path, ast.Module]) -> None:
    """They are allowed for optional extras and for what would slow every start; the line tells which."""
    silent = []
    for path, tree in trees.items():
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        if re.search(r"^# ruff: noqa: PLC0415 - \S+", text, re.MULTILINE):
            continue  # the whole file says why
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Import | ast.ImportFrom) and not re.search(r"# noqa: PLC0415.* \S+", lines[node.lineno - 1]):
                        silent.append(f"{path.relative_to(TOP)}:{node.lineno}")
    assert not silent, "say why after `# noqa: PLC0415 -`: " + ", ".join(silent)


def test_no_room_outgrows_its_walls() -> None:
    big = {
        str(path.relative_to(TOP)): count
        for path in modules()
        if path.name not in ALL_NOUNS and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert not big, f"more than {LONGEST_FILE} lines: {big}"


def test_functions_stay_short(trees: dict[Path, ast.Module]) -> None:
    """Counted without decorators and docstring."""
    long = []
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                if length > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(TOP)}:{node.lineno} {node.name} has {length} lines")
    assert not long, "\n".join(long)


def test_every_module_and_public_function_says_what_it_is_for(trees: dict[Path, ast.Module]) -> None:
    silent = []
    for path, tree in trees.items():
        if ast.get_docstring(tree) is None:
            silent.append(str(path.relative_to(TOP)))
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and ast.get_docstring(node) is None:
                silent.append(f"{path.relative_to(TOP)}:{node.lineno} {node.name}")
    assert not silent, "without a docstring: " + ", ".join(silent)


def test_the_table_for_people_is_the_table_that_is_kept() -> None:
    """docs/architecture.md shows the same rooms in the same rows, stars where the world is."""
    shown: dict[str, tuple[int, bool]] = {}
    for line in (TOP / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| (\d+) \| (.+?) \| (.*?) \|$", line):
            for room in re.findall(r"`([^`]+)`", match[2]):
                shown[room] = (int(match[1]), "★" in match[3])
    kept = {
        room: (number, room in world.split()) for number, (pure, world) in enumerate(LAYERS, 1) for room in (pure + " " + world).split()
    }
    assert shown == kept
