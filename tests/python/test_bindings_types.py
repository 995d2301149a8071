"""The stubs: they agree with the module, and mypy --strict passes on the package and on the examples."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "build" / "python"
EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture(scope="module", autouse=True)
def _needs(af):
    pytest.importorskip("mypy", reason="mypy is not installed (./run test)")


def python(*arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "MYPYPATH": str(PACKAGE)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=600, **options
    )


def test_mypy_strict_on_the_examples_and_the_package(tmp_path):
    done = python(
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(ROOT / "build" / "mypy"),
        "--config-file",
        str(ROOT / "pyproject.toml"),
        *map(str, sorted(EXAMPLES.glob("*.py"))),
        str(PACKAGE / "aifactory"),
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_sees_mistakes(tmp_path):
    (tmp_path / "wrong.py").write_text(
        "import aifactory as af\ns = af.example()\nx: int = s.site.utility.capacity\ns.site.utility.capacty\naf.run(s, level='half')\n"
    )
    done = python("-m", "mypy", "--strict", "--cache-dir", str(ROOT / "build" / "mypy"), "wrong.py", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.count("error:") == 3, done.stdout


def test_every_block_has_a_stub_with_its_documentation():
    text = (PACKAGE / "aifactory" / "blocks.pyi").read_text(encoding="utf-8")
    for phrase in (
        "class UtilityParams(Block)",
        "def capacity(self) -> Quantity",
        "Import limit at the point of interconnection",
        "Items[HallParams]",
    ):
        assert phrase in text
    assert "def __getattr__" not in text


@pytest.mark.full
def test_stubs_agree_with_the_module(tmp_path):
    done = python("-m", "mypy.stubtest", "aifactory._core", "--ignore-missing-stub", "--ignore-positional-only", cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


@pytest.mark.parametrize("example", [p.name for p in sorted(EXAMPLES.glob("*.py"))])
def test_the_examples_run(example, tmp_path):
    done = python(str(EXAMPLES / example), str(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_example_of_the_readme_is_the_one_that_is_tested():
    code = (EXAMPLES / "readme.py").read_text(encoding="utf-8").split('"""', 2)[2].strip()
    for line in code.splitlines():
        assert line in (ROOT / "README.md").read_text(encoding="utf-8"), line
