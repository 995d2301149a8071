"""The clone stands alone: no file names a machine's folders or anything beside the repository."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written in two parts, so that this file does not find itself.
FORBIDDEN = re.compile("|".join(["/wo" + "rk/", "/ro" + "ot/", r"\.\./sha" + "red"]).encode())
COMPRESSED = {".gz", ".xz", ".zip", ".png", ".jpg"}
LARGEST_BYTE = 5_000_000


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("this is not a git checkout, or git does not trust its owner")
    return [path for name in listing.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_path_of_one_machine():
    found = [
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in tracked_files()
        if path.suffix not in COMPRESSED and (match := FORBIDDEN.search(path.read_bytes()))
    ]
    assert not found, "\n".join(found)


def test_no_file_is_so_large_that_a_clone_becomes_slow():
    large = [f"{path.relative_to(ROOT)}: {path.stat().st_size} byte" for path in tracked_files() if path.stat().st_size > LARGEST_BYTE]
    assert not large, "\n".join(large)
