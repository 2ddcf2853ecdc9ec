"""A small town for the boards: one need followed to the last fen, and projects to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.cast import TAO
from tests.conftest import START
from webapp.ballots.models import Ballot
from webapp.book import actions as book
from webapp.calls.models import Call, CallNeed
from webapp.calls.rules import template
from webapp.core.db import transaction
from webapp.core.trace import trace
from webapp.evaluation.models import Survey
from webapp.funding.models import Document, Spending, Tranche
from webapp.projects.models import Activity, ActivitySpend, BudgetLine, Project

DAY = date(2026, 3, 2)
SAID = "七楼的老人下楼一次要歇三回"
RAW = "原话：加装扶手"


@dataclass
class Town:
    need: int
    blank: int
    project: int
    number: str
    paid: int
    due: int
    spending: int
    waiting: int


def _project(session: Any, cast: Any, call: Call, title: str, **more: Any) -> Project:
    application = make.application(session, cast, START, call, state="awarded", title=title)
    return make.project(session, cast, START, application, **more)


def _money(session: Any, project: Project, *, spent: int, visits: int) -> None:
    project.paid_fen, project.spent_fen, project.persons, project.visits = Money(3_000_000), Money(spent), visits // 2, visits
    session.execute(sa.update(BudgetLine).where(BudgetLine.project_id == project.id).values(spent_fen=Money(spent)))


@pytest.fixture
def town(engine: Any, cast: Any) -> Town:
    """The town, settled."""
    with transaction(engine) as session:
        return settle(session, cast)


def settle(session: Any, cast: Any) -> Town:
    """A need, said and voted for, and the project, the payment and the document that came of it; four others to compare with."""
    need = make.public_need(session, cast, START, title="加装扶手", state="delivering", voted=60, ranked=1)
    session.execute(sa.text("UPDATE wordings SET text = :said"), {"said": SAID})
    blank = make.public_need(session, cast, START, title="助浴服务", state="listed", voted=40, ranked=2)
    ballot = Ballot(
        number="P2026-0001", purpose="needs", subject=f"area:{TAO}", title="桃花坞评议需求", area_code=TAO, method="approve", most=3,
        opens_at=START - timedelta(days=9), closes_at=START - timedelta(days=2), turnout=88,
    )  # fmt: skip
    make.at_state(session, ballot, "counted", START)
    trace(session, need.ref, ballot.ref)
    call = make.call(session, cast, START, rules=template().to_json(), state="awarded")
    session.add(CallNeed(call_id=call.id, need_id=need.id))
    project = _project(session, cast, call, "安居扶手", starts_on=date(2025, 12, 1), ends_on=date(2026, 3, 1))
    application = f"application:{project.application_id}"
    trace(session, need.ref, application)
    trace(session, application, project.ref)
    _money(session, project, spent=90_000, visits=30)
    line = session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == project.id)).one()
    activity = Activity(
        project_id=project.id, title="上门装扶手", place="三单元", planned_on=DAY, held_on=date(2026, 1, 5), persons=15, visits=30
    )
    make.at_state(session, activity, "held", START)
    session.add(ActivitySpend(activity_id=activity.id, budget_line_id=line.id, amount_fen=Money(5_000_001)))
    session.add(
        Survey(
            project_id=project.id, title="满意度", tree={}, least=5, closes_on=DAY, state="closed", state_at=START, printed=20, answered=10,
            satisfied=7, score=7000,
        )
    )  # fmt: skip
    tranches = [
        Tranche(project_id=project.id, position=n, title=f"第 {n} 期", amount_fen=Money(3_000_000), trigger="signed", reached_at=START)
        for n in (1, 2)
    ]
    make.at_state(session, tranches[0], "paid", START, paid_on=DAY, bank_reference="YH-88")
    make.at_state(session, tranches[1], "requested", START, pay_by=START + timedelta(days=29))
    claims = []
    for n, state in ((1, "accepted"), (2, "claimed")):
        document = Document(
            kind="einvoice",
            register="einvoice",
            key=f"2632{n:016d}",
            number=f"2632{n:016d}",
            face_fen=Money(90_000),
            claimed_fen=Money(90_000),
        )
        session.add(document)
        session.flush()
        claim = Spending(
            document_id=document.id, budget_line_id=line.id, activity_id=activity.id, title="扶手", payee="某五金店", spent_on=DAY,
            amount_fen=Money(90_000), by_id=cast.member.id, project_id=project.id,
        )  # fmt: skip
        claims.append(make.at_state(session, claim, state, START))
    for n in range(4):
        other = _project(session, cast, call, f"助浴 {n}", state="evaluated" if n else "delivering", starts_on=date(2026, 2, 15))
        _money(session, other, spent=10_000 * (n + 1), visits=10)
    return Town(need.id, blank.id, project.id, project.number, tranches[0].id, tranches[1].id, claims[0].id, claims[1].id)


def post(session: Any, cast: Any, town: Town) -> None:
    """The book's side of the followed project: what it was paid, and the one document that was accepted."""
    project = session.get_one(Project, town.project)
    fund, money = f"fund:{session.get_one(Call, project.call_id).fund_id}", {"by": cast.accountant.viewer(session, START), "at": START}
    book.budget(session, fund, 2026, Money(10_000_000), area_code="320508", source="test:budget", **money)
    book.reserve(session, fund, 2026, project.ref, Money(5_000_000), area_code=project.area_code, source="test:reserve", **money)
    book.request(session, fund, 2026, project.ref, Money(3_000_000), source="test:request", **money)
    book.pay(session, fund, 2026, project.ref, Money(3_000_000), second_id=cast.leader.id, source="test:pay", **money)
    book.spend(session, fund, 2026, project.ref, Money(90_000), source=f"spending:{town.spending}/spend", **money)
