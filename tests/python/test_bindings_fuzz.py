"""Whatever Python passes: a result or a typed error, never a crash. A crash would end this process, and with it the test run."""

import math

import numpy as np
import pytest

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = st.one_of(
    st.floats(),
    st.integers(),
    st.sampled_from([math.nan, math.inf, -math.inf, -0.0, 1e308, 10**30, np.float32(3), np.int64(4), np.array(5.0)]),
)
UNITS = st.sampled_from(["MW", "kW", "degC", "K", "%", "", "tok", "USD/kWh", "L/min/kW", "W/", "/", "1 s-1", "m^2", "\x00", "µW"])
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=30),
    st.binary(max_size=5),
    st.lists(st.integers(), max_size=3),
    st.just(object()),
    st.just(math.sqrt),
)
ANYTHING = st.one_of(NUMBERS, JUNK, st.builds(lambda n, u: f"{n} {u}", NUMBERS, UNITS))
TYPED = (ValueError, TypeError, OverflowError, AttributeError)  # af.InputError is a ValueError; DataError and MissingError stand beside


@pytest.fixture(scope="module")
def paths(af):
    return list(af.example("pcie-5mw").leaves())


@QUICK
@given(data=st.data())
def test_any_value_at_any_path(af, small, paths, data):
    path = data.draw(st.one_of(st.sampled_from(paths), st.text(max_size=20)))
    value = data.draw(ANYTHING)
    try:
        changed = small.patch({path: value})
    except TYPED as e:
        if isinstance(e, af.Error):
            assert e.diagnostics
            assert all(d.code.startswith("AF") for d in e.diagnostics)
        return
    assert changed.sha256
    assert "NaN" not in changed.to_text()


@QUICK
@given(st.recursive(ANYTHING, lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12))
def test_any_data_as_a_scenario(data):
    import aifactory as af

    try:
        af.Scenario.from_dict(data)
    except TYPED:
        pass


@QUICK
@given(st.text(max_size=200))
def test_any_text_as_a_scenario(text):
    import aifactory as af

    with pytest.raises((af.Error, UnicodeError)):
        af.Scenario.parse(text)


@QUICK
@given(data=st.data())
def test_any_argument_of_the_levels(af, data):
    device, draw = af.Profile("lib:profiles/h200_sxm"), lambda: data.draw(ANYTHING)
    calls = [
        lambda: device.gemm(draw(), draw(), draw(), precision=draw()),
        lambda: device.gemm(1, 1, 1, clock=draw()),
        lambda: device.attention_decode(draw(), draw(), heads=draw(), kv_heads=draw()),
        lambda: device.grouped_gemm(draw(), top_k=draw(), experts=draw(), hidden=draw(), inter=draw(), routing_alpha=draw()),
        lambda: device.junction(power=draw(), coolant=draw(), case_resistance=draw()),
        lambda: af.network.collective(draw(), draw(), ranks=draw(), link=draw()),
        lambda: af.cooling.weather(draw(), draw(), altitude=draw()),
        lambda: af.cooling.group(draw(), racks=draw(), liquid=draw(), air=draw()),
        lambda: af.linspace(draw(), draw(), draw()),
        lambda: af.q(draw(), draw()).to(draw()),
        lambda: af.Sweep(draw(), draw()),
        lambda: af.compare(draw()),
        lambda: af.Results.load(draw()),
        lambda: af.Profile(draw()),
        lambda: af.library.entry(draw()),
        lambda: af.explain(draw()),
    ]
    try:
        data.draw(st.sampled_from(calls))()
    except (*TYPED, af.Error, OSError, KeyError):
        pass


@QUICK
@given(data=st.data())
def test_any_replica_and_step(af, data):
    n = st.one_of(st.integers(-2, 2**40), ANYTHING)
    try:
        replica = af.Replica(
            model="lib:models/llama-3.1-8b", tp=data.draw(n), pp=data.draw(st.sampled_from([1, 2, 0, -1])), max_batch=data.draw(n)
        )
        cost = replica.iteration(n_decode=data.draw(n), context=data.draw(n), prefill_tokens=data.draw(n))
    except (*TYPED, af.Error):
        return
    assert math.isfinite(cost.time_s)
    assert cost.time_s > 0


@QUICK
@given(p=st.lists(NUMBERS, max_size=4), ends=st.lists(st.tuples(st.integers(-2, 5), st.integers(-2, 5), NUMBERS, NUMBERS), max_size=5))
def test_any_network(p, ends):
    import aifactory as af

    net = af.power.Network()
    try:
        for i, load in enumerate(p):
            net.bus(str(i), p=load, source=i == 0)
        for start, end, r, x in ends:
            net.branch(start, end, r=r, x=x)
        flow = net.flow()
    except (*TYPED, af.Error):
        return
    assert all(math.isfinite(m) for m in flow.magnitude_pu)
