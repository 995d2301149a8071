"""Bench, fit, profile, scenario, on the processor of this machine: the path that a GPU takes, for real, in under 90 s."""

import json
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def measured(program, tmp_path_factory):
    import subprocess

    folder: Path = tmp_path_factory.mktemp("calibration")
    # One thread is timed by its own processor time, so that other programs hardly matter.
    command = [program, "calibrate", "--threads", "1", "--budget", "25", "--json", "-o", folder / "profile.json", "--probe-output", folder / "probe.json", "--report", folder / "report.html"]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_unseen_probes_are_predicted_within_a_tenth(aifactory, tmp_path):
    recorded = Path(__file__).parent / "data" / "cpu_probe.json"  # of a quiet machine: what follows does not depend on this one's load
    done = aifactory("calibrate", "--from", str(recorded), "--json", "-o", str(tmp_path / "profile.json"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["held_out_median"] < 0.10


def test_this_machine_is_measured_and_predicted(measured):
    _, fit = measured
    assert fit["held_out_median"] < 0.25  # a tenth when nothing else runs here
    assert {s["surface"].split()[1] for s in fit["surfaces"]} >= {"gemm", "stream", "attention_prefill", "attention_decode"}
    assert all(s["coverage_90"] > 0.6 for s in fit["surfaces"])


def test_a_report_that_was_brought_back_gives_the_same_profile(measured, aifactory):
    folder, _ = measured
    assert aifactory("calibrate", "--from", str(folder / "probe.json"), "-o", str(folder / "again" / "profile.json")).returncode == 0
    assert (folder / "again" / "profile.json").read_bytes() == (folder / "profile.json").read_bytes()


def test_the_page_shows_measured_against_fitted_and_what_to_distrust(measured):
    folder, fit = measured
    page = (folder / "report.html").read_text()
    assert "Content-Security-Policy" in page and "What to distrust" in page
    for surface in fit["surfaces"]:
        assert surface["surface"] in page


def test_a_profile_of_another_machine_does_not_hold_here(measured, aifactory):
    folder, _ = measured
    profile = json.loads((folder / "profile.json").read_text())
    for rate in profile["datasheet"]["peak_flop_s"]:
        profile["datasheet"]["peak_flop_s"][rate] *= 5
    profile["datasheet"]["hbm_byte_s"] *= 5
    (folder / "other.json").write_text(json.dumps(profile))
    done = aifactory("calibrate", "--check", str(folder / "other.json"), "--threads", "1")
    assert done.returncode == 1 and "DRIFTED" in done.stdout


def test_a_scenario_runs_on_what_was_measured(aifactory, tmp_path):
    done = aifactory("run", "scenarios/calibrated/this_machine.yaml", "--calibrate", "cpu", "--threads", "1", "--budget", "6", "--no-marginal", "-o", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "lib:profiles/this_machine" in done.stdout
    profile = json.loads((tmp_path / "calibration" / "profiles" / "this_machine.json").read_text())
    assert profile["evidence"] == "measured"
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["metrics"]["tokens.good.rate"]["value"] > 0


def test_a_scenario_of_other_devices_is_refused(aifactory, tmp_path):
    done = aifactory("run", "scenarios/templates/pcie-5mw.yaml", "--calibrate", "cpu", "--threads", "1", "--budget", "2", "-o", str(tmp_path))
    assert done.returncode == 5 and "AF5023" in done.stderr
