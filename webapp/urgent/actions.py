"""Verbs of the sealed queue. Messages about it say that something waits, never what."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.actions import add_membership, end_membership
from webapp.accounts.models import Membership
from webapp.accounts.queries import area_names, people_with
from webapp.core import files, journal, numbers, outbox, settings
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.core.workflow import begin, refuse, take_step
from webapp.urgent.models import KINDS, Report

TOLD = "专办队列有一件新报告，请登录查看。"
UNREAD = "有一件专办报告没有人能看：本社区还没有指定专办人。请马上在“专办人”页面指定。"
LATE = "专办队列有一件报告超过时限还没有上报，请登录查看。"


def receive(
    session: Session, *, kind: str, words: str, area_code: str, channel: str, person_id: int | None, speaker: str | None = None,
    speaker_phone: str | None = None, place: str | None = None, photos: Sequence[files.Checked] = (), by: Viewer, at: datetime,
) -> Report:  # fmt: skip
    """Seal what was said for the 专办人 of its area; the clock of its kind begins (minutes, setting `urgent.minutes`).

    Where nobody is named yet, those who name are told to do so at once; they see that something waits, not what.
    """
    community = area_names(session, [area_code]).get(area_code, area_code)
    report = Report(
        number=numbers.take(session, "ZB", today(at).year), title=f"{KINDS[kind]} · {community}", kind=kind, area_code=area_code, channel=channel,
        person_id=person_id, taken_by_id=by.id, words=words, speaker=speaker, speaker_phone=speaker_phone, place=place, at=at, disclaimed=False,
    )  # fmt: skip
    begin(session, report, by=by, at=at, data={"kind": kind})
    report.due_at = _due(session, kind, area_code, at)
    session.flush()
    for photo in photos:
        files.attach(session, report.ref, photo.kind, photo, by=by.ref, at=at)
    _tell(session, report, "专办提醒", TOLD, at)
    return report


def _due(session: Session, kind: str, area_code: str, at: datetime) -> datetime:
    """By when it must be passed on: minutes for what cannot wait, a working day where the setting gives none."""
    minutes = settings.value(session, "urgent.minutes", at=at, area=area_code).get(kind)
    return deadline(at, 1) if minutes is None else at + timedelta(minutes=int(minutes))


def _tell(session: Session, report: Report, title: str, words: str, at: datetime) -> None:
    readers = people_with(session, ("urgent_reader",), at=at, area=report.area_code)
    outbox.tell(session, readers, report.ref, title, words, at=at)
    if not readers:
        keepers = people_with(session, ("party_lead", "street"), at=at, area=report.area_code)
        outbox.tell(session, keepers, report.ref, "请马上指定专办人", UNREAD, at=at)


def disclaim(session: Session, key: int, words: str, *, by: Viewer) -> Report | None:
    """Who entered a report says that it is none of these; the reader sees so and decides.

    Only for one's own report and the very words that were sealed: None for any other, which is then judged like everything said.
    """
    own = sa.select(Report).where(Report.id == key, Report.taken_by_id == by.id, Report.state == "received").with_for_update()
    found = session.scalars(own).one_or_none()
    if found is None or found.words != words:
        return None
    found.disclaimed = True
    session.flush()
    return found


def report(
    session: Session, found: Report, *, reported_to: str, reported_at: datetime, receipt: str = "", by: Viewer, at: datetime, note: str = ""
) -> None:
    """上报: to whom, when, and the number it got there."""
    found.reported_to, found.reported_at, found.receipt = reported_to, reported_at, receipt or None
    take_step(session, found, "report", by=by, at=at, note=note, data={"kind": found.kind, "reported_at": reported_at})


def name_reader(session: Session, *, person_id: int, organisation_id: int, by: Viewer, at: datetime) -> Membership:
    """指定专办人: somebody of the office that names. Refuses who is one already."""
    same = sa.select(Membership.id).where(
        Membership.person_id == person_id, Membership.organisation_id == organisation_id, Membership.role == "urgent_reader",
        sa.or_(Membership.until_day.is_(None), Membership.until_day >= today(at)),
    )  # fmt: skip
    if session.scalar(same.limit(1)) is not None:
        raise refuse("already", "这位同事已经是专办人。", "person_id")
    found = add_membership(session, person_id, organisation_id, "urgent_reader", from_day=today(at), by=by, at=at)
    journal.record(session, found.ref, "name_reader", by=by.ref, at=at)
    outbox.tell(
        session,
        [person_id],
        found.ref,
        "您被指定为专办人",
        "警情、家暴、侵害未成年人、轻生等报告由您查看和上报，有时限，请留意提醒。",
        at=at,
    )
    return found


def end_reader(session: Session, membership: Membership, *, by: Viewer, at: datetime) -> None:
    """不再担任专办人, from tomorrow on."""
    if membership.role != "urgent_reader":
        raise refuse("role", "这个岗位不是专办人。")
    end_membership(session, membership, day=today(at), by=by, at=at)


def escalate(session: Session, at: datetime) -> int:
    """Who watches a wider area is told, once, of what was not passed on in time."""
    late = sa.select(Report).where(Report.state == "received", Report.due_at <= at, Report.escalated_at.is_(None)).order_by(Report.id)
    found = session.scalars(late.with_for_update(skip_locked=True)).all()
    for one in found:
        one.escalated_at = at
        _tell(session, one, "专办超时提醒", LATE, at)
        journal.record(session, one.ref, "escalate", by="clock", at=at)
    return len(found)


TICK = (escalate,)
