"""Figures of the report that are no headline metric, against the result file: the sheets for the utility and for compliance, the first screen."""

import json
import re

import pytest

numpy = pytest.importorskip("numpy", reason="numpy is not installed (./run deps)")
h5py = pytest.importorskip("h5py", reason="h5py is not installed (./run deps)")


@pytest.fixture(scope="module")
def metrics(run_folder):
    return {name: entry["value"] for name, entry in json.loads((run_folder / "summary.json").read_text())["metrics"].items()}


@pytest.fixture(scope="module")
def hours(run_folder):
    """Columns of the steady year by the hour."""
    with h5py.File(run_folder / "result.nc") as file:
        group = file["ts_1h"]
        return {name: group[name][:] for name in ("facility_power", "utility_reactive_power", "curtailable_power", "own_generation", "dry_bulb", "cooling_power", "it_power")}


def value_of(page, section, row):
    """SI value of the quantity or figure in the row that begins so, else its text."""
    line = page.locator(f"#{section} tr").filter(has=page.get_by_role("rowheader", name=row, exact=True)).first
    data = line.locator("td data").first
    return float(data.get_attribute("value")) if data.count() else line.locator("td").first.inner_text()


def test_interconnection_sheet_is_that_of_the_hours(page, metrics, hours):
    power = hours["facility_power"].astype(float)
    assert value_of(page, "o0-utility", "Highest hourly power") == pytest.approx(power.max(), rel=1e-6)
    assert value_of(page, "o0-utility", "Largest ramp over 1 h") == pytest.approx(numpy.abs(numpy.diff(power)).max(), rel=1e-5)
    assert value_of(page, "o0-utility", "Mean power") == pytest.approx(metrics["facility.power"], rel=1e-12)
    assert value_of(page, "o0-utility", "Least in any hour") == pytest.approx(hours["curtailable_power"].min(), rel=1e-6)
    assert value_of(page, "o0-utility", "Most in any hour") == pytest.approx(hours["curtailable_power"].max(), rel=1e-6)
    assert float(value_of(page, "o0-utility", "Hours with own generation in the steady year").replace(",", "")) == (hours["own_generation"] > 0).sum()
    tokens = value_of(page, "o0-utility", "Good output tokens that a further MWh costs")
    assert float(tokens.split()[0].replace(",", "")) * 1e6 == pytest.approx(3.6e9 / metrics["energy.per_output_token"], rel=6e-3)


def test_months_of_the_import_are_those_of_the_hours(page, hours):
    power, var = hours["facility_power"].astype(float), hours["utility_reactive_power"].astype(float)
    table = page.locator("#o0-utility table").filter(has_text="By month, from means of an hour")
    days, at = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], 0
    rows = table.locator("tbody tr").all()
    assert len(rows) == 12
    for row, length in zip(rows, days, strict=True):
        part = slice(24 * at, 24 * (at + length))
        at += length
        peak, mean, reactive, rise, fall = (float(d.get_attribute("value")) for d in row.locator("data").all())
        assert peak == pytest.approx(power[part].max(), rel=1e-6)
        assert mean == pytest.approx(power[part].mean(), rel=1e-5)
        assert abs(reactive) == pytest.approx(numpy.abs(var[part]).max(), rel=1e-6)
        assert rise == pytest.approx(numpy.diff(power[part]).max(), rel=1e-5)
        assert fall == pytest.approx(-numpy.diff(power[part]).min(), rel=1e-5)


def test_compliance_sheet_follows_its_definitions(page, metrics, hours):
    it_j = metrics["energy"] / metrics["pue"]
    assert value_of(page, "o0-compliance", "CUE (30134-8)") == pytest.approx(metrics["carbon"] / it_j, rel=1e-6)
    assert value_of(page, "o0-compliance", "WUE (30134-9)") == pytest.approx(metrics["water"] / it_j, rel=1e-6)
    assert value_of(page, "o0-compliance", "Energy consumption of IT equipment") == pytest.approx(it_j, rel=1e-6)
    assert float(value_of(page, "o0-compliance", "MLC, annualised")) == pytest.approx(hours["cooling_power"].astype(float).sum() / hours["it_power"].astype(float).sum(), abs=6e-5)
    assert float(value_of(page, "o0-compliance", "ERF (30134-6)")) == pytest.approx(metrics["heat.reused"] / metrics["energy"], abs=6e-4)
    days = hours["dry_bulb"].astype(float).reshape(-1, 24).mean(axis=1)
    assert float(value_of(page, "o0-compliance", "Cooling degree days").split()[0].replace(",", "")) == pytest.approx((days[days >= 24] - 21).sum(), rel=6e-3)
    for absent in ("Refrigerants", "Potable water input", "Renewable energy by guarantees of origin and by contract"):
        assert value_of(page, "o0-compliance", absent) == "not in the result"


def test_first_screen_answers_in_figures_of_the_result(page, metrics):
    """Each number of the facts in words is one of the summary, at the digits shown."""
    facts = dict(zip(page.locator(".facts dt").all_inner_texts(), page.locator(".facts dd").all_inner_texts(), strict=True))
    mean, peak = (float(x) for x in re.match(r"([\d.]+) MW on average, ([\d.]+) MW at most", facts["Power"]).groups())
    assert mean == pytest.approx(metrics["facility.power"] / 1e6, rel=1e-3)
    assert peak == pytest.approx(metrics["facility.power.peak"] / 1e6, rel=1e-3)
    year = float(re.search(r"([\d.]+) million USD/year", facts["Money"]).group(1))
    assert year == pytest.approx(metrics["cost.year"] / 1e6, rel=6e-3)
    assert float(re.match(r"([\d.]+) ML/year", facts["Water and CO2"]).group(1)) == pytest.approx(metrics["water"] / 1e3, rel=6e-3)
    assert {"Built", "Power", "Money", "Ready", "Measured against", "How sure", "When parts fail"} <= set(facts)
    assert page.evaluate("() => document.querySelector('.facts').getBoundingClientRect().bottom") <= 900, "the first screen of 1400 x 900 holds all of it"
