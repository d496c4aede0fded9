"""For all tests: no network beyond loopback, a settled hypothesis, and an environment without the developer's own curator."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import CommandLine
from hypothesis import HealthCheck, settings
from pasts import archive
from servers import Authority, Server

import curator
from curator import demo

settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fuzz" if os.environ.get("CURATOR_FUZZ") else "quick")

for name in ("CURATOR_CONFIG", "CURATOR_DEBUG", "NO_COLOR", "FORCE_HYPERLINK", "PAGER", "BROWSER", "COLUMNS", "LINES"):
    os.environ.pop(name, None)
os.environ["TZ"] = "UTC"
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of children would compile every module anew
signal.signal(
    signal.SIGINT, signal.default_int_handler
)  # a shell that starts us in the background has it ignored, here and in our children

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


def _stay_at_home(event: str, args: tuple[object, ...]) -> None:
    """Refuse connections and look-ups of names that lead out of the machine; libcurl is kept in by curator's own settings."""
    if event == "socket.connect" and isinstance(args[1], tuple) and not str(args[1][0]).startswith(_LOOPBACK):
        raise PermissionError(f"tests stay on loopback, not {args[1]}")
    if event == "socket.getaddrinfo" and args[0] and not str(args[0]).startswith(_LOOPBACK):
        raise PermissionError(f"tests look up no names but localhost, not {args[0]!r}")


sys.addaudithook(_stay_at_home)


@pytest.fixture(autouse=True)
def a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the developer's ~/.config."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-config"))


@pytest.fixture
def web() -> Iterator[Server]:
    """A web server on loopback."""
    with Server() as server:
        yield server


@pytest.fixture(scope="session")
def authority() -> Authority:
    """Who signs certificates of such servers."""
    return Authority()


@pytest.fixture
def past(tmp_path: Path) -> Iterator[curator.Curator]:
    """An archive that was filled by three polls (see `pasts`)."""
    with archive(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feeds.toml of an archive that holds the demo's day, polled twice through the real pipeline. Not to be written to: copy it."""
    folder = tmp_path_factory.mktemp("played")
    with demo.stage(folder, datetime.now(UTC)) as stage, curator.Curator(curator.load(str(stage.path))) as archive:
        archive.poll(force=True)
        stage.round = 2
        archive.poll(force=True)
    return folder / "feeds.toml"


@pytest.fixture
def copied(played: Path, tmp_path: Path) -> Path:
    """A copy of `played` that a test may change."""
    folder = tmp_path / "copied"
    shutil.copytree(played.parent, folder)
    return folder / "feeds.toml"


@pytest.fixture
def reading(played: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line over `played`."""
    return CommandLine(capsys, played)


@pytest.fixture
def writing(copied: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line over `copied`."""
    return CommandLine(capsys, copied)
