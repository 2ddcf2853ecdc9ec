"""The measuring: both sites side by side, in turns, so that whatever else the machine does falls on both."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks import assigning, every_page, floor
from benchmarks.scenes import Request, Scenes, bare_reading, bare_writing
from benchmarks.seed import DRAFTS
from benchmarks.serving import Load, Server, press

CLIENTS = 8
CROWD = 200
"""People who vote at the same moment."""
WAVES = 6
"""So often, one wave after the other; the first warms up."""
ROUNDS = 4
STARTS = 3
FLOOR_OF = {"list": "/", "dashboard": "/", "pile": "/", "detail": "/items/{item}"}
"""The floor's page of the same size."""


@dataclass(frozen=True, slots=True)
class Where:
    """The two databases, the data folder, and the database server where there is one."""

    data: Path
    ours: str
    bare: str
    server: int | None = None
    """The process of PostgreSQL, whose work counts too."""

    def database_cpu(self) -> float:
        if self.server is None:
            return 0.0
        top = psutil.Process(self.server)
        return sum(sum(one.cpu_times()[:2]) for one in [top, *top.children(recursive=True)])

    def own_cpu(self) -> float:
        """What this process, all that it started and waited for, and the database have used."""
        used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used) + self.database_cpu()

    def start_ours(self) -> Server:
        environment = {"SANSHE_DATA": str(self.data), "SANSHE_DATABASE": self.ours}
        return Server("webapp.cli:make_site()", environment | self._compiled(), "/sign-in")

    def start_bare(self) -> Server:
        return Server("benchmarks.floor:make_site()", {"FLOOR_DATABASE": self.bare} | self._compiled(), "/")

    def _compiled(self) -> dict[str, str]:
        """Python keeps what it compiled, as an installation does, but in a folder of this run; the first start fills it."""
        return {"PYTHONPYCACHEPREFIX": str(self.data / "compiled")}


def measure(where: Where, scenes: Scenes, requests: int) -> dict[str, Any]:
    """Everything about one kind of database. `requests` of each page with one client and as many with eight."""
    floor.fill(where.bare, scenes.city.sizes.applications, scenes.city.counts["scorecards"])
    began, busy, own = time.monotonic(), _busy(), where.own_cpu()
    found: dict[str, Any] = {
        "statements": scenes.statements(),
        "every_page": every_page.counts(scenes),
        "first_page_s": _starts(where),
        "assign_s": assigning.seconds(),
        "pages": {},
    }
    with ExitStack() as open_:
        bare, ours = open_.enter_context(where.start_bare()), open_.enter_context(where.start_ours())
        found["rest_mb"] = {"floor": round(bare.resting()), "ours": round(ours.resting())}
        for name in ("list", "detail", "dashboard", "pile", "save", "score", "vote"):
            found["pages"][name] = _page(where, scenes, name, bare, ours, requests)
        found["crowd"] = _crowd(where, scenes, bare, ours)
        found["peak_mb"] = {"floor": round(bare.peak()), "ours": round(ours.peak())}
    found["export"] = {suffix: _export(where, suffix) for suffix in ("xlsx", "csv")}
    found["others_cores"] = round((_busy() - busy - where.own_cpu() + own) / (time.monotonic() - began), 2)
    return found


def _busy() -> float:
    """Seconds of processor the whole machine has used."""
    spent = psutil.cpu_times()
    return float(spent.user + spent.nice + spent.system)


def _starts(where: Where) -> dict[str, float]:
    """From the start of the process to the first page: the best of a few, in turns."""
    taken: dict[str, list[float]] = {"floor": [], "ours": []}
    for _ in range(STARTS):
        for name, start in (("floor", where.start_bare), ("ours", where.start_ours)):
            with start() as server:
                taken[name].append(server.first_page)
    return {name: round(min(times), 2) for name, times in taken.items()}


def _page(where: Where, scenes: Scenes, name: str, bare: Server, ours: Server, requests: int) -> dict[str, Any]:
    """One page or form beside the floor's: alone, and with eight clients at once."""
    loads = {(whose, clients): Load() for whose in ("floor", "ours") for clients in (1, CLIENTS)}
    each = max(requests // ROUNDS, CLIENTS)
    for turn in range(ROUNDS + 1):  # the first turn warms both up
        for clients in (1, CLIENTS):
            many = (each * 3 if name == "vote" and clients > 1 else each) if turn else CLIENTS * 2
            for whose, server in (("floor", bare), ("ours", ours)):
                request = _bare_request(name) if whose == "floor" else _request(scenes, name, ours.port, clients, many)
                took = press(server.port, clients, many, request, _both(server.cpu, where.database_cpu))
                if turn:
                    loads[whose, clients].add(took)
    return {whose: _told(loads[whose, 1], loads[whose, CLIENTS]) for whose in ("floor", "ours")}


def _crowd(where: Where, scenes: Scenes, bare: Server, ours: Server) -> dict[str, Any]:
    """`CROWD` people vote at once, beside as many bare inserts at once; and what the larger worker weighs after each wave."""
    loads, weights = {"floor": Load(), "ours": Load()}, [round(ours.resting(), 1)]
    waves = min(WAVES, scenes.voters_left // CROWD)
    for turn in range(waves):
        for whose, server in (("floor", bare), ("ours", ours)):
            request = bare_writing if whose == "floor" else scenes.voting(ours.port, CROWD)
            took = press(server.port, CROWD, CROWD, request, _both(server.cpu, where.database_cpu))
            if turn or waves == 1:
                loads[whose].add(took)
        weights.append(round(ours.resting(), 1))
    told = {
        whose: {"p50_ms": round(load.percentile(0.5)), "p95_ms": round(load.percentile(0.95)), "a_second": round(load.rate, 1)}
        for whose, load in loads.items()
        if load.seconds
    }
    return {**told, "votes": len(loads["ours"].seconds), "worker_mb": weights}


def _both(one: Callable[[], float], other: Callable[[], float]) -> Callable[[], float]:
    return lambda: one() + other()


def _bare_request(name: str) -> Request:
    return bare_reading(FLOOR_OF[name].format(item=7)) if name in FLOOR_OF else bare_writing


def _request(scenes: Scenes, name: str, port: int, clients: int, many: int) -> Request:
    if name == "save":
        return scenes.saving(port, clients, 0 if clients == 1 else DRAFTS - CLIENTS - 1)
    if name == "score":
        return scenes.scoring(port, clients, 0 if clients == 1 else 1)
    return scenes.voting(port, many) if name == "vote" else scenes.reading(name)


def _told(alone: Load, crowd: Load) -> dict[str, float]:
    both = Load(alone.seconds + crowd.seconds, alone.wall + crowd.wall, alone.cpu + crowd.cpu)
    return {
        "cpu_ms": round(both.each, 2),
        "p50_ms": round(alone.percentile(0.5), 1),
        "p95_ms": round(alone.percentile(0.95), 1),
        f"p50_ms_{CLIENTS}_clients": round(crowd.percentile(0.5), 1),
        f"p95_ms_{CLIENTS}_clients": round(crowd.percentile(0.95), 1),
        f"a_second_{CLIENTS}_clients": round(crowd.rate, 1),
        "requests": len(both.seconds),
    }


def _export(where: Where, suffix: str) -> dict[str, Any]:
    """Every card as a file, each time in a process of its own; the better of two, in turns."""
    best: dict[str, Any] = {}
    for _ in range(2):
        for whose, address in (("floor", where.bare), ("ours", where.ours)):
            command = [sys.executable, "-m", "benchmarks.export", whose, address, suffix]
            took = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            took = {key: round(value, 2) for key, value in took.items()}
            if whose not in best or took["cpu"] < best[whose]["cpu"]:
                best[whose] = took
    return best
