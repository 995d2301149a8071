"""Everything that docs/python.md names, with types checked by mypy --strict and run by the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import aifactory as af
import numpy as np
import numpy.typing as npt


def scenarios() -> af.Scenario:
    s = af.example("pcie-5mw")
    capacity: af.Quantity = s.site.utility.capacity
    racks: int = s.halls[0].pods["agents"].count
    warm = s.patch({"cooling.air.supply": "25 degC", "pods.agents.count+=": 4})
    assert warm != s
    print(capacity, racks, warm["pods.agents.count"], warm.origin("cooling.air.supply")[-1].text)
    try:
        s.patch({"site.utility.capacity": 80})
    except af.ScenarioError as e:
        print(e.diagnostics[0].code, e.diagnostics[0].hint)
    return warm


def site(s: af.Scenario, folder: Path) -> None:
    r: af.Results = af.run(s, out=folder)
    power: npt.NDArray[np.float32] = r.facility_power
    metric: af.Metric = r["pue"]
    print(metric, float(power.max()), r.series("ts_pods_1h").labels("pod"))
    print(r.to_xarray("1D").sizes, r.to_pandas(["facility_power", "pue"], freq="1D").shape)
    print(len(r.report(question="Is it enough?").html))
    several = af.compare({"a": s, "b": s.with_(cooling__air__supply="22 degC")}, level="screening")
    print(several.table.shape, several.changes.shape)
    sweep = af.Sweep(s, {"cooling.air.supply": af.linspace("20 degC", "26 degC", 3)})
    print(sweep.run().table["pue"].tolist())


def levels() -> None:
    device = af.Profile("lib:profiles/h200_sxm")
    print(device.gemm(np.array([64, 4096]), 8192, 8192, precision="fp8").time_s)
    replica = af.Replica(model="lib:models/llama-3.1-70b", profile=device, tp=8)
    step = replica.iteration(n_decode=64, context="2 ktok")
    seconds: float = step.time_s
    print(seconds, step.bound, step.error.high)
    run = af.simulate_serving(
        {"model": "lib:models/llama-3.1-8b", "tokens": {"output": {"p50": "250 tok"}}}, devices=1, rate="4 req/s", requests=200
    )
    print(run.ttft_s.p99, run.j_per_out_token)
    print(af.plan_serving(model="lib:models/llama-3.1-70b", tpot="30 ms").best().layout)
    print(af.plan_training({"model": "lib:models/llama-3.1-70b", "precision": "bf16"}, devices=512).binding)
    net = af.power.Network()
    a, b = net.bus("grid", source=True), net.bus("hall", p=0.4, q=0.1)
    net.branch(a, b, r=0.01, x=0.05)
    print(net.flow().magnitude_pu)
    plant = af.cooling.Plant(groups=[af.cooling.group("nvl", racks=64, liquid="115 kW", air="17 kW")])
    print(plant.solve(af.cooling.weather("31 degC", 0.4)).electric_w, len(plant.schedule()))
    print(af.network.collective("all_reduce", "256 MB", ranks=64, profile=device).busbw_byte_s)
    print(af.explain("pue"), len(af.library.names("racks")))


if __name__ == "__main__":
    site(scenarios(), Path(sys.argv[1]))
    levels()
