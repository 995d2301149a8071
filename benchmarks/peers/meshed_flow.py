#!/usr/bin/env python3
"""IEEE 118 buses against a live pandapower (from PyPI): its case and solution in full digits, then our Newton on them, every bus within 1e-8.

Installs the peer in an environment of its own (build/peers/pandapower), so the project never depends on it; the shipped files print too few digits
for more than 1e-5. Usage: meshed_flow.py [--test build/test_unit_power]
"""
import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEER = "pandapower==3.5.6"
HOME = ROOT / "build/peers/pandapower"
STEM = HOME / "case118"


def write_case() -> None:
    import numpy as np
    import pandapower as pp
    import pandapower.networks as networks
    from pandapower.pypower.idx_brch import BR_B, BR_G, BR_R, BR_STATUS, BR_X, F_BUS, SHIFT, T_BUS, TAP
    from pandapower.pypower.idx_bus import BS, GS

    net = networks.case118()
    pp.runpp(net, tolerance_mva=1e-11, numba=False)
    case = net._ppc["internal"]
    v, bus, branch = case["V"], case["bus"].real, case["branch"].real
    # What the branches of the file carry away from each bus, at the peer's voltages: all else (loads, generators, shunts, iron losses) is its figure.
    load, iron = np.zeros(len(v), complex), np.zeros(len(v), complex)
    for row in branch[branch[:, BR_STATUS] != 0]:
        f, t, y, half, ratio = int(row[F_BUS]), int(row[T_BUS]), 1 / (row[BR_R] + 1j * row[BR_X]), 0.5j * row[BR_B], (row[TAP] or 1.0) * np.exp(1j * np.radians(row[SHIFT]))
        load[f] -= v[f] * np.conj(((y + half) * v[f] / ratio - y * v[t]) / np.conj(ratio))
        load[t] -= v[t] * np.conj((y + half) * v[t] - y * v[f] / ratio)
        iron[f] += row[BR_G] / 2 * abs(v[f] / ratio) ** 2
        iron[t] += row[BR_G] / 2 * abs(v[t]) ** 2
    # The same by the peer's own matrix and by the injections it was asked for: its branches are ours, and it has converged.
    into = v * np.conj(case["Ybus"] @ v)
    shunt = abs(v) ** 2 * (bus[:, GS] - 1j * bus[:, BS]) / case["baseMVA"]
    assert abs(load + into - shunt - iron).max() < 1e-9, "the peer's branches are not those of the file"
    assert abs(into - case["Sbus"])[case["pq"]].max() < 1e-9, "the peer has not converged"
    load *= case["baseMVA"]
    slack = int(case["ref"][0])
    with open(f"{STEM}_bus.csv", "w") as out:
        out.write("bus,vm_pu,va_degree,p_mw,q_mvar\n")
        for i in range(len(v)):
            out.write(f"{i},{','.join(repr(float(x)) for x in (abs(v[i]), np.degrees(np.angle(v[i])), load[i].real, load[i].imag))}\n")
    with open(f"{STEM}_branch.csv", "w") as out:
        out.write("from,to,r_pu,x_pu,b_pu,ratio,shift_deg,status\n")
        for row in branch:
            ratio = row[TAP] or 1.0
            numbers = [float(row[k]) for k in (BR_R, BR_X, BR_B)] + [float(ratio), float(row[SHIFT])]
            out.write(f"{int(row[F_BUS])},{int(row[T_BUS])},{','.join(map(repr, numbers))},{int(row[BR_STATUS])}\n")
    print(slack)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--test", default=str(ROOT / "build/test_unit_power"))
    parser.add_argument("--peer-only", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer_only:
        write_case()
        return
    python = HOME / "bin/python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True)
    slack = subprocess.run([python, __file__, "--peer-only"], check=True, capture_output=True, text=True).stdout.split()[-1]
    sys.exit(subprocess.run([args.test, "--test-case=case118 from a live peer*", "--success"], env=os.environ | {"AIF_CASE118": str(STEM), "AIF_CASE118_SLACK": slack}, cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
