"""Comparisons of options: runs what is missing, says what differs and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING

from . import html
from .errors import refused
from .progress import Callback
from .results import Results
from .scenario import Scenario
from .site import Level, run

if TYPE_CHECKING:
    import pandas as pd


class Comparison:
    """Options side by side."""

    def __init__(self, results: Mapping[str, Results], scenarios: Mapping[str, Scenario], baseline: str, metrics: Sequence[str]) -> None:
        self.results = dict(results)
        self.baseline = baseline
        self._scenarios = dict(scenarios)
        self._metrics = list(metrics)

    @property
    def table(self) -> pd.DataFrame:
        """One row a metric: value of each option in a unit that people read (`unit`), then difference and percent against the baseline."""
        import pandas as pd

        base = self.results[self.baseline]
        ids = self._metrics or [id for id in base if any(r[id].value.value for r in self.results.values() if id in r)]
        rows = []
        for id in ids:
            unit = html.HEADLINE[id][1] if id in html.HEADLINE else base[id].value.readable().unit
            values = {name: r[id].value.to(unit).value for name, r in self.results.items() if id in r}
            row: dict[str, object] = {"metric": id, "unit": unit, **values}
            for name, value in values.items():
                if name != self.baseline:
                    row[f"{name} - {self.baseline}"] = value - values[self.baseline]
                    row[f"{name} %"] = 100 * (value / values[self.baseline] - 1) if values[self.baseline] else None
            rows.append(row)
        return pd.DataFrame(rows).set_index("metric")

    @property
    def changes(self) -> pd.DataFrame:
        """Values of the scenarios that differ, by path."""
        import pandas as pd

        leaves = {name: s.leaves() for name, s in self._scenarios.items()}
        paths = dict.fromkeys(path for values in leaves.values() for path in values)
        rows = [
            {"path": path, **{name: values.get(path, "") for name, values in leaves.items()}}
            for path in paths
            if len({values.get(path, "") for values in leaves.values()}) > 1
        ]
        return pd.DataFrame(rows, columns=["path", *leaves]).set_index("path")

    def report(self, path: str | PathLike[str] | None = None, *, question: str = "", charts: bool = True) -> html.Report:
        """One HTML page that compares the options, the baseline first."""
        order = [self.baseline, *(name for name in self.results if name != self.baseline)]
        return html.report([self.results[name]._core for name in order], path, question, charts)

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.results)}; baseline {self.baseline}>"

    def _repr_html_(self) -> str:
        return str(self.table._repr_html_())  # pandas escapes


def compare(
    options: Mapping[str, Scenario | Results],
    *,
    baseline: str = "",
    metrics: Sequence[str] = (),
    level: Level = "full",
    progress: bool | Callback = False,
) -> Comparison:
    """Options by name, scenarios or finished results; the scenarios are run. baseline: the first when it is not named."""
    if not options:
        raise refused("AF5060", "nothing to compare", 'compare({"as bid": s, "80 MW": s2})')
    baseline = baseline or next(iter(options))
    if baseline not in options:
        raise refused("AF5060", f"no option is called `{baseline}`", "there are: " + ", ".join(options))
    results = {name: one if isinstance(one, Results) else run(one, level=level, progress=progress) for name, one in options.items()}
    scenarios = {name: one for name, one in options.items() if isinstance(one, Scenario)}
    unknown = [id for id in metrics if not any(id in r for r in results.values())]
    if unknown:
        raise refused("AF5060", f"no option has the metric `{unknown[0]}`", "results.summary lists them")
    return Comparison(results, scenarios, baseline, metrics)
