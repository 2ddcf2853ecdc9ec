"""Reads of 答疑: what everybody sees, what the office and the asker see, who follows a call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation, Person
from webapp.calls.models import Call, Follower, Inquiry
from webapp.calls.queries.running import runs
from webapp.calls.rules import InquiryFacts
from webapp.core.db import row, rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer
from webapp.workflows import INQUIRY


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer, as everybody reads them."""

    id: int
    wording: str
    answer: str
    answered_at: datetime


def answered(session: Session, call_id: int, *, after: str | None = None, size: int = 30) -> Page[Answered]:
    """The public questions and answers of a call, newest first."""
    query = sa.select(Inquiry.id, Inquiry.wording, Inquiry.answer, Inquiry.answered_at)
    return page(session, Answered, query.where(Inquiry.call_id == call_id, Inquiry.state == "answered"), (Inquiry.id,), after, size)


@dataclass(frozen=True, slots=True)
class Asking:
    """How many questions of a call are answered and how many wait; whether the viewer follows the call, and his own that wait."""

    answered: int
    waiting: int
    mine: int
    follows: bool


def asking(session: Session, call_id: int, person_id: int | None) -> Asking:
    """The figures beside a call's questions, in one statement."""

    def count(*conditions: sa.ColumnElement[bool]) -> Any:
        return sa.select(sa.func.count()).where(Inquiry.call_id == call_id, *conditions).scalar_subquery()

    waits = Inquiry.state == "asked"
    follows = sa.exists().where(Follower.call_id == call_id, Follower.person_id == (person_id or 0))
    query = sa.select(
        count(Inquiry.state == "answered").label("answered"), count(waits).label("waiting"),
        count(waits, Inquiry.person_id == (person_id or 0)).label("mine"), follows.label("follows"),
    )  # fmt: skip
    found = row(session, Asking, query)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """One question in the office's list, or in one's own; never what was asked word for word."""

    id: int
    state: str
    wording: str
    state_at: datetime
    due_at: datetime | None

    @property
    def state_label(self) -> str:
        return INQUIRY.states[self.state]


def unanswered(session: Session, call_id: int) -> list[InquiryRow]:
    """The questions that wait, the longest waiting first."""
    return rows(session, InquiryRow, _rows().where(Inquiry.call_id == call_id, Inquiry.state == "asked").order_by(Inquiry.id).limit(100))


def of_person(session: Session, call_id: int, person_id: int) -> list[InquiryRow]:
    """One's own questions on a call, newest first."""
    query = _rows().where(Inquiry.call_id == call_id, Inquiry.person_id == person_id)
    return rows(session, InquiryRow, query.order_by(Inquiry.id.desc()).limit(20))


def _rows() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Inquiry.id, Inquiry.state, Inquiry.wording, Inquiry.state_at, Inquiry.due_at)


def asker(session: Session, inquiry: Inquiry) -> tuple[str, str]:
    """Who asked: the person's name and the organisation's; empty where there is none (any more)."""
    person = session.scalar(sa.select(Person.name).where(Person.id == inquiry.person_id)) if inquiry.person_id else None
    query = sa.select(Organisation.name).where(Organisation.id == inquiry.organisation_id)
    return person or "", (session.scalar(query) if inquiry.organisation_id else None) or ""


def facts_of_inquiry(session: Session, inquiry: Inquiry, by: Viewer, at: datetime) -> InquiryFacts:
    call = session.get_one(Call, inquiry.call_id)
    return InquiryFacts(
        wording=inquiry.wording, answer=inquiry.answer, names=asker(session, inquiry), mine=runs(by, call.area_code, call.operator_id)
    )


def followers(session: Session, call_id: int) -> list[int]:
    """Who follows a call."""
    return list(session.scalars(sa.select(Follower.person_id).where(Follower.call_id == call_id).order_by(Follower.person_id)))


def _asked_by(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = sa.select(Inquiry.title, Inquiry.state, Inquiry.text, Inquiry.answer, Inquiry.state_at).where(Inquiry.person_id == person_id)
    return [
        {"关于": title, "状态": INQUIRY.states[state], "问题": text, "答复": answer, "时间": at}
        for title, state, text, answer, at in session.execute(query.order_by(Inquiry.id))
    ]


def _followed_by(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = sa.select(Call.number, Call.title).join(Follower, Follower.call_id == Call.id).where(Follower.person_id == person_id)
    return [{"编号": number, "征集": title} for number, title in session.execute(query.order_by(Call.id))]


MINE = {"我在征集中的提问": _asked_by, "我关注的征集": _followed_by}
