"""Every diagnostic code that the sources can give is explained in the reference and given by a test; no code has two meanings there."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["core", "contracts", "models", "workloads", "sim", "validation", "reports", "cli", "gpu_calibration", "bindings"]
NOT_PROVOKED = {  # and why no test can give them
    "AF2551": "a job that meets its target alone (else AF2550) has met it at the lowest rates that are tried",
    "AF3201": "Newton's method of the loops has converged on every network that passes its checks",
    "AF3801": "the coupled window has settled on every site that passes its checks; the run tells it as a note",
    "AF5006": "the build knows its library; it goes missing only when files are moved after installation",
    "AF5021": "needs a CUDA device",
    "AF5022": "needs a CUDA device",
}
CODE = re.compile(r"\bAF\d{4}\b")


def codes_in(paths) -> set[str]:
    return {code for path in paths for code in CODE.findall(path.read_text(encoding="utf-8"))}


def files(folder: str, *suffixes: str):
    return [p for p in (ROOT / folder).rglob("*") if p.suffix in suffixes and "node_modules" not in p.parts and "__pycache__" not in p.parts]


def raised() -> set[str]:
    return codes_in(p for folder in FOLDERS for p in files(folder, ".cpp", ".cc", ".cu", ".hpp", ".py"))


def documented() -> list[str]:
    rows = [line for p in files("docs/reference/diagnostics", ".md") for line in p.read_text(encoding="utf-8").splitlines()]
    return [CODE.findall(row)[0] for row in rows if re.match(r"\| *`?AF\d{4}", row)]


def test_every_code_is_explained_once_and_no_other():
    assert sorted(raised() - set(documented())) == []
    assert sorted(set(documented()) - raised()) == []
    assert [code for code, n in Counter(documented()).items() if n > 1] == []


def test_every_code_is_given_by_a_test():
    here = Path(__file__).resolve()
    given = codes_in(p for p in files("tests", ".cpp", ".hpp", ".py", ".yaml", ".txt") if p != here)
    assert sorted(raised() - given) == sorted(NOT_PROVOKED)
