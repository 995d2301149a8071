"""Commands that cannot work: the code, the exit code and the words of each entry of tests/bad_commands.yaml, and nothing on stdout."""

import re
import shlex

import pytest
import yaml

from conftest import ROOT

COMMANDS = yaml.safe_load((ROOT / "tests" / "bad_commands.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def small_result(aifactory, tmp_path_factory):
    folder = tmp_path_factory.mktemp("day")
    done = aifactory("run", "scenarios/templates/pcie-5mw.yaml", "--set", "simulation.duration=1 day", "-o", str(folder), "-q", "--progress", "none")
    assert done.returncode in (0, 1), done.stderr
    return folder / "result.nc"


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda e: f"{e.get('code', 'exit')}-{e['run'].split()[0]}")
def test_a_command_that_cannot_work_says_so(aifactory, small_result, tmp_path, entry):
    for name, text in entry.get("files", {}).items():
        (tmp_path / name).write_text(text.replace("{root}", str(ROOT)), encoding="utf-8")
    words = [word.replace("{tmp}", str(tmp_path)).replace("{result}", str(small_result)) for word in shlex.split(entry["run"])]
    done = aifactory(*words)
    assert done.returncode == entry["exit"], done.stderr
    assert re.findall(r"(?:error|warning)\[(AF\d{4})\]", done.stderr)[:1] == ([entry["code"]] if "code" in entry else []), done.stderr
    assert entry.get("says", "") in done.stderr
    if entry["exit"] != 1 and not words[:2] == ["library", "check"]:
        assert done.stdout == ""
