"""协同审核 as its pages show it: the facts of an opinion, all opinions on an application or in a call, who signed, who stood aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Area, Person
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import CallRules
from webapp.core.db import rows
from webapp.core.scope import Viewer, visible
from webapp.permissions import roles_for
from webapp.reviews.models import VERDICTS, WITNESSED, Opinion, StoodAside, Witnessed
from webapp.reviews.queries.conflicts import barred
from webapp.reviews.rules.coreview import OpinionFacts, counted, vetoed
from webapp.scoring.models import Scorecard
from webapp.scoring.queries import marks_of
from webapp.scoring.rules import items
from webapp.workflows import OPINION

TONES = {"support": "ok", "amend": "warn", "oppose": "stop"}


def facts_of_opinion(session: Session, opinion: Opinion, by: Viewer, at: datetime) -> OpinionFacts:
    """Who is tied is asked of the register only while the opinion is still to be given."""
    aside = sa.exists().where(StoodAside.opinion_id == opinion.id, StoodAside.person_id == by.id)
    signed = sa.exists().where(Witnessed.opinion_id == opinion.id, Witnessed.person_id == by.id)
    card = sa.select(Scorecard.state).where(Scorecard.id == opinion.scorecard_id).scalar_subquery()
    call, organisation, stood, has_signed, state = session.execute(
        sa.select(Call, Application.organisation_id, aside, signed, card)
        .join(Application, Application.call_id == Call.id)
        .where(Application.id == opinion.application_id)
    ).one()
    return OpinionFacts(
        opinion.kind, opinion.office, by.roles_on(opinion), opinion.verdict, opinion.reason, state == "submitted", opinion.due_at, at,
        tie=barred(session, by.id, [organisation], at) if opinion.state == "asked" else "",
        stood_aside=bool(stood), itself=by.id is None, silence=rules_of(call).coreview.silence, extended=opinion.extended_at is not None,
        given_by_me=by.id is not None and by.id == opinion.given_by_id, signed=bool(has_signed), shown=opinion.shown_at is not None,
        answered=opinion.answer is not None,
    )  # fmt: skip


def vetoed_of(session: Session, call_id: int, rules: CallRules) -> frozenset[int]:
    """The applications that the landing communities keep off the list; none where the call gives them no veto."""
    plan = rules.coreview
    if not plan.veto or "coreview" not in rules.stages:
        return frozenset()
    found: dict[int, list[str | None]] = {}
    query = (
        sa.select(Opinion.application_id, Opinion.state, Opinion.verdict)
        .join(Application, Application.id == Opinion.application_id)
        .where(Application.call_id == call_id, Opinion.kind == "community")
    )
    for application, state, verdict in session.execute(query):
        found.setdefault(application, []).append(counted(state, verdict, plan.silence))
    return frozenset(key for key, counts in found.items() if vetoed(counts, plan.veto_by))


@dataclass(frozen=True, slots=True)
class Said:
    """One opinion beside the others on its application. `who` is empty for who may not read the names of those who wrote."""

    id: int
    application_id: int
    kind: str
    office: str
    area: str | None
    state: str
    verdict: str | None
    reason: str
    total: int | None
    due_at: datetime | None
    answer: str | None
    who: str | None

    @property
    def label(self) -> str:
        """The verdict, or how far it is."""
        return VERDICTS[self.verdict] if self.state == "given" and self.verdict else OPINION.states[self.state]

    @property
    def tone(self) -> str:
        """How its tag is coloured."""
        return TONES.get(self.verdict or "", "") if self.state == "given" else "warn" if self.state == "asked" else "quiet"

    @property
    def place(self) -> str:
        """Whose opinion: 桃花坞社区居委会(街道代填)."""
        return (self.area or "") + ("（街道代填）" if self.office != self.kind else "")


def _said(*, names: bool) -> Any:
    who = sa.select(Person.name).where(Person.id == Opinion.given_by_id).scalar_subquery() if names else sa.null()
    return (
        sa.select(
            Opinion.id, Opinion.application_id, Opinion.kind, Opinion.office, Area.name.label("area"), Opinion.state, Opinion.verdict,
            Opinion.reason, Scorecard.total, Opinion.due_at, Opinion.answer, sa.cast(who, sa.Text).label("who"),
        )
        .outerjoin(Area, Area.code == Opinion.area_code)
        .outerjoin(Scorecard, Scorecard.id == Opinion.scorecard_id)
        .order_by(Opinion.kind, Opinion.area_code)
    )  # fmt: skip


def said_of(session: Session, viewer: Viewer, application_id: int, *, names: bool) -> list[Said]:
    """The opinions on an application that the viewer may read: a community its own, the applicant those shown to it."""
    mine = visible(viewer, Opinion, roles_for("opinion.read"))
    return rows(session, Said, _said(names=names).where(Opinion.application_id == application_id, mine))


def said_in(session: Session, call_id: int) -> dict[int, list[Said]]:
    """All opinions of a call by application: the raw data of its channel, for those who rank."""
    query = _said(names=False).join(Application, Application.id == Opinion.application_id).where(Application.call_id == call_id)
    found: dict[int, list[Said]] = {}
    for one in rows(session, Said, query):
        found.setdefault(one.application_id, []).append(one)
    return found


@dataclass(frozen=True, slots=True)
class Signed:
    """见证 or an objection of the 居务监督委员会."""

    name: str
    kind: str
    words: str
    at: datetime

    @property
    def label(self) -> str:
        return WITNESSED[self.kind]


def signed_of(session: Session, opinion_id: int) -> list[Signed]:
    query = sa.select(Person.name, Witnessed.kind, Witnessed.words, Witnessed.at).join(Person, Person.id == Witnessed.person_id)
    return rows(session, Signed, query.where(Witnessed.opinion_id == opinion_id).order_by(Witnessed.at))


@dataclass(frozen=True, slots=True)
class Aside:
    """Who stood aside, and from what tie."""

    name: str
    tie: str
    at: datetime


def aside_of(session: Session, opinion_id: int) -> list[Aside]:
    query = sa.select(Person.name, StoodAside.tie, StoodAside.at).join(Person, Person.id == StoodAside.person_id)
    return rows(session, Aside, query.where(StoodAside.opinion_id == opinion_id).order_by(StoodAside.at))


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the scorecard of an opinion."""

    title: str
    points: int | None
    most: int


def items_of(session: Session, opinion: Opinion, tree: Mapping[str, Any]) -> list[ItemLine]:
    """The scorecard of an opinion by item; nothing where there is none."""
    if opinion.scorecard_id is None:
        return []
    marks = marks_of(session, [opinion.scorecard_id]).get(opinion.scorecard_id, {})
    return [
        ItemLine("·".join((*one.above, one.title)), marks[one.key].points if one.key in marks else None, one.most) for one in items(tree)
    ]
