"""Results: views over C++ memory, exports, what notebooks show."""

import gc
import pickle

import numpy as np
import pytest


def test_an_array_is_the_cpp_buffer(af, result):
    group = result.series()
    for name in group:
        array = group[name]
        assert array.__array_interface__["data"][0] == group._group.address(name)
        assert array.dtype == np.float32
        assert not array.flags.owndata
        assert array.unit
    assert result.facility_power.__array_interface__["data"][0] == result.series().facility_power.__array_interface__["data"][0]


def test_an_array_cannot_be_written(result):
    array = result.facility_power
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1
    with pytest.raises(ValueError, match=r"WRITEABLE|writeable"):
        array.flags.writeable = True
    with pytest.raises(ValueError, match="read-only"):
        array += 1


def test_an_array_outlives_its_results(af, small):
    r = af.run(small, level="screening")
    array, copy = r.facility_power, np.array(r.facility_power)
    del r
    gc.collect()
    _ = [np.zeros(10000) for _ in range(100)]
    np.testing.assert_array_equal(array, copy)


def test_slices_keep_the_unit_and_arithmetic_does_not(result):
    assert result.facility_power[:24].unit == "W"
    assert type(result.facility_power * 2) is np.ndarray
    assert result.facility_power.to("MW").mean() == pytest.approx(float(np.asarray(result.facility_power, dtype=float).mean()) / 1e6)
    assert pickle.loads(pickle.dumps(result.facility_power)).unit == "W"


def test_pods_and_workloads_have_labels(result):
    pods = result.series("ts_pods_1h")
    assert pods.group_power.shape == (len(pods), len(pods.labels("pod")))
    with pytest.raises(AttributeError, match="columns"):
        _ = result.no_such_column
    with pytest.raises(KeyError, match="groups"):
        result.series("ts_9h")
    with pytest.raises(KeyError, match="near"):
        _ = result["power.pue"]


def test_xarray_shares_the_memory(result):
    xr = pytest.importorskip("xarray")
    ds = result.to_xarray("1h")
    assert np.shares_memory(ds.facility_power.values, result.facility_power)
    assert ds.facility_power.attrs["units"] == "W"
    assert ds.sel(time="2027-07").sizes["time"] == 744
    assert float(ds.facility_power.groupby("time.hour").mean().max()) > 0
    day = result.to_xarray("1D")
    assert day.sizes["time"] == 365
    assert day.facility_power.attrs["units"] == "W"
    assert isinstance(ds, xr.Dataset)


def test_pandas_shares_the_memory(result):
    pytest.importorskip("pandas")
    frame = result.to_pandas(["facility_power"])
    assert np.shares_memory(frame["facility_power"].to_numpy(), result.facility_power)
    both = result.to_pandas(["facility_power", "tokens_out", "rack_power"], freq="1D")
    assert len(both) == 365
    assert any(c.startswith("rack_power.") for c in both.columns)
    assert both.attrs["units"]["facility_power"] == "W"


def test_parquet(af, result, tmp_path):
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    result.to_parquet(tmp_path / "r.parquet", ["facility_power", "rack_power"])
    back = pd.read_parquet(tmp_path / "r.parquet")
    np.testing.assert_array_equal(back["facility_power"].to_numpy(), np.asarray(result.facility_power))


def test_a_metric_has_a_band_or_says_that_it_has_none(af, result):
    m = result["tokens.out.rate"]
    assert m.value.unit == "tok/s"
    assert m.p50.to("Mtok/s").value == m.p50.value / 1e6
    assert (m.p10 is None) == (m.validity == "no_band")
    assert "energy-weighted" in result["pue"].definition
    frame = result.summary.to_pandas()
    assert frame.loc["pue", "value"] == result["pue"].value.value


def test_the_hours_of_the_causes_are_the_year(result):
    assert sum(c.hours for c in result.causes) == pytest.approx(8760)
    assert sum(f.energy_j for f in result.flows) > 0
    assert abs(result.energy_residual) < 1e-6


def test_reading_what_is_no_result(af, small, tmp_path):
    (tmp_path / "x.nc").write_bytes(b"no HDF5 at all")
    for wrong in (tmp_path / "x.nc", tmp_path / "none.nc"):
        with pytest.raises((af.DataError, af.MissingError)):
            af.Results.load(wrong)
    with pytest.raises((af.MissingError, OSError)):
        af.run(small, level="screening").save("/proc/no/where.nc")


def test_a_damaged_result_is_a_data_error(af, result, tmp_path):
    h5py = pytest.importorskip("h5py")

    def damaged(change):
        path = tmp_path / "x.nc"
        result.save(path)
        with h5py.File(path, "r+") as file:
            change(file)
        with pytest.raises((af.DataError, af.MissingError)):
            af.Results.load(path)

    damaged(lambda f: f.__delitem__("summary/value"))
    damaged(lambda f: (f.__delitem__("summary/p10"), f.create_dataset("summary/p10", data=[1.0])))
    damaged(lambda f: (f.__delitem__("ts_1h/it_power"), f.create_dataset("ts_1h/it_power", data=[1.0, 2.0])))
    damaged(lambda f: (f.__delitem__("scenario/details_json"), f.create_dataset("scenario/details_json", data="{]")))
    damaged(lambda f: f.attrs.__delitem__("aifactory_schema"))
    raw = (result.save(tmp_path / "y.nc"), (tmp_path / "y.nc").read_bytes())[1]
    for cut in (100, len(raw) // 2, len(raw) - 10):
        (tmp_path / "z.nc").write_bytes(raw[:cut])
        with pytest.raises((af.DataError, af.MissingError)):
            af.Results.load(tmp_path / "z.nc")


def test_results_travel(af, result):
    again = pickle.loads(pickle.dumps(result))
    assert {id: m.value for id, m in again.items()} == {id: m.value for id, m in result.items()}
    np.testing.assert_array_equal(np.asarray(again.facility_power), np.asarray(result.facility_power))


def test_what_a_notebook_shows(af, small, result):
    html = result._repr_html_()
    for word in ("PUE", "svg", "provenance", "What limits output"):
        assert word in html
    evil = af.run(small.patch({"title": "<script>alert(1)</script>"}), level="screening")
    assert "<script>" not in evil._repr_html_()


def test_the_report(af, result, tmp_path):
    report = result.report(tmp_path / "r.html", question="Is it enough?")
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == report.html
    assert "Is it enough?" in report.html
    frame = report._repr_html_()
    assert "sandbox" in frame
    assert "<script" not in frame


def test_warnings_reach_logging(af, small, caplog):
    with caplog.at_level("WARNING", logger="aifactory"):
        r = af.run(small.patch({"site.utility.power_factor_min": 1.0}), level="screening")
    assert len(caplog.records) == len(r.warnings)


def test_limits_that_are_not_kept(af, small):
    r = af.run(small.patch({"checks": [{"expr": "pue <= 1.01", "level": "error"}]}), level="screening")
    assert not r.checks[0].passed
    with pytest.raises(af.InfeasibleError, match="pue"):
        r.raise_if_failed()


def test_a_comparison(af, small, tmp_path):
    warm = small.patch({"cooling.liquid.supply": "35 degC"})
    both = af.compare({"bid": small, "warm": warm}, level="screening")
    assert both.table.loc["pue", "bid"] > 1
    assert both.table.loc["pue", "warm - bid"] == pytest.approx(both.table.loc["pue", "warm"] - both.table.loc["pue", "bid"])
    assert list(both.changes.index) == ["cooling.liquid.supply"]
    both.report(tmp_path / "tender.html")
    with pytest.raises(af.InputError):
        af.compare({"a": small}, baseline="b")
    with pytest.raises(af.InputError):
        af.compare({})
