"""Sweeps: many variants of one scenario, on threads here or on any concurrent.futures executor (processes, Dask, MPI, Ray adapters).

A case travels as a few kB of text and gives back its metrics. The journal is append-only: one line a finished case, so nothing is lost when a
worker, the machine or the patience of its user ends; `resume` goes on from it. Nothing of a scheduler is written here.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from os import PathLike, fspath
from typing import IO, TYPE_CHECKING, Any

from . import _core
from .document import _plain
from .errors import Diagnostic, Error, refused
from .progress import Callback, callback
from .quantity import Document
from .scenario import Scenario
from .site import Level

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_IN_FLIGHT = 2000  # cases handed out at once: bounds memory, keeps any cluster busy
_TRIES = 3  # of a case whose worker died


@dataclass(frozen=True)
class Case:
    """One point of a sweep."""

    index: int
    patch: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of a case: `metrics` in SI by id, or the diagnostics of why there are none."""

    index: int
    patch: dict[str, Any]
    sha256: str
    status: str  # done, failed
    metrics: dict[str, float] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0


def run_case(
    data: bytes, level: str, cache: str | None = None, stop: _core.StopFlag | None = None
) -> tuple[dict[str, float], tuple[Diagnostic, ...], float]:
    """What a worker does: the scenario of Scenario.to_bytes() on one thread -> (metrics, diagnostics, seconds)."""
    start = time.perf_counter()
    try:
        handle = Scenario.from_bytes(data)._handle
        full = level == "full"
        done = _core.run(
            handle,
            cache_dir=_core.default_cache_dir() if cache is None else cache,
            checkpoint_path="",
            resume=False,
            as_delivered=full,
            marginal_values=full,
            command_line="aifactory.Sweep",
            threads=1,
            progress=None,
            stop=stop or _core.StopFlag(),
        )
        return {row[0]: row[3] for row in done.metrics}, (), time.perf_counter() - start
    except Error as e:
        return {}, e.diagnostics or (Diagnostic("", "error", str(e), "", "", 0, 0, "", "", ""),), time.perf_counter() - start


class Sweep:
    """Every combination of values for paths of a scenario, or a list of patches.

    Sweep(s, {"site.utility.capacity": ["60 MW", "72 MW"], "cooling.liquid.supply": af.linspace("32 degC", "45 degC", 6)}) is a grid;
    Sweep(s, [{"pods.nvl-a.count": 96}, {"pods.nvl-a.count": 128, "cooling.liquid.supply": "35 degC"}]) is a list.
    """

    def __init__(self, base: Scenario, vary: Mapping[str, Sequence[Document]] | Sequence[Mapping[str, Document]]) -> None:
        if not isinstance(base, Scenario):
            raise TypeError("the first argument is a Scenario")
        self.base = base
        self.axes: dict[str, list[Any]] = {}
        if isinstance(vary, Mapping) and vary:
            for path, values in vary.items():
                if isinstance(values, (str, bytes)) or (not isinstance(values, Sequence) and not hasattr(values, "__len__")):
                    raise TypeError(f"{path}: a sequence of values is wanted")
                self.axes[path] = [_plain(value, path) for value in values]
            points: Sequence[Mapping[str, Any]] = [
                dict(zip(self.axes, combination, strict=True)) for combination in itertools.product(*self.axes.values())
            ]
        elif isinstance(vary, Sequence) and not isinstance(vary, (str, bytes)) and all(isinstance(patch, Mapping) for patch in vary):
            points = [{path: _plain(value, path) for path, value in patch.items()} for patch in vary]
        else:
            points = []
        if not points:
            raise refused("AF5060", "a sweep without a case", "give each path at least one value")
        self.cases = [Case(i, dict(patch)) for i, patch in enumerate(points)]

    def __len__(self) -> int:
        return len(self.cases)

    def scenario(self, index: int) -> Scenario:
        """The scenario of a case."""
        return self.base.patch(self.cases[index].patch)

    def run(
        self,
        executor: Executor | None = None,
        *,
        level: Level = "screening",
        journal: str | PathLike[str] | None = None,
        resume: bool = False,
        progress: bool | Callback = False,
        threads: int = 0,
        cache: str | PathLike[str] | None = None,
    ) -> SweepResults:
        """Runs every case; failed ones are kept with their diagnostics and stop nothing.

        executor: None runs on `threads` threads here (0: all cores) without copying anything between processes. A case whose worker
        died is tried again. journal: file of finished cases (JSON lines); resume: takes what it holds. Results are the same bits everywhere.
        """
        if level not in ("full", "screening"):
            raise refused("AF5060", f"unknown level `{level}`", "full or screening")
        done = _read_journal(journal, level) if resume and journal is not None else {}
        told, close = callback(progress)
        outcomes: dict[int, Outcome] = {}
        with _Journal(journal, level, keep=resume) as book:
            try:
                for outcome in self._outcomes(executor, level, done, threads, None if cache is None else fspath(cache)):
                    outcomes[outcome.index] = outcome
                    if outcome.sha256 not in done:
                        book.add(outcome)
                    if told:
                        told("sweep", len(outcomes) / len(self), f"{sum(o.status == 'failed' for o in outcomes.values())} failed")
            finally:
                close()
        return SweepResults(self.axes, [outcomes[case.index] for case in self.cases])

    def _outcomes(
        self, executor: Executor | None, level: str, done: Mapping[str, Outcome], threads: int, cache: str | None
    ) -> Iterator[Outcome]:
        stop = _core.StopFlag() if executor is None else None
        with ThreadPoolExecutor(threads or os.cpu_count() or 1) as own:
            running: dict[Future[Any], tuple[Case, str, bytes, int]] = {}

            def submit(case: Case, sha: str, data: bytes, tries: int) -> None:
                future = (
                    own.submit(run_case, data, level, cache, stop) if executor is None else executor.submit(run_case, data, level, cache)
                )
                running[future] = (case, sha, data, tries)

            try:
                waiting = iter(self.cases)
                while True:
                    for case in itertools.islice(waiting, _IN_FLIGHT - len(running)):
                        try:
                            scenario = self.base.patch(case.patch)
                        except Error as e:
                            yield Outcome(case.index, case.patch, "", "failed", {}, e.diagnostics)
                            continue
                        if scenario.sha256 in done:
                            known = done[scenario.sha256]
                            yield Outcome(
                                case.index, case.patch, known.sha256, known.status, known.metrics, known.diagnostics, known.seconds
                            )
                        else:
                            submit(case, scenario.sha256, scenario.to_bytes(), 1)
                    if not running:
                        return
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        case, sha, data, tries = running.pop(future)
                        try:
                            metrics, diagnostics, seconds = future.result()
                        except BrokenExecutor:
                            raise  # the pool is gone; the journal has what was done
                        except Exception as e:  # the worker died, or could not be reached
                            if tries < _TRIES:
                                submit(case, sha, data, tries + 1)
                                continue
                            metrics, diagnostics, seconds = (
                                {},
                                (Diagnostic("AF5066", "error", f"the worker failed {tries} times: {e!r}", "", "", 0, 0, "", "", ""),),
                                0.0,
                            )
                        yield Outcome(case.index, case.patch, sha, "done" if metrics else "failed", metrics, diagnostics, seconds)
            except BaseException:  # Ctrl-C, too: nothing is started any more, and what runs here ends
                if stop is not None:
                    stop.set()
                for future in running:
                    future.cancel()
                raise


class _Journal:
    """Append-only JSON lines; each is whole before the next begins."""

    def __init__(self, path: str | PathLike[str] | None, level: str, *, keep: bool) -> None:
        self._path, self._level, self._keep, self._file = path, level, keep, None

    _file: IO[str] | None

    def __enter__(self) -> _Journal:
        if self._path is not None:
            self._file = open(self._path, "a" if self._keep else "w", encoding="utf-8")  # closed in __exit__
            if self._keep and self._file.tell() and not _ends_with_newline(self._path):
                self._file.write("\n")  # a line that a kill cut short stays alone
        return self

    def add(self, outcome: Outcome) -> None:
        if self._file is not None:
            self._file.write(json.dumps({"level": self._level, **asdict(outcome)}) + "\n")
            self._file.flush()

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _ends_with_newline(path: str | PathLike[str]) -> bool:
    with open(path, "rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _read_journal(path: str | PathLike[str], level: str) -> dict[str, Outcome]:
    """Finished cases by hash; lines that a kill cut short are left out, and so run again."""
    out: dict[str, Outcome] = {}
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                if row.pop("level", None) == level and row.get("status") == "done":
                    out[row["sha256"]] = Outcome(**{**row, "diagnostics": tuple(Diagnostic(**d) for d in row["diagnostics"])})
    except FileNotFoundError:
        pass
    return out


class SweepResults(Sequence[Outcome]):
    """Outcomes in the order of the cases."""

    def __init__(self, axes: Mapping[str, list[Any]], outcomes: Sequence[Outcome]) -> None:
        self._axes, self._outcomes = dict(axes), list(outcomes)

    def __len__(self) -> int:
        return len(self._outcomes)

    def __getitem__(self, which: Any) -> Any:
        return self._outcomes[which]

    @property
    def table(self) -> pd.DataFrame:
        """One row a case: what was changed, status, metrics in SI."""
        import pandas as pd

        return pd.DataFrame(
            [{**o.patch, "status": o.status, **o.metrics, "seconds": o.seconds, "sha256": o.sha256} for o in self._outcomes]
        )

    @property
    def failures(self) -> pd.DataFrame:
        """One row a diagnostic of a failed case."""
        import pandas as pd

        rows = [
            {"case": o.index, **o.patch, "code": d.code, "message": d.message, "path": d.path, "hint": d.hint}
            for o in self._outcomes
            if o.status == "failed"
            for d in o.diagnostics
        ]
        return pd.DataFrame(rows)

    def to_xarray(self) -> xr.Dataset:
        """Dimensions are the swept paths of a grid; failed cases are NaN."""
        import numpy as np
        import xarray as xr

        if not self._axes:
            raise refused("AF5060", "a list of patches has no axes", "use .table")
        shape = [len(values) for values in self._axes.values()]
        ids = sorted({id for o in self._outcomes for id in o.metrics})
        units = {row[0]: row[1] for row in _core.metric_catalogue()}
        variables = {
            id: (
                list(self._axes),
                np.array([o.metrics.get(id, np.nan) for o in self._outcomes]).reshape(shape),
                {"units": units.get(id if id in units else _short(id), "")},
            )
            for id in ids
        }
        return xr.Dataset(variables, {path: values for path, values in self._axes.items()})

    def to_parquet(self, path: str | PathLike[str]) -> None:
        """The table as Parquet; needs pyarrow."""
        self.table.to_parquet(path)

    def pareto(self, *objectives: str) -> list[Outcome]:
        """Cases that no other beats in all objectives: "tokens.good.rate" is maximised, "-cost.year" minimised."""
        signed = [(id.removeprefix("-"), -1.0 if id.startswith("-") else 1.0) for id in objectives]
        points = [(o, [sign * o.metrics[id] for id, sign in signed]) for o in self._outcomes if all(id in o.metrics for id, _ in signed)]

        def beaten(a: list[float]) -> bool:
            return any(all(y >= x for x, y in zip(a, b, strict=True)) and any(y > x for x, y in zip(a, b, strict=True)) for _, b in points)

        return [o for o, values in points if not beaten(values)]

    def __repr__(self) -> str:
        failed = sum(o.status == "failed" for o in self._outcomes)
        return f"<SweepResults: {len(self)} cases, {failed} failed>"

    def _repr_html_(self) -> str:
        return str(self.table._repr_html_())  # pandas escapes


def _short(id: str) -> str:
    """workload.chat.pue -> pue: the catalogue's name of a workload metric."""
    return id.split(".", 2)[2] if id.startswith("workload.") else id
