"""Engine level: training runs."""

from __future__ import annotations

from collections.abc import Mapping
from os import fspath

from . import _core
from ._core import TrainingPlan
from .blocks import Block
from .compute import Paths, Profile
from .document import document
from .quantity import Document, Value, si


def plan_training(
    workload: Block | Mapping[str, Document],
    *,
    profile: Profile | str = "lib:profiles/h100_sxm",
    devices: int,
    nic: Value = "400 Gbit/s",
    checkpoint_write: Value = "100 GB/s",
    threads: int = 0,
    library: Paths = (),
) -> TrainingPlan:
    """The best parallel layout on so many devices: step time by cause, memory, goodput under failures.

    workload: a training workload of a scenario, or a dictionary with its keys ({"model": "lib:models/llama-3.1-405b", "precision": "bf16"}).
    Degrees that are left out are searched. InputError when nothing fits, with the reason.
    """
    data = dict(workload.to_dict() if isinstance(workload, Block) else workload)
    data.setdefault("id", "training")
    return _core.plan_training(
        document(data),
        profile=(profile if isinstance(profile, Profile) else Profile(profile, library=library))._core,
        devices=devices,
        nic_byte_s=si(nic, "B/s", "nic"),
        checkpoint_write_byte_s=si(checkpoint_write, "B/s", "checkpoint_write"),
        library=[fspath(d) for d in library],
        threads=threads,
        progress=None,
    )
