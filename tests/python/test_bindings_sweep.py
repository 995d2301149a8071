"""Sweeps on threads, processes and a real Dask cluster: the same bits everywhere, nothing lost when a worker dies."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import pytest

PACKAGE = str(Path(__file__).resolve().parents[2] / "build" / "python")
SUPPLY = ["24 degC", "26 degC", "28 degC"]


@pytest.fixture(scope="module")
def grid(af, small):
    pod = small.halls[0].pods[0].id
    return af.Sweep(small, {f"pods.{pod}.count": [100, 120], "cooling.air.supply": SUPPLY})


@pytest.fixture(scope="module")
def reference(grid):
    return grid.run()


def table(outcomes):
    return [(o.sha256, o.metrics) for o in outcomes]


def test_a_grid_is_every_combination(grid, reference):
    assert len(grid) == 6
    assert all(o.status == "done" for o in reference)
    assert len({o.sha256 for o in reference}) == 6
    ds = reference.to_xarray()
    assert set(ds.sizes.values()) == {2, 3}
    assert ds["pue"].attrs["units"] == "1"
    assert len(reference.table) == 6
    assert reference.failures.empty


def test_a_case_is_the_run_of_its_scenario(af, aifactory, grid, reference, tmp_path):
    """CLI, Python and sweep: the same bits for the same case."""
    case = grid.cases[4]
    sets = [f"--set={path}={json.dumps(value)}" for path, value in case.patch.items()]
    assert aifactory("run", grid.base.path, *sets, "-o", str(tmp_path), "-q", "--no-marginal").returncode in (0, 1)
    cli = {id: m.value.value for id, m in af.Results.load(tmp_path).items() if "as_delivered" not in id}
    assert {id: v for id, v in reference[4].metrics.items() if id in cli} == cli
    alone = {id: m.value.value for id, m in af.run(grid.scenario(4), level="screening").items()}
    assert alone == reference[4].metrics


def test_failed_points_are_kept_and_stop_nothing(af, small):
    results = af.Sweep(
        small, [{}, {"site.utility.capacity": "9 MX"}, {"cooling.air.supply": "20 degC"}, {"cooling.air.supply": "25 degC"}]
    ).run()
    assert [o.status for o in results] == ["done", "failed", "failed", "done"]
    assert results.failures["code"].tolist() == ["AF1011", "AF2206"]
    assert len(results.table) == 4


def test_processes_give_the_same_bits(grid, reference):
    for method in ("fork", "spawn"):
        if method == "spawn":
            os.environ["PYTHONPATH"] = PACKAGE
        with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
            assert table(grid.run(pool)) == table(reference)


def test_a_journal_is_taken_up_again(af, grid, reference, tmp_path):
    journal = tmp_path / "sweep.jsonl"
    grid.run(journal=journal)
    lines = journal.read_text().splitlines(keepends=True)
    assert len(lines) == 6
    journal.write_text("".join(lines[:3]) + lines[3][:40])  # cut short by a kill
    ran = []

    class Counting:
        def submit(self, call, *arguments):
            ran.append(arguments)
            future = Future()
            future.set_result(call(*arguments))
            return future

    again = grid.run(Counting(), journal=journal, resume=True)
    assert len(ran) == 3
    assert table(again) == table(reference)
    assert sum(line.startswith("{") and line.endswith("}\n") for line in journal.read_text().splitlines(keepends=True)) == 6


def test_a_pool_that_breaks_loses_nothing_that_was_done(af, small, tmp_path):
    sweep = af.Sweep(small.patch({"simulation.step": "30 min"}), {"cooling.air.supply": [f"{t} degC" for t in range(23, 35)]})
    journal = tmp_path / "sweep.jsonl"
    with ProcessPoolExecutor(2) as pool, pytest.raises(BrokenProcessPool):

        def kill(phase, fraction, now):
            if fraction >= 0.25:
                os.kill(next(iter(pool._processes)), signal.SIGKILL)

        sweep.run(pool, journal=journal, progress=kill)
    kept = [json.loads(line) for line in journal.read_text().splitlines()]
    assert 3 <= len(kept) < 12
    assert table(sweep.run(journal=journal, resume=True)) == table(sweep.run())


def test_a_worker_that_dies_is_tried_again(grid, reference):
    """An executor whose workers fail now and then."""
    failures = iter([True, False, True, True] + [False] * 100)

    class Flaky:
        def submit(self, call, *arguments):
            future = Future()
            if next(failures):
                future.set_exception(ConnectionError("the worker is gone"))
            else:
                future.set_result(call(*arguments))
            return future

    assert table(grid.run(Flaky())) == table(reference)

    class Dead:
        def submit(self, call, *arguments):
            future = Future()
            future.set_exception(ConnectionError("no worker"))
            return future

    dead = grid.run(Dead())
    assert all(o.status == "failed" and o.diagnostics[0].code == "AF5066" for o in dead)


def test_dask_with_a_worker_killed_half_way(af, small):
    """A real local cluster of worker processes; one is killed, every case comes back with the same bits."""
    distributed = pytest.importorskip("distributed")
    os.environ["PYTHONPATH"] = PACKAGE
    sweep = af.Sweep(small.patch({"simulation.step": "30 min"}), {"cooling.air.supply": [f"{t} degC" for t in range(23, 39)]})
    killed = []
    with (
        distributed.LocalCluster(n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50) as cluster,
        distributed.Client(cluster) as client,
    ):
        pids = list(client.run(os.getpid).values())
        assert len(set(pids)) == 3

        def kill(phase, fraction, now):
            if fraction >= 0.3 and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        results = sweep.run(client.get_executor(), progress=kill)
    assert killed
    assert all(o.status == "done" for o in results)
    assert table(results) == table(sweep.run())


def test_ctrl_c_ends_a_sweep_and_its_journal_is_whole(af, tmp_path):
    journal = tmp_path / "sweep.jsonl"
    code = """
        import aifactory as af, os, signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs the tests in the background has it ignored
        s = af.example("pcie-5mw").patch({"simulation.step": "5 min"})
        def told(phase, fraction, now):
            if fraction >= 0.1:
                os.kill(os.getpid(), signal.SIGINT)
        try:
            af.Sweep(s, {"cooling.air.supply": [f"{23 + 0.1 * t} degC" for t in range(60)]}).run(journal=sys.argv[1], progress=told)
        except KeyboardInterrupt:
            sys.exit(130)
    """
    environment = {**os.environ, "PYTHONPATH": PACKAGE}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(journal)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 130, done.stderr
    kept = [json.loads(line) for line in journal.read_text().splitlines()]
    assert 6 <= len(kept) < 60


@pytest.mark.parametrize("wrong", [None, {}, [], {"seed": "abc"}, {"seed": 3}, 7])
def test_what_is_no_sweep(af, small, wrong):
    with pytest.raises((TypeError, af.InputError)):
        af.Sweep(small, wrong)
    with pytest.raises(TypeError):
        af.Sweep("site.yaml", {"seed": [1]})


def test_the_pareto_front(grid, reference):
    front = reference.pareto("tokens.good.rate", "-facility.power")
    assert front
    for o in front:
        assert not any(
            p.metrics["tokens.good.rate"] > o.metrics["tokens.good.rate"] and p.metrics["facility.power"] < o.metrics["facility.power"]
            for p in reference
        )
