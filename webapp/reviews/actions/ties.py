"""回避 said, pinned, looked into and ended: nothing is deleted, and nobody ends his own."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.core import journal
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.core.workflow import Refused, carrying, refuse, take_step
from webapp.reviews.models import Assignment, Expert, ExpertTie
from webapp.reviews.queries import ties as queries
from webapp.reviews.queries.conflicts import barred
from webapp.reviews.rules.conflicts import GUESSED, another_undoes


def _story(session: Session, person_id: int) -> str:
    """Whose story a tie is told in: the expert's page, else the person's."""
    return f"expert:{person_id}" if session.get(Expert, person_id) is not None else f"person:{person_id}"


def add_tie(session: Session, person_id: int, *, organisation: str, kind: str, reason: str = "", by: Viewer, at: datetime) -> ExpertTie:
    """Say that somebody may neither judge nor decide on an organisation: oneself, or another, who then says why (`pinned`).

    What an expert has not scored yet of it is taken from him at once. Raises Refused at its field for an organisation that
    is not in the register, or a tie already there.
    """
    name = organisation.strip()
    key = session.scalar(sa.select(Organisation.id).where(Organisation.name == name).limit(1))
    if key is None:
        raise refuse("organisation", f"单位名录里没有“{name[:40]}”，请写单位全称。", "organisation")
    if kind == "pinned" and not reason.strip():
        raise refuse("reason", "请写明为什么应当回避。", "reason")
    if queries.live_tie(session, person_id, key, today(at)) is not None:
        raise refuse("known", f"与“{name}”的关系已经登记过。", "organisation")
    tie = ExpertTie(person_id=person_id, organisation_id=key, kind=kind, reason=reason.strip(), by_id=by.id, at=at)
    session.add(tie)
    session.flush()
    journal.record(
        session, _story(session, person_id), "tie", by=by.ref, at=at, note=reason,
        data={"tie": tie.ref, "organisation": f"organisation:{key}", "kind": kind, "person": f"person:{person_id}"},
    )  # fmt: skip
    waiting = (
        sa.select(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .where(Assignment.person_id == person_id, Assignment.state == "assigned", Application.organisation_id == key)
        .order_by(Assignment.id)
    )
    for assignment in session.scalars(waiting).all():
        take_step(session, assignment, "recuse", by=carrying(by), at=at, note="登记了应当回避的关系")
    return tie


def undo(session: Session, tie: ExpertTie, *, reason: str, by: Viewer, at: datetime) -> None:
    """Another officer ends a tie that was said wrongly, or takes back that there is none. Raises Refused."""
    _may_look(session, tie.person_id, tie.organisation_id, reason, by, at, guessed=tie.kind == "cleared")
    if tie.undone_at is not None:
        raise refuse("undone", "这条登记已经解除过了。", "reason")
    tie.undone_at, tie.undone_by_id, tie.undone_reason = at, by.id, reason.strip()
    session.flush()
    journal.record(
        session, _story(session, tie.person_id), "untie", by=by.ref, at=at, note=reason,
        data={"tie": tie.ref, "organisation": f"organisation:{tie.organisation_id}", "person": f"person:{tie.person_id}"},
    )  # fmt: skip


def clear(session: Session, person_id: int, organisation_id: int, *, reason: str, by: Viewer, at: datetime) -> ExpertTie:
    """Another officer looked into what the register gives away, and it is chance: a namesake, a telephone handed on. Raises Refused."""
    found = queries.detected_between(session, by, person_id, organisation_id, at)
    if found is None or not set(found.kinds) & GUESSED:
        raise refuse("nothing", "系统没有发现这样的关系，或者关系有任职记录为据，不能在这里解除。", "reason")
    _may_look(session, person_id, organisation_id, reason, by, at, guessed=True)
    tie = ExpertTie(person_id=person_id, organisation_id=organisation_id, kind="cleared", reason=reason.strip(), by_id=by.id, at=at)
    session.add(tie)
    session.flush()
    journal.record(
        session, _story(session, person_id), "clear", by=by.ref, at=at, note=reason,
        data={"tie": tie.ref, "organisation": f"organisation:{organisation_id}", "person": f"person:{person_id}", "kinds": found.kinds},
    )  # fmt: skip
    return tie


def _may_look(session: Session, person_id: int, organisation_id: int, reason: str, by: Viewer, at: datetime, *, guessed: bool) -> None:
    if (refused := another_undoes(person_id, by.id)) is not None:
        raise Refused(refused)
    if barred(session, by.id, [organisation_id], at):
        raise refuse("tied", "您与这家单位也有利害关系，请由其他经办人核实。", "reason")
    if not reason.strip():
        raise refuse("reason", "请写明核实的情况。", "reason")
