"""The facts that the rules of a review look at."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Membership, Organisation
from webapp.applications.models import Application
from webapp.ballots.models import Ballot
from webapp.calls.models import Call
from webapp.calls.queries import rules_of, runs
from webapp.calls.rules import least_shares
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.reviews.models import (
    Assignment,
    Decision,
    Expert,
    ExpertTie,
    Notice,
    Objection,
    Opinion,
    Panel,
    PanelReport,
    Result,
    Seat,
)
from webapp.reviews.queries.inputs import applications_of, inputs_of, setting_of
from webapp.reviews.rules.assign import too_few
from webapp.reviews.rules.draw import Candidate, excluded, successor
from webapp.reviews.rules.ranking import missing
from webapp.reviews.rules.steps import (
    IN_REVIEW,
    ApplicationFacts,
    AssignmentFacts,
    CallFacts,
    NoticeFacts,
    ObjectionFacts,
    OpinionFacts,
    PanelFacts,
    SeatFacts,
    before,
)
from webapp.scoring.models import Scorecard
from webapp.workflows import APPLICATION

LOOK_BACK = timedelta(days=3 * 366)
"""三年内: how long an employment bars an expert (政府采购法实施条例第九条)."""
LIVE_PANEL = ("forming", "drawn", "scoring", "closed", "confirmed")


def _organiser(session: Session, call: Call) -> str:
    return session.scalar(sa.select(Organisation.name).where(Organisation.id == call.organiser_id)) or "主办单位"


def facts_of_review(session: Session, call: Call, by: Viewer, at: datetime) -> CallFacts:
    found, rule = applications_of(session, call.id), rules_of(call).competition
    return CallFacts(
        runs(by, call.area_code, call.operator_id),
        _organiser(session, call),
        submitted=tuple(a.title for a in found if a.state == "submitted"),
        correcting=tuple(a.title for a in found if a.state == "returned" and a.due_at is not None and a.due_at > at),
        eligible=sum(a.state in IN_REVIEW for a in found),
        rivals=len({a.organisation_id for a in found if a.state in IN_REVIEW}),
        least=rule.least if (rule.group, rule.below) == ("call", "stop") else 0,
    )


def facts_of_rank(session: Session, call: Call, by: Viewer, at: datetime) -> CallFacts:
    """`call.missing_channels` is set by the verb when somebody chose how to go on without a channel."""
    rules, setting = rules_of(call), setting_of(session, call)
    found = [a for a in applications_of(session, call.id) if a.state in IN_REVIEW]
    ready = before("rank", call.stages)
    if "residents" in call.stages and setting.ballot_state == "counted":
        ready |= before("elect", call.stages)  # the verb takes this step first
    waiting = tuple((a.title, APPLICATION.states[a.state]) for a in found if a.state not in ready)
    gaps: list[tuple[int, str]] = []
    if not waiting and getattr(call, "missing_channels", "refuse") != "reweight":
        gaps = missing(inputs_of(session, call, rules, missing="refuse", setting=setting, applications=found))
    titles = {a.id: a.title for a in found}
    return CallFacts(
        runs(by, call.area_code, call.operator_id),
        setting.organiser,
        waiting=waiting,
        missing=tuple((titles[one], channel) for one, channel in gaps),
        panel_state=setting.panel_state,
        wants_panel="panel" in call.stages,
    )


def _live_panel(call_id: Any) -> sa.Select[Any]:
    return sa.select(Panel.state).where(Panel.call_id == call_id, Panel.state != "dissolved").order_by(Panel.id.desc()).limit(1)


def _ballot_of(call_id: Any) -> sa.Select[Any]:
    subject = sa.literal("call:").concat(sa.cast(call_id, sa.Text))
    return (
        sa.select(Ballot.state)
        .where(Ballot.subject == subject, Ballot.purpose == "projects", Ballot.state != "cancelled")
        .order_by(Ballot.id.desc())
        .limit(1)
    )


def facts_of_decision(session: Session, call: Call, by: Viewer, at: datetime) -> CallFacts:
    mine = sa.and_(Result.call_id == call.id, Result.outcome == "propose")
    found = session.execute(
        sa.select(Organisation.name, Application.category, sa.func.count(Result.application_id), sa.func.sum(Result.amount_fen))
        .select_from(Organisation)
        .outerjoin(Result, mine)
        .outerjoin(Application, Application.id == Result.application_id)
        .where(Organisation.id == call.organiser_id)
        .group_by(Organisation.name, Application.category)
    ).all()
    given = {category: total for _, category, _, total in found if total is not None}
    rules = rules_of(call)
    decision = session.scalars(sa.select(Decision).where(Decision.call_id == call.id)).first()
    return CallFacts(
        runs(by, call.area_code, call.operator_id),
        found[0][0],
        proposed=sum(count for _, _, count, _ in found),
        total=sum(given.values(), Money(0)),
        pool=rules.pool,
        short=tuple(least_shares(rules, given)) if given else (),
        meeting=decision.meeting if decision else "",
        minutes_number=decision.minutes_number if decision else "",
        held_on=decision.held_on if decision else None,
        today=today(at),
    )


@cache
def _around_application() -> sa.Select[Any]:
    """Opinions still asked for, the call's panel, ballot and decision, and the application's result; built once."""
    key, call_id = sa.bindparam("key", type_=sa.BigInteger), sa.bindparam("call_id", type_=sa.BigInteger)
    asked = {
        kind: sa.select(sa.func.count())
        .where(Opinion.application_id == key, Opinion.kind == kind, Opinion.state == "asked")
        .scalar_subquery()
        for kind in ("community", "street")
    }
    return sa.select(
        asked["community"], asked["street"], _live_panel(call_id).scalar_subquery(), _ballot_of(call_id).scalar_subquery(),
        sa.exists().where(Decision.call_id == call_id),
    )  # fmt: skip


def facts_of_application(session: Session, application: Application, by: Viewer, at: datetime) -> ApplicationFacts:
    found = session.execute(_around_application(), {"key": application.id, "call_id": application.call_id}).one()
    result = session.get(Result, application.id)
    return ApplicationFacts(
        found[0], found[1], found[2] or "", result.panel_n if result else 0, found[3] or "",
        ranked=result is not None and result.rank is not None, decided=bool(found[4]),
        outcome=(result.outcome or "") if result else "", amount=result.amount_fen if result else None,
        awarded=application.awarded_fen,
    )  # fmt: skip


def facts_of_opinion(session: Session, opinion: Opinion, by: Viewer, at: datetime) -> OpinionFacts:
    state = None
    if opinion.scorecard_id is not None:
        state = session.scalar(sa.select(Scorecard.state).where(Scorecard.id == opinion.scorecard_id))
    return OpinionFacts(opinion.kind, by.roles_on(opinion), opinion.verdict, opinion.reason, state == "submitted", opinion.due_at, at)


def applicants_of(session: Session, call_id: int, states: Iterable[str] = IN_REVIEW) -> dict[int, int]:
    """Application → applicant organisation, of those in review."""
    query = sa.select(Application.id, Application.organisation_id).where(
        Application.call_id == call_id, Application.state.in_(list(states))
    )
    return dict(session.execute(query.order_by(Application.id)).all())


def ties_of(session: Session, people: sa.Select[Any], organisations: Iterable[int], at: datetime) -> dict[int, frozenset[int]]:
    """Person → the organisations among these he is tied to: declared ties, and employment in the last three years."""
    wanted, day = list(organisations), today(at)
    declared = sa.select(ExpertTie.person_id, ExpertTie.organisation_id).where(
        ExpertTie.person_id.in_(people),
        ExpertTie.organisation_id.in_(wanted),
        sa.or_(ExpertTie.until_day.is_(None), ExpertTie.until_day >= day),
    )
    employed = sa.select(Membership.person_id, Membership.organisation_id).where(
        Membership.person_id.in_(people),
        Membership.organisation_id.in_(wanted),
        sa.or_(Membership.until_day.is_(None), Membership.until_day >= day - LOOK_BACK),
    )
    found: dict[int, set[int]] = {}
    for person, organisation in session.execute(sa.union_all(declared, employed)):
        found.setdefault(person, set()).add(organisation)
    return {person: frozenset(tied) for person, tied in found.items()}


def candidates_of(session: Session, call_id: int, at: datetime) -> list[Candidate]:
    """Every available expert, with the applicants of the call he may not judge."""
    available = sa.select(Expert.person_id).where(
        Expert.available,
        Expert.person_id.in_(
            sa.select(Membership.person_id).where(
                Membership.role == "expert", sa.or_(Membership.until_day.is_(None), Membership.until_day >= today(at))
            )
        ),
    )
    ties = ties_of(session, available, set(applicants_of(session, call_id).values()), at)
    query = sa.select(Expert.person_id, Expert.field).where(Expert.person_id.in_(available)).order_by(Expert.person_id)
    return [Candidate(person, field, ties.get(person, frozenset())) for person, field in session.execute(query)]


def judges_of(
    session: Session, panel: Panel, at: datetime, applicants: dict[int, int] | None = None
) -> tuple[dict[int, str], dict[int, frozenset[int]]]:
    """Seated experts who have pledged (person → field), and application → those of them free of ties to its applicant."""
    seats = sa.select(Seat.person_id, Seat.field).where(Seat.panel_id == panel.id, Seat.state == "pledged", Seat.reserve.is_(False))
    fields = dict(session.execute(seats.order_by(Seat.position)).all())
    applicants = applicants_of(session, panel.call_id) if applicants is None else applicants
    people = sa.select(Seat.person_id).where(Seat.panel_id == panel.id, Seat.state == "pledged", Seat.reserve.is_(False))
    ties = ties_of(session, people, set(applicants.values()), at)
    allowed = {
        application: frozenset(p for p in fields if organisation not in ties.get(p, frozenset()))
        for application, organisation in applicants.items()
    }
    return fields, allowed


def facts_of_draw(session: Session, panel: Panel, by: Viewer, at: datetime) -> PanelFacts:
    candidates = candidates_of(session, panel.call_id, at)
    organisations = set(applicants_of(session, panel.call_id).values())
    free = [c for c in candidates if not excluded(c, organisations)]
    return PanelFacts(
        _call_state(session, panel), panel.size, panel.finance, len(free), sum(c.field == "finance" for c in free),
        witness=panel.witness,
    )  # fmt: skip


def _call_state(session: Session, panel: Panel) -> str:
    return session.scalar(sa.select(Call.state).where(Call.id == panel.call_id)) or ""


def facts_of_start(session: Session, panel: Panel, by: Viewer, at: datetime) -> PanelFacts:
    call = session.get_one(Call, panel.call_id)
    states = [a for a in applications_of(session, panel.call_id) if a.state in IN_REVIEW]
    fields, allowed = judges_of(session, panel, at, {a.id: a.organisation_id for a in states})
    ready = before("score", call.stages)
    titles = {a.id: a.title for a in states}
    return PanelFacts(
        call.state, panel.size, panel.finance, 0, 0,
        pledged=len(fields), pledged_finance=sum(field == "finance" for field in fields.values()), applications=len(states),
        waiting=tuple((a.title, APPLICATION.states[a.state]) for a in states if a.state not in ready),
        uncovered=tuple((titles[one], count) for one, count in too_few(allowed, panel.per_application).items()),
        each=panel.per_application,
    )  # fmt: skip


def loads_of(session: Session, panel_id: int) -> list[Any]:
    """Every assignment of a panel: key, application, title, person, state."""
    return list(
        session.execute(
            sa.select(Assignment.id, Assignment.application_id, Application.title, Assignment.person_id, Assignment.state)
            .join(Application, Application.id == Assignment.application_id)
            .where(Assignment.panel_id == panel_id)
            .order_by(Assignment.application_id, Assignment.id)
        )
    )


def free_judges(session: Session, panel: Panel, at: datetime) -> dict[int, frozenset[int]]:
    """Application of the panel → the seated experts who may judge it and have not been given it (nor recused themselves)."""
    _, allowed = judges_of(session, panel, at)
    given: dict[int, set[int]] = {}
    for one in loads_of(session, panel.id):
        given.setdefault(one.application_id, set()).add(one.person_id)
    return {application: allowed.get(application, frozenset()) - taken for application, taken in given.items()}


def facts_of_panel(session: Session, panel: Panel, by: Viewer, at: datetime) -> PanelFacts:
    loads = loads_of(session, panel.id)
    titles = {one.application_id: one.title for one in loads}
    live: dict[int, int] = dict.fromkeys(titles, 0)
    for one in loads:
        live[one.application_id] += one.state != "recused"
    lacking = [a for a, count in live.items() if 0 < count < panel.per_application]
    free = free_judges(session, panel, at) if lacking else {}
    return PanelFacts(
        _call_state(session, panel), panel.size, panel.finance, 0, 0, each=panel.per_application,
        unfinished=sum(one.state == "assigned" for one in loads),
        unscored=tuple(titles[a] for a, count in live.items() if not count),
        short=tuple((titles[a], live[a]) for a in lacking if free.get(a)),
    )  # fmt: skip


def facts_of_confirming(session: Session, panel: Panel, by: Viewer, at: datetime) -> PanelFacts:
    live = sa.select(PanelReport.state).where(PanelReport.panel_id == panel.id, PanelReport.state != "void")
    return PanelFacts(_call_state(session, panel), panel.size, panel.finance, 0, 0, report_state=session.scalar(live) or "")


def waiting_of(session: Session, panel: Panel) -> list[tuple[int, str]]:
    """Who may move up, in order: the reserves, then the others of the drawn order who have no seat."""
    seats = {s.person_id: s for s in session.scalars(sa.select(Seat).where(Seat.panel_id == panel.id).order_by(Seat.position))}
    found = [(s.person_id, s.field) for s in seats.values() if s.reserve and s.state == "drawn"]
    minutes = panel.minutes or {}
    fields = {c["person"]: c["field"] for c in minutes.get("candidates", ())}
    tied = {c["person"]: set(c["tied"]) for c in minutes.get("candidates", ())}
    barred = set(minutes.get("organisations", ()))
    for person in minutes.get("order", ()):
        if person not in seats and not (barred and barred <= tied[person]):
            found.append((person, fields[person]))
    return found


def next_up(session: Session, panel: Panel, leaving: Seat) -> int | None:
    """Who takes the place of somebody leaving; None when nobody fits."""
    stay = session.scalars(
        sa.select(Seat.field).where(
            Seat.panel_id == panel.id, Seat.reserve.is_(False), Seat.state.in_(("drawn", "pledged")), Seat.id != leaving.id
        )
    ).all()
    return successor(waiting_of(session, panel), list(stay), finance=panel.finance)


def facts_of_seat(session: Session, seat: Seat, by: Viewer, at: datetime) -> SeatFacts:
    panel = session.get_one(Panel, seat.panel_id)
    return SeatFacts(panel.state, seat.reserve, next_up(session, panel, seat) is not None)


def facts_of_assignment(session: Session, assignment: Assignment, by: Viewer, at: datetime) -> AssignmentFacts:
    found = session.execute(
        sa.select(Panel.state, Scorecard.state, sa.exists().where(PanelReport.panel_id == Panel.id, PanelReport.state != "void"))
        .join(Scorecard, Scorecard.id == assignment.scorecard_id)
        .where(Panel.id == assignment.panel_id)
    ).one()
    return AssignmentFacts(*found)


def facts_of_notice(session: Session, notice: Notice, by: Viewer, at: datetime) -> NoticeFacts:
    """`notice.__dict__["until"]` is the new end the verb was given."""
    return NoticeFacts(at, notice.ends_at, getattr(notice, "until", None))


def facts_of_objection(session: Session, objection: Objection, by: Viewer, at: datetime) -> ObjectionFacts:
    return ObjectionFacts(objection.answer or "")
