"""The blocks of a scenario as classes. They are made from the field lists of the C++ structs (names, units, defaults, sentences), the same that
the YAML reader checks against; blocks.pyi, which editors and type checkers read, is written from them too."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from . import _core
from .quantity import Quantity

_FIELDS: Mapping[str, list[Any]] = _core.scenario_blocks()


def class_names() -> dict[str, str]:
    """C++ name -> Python name: "aif::power::UtilityParams" is UtilityParams; with the room before it where two rooms use one name."""
    last = [name.rsplit("::", 1)[-1] for name in _FIELDS]
    return {
        name: short if last.count(short) == 1 else name.split("::")[-2].capitalize() + short
        for name, short in zip(_FIELDS, last, strict=True)
    }


def attribute(key: str) -> str:
    """Key as an attribute: `from` is `from_`."""
    return key + "_" if keyword.iskeyword(key) else key


class Block:
    """A block of a scenario. Read only; change a scenario with patch()."""

    __slots__ = ("_values",)
    _fields: tuple[Any, ...] = ()
    _values: Mapping[str, Any]

    def __init__(self, values: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_values", values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a block does not change: use scenario.patch({{'...{name}': ...}})")

    def __getstate__(self) -> Mapping[str, Any]:
        return self._values

    def __setstate__(self, values: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_values", values)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values == other._values  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(repr(self._values))

    def __iter__(self) -> Iterator[str]:
        return (field["key"] for field in self._fields)

    def to_dict(self) -> dict[str, Any]:
        """As plain data with units, as it would be written in a file."""
        out: dict[str, Any] = {"type": self._values["type"]} if "type" in self._values else {}
        for field in self._fields:
            value = _written(self._values[field["key"]], field)
            if value is not None:
                out[field["key"]] = value
        return out

    def __repr__(self) -> str:
        inside = ", ".join(f"{field['key']}={_short(getattr(self, attribute(field['key'])))}" for field in self._fields)
        return f"{type(self).__name__}({inside})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{escape(f['key'])}</code></td><td>{escape(_short(getattr(self, attribute(f['key']))))}</td><td>{escape(f['doc'])}</td></tr>"
            for f in self._fields
        )
        return f"<table><tr><th>key</th><th>value</th><th>meaning</th></tr>{rows}</table>"


class Items(Sequence[Any]):
    """A list of blocks, by position or by id."""

    __slots__ = ("_items",)

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = tuple(items)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, which: Any) -> Any:
        if isinstance(which, str):
            for item in self._items:
                if getattr(item, "id", None) == which:
                    return item
            known = ", ".join(str(getattr(item, "id", "?")) for item in self._items)
            raise KeyError(f"{which}; ids here: {known}")
        return Items(self._items[which]) if isinstance(which, slice) else self._items[which]

    def __eq__(self, other: object) -> bool:
        return self._items == (other._items if isinstance(other, Items) else other)

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return f"[{', '.join(map(repr, self._items))}]"


def _short(value: Any) -> str:
    if isinstance(value, Block):
        return f"{type(value).__name__}(...)"
    if isinstance(value, Items):
        return "[" + ", ".join(str(getattr(item, "id", "...")) for item in value) + "]"
    return str(value) if isinstance(value, Quantity) else repr(value)


def _number(value: Any) -> float:
    return float(value)  # "inf" and "nan" are text in canonical JSON


def _read(value: Any, kind: Mapping[str, Any], unit: str) -> Any:
    """Canonical JSON as people see it."""
    shape = kind["shape"]
    if value is None:
        return None
    if shape == "number":
        return Quantity(_number(value), unit) if unit != "1" else _number(value)
    if shape == "list":
        items = [_read(item, kind["element"], unit) for item in value]
        return Items(items) if kind["element"]["shape"] in ("structure", "variant") else tuple(items)
    if shape == "map":
        return {key: _read(item, kind["element"], unit) for key, item in value.items()}
    if shape == "structure":
        return CLASSES[kind["name"]](value)
    if shape == "variant":
        return _read(value, kind["alternatives"][value["type"]], unit)
    return value


def _written(value: Any, field: Mapping[str, Any]) -> Any:
    """Canonical JSON as a file would have it; None for what is left out."""
    seen = _read(value, field["type"], field["unit"])

    def plain(item: Any) -> Any:
        if isinstance(item, Block):
            return item.to_dict()
        if isinstance(item, (Items, tuple)):
            return [plain(one) for one in item]
        if isinstance(item, Mapping):
            return {key: plain(one) for key, one in item.items()}
        if isinstance(item, Quantity):
            return f"{item.value!r} {item.unit}"
        return item

    return None if value in ("inf", "-inf", "nan") else plain(seen)


def field_doc(field: Mapping[str, Any]) -> str:
    """Docstring of a property."""
    default = "Required." if field["required"] else f"Default {field['default']}." if field["default"] else ""
    source = f" Source: {field['source']}." if field["source"] else ""
    return f"{field['doc']}\n\nTakes {field['takes']}. {default}{source}".rstrip()


def _property(field: Mapping[str, Any]) -> property:
    key, kind, unit = field["key"], field["type"], field["unit"]
    return property(lambda self: _read(self._values[key], kind, unit), doc=field_doc(field))


def _make_class(cpp_name: str, name: str) -> type[Block]:
    fields = _FIELDS[cpp_name]
    members: dict[str, Any] = {attribute(field["key"]): _property(field) for field in fields}
    doc = "Keys: " + ", ".join(field["key"] for field in fields) + "."
    return type(name, (Block,), {"__slots__": (), "__doc__": doc, "__module__": __name__, "_fields": tuple(fields), **members})


CLASSES: dict[str, type[Block]] = {cpp_name: _make_class(cpp_name, name) for cpp_name, name in class_names().items()}
ROOT = CLASSES["aif::sim::Scenario"]
globals().update({made.__name__: made for made in CLASSES.values() if made is not ROOT})
