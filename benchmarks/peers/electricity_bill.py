#!/usr/bin/env python3
"""A year's electricity bill by PySAM's utilityrate5 (NREL, from PyPI): what tests/unit/economics/test_tariff_peer.cpp is held to.

Installs the peer in an environment of its own (build/peers/pysam), so the project never depends on it. Prints the rows of the table in that test.
Usage: electricity_bill.py
"""
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEER = "NREL-PySAM==7.1.1.post1"
STEPS = 35040  # quarter hours of a year that starts on a Monday
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTHLY_USD_KW, WINDOW_USD_KW = 9.0, 6.0  # on the highest of the month; of its weekdays from 14:00 to 19:00
CASES = {"energy": {"demand": False}, "time of use": {"demand": False, "time_of_use": True}, "fixed": {"demand": False, "fixed": 2500.0}, "monthly demand": {}, "window": {"window_price": WINDOW_USD_KW}, "ratchet": {"ratchet": 0.9}, "minimum": {"least_kw": 37000.0}}


def scatter(i: int) -> float:
    return (i * 2654435761 % 4294967296) / 4294967296


def load_kw() -> list[float]:
    month_of_day = [m for m, days in enumerate(DAYS) for _ in range(days)]
    return [1e3 * (20 + 8 * scatter(i) + (6 if 8 <= i // 4 % 24 < 20 else 0) + 0.5 * month_of_day[i // 96]) for i in range(STEPS)]


def price_usd_kwh(i: int) -> float:
    return 0.03 + 0.04 * scatter(7919 + i // 4)


def bill(*, demand: bool = True, time_of_use: bool = False, window_price: float = 0.0, ratchet: float = 0.0, least_kw: float = 0.0, fixed: float = 0.0) -> float:
    import PySAM.Utilityrate5 as peer

    load = load_kw()
    peaks, at = [], 0
    for days in DAYS:
        peaks.append(max(load[at:at + 96 * days]))
        at += 96 * days
    m = peer.new()
    every_hour = [[1] * 24 for _ in range(12)]
    window = [[2 if 14 <= h < 19 else 1 for h in range(24)] for _ in range(12)]
    values = {
        "analysis_period": 1, "system_use_lifetime_output": 0, "inflation_rate": 0, "degradation": [0], "load_escalation": [0], "rate_escalation": [0],
        "gen": [0.0] * STEPS, "load": load, "en_electricity_rates": 1, "ur_metering_option": 4, "ur_monthly_fixed_charge": fixed, "ur_monthly_min_charge": 0, "ur_annual_min_charge": 0,
        "ur_ec_sched_weekday": every_hour, "ur_ec_sched_weekend": every_hour, "ur_ec_tou_mat": [[1, 1, 9.9e37, 0, 0.0, 0.0]], "ur_sell_eq_buy": 0, "ur_en_ts_sell_rate": 0, "ur_ts_sell_rate": [0.0],
        "ur_en_ts_buy_rate": 1, "ur_ts_buy_rate": [0.012 + price_usd_kwh(i) for i in range(STEPS)], "ur_dc_enable": 1 if demand else 0,
        "ur_dc_sched_weekday": window if window_price else every_hour, "ur_dc_sched_weekend": every_hour, "ur_dc_tou_mat": [[1, 1, 9.9e37, 0.0]] + ([[2, 1, 9.9e37, window_price]] if window_price else []), "ur_dc_flat_mat": [[month, 1, 9.9e37, MONTHLY_USD_KW] for month in range(12)],
        "TOU_demand_single_peak": 0, "ur_enable_billing_demand": 1 if ratchet or least_kw else 0, "ur_billing_demand_minimum": least_kw, "ur_billing_demand_lookback_period": 11,
        "ur_billing_demand_lookback_percentages": [[100 * ratchet, 1] for _ in range(12)], "ur_dc_billing_demand_periods": [[1, 1]] + ([[2, 1]] if window_price else []), "ur_yearzero_usage_peaks": peaks,
    }
    for key, value in values.items():
        m.value(key, value)
    if time_of_use:  # 5 cents; 7 on weekdays from 7:00 to 22:00; 11 on those of June to September from 14:00 to 19:00
        season = [[3 if 5 <= month <= 8 and 14 <= h < 19 else 2 if 7 <= h < 22 else 1 for h in range(24)] for month in range(12)]
        for key, value in {"ur_en_ts_buy_rate": 0, "ur_ec_sched_weekday": season, "ur_ec_tou_mat": [[k + 1, 1, 9.9e37, 0, price, 0.0] for k, price in enumerate((0.05, 0.07, 0.11))]}.items():
            m.value(key, value)
    m.execute(0)
    return m.Outputs.utility_bill_wo_sys_year1


def main() -> None:
    home = ROOT / "build/peers/pysam"
    python = home / "bin/python"
    if Path(sys.prefix) != home:
        if not python.exists():
            venv.create(home, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True)
        sys.exit(subprocess.run([python, __file__], check=False).returncode)
    for name, case in CASES.items():
        print(f'{{"{name}", {bill(**case):.6f}}},')


if __name__ == "__main__":
    main()
