"""Verbs of 项目优化: asking the operator, suggesting, and what ends a request that nobody needs any more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.applications.actions.changed import APPLICANT
from webapp.applications.models import Application, Coaching
from webapp.applications.queries.coaching import around, facts_of_asking, papers_of
from webapp.applications.queries.together import content_versions
from webapp.applications.rules import askable, sections
from webapp.calls.models import Call
from webapp.core import outbox
from webapp.core.scope import Viewer as Anyone
from webapp.core.workflow import CLOCK, NotAllowed, Refusal, Refused, begin, refuse, take_step


def ask(session: Session, application: Application, wish: str, *, by: Viewer, at: datetime) -> Coaching:
    """请承办机构优化: the operator is shown the draft as it stands now, and nothing that is written later."""
    if by.id is None or "org_lead" not in by.roles_on(application):
        raise NotAllowed(Refusal("role", "请承办机构优化由本单位负责人办理。"))
    here = around(session, application.id)
    if (refusal := askable(facts_of_asking(session, here, at))) is not None:
        raise Refused(refusal)
    one = Coaching(
        application_id=application.id, title=application.title, wish=wish.strip(), asked_by_id=by.id,
        versions={key: version for key, version in content_versions(session, application.id).items() if key != "files"},
        papers=papers_of(session, application, here.rules), overall="", suggestions={},
    )  # fmt: skip
    begin(session, one, by=by, at=at, step="ask")
    people = people_with(session, ("operator",), at=at, organisation_id=here.call.operator_id)
    body = f"“{application.title}”请提优化建议：{one.wish}"
    outbox.tell(session, people, one.ref, f"项目优化待建议 {application.number}", body, at=at)
    return one


def give(session: Session, one: Coaching, *, overall: str, suggestions: Mapping[str, str], by: Viewer, at: datetime) -> None:
    """已提建议: one for the whole, and for those sections that it is wished for."""
    here = around(session, one.application_id)
    known = dict(sections(here.rules))
    if strange := [key for key in suggestions if key not in known]:
        raise refuse("section", "申报表改过，没有这一部分了，请重新打开这一页。", f"said-{strange[0]}")
    one.overall, one.suggestions, one.given_by_id = overall, dict(suggestions), by.id
    take_step(session, one, "give", by=by, at=at)
    people = people_with(session, APPLICANT, at=at, organisation_id=here.application.organisation_id)
    body = f"承办机构对“{one.title}”提了建议，改不改由本单位决定。"
    outbox.tell(session, people, one.ref, f"项目优化建议 {here.application.number}", body, at=at)


def _ended(session: Session, one: Coaching, why: str, by: Anyone, at: datetime) -> None:
    """The request is withdrawn, and who was asked need not look for it."""
    here = around(session, one.application_id)
    take_step(session, one, "withdraw", by=by, at=at, note=why)
    people = people_with(session, ("operator",), at=at, organisation_id=here.call.operator_id) if here.call.operator_id else []
    outbox.tell(session, people, one.ref, f"项目优化已撤回 {here.application.number}", f"“{one.title}”：{why}，不用再提建议。", at=at)


def withdraw(session: Session, one: Coaching, *, by: Viewer, at: datetime, note: str = "") -> None:
    """撤回请求."""
    _ended(session, one, note or "申报单位撤回了请求", by, at)


def follow(session: Session, application: Application, step: str, *, by: Viewer, at: datetime, note: str, data: dict[str, Any]) -> None:
    """A request nobody answered ends when the application is handed in or withdrawn."""
    if step not in {"submit", "withdraw"}:
        return
    for one in session.scalars(sa.select(Coaching).where(Coaching.application_id == application.id, Coaching.state == "asked")):
        _ended(session, one, {"submit": "申报已经提交", "withdraw": "申报已经撤回"}[step], CLOCK, at)


def end_due(session: Session, at: datetime) -> int:
    """Requests of calls that take no applications any more."""
    query = (
        sa.select(Coaching)
        .join(Application, Application.id == Coaching.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(Coaching.state == "asked", sa.or_(Call.state != "open", Call.closes_at <= at))
        .order_by(Coaching.id)
        .with_for_update(skip_locked=True, of=Coaching)
    )
    found = session.scalars(query).all()
    for one in found:
        _ended(session, one, "申报已经截止", CLOCK, at)
    return len(found)
