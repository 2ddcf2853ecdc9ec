"""立项版本确认: the communities say whether the awarded version fits, before the agreement is signed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import area_names, people_with
from webapp.accounts.viewer import Viewer
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import CONFIRM_SILENCES, CallRules
from webapp.core import outbox
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.trace import trace
from webapp.core.workflow import CLOCK, begin, take_step
from webapp.projects.models import Confirmation, Place, Project
from webapp.reviews.actions.panels import organisers_of

COMMUNITY, STREET = 12, 9
"""Digits of an area code of a community and of a street."""
ASKED = ("community", "party_lead")


def ask(session: Session, project: Project, rules: CallRules, *, by: Viewer, at: datetime) -> int:
    """Ask every community in which the project is delivered; gives how many."""
    places = session.scalars(sa.select(Place.area_code).where(Place.project_id == project.id).order_by(Place.area_code)).all()
    codes = [code for code in places if len(code) >= COMMUNITY]
    names = area_names(session, codes)
    due = deadline(at, rules.coreview.confirm_workdays)
    for code in codes:
        found = Confirmation(project_id=project.id, area_code=code, title=f"{names.get(code, code)} · {project.title}")
        begin(session, found, by=by, at=at)
        found.due_at = due
        trace(session, project.ref, found.ref)
        body = f"“{project.title}”已立项。请看批下来的金额和内容还合不合适，{today(due)} 前确认；{CONFIRM_SILENCES[rules.coreview.confirm_silence]}。"
        outbox.tell(session, people_with(session, ASKED, at=at, area=code), found.ref, "立项版本请您确认", body, at=at)
    session.flush()
    return len(codes)


def confirm(session: Session, found: Confirmation, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认立项版本."""
    take_step(session, found, "confirm", by=by, at=at, note=note)
    _tell_parties(session, found, "已确认", note, at=at)


def object_to(session: Session, found: Confirmation, *, by: Viewer, at: datetime, note: str = "") -> None:
    """有异议: the organiser answers, or the street settles it; until then nothing is signed."""
    take_step(session, found, "object", by=by, at=at, note=note)
    _tell_parties(session, found, "有异议", note, at=at)
    people = people_with(session, ("street",), at=at, area=found.area_code[:STREET])
    outbox.tell(session, people, found.ref, "立项版本有异议", f"{found.title}：{note}", at=at)


def explain(session: Session, found: Confirmation, *, by: Viewer, at: datetime, note: str = "") -> None:
    """答复异议: the community is asked again, with a time of its own."""
    rules = rules_of(_call(session, found))
    take_step(session, found, "explain", by=by, at=at, note=note, due=deadline(at, rules.coreview.confirm_workdays))
    found.reminded_at = None
    session.flush()
    people = people_with(session, ASKED, at=at, area=found.area_code)
    outbox.tell(session, people, found.ref, "异议已答复，请再确认", f"{found.title}：{note}", at=at)


def settle(session: Session, found: Confirmation, *, by: Viewer, at: datetime, note: str = "") -> None:
    """街道协调确认, with the result in words."""
    take_step(session, found, "settle", by=by, at=at, note=note)
    _tell_parties(session, found, "街道已协调确认", note, at=at)
    outbox.tell(
        session, people_with(session, ASKED, at=at, area=found.area_code), found.ref, "街道已协调确认", f"{found.title}：{note}", at=at
    )


def _call(session: Session, found: Confirmation) -> Call:
    return session.get_one(Call, session.get_one(Project, found.project_id).call_id)


def _tell_parties(session: Session, found: Confirmation, words: str, note: str, *, at: datetime) -> None:
    """The organisation and who runs the call; the last confirmation frees the agreement, and is told so."""
    project = session.get_one(Project, found.project_id)
    session.flush()
    left = session.scalar(
        sa.select(sa.func.count()).where(Confirmation.project_id == project.id, Confirmation.state.not_in(("confirmed", "lapsed")))
    )
    people = {
        *people_with(session, ("org_lead", "org_member"), at=at, organisation_id=project.organisation_id),
        *organisers_of(session, _call(session, found), at),
    }
    body = f"{found.title}{'：' + note.rstrip('。') if note else ''}。" + ("" if left else "落地社区都已确认，可以签协议。")
    outbox.tell(session, people, found.ref, f"立项版本{words}", body, at=at)


def remind_due(session: Session, at: datetime) -> int:
    """A community that has not spoken by the working day before the end is reminded, once for each deadline."""
    waiting = sa.select(Confirmation).where(
        Confirmation.state == "asked", Confirmation.reminded_at.is_(None), Confirmation.due_at <= deadline(at, 1), Confirmation.due_at > at
    )
    found = session.scalars(waiting.order_by(Confirmation.id).with_for_update(skip_locked=True)).all()
    for one in found:
        one.reminded_at = at
        silence = CONFIRM_SILENCES[rules_of(_call(session, one)).coreview.confirm_silence]
        body = f"{one.title}，{today(one.due_at or at)} 到期；{silence}。"
        outbox.tell(session, people_with(session, ASKED, at=at, area=one.area_code), one.ref, "立项版本确认快到期", body, at=at)
    session.flush()
    return len(found)


def lapse_due(session: Session, at: datetime) -> int:
    """逾期: silence is consent, or the street decides, as the call's rules say; both are told."""
    query = (
        sa.select(Confirmation)
        .join(Project, Project.id == Confirmation.project_id)
        .where(Confirmation.state == "asked", Confirmation.due_at <= at, Project.state == "opened")
    )
    found = session.scalars(query.order_by(Confirmation.id).with_for_update(of=Confirmation, skip_locked=True)).all()
    for one in found:
        silence = rules_of(_call(session, one)).coreview.confirm_silence
        take_step(session, one, "lapse" if silence == "agree" else "hand_up", by=CLOCK, at=at, note=f"按公告{CONFIRM_SILENCES[silence]}")
        told = people_with(session, ASKED, at=at, area=one.area_code)
        if silence == "street":
            told += people_with(session, ("street",), at=at, area=one.area_code[:STREET])
        outbox.tell(session, told, one.ref, "立项版本确认逾期", f"{one.title}，按公告{CONFIRM_SILENCES[silence]}。", at=at)
        _tell_parties(session, one, "逾期未答", CONFIRM_SILENCES[silence], at=at)
    return len(found)
