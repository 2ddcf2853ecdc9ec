"""What the stages before delivery leave behind, for the tests of projects, evaluation and funding."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from reports.money import Money
from tests import make
from tests.cast import CHANGMEN, TAO, Cast
from webapp.applications.models import Application, ApplicationNeed
from webapp.book import actions as book
from webapp.calls.models import Call
from webapp.calls.rules import template
from webapp.core.files import Checked
from webapp.projects import actions
from webapp.projects.models import Agreement, Project
from webapp.reviews.models import Notice


def content(*, title: str = "银龄陪伴", communities: tuple[str, ...] = (TAO,), needs: tuple[int, ...] = ()) -> dict[str, Any]:
    """What an application that was submitted holds."""
    lines = template().budget.lines
    return {
        "title": title, "category": "elderly", "requested_fen": 5_000_000, "own_fen": 500_000, "sections": {},
        "budget": [
            {"line": lines[0].key, "item": "活动物资", "unit_fen": 10_000, "quantity": 300, "grant_fen": 3_000_000, "own_fen": 300_000, "need_id": None},
            {"line": lines[1].key, "item": "志愿者补贴", "unit_fen": 5_000, "quantity": 400, "grant_fen": 2_000_000, "own_fen": 200_000, "need_id": None},
        ],
        "indicators": [
            {"title": "陪伴活动", "unit": "场", "target": 20, "due_on": "2027-02-28"},
            {"title": "服务老人", "unit": "人次", "target": 400, "due_on": "2027-02-28"},
        ],
        "communities": list(communities), "needs": list(needs), "starts_on": "2026-03-01", "ends_on": "2027-02-28",
        "organisation": {"name": "晨光社会工作服务中心"}, "files": [],
    }  # fmt: skip


def announced(
    session: Session,
    cast: Cast,
    at: datetime,
    *,
    notice: str = "ended",
    budget: int = 20_000_000,
    awarded: int = 5_000_000,
    **call_facts: Any,
) -> tuple[Call, Application]:
    """A call whose 公示 has run, one application on its list, and money in its fund."""
    need = make.public_need(session, cast, at, state="called", person=cast.granny)
    call = make.call(session, cast, at, rules=template().to_json(), state="announced", needs=(need,), **call_facts)
    application = make.application(
        session,
        cast,
        at,
        call,
        state="proposed",
        awarded_fen=Money(awarded),
        content=content(communities=(TAO, CHANGMEN), needs=(need.id,)),
    )
    session.add(ApplicationNeed(application_id=application.id, need_id=need.id))
    make.at_state(
        session,
        Notice(
            number=f"GS2026-{application.id:04d}", call_id=call.id, kind="before", title="拟立项公示", content={}, digest="0" * 64, starts_on=date(2026, 2, 20),
            ends_at=at,
        ),
        notice, at,
    )  # fmt: skip
    if budget:
        book.budget(
            session, f"fund:{call.fund_id}", call.fund_year, Money(budget), area_code="320508", source=f"budget/{call.id}",
            by=cast.accountant.viewer(session, at), at=at,
        )  # fmt: skip
    session.flush()
    return call, application


def opened(session: Session, cast: Cast, at: datetime, **more: Any) -> Project:
    """A project just awarded, its agreement drafted."""
    call, _ = announced(session, cast, at, **more)
    return actions.award_call(session, call, by=cast.officer.viewer(session, at), at=at)[0]


def agreement_of(session: Session, project: Project) -> Agreement:
    return session.query(Agreement).filter_by(project_id=project.id).one()


def delivering(session: Session, cast: Cast, at: datetime, **more: Any) -> Project:
    """A project both sides signed for."""
    project = opened(session, cast, at, **more)
    agreement = agreement_of(session, project)
    actions.sign_org(session, agreement, by=cast.lead.viewer(session, at), at=at)
    actions.sign(session, agreement, by=cast.leader.viewer(session, at), at=at)
    return project


def picture(name: str = "a.jpg", shade: int = 120) -> Checked:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, shade, shade)).save(out, format="JPEG")
    return Checked(name, out.getvalue(), "image/jpeg")


def upload(name: str = "a.jpg", shade: int = 120) -> tuple[io.BytesIO, str]:
    """The same picture as a browser sends it."""
    return io.BytesIO(picture(name, shade).content), name


def activity(session: Session, cast: Cast, project: Project, at: datetime, *, persons: int = 20, visits: int = 30, **more: Any) -> Any:
    """A recorded activity with its files."""
    by = cast.member.viewer(session, at)
    day = (at + timedelta(hours=8)).date()
    one = actions.plan_activity(session, project, title="重阳陪伴", place="社区活动室", planned_on=day, by=by, at=at)
    actions.record_activity(
        session,
        one,
        held_on=day,
        place="社区活动室",
        persons=persons,
        visits=visits,
        sign_in=[picture("签到.jpg", 10)],
        photos=[picture()],
        by=by,
        at=at,
        **more,
    )
    return one
