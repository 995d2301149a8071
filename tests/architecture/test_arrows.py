"""Who may include whom (docs/architecture.md), and which folder alone may include a third-party header."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUFFIXES = {".hpp", ".cpp", ".cc", ".cu", ".cuh"}
MODELS = {f"models/{room}" for room in ("power", "cooling", "network", "storage", "compute", "economics")}

# Folder -> folders it may include besides itself.
ALLOWED = {
    "core": set(),
    "contracts": {"core"},
    **{model: {"core", "contracts"} for model in MODELS},
    "workloads": {"core", "contracts", "models/compute"},
    "gpu_calibration": {"core", "contracts"},
    "sim": {"core", "contracts", "workloads", *MODELS},
    "validation": {"core", "contracts", "workloads", "sim", "gpu_calibration", *MODELS},
    "reports": {"core", "contracts", "workloads", "sim", *MODELS},
}
ALLOWED["cli"] = {*ALLOWED, "reports", "validation"}
ALLOWED["bindings"] = {*ALLOWED, "cli"}
FOLDERS = sorted(ALLOWED, key=len, reverse=True)

# Third-party headers that are slow to compile or are an outer shell's business: pattern -> the one folder.
ONE_FOLDER = {
    r"boost/(graph|property_map)/": "core/graph",
    r"(hdf5|hdf5_hl|H5\w*)\.h": "sim/io",
    r"yaml-cpp/": "sim/scenario",
    r"CLI/": "cli",
    r"(cuda\w*|cublas\w*|nvml|cub/.*|mma)\.(h|cuh)|cub/|thrust/|cooperative_groups": "gpu_calibration/probes",
    r"pybind11/": "bindings",
    r"pagmo/": "sim/decisions",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def folder_of(path: str) -> str | None:
    return next((folder for folder in FOLDERS if path.startswith(folder + "/")), None)


def sources() -> list[Path]:
    files = [file for top in sorted({folder.split("/")[0] for folder in ALLOWED}) for file in (ROOT / top).rglob("*")]
    return [file for file in files if file.suffix in SUFFIXES and "node_modules" not in file.parts]


def violations(path: str, text: str) -> list[str]:
    """What is wrong with the include lines of one file; `path` is relative to the root."""
    here = folder_of(path)
    wrong = []
    for bracket, included in INCLUDE.findall(text):
        there = folder_of(included)
        if there and there != here and there not in ALLOWED[here]:
            wrong.append(f"{path}: {here} may not include {included}")
        if bracket == '"' and not there and not (ROOT / path).with_name(included).exists():
            wrong.append(f"{path}: {included} is not written from the root of the repository")
        for pattern, owner in ONE_FOLDER.items():
            if bracket == "<" and re.match(pattern, included) and not path.startswith(owner + "/"):
                wrong.append(f"{path}: only {owner} may include <{included}>")
    return wrong


def test_every_include_follows_the_arrows():
    files = sources()
    assert len(files) > 20, "the source tree was not found"
    wrong = [line for file in files for line in violations(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8"))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("core/x.hpp", '#include "contracts/rack.hpp"'),
        ("models/power/x.hpp", '#include "models/cooling/cdu.hpp"'),
        ("models/power/x.hpp", '#include "sim/results.hpp"'),
        ("workloads/x.cpp", '#include "models/network/site.hpp"'),
        ("gpu_calibration/x.cpp", '#include "sim/results.hpp"'),
        ("sim/x.cpp", '#include "gpu_calibration/fit.hpp"'),
        ("sim/facility/x.cpp", "#include <hdf5.h>"),
        ("models/power/x.cpp", "#include <boost/graph/adjacency_list.hpp>"),
        ("gpu_calibration/x.cpp", "#include <cuda_runtime.h>"),
    ],
)
def test_a_forbidden_include_is_seen(path, line):
    assert violations(path, line + "\n")


def test_siblings_under_models_are_all_listed():
    rooms = {f"models/{folder.name}" for folder in (ROOT / "models").iterdir() if folder.is_dir()}
    assert rooms <= MODELS
