"""af.contingency: same bits as the program, records, bad arguments, result groups of run --contingency."""

import json
import math

import pytest


@pytest.fixture(scope="module")
def risk(af, small):
    return af.contingency(small, years=30, every=97)


def test_outages_findings_and_years(risk):
    assert len(risk.outages) > 20
    at_risk = [o.good_token_s for o in risk.outages]
    assert at_risk == sorted(at_risk, reverse=True)
    for o in risk.outages:
        assert o.gain_token_s == 0
        assert 0 <= o.worst_frac <= 1 + 1e-9
        assert [s.time_s for s in o.chain] == sorted(s.time_s for s in o.chain)
        assert o.case.source
    assert {f.severity for f in risk.findings} <= {"error", "warn", "info"}
    a = risk.availability
    assert a.years == 30
    assert 0 < a.availability_low <= a.availability <= a.availability_high <= 1 + 1e-9
    assert a.lost_good.p50 <= a.lost_good.p99 <= a.lost_good.worst + 1e-9
    assert risk[risk.outages[0].case.name].case.name == risk.outages[0].case.name
    with pytest.raises(KeyError):
        risk["nothing"]


def test_same_bits_as_the_program_on_any_threads(af, aifactory, small, risk, tmp_path):
    assert af.contingency(small, years=30, every=97, threads=1).json() == risk.json()
    path = tmp_path / "s.yaml"
    small.save(path)
    done = aifactory("contingency", str(path), "--years", "30", "--every", "97", "--json", "-o", str(tmp_path / "out"))
    assert done.returncode in (0, 1), done.stderr
    theirs, ours = json.loads(done.stdout), json.loads(risk.json())
    assert theirs["contingency"] == ours["contingency"]
    assert theirs["availability"] == ours["availability"]
    assert json.loads((tmp_path / "out" / "contingency.json").read_text()) == theirs


def test_only_and_bad_arguments(af, small):
    some = af.contingency(small, only="power.feeds", every=673)
    assert some.availability is None
    assert {o.case.component for o in some.outages} == {"power.feeds"}
    for options in ({"years": -1}, {"every": 0}, {"threads": -1}, {"only": ["power.fed"]}):
        with pytest.raises(af.InputError):
            af.contingency(small, **options)
    for wrong in (None, 7, "site.yaml"):
        with pytest.raises(TypeError):
            af.contingency(wrong)


def test_the_result_file_of_a_run_has_the_tables(af, aifactory, small, tmp_path):
    xarray = pytest.importorskip("xarray")
    path = tmp_path / "s.yaml"
    small.save(path)
    done = aifactory("run", str(path), "--contingency", "-o", str(tmp_path / "out"), "--set", "simulation.duration=2 day")
    assert done.returncode in (0, 1), done.stderr
    with xarray.open_dataset(tmp_path / "out" / "result.nc", group="contingency", engine="h5netcdf") as t:
        assert t.sizes["rank"] > 20
        at_risk = t["good_tokens_at_risk"].values
        assert (at_risk[:-1] >= at_risk[1:]).all()
        assert all(math.isnan(x) or x >= 0 for x in t["seconds_to_trip"].values)
    with xarray.open_dataset(tmp_path / "out" / "result.nc", group="availability", engine="h5netcdf") as t:
        assert (t["events_per_year"].values >= 0).all()
