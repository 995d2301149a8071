"""Results: headline metrics, why output was not higher, tables, and time series over the C++ memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from . import _core, html
from .errors import ConvergenceError, Diagnostic, InfeasibleError, refused
from .quantity import Quantity
from .series import Series, UnitArray

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Validity = Literal["calibrated", "interpolated", "extrapolated", "prior", "no_band"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A headline figure. Percentiles are those of the band; without one (`validity` no_band) p50 is the value and the others are None."""

    id: str
    value: Quantity
    p10: Quantity | None
    p50: Quantity
    p90: Quantity | None
    validity: Validity
    definition: str

    @property
    def unit(self) -> str:
        return self.value.unit

    def __str__(self) -> str:
        band = f" ({self.p10:.4g} to {self.p90:.4g})" if self.p10 and self.p90 else ""
        return f"{self.id} = {self.value:.6g}{band}, {self.validity}"


class CauseHours(NamedTuple):
    """Hours of the year with one cause; they add up to the year."""

    cause: str
    component: str
    hours: float
    lost_good_tokens: float


class MarginalValue(NamedTuple):
    """What one more unit of a component is worth."""

    component: str
    step: float
    unit: str
    good_tokens_per_s: float


class EnergyFlow(NamedTuple):
    source: str
    target: str
    energy_j: float


class CostLine(NamedTuple):
    item: str
    capital_usd: float
    annual_usd: float


class Check(NamedTuple):
    """A limit that the scenario sets itself."""

    expression: str
    level: str
    value: float
    limit: float
    passed: bool


class Assumption(NamedTuple):
    """A value that somebody chose, and what it rests on."""

    path: str
    value: str
    origin: str
    source: str
    evidence: str


class Event(NamedTuple):
    time_s: float
    kind: str
    component: str
    text: str


class WorkloadSummary(NamedTuple):
    id: str
    kind: str
    model: str
    title: str
    values: dict[str, float]


class Summary(Mapping[str, Metric]):
    """Metrics by id, as `aifactory explain` knows them."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._metrics: dict[str, Metric] = {}
        for id, unit, definition, value, p10, p50, p90, validity in rows:
            shown = "tok/s" if unit == "1 s-1" else "m3/J" if unit == "m3 J-1" else unit
            low, high = (None if x is None else Quantity(x, shown) for x in (p10, p90))
            self._metrics[id] = Metric(
                id, Quantity(value, shown), low, Quantity(value if p50 is None else p50, shown), high, validity, definition
            )

    def __getitem__(self, id: str) -> Metric:
        try:
            return self._metrics[id]
        except KeyError:
            near = [known for known in self._metrics if id.split(".")[-1] in known][:5]
            raise KeyError(f"{id}" + (f"; near: {', '.join(near)}" if near else "")) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)

    def to_pandas(self) -> pd.DataFrame:
        """One row a metric; values in SI."""
        import pandas as pd

        rows = [
            (m.id, m.value.value, m.p10 and m.p10.value, m.p90 and m.p90.value, m.unit, m.validity, m.definition) for m in self.values()
        ]
        return pd.DataFrame(rows, columns=["metric", "value", "p10", "p90", "unit", "validity", "definition"]).set_index("metric")

    def __repr__(self) -> str:
        return "\n".join(str(m) for m in self.values())

    def _repr_html_(self) -> str:
        return html.metric_table(self.values())


class Results(Mapping[str, Metric]):
    """What a run left behind. r["pue"] is a metric, r.facility_power an hourly array, r.causes why there was not more."""

    def __init__(self, core: _core.Results) -> None:
        self._core = core
        self.summary = Summary(core.metrics)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Results:
        """A result.nc, or the folder of a run. DataError when it is not one of ours, MissingError when it is not there."""
        name = fspath(path)
        return cls(_core.Results.read(os.path.join(name, "result.nc") if os.path.isdir(name) else name))

    def save(self, path: str | PathLike[str]) -> None:
        """As result.nc, whole or not at all."""
        _core.Results.write(self._core, fspath(path))

    # Metrics.
    def __getitem__(self, id: str) -> Metric:
        return self.summary[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.summary)

    def __len__(self) -> int:
        return len(self.summary)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    # Time series.
    @property
    def groups(self) -> list[str]:
        """Sampling groups: "ts_1h" (site and workloads), "ts_pods_1h", and "as_delivered_..." with the calendar of deliveries."""
        return self._core.groups

    def series(self, name: str = "ts_1h") -> Series:
        """A sampling group."""
        try:
            return Series(self._core.group(name), self.provenance["title"])
        except KeyError:
            raise KeyError(f"{name}; groups here: {', '.join(self.groups)}") from None

    def _find(self, column: str) -> Series:
        for name in self.groups:
            if not name.startswith("as_delivered"):
                group = self.series(name)
                if column in group:
                    return group
        raise KeyError(f"{column}; columns: {', '.join(c for g in self.groups if not g.startswith('as_') for c in self.series(g))}")

    def __getattr__(self, name: str) -> UnitArray:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._find(name)[name]
        except KeyError as e:
            raise AttributeError(e.args[0]) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(c for g in self.groups if not g.startswith("as_") for c in self.series(g))]

    def to_xarray(self, freq: str | None = None, *, as_delivered: bool = False) -> xr.Dataset:
        """Site, workloads and pods as one CF dataset. At the run's own step nothing is copied; another `freq` takes means."""
        import xarray as xr

        wanted = [g for g in self.groups if g.startswith("as_delivered") == as_delivered]
        if not wanted:
            raise refused("AF5060", "this run has no year as delivered", "run with as_delivered=True")
        parts = [self.series(g).to_xarray() for g in wanted]
        out = (
            parts[0]
            if all(p.sizes["time"] == parts[0].sizes["time"] for p in parts) is False
            else xr.merge(parts, combine_attrs="override")
        )
        return out if freq is None or _is_step(freq, self.series(wanted[0]).step_s) else out.resample(time=freq).mean(keep_attrs=True)

    def to_pandas(self, columns: Sequence[str] | None = None, freq: str | None = None) -> pd.DataFrame:
        """Columns over time, in SI; those with entities get one column each, "tokens_out.chat". Units are in `frame.attrs["units"]`."""
        import pandas as pd

        names = list(columns) if columns is not None else self.series(self.groups[0]).keys()
        frames, units = [], {}
        for name in names:
            group = self._find(name)
            array, (unit, _, dimension) = group[name], group._columns[name]
            labels = [f"{name}.{label}" for label in group.labels(dimension)] if dimension else [name]
            frames.append(
                pd.DataFrame(
                    array.view(_ndarray()).reshape(len(group), -1),
                    index=pd.DatetimeIndex(group.time, name="time"),
                    columns=labels,
                    copy=False,
                )
            )
            units.update(dict.fromkeys(labels, unit))
        frame = frames[0] if len(frames) == 1 else pd.concat(frames, axis=1)
        if freq is not None and not _is_step(freq, self.series(self.groups[0]).step_s):
            frame = frame.resample(freq).mean()
        frame.attrs["units"] = units
        return frame

    def to_parquet(self, path: str | PathLike[str], columns: Sequence[str] | None = None, freq: str | None = None) -> None:
        """to_pandas() as a Parquet file; needs pyarrow."""
        self.to_pandas(columns, freq).to_parquet(fspath(path))

    # Tables.
    @property
    def causes(self) -> list[CauseHours]:
        """Why output was not higher: every hour has one cause, most hours first."""
        return [CauseHours(*row) for row in self._core.causes]

    @property
    def marginal(self) -> list[MarginalValue]:
        """What one more unit of each binding component would be worth."""
        return [MarginalValue(*row) for row in self._core.marginal]

    @property
    def flows(self) -> list[EnergyFlow]:
        """Energy of the year from the meter to the token."""
        return [EnergyFlow(*row) for row in self._core.flows]

    @property
    def costs(self) -> list[CostLine]:
        """Levelised cost of a year by item."""
        return [CostLine(*row) for row in self._core.costs]

    @property
    def checks(self) -> list[Check]:
        """The scenario's own limits."""
        return [Check(*row) for row in self._core.checks]

    @property
    def assumptions(self) -> list[Assumption]:
        """Every value that somebody chose."""
        return [Assumption(*row) for row in self._core.assumptions]

    @property
    def events(self) -> list[Event]:
        """What happened in the run."""
        return [Event(*row) for row in self._core.events]

    @property
    def workloads(self) -> list[WorkloadSummary]:
        """Each workload with its own figures."""
        return [WorkloadSummary(*row) for row in self._core.workloads]

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(Diagnostic(*row) for row in self._core.warnings)

    @property
    def notes(self) -> list[str]:
        """Sentences that belong to the figures."""
        return self._core.notes

    @property
    def verdict(self) -> str:
        """What is made, at what cost, what binds: one sentence."""
        return self._core.verdict

    @property
    def energy_residual(self) -> float:
        """Worst relative mismatch of energy in and out of any window."""
        return self._core.energy_residual

    @property
    def provenance(self) -> dict[str, Any]:
        """Versions, hashes, seed, command: what a rerun needs."""
        return self._core.provenance

    def summary_json(self) -> str:
        """As summary.json."""
        return self._core.summary_json()

    def raise_if_failed(self) -> Results:
        """Itself when every window was solved and every error-level check passed; else ConvergenceError or InfeasibleError."""
        unsolved = [e for e in self.events if e.kind == "not_converged"]
        if unsolved:
            raise ConvergenceError(unsolved[0].text)
        failed = [c for c in self.checks if not c.passed and c.level == "error"]
        if failed:
            raise InfeasibleError("; ".join(f"{c.expression} (value {c.value:g}, limit {c.limit:g})" for c in failed))
        return self

    def report(self, path: str | PathLike[str] | None = None, *, question: str = "", charts: bool = True) -> html.Report:
        """The HTML report: written to `path`, and shown by a notebook."""
        return html.report([self._core], path, question, charts)

    def __reduce__(self) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "result.nc")
            self.save(path)
            return _from_bytes, (path.read_bytes(),)

    def __repr__(self) -> str:
        return f"<Results {self.provenance['scenario']} {self.provenance['scenario_sha256'][:8]}: {self.verdict}>"

    def _repr_html_(self) -> str:
        return html.results(self)


def _ndarray() -> Any:
    import numpy as np

    return np.ndarray


def _is_step(freq: str, step_s: float) -> bool:
    import pandas as pd

    try:
        return bool(pd.Timedelta(freq if freq[:1].isdigit() else "1" + freq).total_seconds() == step_s)
    except ValueError:
        return False


def _from_bytes(data: bytes) -> Results:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "result.nc")
        path.write_bytes(data)
        return Results.load(path)
