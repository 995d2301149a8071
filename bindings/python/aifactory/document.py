"""Python data as the text that the C++ reader takes. One reader checks files, changes and blocks, so all say the same words."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from . import _core
from .errors import refused
from .quantity import Document, Quantity, SupportsTo, SupportsToDict

_OPERATORS = ("+=", "*=", "-=")


def _plain(value: Any, path: str) -> Any:
    """JSON-ready; quantities become text with their unit. `path` tells what a Pint value measures."""
    if isinstance(value, (str, bool)) or value is None:
        return value
    if isinstance(value, Quantity):
        return f"{value.value!r} {value.unit}" if value.unit != "1" else value.value
    if isinstance(value, SupportsToDict) and not isinstance(value, Mapping):
        return value.to_dict()
    if isinstance(value, SupportsTo):
        unit = _core.field_unit(path)
        if unit is None:
            raise refused("AF5060", f"`{path}` takes no number", path=path)
        return f"{float(value.to(unit if unit != '1' else '').magnitude)!r} {unit if unit != '1' else ''}".strip()
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{path}.{key}" if path else str(key)) for key, item in value.items()}
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:  # a NumPy scalar
        return _plain(value.item(), path)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)  # "nan" is refused by the reader, with a place
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return [_plain(item, path) for item in value]
    raise TypeError(f"a {type(value).__name__} cannot stand in a scenario" + (f" (at {path})" if path else ""))


def document(value: Document, path: str = "") -> str:
    """A block as JSON text."""
    return json.dumps(_plain(value, path), ensure_ascii=False)


def changes(patch: Mapping[str, Document]) -> list[str]:
    """{"pods.a.count+=": 8} -> ["pods.a.count+=8"]: what `--set` takes."""
    out = []
    for key, value in patch.items():
        if not isinstance(key, str):
            raise TypeError(f"a path is text, not {type(key).__name__}")
        path = key.strip()
        operator = next((o for o in _OPERATORS if path.endswith(o)), "")
        path = path.removesuffix(operator).strip()
        if "=" in path or "\n" in path:
            raise refused("AF5060", f"`{key}` is no path", "the value stands on the other side of the colon: {path: value}")
        out.append(f"{path}{operator or '='}{document(value, path)}")
    return out
