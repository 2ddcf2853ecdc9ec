"""结余收回, 归档 and 终止: the money goes back, the book of a project comes to rest."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import yuan
from reports.money import Money
from webapp.accounts.actions import note_record
from webapp.accounts.models import Record
from webapp.accounts.viewer import Viewer
from webapp.applications.models import Application
from webapp.book import actions as book
from webapp.book import queries as books
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import years_after
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.trace import trace
from webapp.core.workflow import begin, refuse, take_step
from webapp.funding.actions.payments import give_up
from webapp.funding.models import Recovery, Tranche
from webapp.funding.queries import ending
from webapp.projects import actions as projects
from webapp.projects.models import Project
from webapp.reviews import actions as reviews

RETURN_WORKDAYS = 20
SETTLED = frozenset({"evaluated", "terminated"})


def _fund(session: Session, project: Project) -> tuple[str, int]:
    call = session.get_one(Call, project.call_id)
    return f"fund:{call.fund_id}", call.fund_year


def demand(session: Session, project: Project, *, reason: str, claw_back: bool = False, by: Viewer, at: datetime) -> Recovery:
    """发起结余收回 of all that was paid and neither spent nor given back; the organisation's record says what it owes.

    With `claw_back` also what was spent (返还已拨资金). Raises Refused before the grade is settled, when there is nothing to
    give back, and for a claw-back that neither a breach nor a failed final allows under the call's rules.
    """
    session.execute(sa.select(Project.id).where(Project.id == project.id).with_for_update())
    if project.state not in SETTLED:
        raise refuse("project", "绩效等级确认或项目终止后才能收回结余。")
    if claw_back and not ending.may_claw_back(session, project):
        raise refuse("claw_back", "只有公告规定了收回已拨资金，并且违约终止或者绩效不合格的，才能连同已支出的一并收回。", "claw_back")
    left, spent = ending.demandable(session, project, books.position(session, project.ref))
    of_spent = spent if claw_back else Money(0)
    amount = left + of_spent
    if amount <= Money(0):
        raise refuse("nothing", "已拨付的资金已全部支出或收回，没有结余。")
    if by.id is None:
        raise refuse("person", "请先登录。")
    recovery = Recovery(
        project_id=project.id, title=f"{'收回已拨资金' if of_spent else '结余收回'} {yuan(amount)} 元", amount_fen=amount, of_spent_fen=of_spent,
        reason=reason, by_id=by.id,
    )  # fmt: skip
    begin(session, recovery, by=by, at=at, data={"amount_fen": amount.fen, "of_spent_fen": of_spent.fen, "title": recovery.title})
    recovery.due_at = deadline(at, RETURN_WORKDAYS)
    trace(session, project.ref, recovery.ref)
    owe(session, project, recovery, at=at)
    return recovery


def owe(session: Session, project: Project, recovery: Recovery, *, at: datetime) -> None:
    """The organisation's record says what it owes, and it is told."""
    note_record(
        session, project.organisation_id, "owed", recovery.ref, {"amount_fen": recovery.amount_fen.fen},
        from_day=today(at), source=f"项目 {project.number} 结余收回", at=at,
    )  # fmt: skip
    projects.tell_organisation(
        session,
        project,
        recovery.ref,
        f"项目 {project.number} 结余 {yuan(recovery.amount_fen)} 元待缴回",
        f"{recovery.reason} 请在 {RETURN_WORKDAYS} 个工作日内缴回。",
        at,
    )


def receive(session: Session, recovery: Recovery, *, bank_reference: str, by: Viewer, at: datetime, note: str = "") -> None:
    """确认到账: the money is back and free for the fund again."""
    project = session.get_one(Project, recovery.project_id, with_for_update=True, populate_existing=True)
    recovery.bank_reference = bank_reference.strip()
    take_step(session, recovery, "receive", by=by, at=at, note=note, data={"amount_fen": recovery.amount_fen.fen})
    fund, year = _fund(session, project)
    if recovery.of_spent_fen:
        book.unspend(
            session, fund, year, project.ref, recovery.of_spent_fen, source=f"{recovery.ref}/unspend", by=by, at=at, memo="收回已拨资金"
        )
        project.spent_fen -= recovery.of_spent_fen
        session.flush()
    book.give_back(session, fund, year, project.ref, recovery.amount_fen, source=f"{recovery.ref}/receive", by=by, at=at)
    _owed_no_more(session, recovery, at)


def waive(session: Session, recovery: Recovery, *, note: str, by: Viewer, at: datetime) -> None:
    """免予收回: the organisation keeps it on the grounds given; the book counts it as spent."""
    project = session.get_one(Project, recovery.project_id, with_for_update=True, populate_existing=True)
    take_step(session, recovery, "waive", by=by, at=at, note=note)
    if kept := recovery.amount_fen - recovery.of_spent_fen:
        fund, year = _fund(session, project)
        book.spend(session, fund, year, project.ref, kept, source=f"{recovery.ref}/waive", by=by, at=at, memo="免予收回")
        project.spent_fen += kept
        session.flush()
    _owed_no_more(session, recovery, at)


def _owed_no_more(session: Session, recovery: Recovery, at: datetime) -> None:
    owed = sa.update(Record).where(Record.kind == "owed", Record.subject == recovery.ref, Record.until_day.is_(None))
    session.execute(owed.values(until_day=today(at)))


def archive(session: Session, project: Project, *, by: Viewer, at: datetime, note: str = "") -> None:
    """归档: nothing is open, nothing of the project is left in the book."""
    take_step(session, project, "archive", by=by, at=at, note=note)


def terminate(
    session: Session, project: Project, *, note: str, breach: bool = False, claw_back: bool = False, by: Viewer, at: datetime
) -> None:
    """终止: tranches not yet paid are given up, what was reserved is free, unspent money is demanded, needs are listed again.

    A `breach` bars the organisation for the years the call's rules say (中山2013: 违约 3 年内不得参加), is told on the public page
    where they say so, and with `claw_back` lets all that was paid be demanded, where they allow it. Raises Refused while a payment is
    under way, and for a claw-back without a breach.
    """
    rules = rules_of(session.get_one(Call, project.call_id)).breach
    if claw_back and not breach:
        raise refuse("claw_back", "只有承接单位违约的，才能连同已支出的一并收回。请勾选“承接单位违约”，或取消这一项。", "claw_back")
    session.execute(sa.select(Project.id).where(Project.id == project.id).with_for_update())
    take_step(session, project, "terminate", by=by, at=at, note=note)
    waiting = sa.select(Tranche).where(Tranche.project_id == project.id, Tranche.state.not_in(("paid", "cancelled")))
    free = Money(0)
    for tranche in session.scalars(waiting.order_by(Tranche.id).with_for_update()).all():
        give_up(session, tranche, note=note, by=by, at=at)
        free += tranche.amount_fen
    where = books.position(session, project.ref)
    if where.to_request > Money(0):
        fund, year = _fund(session, project)
        book.release(session, fund, year, project.ref, where.to_request, source=f"{project.ref}/release", by=by, at=at)
        free += where.to_request
    reviews.free_award(session, session.get_one(Application, project.application_id), free, by=by, at=at)
    if breach:
        note_record(
            session, project.organisation_id, "breach", project.ref, {}, from_day=today(at), source=f"项目 {project.number} 违约终止", at=at
        )
        projects.criticise(session, project, "违约终止", at=at)
    left, spent = ending.demandable(session, project, where)
    if left + (spent if claw_back else Money(0)) > Money(0):
        demand(session, project, reason=f"项目终止：{note}", claw_back=claw_back, by=by, at=at)
    ended = sa.update(Record).where(Record.kind.in_(("running", "award")), Record.subject == project.ref)
    session.execute(ended.where(sa.or_(Record.until_day.is_(None), Record.until_day > today(at))).values(until_day=today(at)))
    if breach and (years := rules.ban_years):
        note_record(
            session, project.organisation_id, "ban", project.ref, {"reason": "breach"}, from_day=today(at),
            until_day=years_after(today(at), years), source=f"项目 {project.number} 违约终止", at=at,
        )  # fmt: skip
    projects.drop_open(session, project, note=note, by=by, at=at)
    projects.relist_needs(session, project, note=note, by=by, at=at)
    projects.tell_organisation(session, project, project.ref, f"项目 {project.number} 已终止", note, at)
