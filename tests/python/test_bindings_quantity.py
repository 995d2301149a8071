"""Numbers with units."""

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (72, "MW", "kW", 72e3),
        (1, "kWh", "J", 3.6e6),
        (50, "degF", "degC", 10),
        (8, "K", "K", 8),
        (1, "kWh", "MWh", 1e-3),
        (800, "Gbit/s", "GB/s", 100),
        (1.4, "L/min/kW", "m3/h/kW", 0.084),
        (1e-9, "m3/J", "L/kWh", 3.6),
        (30e6, "tok/s", "Mtok/s", 30),
        (0.068, "USD/kWh", "USD/MWh", 68),
        (42, "%", "1", 0.42),
        (11.4, "USD/kW/month", "USD/W/month", 0.0114),
        (1, "m3 J-1", "m3/J", 1),
    ],
)
def test_conversions(af, value, unit, to, expected):
    assert af.q(value, unit).to(to).value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("unit", "to"), [("MW", "MWh"), ("degC", "K"), ("GB", "GB/s"), ("tok/s", "1/s"), ("MW", "parsec")])
def test_units_that_measure_something_else_are_refused(af, unit, to):
    with pytest.raises(af.InputError) as caught:
        af.q(1, unit).to(to)
    assert caught.value.diagnostics[0].code == "AF5060"


def test_arithmetic_keeps_units(af):
    assert af.q(36, "MW") + "500 kW" == "36.5 MW"
    assert af.q(40, "degC") + "5 K" == af.q(45, "degC")
    assert af.q(45, "degC") - af.q(40, "degC") == "5 K"
    assert (af.q(45, "degC") - "5 K").unit == "degC"
    assert 2 * af.q(3, "MW") == "6 MW"
    assert af.q(6, "MW") / "3 MW" == 2
    assert af.q(72, "MW") > "71.9 MW"
    assert af.q(72, "MW") != "72 MWh"
    assert len({af.q(72, "MW"), af.q(72e6, "W")}) == 1


def test_a_number_with_a_unit_is_no_plain_number(af):
    with pytest.raises(TypeError, match="has a unit"):
        float(af.q(72, "MW"))
    assert float(af.q(42, "%")) == pytest.approx(0.42)


def test_a_quantity_does_not_change_and_travels(af):
    one = af.q(72, "MW")
    with pytest.raises(AttributeError):
        one.value = 80
    assert pickle.loads(pickle.dumps(one)) == one


@pytest.mark.parametrize("wrong", [None, [], {}, "72", "MW", object(), b"72 MW", 1 + 2j])
def test_what_is_no_quantity(af, wrong):
    with pytest.raises((TypeError, ValueError)):
        af.q(wrong, "MW")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_text_reads_back_to_the_same_bits(value):
    from aifactory import Quantity

    assert Quantity.parse(f"{value!r} MW").value == value


@given(st.text(max_size=40))
def test_any_text_is_a_quantity_or_an_input_error(text):
    from aifactory import InputError, Quantity

    try:
        assert math.isfinite(Quantity.parse(text).value) or "e" in text.lower() or len(text) > 300
    except InputError as e:
        assert e.diagnostics


def test_linspace(af):
    assert af.linspace("32 degC", "45 degC", 3) == [af.q(32, "degC"), af.q(38.5, "degC"), af.q(45, "degC")]
    with pytest.raises(af.InputError):
        af.linspace("1 MW", "2 MW", 1)


def test_pint_quantities_are_understood(af, small):
    pint = pytest.importorskip("pint")
    units = pint.UnitRegistry()
    assert small.patch({"site.utility.capacity": units.Quantity(9, "megawatt")}).site.utility.capacity == "9 MW"
    assert (
        small.patch({"site.utility.capacity": units.Quantity(9000, "kW")}).sha256 == small.patch({"site.utility.capacity": "9 MW"}).sha256
    )
    with pytest.raises((af.Error, TypeError, ValueError, pint.errors.DimensionalityError)):
        small.patch({"site.utility.capacity": units.Quantity(9, "meter")})
