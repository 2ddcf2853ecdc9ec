"""What each party gives: 自评, 协同评估 of the communities, the evaluator's points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.calls.rules import is_late, most_of
from webapp.core import files, journal, outbox
from webapp.core.calendar import deadline
from webapp.core.workflow import refuse, take_step
from webapp.evaluation import queries
from webapp.evaluation.actions.opening import CONFIRM_WORKDAYS, JUDGE_WORKDAYS
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.queries import indicators
from webapp.evaluation.queries.acceptance import round_of
from webapp.evaluation.rules import to_hundred
from webapp.projects.actions import must_be_free
from webapp.projects.models import Project
from webapp.projects.queries.acting import call_of
from webapp.scoring import actions as scoring
from webapp.scoring.actions import Measured
from webapp.scoring.models import Scorecard

NAMES = {**KINDS, indicators.SELF: "绩效自评"}
"""What the frozen trees of the cards are called, by purpose."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a party typed on a tree: points and measured values by item, and the reasons of deviations."""

    points: Mapping[str, int | None] = field(default_factory=dict)
    measured: Mapping[str, Measured] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


def self_assess(
    session: Session,
    evaluation: Evaluation,
    *,
    text: str,
    self_score: int | None = None,
    actuals: Mapping[int, int | None] | None = None,
    given: Given | None = None,
    papers: Sequence[files.Checked] = (),
    by: Viewer,
    at: datetime,
    note: str = "",
) -> None:
    """提交自评: a text, and what was reached; in the final also the 决算, taken from the spending accepted.

    Where the call has a tree for it (`given`), the points are worked out from the tree and `self_score` is not asked; otherwise it
    is one figure beside what each indicator reached. Raises Refused with all that is missing on the tree.
    """
    project = session.get_one(Project, evaluation.project_id)
    fresh = queries.figures(session, project, final=evaluation.kind == "final")
    tree = indicators.self_tree(queries.plan_of(session, project), evaluation)
    reached = dict(actuals or {})
    if tree is not None:
        whole = indicators.filling(session, project, tree)
        card = _card(
            session, evaluation, whole, given or Given(), indicators.SELF, f"organisation:{project.organisation_id}", None, text, by, at
        )
        self_score = to_hundred(card.total or 0, most_of(whole.tree))
        recorded = {one["id"]: one["actual"] for one in fresh["indicators"]}
        reached = {**recorded, **indicators.actuals_of(list(recorded), (given or Given()).measured)}
    for one in fresh["indicators"]:
        one["recorded"] = one["actual"]
        one["actual"] = reached.get(one["id"])
    evaluation.figures, evaluation.self_text, evaluation.self_score = fresh, text, self_score
    evaluation.late = is_late(evaluation.due_at, at)
    for paper in papers:
        files.attach(session, evaluation.ref, "self", paper, by=by.ref, at=at)
    take_step(
        session, evaluation, "self_assess", by=by, at=at, note=note, data={"self_score": self_score}, due=deadline(at, JUDGE_WORKDAYS)
    )
    call = call_of(session, project.call_id)
    people = people_with(session, ("evaluator",), at=at, organisation_id=call.evaluator_id) if call.evaluator_id else []
    outbox.tell(session, people, evaluation.ref, f"项目 {project.number} {KINDS[evaluation.kind]}待评估", "承接单位已提交自评。", at=at)


def _card(
    session: Session, evaluation: Evaluation, whole: indicators.Filling, given: Given, purpose: str, judge: str, person_id: int | None,
    comment: str, by: Viewer, at: datetime,
) -> Scorecard:  # fmt: skip
    """The card of a party, handed in: what the book says stands in for what nobody types, and what cannot be told is 不适用."""
    rubric = scoring.freeze_rubric(session, NAMES[purpose], whole.tree)
    card = scoring.open_card(session, rubric.id, purpose=purpose, subject=evaluation.ref, judge=judge, person_id=person_id, by=by, at=at)
    measured = {key: one for key, one in given.measured.items() if key not in whole.without}
    measured |= {key: replace(measured.get(key, Measured()), actual=actual) for key, actual in whole.fixed.items()}
    scoring.submit(
        session, card, by=by, at=at, points=given.points, comment=comment, reasons=given.reasons or None, na=frozenset(whole.without),
        measured=measured,
    )  # fmt: skip
    return card


def assess_by_community(
    session: Session, evaluation: Evaluation, *, points: Mapping[str, int | None], comment: str, by: Viewer, at: datetime
) -> None:
    """考核验收协同评估: one card of each landing community; the mean of them is the communities' score.

    Raises Refused for a community where the project does not land, for who is tied to the organisation, and once the result is confirmed.
    """
    if evaluation.state == "confirmed":
        raise refuse("state", "评估结果已经确认，不能再填写。")
    project = session.get_one(Project, evaluation.project_id)
    codes = [place.code for place in queries.places_of(session, project.id)]
    member = next((m for m in by.members if m.role in {"community", "party_lead"} and m.area_code in codes), None)
    if member is None:
        raise refuse("place", "项目不在您的社区实施，不用填写协同评估。")
    must_be_free(session, project, by=by, at=at)
    tree = queries.community_tree(session, project)
    rubric = scoring.freeze_rubric(session, "考核验收协同评估", tree)
    card = scoring.open_card(
        session,
        rubric.id,
        purpose=queries.COMMUNITY,
        subject=evaluation.ref,
        judge=f"organisation:{member.organisation_id}",
        person_id=None,
        by=by,
        at=at,
    )
    scoring.submit(session, card, by=by, at=at, points=points, comment=comment)
    evaluation.community_score = queries.community_mean(session, evaluation, most_of(tree))
    session.flush()
    journal.record(session, evaluation.ref, "community", by=by.ref, at=at, data={"card": card.ref, "score": evaluation.community_score})


def judge(
    session: Session,
    evaluation: Evaluation,
    *,
    points: Mapping[str, int | None] | None = None,
    given: Given | None = None,
    opinion: str,
    papers: Sequence[files.Checked] = (),
    by: Viewer,
    at: datetime,
    note: str = "",
) -> None:
    """提交评估: what the evaluator gives on the call's tree (`given`; `points` alone where nothing is measured), and an opinion.

    The total is brought to a hundred points.
    """
    project = session.get_one(Project, evaluation.project_id)
    whole = indicators.filling_of_judge(session, evaluation, project, queries.plan_of(session, project), by.ref)
    card = _card(session, evaluation, whole, given or Given(points or {}), evaluation.kind, by.ref, by.id, opinion, by, at)
    evaluation.evaluator_score = to_hundred(card.total or 0, most_of(whole.tree))
    evaluation.opinion, evaluation.judged_by_id = opinion, by.id
    for one in papers:
        files.attach(session, evaluation.ref, "paper", one, by=by.ref, at=at)
    take_step(
        session,
        evaluation,
        "judge",
        by=by,
        at=at,
        note=note,
        data={"card": card.ref, "score": evaluation.evaluator_score},
        due=deadline(at, CONFIRM_WORKDAYS),
    )


def send_back(session: Session, evaluation: Evaluation, *, note: str, by: Viewer, at: datetime) -> None:
    """退回重评: the judge's card is a draft again, its points kept; the papers that came with it are of before.

    A 验收意见书 that was drafted on what the judge gave is void with it: it is drafted and signed anew.
    """
    take_step(session, evaluation, "return", by=by, at=at, note=note, due=deadline(at, JUDGE_WORKDAYS))
    files.set_aside(session, evaluation.ref, "paper")
    if evaluation.acceptance and session.get_one(Project, evaluation.project_id).state == "closing":
        evaluation.acceptance = {"opinion": "", "members": [], "round": round_of(evaluation) + 1}
    cards = sa.select(Scorecard).where(
        Scorecard.purpose == evaluation.kind, Scorecard.subject == evaluation.ref, Scorecard.state == "submitted"
    )
    for card in session.scalars(cards):
        scoring.reopen(session, card, by=by, at=at, note=note)
    evaluation.evaluator_score = None
    session.flush()
