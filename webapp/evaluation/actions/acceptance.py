"""Verbs of the 验收意见书: it is drafted, then signed by each side in any order; who differs says why."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import day as spelled
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Member, Viewer
from webapp.calls.models import Call
from webapp.core import journal, outbox
from webapp.core.calendar import add_workdays
from webapp.core.clock import today
from webapp.core.workflow import refuse
from webapp.evaluation.models import Evaluation
from webapp.evaluation.models.acceptance import AcceptanceSign
from webapp.evaluation.queries import acceptance as reads
from webapp.projects.actions import must_be_free
from webapp.projects.models import Project
from webapp.projects.queries.acting import call_of
from webapp.reviews.actions.panels import organisers_of

SIGN_WORKDAYS = 5
"""Working days for signing; who stays silent until then counts as agreeing (政府采购法实施条例 §41: silence is consent, dissent is written)."""
OFFICES = ("bureau", "bureau_head", "bureau_lead")


def draft(session: Session, evaluation: Evaluation, *, opinion: str, by: Viewer, at: datetime) -> None:
    """起草验收意见书 of a final that was judged; all sides are told. Refused once somebody signed, and after 验收."""
    project = session.get_one(Project, evaluation.project_id)
    if evaluation.kind != "final" or evaluation.state not in {"judged", "confirmed"} or project.state != "closing":
        raise refuse("state", "末期评估完成后、验收以前才能起草验收意见书。")
    if reads.signs(session, evaluation.id):
        raise refuse("signed", "已经有人签署，意见不能再改。不同意见请在签署时写明。")
    until = add_workdays(today(at), SIGN_WORKDAYS)
    drafted: dict[str, Any] = {"opinion": opinion.strip(), "members": [], "on": today(at).isoformat(), "until": until.isoformat()}
    if (round_now := reads.round_of(evaluation)) > 1:
        drafted["round"] = round_now
    evaluation.acceptance = drafted
    session.flush()
    journal.record(session, evaluation.ref, "acceptance_draft", by=by.ref, at=at, data={"digest": journal.digest(opinion.strip())})
    call, codes = call_of(session, project.call_id), reads.codes(session, project.id)
    people = {
        *organisers_of(session, call, at),
        *(one for code in codes for one in people_with(session, ("street", "community", "party_lead", "supervisor"), at=at, area=code)),
    }
    words = f"请在 {spelled(until)} 前签署；到期没有签署的，视为同意。"
    outbox.tell(session, people, evaluation.ref, f"项目 {project.number} 验收意见书待签署", words, at=at)


def side_of(session: Session, evaluation: Evaluation, by: Viewer) -> tuple[str, Member] | None:
    """For which side somebody signs, and by which membership; None for who has no part in it."""
    project = session.get_one(Project, evaluation.project_id)
    call, codes = call_of(session, project.call_id), reads.codes(session, project.id)
    for member in by.members:
        if (side := _side(member, call, codes)) is not None:
            return side, member
    return None


def _side(member: Member, call: Call, codes: list[str]) -> str | None:
    here = bool(member.area_code) and any(code.startswith(member.area_code) for code in codes)
    if member.organisation_id == call.organiser_id and member.role in (*OFFICES, "street"):
        return "organiser"
    if not here:
        return None
    return {"street": "street", "community": "community", "party_lead": "community", "supervisor": "supervisor"}.get(member.role)


def sign(session: Session, evaluation: Evaluation, *, agrees: bool, reason: str = "", by: Viewer, at: datetime) -> AcceptanceSign:
    """签署, by account; who does not agree writes why. The database holds one signature of an office for its side.

    Refused before it is drafted, after 验收, for who has no part in it or is tied to the organisation, for dissent without a reason.
    """
    kept = evaluation.acceptance
    project = session.get_one(Project, evaluation.project_id)
    if not kept or not kept.get("until") or project.state != "closing":
        raise refuse("state", "现在没有待签署的验收意见书。")
    found = side_of(session, evaluation, by)
    if found is None or by.id is None:
        raise refuse("side", "您的单位不在这份验收意见书的签署方之中。")
    must_be_free(session, project, by=by, at=at)
    if not agrees and not reason.strip():
        raise refuse("reason", "有异议的，请写明理由。", "reason")
    side, member = found
    session.scalar(sa.select(Evaluation.id).where(Evaluation.id == evaluation.id).with_for_update())
    if any(one.side == side and one.organisation_id == member.organisation_id for one in reads.signs(session, evaluation.id)):
        raise refuse("twice", f"{member.organisation}已经签署。")
    one = AcceptanceSign(
        evaluation_id=evaluation.id, side=side, organisation_id=member.organisation_id, person_id=by.id, agrees=agrees,
        reason="" if agrees else reason.strip(), digest=journal.digest(kept["opinion"]), round=reads.round_of(evaluation), at=at,
    )  # fmt: skip
    session.add(one)
    session.flush()
    journal.record(
        session, evaluation.ref, "acceptance_sign", by=by.ref, at=at, data={"side": side, "agrees": agrees, "digest": one.digest}
    )
    return one
