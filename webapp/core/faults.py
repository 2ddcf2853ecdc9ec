"""Fault points: places where the kill -9 tests stop the process. Off unless the configuration names one."""

import os
import signal

_at = ""
_skip = 0


def arm(point_name: str) -> None:
    """Kill this process with -9 when it reaches the named point; `write:3` means the third time it passes."""
    global _at, _skip
    name, _, count = point_name.partition(":")
    _at, _skip = name, int(count or 1)


def point(name: str) -> None:
    """A place worth dying at. Costs one comparison when off."""
    global _skip
    if name != _at:
        return
    _skip -= 1
    if _skip <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
