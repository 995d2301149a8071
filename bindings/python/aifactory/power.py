"""Power: flows of a network, and the electrical chain of a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import fspath
from typing import Any

from . import _core
from ._core import PowerFlow, SitePowerWindow
from .blocks import Block
from .compute import Paths
from .document import document
from .quantity import Document, Value, si
from .scenario import Scenario


@dataclass
class Network:
    """Buses and branches per unit on one base; add them, then flow()."""

    buses: list[str] = field(default_factory=list)
    p: list[float] = field(default_factory=list)
    q: list[float] = field(default_factory=list)
    branches: list[tuple[str, int, int, float, float, float, float, float, float, bool]] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)

    def bus(self, name: str, *, p: float = 0.0, q: float = 0.0, source: bool = False) -> int:
        """A bus with its load (> 0 consumes); its number."""
        self.buses.append(name)
        self.p.append(p)
        self.q.append(q)
        if source:
            self.sources.append(len(self.buses) - 1)
        return len(self.buses) - 1

    def branch(
        self,
        start: int,
        end: int,
        *,
        r: float,
        x: float,
        g: float = 0.0,
        b: float = 0.0,
        ratio: float = 1.0,
        shift: float = 0.0,
        closed: bool = True,
        name: str = "",
    ) -> int:
        """A line or transformer: series impedance, whole shunt, tap ratio and shift (rad) at its start; its number."""
        self.branches.append((name or f"branch {len(self.branches)}", start, end, r, x, g, b, ratio, shift, closed))
        return len(self.branches) - 1

    def flow(self) -> PowerFlow:
        """Voltages, flows, losses: a sweep where the closed branches form a tree, Newton where they mesh.

        ScenarioError for a network that is none; ConvergenceError, naming the bus, beyond voltage collapse.
        """
        return _core.power_flow(self.buses, self.p, self.q, self.branches, self.sources)


class Site:
    """The electrical chain of a site: import, transformers, UPS blocks, busways, rows."""

    def __init__(
        self, params: Scenario | Mapping[str, Document], *, groups: Sequence[tuple[str, int, Value]] | None = None, library: Paths = ()
    ) -> None:
        """params: a scenario (its blocks, pods and rated rack powers), or {"utility": {...}, "plant": {...}} with groups (id, racks, rated power)."""
        if isinstance(params, Scenario):
            blocks: Any = {"utility": params.site.utility, "plant": params.power, "onsite": list(params.site.onsite)}
            groups = groups or [(pod.id, pod.count, pod.rack.design_power) for hall in params.halls for pod in hall.pods]
        else:
            blocks = params
        self._core = _core.SitePower(
            document(blocks, "power"),
            groups=[(i, n, si(w, "W", "rated")) for i, n, w in groups or ()],
            library=[fspath(d) for d in library],
        )
        self.groups = [str(i) for i, _, _ in groups or ()]

    @classmethod
    def _of(cls, core: _core.SitePower, groups: list[str]) -> Site:
        site = cls.__new__(cls)
        site._core, site.groups = core, groups
        return site

    @property
    def usable_it_w(self) -> float:
        """IT load that the blocks carry after redundancy, W."""
        return self._core.usable_it_w

    @property
    def elements(self) -> list[tuple[str, str, float]]:
        """(name, unit, limit) of what can bind."""
        return self._core.elements

    def solve(self, rack_power: Value | Sequence[Value], *, mechanical: Value = "0 W", step: Value = "1 h") -> SitePowerWindow:
        """One window at so much power a rack (one value, or one for each group): import, losses, voltages, loading, and the caps it would set."""
        each = [rack_power] * len(self.groups) if isinstance(rack_power, str) or not isinstance(rack_power, Sequence) else list(rack_power)
        return self._core.solve([si(w, "W", "rack_power") for w in each], si(mechanical, "W", "mechanical"), si(step, "s", "step"))


__all__ = ["Block", "Network", "PowerFlow", "Site", "SitePowerWindow"]
