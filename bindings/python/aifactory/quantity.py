"""Numbers with units. A value with a dimension is text ("72 MW"), a Quantity, or any object with `.to(unit).magnitude` (Pint)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import total_ordering
from typing import Any, Protocol, TypeAlias, runtime_checkable

from . import _core
from .errors import InputError, refused


@runtime_checkable
class SupportsTo(Protocol):
    """What Pint's quantities, and ours, can do."""

    def to(self, unit: str, /) -> Any: ...


@runtime_checkable
class SupportsToDict(Protocol):
    """A block of a scenario."""

    def to_dict(self) -> dict[str, Any]: ...


Value: TypeAlias = "str | float | bool | Quantity | SupportsTo"
Document: TypeAlias = "Value | SupportsToDict | Mapping[str, Document] | Sequence[Document]"  # a block of a scenario as plain data

_ATOM = re.compile(r"([A-Za-z%]+)(-?\d+)?$")
# Symbol -> (factor to SI, offset, SI symbol). A symbol of several kinds (none but "") keeps its first.
_TABLE: dict[str, tuple[float, float, str]] = {}
for _, _si, _symbol, _scale, _zero in _core.unit_table():
    _TABLE.setdefault(_symbol, (_scale, _zero, _si))


# SI symbols that are no unit of the table, and their atoms: "USD/J", FLOP of "FLOP/s".
for _part in {name for _, _, si in tuple(_TABLE.values()) for name in (si, *si.split("/"))} - {"1", ""}:
    _TABLE.setdefault(_part, (1.0, 0.0, _part))
_BASE: dict[str, dict[str, int]] = {"1": {}, "m3": {"m": 3}, "m2": {"m": 2}, "W": {"J": 1, "s": -1}}


def _reduce(unit: str) -> tuple[float, dict[str, int]]:
    """Factor and exponents of base symbols: "kW" is (1000, {W: 1}), "L/kWh" is (1e-3 / 3.6e6, {m: 3, J: -1})."""
    if "/" in unit and unit in _TABLE and _TABLE[unit][2] != unit:  # "Gbit/s", though "Gbit" alone is none
        factor, powers = _reduce(_TABLE[unit][2])
        return _TABLE[unit][0] * factor, powers
    factor, powers = 1.0, dict[str, int]()
    for position, part in enumerate(unit.split("/")):
        for atom in part.split():
            if atom == "1":
                continue
            match = _ATOM.match(atom)
            if not match:
                raise refused("AF5060", f"unknown unit `{unit}`")
            name, power = (atom, 1) if atom in _TABLE else (match[1], int(match[2] or 1))
            if name not in _TABLE:
                raise refused("AF5060", f"unknown unit `{name}`" + (f" in `{unit}`" if name != unit else ""))
            power *= -1 if position else 1
            scale, _, si = _TABLE[name]
            factor *= scale**power
            for symbol, exponent in _BASE.get(si, {si: 1}).items():
                powers[symbol] = powers.get(symbol, 0) + exponent * power
    return factor, {name: power for name, power in powers.items() if power}


def _factor(unit: str, to: str) -> tuple[float, float, float, float]:
    """(factor, offset) of both units to a common base; refuses units that do not measure the same."""
    if unit in _TABLE and to in _TABLE and _TABLE[unit][2] == _TABLE[to][2]:
        return (*_TABLE[unit][:2], *_TABLE[to][:2])
    (a, powers), (b, other) = _reduce(unit), _reduce(to)
    if powers != other:
        raise refused(
            "AF5060",
            f"`{unit}` and `{to}` do not measure the same",
            "a difference of temperatures is K, a temperature degC" if "K" in (unit, to) else "",
        )
    return a, 0.0, b, 0.0


def convert(value: Any, unit: str, to: str) -> Any:
    """Turns a number or an array from one unit into another."""
    if unit == to:
        return value
    a, a_offset, b, b_offset = _factor(unit, to)
    return (value * a + (a_offset - b_offset)) / b


@total_ordering
class Quantity:
    """A number and its unit. Immutable; compares with text, Quantities and Pint; adds what measures the same."""

    __slots__ = ("unit", "value")
    value: float
    unit: str

    def __init__(self, value: float, unit: str = "1") -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            value = _number(value)
        _reduce(unit)
        object.__setattr__(self, "value", float(value))
        object.__setattr__(self, "unit", unit or "1")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Quantity does not change: cannot set {name}")

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """ "72 MW" -> Quantity(72, "MW")."""
        match = re.match(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$", text)
        if not match:
            raise refused("AF5060", f"`{text}` is no number with a unit", "write `72 MW`")
        return cls(float(match[1]), match[2] or "1")

    def to(self, unit: str) -> Quantity:
        """The same in another unit; InputError when that measures something else."""
        return Quantity(convert(self.value, self.unit, unit), unit)

    @property
    def magnitude(self) -> float:
        """The number, as Pint calls it."""
        return self.value

    @property
    def si(self) -> float:
        """The number in SI (degC for temperatures)."""
        if self.unit in _TABLE:
            factor, offset, _ = _TABLE[self.unit]
            return self.value * factor + offset
        return self.value * _reduce(self.unit)[0]

    def _other(self, other: object) -> float:
        return quantity(other).to(self.unit).value if isinstance(other, (str, SupportsTo, int, float)) else math.nan

    def __eq__(self, other: object) -> bool:
        try:
            return self.value == self._other(other)
        except InputError:
            return False

    def __lt__(self, other: Value) -> bool:
        return self.value < self._other(other)

    def __hash__(self) -> int:
        return hash(self.si)

    def __add__(self, other: Value) -> Quantity:
        if self.unit in ("degC", "degF"):
            difference = quantity(other).to("K").value
            return Quantity(self.to("degC").value + difference, "degC").to(self.unit)
        return Quantity(self.value + self._other(other), self.unit)

    def __sub__(self, other: Value) -> Quantity:
        if self.unit in ("degC", "degF"):
            try:
                return Quantity(self.to("degC").value - quantity(other).to("degC").value, "K")
            except InputError:
                return self + -quantity(other)
        return Quantity(self.value - self._other(other), self.unit)

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.unit)

    def __mul__(self, factor: float) -> Quantity:
        return Quantity(self.value * factor, self.unit)

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Any:
        """By a number: a Quantity. By what measures the same: a number."""
        if isinstance(other, (int, float)):
            return Quantity(self.value / other, self.unit)
        return self.value / self._other(other)

    def __float__(self) -> float:
        if _reduce(self.unit)[1]:
            raise TypeError(f"{self} has a unit: take .si, or .to(unit).value")
        return self.si

    def readable(self) -> Quantity:
        """In the largest unit that leaves a digit before the point: 5e6 W is 5 MW."""
        scales = [
            (factor, symbol)
            for symbol, (factor, offset, si) in _TABLE.items()
            if si == _TABLE.get(self.unit, (0, 0, ""))[2] and symbol and not offset and "%" not in symbol
        ]
        fitting = [one for one in scales if one[0] <= abs(self.si)]
        return self.to(max(fitting)[1]) if fitting and self.unit not in ("1", "degC") else self

    def __str__(self) -> str:
        return format(self.readable(), ".6g")

    def __format__(self, spec: str) -> str:
        return f"{self.value:{spec}}" + ("" if self.unit == "1" else f" {self.unit}")

    def __repr__(self) -> str:
        return f"Quantity({self.value!r}, {self.unit!r})"

    def __reduce__(self) -> tuple[type[Quantity], tuple[float, str]]:
        return Quantity, (self.value, self.unit)


def _number(value: object) -> float:
    try:
        if isinstance(value, (str, bytes, bool)):
            raise TypeError
        return float(value)  # type: ignore[arg-type]  # NumPy scalars and what else says it is a number
    except TypeError:
        raise TypeError(f"a number is wanted, not {type(value).__name__}") from None


def q(value: float, unit: str = "1") -> Quantity:
    """Short for Quantity: q(72, "MW")."""
    return Quantity(value, unit)


def quantity(value: object) -> Quantity:
    """Text, a number without dimension, a Quantity or a Pint quantity as a Quantity."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, str):
        return Quantity.parse(value)
    if isinstance(value, SupportsTo):
        return Quantity(_number(value.magnitude), str(getattr(value, "units", "")))  # type: ignore[attr-defined]
    return Quantity(_number(value), "1")


def si(value: object, unit: str, name: str = "") -> float:
    """An argument as a finite number in `unit` (an SI symbol). A bare number is refused where the unit has a dimension."""
    if isinstance(value, Quantity):
        number = value.to(unit).value
    elif isinstance(value, str):
        number = Quantity.parse(value).to(unit).value
    elif isinstance(value, SupportsTo):
        number = _number(value.to(unit).magnitude)
    else:
        number = _number(value)
        if _reduce(unit)[1]:
            raise refused("AF5060", f"{name or 'the value'} has no unit", f'write "{number:g} {unit}", or q({number:g}, "{unit}")', name)
    if not math.isfinite(number):
        raise refused("AF5061", f"{number} is not possible for {name or 'the value'}", "a finite number", name)
    return number


def linspace(first: Value, last: Value, n: int) -> list[Quantity]:
    """n values evenly spaced, both ends included, in the unit of the first."""
    a, b = quantity(first), quantity(last)
    if n < 2:
        raise refused("AF5061", f"linspace of {n} values", "two or more")
    end = b.to(a.unit).value
    return [Quantity(a.value + (end - a.value) * i / (n - 1), a.unit) for i in range(n)]
