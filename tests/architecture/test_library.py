"""Every value of library/ has a source that says where it comes from (library format: library/README.md)."""

from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="pyyaml is not installed")

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = {"measured", "published", "datasheet_prior", "assumption"}


def leaves(node, path=""):
    """(path, list) of every leaf: [value, source] or [value, source, low, high]."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield from leaves(child, f"{path}.{key}")
    elif isinstance(node, list) and node and all(isinstance(item, dict) for item in node):
        for index, child in enumerate(node):
            yield from leaves(child, f"{path}[{index}]")
    else:
        yield path, node


def problems(entry: dict) -> list[str]:
    wrong = [f"key `{key}` is missing" for key in ("schema", "kind", "id", "title", "sources", "values") if key not in entry]
    if wrong:
        return wrong
    sources = entry["sources"]
    for key, source in sources.items():
        if not isinstance(source, dict) or source.get("evidence") not in EVIDENCE:
            wrong.append(f"source `{key}` has no evidence ({', '.join(sorted(EVIDENCE))})")
        elif not source.get("text") or not source.get("date"):
            wrong.append(f"source `{key}` has no text or no date")
    for path, leaf in leaves(entry["values"], "values"):
        if not isinstance(leaf, list) or len(leaf) not in (2, 4) or leaf[1] not in sources:
            wrong.append(f"{path}: {leaf!r} is not [value, source] or [value, source, low, high]")
        elif len(leaf) == 4 and isinstance(leaf[0], (int, float)) and not leaf[2] <= leaf[0] <= leaf[3]:
            wrong.append(f"{path}: {leaf[0]} lies outside its own range {leaf[2]} .. {leaf[3]}")
    return wrong


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
