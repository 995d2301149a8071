"""What a call from Python costs beside the same work in C++. python3 tests/python/bench_bindings.py"""

import os
import signal
import sys
import threading
import time
import timeit
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build" / "python"))
import aifactory as af


def per_call(what, n):
    return min(timeit.repeat(what, number=n, repeat=5)) / n


def ctrl_c_seconds(scenario):
    """From the signal to KeyboardInterrupt, in the middle of a run."""
    sent = []

    def interrupt():
        time.sleep(0.5)
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    try:
        af.run(scenario)
    except KeyboardInterrupt:
        return time.perf_counter() - sent[0]
    return float("nan")


if __name__ == "__main__":
    s = af.example("pcie-5mw")
    r = af.run(s)
    device, replica = af.Profile("lib:profiles/h200_sxm"), af.Replica(model="lib:models/llama-3.1-8b")
    plant, air = af.cooling.Plant(groups=[af.cooling.group("a", racks=8, liquid="100 kW", air="10 kW")]), af.cooling.weather("20 degC", 0.5)
    for name, what, n in (
        ("attribute of a scenario", lambda: s.site.utility.capacity, 10000),
        ("value by path", lambda: s["site.utility.capacity"], 300),
        ("metric", lambda: r["pue"].value.value, 10000),
        ("array view", lambda: r.facility_power, 3000),
        ("time of a product", lambda: device.gemm(64, 4096, 4096), 3000),
        ("engine iteration", lambda: replica.iteration(n_decode=8, context=1000), 3000),
        ("window of a cooling plant", lambda: plant.solve(air), 1000),
        ("changed scenario", lambda: s.patch({"site.utility.capacity": "8 MW"}), 100),
        ("case to bytes", lambda: s.to_bytes(), 100),
        ("year, screening", lambda: af.run(s, level="screening"), 3),
    ):
        print(f"{name:<28}{1e6 * per_call(what, n):12.1f} us")
    print(f"{'Ctrl-C to KeyboardInterrupt':<28}{1e3 * ctrl_c_seconds(s.patch({'simulation.step': '1 min'})):12.1f} ms")
    print(f"{'size of a case':<28}{len(s.to_bytes()):12d} B")
