"""What can go wrong, as exceptions that carry every diagnostic."""

from __future__ import annotations

from dataclasses import dataclass

Row = tuple[str, str, str, str, str, int, int, str, str, str]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: a stable code, where it stands, and what to write instead."""

    code: str
    severity: str  # note, warning, error
    message: str
    path: str  # of the scenario, "cooling.liquid.supply"
    file: str
    line: int  # from 1; 0: the whole file, or no file
    col: int
    hint: str
    detail: str
    note: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.col}: " if self.line else f"{self.file}: " if self.file else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}{hint}"


class Error(Exception):
    """Any refusal of this package. `diagnostics` holds every problem; the text is what the command line prints."""

    def __init__(self, text: str = "", diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(text)
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[type[Error], tuple[str, tuple[Diagnostic, ...]]]:
        return type(self), (str(self), self.diagnostics)


class InputError(Error, ValueError):
    """An argument that cannot be: a wrong unit, an unknown word, a number out of range."""


class ScenarioError(InputError):
    """A scenario, or a change to one, that is not valid."""


class DataError(Error):
    """A file of data or results that cannot be used."""


class MissingError(Error, OSError):
    """A file, the library or a device is missing, or something cannot be written."""


class ConvergenceError(Error):
    """The solver failed; the first diagnostic names the component and the time."""


class InfeasibleError(Error):
    """A limit that the scenario sets itself is not kept."""


_BY_CODE: tuple[tuple[str, type[Error]], ...] = (
    ("AF506", InputError),
    ("AF1", ScenarioError),
    ("AF2", ScenarioError),
    ("AF3", ConvergenceError),
    ("AF4", DataError),
    ("AF5", MissingError),
)


def from_diagnostics(rows: list[Row], text: str) -> Error:
    """The exception for diagnostics that C++ raised; the class follows the first error's code."""
    diagnostics = tuple(Diagnostic(*row) for row in rows)
    code = next((d.code for d in diagnostics if d.severity == "error"), "")
    kind = next((kind for prefix, kind in _BY_CODE if code.startswith(prefix)), Error)
    return kind(text, diagnostics)


def refused(code: str, message: str, hint: str = "", path: str = "") -> InputError:
    """An InputError of the Python side, in the same form."""
    diagnostic = Diagnostic(code, "error", message, path, "", 0, 0, hint, "", "")
    return InputError(f"error[{code}]: {message}" + (f"\n  = help: {hint}" if hint else ""), (diagnostic,))
