"""A call of 姑苏区 whose applications have passed the formal check, and the expert pool."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.cast import CHANGMEN, TAO
from tests.conftest import START
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, template
from webapp.core.clock import end_of, today
from webapp.core.db import transaction
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Notice, Panel, PanelReport, Seat

DESK = {"accepts": "姑苏区民政局", "contact": "钱经办", "phone": "0512-60000000", "supervision": "0512-60000001"}
ANSWERS = {"meeting": "局长办公会", "minutes_number": "〔2026〕7号", "present": "局长、分管副局长"}
SECRET = "晨光社会工作服务中心"
"""The applicant whose name the blind walk looks for."""


def content(title: str, organisation: str, community: str) -> dict[str, Any]:
    """A snapshot that names its applicant wherever it can."""
    leader = "秦光" if organisation == SECRET else "许青"
    return {
        "title": title, "category": "elderly", "requested_fen": 5_000_000, "own_fen": 500_000,
        "sections": {
            "summary": {"summary": f"{organisation}为独居老人陪诊。", "goal": f"由{organisation[:4]} {organisation[4:]}办成"},
            "team": {"members": [{"name": leader, "duty": f"{leader}带队"}]},
        },
        "budget": [
            {"line": "activity", "item": f"{organisation}物料", "unit_fen": 5_500_000, "quantity": 1, "grant_fen": 5_000_000, "own_fen": 500_000, "need_id": None}
        ],
        "indicators": [{"title": "陪诊", "unit": "人次", "target": 240, "due_on": "2026-12-31"}],
        "communities": [community], "needs": [], "starts_on": "2026-04-01", "ends_on": "2027-03-31",
        "organisation": {"name": organisation, "credit_code": "52320508MJ00000000"},
        "files": [{"name": f"{organisation}登记证书.pdf", "digest": "0" * 64, "kind": "certificate"}],
    }  # fmt: skip


@dataclass
class Stage:
    """What the tests of a review start from, and shortcuts over what lies before them."""

    engine: sa.Engine
    cast: Any
    clock: Any
    call_id: int
    applications: list[int]
    rules: CallRules
    ids: dict[str, Any] = field(default_factory=dict)

    def viewer(self, session: Any, someone: Any) -> Any:
        return someone.viewer(session, self.clock.now())

    def do(self, someone: Any, act: Any, thing: tuple[Any, int], **answers: Any) -> Any:
        """One verb by somebody in a transaction of its own."""
        model, key = thing
        with transaction(self.engine) as session:
            return act(session, session.get_one(model, key), by=self.viewer(session, someone), at=self.clock.now(), **answers)

    def review(self) -> None:
        self.do(self.cast.operator, actions.review, (Call, self.call_id))

    def heard(self) -> None:
        """Entered into review, all opinions lapsed or not asked for."""
        self.review()
        with transaction(self.engine) as session:
            for application in session.scalars(sa.select(Application)):
                application.state = "heard" if application.state != "withdrawn" else "withdrawn"

    def panel(self) -> int:
        panel = self.do(
            self.cast.operator, actions.form_panel, (Call, self.call_id), title="评审一组", size=5, finance=1, reserves=2, per_application=3,
            closes_at=end_of(today(self.clock.now()).replace(day=20)),
        )  # fmt: skip
        return int(panel.id)

    def drawn(self) -> int:
        key = self.panel()
        self.do(self.cast.operator, actions.draw, (Panel, key), witness="沈督")
        return key

    def seats(self, panel_id: int, *, reserve: bool = False) -> list[Seat]:
        with transaction(self.engine) as session:
            query = sa.select(Seat).where(Seat.panel_id == panel_id, Seat.reserve.is_(reserve)).order_by(Seat.position)
            return list(session.scalars(query))

    def expert(self, person_id: int) -> Any:
        return next(one for one in self.cast.people.values() if one.id == person_id)

    def started(self) -> int:
        key = self.drawn()
        for seat in self.seats(key):
            self.do(self.expert(seat.person_id), actions.pledge, (Seat, seat.id))
        self.do(self.cast.operator, actions.start, (Panel, key))
        return key

    def assignments(self, panel_id: int) -> list[Assignment]:
        with transaction(self.engine) as session:
            return list(session.scalars(sa.select(Assignment).where(Assignment.panel_id == panel_id).order_by(Assignment.id)))

    def points(self, total: int) -> dict[str, int]:
        """Points on the panel's rubric that add up to a total (hundredths)."""
        found, left = {}, total
        for item in self.rules.rubric["items"]:
            found[item["key"]] = min(item["most"], left)
            left -= found[item["key"]]
        return found

    def score(self, one: Assignment, total: int = 8000) -> None:
        self.do(self.expert(one.person_id), actions.finish, (Assignment, one.id), points=self.points(total), comment="理由")

    def scored(self) -> int:
        key = self.started()
        for n, one in enumerate(self.assignments(key)):
            self.score(one, 9000 - 100 * n)
        return key

    def closed(self) -> int:
        key = self.scored()
        self.do(self.cast.operator, actions.close, (Panel, key))
        return key

    def locked(self, key: int) -> int:
        """The totals locked by a chair; gives the report's key."""
        seat = self.seats(key)[0]
        self.do(self.cast.operator, actions.appoint_chair, (Seat, seat.id), how="elected")
        return int(self.do(self.expert(seat.person_id), actions.lock_totals, (Seat, seat.id)).id)

    def signed(self, key: int) -> int:
        """The report signed by all."""
        report = self.locked(key)
        for seat in self.seats(key):
            self.do(self.expert(seat.person_id), actions.sign, (PanelReport, report))
        return report

    def confirmed(self) -> int:
        key = self.closed()
        self.signed(key)
        self.do(self.cast.officer, actions.confirm, (Panel, key))
        return key


@pytest.fixture
def rules() -> CallRules:
    return template()


@pytest.fixture
def stage(engine: sa.Engine, cast: Any, clock: Any, rules: CallRules) -> Stage:
    """A closed call with four applications through the formal check; eight experts, two of finance; expert1 tied to 晨光."""
    names = {"chenguang": SECRET, "qingmiao": "青苗公益服务社"}
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=rules.to_json(), state="closed")
        made = []
        for n, (organisation, community) in enumerate(
            (("chenguang", TAO), ("qingmiao", TAO), ("chenguang", CHANGMEN), ("qingmiao", CHANGMEN)), 1
        ):
            title = f"银龄陪伴{n}"
            made.append(
                make.application(
                    session, cast, START, call, state="eligible", organisation=organisation, title=title, area_code=community,
                    content=content(title, names[organisation], community),
                ).id
            )  # fmt: skip
        for n in range(1, 9):
            person = cast.people[f"expert{n}"]
            actions.enrol_expert(session, person.id, field="finance" if n in (4, 8) else "elderly", employer=f"高校{n}", area_code="3205")
        actions.declare_tie(session, cast.expert1.id, cast.offices["chenguang"])
        return Stage(engine, cast, clock, call.id, made, rules)


def without(rules: CallRules, *stages: str, **weights: int) -> CallRules:
    """The template with some stages left out."""
    return replace(rules, stages=tuple(one for one in rules.stages if one not in stages), weights=replace(rules.weights, **weights))


@pytest.fixture
def ranked(stage: Stage, cast, rules, engine) -> Stage:
    """Ranked without residents and co-review, money for two and a half."""
    with transaction(engine) as session:
        call = session.get_one(Call, stage.call_id)
        call.rules = {
            **without(rules, "residents", "coreview", "street", panel=100, community=0, residents=0).to_json(),
            "pool": 12_000_000,
        }
        for one in session.scalars(sa.select(Application)):
            one.stages = ["panel"]
    stage.review()
    stage.confirmed()
    stage.do(cast.officer, actions.rank, (Call, stage.call_id))
    return stage


@pytest.fixture
def decided(ranked: Stage, cast, clock) -> Stage:
    ranked.do(cast.head, actions.decide, (Call, ranked.call_id), held_on=clock.now().date(), **ANSWERS)
    return ranked


@pytest.fixture
def announced(decided: Stage, cast) -> tuple[Stage, Notice]:
    return decided, decided.do(cast.officer, actions.announce, (Call, decided.call_id), **DESK)
