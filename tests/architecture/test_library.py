"""Every value of library/ has a source that says where it comes from (library format: library/README.md)."""

from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="pyyaml is not installed")

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = {"measured", "published", "datasheet_prior", "assumption"}
WORDS = {"id", "type", "base"}  # which thing is meant, not a fact about it


def is_leaf(node, sources) -> bool:
    """[value, source] or [value, source, low, high]."""
    return isinstance(node, list) and len(node) in (2, 4) and isinstance(node[1], str) and node[1] in sources


def value_problems(node, sources, path="values", key=""):
    if is_leaf(node, sources):
        if len(node) == 4 and isinstance(node[0], (int, float)) and not node[2] <= node[0] <= node[3]:
            yield f"{path}: {node[0]} lies outside its own range {node[2]} .. {node[3]}"
    elif isinstance(node, dict):
        for name, child in node.items():
            yield from value_problems(child, sources, f"{path}.{name}", name)
    elif isinstance(node, list) and any(isinstance(child, (dict, list)) for child in node):
        for index, child in enumerate(node):
            yield from value_problems(child, sources, f"{path}[{index}]")
    elif key not in WORDS:
        yield f"{path}: {node!r} is not [value, source] or [value, source, low, high]"


def problems(entry: dict) -> list[str]:
    wrong = [f"key `{key}` is missing" for key in ("schema", "kind", "id", "title", "sources", "values") if key not in entry]
    if wrong:
        return wrong
    for key, source in entry["sources"].items():
        if not isinstance(source, dict) or source.get("evidence") not in EVIDENCE:
            wrong.append(f"source `{key}` has no evidence ({', '.join(sorted(EVIDENCE))})")
        elif not source.get("text") or not source.get("date"):
            wrong.append(f"source `{key}` has no text or no date")
    return wrong + list(value_problems(entry["values"], entry["sources"]))


def test_every_library_value_has_a_source():
    wrong = []
    for path in sorted((ROOT / "library").rglob("*.yaml")):
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        if entry.get("schema") == "aifactory/library/v1":
            wrong += [f"{path.relative_to(ROOT)}: {problem}" for problem in problems(entry)]
            if entry.get("id") != path.stem or entry.get("kind") is None:
                wrong.append(f"{path.relative_to(ROOT)}: id `{entry.get('id')}` is not the name of the file")
    assert not wrong, "\n".join(wrong)


GOOD = {
    "schema": "aifactory/library/v1", "kind": "ups", "id": "x", "title": "x",
    "sources": {"guess": {"text": "assumption: typical", "date": "2026", "evidence": "assumption"}},
    "values": {"loss_a0": [0.0085, "guess", 0.006, 0.012]},
}


@pytest.mark.parametrize("leaf", [0.0085, [0.0085], [0.0085, "unknown"], [0.02, "guess", 0.006, 0.012]])
def test_an_unsourced_or_impossible_value_is_refused(leaf):
    assert not problems(GOOD)
    assert problems({**GOOD, "values": {"loss_a0": leaf}})
