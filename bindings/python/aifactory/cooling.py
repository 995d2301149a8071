"""Cooling: a sized plant in one window, its design hour, its schedule of machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import fspath

from . import _core
from ._core import CoolingGroup, DesignCase, PlantWindow, ScheduleRow, WeatherPoint
from .blocks import Block
from .compute import Paths
from .document import document
from .quantity import Document, Value, si


def weather(dry_bulb: Value, relative_humidity: float, *, altitude: Value = "0 m") -> WeatherPoint:
    """Outdoor air at standard pressure of an altitude."""
    return _core.weather_point(
        si(dry_bulb, "degC", "dry_bulb"), relative_humidity, _core.standard_pressure_pa(si(altitude, "m", "altitude"))
    )


def group(id: str, *, racks: int, liquid: Value, air: Value, flow: Value = "0 kg/s", devices_per_rack: int = 72) -> CoolingGroup:
    """Racks of one kind on one loop, with the heat of one rack; flow 0: the plant's design flow per watt."""
    return CoolingGroup(
        id=id,
        racks=racks,
        liquid_w=si(liquid, "W", "liquid"),
        air_w=si(air, "W", "air"),
        flow_kg_s=si(flow, "kg/s", "flow"),
        devices_per_rack=devices_per_rack,
    )


class Plant:
    """A cooling plant sized for its rack groups. ScenarioError, with every reason, when it cannot be."""

    def __init__(
        self,
        params: Block | Mapping[str, Document] | None = None,
        *,
        groups: Sequence[CoolingGroup],
        altitude: Value = "0 m",
        library: Paths = (),
    ) -> None:
        """params: the `cooling` block of a scenario (s.cooling), or a dictionary with its keys; None: the defaults."""
        self._core = _core.CoolingPlant(
            document(params or {}, "cooling"),
            groups=list(groups),
            altitude_m=si(altitude, "m", "altitude"),
            library=[fspath(d) for d in library],
        )

    @classmethod
    def _of(cls, core: _core.CoolingPlant) -> Plant:
        plant = cls.__new__(cls)
        plant._core = core
        return plant

    @property
    def groups(self) -> list[CoolingGroup]:
        return self._core.groups

    def solve(self, air: WeatherPoint, load: float | Sequence[float] = 1.0) -> PlantWindow:
        """One quasi-steady window; load: heat over rated heat, one number or one for each group."""
        loads = [float(load)] * len(self.groups) if isinstance(load, (int, float)) else [float(x) for x in load]
        return self._core.solve(air, loads)

    def design_hour(self, air: WeatherPoint) -> list[DesignCase]:
        """Rated heat with everything running, then with one unit of each kind out."""
        return self._core.design_hour(air)

    def schedule(self) -> list[ScheduleRow]:
        """Machines with flows, heads, motors, spares."""
        return self._core.schedule()
