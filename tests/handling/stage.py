"""People and needs that several tests of handling begin with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.cast import Cast, Someone
from tests.conftest import START
from tests.walks.planted import someone
from webapp.accounts.models import Organisation
from webapp.accounts.viewer import Viewer, viewer_of
from webapp.core.workflow import take_step
from webapp.handling import actions
from webapp.needs import actions as needs
from webapp.needs.models import Need


def said(session: Session, cast: Cast, *, category: str = "elderly", who: str = "granny", at: datetime = START) -> Need:
    person: Someone = getattr(cast, who)
    viewer = person.viewer(session, at)
    assert viewer.area_code is not None
    return needs.say(session, words="楼道灯坏了", area_code=viewer.area_code, category=category, by=viewer, at=at)


def accepted(session: Session, cast: Cast, *, at: datetime = START, pace: str = "deep", **more: Any) -> Need:
    need = said(session, cast, at=at, **more)
    needs.accept(session, need, category=need.category, decision="self", pace=pace, by=cast.worker.viewer(session, at), at=at)
    return need


def public(session: Session, cast: Cast, **more: Any) -> Need:
    """An accepted need whose wording a second person released."""
    need = accepted(session, cast, **more)
    wording = needs.draft_wording(session, need, title="楼道照明", text="老人晚上出行不便", by=cast.worker.viewer(session, START), at=START)
    needs.release_wording(session, wording, by=cast.worker_two.viewer(session, START), at=START)
    return need


def member(session: Session, cast: Cast) -> Someone:
    """A 党员 of 桃花坞."""
    return someone(session, "党员老周", cast.taohuawu, "party_member")


def sponsor(session: Session, name: str = "苏城慈善企业") -> Someone:
    office = Organisation(kind="sponsor", name=name, area_code="320508", registered_on=date(2010, 1, 1), phone="0512-65550000")
    session.add(office)
    session.flush()
    return someone(session, f"{name}经办", office.id, "sponsor")


def resolved(session: Session, cast: Cast, taker: Someone | None = None, *, at: datetime = START) -> Need:
    """Done by an order."""
    need = accepted(session, cast, at=at)
    lead, taker = cast.worker_two.viewer(session, at), taker or cast.grid
    order = actions.place(session, need, title="修灯", by=cast.worker.viewer(session, at), at=at)
    actions.assign(session, order, taker_id=taker.id, by=lead, at=at)
    take_step(session, order, "accept", by=taker.viewer(session, at), at=at)
    actions.finish(session, order, note="换了灯管", by=taker.viewer(session, at), at=at)
    return need


def viewer(session: Session, person_id: int) -> Viewer:
    found = viewer_of(session, person_id, START)
    assert found is not None
    return found


def later(**more: float) -> datetime:
    return START + timedelta(**more)
