"""Memberships: who holds which role where, who stands in, who takes over."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Membership, Organisation, Person
from webapp.accounts.queries import colleagues
from webapp.accounts.rules import OFFICES, HandOverFacts, deputy_refusal, hand_over_refusal
from webapp.core import journal, outbox
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.core.trace import trace
from webapp.core.workflow import Refused, refuse
from webapp.workflows import ROLES


def add_membership(
    session: Session,
    person_id: int,
    organisation_id: int,
    role: str,
    *,
    from_day: date,
    by: Viewer,
    at: datetime,
    until_day: date | None = None,
    area_code: str | None = None,
) -> Membership:
    """Give a person a role in an organisation. Refuses what is no role of an organisation."""
    if role not in OFFICES:
        raise refuse("role", f"“{ROLES.get(role, role)}”不是单位里的岗位。", "role")
    found = Membership(
        person_id=person_id,
        organisation_id=organisation_id,
        role=role,
        area_code=area_code,
        from_day=from_day,
        until_day=until_day,
    )
    session.add(found)
    session.flush()
    data = {
        "person": f"person:{person_id}",
        "organisation": f"organisation:{organisation_id}",
        "role": role,
        "from": from_day,
    }
    journal.record(session, found.ref, "create", by=by.ref, at=at, data=data)
    return found


def name_deputy(
    session: Session,
    membership: Membership,
    *,
    deputy_id: int,
    away_from: date,
    away_until: date,
    by: Viewer,
    at: datetime,
) -> None:
    """AB岗: for these days the deputy holds this membership's role beside their own."""
    among = {one.id for one in colleagues(session, membership.organisation_id, day=today(at))}
    if found := deputy_refusal(membership.person_id, deputy_id, among, away_from, away_until):
        raise Refused(found)
    membership.deputy_id, membership.away_from, membership.away_until = deputy_id, away_from, away_until
    session.flush()
    data = {"deputy": f"person:{deputy_id}", "from": away_from, "until": away_until}
    journal.record(session, membership.ref, "deputy", by=by.ref, at=at, data=data)
    who, where = _who_and_where(session, membership)
    outbox.tell(
        session, [deputy_id], membership.ref, "您被指定为AB岗",
        f"{who}请您在 {away_from} 至 {away_until} 代行{where}{ROLES[membership.role]}的工作。", at=at,
    )  # fmt: skip


def end_deputy(session: Session, membership: Membership, *, by: Viewer, at: datetime) -> None:
    """Be back before time: nobody stands in any more."""
    if membership.deputy_id is None:
        raise refuse("no_deputy", "没有指定AB岗。")
    membership.deputy_id = membership.away_from = membership.away_until = None
    session.flush()
    journal.record(session, membership.ref, "no_deputy", by=by.ref, at=at)


def hand_over(
    session: Session, membership: Membership, *, successor_id: int, day: date, by: Viewer, at: datetime, note: str = ""
) -> Membership:
    """工作交接: end a membership before a day and give the same role in the same organisation to the successor from that day.

    To-dos, lists and rights follow the role, so all open work moves with it. Gives the successor's membership.
    """
    among = {one.id for one in colleagues(session, membership.organisation_id, day=today(at))}
    facts = HandOverFacts(membership.person_id, membership.from_day, membership.until_day, successor_id, among, day, today(at))
    if found := hand_over_refusal(facts):
        raise Refused(found)
    until = membership.until_day
    same = session.scalars(
        sa.select(Membership).where(
            Membership.person_id == successor_id,
            Membership.organisation_id == membership.organisation_id,
            Membership.role == membership.role,
            sa.func.coalesce(Membership.area_code, "") == (membership.area_code or ""),
            Membership.from_day <= day,
            sa.or_(Membership.until_day.is_(None), Membership.until_day >= (until or date.max)),
        )
    ).first()
    new = same or add_membership(
        session, successor_id, membership.organisation_id, membership.role, from_day=day, until_day=until,
        area_code=membership.area_code, by=by, at=at,
    )  # fmt: skip
    membership.until_day = day - timedelta(days=1)
    membership.deputy_id = membership.away_from = membership.away_until = None
    session.flush()
    data = {"to": f"person:{successor_id}", "as": new.ref, "from": day}
    journal.record(session, membership.ref, "hand_over", by=by.ref, at=at, data=data, note=note)
    trace(session, membership.ref, new.ref)
    who, where = _who_and_where(session, membership)
    outbox.tell(
        session, [successor_id], membership.ref, "工作移交给您",
        f"自 {day} 起，{who}在{where}的{ROLES[membership.role]}工作由您接手，待办会出现在您的工作台。" + (f"交接说明：{note}" if note else ""),
        at=at,
    )  # fmt: skip
    return new


def _who_and_where(session: Session, membership: Membership) -> tuple[str, str]:
    query = (
        sa.select(Person.name, Organisation.name)
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.id == membership.id)
    )
    who, where = session.execute(query).one()
    return str(who), str(where)
