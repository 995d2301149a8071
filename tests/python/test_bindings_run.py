"""Runs from Python: the bits of the command line, progress, interruption, threads."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

PACKAGE = os.path.join(os.path.dirname(__file__), "..", "..", "build", "python")


def values(results):
    return {id: m.value.value for id, m in results.items()}


def start(code, **options):
    """A Python process of its own with the package."""
    environment = {**os.environ, "PYTHONPATH": os.path.abspath(PACKAGE)}
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def test_same_bits_as_the_command_line(af, aifactory, small, result, tmp_path):
    done = aifactory("run", small.path, "-o", str(tmp_path), "-q")
    assert done.returncode in (0, 1), done.stderr
    other = af.Results.load(tmp_path)
    assert values(other) == values(result)
    assert other.provenance["scenario_sha256"] == result.provenance["scenario_sha256"] == small.sha256
    for group in result.groups:
        for column in result.series(group):
            np.testing.assert_array_equal(np.asarray(other.series(group)[column]), np.asarray(result.series(group)[column]), strict=True)
    assert other.causes == result.causes
    assert other.costs == result.costs


def test_screening_and_threads_change_no_bit(af, small, result):
    full = values(result)
    for options in ({"level": "screening"}, {"threads": 1}, {"threads": 3}):
        some = values(af.run(small, **options))
        shared = {id: v for id, v in some.items() if id in full and "as_delivered" not in id}
        assert len(shared) > 30
        assert shared == {id: full[id] for id in shared}


def test_a_list_of_scenarios(af, small):
    both = af.run([small, small.patch({"cooling.liquid.supply": "35 degC"})], level="screening")
    assert len(both) == 2
    assert values(both[0])["facility.power"] > 0


def test_results_are_written_and_read_back(af, small, result, tmp_path):
    r = af.run(small, out=tmp_path / "run")
    assert sorted(p.name for p in (tmp_path / "run").iterdir()) == ["result.nc", "summary.json"]
    assert values(af.Results.load(tmp_path / "run")) == values(r) == values(result)


def test_progress_is_told_and_may_stop_the_run(af, small):
    seen = []
    af.run(small, progress=lambda phase, fraction, now: seen.append((phase, fraction)))
    assert seen
    assert all(0 <= fraction <= 1 for _, fraction in seen)

    def fail(phase, fraction, now):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        af.run(small.patch({"simulation.step": "1 min"}), progress=fail)


def test_bad_arguments(af, small, tmp_path):
    for options in ({"level": "half"}, {"threads": -1}, {"resume": True}):
        with pytest.raises(af.InputError):
            af.run(small, **options)
    for wrong in (None, 7, "site.yaml"):
        with pytest.raises((TypeError, AttributeError)):
            af.run(wrong)
    with pytest.raises(TypeError):
        af.run(small, progress=3)
    with pytest.raises((OSError, af.MissingError)):
        af.run(small, out="/proc/no/such/folder")


LONG = """
    import aifactory as af, os, signal, sys, threading, time
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs the tests in the background has it ignored
    s = af.example("pcie-5mw").patch({"simulation.step": "1 min"})
    af.run(s.patch({"simulation.duration": "2 day"}), level="screening")  # its map is cached
    started = []
    def told(phase, fraction, now):
        if phase.startswith("steady") and not started:
            started.append(time.perf_counter())
            os.kill(os.getpid(), signal.SIGINT)
    try:
        af.run(s, progress=told, out=sys.argv[1] if len(sys.argv) > 1 else None)
    except KeyboardInterrupt:
        print("interrupted", time.perf_counter() - started[0])
"""


def test_ctrl_c_is_keyboard_interrupt_at_once(af):
    process = start(LONG)
    out, err = process.communicate(timeout=300)
    word, seconds = out.split()
    assert word == "interrupted", err
    assert float(seconds) < 5  # generous: the machine may be busy; docs/python.md has the measured figure


def test_an_interrupted_run_goes_on_to_the_same_bits(af, tmp_path):
    s = af.example("pcie-5mw").patch({"simulation.step": "5 min"})
    calls = []

    def stop(phase, fraction, now):
        if "year" in phase and fraction > 0.2 and not calls:
            calls.append(fraction)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        af.run(s, out=tmp_path / "a", progress=stop)
    assert (tmp_path / "a" / "checkpoint").exists()
    assert not (tmp_path / "a" / "result.nc").exists()
    resumed = af.run(s, out=tmp_path / "a", resume=True)
    assert values(resumed) == values(af.run(s))
    assert not (tmp_path / "a" / "checkpoint").exists()


def test_python_goes_on_while_cpp_runs(af, small):
    """The GIL is free: another thread counts during a run."""
    count, stop = [0], threading.Event()

    def tick():
        while not stop.is_set():
            count[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    begin = time.perf_counter()
    af.run(small.patch({"simulation.step": "5 min"}), level="screening")
    elapsed = time.perf_counter() - begin
    stop.set()
    thread.join()
    assert count[0] > 10 * elapsed  # at least ten a second


def test_runs_side_by_side_in_threads(af, small, result):
    out = {}

    def one(i):
        r = af.run(small, level="screening", threads=1)
        r.save(f"/tmp/aifactory-test-{os.getpid()}-{i}.nc")
        out[i] = values(af.Results.load(f"/tmp/aifactory-test-{os.getpid()}-{i}.nc"))
        os.remove(f"/tmp/aifactory-test-{os.getpid()}-{i}.nc")

    threads = [threading.Thread(target=one, args=(i,)) for i in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(out) == 4
    assert all(v == out[0] for v in out.values())


def test_a_forked_child_can_run(af, small, result):
    """OpenMP does not survive a fork in the thread that used it; runs use a thread of their own."""
    pid = os.fork()
    if pid == 0:
        ok = values(af.run(small, level="screening"))["pue"] == values(result)["pue"]
        os._exit(0 if ok else 1)
    deadline = time.time() + 120
    while time.time() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    pytest.fail("the child hangs")


def test_the_command_of_the_package_is_the_program(af, aifactory):
    for arguments in (["version"], ["explain", "pue"], ["nosuchverb"], []):
        environment = {**os.environ, "PYTHONPATH": os.path.abspath(PACKAGE)}
        mine = subprocess.run(
            [sys.executable, "-m", "aifactory", *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        theirs = aifactory(*arguments)
        assert mine.returncode == theirs.returncode
        assert mine.stdout == theirs.stdout
