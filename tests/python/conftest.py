"""What the Python tests share: the repository, the built program, a way to call it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "build" / "python"  # as ./run build assembles it
if PACKAGE.is_dir():
    sys.path.insert(0, str(PACKAGE))


@pytest.fixture(scope="session")
def repository() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def program() -> Path:
    path = ROOT / "build" / "aifactory"
    if not path.exists():
        pytest.skip("build/aifactory is not built (./run build)")
    return path


@pytest.fixture(scope="session")
def aifactory(program: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Calls the program from the root of the repository; never raises on an exit code."""

    def call(*arguments: str, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(program), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=timeout_s, check=False)

    return call


@pytest.fixture(scope="session")
def af() -> ModuleType:
    return pytest.importorskip("aifactory", reason="the Python module is not built (./run build)")


@pytest.fixture(scope="session")
def small(af):
    """A site whose year takes a fraction of a second once its operating map is cached."""
    return af.example("pcie-5mw")


@pytest.fixture(scope="session")
def result(af, small):
    return af.run(small)
