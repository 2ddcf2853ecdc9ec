"""Slow work as rows: done by one worker process, safe to run twice, taken over when a worker dies."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base, Numbered, transaction
from webapp.core.logs import log

LEASE = timedelta(minutes=10)
TRIES = 3


class Job(Numbered, Base):
    """One piece of slow work. `state` here is technical (queued, running, done, failed), not a business state."""

    REF = "job"
    __tablename__ = "jobs"
    __table_args__ = (sa.Index(None, "state", "id"),)
    kind: Mapped[str] = mapped_column(sa.String(40))
    args: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(sa.String(12))
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    at: Mapped[datetime]
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]

    @property
    def href(self) -> str:
        """Where who asked for it follows it."""
        return f"/jobs/{self.id}"


Work = Callable[[sa.Engine, dict[str, Any], datetime], dict[str, Any]]
"""A kind of job: gets the engine, its arguments and the moment; opens its own short transactions; returns its result."""

KINDS: dict[str, Work] = {}


def install(kinds: Mapping[str, Work]) -> None:
    KINDS.clear()
    KINDS.update(kinds)


def enqueue(session: Session, kind: str, args: dict[str, Any], *, person_id: int | None, at: datetime) -> Job:
    """Ask for slow work in the present transaction; it starts after the commit."""
    job = Job(kind=kind, args=args, state="queued", person_id=person_id, at=at, progress=0, total=0, tries=0)
    session.add(job)
    session.flush()
    return job


def run_next(engine: sa.Engine, *, at: datetime, kinds: Collection[str] = ()) -> bool:
    """Take one waiting or abandoned job, of some kinds or of any, and do it. False when there is nothing to do."""
    with transaction(engine) as session:
        job = session.scalars(
            sa.select(Job)
            .where(
                (Job.state == "queued") | ((Job.state == "running") & (Job.lease_until < at)), Job.kind.in_(kinds) if kinds else sa.true()
            )
            .order_by(Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if job is None:
            return False
        job.tries += 1
        job.state, job.lease_until = ("running", at + LEASE) if job.tries <= TRIES else ("failed", None)
        number, kind, args, dead = job.id, job.kind, dict(job.args), job.state == "failed"
    if dead:
        return True
    changes: dict[str, Any]
    try:
        result = KINDS[kind](engine, args, at)
        changes = {"state": "done", "result": result, "done_at": at, "lease_until": None}
    except Exception as error:
        log.exception("job failed", job=number, kind=kind)
        changes = {"state": "failed", "error": type(error).__name__, "done_at": at, "lease_until": None}
    with transaction(engine) as session:
        session.execute(sa.update(Job).where(Job.id == number).values(**changes))
    return True
