"""Progress bars: tqdm in a terminal or notebook when it is installed, one plain line per ten percent otherwise."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

Callback: TypeAlias = Callable[[str, float, str], None]  # phase, 0 to 1, what is going on now


class _Bar:
    def __init__(self) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a notebook without widgets gets the text bar
                from tqdm.auto import tqdm
        except ImportError:
            tqdm = None
        self._tqdm, self._bar, self._phase, self._tenth = tqdm, None, "", -1

    def __call__(self, phase: str, fraction: float, now: str) -> None:
        if phase != self._phase:
            self.close()
            self._phase, self._tenth = phase, -1
            self._bar = (
                self._tqdm(total=100, desc=phase, unit="%", bar_format="{desc}: {percentage:3.0f}% |{bar}| {elapsed}<{remaining} {postfix}")
                if self._tqdm
                else None
            )
        if self._bar is not None:
            self._bar.update(round(100 * fraction) - self._bar.n)
            self._bar.set_postfix_str(now, refresh=False)
        elif int(10 * fraction) != self._tenth:
            self._tenth = int(10 * fraction)
            print(f"{phase} {100 * fraction:.0f} % {now}", file=sys.stderr)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def callback(progress: bool | Callback) -> tuple[Callback | None, Callable[[], Any]]:
    """(what C++ calls, what ends it)."""
    if progress is False or progress is None:
        return None, lambda: None
    if progress is True:
        bar = _Bar()
        return bar, bar.close
    if not callable(progress):
        raise TypeError("progress is True, False or a function of (phase, fraction, now)")
    return progress, lambda: None
