"""A panel of 姑苏区 as far as a document of a review needs it, by the verbs people use; all in the caller's transaction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests import make
from tests.cast import TAO, Cast
from tests.conftest import START
from tests.reviews.conftest import content
from webapp.calls.models import Call
from webapp.calls.rules import template
from webapp.core.clock import end_of, today
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Panel, PanelReport, Seat

NAMES = {"chenguang": "晨光社会工作服务中心", "qingmiao": "青苗公益服务社"}


SEATS, POOL = 5, 8


def call(session: Session, cast: Cast, pool: int = POOL) -> Call:
    """A call in review with two applications that were heard, and a pool of experts; one of five sits on the panel for sure."""
    found = make.call(session, cast, START, rules=template().to_json(), state="reviewing")
    for n, (organisation, name) in enumerate(NAMES.items(), 1):
        said = content(f"银龄陪伴{n}", name, TAO)
        make.application(session, cast, START, found, state="heard", organisation=organisation, title=f"银龄陪伴{n}", content=said)
    for n in range(1, pool + 1):
        field = "finance" if n in (4, 8) else "elderly"
        actions.enrol_expert(session, cast.people[f"expert{n}"].id, field=field, employer=f"高校{n}", area_code="3205")
    return found


def drawn(session: Session, cast: Cast, pool: int = POOL) -> Panel:
    by = cast.operator.viewer(session, START)
    panel = actions.form_panel(
        session, call(session, cast, pool), title="评审一组", size=SEATS, finance=1, reserves=min(2, pool - SEATS), per_application=3,
        closes_at=end_of(today(START).replace(day=20)), by=by, at=START,
    )  # fmt: skip
    actions.draw(session, panel, witness="沈督", by=by, at=START)
    return panel


def pledged(session: Session, cast: Cast, pool: int = POOL) -> Panel:
    panel = drawn(session, cast, pool)
    for seat in _seats(session, panel):
        actions.pledge(session, seat, by=_judge(session, cast, seat.person_id), at=START)
    return panel


def scored(session: Session, cast: Cast, pool: int = POOL) -> Panel:
    """All cards handed in, and the panel closed."""
    panel, by = pledged(session, cast, pool), cast.operator.viewer(session, START)
    actions.start(session, panel, by=by, at=START)
    points = {item["key"]: item["most"] * 4 // 5 for item in template().to_json()["rubric"]["items"]}
    for one in session.scalars(sa.select(Assignment).where(Assignment.panel_id == panel.id).order_by(Assignment.id)).all():
        actions.finish(session, one, points=points, comment="需求真实，预算合理", by=_judge(session, cast, one.person_id), at=START)
    actions.close(session, panel, by=by, at=START)
    return panel


def reported(session: Session, cast: Cast) -> PanelReport:
    """The totals locked by the chair, who has signed; the second judge has dissented."""
    panel = scored(session, cast)
    chair, second = _seats(session, panel)[:2]
    actions.appoint_chair(session, chair, how="elected", by=cast.operator.viewer(session, START), at=START)
    report = actions.lock_totals(session, chair, by=_judge(session, cast, chair.person_id), at=START)
    actions.sign(session, report, by=_judge(session, cast, chair.person_id), at=START)
    actions.sign(session, report, dissent="第二个项目的预算偏高", by=_judge(session, cast, second.person_id), at=START)
    return report


def _seats(session: Session, panel: Panel) -> Any:
    return session.scalars(sa.select(Seat).where(Seat.panel_id == panel.id, Seat.reserve.is_(False)).order_by(Seat.position)).all()


def _judge(session: Session, cast: Cast, key: int) -> Any:
    return next(one for one in cast.people.values() if one.id == key).viewer(session, START)
