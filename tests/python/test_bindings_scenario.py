"""Scenarios: attribute paths are file paths, changes are those of --set, errors are those of the command line."""

import gc
import json
import pickle
import zlib

import pytest


def test_attributes_are_the_paths_of_the_file(af, small):
    assert small.site.utility.capacity == small["site.utility.capacity"]
    pod = small.halls[0].pods[0]
    assert small.halls[small.halls[0].id].pods[pod.id].count == small[f"pods.{pod.id}.count"]
    assert small.cooling.liquid.supply.unit == "degC"
    assert small.workloads[0].to_dict()["type"] == "serving"


def test_every_value_can_be_reached_by_attributes(af):
    """Walks the blocks of the reference site along the paths that C++ lists."""
    reference = af.example("reference_100mw")
    for path in reference.leaves():
        here = reference
        words = path.split(".")
        for i, word in enumerate(words):
            if isinstance(here, dict):  # its keys may hold dots
                here = here[".".join(words[i:])]
                break
            if isinstance(here, af.blocks.Items):
                here = here[int(word)] if word.isdigit() else here[word]
            elif isinstance(here, tuple):
                here = here[int(word)]
            else:
                here = getattr(here, af.blocks.attribute(word))
        assert here == reference[path] or here is None, path


def test_every_field_has_a_sentence_a_unit_and_a_range(af):
    capacity = af.blocks.UtilityParams.capacity
    assert "Import limit" in capacity.__doc__
    assert "a power" in capacity.__doc__
    undocumented = [f"{made.__name__}.{f['key']}" for made in af.blocks.CLASSES.values() for f in made._fields if not f["doc"].strip()]
    assert not undocumented


def test_a_change_gives_a_new_scenario(af, small):
    before = small.sha256
    changed = small.with_(site__utility__capacity="9 MW")
    assert changed.site.utility.capacity == "9 MW"
    assert small.sha256 == before != changed.sha256
    assert changed == small.patch({"site.utility.capacity": af.q(9000, "kW")})
    assert changed.origin("site.utility.capacity")[-1].file.startswith("--set")
    with pytest.raises(AttributeError):
        small.name = "other"
    with pytest.raises(AttributeError):
        small.site.utility.capacity = "9 MW"


def test_changes_are_those_of_the_command_line(af, aifactory, small, tmp_path):
    pod = small.halls[0].pods[0].id
    patched = small.patch({f"pods.{pod}.count+=": 4, "title": "a: [b] # c"})
    assert patched[f"pods.{pod}.count"] == small[f"pods.{pod}.count"] + 4
    assert patched.title == "a: [b] # c"
    again = af.Scenario.load(small.path, set={f"pods.{pod}.count+=": 4, "title": "a: [b] # c"})
    assert again.sha256 == patched.sha256


def test_changing_twice_is_changing_once(af, small):
    capacity = small.site.utility.capacity
    twice = small.patch({"site.utility.capacity": "9 MW"}).patch({"site.utility.capacity": capacity})
    assert twice.sha256 == small.sha256


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"site.utility.capacity": 80}, "AF1011"),
        ({"site.utility.capacity": "80 degC"}, "AF1011"),
        ({"site.utility.capacity": float("nan")}, "AF1011"),
        ({"site.utility.capacity": "80 MX"}, "AF1011"),
        ({"site.utility.capacty": "80 MW"}, "AF1013"),
        ({"site.utility.capacity": "-3 MW"}, "AF1012"),
        ({"cooling.liquid.supply": "8 K"}, "AF1011"),
        ({"halls": "none"}, "AF1005"),
        ({"seed": 1.5}, "AF1005"),
    ],
)
def test_bad_changes_carry_their_diagnostics(af, small, patch, code):
    with pytest.raises(af.ScenarioError) as caught:
        small.patch(patch)
    assert caught.value.diagnostics[0].code == code
    assert code in str(caught.value)


def test_all_problems_come_at_once(af, small):
    with pytest.raises(af.ScenarioError) as caught:
        small.patch({"site.utility.capacity": 80, "site.utility.voltage": "3 MW", "cooling.liquid.supply": "nan degC"})
    assert len(caught.value.diagnostics) == 3


def test_an_error_reads_as_on_the_command_line(af, aifactory, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("schema: aifactory/scenario/v1\nname: bad\nsite: { utility: { capacity: 80 } }\n")
    shown = aifactory("check", "--color", "never", str(path)).stderr
    with pytest.raises(af.ScenarioError) as caught:
        af.Scenario.load(path)
    for d in caught.value.diagnostics:
        assert d.code in shown
    first = caught.value.diagnostics[0]
    assert first.file == str(path)
    assert first.line >= 1
    assert str(caught.value).strip() in shown
    assert {d.code for d in af.check(path)} == {d.code for d in caught.value.diagnostics}


def test_a_file_that_is_not_there(af, tmp_path):
    with pytest.raises(af.MissingError) as caught:
        af.Scenario.load(tmp_path / "none.yaml")
    assert isinstance(caught.value, OSError)


def test_one_text_that_stands_alone(af, tmp_path):
    for name in ("pcie-5mw", "reference_100mw"):
        s = af.example(name)
        s.save(tmp_path / "alone.yaml")
        assert af.Scenario.load(tmp_path / "alone.yaml").sha256 == s.sha256
        assert len(s.to_bytes()) < 8000, "a case travels as a few kB"
        assert pickle.loads(pickle.dumps(s)) == s


def test_from_plain_data(af, small):
    data = json.loads(small.to_text())
    data["site"]["utility"]["capacity"] = af.q(9, "MW")
    assert af.Scenario.from_dict(data).sha256 == small.patch({"site.utility.capacity": "9 MW"}).sha256
    block = small.cooling.to_dict()
    assert small.patch({"cooling": block}).cooling == small.cooling


def test_a_case_of_another_version_is_refused(af, small):
    import zlib

    row = json.loads(zlib.decompress(small.to_bytes()))
    row[0] = "0.0.0-other"
    with pytest.raises(af.InputError, match="worker"):
        af.Scenario.from_bytes(zlib.compress(json.dumps(row).encode()))


def test_cases_of_a_tender(af, small, tmp_path):
    (tmp_path / "cases.yaml").write_text(
        f"schema: aifactory/cases/v1\nbase: {small.path}\nbaseline: bid\ncases:\n  - {{ id: bid }}\n  - {{ id: big, set: {{ site.utility.capacity: 9 MW }} }}\n"
    )
    cases = af.cases(tmp_path / "cases.yaml")
    assert list(cases) == ["bid", "big"]
    assert cases["bid"] == small
    assert cases["big"].site.utility.capacity == "9 MW"


def test_reprs_escape_what_the_scenario_says(af, small):
    evil = small.patch({"title": "<script>alert(1)</script>"})
    assert "<script>" not in evil._repr_html_()
    assert "pcie" in repr(small)
    assert "capacity" in small.site.utility._repr_html_()


def test_the_library_tells_its_sources(af):
    assert "racks/gb200-nvl72" in af.library.names("racks")
    entry = af.library.entry("racks/gb200-nvl72")
    assert entry.sources
    with pytest.raises(af.ScenarioError, match="did you mean"):
        af.library.entry("racks/gb200-nvl73")
    assert "energy-weighted" in af.explain("pue")
    assert "Import limit" in af.explain("site.utility.capacity")
    with pytest.raises(af.InputError):
        af.explain("no.such.thing")


def test_blocks_outlive_their_scenario(af):
    utility = af.example("pcie-5mw").site.utility
    gc.collect()
    assert utility.capacity.unit == "W"


def test_a_case_of_another_version_or_library_is_refused(af, small):
    version, sha256, library, text = json.loads(zlib.decompress(small.to_bytes()))
    for code, case in (("AF5064", ["0.0.0", sha256, library, text]), ("AF5065", [version, "0" * 64, library, text])):
        with pytest.raises(af.Error, match=code):
            af.Scenario.from_bytes(zlib.compress(json.dumps(case).encode()))
