"""Engine level: the request simulator, operating maps, and the serving planner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Literal

from . import _core
from ._core import OperatingMap, PlanPoint, ServingRun
from .blocks import Block
from .compute import Engine, Model, Paths, Precision, Profile, Replica, tokens
from .document import document
from .errors import Diagnostic
from .progress import Callback, callback
from .quantity import Document, Value, si

if TYPE_CHECKING:
    import pandas as pd

# A workload served alone needs neither demand nor pods; the reader asks for both.
_ALONE: dict[str, Document] = {"id": "serving", "demand": {"mean": "1 req/s"}, "placement": {"pods": ["replica"]}}


def _workload(workload: Block | Mapping[str, Document]) -> str:
    data: dict[str, Any] = dict(workload.to_dict() if isinstance(workload, Block) else workload)
    merged = {**_ALONE, **data}
    for key in ("demand", "placement"):
        if isinstance(data.get(key), Mapping):
            merged[key] = {**_ALONE[key], **data[key]}  # type: ignore[dict-item]
    return document(merged)


def simulate_serving(
    workload: Block | Mapping[str, Document],
    *,
    profile: str = "lib:profiles/h200_sxm",
    devices: int = 8,
    replicas: int = 1,
    routing: Literal["round_robin", "least_loaded", "session", "prefix"] = "least_loaded",
    rate: Value | None = None,
    requests: int = 5000,
    seed: int = 1,
    clock: float = 1.0,
    kv_stores: Sequence[tuple[Value, Value]] = (),
    events: Sequence[tuple[Value, int, Literal["down", "drain", "up"]]] = (),
    fewest_replicas: int = 0,
    cold_start: Value = "120 s",
    search: bool = False,
    progress: bool | Callback = False,
    threads: int = 0,
    library: Paths = (),
) -> ServingRun:
    """One deployment served alone, request by request: drawn requests, or those of workload's `tokens.trace`.

    workload: a serving workload of a scenario, or a dictionary with its keys ({"model": "lib:models/llama-3.1-8b", "tokens": {...}}).
    rate: requests a second ("4 req/s"); None: the workload's own, or the trace's. devices: that one replica may use.
    kv_stores: where KV of a replica sleeps, the fastest first: [("480 GB", "50 GB/s")], three at most. events: [("90 s", 2, "down")], by rising time.
    fewest_replicas: above 0 an autoscaler moves between these and `replicas`. search: also the highest rate that keeps the targets (`sustained_s`).
    """
    told, close = callback(progress)
    try:
        return _core.simulate_serving(
            _workload(workload),
            profile=profile,
            devices=devices,
            replicas=replicas,
            routing=routing,
            requests_s=0.0 if rate is None else si(rate, "/s", "rate"),
            requests=requests,
            seed=seed,
            clock=clock,
            kv_stores=[(si(c, "B", "kv_stores"), si(r, "B/s", "kv_stores")) for c, r in kv_stores],
            events=[(si(t, "s", "events"), replica, kind) for t, replica, kind in events],
            fewest_replicas=fewest_replicas,
            cold_start_s=si(cold_start, "s", "cold_start"),
            search=search,
            library=[fspath(d) for d in library],
            threads=threads,
            progress=told,
        )
    finally:
        close()


def operating_map(
    replica: Replica,
    workload: Block | Mapping[str, Document],
    *,
    requests: int = 6000,
    seed: int = 1,
    cache: str | PathLike[str] | None = None,
    progress: bool | Callback = False,
    threads: int = 0,
    library: Paths = (),
) -> OperatingMap:
    """Throughput, latencies and watts of a replica over (offered load, clock): what the coupled year reads. Cached by content."""
    told, close = callback(progress)
    try:
        return _core.build_operating_map(
            replica._core,
            _workload(workload),
            requests=requests,
            seed=seed,
            cache_dir=_core.default_cache_dir() if cache is None else fspath(cache),
            library=[fspath(d) for d in library],
            threads=threads,
            progress=told,
        )
    finally:
        close()


@dataclass(frozen=True)
class ServingPlan:
    """The Pareto front of a deployment: user rate rising, device rate falling."""

    front: list[PlanPoint]
    tried: int
    feasible: int
    refusals: tuple[Diagnostic, ...]  # why the nearest layouts were refused, when nothing is feasible

    def to_pandas(self) -> pd.DataFrame:
        """One row a design."""
        import pandas as pd

        return pd.DataFrame([point.as_dict() for point in self.front])

    def best(self, *, user_token_s: float = 0.0) -> PlanPoint:
        """Most output per device among the designs whose users get at least that rate. ValueError when none does."""
        return max((p for p in self.front if p.user_token_s >= user_token_s), key=lambda p: p.out_token_s_device)

    def __len__(self) -> int:
        return len(self.front)


def plan_serving(
    *,
    model: Model | str,
    profile: Profile | str = "lib:profiles/h200_sxm",
    engine: Engine = "trtllm",
    precision: Precision = "fp8",
    kv_precision: Precision = "fp8",
    input: Value = "4 ktok",
    output: Value = "1 ktok",
    ttft: Value | None = None,
    tpot: Value | None = None,
    max_devices: int = 8,
    pools: bool = True,
    usd_per_device_hour: float = 0.0,
    threads: int = 0,
    library: Paths = (),
) -> ServingPlan:
    """Every layout, batch and split into pools that fits, as a front of output per device against output per user. An empty front is an answer."""
    dirs: Sequence[str] = [fspath(d) for d in library]
    front, tried, feasible, refusals = _core.plan_serving(
        (profile if isinstance(profile, Profile) else Profile(profile, library=library))._core,
        (model if isinstance(model, Model) else Model(model, library=library))._core,
        engine=engine,
        weights=precision,
        kv=kv_precision,
        input=tokens(input, "input"),
        output=tokens(output, "output"),
        ttft_s=0.0 if ttft is None else si(ttft, "s", "ttft"),
        tpot_s=0.0 if tpot is None else si(tpot, "s", "tpot"),
        max_devices=max_devices,
        pools=pools,
        usd_per_device_hour=usd_per_device_hour,
        library=dirs,
        threads=threads,
        progress=None,
    )
    return ServingPlan(front, tried, feasible, tuple(Diagnostic(*row) for row in refusals))
