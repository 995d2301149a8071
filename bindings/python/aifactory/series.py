"""Time series: arrays over the C++ buffers, with their unit, and the groups that share a time axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import _core
from .quantity import convert

if TYPE_CHECKING:
    import xarray as xr


class UnitArray(np.ndarray[Any, np.dtype[np.float32]]):
    """A read-only view of a result: float32 in SI with `unit` and `long_name`. Slices keep the unit; arithmetic gives plain arrays."""

    unit: str
    long_name: str

    def __array_finalize__(self, obj: Any) -> None:
        self.unit = getattr(obj, "unit", "")
        self.long_name = getattr(obj, "long_name", "")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [x.view(np.ndarray) if isinstance(x, UnitArray) else x for x in inputs]
        if "out" in options:
            options["out"] = tuple(x.view(np.ndarray) if isinstance(x, UnitArray) else x for x in options["out"])
        return getattr(ufunc, method)(*plain, **options)

    def to(self, unit: str) -> npt.NDArray[np.float64]:
        """A copy in another unit."""
        return np.asarray(convert(self.view(np.ndarray).astype(np.float64), self.unit, unit), dtype=np.float64)

    def __reduce__(self) -> Any:
        return _unpickled, (np.asarray(self.view(np.ndarray)), self.unit, self.long_name)


def _with_unit(array: Any, unit: str, long_name: str) -> UnitArray:
    view = array.view(UnitArray)
    view.unit, view.long_name = "tok/s" if unit == "1 s-1" else unit, long_name
    return view  # type: ignore[no-any-return]


def _unpickled(array: Any, unit: str, long_name: str) -> UnitArray:
    view = _with_unit(array, unit, long_name)
    view.flags.writeable = False
    return view


class Series:
    """Columns over one time axis: `group["facility_power"]`, `group.facility_power`."""

    def __init__(self, group: _core.SeriesGroup, title: str = "") -> None:
        self._group = group
        self._columns = {name: (unit, long_name, dimension) for name, unit, long_name, dimension in group.variables}
        self._title = title

    @property
    def name(self) -> str:
        """As in result.nc: "ts_1h"."""
        return self._group.name

    @property
    def step_s(self) -> float:
        """Length of a window, s."""
        return self._group.step_s

    @property
    def time(self) -> npt.NDArray[np.datetime64]:
        """Start of each window, local standard time. A year has 8,760 hours: 29 February is left out."""
        start = np.datetime64(self._group.start, "s")
        time = start + (np.arange(self._group.n_steps) * round(self._group.step_s)).astype("timedelta64[s]")
        for year in range(int(str(start)[:4]), int(str(start)[:4]) + 2):
            if year % 4 == 0 and (year % 100 or year % 400 == 0):
                leap_day = np.datetime64(f"{year}-02-29", "s")
                if start <= leap_day:
                    time[time >= leap_day] += np.timedelta64(86400, "s")
        return time

    def labels(self, dimension: str) -> list[str]:
        """Names along an entity dimension: "workload" or "pod"."""
        return list(self._group.coordinates[dimension])

    def keys(self) -> list[str]:
        """Names of the columns."""
        return list(self._columns)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __len__(self) -> int:
        return self._group.n_steps

    def __getitem__(self, name: str) -> UnitArray:
        if name not in self._columns:
            raise KeyError(f"{name}; columns here: {', '.join(self._columns)}")
        unit, long_name, _ = self._columns[name]
        return _with_unit(self._group.array(name), unit, long_name)

    def __getattr__(self, name: str) -> UnitArray:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as e:
            raise AttributeError(e.args[0]) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._columns]

    def to_xarray(self) -> xr.Dataset:
        """A CF dataset over the same memory."""
        import xarray as xr

        variables = {
            name: (
                ("time", dimension) if dimension else ("time",),
                self._group.array(name),
                {"units": unit, "long_name": long_name, "cell_methods": "time: mean"},
            )
            for name, (unit, long_name, dimension) in self._columns.items()
        }
        coordinates: dict[str, Any] = {
            "time": ("time", self.time.astype("datetime64[ns]"), {"long_name": "start of the window, local standard time"})
        }
        coordinates |= {dimension: list(labels) for dimension, labels in self._group.coordinates.items() if labels}
        return xr.Dataset(variables, coordinates, {"Conventions": "CF-1.11", "title": self._title})

    def __repr__(self) -> str:
        return f"<Series {self.name}: {len(self)} steps of {self.step_s:g} s, {len(self._columns)} columns>"
