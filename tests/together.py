"""Which tests one process does in a row, and in what order all are given out.

xdist gives tests out one by one to whoever is free. That builds what several tests share (a town in Chromium, a walked world, a served city) once in
each process; its own way of grouping (`--dist=loadgroup`) is not met by this pytest. So we say it here.
"""

from __future__ import annotations

import os
import re
import zlib
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LONG = (
    "tests/browser/",
    "tests/test_benchmarks.py",
    "tests/demo/",
    "tests/reporting/test_published.py",
    "tests/races/",
    "tests/trouble/",
    "tests/walks/",
    "tests/journeys/",
)
"""What takes long begins first, so that nobody waits for it at the end."""
WHOLE = (
    "tests/test_benchmarks.py",
    "tests/reporting/test_published.py",
    "tests/reports/test_documents.py",
    "tests/races/",
    "tests/trouble/test_forms.py",
    "tests/demo/",
)
"""Files whose tests share something that is dear to build: each file is done by one process."""

BOTH = ("tests/ballots/", "tests/book/", "tests/funding/", "tests/scoring/", "tests/races/", "tests/trouble/")
"""Votes, scores and money: what is asked through a page there is asked on each database, always."""

SWEEP = [pytest.mark.soak, *([] if os.environ.get("SANSHE_SOAK") else [pytest.mark.only("sqlite")])]
"""For tests that go over every page or form of the house: every day on SQLite, in the soak on both databases and with everything."""


def by_turns(nodeid: str, kinds: list[str]) -> list[Any]:
    """The one database a test of pages runs on, the same every time; all of them in soak.

    What a page's statements do is proven on both by the tests of actions and queries; that each page opens on both, by the walks of soak.
    """
    if os.environ.get("SANSHE_SOAK"):
        return [pytest.param(kind, marks=pytest.mark.soak) for kind in kinds]
    return kinds if len(kinds) < 2 else [kinds[zlib.crc32(nodeid.encode()) % len(kinds)]]


def kind_of(nodeid: str) -> str:
    """The database of a test by its parameters, or nothing."""
    inside = re.search(r"\[(.*)\]$", nodeid)
    words = inside[1].split("-") if inside else []
    return next((kind for kind in ("sqlite", "postgres") if kind in words), "")


def order(nodeid: str) -> tuple[int, int]:
    """The place of a test among all; equal ones stay as they were found."""
    long = next((place for place, start in enumerate(LONG) if nodeid.startswith(start)), len(LONG))
    return ["sqlite", "postgres", ""].index(kind_of(nodeid)) if long else -1, long


def group(nodeid: str) -> str:
    """Tests with the same word are done by one process, one after the other."""
    if nodeid.startswith("tests/browser/"):
        return "browser"  # one Chromium at a time: two make each other slow enough to fail
    file, _, rest = nodeid.partition("::")
    if file.startswith("tests/walks/") and "[" in rest:  # who has walked once answers every question about the walk
        return f"walk {sorted(rest[rest.index('[') + 1 : -1].split('-'))}"
    return f"{file} {kind_of(nodeid)}" if file.startswith(WHOLE) else nodeid


class Together(LoadScopeScheduling):
    def __init__(self, config, log=None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
