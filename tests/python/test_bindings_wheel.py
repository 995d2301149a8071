"""`pip install .` in a clean environment: module, command, facts and chart library are in the wheel. Slow: builds everything once more."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "build" / "python"


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, timeout=3000, **options)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.full
def test_pip_install_from_a_clone(af, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv/bin/python"
    run(python, "-m", "pip", "install", "-q", ROOT, cwd=tmp_path, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    where = run(python, "-c", "import aifactory, os; print(os.path.dirname(aifactory.__file__))", cwd=elsewhere, env=clean).strip()
    assert where.startswith(str(tmp_path))
    for name in (
        "py.typed",
        "_core.pyi",
        "blocks.pyi",
        "library/racks/gb200-nvl72.yaml",
        "scenarios/reference_100mw.yaml",
        "LICENSE",
        "NOTICE",
    ):
        assert (Path(where) / name).exists(), name
    library = run(
        python,
        "-c",
        "import aifactory as af; print(af.library.path('weather/' + af.library.names('weather')[0].split('/')[1]))",
        cwd=elsewhere,
        env=clean,
    )
    assert library.startswith(where), "the wheel reads its own facts"
    example = (Path(__file__).parent / "examples/readme.py").read_text(encoding="utf-8")
    assert "ktok/s" in run(python, "-c", example, cwd=elsewhere, env=clean)
    program = tmp_path / "venv/bin/aifactory"
    run(program, "run", Path(where) / "scenarios/templates/pcie-5mw.yaml", "--report", "-o", elsewhere / "run", cwd=elsewhere, env=clean)
    assert "echarts" in (elsewhere / "run/report.html").read_text(encoding="utf-8")
    assert subprocess.run([program], cwd=elsewhere, env=clean, capture_output=True, check=False).returncode == 2


@pytest.mark.full
@pytest.mark.parametrize("numpy", ["numpy==1.26.*", "numpy>=2"])
def test_numpy_1_and_2(af, tmp_path, numpy):
    """The same module with both; arrays, xarray-free exports, a run."""
    if sys.version_info >= (3, 13) and "1.26" in numpy:
        pytest.skip("there is no NumPy 1.26 for this Python")
    target = tmp_path / "numpy"
    if subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--target", target, numpy], capture_output=True, check=False
    ).returncode:
        pytest.skip("pip cannot fetch NumPy (offline?)")
    code = """
import sys, numpy as np, aifactory as af, pickle
r = af.run(af.example("pcie-5mw"), level="screening")
a = r.facility_power
assert np.__file__.startswith(sys.argv[1]), np.__file__
assert a.__array_interface__["data"][0] == r.series()._group.address("facility_power")
assert not a.flags.writeable and a.unit == "W" and type(a * 2) is np.ndarray
assert a.to("MW").mean() > 0 and pickle.loads(pickle.dumps(a)).unit == "W"
t = af.Profile("lib:profiles/h200_sxm").gemm(np.array([1, 2]), np.float32(64), np.int64(64))
assert t.time_s.shape == (2,)
print(np.__version__)
"""
    shown = run(sys.executable, "-c", code, target, cwd=tmp_path, env={**os.environ, "PYTHONPATH": f"{target}:{PACKAGE}"})
    assert shown.startswith(numpy.split(">=")[-1].split("==")[-1][:1])


def test_the_package_is_laid_out_as_the_wheel(af):
    folder = PACKAGE / "aifactory"
    for name in ("py.typed", "_core.pyi", "blocks.pyi", "library/racks", "scenarios/templates", "validation/data"):
        assert (folder / name).exists(), name
    assert shutil.which("python3")
