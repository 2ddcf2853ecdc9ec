"""The log: one JSON object a line on the error output. It says what failed and where, never on whose data.

Neither the words of an exception nor the variables around it are written: both carry what people typed.
"""

import json
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

DEPTH = 12
"""So many of the innermost calls are named."""


def _line(_logger: Any, level: str, event: MutableMapping[str, Any]) -> str:
    event["level"] = "error" if level == "exception" else level
    event["at"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    kind, _, trace = sys.exc_info()
    if event.pop("exc_info", None) and kind is not None:
        calls = traceback.extract_tb(trace)[-DEPTH:]
        event["error"] = kind.__name__
        event["where"] = [f"{'/'.join(Path(call.filename).parts[-3:])}:{call.lineno} {call.name}" for call in calls]
    return json.dumps(event, ensure_ascii=False, default=lambda value: type(value).__name__)


class _Output:
    """Where the lines go: the error output as it is at that moment."""

    def msg(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = exception = msg


structlog.configure(
    processors=[_line],
    logger_factory=lambda *_: _Output(),
    wrapper_class=structlog.make_filtering_bound_logger("info"),
    cache_logger_on_first_use=False,
)
log = structlog.get_logger()
