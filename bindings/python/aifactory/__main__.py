"""`aifactory`, and `python -m aifactory`: the same program as build/aifactory."""

from __future__ import annotations

import signal
import sys

from . import _core


def main() -> int:
    # The program handles both itself; Python's own handlers would only set a flag that nobody reads.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.stdout.flush()
    return _core.cli_main(["aifactory", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
