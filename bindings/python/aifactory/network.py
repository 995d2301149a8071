"""Network: one collective in closed form, with the conventions of nccl-tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from .compute import Profile
from .quantity import Value, si

Collective = Literal["all_reduce", "reduce_scatter", "all_gather", "all_to_all", "broadcast", "point_to_point"]


@dataclass(frozen=True)
class CollectiveTime:
    """Numbers, or arrays of the shape of `size`. Bandwidths are those of nccl-tests; low and high: 90 % interval of busbw_byte_s."""

    time_s: Any
    busbw_byte_s: Any
    low_byte_s: Any
    high_byte_s: Any


def collective(
    kind: Collective,
    size: Value | npt.ArrayLike,
    *,
    ranks: int,
    profile: Profile | str | None = None,
    per_domain: int | None = None,
    link: Value | None = None,
    nic: Value = "400 Gbit/s",
    in_switch: bool | None = None,
) -> CollectiveTime:
    """Seconds of a collective of `size` ("256 MB", or an array of bytes) over `ranks`.

    profile: device whose scale-up link and domain are taken; or give `link` and `per_domain` (ranks that share a domain).
    in_switch: the scale-up switches reduce; None: where the link is NVLink 4 or later.
    """
    rate, domain = 0.0, 1
    if profile is not None:
        device = profile if isinstance(profile, Profile) else Profile(profile)
        for link_kind, byte_s, _, members in device.links:
            if link_kind == "nvlink" or rate == 0:
                rate, domain = byte_s, max(1, members)
    if link is not None:
        rate = si(link, "B/s", "link")
    domain = min(domain if per_domain is None else per_domain, ranks)
    is_one = isinstance(size, str) or hasattr(size, "to") or np.ndim(np.asarray(size)) == 0
    byte = np.atleast_1d(
        np.asarray(si(size, "B", "size") if isinstance(size, str) or hasattr(size, "to") else size, dtype=np.float64)
    ).ravel()
    in_switch = rate >= 4e11 if in_switch is None else in_switch
    time, factor, band = _core.collective_times(
        kind, byte, ranks=ranks, per_domain=domain, link_byte_s=rate, nic_byte_s=si(nic, "B/s", "nic"), in_switch=in_switch
    )
    bus = factor * byte / time
    columns = (time, bus, bus * np.exp(-band), bus * np.exp(band))
    return CollectiveTime(*(float(c[0]) if is_one else c for c in columns))
