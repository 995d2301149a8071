"""A site as built from a scenario: pods with their replicas and operating maps, the sized cooling plant and electrical chain."""

from __future__ import annotations

from os import PathLike, fspath
from typing import NamedTuple

from . import _core
from ._core import OperatingMap
from .cooling import Plant
from .errors import refused
from .power import Site
from .progress import Callback, callback
from .quantity import Quantity
from .scenario import Scenario


class Pod(NamedTuple):
    """A group of equal racks; `network` and `storage` are the rooms' own."""

    id: str
    hall: str
    duty: str  # serving, training, support, network, storage
    racks: int
    devices: int
    rated_power: Quantity  # of one rack
    workload: str
    replicas: float  # serving
    trained_token_s: float  # training: at the highest clock, after failures and checkpoints


class Facility:
    """What `run` simulates. ScenarioError, with every problem of every room, when it cannot be built."""

    def __init__(
        self, scenario: Scenario, *, cache: str | PathLike[str] | None = None, progress: bool | Callback = False, threads: int = 0
    ) -> None:
        told, close = callback(progress)
        try:
            self._core = _core.Facility(
                scenario._handle, cache_dir=_core.default_cache_dir() if cache is None else fspath(cache), threads=threads, progress=told
            )
        finally:
            close()

    @property
    def pods(self) -> list[Pod]:
        return [Pod(*row[:5], Quantity(row[5], "W"), *row[6:]) for row in self._core.pods]

    @property
    def notes(self) -> list[str]:
        """What was chosen while building: layouts, series."""
        return self._core.notes

    @property
    def design_it_w(self) -> float:
        """Rated power of all racks, W."""
        return self._core.design_it_w

    def operating_map(self, pod: str) -> OperatingMap:
        """Of the replicas of a serving pod."""
        found = self._core.operating_map(pod)
        if found is None:
            raise refused("AF5060", f"`{pod}` is no serving pod", "there are: " + ", ".join(p.id for p in self.pods if p.duty == "serving"))
        return found

    @property
    def cooling(self) -> Plant:
        """The plant, sized for these racks; its groups are the pods in order."""
        return Plant._of(self._core.cooling)

    @property
    def power(self) -> Site:
        """The electrical chain; its groups are the pods in order."""
        return Site._of(self._core.power, [p.id for p in self.pods])
