"""立项: a call's list becomes projects, each with its money set aside and its agreement drafted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.actions import note_record
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.applications import queries as applications
from webapp.applications.models import Application
from webapp.book import actions as book
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.queries.quotas import over_quota
from webapp.calls.rules import CallRules
from webapp.core import journal, numbers, outbox
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.trace import trace
from webapp.core.workflow import Refusal, Refused, begin, carrying, refuse, take_step
from webapp.projects.actions import confirmations
from webapp.projects.actions.drafting import SIGN_WORKDAYS, draft_agreement
from webapp.projects.models import BudgetLine, Milestone, Place, Project
from webapp.projects.queries.facts import of_award
from webapp.projects.rules import REQUIRED


def award_call(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "") -> list[Project]:
    """公示期满，立项: every application on the list becomes a project.

    For each: the application's own step, the project with its lines and milestones out of the frozen snapshot, the money
    set aside in the book, the organisation's record, the trace, and a drafted agreement. Raises Refused when the 公示
    has not ended, objections are open, or the fund has too little.
    """
    chosen = _chosen(session, call)
    take_step(session, call, "award", by=by, at=at, note=note, data={"projects": len(chosen)})
    rules = rules_of(call)
    return [_open(session, call, rules, application, by=by, at=at) for application in chosen]


def award_reserves(session: Session, call: Call, *, by: Viewer, at: datetime) -> list[Project]:
    """候补公示期满，立项: who moved up after the award becomes a project, by the very rules of the award.

    Raises Refused as `award_call` does, and before it.
    """
    chosen = _chosen(session, call)
    if call.state != "awarded":
        raise refuse("state", f"征集当前是“{call.state_label}”，请用“公示期满，立项”。")
    facts = of_award(session, call, by, at)
    if found := [refusal for rule in REQUIRED["call.award"] if isinstance(refusal := rule(facts), Refusal)]:
        raise Refused(*found)
    journal.record(session, call.ref, "award_more", by=by.ref, at=at, data={"projects": len(chosen)})
    rules = rules_of(call)
    return [_open(session, call, rules, application, by=by, at=at) for application in chosen]


def _chosen(session: Session, call: Call) -> Sequence[Application]:
    session.execute(sa.select(Call.id).where(Call.id == call.id).with_for_update())
    return session.scalars(
        sa.select(Application)
        .where(Application.call_id == call.id, Application.state == "proposed")
        .order_by(Application.id)
        .with_for_update()
    ).all()


def _open(session: Session, call: Call, rules: CallRules, application: Application, *, by: Viewer, at: datetime) -> Project:
    content = applications.snapshot(session, application.id)
    granted = application.awarded_fen or Money(0)
    take_step(session, application, "award", by=carrying(by), at=at, data={"granted_fen": granted.fen})
    day = today(at)
    starts_on = _day(content.get("starts_on")) or day
    ends_on = _day(content.get("ends_on"))
    if ends_on is None or ends_on <= max(starts_on, day):
        ends_on = _a_year_after(max(starts_on, day))
    project = Project(
        number=numbers.take(session, "G", day.year),
        application_id=application.id,
        call_id=call.id,
        organisation_id=application.organisation_id,
        area_code=application.area_code,
        title=application.title,
        category=application.category,
        granted_fen=granted,
        own_fen=application.own_fen,
        starts_on=starts_on,
        ends_on=ends_on,
        paid_fen=Money(0),
        spent_fen=Money(0),
    )
    begin(session, project, by=by, at=at, data={"application": application.ref, "granted_fen": granted.fen})
    project.due_at = deadline(at, SIGN_WORKDAYS)
    for code in sorted(set(content.get("communities") or [application.area_code])):
        session.add(Place(project_id=project.id, area_code=code))
    _lines(session, project, rules, content.get("budget") or [])
    for one in content.get("indicators") or []:
        session.add(
            Milestone(
                project_id=project.id,
                title=one["title"],
                unit=one["unit"],
                target=int(one["target"]),
                due_on=_day(one.get("due_on")) or ends_on,
            )
        )
    session.flush()
    if over := over_quota(session, call.fund_id, call.fund_year, project.area_code, granted):
        raise Refused(over)
    book.reserve(
        session, call.fund.ref if "fund" in call.__dict__ else f"fund:{call.fund_id}", call.fund_year, project.ref, granted,
        area_code=project.area_code, source=f"{project.ref}/reserve", by=by, at=at,
    )  # fmt: skip
    note_record(
        session, project.organisation_id, "award", project.ref, {"granted_fen": granted.fen, "call": call.ref},
        from_day=day, until_day=ends_on, source=f"{call.number} 立项", at=at,
    )  # fmt: skip
    note_record(
        session, project.organisation_id, "running", project.ref, {"call": call.ref},
        from_day=day, source=f"{call.number} 立项", at=at,
    )  # fmt: skip
    trace(session, application.ref, project.ref)
    draft_agreement(session, project, call, rules, content, by=by, at=at)
    if rules.coreview.confirm:
        confirmations.ask(session, project, rules, by=by, at=at)
    outbox.tell(
        session, people_with(session, ("org_lead", "org_member"), at=at, organisation_id=project.organisation_id), project.ref,
        f"项目 {project.number} 已立项", f"“{project.title}”已立项，请在 {SIGN_WORKDAYS} 个工作日内签署项目协议。", at=at,
    )  # fmt: skip
    return project


def awarded_lines(budget: Sequence[Mapping[str, Any]], granted: Money) -> list[tuple[str, Money, Money]]:
    """The awarded lines (科目) with grant and own money: asked-for amounts cut to the grant in proportion, adding up to it to the fen.

    A grant for a budget that asks for none falls to its first line, or to the activities.
    """
    asked: dict[str, tuple[int, int]] = {}
    for one in budget:
        grant, own = asked.get(one["line"], (0, 0))
        asked[one["line"]] = (grant + int(one.get("grant_fen") or 0), own + int(one.get("own_fen") or 0))
    if not sum(grant for grant, _ in asked.values()):
        asked.setdefault("activity", (0, 0))
        first = next(iter(asked))
        asked[first] = (1, asked[first][1])
    shares = granted.share([grant for grant, _ in asked.values()])
    return [(key, share, Money(own)) for (key, (_, own)), share in zip(asked.items(), shares, strict=True)]


def _lines(session: Session, project: Project, rules: CallRules, budget: list[dict[str, Any]]) -> None:
    titles = {line.key: line.title for line in rules.budget.lines}
    for position, (key, share, own) in enumerate(awarded_lines(budget, project.granted_fen), 1):
        session.add(
            BudgetLine(
                project_id=project.id, position=position, line=key, title=titles.get(key, "业务活动费" if key == "activity" else key),
                grant_fen=share, own_fen=own, spent_fen=Money(0),
            )
        )  # fmt: skip


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None


def _a_year_after(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, 28))
