"""result.nc as users read it: xarray with both engines, every group by itself; and what an interrupted run leaves behind."""

import json
import signal
import subprocess

import numpy as np
import pytest

xarray = pytest.importorskip("xarray", reason="xarray is not installed (./run deps)")

SCENARIO = "scenarios/templates/gb200-50mw.yaml"
START = "2028-07-01"  # a year with a 29 February behind it, so dates must be ordinary ones


@pytest.fixture(scope="module")
def folder(aifactory, tmp_path_factory):
    path = tmp_path_factory.mktemp("run")
    made = aifactory("run", SCENARIO, "-o", str(path), "--duration", "10 day", "--set", f'simulation.start="{START}"', "--set", "phases=[]")
    assert made.returncode in (0, 1), made.stderr
    return path


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_every_group_opens_with_coordinates_and_units(folder, engine):
    groups = xarray.open_groups(folder / "result.nc", engine=engine)
    assert {"/summary", "/scenario", "/losses", "/events", "/ts_1h", "/ts_pods_1h", "/as_delivered_1h"} <= set(groups)
    hours = groups["/ts_1h"]
    assert hours.sizes["time"] == 240
    assert hours.facility_power.attrs["units"] == "W"
    assert float(hours.facility_power.min()) > 0
    assert groups["/ts_pods_1h"].sel(pod="nvl-a").rack_power.dims == ("time",)
    for name, group in groups.items():
        for variable in group.variables.values():
            is_number = np.issubdtype(variable.dtype, np.floating)
            assert not is_number or variable.size == 0 or np.isfinite(variable.values).all() or name == "/summary", (name, variable)


def test_dates_are_those_of_the_scenario(folder):
    def first(group):
        return str(xarray.open_dataset(folder / "result.nc", group=group, engine="netcdf4").time.values[0])

    assert first("as_delivered_1h").startswith(START)
    assert first("ts_1h").startswith("2028-01-01")
    summer = xarray.open_dataset(folder / "result.nc", group="as_delivered_1h", engine="netcdf4").dry_bulb.mean()
    winter = xarray.open_dataset(folder / "result.nc", group="ts_1h", engine="netcdf4").dry_bulb.mean()
    assert summer > winter + 10  # K, northern Virginia


def test_summary_says_the_same_in_both_files_and_provenance_is_inside(folder):
    summary = json.loads((folder / "summary.json").read_text())
    table = xarray.open_dataset(folder / "result.nc", group="summary", engine="netcdf4")
    assert {str(m): float(v) for m, v in zip(table.metric.values, table.value.values, strict=True)} == {k: v["value"] for k, v in summary["metrics"].items()}
    scenario = xarray.open_dataset(folder / "result.nc", group="scenario", engine="netcdf4")
    assert "nvl-a" in str(scenario.yaml_text.values)
    provenance = json.loads(str(scenario.details_json.values))["provenance"]
    assert {"version", "git", "compiler", "command", "seed", "inputs", "scenario_sha256"} <= set(provenance)
    assert all(len(i["sha256"]) == 64 for i in provenance["inputs"])
    assert not list(folder.glob("*.part"))


def test_an_interrupted_run_goes_on_to_the_same_result(program, repository, tmp_path):
    command = [str(program), "run", "scenarios/reference_100mw.yaml", "--step", "1 min", "--duration", "120 day", "--no-marginal", "--progress", "json", "-o"]
    running = subprocess.Popen([*command, str(tmp_path / "cut")], cwd=repository, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in running.stderr:
        if "steady year" in line and json.loads(line)["fraction"] > 0.02:
            break
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 130, said
    assert "--resume" in said
    assert not (tmp_path / "cut" / "result.nc").exists()
    subprocess.run([*command, str(tmp_path / "cut"), "--resume"], cwd=repository, check=True, capture_output=True, timeout=300)
    subprocess.run([*command, str(tmp_path / "whole")], cwd=repository, check=True, capture_output=True, timeout=300)
    assert (tmp_path / "cut" / "summary.json").read_bytes() == (tmp_path / "whole" / "summary.json").read_bytes()
