"""The ranking, the notice and the objections as their pages show them; results for later stages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.accounts.queries import names_of, people_with
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import rows
from webapp.reviews.models import Decision, Letter, Notice, Objection, Result, Selection
from webapp.reviews.rules.publicity import KINDS, LIVE, OPEN
from webapp.workflows import NOTICE, OBJECTION


@dataclass(frozen=True, slots=True)
class RankRow:
    """One application on the list; points in hundredths."""

    application_id: int
    number: str
    title: str
    organisation: str
    category: str
    requested: Money
    panel: int | None
    panel_n: int
    spread: int | None
    community: int | None
    residents: int | None
    residents_n: int
    jury: int | None
    donation: int | None
    bonus: int | None
    combined: int | None
    rank: int | None
    outcome: str | None
    amount: Money | None
    reason: str
    amount_reason: str


def ranking(session: Session, call_id: int, aggregation: str) -> list[RankRow]:
    """The list in rank order; `panel` is the figure the call's rules combine (before there was a column for it, the one they name)."""
    older = {"trimmed": Result.panel_trimmed, "median": Result.panel_median}.get(aggregation, Result.panel_mean)
    panel = sa.func.coalesce(Result.panel, older)
    query = (
        sa.select(
            Result.application_id, Application.number, Application.title, Organisation.name.label("organisation"), Application.category,
            Application.requested_fen.label("requested"), panel.label("panel"), Result.panel_n, Result.panel_spread.label("spread"),
            Result.community, Result.residents, Result.residents_n, Result.jury, Result.donation, Result.bonus, Result.combined, Result.rank, Result.outcome,
            Result.amount_fen.label("amount"), Result.reason, Result.amount_reason,
        )
        .join(Application, Application.id == Result.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Result.call_id == call_id, Result.rank.is_not(None))
        .order_by(Result.rank, Result.application_id)
    )  # fmt: skip
    return rows(session, RankRow, query)


@dataclass(frozen=True, slots=True)
class Run:
    """The saved run of a ranking."""

    rule_version: str
    at: datetime
    ties: list[dict[str, Any]]
    inputs: dict[str, Any]


def run_of(session: Session, call_id: int) -> Run | None:
    query = sa.select(Selection).where(Selection.call_id == call_id, Selection.title == "")
    found = session.scalars(query.order_by(Selection.id.desc()).limit(1)).first()
    return None if found is None else Run(found.rule_version, found.at, list(found.outputs["ties"]), found.inputs)


@dataclass(frozen=True, slots=True)
class Decided:
    id: int
    meeting: str
    held_on: date
    minutes_number: str
    present: str
    released_at: datetime | None


def decision_of(session: Session, call_id: int) -> Decided | None:
    """集体研究 of a call."""
    return _decided(session.scalars(sa.select(Decision).where(Decision.call_id == call_id)).first())


def _decided(found: Decision | None) -> Decided | None:
    return (
        None if found is None else Decided(found.id, found.meeting, found.held_on, found.minutes_number, found.present, found.released_at)
    )


def run_and_decision(session: Session, call_id: int) -> tuple[Run | None, Decided | None]:
    """The saved run of a ranking and the 集体研究 that followed it, in one statement."""
    query = (
        sa.select(Selection, Decision)
        .outerjoin(Decision, Decision.call_id == Selection.call_id)
        .where(Selection.call_id == call_id, Selection.title == "")
        .order_by(Selection.id.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    if found is None:
        return None, None
    run, decision = found
    return Run(run.rule_version, run.at, list(run.outputs["ties"]), run.inputs), _decided(decision)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in a list; everybody may read it."""

    id: int
    number: str
    title: str
    kind: str
    state: str
    starts_on: date
    ends_at: datetime

    @property
    def state_label(self) -> str:
        return NOTICE.states[self.state]


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One project of a notice, as it was frozen."""

    number: str
    title: str
    organisation: str
    amount: Money
    communities: list[str]
    contact: str


def items_of(content: dict[str, Any]) -> list[NoticeItem]:
    return [
        NoticeItem(i["number"], i["title"], i["organisation"], Money(i["amount_fen"]), i["communities"], i["contact"])
        for i in content["items"]
    ]


def notices(session: Session, *, call_id: int | None = None, limit: int = 50) -> list[NoticeRow]:
    """The newest notices, of one call or of all."""
    query = sa.select(Notice.id, Notice.number, Notice.title, Notice.kind, Notice.state, Notice.starts_on, Notice.ends_at)
    if call_id is not None:
        query = query.where(Notice.call_id == call_id)
    return rows(session, NoticeRow, query.order_by(Notice.id.desc()).limit(limit))


def in_reserve(session: Session, call_id: int) -> int:
    """How many applications of a call wait in reserve."""
    query = sa.select(sa.func.count()).select_from(Application).where(Application.call_id == call_id, Application.state == "reserved")
    return session.scalar(query) or 0


def notice_is_over(session: Session, call_id: int) -> bool:
    """Whether a call's 公示 has run out and every objection to it is answered (or withdrawn): what the award waits for."""
    mine = sa.and_(Notice.call_id == call_id, Notice.kind.in_(("before", "reserve")))
    running = sa.exists().where(mine, Notice.state.in_(LIVE))
    ended = sa.exists().where(mine, Notice.state == "ended")
    raised = sa.exists(
        sa.select(Objection.id).join(Notice, Notice.id == Objection.notice_id).where(Notice.call_id == call_id, Objection.state.in_(OPEN))
    )
    return bool(session.scalar(sa.select(sa.and_(ended, ~running, ~raised))))


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection in a list: never who raised it, nor its words."""

    id: int
    number: str
    kind: str
    state: str
    about: str | None
    at: datetime

    @property
    def state_label(self) -> str:
        return OBJECTION.states[self.state]


def objections(session: Session, notice_id: int, *, person_id: int | None = None) -> list[ObjectionRow]:
    """The objections to a notice; only one's own when a person is given."""
    query = (
        sa.select(
            Objection.id,
            Objection.number,
            Objection.kind,
            Objection.state,
            Application.title.label("about"),
            Objection.state_at.label("at"),
        )
        .outerjoin(Application, Application.id == Objection.application_id)
        .where(Objection.notice_id == notice_id)
        .order_by(Objection.id)
    )
    if person_id is not None:
        query = query.where(Objection.person_id == person_id)
    return rows(session, ObjectionRow, query)


@dataclass(frozen=True, slots=True)
class ObjectionPage:
    """One objection; `name` is given to those who answer and to who raised it."""

    id: int
    notice_id: int
    notice: str
    about: str | None
    number: str
    kind_label: str
    name: str
    text: str
    evidence: str
    handler: str
    answer: str | None
    upheld: bool | None
    appeal: str | None
    final: str | None
    state: str
    state_label: str


def objection(session: Session, found: Objection, *, with_name: bool) -> ObjectionPage:
    notice, about = session.execute(
        sa.select(Notice.title, Application.title)
        .select_from(Notice)
        .outerjoin(Application, Application.id == found.application_id)
        .where(Notice.id == found.notice_id)
    ).one()
    who = f"person:{found.handler_id}"
    handler = names_of(session, {who}).get(who, "") if found.handler_id is not None and with_name else ""
    return ObjectionPage(
        found.id, found.notice_id, notice, about, found.number, KINDS[found.kind], (found.name or "") if with_name else "", found.text,
        found.evidence or "", handler, found.answer, found.upheld, found.appeal, found.final, found.state, found.state_label,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out for one application, for later stages and reports."""

    application_id: int
    combined: int | None
    rank: int | None
    outcome: str | None
    amount: Money | None


def outcome_of(session: Session, application_id: int) -> Outcome | None:
    found = session.get(Result, application_id)
    return None if found is None else Outcome(found.application_id, found.combined, found.rank, found.outcome, found.amount_fen)


def handlers(session: Session, found: Objection, at: datetime) -> dict[int, str]:
    """Who may be asked to look into an objection: the organiser's people but for who recorded the decision."""
    call, decided = session.execute(
        sa.select(Call, Decision.by_id)
        .join(Notice, Notice.call_id == Call.id)
        .outerjoin(Decision, Decision.call_id == Call.id)
        .where(Notice.id == found.notice_id)
    ).one()
    people = set(people_with(session, ("bureau", "bureau_head", "street"), at=at, organisation_id=call.organiser_id)) - {decided}
    names = names_of(session, {f"person:{key}" for key in people})
    return {key: names.get(f"person:{key}", "") for key in sorted(people)}


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter as it goes out, or went."""

    application_id: int
    kind: str
    title: str
    body: str
    sent_at: datetime | None


def letters(session: Session, call_id: int) -> list[LetterRow]:
    """The letters of a call, in rank order."""
    query = (
        sa.select(Letter.application_id, Letter.kind, Letter.title, Letter.body, Letter.sent_at)
        .join(Result, Result.application_id == Letter.application_id)
        .where(Letter.call_id == call_id)
        .order_by(Result.rank, Letter.application_id)
    )
    return rows(session, LetterRow, query)
