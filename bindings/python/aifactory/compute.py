"""Device and kernel levels: what an accelerator does with an operator, what a replica does in one engine iteration.

Names that end in a unit (`time_s`, `junction_c`) are plain numbers in SI; arguments with a dimension take text, Quantity or Pint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from . import _core
from ._core import JunctionPoint, PhaseCost, SteadyPoint
from .errors import refused
from .quantity import Value, si

Precision: TypeAlias = Literal["fp64", "fp32", "tf32", "bf16", "fp16", "fp8", "fp8_block", "int8", "fp4", "mxfp4", "w4a16", "w4a16_mxfp4"]
Engine: TypeAlias = Literal["trtllm", "vllm", "sglang"]
Number: TypeAlias = "float | npt.ArrayLike"
Paths: TypeAlias = Sequence["str | PathLike[str]"]


@dataclass(frozen=True)
class KernelTime:
    """Seconds of an operator with its 90 % interval; numbers, or arrays of the shape of the arguments."""

    time_s: Any
    low_s: Any
    high_s: Any
    validity: str  # worst of all shapes: interpolated inside the probed range, extrapolated outside, prior on a device without measurements


def _dirs(library: Paths) -> list[str]:
    return [fspath(d) for d in library]


class Profile:
    """What one accelerator does: lib:profiles/NAME, or a file that `aifactory calibrate` wrote."""

    def __init__(self, reference: str | PathLike[str] = "lib:profiles/h200_sxm", *, library: Paths = ()) -> None:
        self._core = _core.Profile.load(fspath(reference), _dirs(library))

    @property
    def id(self) -> str:
        return self._core.id

    @property
    def title(self) -> str:
        return self._core.title

    @property
    def evidence(self) -> str:
        """measured, published, datasheet_prior or assumption."""
        return self._core.evidence

    @property
    def note(self) -> str:
        """What to distrust."""
        return self._core.note

    @property
    def peak_flop_s(self) -> dict[str, float]:
        """Dense peak by precision, FLOP/s."""
        return self._core.peak_flop_s

    @property
    def hbm_byte_s(self) -> float:
        """Memory rate, B/s."""
        return self._core.hbm_byte_s

    @property
    def hbm_byte(self) -> float:
        """Memory, B."""
        return self._core.hbm_byte

    @property
    def tdp_w(self) -> float:
        """Rated power, W."""
        return self._core.tdp_w

    @property
    def clock_max_hz(self) -> float:
        """Highest clock, Hz."""
        return self._core.clock_max_hz

    @property
    def links(self) -> list[tuple[str, float, float, int]]:
        """(kind, B/s per direction, latency in s, devices of the domain)"""
        return self._core.links

    @property
    def surfaces(self) -> list[tuple[str, str, str, int, float, str]]:
        """(operator, precision, kernel, rows of its fit, out-of-sample spread of log time, evidence)"""
        return list(self._core.surfaces)

    def _times(self, op: Any, precision: Any, kernel: str, state: Any, columns: Sequence[Number], clock: float) -> KernelTime:
        try:
            arrays = np.broadcast_arrays(*[np.asarray(c, dtype=np.float64) for c in columns])
        except (TypeError, ValueError) as e:
            raise refused("AF5061", f"the shapes are no numbers, or do not go together: {e}") from None
        shape = arrays[0].shape
        time, low, high, validity = self._core.operator_times(
            op, precision, kernel, state, [np.ascontiguousarray(a).ravel() for a in arrays], clock
        )
        make = (lambda a: float(a[0])) if shape == () else (lambda a: a.reshape(shape))
        return KernelTime(make(time), make(low), make(high), validity)

    def gemm(self, m: Number, n: Number, k: Number, *, precision: Precision = "bf16", kernel: str = "", clock: float = 1.0) -> KernelTime:
        """(m x k)(k x n) in `precision`; `kernel` as "trtllm" or "trtllm/gemm"; clock as a share of the highest."""
        return self._times("gemm", precision, kernel, None, [m, n, k], clock)

    def attention_prefill(
        self,
        batch: Number,
        tokens: Number,
        *,
        heads: Number,
        kv_heads: Number,
        head_dim: Number = 128,
        precision: Precision = "bf16",
        kv_precision: Precision | None = None,
        kernel: str = "",
        clock: float = 1.0,
    ) -> KernelTime:
        """Attention of `batch` prompts of `tokens` each."""
        return self._times("attention_prefill", precision, kernel, kv_precision, [batch, tokens, heads, kv_heads, head_dim], clock)

    def attention_decode(
        self,
        batch: Number,
        context: Number,
        *,
        heads: Number,
        kv_heads: Number,
        head_dim: Number = 128,
        precision: Precision = "bf16",
        kv_precision: Precision | None = None,
        kernel: str = "",
        clock: float = 1.0,
    ) -> KernelTime:
        """Attention of one new token of each of `batch` sequences against `context` cached tokens."""
        return self._times("attention_decode", precision, kernel, kv_precision, [batch, context, heads, kv_heads, head_dim], clock)

    def grouped_gemm(
        self,
        tokens: Number,
        *,
        top_k: Number,
        experts: Number,
        hidden: Number,
        inter: Number,
        expert_ranks: Number = 1,
        routing_alpha: Number = 0,
        precision: Precision = "fp8",
        kernel: str = "",
        clock: float = 1.0,
    ) -> KernelTime:
        """The expert products of a mixture; routing_alpha 0 is balanced, above 1 a power law."""
        return self._times(
            "grouped_gemm", precision, kernel, None, [tokens, top_k, experts, expert_ranks, hidden, inter, routing_alpha], clock
        )

    def junction(self, *, power: Value, coolant: Value, case_resistance: Value) -> JunctionPoint:
        """Where temperature and leakage agree, for a device that draws `power` without leakage."""
        return self._core.junction(si(power, "W", "power"), si(coolant, "degC", "coolant"), si(case_resistance, "K/W", "case_resistance"))

    def __repr__(self) -> str:
        return f"<Profile {self.id}: {self.title}, {self.evidence}>"


class Model:
    """A language model: lib:models/NAME."""

    def __init__(self, reference: str, *, library: Paths = ()) -> None:
        self._core = _core.Model.load(reference, _dirs(library))
        self.reference = reference

    @property
    def id(self) -> str:
        return self._core.id

    @property
    def parameters(self) -> float:
        """Counted from the architecture."""
        return self._core.parameters

    @property
    def active_parameters(self) -> float:
        """Of one token."""
        return self._core.active_parameters

    def weight_byte(self, precision: Precision) -> float:
        """Bytes of all weights."""
        return self._core.weight_byte(precision)

    def kv_byte(self, precision: Precision, context: Value) -> float:
        """Bytes of the cache of one sequence."""
        return self._core.kv_byte(precision, tokens(context, "context"))

    def __repr__(self) -> str:
        return f"<Model {self.id}: {self.parameters / 1e9:.4g} B parameters, {self.active_parameters / 1e9:.4g} B active>"


def tokens(value: Value, name: str) -> float:
    """A number of tokens: 4000, "4 ktok", or a Quantity."""
    return float(value) if isinstance(value, (int, float)) else si(value, "tok", name)


class Replica:
    """One model on a group of devices behind one engine. Raises ScenarioError, with the nearest choice, when it cannot run."""

    def __init__(
        self,
        *,
        model: Model | str,
        profile: Profile | str = "lib:profiles/h200_sxm",
        engine: Engine = "trtllm",
        precision: Precision = "fp8",
        kv_precision: Precision = "fp8",
        tp: int = 1,
        pp: int = 1,
        ep: int = 1,
        attention_dp: int = 1,
        workers: int = 1,
        prefill: tuple[int, int, int, int] | None = None,
        prefill_workers: int = 1,
        max_batch: int = 512,
        library: Paths = (),
    ) -> None:
        """`prefill`: (tp, pp, ep, attention_dp) of a pool of its own for prompts; None: every worker does both."""
        self.model = model if isinstance(model, Model) else Model(model, library=library)
        self.profile = profile if isinstance(profile, Profile) else Profile(profile, library=library)
        self._core = _core.Replica(
            self.profile._core,
            self.model._core,
            engine,
            precision,
            kv_precision,
            (tp, pp, ep, attention_dp),
            workers,
            prefill,
            prefill_workers if prefill else 0,
            max_batch,
            _dirs(library),
        )

    @property
    def devices(self) -> int:
        return self._core.devices

    @property
    def kv_capacity_token(self) -> float:
        """Tokens that the cache of one decode worker holds."""
        return self._core.kv_capacity_token

    def iteration(
        self,
        *,
        n_decode: int = 0,
        context: Value = 0,
        prefill_tokens: Value = 0,
        prefill_context: Value = 0,
        prompts: int = 1,
        clock: float = 1.0,
    ) -> PhaseCost:
        """One engine step of one worker: `n_decode` sequences with `context` tokens each, and `prefill_tokens` of `prompts` prompts."""
        return self._core.iteration(
            n_decode,
            n_decode * tokens(context, "context"),
            tokens(prefill_tokens, "prefill_tokens"),
            tokens(prefill_context, "prefill_context"),
            prompts,
            clock,
        )

    def steady(self, *, input: Value, output: Value, batch: float, clock: float = 1.0) -> SteadyPoint:
        """At a constant batch, without a queue."""
        return self._core.steady(tokens(input, "input"), tokens(output, "output"), batch, clock)

    def __repr__(self) -> str:
        return f"<Replica {self.model.id} on {self.devices} x {self.profile.id}>"
