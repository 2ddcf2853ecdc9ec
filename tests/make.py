"""Objects for tests, put straight into a state with a journal that says so; surprising nobody.

A test of a slice makes what earlier stages would have left; the journeys make nothing and walk every page.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from reports.money import Money
from tests.cast import TAO, Cast, Someone
from webapp.applications.models import Application, Snapshot
from webapp.calls.models import Call, CallNeed, Fund, Version
from webapp.core import journal
from webapp.needs.models import Need, Voice, Wording
from webapp.projects.models import BudgetLine, Place, Project


def at_state(session: Session, thing: Any, state: str, at: datetime, by: str = "clock", **more: Any) -> Any:
    """Bring an object into the world in any state, with the journal entry `doctor` will look for."""
    thing.state, thing.state_at = state, at
    for name, value in more.items():
        setattr(thing, name, value)
    session.add(thing)
    session.flush()
    journal.record(session, thing.ref, "create", by=by, at=at, after=state)
    return thing


_count = iter(range(1, 10_000_000))


def need(
    session: Session,
    at: datetime,
    *,
    state: str = "accepted",
    area: str = TAO,
    person: Someone | None = None,
    title: str = "楼道灯坏了",
    **more: Any,
) -> Need:
    found = Need(
        number=f"X2025-{next(_count):04d}", area_code=area, category="elderly", title=title, raised_at=at,
        resident_id=person.id if person else None, public=more.pop("public", False), voices=1, same=0,
    )  # fmt: skip
    at_state(session, found, state, at, **more)
    session.add(
        Voice(need_id=found.id, origin_id=found.id, person_id=person.id if person else None, channel="web", words=f"原话：{title}", at=at)
    )
    session.flush()
    return found


def public_need(session: Session, cast: Cast, at: datetime, **more: Any) -> Need:
    """A need whose wording was released by a second person."""
    found = need(session, at, public=True, **more)
    wording = Wording(
        need_id=found.id, title=found.title, text=found.title, drafted_by_id=cast.worker.id, released_by_id=cast.worker_two.id
    )
    at_state(session, wording, "released", at)
    return found


def fund(session: Session, cast: Cast, *, area: str = "320508", name: str = "福彩公益金") -> Fund:
    found = Fund(name=name, kind="lottery", area_code=area, payer_id=cast.offices["gusu"])
    session.add(found)
    session.flush()
    return found


def call(
    session: Session,
    cast: Cast,
    at: datetime,
    *,
    rules: dict[str, Any],
    state: str = "open",
    money: Fund | None = None,
    needs: tuple[Need, ...] = (),
    **more: Any,
) -> Call:
    """A call by 姑苏区民政局 with 姑苏区社会组织服务中心 as its operator and 公信 as its evaluator."""
    money = money or fund(session, cast)
    found = Call(
        number=f"Z2026-{next(_count):03d}", kind="venture", legal_form=more.pop("legal_form", "grant"), title="2026 年公益创投", area_code="320508",
        organiser_id=cast.offices["gusu"], operator_id=cast.offices["service"], payer_id=cast.offices["gusu"],
        evaluator_id=cast.offices["third"], fund_id=money.id, fund_year=2026, opens_at=at - timedelta(days=1),
        closes_at=at + timedelta(days=20), prepared_by_id=cast.officer.id, rules=rules, version=1,
    )  # fmt: skip
    at_state(session, found, state, at, **more)
    session.add(Version(call_id=found.id, version=1, rules=rules, digest="0" * 64, at=at))
    for one in needs:
        session.add(CallNeed(call_id=found.id, need_id=one.id))
    session.flush()
    return found


def application(
    session: Session,
    cast: Cast,
    at: datetime,
    on: Call,
    *,
    state: str = "submitted",
    organisation: str = "chenguang",
    title: str = "银龄陪伴",
    content: dict[str, Any] | None = None,
    **more: Any,
) -> Application:
    found = Application(
        number=f"S2026-{next(_count):04d}", call_id=on.id, version=1, organisation_id=cast.offices[organisation], area_code=TAO,
        title=title, category="elderly", requested_fen=Money(5_000_000), own_fen=Money(500_000), stages=list(on.stages), submitted_at=at,
    )  # fmt: skip
    at_state(session, found, state, at, **more)
    if content is not None or state not in {"draft"}:
        session.add(
            Snapshot(application_id=found.id, number=1, content=content or {"title": title}, digest="0" * 64, by_id=cast.lead.id, at=at)
        )
        session.flush()
    return found


def project(
    session: Session, cast: Cast, at: datetime, of: Application, *, state: str = "delivering", granted: int = 5_000_000, **more: Any
) -> Project:
    found = Project(
        number=f"G2026-{next(_count):04d}", application_id=of.id, call_id=of.call_id, organisation_id=of.organisation_id,
        area_code=of.area_code, title=of.title, category=of.category, granted_fen=Money(granted), own_fen=Money(500_000),
        starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28), paid_fen=Money(0), spent_fen=Money(0),
    )  # fmt: skip
    at_state(session, found, state, at, **more)
    session.add(Place(project_id=found.id, area_code=of.area_code))
    session.add(
        BudgetLine(
            project_id=found.id,
            position=1,
            line="activity",
            title="业务活动费",
            grant_fen=Money(granted),
            own_fen=Money(500_000),
            spent_fen=Money(0),
        )
    )
    session.flush()
    return found
