"""Indicators of an evaluation: the call's tree for this project, what the house fills in, and the cards as they were given."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.format import day as spelled
from reports.format import yuan
from reports.money import Money
from webapp.book import queries as books
from webapp.calls.rules import EvaluationPlan, Tree
from webapp.core.clock import today
from webapp.core.journal import Entry
from webapp.core.trace import Trace
from webapp.evaluation.models import Evaluation, Survey
from webapp.evaluation.queries.surveys import survey_of
from webapp.projects.models import Activity, Milestone, Progress, Project
from webapp.scoring.actions import Measured
from webapp.scoring.models import Rubric, Scorecard
from webapp.scoring.queries import HANDED_IN, marks_of
from webapp.scoring.rules import FILLED, Goal, Item, Mark, filled, items, key_of, most
from webapp.scoring.rules.figures import divided

SELF = "self"
"""The purpose of the organisation's own card."""
SPENDING = "spending"
"""What a later stage calls a 支出凭证."""
MOST_PROOFS = 100
"""Activities and reports, and as many spending documents, offered as 佐证, the newest first."""
NO_GOALS = "项目没有绩效目标，不计分，由其余指标按比例折算。"
NO_MONEY = "还没有到账的资助，执行率不计分，由其余指标按比例折算。"
NO_SURVEY = "没有满意度问卷的结果，不计分，由其余指标按比例折算。"


@dataclass(frozen=True, slots=True)
class Filling:
    """A tree for one project: what the book says (fixed), what the activities recorded (proposed), and what does not count and why."""

    tree: Tree
    fixed: Mapping[str, int] = field(default_factory=dict)
    proposed: Mapping[str, int] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)


def self_tree(plan: EvaluationPlan, evaluation: Evaluation) -> Tree | None:
    """The indicators of 自评: those of the final alone; None where 自评 gives one figure."""
    return plan.self_tree if evaluation.kind == "final" else None


def judge_tree(plan: EvaluationPlan, kind: str) -> Tree:
    """The evaluator's tree of a kind of evaluation."""
    return plan.midterm_rubric if kind == "midterm" else plan.final_rubric


def filling(session: Session, project: Project, tree: Tree) -> Filling:
    """The tree for a project; a tree without indicators asks the database nothing."""
    measures = {item.measure for item in items(tree)}
    if not measures & FILLED:
        return Filling(tree)
    query = sa.select(Milestone.id, Milestone.title, Milestone.unit, Milestone.target, Milestone.done)
    goals = session.execute(query.where(Milestone.project_id == project.id).order_by(Milestone.id)).all() if "goals" in measures else []
    where = books.position(session, project.ref) if "rate" in measures else books.Position()
    whole = filled(tree, [Goal(one.id, one.title, one.unit, one.target * 100) for one in goals], where.paid.fen)
    asked = survey_of(session, project.id) if "satisfied" in measures else None
    return _filling(whole, {key_of(one.id): one.done * 100 for one in goals}, where.spent.fen, asked)


def _filling(whole: Tree, done: Mapping[str, int], spent: int, asked: Survey | None) -> Filling:
    fixed: dict[str, int] = {}
    without: dict[str, str] = {}
    for item in items(whole):
        if item.measure == "rate":
            if item.target:
                fixed[item.key] = spent
            else:
                without[item.key] = NO_MONEY
        elif item.measure == "satisfied":
            if asked is not None and asked.state == "closed" and asked.score is not None:
                fixed[item.key] = divided(asked.satisfied * 10_000, asked.answered)
            else:
                without[item.key] = _why_not(asked)
        elif item.measure == "goals":
            without[item.key] = NO_GOALS
    return Filling(whole, fixed, done, without)


def _why_not(asked: Survey | None) -> str:
    """Why satisfaction does not count."""
    if asked is None:
        return NO_SURVEY
    if asked.state != "closed":
        return "满意度问卷还没有截止，现在提交不计分，由其余指标按比例折算。"
    return f"满意度问卷收回 {asked.answered} 份，少于最少样本 {asked.least} 份，不计分，由其余指标按比例折算。"


def filling_of_judge(session: Session, evaluation: Evaluation, project: Project, plan: EvaluationPlan, judge: str) -> Filling:
    """The evaluator's tree: that of the card there is (one given back keeps its own), with what the book says now."""
    query = sa.select(Rubric.tree).join(Scorecard, Scorecard.rubric_id == Rubric.id)
    tree = session.scalar(query.where(Scorecard.purpose == evaluation.kind, Scorecard.subject == evaluation.ref, Scorecard.judge == judge))
    if tree is None:
        return filling(session, project, judge_tree(plan, evaluation.kind))
    fresh = filling(session, project, tree)
    return replace(fresh, tree=tree)


def proofs(session: Session, project_id: int, kept: Collection[str] | None = None) -> dict[str, str]:
    """What may stand as 佐证 of an indicator, by reference, in two statements: how many were served (`count:persons`), activities that were
    held, progress reports, and accepted spending documents (of a later stage, hence by trace and journal).

    `kept`: only these, however old; else the newest.
    """
    held = sa.select(sa.literal(Activity.REF).label("kind"), Activity.id, Activity.title, Activity.state_at)
    told = sa.select(sa.literal(Progress.REF).label("kind"), Progress.id, Progress.title, Progress.state_at)
    both = sa.union_all(
        held.where(Activity.project_id == project_id, Activity.state == "held"), told.where(Progress.project_id == project_id)
    ).subquery()
    query = sa.select(both.c.kind, both.c.id, both.c.title).order_by(both.c.state_at.desc(), both.c.id.desc())
    found = session.execute(query if kept is not None else query.limit(MOST_PROOFS))
    words = {Activity.REF: "活动", Progress.REF: "进展报告"}
    known = {f"{kind}:{key}": f"{words[kind]}：{title}" for kind, key, title in found}
    project = session.get_one(Project, project_id)
    served = {"count:persons": f"活动记录的人数：现有 {project.persons} 人", "count:visits": f"活动记录的人次：现有 {project.visits} 人次"}
    offered = {**served, **known, **_spent(session, project.ref, all_of_them=kept is not None)}
    return {ref: said for ref, said in offered.items() if kept is None or ref in kept}


def _spent(session: Session, project: str, *, all_of_them: bool) -> dict[str, str]:
    """The accepted 支出凭证 of a project, the newest first, each with its amount and the day it was handed in."""

    def went(step: str) -> sa.ColumnElement[bool]:
        other = aliased(Entry)
        return sa.exists().where(other.subject == Trace.child, other.step == step)

    query = (
        sa.select(Entry.subject, Entry.at, Entry.data)
        .join(Trace, Trace.child == Entry.subject)
        .where(Trace.parent == project, Trace.child.startswith(f"{SPENDING}:", autoescape=True), Entry.step == "create", went("accept"))
        .order_by(Entry.id.desc())
    )
    found = session.execute(query if all_of_them else query.where(~went("void")).limit(MOST_PROOFS))
    return {ref: f"支出凭证：{yuan(Money(data['amount_fen']))} 元（{spelled(today(at))} 登记）" for ref, at, data in found}


@dataclass(frozen=True, slots=True)
class Given:
    """A card that was handed in on an evaluation, with all that was given on it."""

    purpose: str
    judge: str
    tree: Tree
    marks: Mapping[str, Mark]
    total: int
    comment: str

    @property
    def items(self) -> tuple[Item, ...]:
        return items(self.tree)

    @property
    def most(self) -> int:
        """The full marks of its tree, in hundredths."""
        return most(self.tree)


def cards_of(session: Session, evaluation: Evaluation, purposes: tuple[str, ...] = ()) -> list[Given]:
    """The cards handed in on an evaluation, in the order they came, in two statements."""
    query = (
        sa.select(Scorecard.id, Scorecard.purpose, Scorecard.judge, Rubric.tree, Scorecard.total, Scorecard.comment)
        .join(Rubric, Rubric.id == Scorecard.rubric_id)
        .where(Scorecard.subject == evaluation.ref, Scorecard.state.in_(HANDED_IN))
        .order_by(Scorecard.id)
    )
    if purposes:
        query = query.where(Scorecard.purpose.in_(purposes))
    found = session.execute(query).all()
    marks = marks_of(session, [one[0] for one in found]) if found else {}
    return [Given(purpose, judge, tree, marks.get(key, {}), total or 0, comment) for key, purpose, judge, tree, total, comment in found]


def actuals_of(milestones: Collection[int], marks: Mapping[str, Measured]) -> dict[int, int]:
    """What each goal of a project reached, by milestone, in whole units."""
    keys = {key_of(one): one for one in milestones}
    return {keys[key]: mark.actual // 100 for key, mark in marks.items() if key in keys and mark.actual is not None}
