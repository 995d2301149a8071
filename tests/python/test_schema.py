"""The JSON Schema that editors use and the loader give one verdict on good and bad scenarios."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CORPUS = sorted((ROOT / "tests" / "bad_scenarios").glob("*.yaml"))
GOOD = [*sorted((ROOT / "scenarios").glob("*.yaml")), *sorted((ROOT / "scenarios" / "templates").glob("*.yaml"))]

# What a schema can see in one file: keys, forms, words, units. Ranges of values with a unit, references, patches, ids and
# the text of the YAML itself are the loader's alone.
VISIBLE = {"AF1003", "AF1004", "AF1005", "AF1007", "AF1009", "AF1011"}


class Loader(yaml.SafeLoader):
    """YAML 1.2 core rules: PyYAML's 1.1 dates, sexagesimals and yes/no stay text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null",))] for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"), list("-+.0123456789"))


@pytest.fixture(scope="session")
def validator(aifactory):
    schema = json.loads(aifactory("schema").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def codes(path: Path) -> set[str]:
    return {line.split()[2] for line in path.read_text().splitlines() if line.startswith("# expect: ")}


@pytest.mark.parametrize("path", GOOD, ids=lambda p: p.stem)
def test_good_scenarios_satisfy_the_schema(validator, path):
    assert [e.message for e in validator.iter_errors(yaml.load(path.read_text(), Loader))] == []


def can_see(path: Path) -> bool:
    """Whether the schema must refuse the file: values of patches are not described, and a part over a base may leave out what the base has."""
    text = path.read_text()
    is_part = re.search("^(base|include):", text, re.M) is not None
    return bool(codes(path) & (VISIBLE - {"AF1003"} if is_part else VISIBLE)) and re.search("^set:", text, re.M) is None and not text.startswith("# set")


@pytest.mark.parametrize("path", [p for p in CORPUS if can_see(p)], ids=lambda p: p.stem)
def test_what_a_schema_can_see_it_refuses(validator, path):
    document = yaml.load(path.read_text(), Loader)
    assert list(validator.iter_errors(document)) != []


def test_every_quantity_pattern_takes_its_own_example(validator):
    def walk(node):
        if isinstance(node, dict):
            for example in node.get("examples", []) if "pattern" in node else []:
                assert re.search(node["pattern"], example), (node["pattern"], example)
                seen.append(example)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    seen: list[str] = []
    walk(validator.schema)
    assert len(seen) > 50
