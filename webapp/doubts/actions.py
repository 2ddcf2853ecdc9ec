"""Looking, by a job, and what people then say of what was found."""

import io
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.core import files, jobs, logs, outbox, settings
from webapp.core.calendar import deadline
from webapp.core.db import reading, transaction
from webapp.core.workflow import CLOCK, begin, take_step
from webapp.doubts import queries
from webapp.doubts.models import Doubt, Look, PhotoBand, PhotoPrint
from webapp.doubts.rules import DEFAULTS, KINDS, Found, look
from webapp.projects import actions as projects
from webapp.projects.models import Project

KIND = "doubts.look"
ANSWER_WORKDAYS = 10
FLAT = 12
"""Shades of grey between the darkest and the lightest point below which a picture has nothing to be known by."""


def print_of(content: bytes) -> int | None:
    """A photo as 64 bits: whether each point of a small grey copy is darker than its right neighbour; None without features."""
    try:
        small = Image.open(io.BytesIO(content)).convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    points = list(small.tobytes())
    if max(points) - min(points) < FLAT:
        return None
    bits = 0
    for row in range(8):
        for n in range(8):
            bits = bits << 1 | (points[row * 9 + n] < points[row * 9 + n + 1])
    return bits - (1 << 64) if bits >> 63 else bits  # as a signed number of the database


def look_waiting(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Look at every project in which something moved. Safe to run twice; one that fails does not hold the others."""
    after, done, failed = 0, 0, 0
    while True:
        with reading(engine) as session:
            key = queries.waiting(session, after)
        if key is None:
            return {"done": done, "failed": failed}
        after = key
        try:
            look_at(engine, key, at)
            done += 1
        except Exception:
            failed += 1
            logs.log.exception("look failed", project=key)


def look_at(engine: sa.Engine, project_id: int, at: datetime) -> None:
    """Bring a project's 疑点 to what its papers say now. Photos are read before the transaction that keeps them."""
    with reading(engine) as session:
        photos = queries.new_photos(session, project_id)
    prints = [(one, print_of(files.get(one.digest))) for one in photos]
    with transaction(engine) as session:
        project = session.get_one(Project, project_id, with_for_update=True)
        for one, bits in prints:
            if session.get(PhotoPrint, one.attachment_id) is not None:
                continue
            session.add(PhotoPrint(attachment_id=one.attachment_id, project_id=project_id, activity_id=one.activity_id, bits=bits))
            session.flush()
            if bits is not None:
                session.execute(sa.insert(PhotoBand), queries.band_rows(one.attachment_id, bits))
        wanted = settings.value(session, "doubt.rules", at=at, area=project.area_code)
        bits_apart = (wanted.get("photo") or DEFAULTS["photo"])["distance"]
        _keep(session, project_id, look(queries.facts_of(session, project_id, at, bits_apart), wanted), at)
        seen = session.get(Look, project_id)
        if seen is None:
            session.add(Look(project_id=project_id, at=at))
        else:
            seen.at = max(at, seen.at)


def _keep(session: Session, project_id: int, found: list[Found], at: datetime) -> None:
    """New ones begin, changed ones are opened again, others vanish; what people have said stays."""
    query = sa.select(Doubt).where(sa.or_(Doubt.project_id == project_id, Doubt.other_project_id == project_id)).with_for_update()
    have = {(one.kind, one.subject, one.other): one for one in session.scalars(query.order_by(Doubt.id))}
    for one in found:
        evidence = {"rows": list(one.rows), "said": one.said}
        old = have.pop((one.kind, one.subject, one.other), None)
        if old is None:
            made = Doubt(
                project_id=one.project_id or project_id, other_project_id=one.other_project_id, kind=one.kind, title=KINDS[one.kind].title,
                subject=one.subject, other=one.other, evidence=evidence,
            )  # fmt: skip
            begin(session, made, by=CLOCK, at=at, data={"kind": one.kind, "rows": evidence["rows"]})
        elif old.state == "gone" or (old.state == "explained" and old.evidence != evidence):
            old.evidence = evidence
            take_step(session, old, "reopen", by=CLOCK, at=at)
        else:
            old.evidence = evidence
    for left in have.values():
        if left.state in {"found", "asked", "answered"}:
            take_step(session, left, "vanish", by=CLOCK, at=at)


def ask(session: Session, doubt: Doubt, *, note: str, by: Viewer, at: datetime) -> None:
    """请单位说明: from now on the organisation sees it, and has ten working days."""
    doubt.asked_at = at
    take_step(session, doubt, "ask", by=by, at=at, note=note, due=deadline(at, ANSWER_WORKDAYS))
    project = session.get_one(Project, doubt.project_id)
    leads = people_with(session, ("org_lead",), at=at, organisation_id=project.organisation_id)
    outbox.tell(session, leads, doubt.ref, f"项目 {project.number} 有一处请说明", note, at=at)


def rectify(session: Session, doubt: Doubt, *, demand: str, due_on: date, by: Viewer, at: datetime) -> None:
    """要求整改: the doubt becomes a demand with its day, which holds later payments until it is settled."""
    take_step(session, doubt, "rectify", by=by, at=at, note=demand)
    project = session.get_one(Project, doubt.project_id)
    projects.order_rectification(session, project, title=f"疑点整改：{doubt.title}", text=demand, due_on=due_on, proof=True, by=by, at=at)


def due(session: Session, at: datetime) -> int:
    """Something moved and nobody is looking: asked for."""
    asked = sa.select(sa.exists().where(jobs.Job.kind == KIND, jobs.Job.state.in_(("queued", "running"))))
    if session.scalar(asked) or queries.waiting(session) is None:
        return 0
    jobs.enqueue(session, KIND, {}, person_id=None, at=at)
    return 1


TICK = (due,)
JOBS: dict[str, jobs.Work] = {KIND: look_waiting}
