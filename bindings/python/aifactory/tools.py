"""What the small verbs of the program do: explain, schema, validate, calibrate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal

from . import _core
from .compute import Profile
from .errors import MissingError, refused
from .progress import Callback, callback
from .quantity import Value, si


def explain(topic: str) -> str:
    """Help for a scenario key, a metric or a diagnostic code."""
    text = _core.explain(topic)
    if not text:
        raise refused("AF5060", f"nothing is called `{topic}`, or more than one thing", "`aifactory explain` tells the candidates")
    return text


def schema() -> dict[str, Any]:
    """JSON Schema of scenario files."""
    return dict(json.loads(_core.scenario_schema()))


def validate(suite: str, *, data: str | PathLike[str] | None = None, threads: int = 0, progress: bool | Callback = False) -> dict[str, Any]:
    """A suite of predictions against published measurements, as `aifactory validate --json` prints it: error figures, out of sample first."""
    told, close = callback(progress)
    try:
        return dict(json.loads(_core.validate(suite, data="" if data is None else fspath(data), threads=threads, progress=told)))
    finally:
        close()


def cuda_available() -> bool:
    """A CUDA driver and a device are at hand."""
    return os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/nvidia0")


def calibrate(
    *,
    backend: Literal["cpu", "cuda"] | None = None,
    device: int = 0,
    budget: Value = "60 s",
    base: str = "",
    out: str | PathLike[str] | None = None,
    dry_run: bool = False,
) -> Profile | str:
    """Microbenchmarks of a device of this machine to a profile, by `aifactory calibrate` in a process of its own.

    backend: None takes CUDA when a device is at hand, else the processor. base: library profile whose data sheet and watts apply.
    out: where the profile is kept. dry_run: measures and judges, writes nothing, and returns the text of the judgement.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "profile.json") if out is None else Path(out)
        command = [
            sys.executable,
            "-m",
            "aifactory",
            "calibrate",
            "--backend",
            backend or ("cuda" if cuda_available() else "cpu"),
            "--device",
            str(device),
        ]
        command += [
            "--budget",
            str(si(budget, "s", "budget")),
            "-o",
            str(path),
            *(["--base", base] if base else []),
            *(["--dry-run"] if dry_run else []),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingError(done.stderr.strip() or f"aifactory calibrate ended with {done.returncode}")
        return done.stdout if dry_run else Profile(path)
