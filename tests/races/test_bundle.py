"""kill -9 of the workers at random: a bundle ends complete, nothing is made twice, no number is lost. Two workers share it."""

from __future__ import annotations

import io
import itertools
import multiprocessing
import os
import random
import signal
import time
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import START
from tests.races.rivals import SOAK
from tests.reporting.cases import project_progress
from webapp import app as house
from webapp.calls.models import Call
from webapp.core import faults, files, jobs, journal, secrets
from webapp.core.db import make_engine, reading, transaction
from webapp.core.files import Attachment
from webapp.core.outbox import Message
from webapp.reporting import actions
from webapp.reporting.models import Bundle, BundleItem, Issued
from webapp.reporting.registry import PAPERS

MANY, SUFFIX, KILLS = (100, "pdf", 24) if SOAK else (12, "csv", 4)
ROUND = timedelta(minutes=20)
"""From one round to the next every lease has run out: that of the item, and that of the job."""
pytestmark = pytest.mark.soak


def works(address: str, keys: str, data: str, at: datetime, ready: Any, last: int) -> None:
    """A worker process as `sanshe worker --once`, at a given moment. It dies at the `last` point worth dying at; 0: at none."""
    secrets.load(Path(keys))
    files.open_store(Path(data))
    house.unite()
    engine = make_engine(address)
    passed = itertools.count(1)

    def point(name: str) -> None:
        if next(passed) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    faults.point = point
    ready.set()
    while jobs.run_next(engine, at=at):
        pass


def test_a_bundle_survives_its_workers(engine, cast, database, keys, data):
    with transaction(engine) as session:
        call = session.get_one(Call, project_progress.subject(session, cast).call_id)
        for n in range(MANY - 1):
            make.project(session, cast, START, make.application(session, cast, START, call, state="awarded", title=f"项目{n}"))
        me = cast.officer.viewer(session, START)
        key = actions.ask_bundle(session, call, PAPERS["project_progress"], SUFFIX, base="http://x", by=me, at=START).id
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.races.ready", __name__])
    killed = turn = 0

    def packed() -> bool:
        with reading(engine) as session:
            return session.get_one(Bundle, key).packed_at is not None

    while not packed():
        at = START + turn * ROUND
        turn += 1
        assert turn < 4 * KILLS, "it does not end"
        with transaction(engine) as session:
            actions.TICK[0](session, at)
        workers = []
        for _ in range(2):
            ready, last = context.Event(), random.randint(1, 40) if turn <= KILLS // 2 else 0
            worker = context.Process(target=works, args=(database, str(keys), str(data / "files"), at, ready, last))
            worker.start()
            workers.append((worker, ready))
        for worker, ready in workers:
            assert ready.wait(60)
            if SOAK and turn <= KILLS // 2:  # at any moment, too, not only at the points
                time.sleep(random.random() * 2)
                worker.kill()
        for worker, _ in workers:
            worker.join(300)
            killed += worker.exitcode == -signal.SIGKILL
    assert killed
    with reading(engine) as session:
        items = session.scalars(sa.select(BundleItem).where(BundleItem.bundle_id == key)).all()
        assert [(one.position, one.error) for one in items if one.done_at is None or one.error] == []
        issued = session.scalars(sa.select(Issued).order_by(Issued.number)).all()
        assert [one.number for one in issued] == [f"B2026-{n:04d}" for n in range(1, MANY + 1)]
        assert len({one.subject for one in issued}) == MANY
        made = sa.select(sa.func.count()).select_from(Attachment).where(Attachment.kind == "issued")
        assert session.scalar(made) == MANY
        steps = sa.select(journal.Entry.step, sa.func.count()).where(journal.Entry.subject.like("report:%")).group_by(journal.Entry.step)
        assert dict(session.execute(steps).all()) == {"ask": MANY, "issue": MANY}
        bundle = session.get_one(Bundle, key)
        assert session.scalars(sa.select(journal.Entry.step).where(journal.Entry.subject == bundle.ref)).all().count("pack") == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.subject == bundle.ref)) == 1
        content = files.get(session.get_one(Attachment, bundle.attachment_id).digest)
        assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == MANY + 2
        assert list(files.faults(session)) == []
        assert list(journal.faults(session)) == []
