"""What notebooks show. Text of scenarios is escaped; the report stands in a sandboxed frame."""

from __future__ import annotations

import os
from collections.abc import Iterable
from html import escape
from os import PathLike, fspath
from typing import TYPE_CHECKING

import numpy as np

from . import _core

if TYPE_CHECKING:
    from .quantity import Quantity
    from .results import Metric, Results

# Metric -> what people call it, and the unit that they read it in.
HEADLINE = {
    "tokens.out.rate": ("tokens out (mean)", "Mtok/s"),
    "tokens.good.rate": ("good within targets", "Mtok/s"),
    "goodput.fraction": ("goodput", "%"),
    "training.tokens.rate": ("tokens trained", "Mtok/s"),
    "it.power": ("IT power (mean)", "MW"),
    "facility.power": ("facility power (mean)", "MW"),
    "facility.power.peak": ("facility power (peak)", "MW"),
    "pue": ("PUE (energy-weighted)", "1"),
    "wue": ("WUE", "L/kWh"),
    "energy.per_output_token": ("energy per good output token", "J"),
    "cost.per_mtok_out": ("cost per M good output tokens", "USD"),
    "cost.per_device_hour": ("cost per device hour", "USD"),
    "carbon.per_mtok_out": ("CO2 per M good output tokens", "g"),
}


def figure(value: Quantity | None, unit: str = "") -> str:
    """Four digits in a unit that people read."""
    if value is None:
        return ""
    return f"{value.to(unit) if unit else value:.4g}"


def metric_table(metrics: Iterable[Metric]) -> str:
    rows = "".join(
        f"<tr><td>{escape(HEADLINE.get(m.id, (m.id, ''))[0])}</td><td style='text-align:right'>{figure(m.value, HEADLINE.get(m.id, ('', ''))[1])}</td>"
        f"<td>{figure(m.p10, HEADLINE.get(m.id, ('', ''))[1])}</td><td>{figure(m.p90, HEADLINE.get(m.id, ('', ''))[1])}</td>"
        f"<td>{m.validity}</td><td><small>{escape(m.definition)}</small></td></tr>"
        for m in metrics
    )
    return f"<table><tr><th>metric</th><th>value</th><th>P10</th><th>P90</th><th>validity</th><th>definition</th></tr>{rows}</table>"


def sparkline(values: Iterable[float], title: str, width: int = 320, height: int = 48) -> str:
    """Daily means as inline SVG."""
    points = [float(v) for v in values]
    if len(points) < 2:
        return ""
    low, high = min(points), max(points)
    span = (high - low) or 1.0
    step = width / (len(points) - 1)
    line = " ".join(f"{i * step:.1f},{height - 2 - (v - low) / span * (height - 4):.1f}" for i, v in enumerate(points))
    return (
        f"<figure><svg width='{width}' height='{height}' role='img' aria-label='{escape(title, quote=True)}'>"
        f"<polyline points='{line}' fill='none' stroke='#0072B2'/></svg><figcaption><small>{escape(title)}</small></figcaption></figure>"
    )


def results(r: Results) -> str:
    shown = [r[id] for id in HEADLINE if id in r and r[id].value.value != 0]
    causes = ", ".join(f"{escape(c.cause)}{f' ({escape(c.component)})' if c.component else ''} {c.hours:.0f} h" for c in r.causes)
    checks = "".join(
        f"<li>{'passed' if c.passed else '<b>FAILED</b>'}: <code>{escape(c.expression)}</code> ({c.value:.6g} against {c.limit:.6g})</li>"
        for c in r.checks
    )
    per_day = max(1, round(86400 / r.series(r.groups[0]).step_s)) if r.groups else 1
    days = (
        [float(day.mean()) for day in np.split(r.facility_power.to("MW"), range(per_day, len(r.facility_power), per_day))]
        if r.groups
        else []
    )
    p = r.provenance
    line = sparkline(days, f"facility power, daily means: {min(days):.4g} to {max(days):.4g} MW") if len(days) > 1 else ""
    details = "".join(f"<tr><td>{escape(str(k))}</td><td><code>{escape(str(v))}</code></td></tr>" for k, v in p.items() if k != "inputs")
    return (
        f"<h4>{escape(p['title'] or p['scenario'])}</h4><p>{escape(r.verdict)}</p>{metric_table(shown)}<p><b>What limits output:</b> {causes}</p>"
        f"{f'<ul>{checks}</ul>' if checks else ''}{line}<details><summary>provenance</summary><table>{details}</table></details>"
    )


class Report:
    """An HTML report: a text, perhaps a file, and in a notebook a frame that shows it."""

    def __init__(self, text: str, path: str | None) -> None:
        self.html = text
        self.path = path

    def __repr__(self) -> str:
        return f"<Report of {len(self.html) / 1e6:.2f} MB{f' at {self.path}' if self.path else ''}>"

    def _repr_html_(self) -> str:
        return f"<iframe sandbox='allow-scripts' width='100%' height='700' srcdoc=\"{escape(self.html, quote=True)}\"></iframe>"


def report(all_results: list[_core.Results], path: str | PathLike[str] | None, question: str, charts: bool) -> Report:
    text = _core.render_report(all_results, question=question, charts=charts)
    if path is not None:
        _core.write_text(fspath(path), text)
    return Report(text, os.fspath(path) if path is not None else None)
