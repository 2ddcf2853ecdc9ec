"""Fault points: places where the kill -9 tests stop the process. Off unless the configuration names a folder of traps.

A trap is a file in that folder with the name of a point. It springs once, in one process, whoever comes by first: so
the web worker that takes the dead one's place lives, and a test sets its trap at the very moment it wants it.
The points in their order within a request that writes: `read`, `lock`, `write`, `commit`, `committed`, `answer`.
"""

import os
import signal
from pathlib import Path

POINTS = ("read", "lock", "write", "commit", "committed", "answer")
_traps: Path | None = None


def arm(folder: str) -> None:
    """From now on this process dies by -9 at a point whose trap is set in the folder (`SANSHE_FAULT`); empty disarms."""
    global _traps
    _traps = Path(folder) if folder else None


def point(name: str) -> None:
    """A place worth dying at. Costs one comparison when off."""
    if _traps is None:
        return
    try:
        (_traps / name).rename(_traps / f"{name}.sprung")  # of two processes, one finds it gone
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
