"""aifactory: a facility digital twin for AI factories, from the utility feed to the token.

    import aifactory as af

    s = af.Scenario.load("site.yaml")
    r = af.run(s.with_(site__utility__capacity="80 MW"), progress=True)
    r["tokens.good.rate"].p50, r.facility_power, r.causes

Values with a dimension are text with a unit, Quantity or Pint; a name that ends in a unit (`time_s`) is a plain number in SI. Scenarios and
results never change. Every problem is an exception with `diagnostics`. Each level of the model is callable alone: `compute` (an operator, an
engine iteration), `serving` (a replica, an operating map), `training`, `power`, `cooling`, `network`, and `run` (the site).
"""

from . import blocks, compute, cooling, errors, library, network, power, serving, training
from ._core import StopFlag
from ._core import version as _version
from .compare import Comparison, compare
from .compute import Model, Profile, Replica
from .errors import ConvergenceError, DataError, Diagnostic, Error, InfeasibleError, InputError, MissingError, ScenarioError
from .facility import Facility
from .quantity import Quantity, linspace, q
from .results import Metric, Results
from .risk import Contingency, contingency
from .scenario import Scenario, cases, example
from .series import Series, UnitArray
from .serving import operating_map, plan_serving, simulate_serving
from .site import check, run
from .sweep import Sweep, SweepResults
from .tools import calibrate, cuda_available, explain, schema, validate
from .training import plan_training

__version__ = _version()

__all__ = [
    "Comparison",
    "Contingency",
    "ConvergenceError",
    "DataError",
    "Diagnostic",
    "Error",
    "Facility",
    "InfeasibleError",
    "InputError",
    "Metric",
    "MissingError",
    "Model",
    "Profile",
    "Quantity",
    "Replica",
    "Results",
    "Scenario",
    "ScenarioError",
    "Series",
    "StopFlag",
    "Sweep",
    "SweepResults",
    "UnitArray",
    "blocks",
    "calibrate",
    "cases",
    "check",
    "compare",
    "compute",
    "contingency",
    "cooling",
    "cuda_available",
    "errors",
    "example",
    "explain",
    "library",
    "linspace",
    "network",
    "operating_map",
    "plan_serving",
    "plan_training",
    "power",
    "q",
    "run",
    "schema",
    "serving",
    "simulate_serving",
    "training",
    "validate",
]
