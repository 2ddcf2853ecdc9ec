"""Documents through the real queue: all reports of a call by one worker and by two, and the longest table the house makes.

`python -m benchmarks.issuing` measures this alone; `make bench` has it among the others. A worker is `sanshe worker --once`: its start is
in its time. The batches are asked for district by district, one worker and two in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks import ledger
from benchmarks.seed import PLACES, City, open_house
from benchmarks.serving import high_water
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import make_engine, reading, transaction
from webapp.core.jobs import Job
from webapp.findings.models import Indexed
from webapp.findings.queries import APPLICATION
from webapp.projects.models import Project
from webapp.reporting.actions import ask_bundle, papers, tables
from webapp.reporting.models import Bundle, BundleItem
from webapp.reporting.queries.sources import SOURCES
from webapp.reporting.registry import PAPERS
from webapp.reporting.rules.tables import ON_PAPER, Spec

REPORTS, ROWS = 1_000, 20_000
FEW = 200
"""Reports of a quick run: fewer say more of the workers' start than of their work."""
BASE = "https://example.org"
PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Ran:
    """Workers from their start to the end of the last."""

    seconds: float
    cpu_s: float
    """Processor seconds of all of them and what they started; of the database where it is in the same process."""
    mb: float
    """The most one of them held."""
    child_mb: float
    """The most a process held that one of them had started."""
    grown_mb: float
    """What the largest held in the last quarter of the time beyond what it held in the second."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was measured; of the batches, each figure for each district."""

    reports: int
    one_s: list[float]
    two_s: list[float]
    one_cpu_s: list[float]
    two_cpu_s: list[float]
    worker_mb: float
    grown_mb: float
    rows: int
    rows_s: float
    rows_mb: float
    rows_child_mb: float


def work(folder: Path, address: str, workers: int) -> Ran:
    """So many workers do what waits. Raises RuntimeError when one fails."""
    environment = {**os.environ, "SANSHE_DATA": str(folder), "SANSHE_DATABASE": address}
    command = [sys.executable, "-m", "webapp.cli", "worker", "--once"]
    used, began = _ended(), time.perf_counter()
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(workers)]
    seen: list[tuple[float, float]] = []
    most = child = 0.0
    while any(one.poll() is None for one in running):
        time.sleep(PAUSE)
        held = [(one.pid, process.memory_info().rss, process.children(recursive=True)) for one in running if (process := _alive(one.pid))]
        most = max([most, *(_high(pid) for pid, *_ in held)])
        child = max([child, *(_high(one.pid) for *_, children in held for one in children)])
        seen.append((time.perf_counter() - began, max((rss for _, rss, _ in held), default=0) / 2**20))
    took = time.perf_counter() - began
    if any(one.returncode for one in running):
        raise RuntimeError("a worker failed")
    early, late = (max((mb for at, mb in seen if a <= at / took < z), default=0) for a, z in ((0.25, 0.5), (0.75, 1)))
    return Ran(round(took, 1), round(_ended() - used, 1), round(most), round(child), round(late - early, 1))


def _ended() -> float:
    """Processor seconds of all processes that this one started and that are over."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _alive(pid: int) -> Any:
    try:
        process = psutil.Process(pid)
        return process if process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def _high(pid: int) -> float:
    try:
        return high_water(pid)
    except (OSError, StopIteration):
        return 0.0


def ask_reports(session: Session, city: City, area: str) -> int:
    """Ask for the 绩效评价报告 of each project of a district; how many there are."""
    at = datetime.now(UTC)
    call = session.get_one(Call, session.scalars(sa.select(Project.call_id).limit(1)).one())
    by = city.cast.officer.viewer(session, at)
    bundle = ask_bundle(session, call, PAPERS["project_performance"], "pdf", base=BASE, by=by, at=at, area=area)
    return session.scalar(sa.select(sa.func.count()).select_from(BundleItem).where(BundleItem.bundle_id == bundle.id)) or 0


def ask_table(session: Session, city: City) -> int:
    """Ask for a table of all spendings, as wide as paper has room for; how many rows it has."""
    at = datetime.now(UTC)
    by = city.cast.accountant.viewer(session, at)
    source = SOURCES["spendings"]
    spec = Spec(tuple(one.key for one in source.columns if not one.right)[:ON_PAPER], {})
    table = tables.save(session, "spendings", spec, title="支出一览", shared=False, by=by, at=at)
    papers.ask(session, PAPERS["own_table"], table, "pdf", base=BASE, by=by, at=at)
    return session.scalar(sa.select(sa.func.count()).select_from(source.query(by, {}, at).subquery())) or 0


def _looked_at(session: Session) -> None:
    """Nothing waits to be compared: the applications of the city have one text, and would be found alike for an hour."""
    known = session.execute(sa.select(Application.id, Application.submitted_at).where(Application.submitted_at.is_not(None))).all()
    session.execute(sa.insert(Indexed), [{"kind": APPLICATION, "object_id": key, "pairs": 0, "seen": at} for key, at in known])


def _all_made(address: str) -> None:
    """Raises AssertionError where a job failed or an item has no document: a batch that gives up is fast."""
    engine = make_engine(address)
    with reading(engine) as session:
        assert not session.scalars(sa.select(Job.kind).where(Job.state != "done")).all()
        assert not session.scalars(sa.select(BundleItem.error).where(BundleItem.done_at.is_(None))).all()
        assert not session.scalars(sa.select(Bundle.id).where(Bundle.packed_at.is_(None))).all()
    engine.dispose()


def measure(folder: Path, address: str, reports: int = REPORTS, rows: int = ROWS) -> Told:
    """All of it on an empty database."""
    city = ledger.fill(address, ledger.Amount(postings=0, documents=rows, projects=reports))
    engine = make_engine(address)
    with transaction(engine) as session:
        _looked_at(session)
    work(folder, address, 1)  # what the clock of the seeded city has to do; and the files of fonts are read once
    ran: dict[int, list[Ran]] = {1: [], 2: []}
    many = 0
    for n, area in enumerate(PLACES):
        for workers in (1, 2) if n % 2 == 0 else (2, 1):
            with transaction(engine) as session:
                many += ask_reports(session, city, area)
            ran[workers].append(work(folder, address, workers))
    with transaction(engine) as session:
        long = ask_table(session, city)
    engine.dispose()
    table = work(folder, address, 1)
    _all_made(address)
    both = [*ran[1], *ran[2]]
    return Told(
        many // 2, [one.seconds for one in ran[1]], [one.seconds for one in ran[2]],
        [one.cpu_s for one in ran[1]], [one.cpu_s for one in ran[2]], max(one.mb for one in both),
        max(one.grown_mb for one in both), long, table.seconds, table.mb, table.child_mb,
    )  # fmt: skip


AIMS: dict[str, tuple[str, float]] = {
    "issuing_two_cores": ("most", 0.7),
    "issuing_worker_mb": ("most", 250),
    "issuing_grown_mb": ("most", 20),
    "issuing_rows_mb": ("most", 250),
    "issuing_rows_child_mb": ("most", 500),
}


def figures(told: dict[str, Any]) -> dict[str, float]:
    """What of it has an aim, by the aim's name."""
    return {
        "issuing_two_cores": round(sum(told["two_s"]) / sum(told["one_s"]), 2),
        "issuing_worker_mb": told["worker_mb"],
        "issuing_grown_mb": told["grown_mb"],
        "issuing_rows_mb": told["rows_mb"],
        "issuing_rows_child_mb": told["rows_child_mb"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.issuing", description=__doc__)
    parser.add_argument("--part", type=int, default=1, help="so many times smaller")
    part = parser.parse_args().part
    with tempfile.TemporaryDirectory(prefix="sanshe-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        open_house(folder)
        told = asdict(measure(folder, f"sqlite:///{folder / 'issuing.db'}", REPORTS // part, ROWS // part))
    print(json.dumps(told | figures(told), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
