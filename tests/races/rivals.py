"""Several processes that do something at the same moment, each with its own connection, as the site's workers do."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from webapp import app as house
from webapp.core import secrets
from webapp.core.db import make_engine

SOAK = int(os.environ.get("SANSHE_SOAK") or 0)
"""0: small, for every run. With `make soak` the same tests go on longer."""


def race(work: Callable[..., list[Any]], address: str, keys: Path, shares: list[Any]) -> list[list[Any]]:
    """Run `work(engine, share)` for each share in a process of its own, all let go at once; gives what each returned."""
    context = multiprocessing.get_context("forkserver")  # clean processes that inherit no connection, and import only once
    context.set_forkserver_preload(["tests.races.ready", "tests.races.rivals", work.__module__])
    start, answers = context.Barrier(len(shares)), context.Queue()
    processes = [
        context.Process(target=_run, args=(work, address, str(keys), share, start, answers, place)) for place, share in enumerate(shares)
    ]
    for process in processes:
        process.start()
    found = dict(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(30)
    failed = [answer for answer in found.values() if isinstance(answer, str)]
    assert not failed, "\n".join(failed)
    return [found[place] for place in range(len(shares))]


def _run(work: Any, address: str, keys: str, share: Any, start: Any, answers: Any, place: int) -> None:
    try:
        secrets.load(Path(keys))
        house.unite()
        engine = make_engine(address)
        start.wait(30)
        answers.put((place, work(engine, share)))
    except BaseException:
        answers.put((place, traceback.format_exc()))
        raise
