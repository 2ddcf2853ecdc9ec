"""The facts that the rules of a review look at."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import until
from reports.money import Money
from webapp.accounts.models import Membership, Organisation
from webapp.applications.models import Application
from webapp.ballots.models import Ballot
from webapp.calls.models import Call
from webapp.calls.queries import rules_of, runs
from webapp.calls.rules import least_shares
from webapp.core import settings
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.reviews.models import (
    FIELDS,
    Assignment,
    Decision,
    Expert,
    Notice,
    Objection,
    Opinion,
    Panel,
    PanelReport,
    Result,
    Seat,
)
from webapp.reviews.queries.conflicts import barred, named, ties_of
from webapp.reviews.queries.inputs import applications_of, inputs_of, setting_of
from webapp.reviews.rules.assign import too_few
from webapp.reviews.rules.draw import Candidate, draw, excluded, successor
from webapp.reviews.rules.publicity import NoticeFacts, ObjectionFacts
from webapp.reviews.rules.ranking import missing
from webapp.reviews.rules.steps import (
    IN_REVIEW,
    ApplicationFacts,
    AssignmentFacts,
    CallFacts,
    PanelFacts,
    SeatFacts,
    before,
)
from webapp.scoring.models import Scorecard
from webapp.workflows import APPLICATION

OPEN_CASES = (*IN_REVIEW, "ranked", "proposed", "reserve")
"""States of an application that the call's decisions are still about."""
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
        conflict=barred(session, by.id, {a.organisation_id for a in found}, at),
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
        present=decision.present if decision else "",
        today=today(at),
        conflict=own_interest(session, call.id, by, at),
        decided_by_me=decision is not None and decision.by_id is not None and decision.by_id == by.id,
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


def applicants_of(session: Session, call_id: int, states: Iterable[str] = IN_REVIEW) -> dict[int, int]:
    """Application → applicant organisation, of those in review."""
    query = sa.select(Application.id, Application.organisation_id).where(
        Application.call_id == call_id, Application.state.in_(list(states))
    )
    return dict(session.execute(query.order_by(Application.id)).all())


def candidates_of(session: Session, call_id: int, at: datetime) -> list[Candidate]:
    """Every available expert, with the applicants of the call he may not judge."""
    available = sa.select(Expert.person_id).where(
        Expert.available,
        sa.or_(Expert.away_from.is_(None), Expert.away_from > today(at), Expert.away_until < today(at)),
        Expert.person_id.in_(
            sa.select(Membership.person_id).where(
                Membership.role == "expert", sa.or_(Membership.until_day.is_(None), Membership.until_day >= today(at))
            )
        ),
    )
    ties = ties_of(session, available, set(applicants_of(session, call_id).values()), at)
    query = sa.select(Expert.person_id, Expert.field, Expert.others).where(Expert.person_id.in_(available)).order_by(Expert.person_id)
    return [Candidate(person, field, ties.get(person, frozenset()), tuple(others)) for person, field, others in session.execute(query)]


def judges_of(
    session: Session, panel: Panel, at: datetime, applicants: dict[int, int] | None = None
) -> tuple[dict[int, str], dict[int, frozenset[int]]]:
    """Seated experts who have pledged (person → field), and application → those of them free of ties to its applicant."""
    return _judges(session, panel, at, applicants, None)[:2]


def _judges(
    session: Session, panel: Panel, at: datetime, applicants: dict[int, int] | None, acting: int | None
) -> tuple[dict[int, str], dict[int, frozenset[int]], str]:
    """The same, and an applicant that the acting person has to stand aside for."""
    seats = sa.select(Seat.person_id, Seat.field).where(Seat.panel_id == panel.id, Seat.state == "pledged", Seat.reserve.is_(False))
    fields = dict(session.execute(seats.order_by(Seat.position)).all())
    applicants = applicants_of(session, panel.call_id) if applicants is None else applicants
    people = sa.select(Seat.person_id).where(Seat.panel_id == panel.id, Seat.state == "pledged", Seat.reserve.is_(False))
    everybody = people if acting is None else people.union(sa.select(sa.literal(acting)))
    ties = ties_of(session, sa.select(everybody.subquery().c[0]), set(applicants.values()), at)
    allowed = {
        application: frozenset(p for p in fields if organisation not in ties.get(p, frozenset()))
        for application, organisation in applicants.items()
    }
    return fields, allowed, named(session, ties.get(acting, frozenset())) if acting is not None else ""


def facts_of_draw(session: Session, panel: Panel, by: Viewer, at: datetime) -> PanelFacts:
    candidates = candidates_of(session, panel.call_id, at)
    organisations = set(applicants_of(session, panel.call_id).values())
    free = [c for c in candidates if not excluded(c, organisations)]
    short = [(field, count, sum(c.has(field) for c in free)) for field, count in panel.strata.items()]
    return PanelFacts(
        _call_state(session, panel), panel.size, panel.finance, len(free), sum(c.has("finance") for c in free),
        witness=panel.witness, conflict=barred(session, by.id, organisations, at),
        short_fields=tuple((FIELDS.get(field, field), count, there) for field, count, there in short if there < count),
        drawable=_drawable(panel, free),
    )  # fmt: skip


def _drawable(panel: Panel, free: list[Candidate]) -> bool:
    """Whether the strata can be filled together; who stands first does not matter to that but to the lot."""
    try:
        draw(panel.seed or "", free, (), size=panel.size, finance=panel.finance, reserves=0, strata=panel.strata)
    except ValueError:
        return False
    return True


def _call_state(session: Session, panel: Panel) -> str:
    return session.get_one(Call, panel.call_id).state


def facts_of_start(session: Session, panel: Panel, by: Viewer, at: datetime) -> PanelFacts:
    call = session.get_one(Call, panel.call_id)
    states = [a for a in applications_of(session, panel.call_id) if a.state in IN_REVIEW]
    fields, allowed, conflict = _judges(session, panel, at, {a.id: a.organisation_id for a in states}, by.id)
    ready = before("score", call.stages)
    titles = {a.id: a.title for a in states}
    return PanelFacts(
        call.state, panel.size, panel.finance, 0, 0,
        pledged=len(fields), pledged_finance=sum(field == "finance" for field in fields.values()), applications=len(states),
        waiting=tuple((a.title, APPLICATION.states[a.state]) for a in states if a.state not in ready),
        uncovered=tuple((titles[one], count) for one, count in too_few(allowed, panel.per_application).items()),
        each=panel.per_application, conflict=conflict, late=until(panel.closes_at) if panel.closes_at <= at else "",
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


def free_judges(session: Session, panel: Panel, at: datetime, loads: list[Any] | None = None) -> dict[int, frozenset[int]]:
    """Application of the panel → the seated experts who may judge it and have not been given it (nor recused themselves)."""
    _, allowed = judges_of(session, panel, at)
    given: dict[int, set[int]] = {}
    for one in loads_of(session, panel.id) if loads is None else loads:
        given.setdefault(one.application_id, set()).add(one.person_id)
    return {application: allowed.get(application, frozenset()) - taken for application, taken in given.items()}


def facts_of_panel(session: Session, panel: Panel, by: Viewer, at: datetime) -> PanelFacts:
    loads = loads_of(session, panel.id)
    titles = {one.application_id: one.title for one in loads}
    live: dict[int, int] = dict.fromkeys(titles, 0)
    for one in loads:
        live[one.application_id] += one.state != "recused"
    lacking = [a for a, count in live.items() if 0 < count < panel.per_application]
    free = free_judges(session, panel, at, loads) if lacking else {}
    return PanelFacts(
        _call_state(session, panel), panel.size, panel.finance, 0, 0, each=panel.per_application,
        unfinished=sum(one.state == "assigned" for one in loads),
        unscored=tuple(titles[a] for a, count in live.items() if not count),
        short=tuple((titles[a], live[a]) for a in lacking if free.get(a)),
    )  # fmt: skip


def facts_of_confirming(session: Session, panel: Panel, by: Viewer, at: datetime) -> PanelFacts:
    live = sa.select(PanelReport.state).where(PanelReport.panel_id == panel.id, PanelReport.state != "void")
    return PanelFacts(
        _call_state(session, panel),
        panel.size,
        panel.finance,
        0,
        0,
        report_state=session.scalar(live) or "",
        conflict=own_interest(session, panel.call_id, by, at),
    )


def own_interest(session: Session, call_id: int, by: Viewer, at: datetime) -> str:
    """An applicant of the call whose case the acting person must not decide."""
    applicants = sa.select(Application.organisation_id).where(Application.call_id == call_id, Application.state.in_(OPEN_CASES))
    return barred(session, by.id, applicants, at)


def _known(panel: Panel) -> dict[int, Candidate]:
    """Person → the candidate of the minutes."""
    found = (panel.minutes or {}).get("candidates", ())
    return {c["person"]: Candidate(c["person"], c["field"], frozenset(c["tied"]), tuple(c.get("others", ()))) for c in found}


def next_up(session: Session, panel: Panel, leaving: Seat) -> int | None:
    """Who takes the place of somebody leaving: a reserve in order, then the rest of the drawn order; None when nobody fits."""
    known, organisations = _known(panel), (panel.minutes or {}).get("organisations", ())
    seats = session.scalars(sa.select(Seat).where(Seat.panel_id == panel.id).order_by(Seat.position)).all()
    seated = {seat.person_id for seat in seats}
    stay = [s.person_id for s in seats if not s.reserve and s.state in {"drawn", "pledged"} and s.id != leaving.id]
    waiting = [seat.person_id for seat in seats if seat.reserve and seat.state == "drawn"]
    waiting += [p for p in (panel.minutes or {}).get("order", ()) if p not in seated and not excluded(known[p], organisations)]
    needs = {**panel.strata, "finance": panel.finance}
    return successor([known[p] for p in waiting], [known[p] for p in stay if p in known], needs)


def promise_of(session: Session, seat: Seat, at: datetime) -> list[str]:
    """廉洁、保密、回避承诺书: as it was signed, or (not signed yet) as it now reads in the call's area."""
    if seat.promise is not None:
        return [str(line) for line in seat.promise]
    area = session.scalar(sa.select(Call.area_code).join(Panel, Panel.call_id == Call.id).where(Panel.id == seat.panel_id)) or ""
    return [str(line) for line in settings.value(session, "review.promise", at=at, area=area)]


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
    decided = session.scalar(
        sa.select(Decision.by_id).join(Notice, Notice.call_id == Decision.call_id).where(Notice.id == objection.notice_id)
    )
    return ObjectionFacts(objection.answer or "", objection.final or "", by.id, objection.handler_id, decided, objection.due_at, at)
