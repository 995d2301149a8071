"""Scenario: a site and what is to be built on it. Loaded, checked, never changed in place."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from . import _core, blocks
from .document import changes, document
from .errors import Diagnostic, ScenarioError, refused
from .quantity import Document, Quantity


@dataclass(frozen=True, slots=True)
class Origin:
    """Who set a value: a file with its line, or a library entry with its citation."""

    text: str
    file: str
    line: int
    col: int
    reference: str
    source: str
    evidence: str


class Scenario(blocks.ROOT):  # its attributes are the blocks of the file
    """A site as it will run: `s.site.utility.capacity` is what the file says at that path.

    Immutable: `patch` and `with_` give a new one. Equal scenarios have the same `sha256`.
    """

    __slots__ = ("_handle",)
    _handle: _core.Scenario

    def __init__(self, handle: _core.Scenario) -> None:
        if not isinstance(handle, _core.Scenario):
            raise TypeError("use Scenario.load(path), Scenario.parse(text) or Scenario.from_dict(data)")
        super().__init__(json.loads(handle.canonical_json))
        object.__setattr__(self, "_handle", handle)

    @classmethod
    def load(
        cls,
        path: str | PathLike[str],
        *,
        set: Mapping[str, Document] | None = None,
        overlay: Sequence[str | PathLike[str]] = (),
        case: str = "",
        library: Sequence[str | PathLike[str]] = (),
    ) -> Scenario:
        """A scenario file, or a case of a cases file. Raises ScenarioError with every problem of every file, MissingError when it is not there."""
        return cls(
            _core.Scenario.load(
                fspath(path),
                sets=changes(set or {}),
                overlays=[fspath(o) for o in overlay],
                case=case,
                library=[fspath(d) for d in library],
            )
        )

    @classmethod
    def parse(cls, text: str, *, name: str = "scenario.yaml", library: Sequence[str | PathLike[str]] = ()) -> Scenario:
        """YAML or JSON text; relative includes start at the folder of `name`."""
        return cls(_core.Scenario.parse(text, name=name, sets=[], library=[fspath(d) for d in library]))

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Document], *, name: str = "scenario.yaml", library: Sequence[str | PathLike[str]] = ()
    ) -> Scenario:
        """Plain data: the same keys as a file; quantities as text, Quantity or Pint."""
        return cls.parse(document(data), name=name, library=library)

    def patch(self, patch: Mapping[str, Document]) -> Scenario:
        """A new scenario with changes by path: {"site.utility.capacity": "80 MW", "pods.nvl-a.count+=": 8}. All problems at once."""
        return Scenario(self._handle.patched(changes(patch)))

    def with_(self, **changed: Document) -> Scenario:
        """patch() by keyword, `__` for the dot: with_(site__utility__capacity="80 MW")."""
        return self.patch({path.replace("__", "."): value for path, value in changed.items()})

    def copy(self) -> Scenario:
        """The same scenario; there is nothing that could change in either."""
        return Scenario(self._handle)

    def __getitem__(self, path: str) -> Any:
        """A single value by path, ids or the short form: s["pods.nvl-a.count"]."""
        leaf = self._handle.leaf(path)
        if leaf is None:
            raise KeyError(f"{path}: no single value has this path, or more than one ends so")
        _, value, unit, is_number = leaf
        return Quantity(value, unit) if is_number and unit != "1" else value

    def leaves(self) -> dict[str, str]:
        """Every value as text, by path."""
        return dict(self._handle.leaves())

    def origin(self, path: str) -> list[Origin]:
        """Who set the value at a path; the last one counts, none: the built-in default."""
        leaf = self._handle.leaf(path)
        return [Origin(o[3], o[0], o[1], o[2], o[4], o[5], o[6]) for o in self._handle.origin(leaf[0] if leaf else path)]

    @property
    def sha256(self) -> str:
        """Hash of all values in SI."""
        return self._handle.sha256

    @property
    def path(self) -> str:
        """File that was loaded."""
        return self._handle.path

    @property
    def text(self) -> str:
        """Text of that file."""
        return self._handle.text

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is legal but unwise."""
        return tuple(Diagnostic(*row) for row in self._handle.warnings)

    def check(self) -> tuple[Diagnostic, ...]:
        """Puts the site together without simulating: all warnings; ScenarioError with every problem of every room."""
        return (*self.warnings, *(Diagnostic(*row) for row in self._handle.assemble()))

    def to_text(self) -> str:
        """One text that stands alone (JSON, which is YAML): includes, changes and library values are in it. Loads to the same bits."""
        return self._handle.portable_text

    def save(self, path: str | PathLike[str]) -> None:
        """to_text() as a file."""
        _core.write_text(fspath(path), self.to_text())

    def to_bytes(self) -> bytes:
        """What travels to a worker: a few kB."""
        return zlib.compress(json.dumps([_core.version(), self.sha256, self._handle.library_dirs, self.to_text()]).encode(), 9)

    @classmethod
    def from_bytes(cls, data: bytes) -> Scenario:
        """The scenario of to_bytes(). Raises ScenarioError when this version of the program, or its library, makes something else of it."""
        version, sha256, library, text = json.loads(zlib.decompress(data))
        if version != _core.version():
            raise refused(
                "AF5064", f"the case comes from aifactory {version}, this worker has {_core.version()}", "install one version everywhere"
            )
        out = cls(_core.Scenario.parse(text, name="case.json", sets=[], library=library))
        if out.sha256 != sha256:
            raise ScenarioError("error[AF5065]: the case resolves to other values here: the worker's library differs")
        return out

    def __reduce__(self) -> Any:
        return Scenario.from_bytes, (self.to_bytes(),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()

    def __repr__(self) -> str:
        return f"<Scenario {self.name} {self.sha256[:8]}: {self.title}>"

    def _repr_html_(self) -> str:
        halls = "".join(
            f"<tr><td>{escape(hall.id)}</td><td>{escape(pod.id)}</td><td>{pod.count}</td><td>{escape(pod.rack.title)}</td></tr>"
            for hall in self.halls
            for pod in hall.pods
        )
        return (
            f"<b>{escape(self.title or self.name)}</b> <small>sha256 {self.sha256[:12]}</small><br>import {escape(str(self.site.utility.capacity.to('MW')))}, "
            f"{len(self.workloads)} workloads<table><tr><th>hall</th><th>pod</th><th>racks</th><th>rack</th></tr>{halls}</table>"
        )


def cases(path: str | PathLike[str]) -> dict[str, Scenario]:
    """All cases of a cases file, by id."""
    return {case: Scenario.load(path, case=case) for case in _core.list_cases(fspath(path))}


def example(name: str = "reference_100mw") -> Scenario:
    """A scenario that ships with the package; a wrong name lists them."""
    folder = Path(__file__).parent / "scenarios"
    files = {file.stem: file for file in sorted([*folder.glob("*.yaml"), *folder.glob("templates/*.yaml")])}
    if name not in files:
        raise refused("AF5060", f"no example is called `{name}`", "there are: " + ", ".join(files))
    return Scenario.load(files[name])
