"""Writes the stubs of the built package: _core.pyi from the module (pybind11-stubgen), blocks.pyi from the field lists.

usage: make_stubs.py FOLDER   (the folder that holds aifactory/)
"""

import re
import sys
import tempfile
import textwrap
from pathlib import Path

ROOM = "    "
BARE = re.compile(r"\b(list|dict|tuple)\b(?=\]|:$|,| \||\))")
MORE = {"list": "list[typing.Any]", "dict": "dict[str, typing.Any]", "tuple": "tuple[typing.Any, ...]"}


def core_stub(folder: Path, package: Path) -> None:
    from pybind11_stubgen import main

    with tempfile.TemporaryDirectory() as out:
        main(["aifactory._core", "--output-dir", out, "--numpy-array-use-type-var", "--exit-code"])
        text = Path(out, "aifactory/_core.pyi").read_text(encoding="utf-8")
    # Rows of tables are bare lists and dictionaries in C++; strict checkers want to know of what.
    lines = [
        BARE.sub(lambda m: MORE[m[1]], line) if line.lstrip().startswith(("def ", "__fields__")) else line for line in text.splitlines()
    ]
    (package / "_core.pyi").write_text("\n".join(lines) + "\n", encoding="utf-8")


def hint(kind: dict, unit: str, names: dict[str, str]) -> str:
    """The Python type of a field."""
    shape = kind["shape"]
    if shape == "number":
        out = "float" if unit == "1" else "Quantity"
    elif shape == "word":
        out = "Literal[" + ", ".join(repr(word) for word in kind["words"]) + "]"
    elif shape == "list":
        element = hint(kind["element"], unit, names)
        out = f"Items[{element}]" if kind["element"]["shape"] in ("structure", "variant") else f"tuple[{element}, ...]"
    elif shape == "map":
        out = f"dict[str, {hint(kind['element'], unit, names)}]"
    elif shape == "structure":
        out = names[kind["name"]]
    elif shape == "variant":
        out = " | ".join(hint(one, unit, names) for one in kind["alternatives"].values())
    else:
        out = {"integer": "int", "flag": "bool", "text": "str"}[shape]
    return f"{out} | None" if kind["optional"] else out


def block_stub(package: Path) -> None:
    from aifactory import blocks

    names = blocks.class_names()
    out = [
        '"""The blocks of a scenario, from the field lists. Made by make_stubs.py; do not edit."""\n',
        "from collections.abc import Iterator, Mapping, Sequence\nfrom typing import Any, Generic, Literal, TypeVar, overload\n",
        "from .quantity import Quantity\n",
        'T = TypeVar("T", covariant=True)\n',
        "def class_names() -> dict[str, str]: ...\ndef attribute(key: str) -> str: ...\ndef field_doc(field: Mapping[str, Any]) -> str: ...\n",
        "class Block:\n    def __init__(self, values: Mapping[str, Any]) -> None: ...\n    def __iter__(self) -> Iterator[str]: ...\n    def to_dict(self) -> dict[str, Any]: ...\n"
        "    def _repr_html_(self) -> str: ...\n",
        "class Items(Sequence[T], Generic[T]):\n    def __init__(self, items: Sequence[T]) -> None: ...\n    def __len__(self) -> int: ...\n    @overload\n"
        "    def __getitem__(self, which: int | str) -> T: ...\n    @overload\n    def __getitem__(self, which: slice) -> Items[T]: ...\n",
        "CLASSES: dict[str, type[Block]]\n",
    ]
    for cpp_name, made in blocks.CLASSES.items():
        name = "ROOT" if made is blocks.ROOT else names[cpp_name]
        out.append(f'class {name}(Block):\n{ROOM}"""{made.__doc__}"""\n')
        for field in made._fields:
            doc = textwrap.indent(blocks.field_doc(field).replace("\\", "\\\\").replace('"""', "'''"), ROOM * 2).lstrip()
            out.append(
                f'{ROOM}@property\n{ROOM}def {blocks.attribute(field["key"])}(self) -> {hint(field["type"], field["unit"], names)}:\n{ROOM * 2}"""{doc}"""\n'
            )
    (package / "blocks.pyi").write_text("\n".join(out), encoding="utf-8")


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(folder))
    try:
        import pybind11_stubgen  # noqa: F401
    except ImportError:
        print("pybind11-stubgen is not installed (./run deps): the package has no stubs", file=sys.stderr)
        for name in ("_core.pyi", "blocks.pyi"):
            (folder / "aifactory" / name).write_text("from typing import Any\ndef __getattr__(name: str) -> Any: ...\n", encoding="utf-8")
        sys.exit(0)
    block_stub(folder / "aifactory")
    core_stub(folder, folder / "aifactory")
