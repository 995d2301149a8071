#!/usr/bin/env python3
"""Radial power flow of dc-2323 over 8,760 hours: this project beside power-grid-model from PyPI, alternately, one thread each.

Installs the peer in an environment of its own (build/peers/power-grid-model), so the project never depends on it.
Usage: power_flow.py [--bench build/release/aifactory-bench] [--rounds 3] [--out FILE.json]
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEER = "power-grid-model==1.12.110"


def own_environment() -> str:
    home = ROOT / "build/peers/power-grid-model"
    python = home / "bin/python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PEER, "numpy"], check=True)
    return str(python)


def network():
    """The rules of tests/support/dc_network.hpp, in SI units."""
    nodes, lines, transformers, loads = [], [], [], []

    def node(volt):
        nodes.append(volt)
        return len(nodes) - 1

    def line(a, volt, r, x, c):
        b = node(volt)
        lines.append((a, b, r, x, c))
        return b

    def transformer(a, u1, u2, sn, uk, pk, i0, p0):
        b = node(u2)
        transformers.append((a, b, u1, u2, sn, uk, pk, i0, p0))
        return b

    source = node(138e3)
    mv = [transformer(source, 138e3, 34.5e3, 80e6, 0.09, 240e3, 0.0015, 45e3) for _ in range(2)]
    for k in range(40):
        km = 0.4 + 0.05 * (k // 2)
        pad = line(mv[k % 2], 34.5e3, 0.127 * km, 0.14 * km, 0.25e-6 * km)
        board = transformer(pad, 34.5e3, 480.0, 3e6, 0.0575, 21e3, 0.004, 3.6e3)
        for p in range(4):
            m = 40 + 10 * p
            primary = line(board, 480.0, 1.6e-5 * m, 1.9e-5 * m, 0.0)
            last = transformer(primary, 480.0, 415.0, 750e3, 0.045, 7e3, 0.006, 1.1e3)
            for r in range(12):
                m = 3.0 if r else 8.0
                last = line(last, 415.0, 2.6e-5 * m, 1.5e-5 * m, 0.0)
                loads.append(last)
    return nodes, lines, transformers, loads


def peer_run(steps: int) -> dict:
    """Runs inside the peer's environment: seconds of each exact method over the batch, one thread."""
    import time
    from importlib import metadata

    import numpy as np
    from power_grid_model import CalculationMethod, PowerGridModel, initialize_array

    nodes, lines, transformers, loads = network()
    n = len(nodes)
    node = initialize_array("input", "node", n)
    node["id"], node["u_rated"] = np.arange(n), nodes
    line = initialize_array("input", "line", len(lines))
    first = n
    line["id"] = first + np.arange(len(lines))
    line["from_node"], line["to_node"], line["r1"], line["x1"], line["c1"] = (np.array(c) for c in zip(*lines))
    line["from_status"] = line["to_status"] = 1
    line["tan1"], line["i_n"] = 0.0, 4000.0
    first += len(lines)
    tr = initialize_array("input", "transformer", len(transformers))
    tr["id"] = first + np.arange(len(transformers))
    for key, column in zip(("from_node", "to_node", "u1", "u2", "sn", "uk", "pk", "i0", "p0"), zip(*transformers)):
        tr[key] = column
    tr["from_status"] = tr["to_status"] = 1
    tr["winding_from"] = tr["winding_to"] = 1
    for key in ("clock", "tap_side", "tap_pos", "tap_min", "tap_max"):
        tr[key] = 0
    tr["tap_size"] = 0.0
    first += len(transformers)
    source = initialize_array("input", "source", 1)
    source["id"], source["node"], source["status"], source["u_ref"], source["sk"] = first, 0, 1, 1.0, 1e20
    first += 1
    load = initialize_array("input", "sym_load", len(loads))
    load["id"], load["node"], load["status"], load["type"] = first + np.arange(len(loads)), loads, 1, 0
    load["p_specified"] = 46e3
    load["q_specified"] = 46e3 * math.tan(math.acos(0.98))
    model = PowerGridModel({"node": node, "line": line, "transformer": tr, "source": source, "sym_load": load}, system_frequency=60.0)

    t = np.arange(steps, dtype=np.uint64)[:, None]
    x = t * np.uint64(len(loads)) + np.arange(len(loads), dtype=np.uint64)[None, :]
    with np.errstate(over="ignore"):
        z = x + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    u = (z >> np.uint64(11)).astype(float) / (1 << 53)
    factor = 0.6 + 0.2 * np.sin(2 * np.pi * np.arange(steps)[:, None] / 24 - np.pi / 2) + 0.2 * (2 * u - 1)
    update = {"sym_load": {"id": np.broadcast_to(load["id"], factor.shape).copy(), "p_specified": factor * load["p_specified"], "q_specified": factor * load["q_specified"]}}
    out = {"version": metadata.version("power-grid-model"), "steps": steps}
    for method in (CalculationMethod.iterative_current, CalculationMethod.newton_raphson):
        start = time.perf_counter()
        result = model.calculate_power_flow(calculation_method=method, error_tolerance=1e-8, update_data=update, threading=-1,
                                            output_component_types={"source": ["p", "q"]})
        out[method.name] = time.perf_counter() - start
        out["checksum"] = float(result["source"]["p"].sum() / 1e6)
    return out


def own_run(bench: str) -> dict:
    text = subprocess.run([bench, "--benchmark_filter=powerflow_dc2323_year", "--benchmark_format=json"], check=True, capture_output=True, text=True,
                          env=os.environ | {"OMP_NUM_THREADS": "1"}).stdout
    entry = json.loads(text)["benchmarks"][0]
    return {"seconds": entry["real_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[entry["time_unit"]], "checksum": entry["checksum"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default=str(ROOT / "build/release/aifactory-bench"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8760)
    parser.add_argument("--out")
    parser.add_argument("--peer-only", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer_only:
        print(json.dumps(peer_run(args.steps)))
        return
    python = own_environment()
    own, peer = [], []
    for _ in range(args.rounds):  # alternately, so that both see the same machine
        own.append(own_run(args.bench))
        text = subprocess.run([python, __file__, "--peer-only", "--steps", str(args.steps)], check=True, capture_output=True, text=True).stdout
        peer.append(json.loads(text))
    fastest = min(statistics.median(p[m] for p in peer) for m in ("iterative_current", "newton_raphson")) * 8760 / args.steps
    ours = statistics.median(o["seconds"] for o in own)
    result = {"own_s": ours, "peer_fastest_exact_s": fastest, "ratio": fastest / ours, "own": own, "peer": peer,
              "energy_difference": abs(own[0]["checksum"] / peer[0]["checksum"] - 1) if args.steps == 8760 else None}
    print(json.dumps(result, indent=1))
    if args.out:
        Path(args.out).write_text(json.dumps(result, indent=1), encoding="utf-8")
    if result["ratio"] < 15:
        sys.exit("below 15 times the peer's fastest exact method")


if __name__ == "__main__":
    main()
