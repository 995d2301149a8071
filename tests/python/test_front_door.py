"""./run without building anything: its words, its refusals, and the closing totals."""

import shutil
import subprocess

import pytest


def run(repository, *arguments, **options):
    return subprocess.run(["sh", str(repository / "run"), *arguments], capture_output=True, text=True, timeout=60, check=False, **options)


def test_help_names_every_command(repository):
    answer = run(repository, "--help")
    assert answer.returncode == 0
    for command in ("build", "test", "deps", "cuda", "clean"):
        assert f"  {command}" in answer.stdout


@pytest.mark.parametrize("arguments", [["tset"], ["build", "--full"], ["build", "test"], ["clean", "--print"]])
def test_a_mistyped_command_is_refused_before_anything_is_done(repository, arguments):
    answer = run(repository, *arguments)
    assert answer.returncode == 2
    assert "usage:" in answer.stderr


def test_without_apt_and_compiler_it_says_what_to_install(repository, tmp_path):
    for tool in ("sh", "dirname", "grep", "mkdir", "cat", "id"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    answer = run(repository, "deps", "--yes", env={"PATH": str(tmp_path)})
    assert answer.returncode == 5
    assert "libeigen3-dev" in answer.stderr


JUNIT = """<testsuite>
<testcase name="unit/core"><system-out>[doctest] test cases: 12 | 10 passed | 2 failed | 3 skipped</system-out><failure/></testcase>
<testcase name="crashed"><system-out>Segmentation fault</system-out><failure/></testcase>
<testcase name="package"/><testcase name="browser"><skipped/></testcase></testsuite>"""


@pytest.mark.parametrize(("text", "closing", "code"), [
    (JUNIT, "11 passed, 3 failed, 4 skipped", 1),
    ("<testsuite><testcase name='a'/></testsuite>", "1 passed, 0 failed, 0 skipped", 0),
])
def test_the_closing_totals_add_up_over_the_runners(repository, tmp_path, text, closing, code):
    (tmp_path / "junit.xml").write_text(text)
    answer = subprocess.run(["python3", str(repository / "tests/totals.py"), str(tmp_path / "junit.xml")],
                            capture_output=True, text=True, check=False)
    assert answer.stdout.splitlines()[-1] == closing
    assert answer.returncode == code
