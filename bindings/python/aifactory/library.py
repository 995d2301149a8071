"""The fact library: every value with its source."""

from __future__ import annotations

from dataclasses import dataclass
from os import fspath

from . import _core
from .compute import Paths


@dataclass(frozen=True)
class Entry:
    """A YAML entry. `sources`: key -> (citation, date, evidence)."""

    reference: str
    kind: str
    title: str
    file: str
    text: str
    sources: dict[str, tuple[str, str, str]]


def names(folder: str = "", *, library: Paths = ()) -> list[str]:
    """Names of all entries and files, or of one folder: names("racks")."""
    found = _core.library_references([fspath(d) for d in library])
    return [name for name in found if not folder or name.startswith(folder.rstrip("/") + "/")]


def entry(reference: str, *, library: Paths = ()) -> Entry:
    """entry("racks/gb200-nvl72"); ScenarioError with the nearest names when there is none."""
    return Entry(*_core.library_entry(reference, [fspath(d) for d in library]))


def path(reference: str, *, library: Paths = ()) -> str:
    """File behind "lib:weather/NAME" or another reference."""
    return _core.library_path(reference if reference.startswith("lib:") else "lib:" + reference, [fspath(d) for d in library])
