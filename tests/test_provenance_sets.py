"""The labelled news in data/provenance: what has once been right stays right. Figures of first runs stand in docs/provenance.md."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent
BENCH = ROOT.parent / "benchmarks" / "provenance.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("provenance_benchmark", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["first", "second", "third", "fourth", "fifth"])
def test_labelled_news_keeps_its_roles_origins_and_counts(benchmark: ModuleType, name: str) -> None:
    score, _ = benchmark.run(ROOT / "data" / "provenance" / name, ROOT / "data" / "provenance" / "aliases.json")
    items = sum(score.true.values())
    assert sum(score.hit.values()) / items >= 0.94
    assert score.origins_right / score.origins >= 0.93
    assert score.counts_right / score.stories >= 0.85
