"""When things break: every outage of a site, availability over years, the cost of its events."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath

from . import _core
from ._core import AvailabilityReport, ContingencyReport, DesignFinding, EventImpact, OutageResult, RiskResults
from .errors import refused
from .progress import Callback, callback
from .scenario import Scenario


class Contingency:
    """What can go wrong with a site and what it costs. Tokens/s, seconds (infinite when never), tokens of a year; records are read-only."""

    def __init__(self, scenario: Scenario, core: RiskResults) -> None:
        assert core.contingency is not None
        self._scenario, self._core, self._contingency = scenario, core, core.contingency

    @property
    def contingency(self) -> ContingencyReport:
        return self._contingency

    @property
    def outages(self) -> list[OutageResult]:
        """By good tokens at risk: what is lost until repair, and `chain`, the seconds after the fault in words."""
        return self._contingency.outages

    @property
    def findings(self) -> list[DesignFinding]:
        """Design rules that are broken, errors first."""
        return self._contingency.findings

    @property
    def availability(self) -> AvailabilityReport | None:
        """Nines, tokens lost by cause, the 99th-percentile year; None when years=0 or only= was given."""
        return self._core.availability

    @property
    def events(self) -> list[EventImpact]:
        """What each event of the scenario costs."""
        return self._core.events

    def __getitem__(self, name: str) -> OutageResult:
        """An outage by its name, "power.ups failure"."""
        for outage in self.outages:
            if outage.case.name == name:
                return outage
        raise KeyError(name)

    def __repr__(self) -> str:
        return f"<Contingency {self._scenario.name}: {len(self.outages)} outages, {len(self.findings)} findings>"

    def json(self) -> str:
        """The text of contingency.json."""
        return _core.risk_json(self._scenario._handle, self._core)


def contingency(
    scenario: Scenario, *, years: int = 1000, every: int = 1, worth: bool = False, events: bool = True, only: Sequence[str] = (), progress: bool | Callback = False, threads: int = 0,
    cache: str | PathLike[str] | None = None,
) -> Contingency:  # fmt: skip
    """Works through every outage of a site. Same bits as `aifactory contingency`, for any number of threads.

    years: of failures and repairs for the availability, 0: none. every: solve every Nth hour (25 visits each hour of the day). worth: also what
    one more spare or unit of anything is worth. events: of the scenario. only: kinds of component or names of outages; then no availability.
    Raises InputError for options that make no run (AF2855) and names that no outage has (AF2856). Ctrl-C is KeyboardInterrupt.
    """
    if not isinstance(scenario, Scenario):
        raise TypeError("contingency takes a Scenario: Scenario.load(path) reads a file")
    if not 0 <= threads <= 4096:
        raise refused("AF5061", f"{threads} threads are not possible", "0 for all cores")
    if isinstance(only, str):
        only = [only]
    if not 0 <= years <= 1000000 or not 1 <= every <= 8760:
        raise refused("AF2855", f"{years} years, every {every}th hour: that is no run", "years from 0, hours from 1 to 8760")
    told, close = callback(progress)
    try:
        core = _core.assess_risk(
            scenario._handle, cache_dir=_core.default_cache_dir() if cache is None else fspath(cache), years=years, every=every, worth=worth, events=events, only=list(only), threads=threads, progress=told
        )  # fmt: skip
    finally:
        close()
    return Contingency(scenario, core)
