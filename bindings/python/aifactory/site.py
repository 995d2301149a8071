"""The whole site: check and run."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Literal, overload

from . import _core
from .errors import Diagnostic, Error, refused
from .progress import Callback, callback
from .results import Results
from .scenario import Scenario

_log = logging.getLogger("aifactory")
Level = Literal["full", "screening"]


@overload
def run(
    scenario: Scenario,
    *,
    level: Level = ...,
    progress: bool | Callback = ...,
    out: str | PathLike[str] | None = ...,
    resume: bool = ...,
    as_delivered: bool | None = ...,
    marginal_values: bool | None = ...,
    threads: int = ...,
    cache: str | PathLike[str] | None = ...,
) -> Results: ...
@overload
def run(
    scenario: Sequence[Scenario],
    *,
    level: Level = ...,
    progress: bool | Callback = ...,
    out: str | PathLike[str] | None = ...,
    resume: bool = ...,
    as_delivered: bool | None = ...,
    marginal_values: bool | None = ...,
    threads: int = ...,
    cache: str | PathLike[str] | None = ...,
) -> list[Results]: ...
def run(
    scenario: Scenario | Sequence[Scenario],
    *,
    level: Level = "full",
    progress: bool | Callback = False,
    out: str | PathLike[str] | None = None,
    resume: bool = False,
    as_delivered: bool | None = None,
    marginal_values: bool | None = None,
    threads: int = 0,
    cache: str | PathLike[str] | None = None,
) -> Results | list[Results]:
    """Simulates a year, or several scenarios one after another. Same bits as `aifactory run`, for any number of threads.

    level: "full", or "screening" (the steady year only: no year as delivered, no marginal values; what it gives has the same bits).
    out: folder for result.nc and summary.json; an interrupted run leaves a checkpoint there and `resume` goes on from it.
    threads: 0 for all cores. cache: folder of operating maps; default that of the program.
    Ctrl-C is KeyboardInterrupt. Raises ScenarioError when the site cannot be built, with every reason.
    """
    if not isinstance(scenario, Scenario):
        if (
            isinstance(scenario, (str, bytes))
            or not isinstance(scenario, Sequence)
            or not all(isinstance(one, Scenario) for one in scenario)
        ):
            raise TypeError("run takes a Scenario, or a list of them: Scenario.load(path) reads a file")
        return [
            run(
                one,
                level=level,
                progress=progress,
                out=None if out is None else Path(out, f"{one.name}-{one.sha256[:4]}"),
                resume=resume,
                as_delivered=as_delivered,
                marginal_values=marginal_values,
                threads=threads,
                cache=cache,
            )
            for one in scenario
        ]
    if level not in ("full", "screening"):
        raise refused("AF5060", f"unknown level `{level}`", "full or screening")
    if not 0 <= threads <= 4096:
        raise refused("AF5061", f"{threads} threads are not possible", "0 for all cores")
    if resume and out is None:
        raise refused("AF5060", "resume needs the folder of the interrupted run", 'out="runs/mysite"')
    folder = None if out is None else fspath(out)
    if folder is not None:
        os.makedirs(folder, exist_ok=True)
    full = level == "full"
    told, close = callback(progress)
    try:
        results = Results(
            _core.run(
                scenario._handle,
                cache_dir=_core.default_cache_dir() if cache is None else fspath(cache),
                checkpoint_path="" if folder is None else os.path.join(folder, "checkpoint"),
                resume=resume,
                as_delivered=full if as_delivered is None else as_delivered,
                marginal_values=full if marginal_values is None else marginal_values,
                command_line="aifactory.run(...)",
                threads=threads,
                progress=told,
                stop=_core.StopFlag(),
            )
        )
    finally:
        close()
    for warning in results.warnings:
        _log.warning("%s", warning)
    if folder is not None:
        results.save(os.path.join(folder, "result.nc"))
        _core.write_text(os.path.join(folder, "summary.json"), results.summary_json())
    return results


def check(path: str | PathLike[str]) -> list[Diagnostic]:
    """Everything that is wrong, or unwise, with a scenario or with every case of a cases file; raises nothing for a bad scenario."""
    try:
        cases = _core.list_cases(fspath(path)) or [""]
    except Error as e:
        return list(e.diagnostics)
    out: dict[Diagnostic, None] = {}
    for case in cases:
        try:
            out |= dict.fromkeys(Scenario.load(path, case=case).check())
        except Error as e:
            out |= dict.fromkeys(e.diagnostics)
    return list(out)
