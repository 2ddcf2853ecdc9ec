"""各方得分: every party the call's published formula names, and of one without points who is waited for, since when, and what that means."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from webapp.accounts.models import Area, Organisation
from webapp.ballots.models import Ballot
from webapp.calls.models import Call
from webapp.calls.rules import EvaluationPlan
from webapp.calls.rules.words import MISSING_PARTIES, TOO_FEW
from webapp.core.journal import Entry
from webapp.evaluation.models import Evaluation, Survey
from webapp.evaluation.queries.one import COMMUNITY, parts_of
from webapp.evaluation.queries.residents import Residents, given_by
from webapp.evaluation.rules import PARTIES, Part, combine, formula_of
from webapp.projects.models import Place, Project
from webapp.projects.queries.one import Whose
from webapp.scoring.models import Scorecard
from webapp.scoring.queries import HANDED_IN


@dataclass(frozen=True, slots=True)
class Standing:
    """A party of the formula: its points and weight; `who` it is waited for, `since` when, and a word on how it counts."""

    party: str
    score: int | None
    weight: int
    n: int = 0
    who: str = ""
    since: datetime | None = None
    told: str = ""
    asked: bool = True
    """False where this kind of evaluation does not ask it, or too few answered: nobody is waited for."""
    partly: bool = False
    """Whether some of it are still waited for: communities."""

    @property
    def label(self) -> str:
        return PARTIES[self.party]

    @property
    def waited_for(self) -> bool:
        return self.weight > 0 and self.asked and (self.score is None or self.partly)


@dataclass(frozen=True, slots=True)
class Table:
    """The parties in the order of the formula, and what the call published for one that is missing."""

    rows: tuple[Standing, ...]
    parts: tuple[Part, ...]
    rule: str
    waits: bool
    """Whether the call's rule gives no total as long as a party is missing."""
    project: Whose
    codes: frozenset[str | None]
    """The communities of the project."""
    survey: Survey | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The parties somebody is waited for, in words."""
        return tuple(f"{one.label}（{one.who}）" if one.who else one.label for one in self.rows if one.waited_for)

    @property
    def without(self) -> tuple[str, ...]:
        """The parties without points that have a weight: the total is made without them."""
        return tuple(one.label for one in self.rows if one.weight and one.score is None)

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def total(self) -> int | None:
        """What the parties come to by now; None where nobody gave points, or where the call waits and a party is missing."""
        return None if self.waits and not self.complete else combine(self.parts)

    @property
    def formula(self) -> str:
        """The total as anybody can work it out; empty where there is none."""
        return "" if self.total is None else formula_of(self.parts)


def table(session: Session, evaluation: Evaluation, plan: EvaluationPlan) -> Table:
    """Each party of the published formula as it stands, in one statement; the residents of a mid-term too."""
    office, holder = aliased(Organisation), aliased(Organisation)
    card = sa.exists().where(
        Scorecard.purpose == COMMUNITY, Scorecard.subject == evaluation.ref, Scorecard.state.in_(HANDED_IN),
        Scorecard.judge == sa.literal("organisation:") + sa.cast(Organisation.id, sa.String), Organisation.area_code == Place.area_code,
    )  # fmt: skip
    opened = sa.select(sa.func.min(Entry.at)).where(Entry.subject == evaluation.ref, Entry.step == "create").scalar_subquery()
    query = (
        sa.select(
            Project.id, Project.number, Project.title, holder.name.label("organisation"), office.name.label("office"), opened.label("opened"),
            Place.area_code, sa.func.coalesce(Area.name, Place.area_code).label("place"), card.label("given"), Ballot, Survey,
        )
        .join(Call, Call.id == Project.call_id)
        .join(holder, holder.id == Project.organisation_id)
        .outerjoin(office, office.id == sa.func.coalesce(Call.evaluator_id, Call.organiser_id))
        .outerjoin(Place, Place.project_id == Project.id)
        .outerjoin(Area, Area.code == Place.area_code)
        .outerjoin(Ballot, Ballot.id == evaluation.ballot_id)
        .outerjoin(Survey, Survey.project_id == Project.id)
        .where(Project.id == evaluation.project_id)
        .order_by(Place.area_code)
    )  # fmt: skip
    lines = session.execute(query).all()
    top = lines[0]
    survey = top.Survey if evaluation.kind == "final" else None
    residents = given_by(evaluation, plan, top.Ballot, survey)
    kept = (evaluation.residents_score, evaluation.residents_n) if evaluation.state == "confirmed" else residents.counted
    parts = parts_of(evaluation, plan, residents=kept)
    named = {part.party: part for part in parts}
    late = tuple(line.place for line in lines if line.area_code is not None and not line.given)
    found = (
        _one(named["self_assessment"], top.organisation, top.opened, "待提交自评"),
        _communities(named["community"], late, sum(line.area_code is not None for line in lines), top.opened),
        _residents(evaluation, plan, residents, Part("residents", kept[0], plan.weights.residents, kept[1])),
        _judging(evaluation, named["evaluator"], top.office or ""),
    )
    project = Whose(top.id, top.number, top.title, top.organisation)
    codes = frozenset(line.area_code for line in lines)
    return Table(found, parts, MISSING_PARTIES[plan.missing], plan.missing == "wait", project, codes, survey)


def _one(part: Part, who: str, since: datetime | None, told: str) -> Standing:
    if part.score is not None:
        return Standing(part.party, part.score, part.weight)
    return Standing(part.party, None, part.weight, who=who, since=since, told=told)


def _judging(evaluation: Evaluation, part: Part, who: str) -> Standing:
    if evaluation.state == "opened":
        return _one(part, who, None, "等承接单位提交自评后评估")
    return _one(part, who, evaluation.state_at, "待评估")


def _communities(part: Part, late: tuple[str, ...], places: int, since: datetime | None) -> Standing:
    """The mean over the landing communities names those that have not given: it is never one over fewer without a word."""
    done = places - len(late)
    told = f"{places} 个社区已评 {done} 个，取平均" if places > 1 and done else ""
    if not late:
        return Standing(part.party, part.score, part.weight, n=done, told=told)
    return Standing(part.party, part.score, part.weight, done, "、".join(late), since, told, partly=done > 0)


def _residents(evaluation: Evaluation, plan: EvaluationPlan, found: Residents, part: Part) -> Standing:
    if evaluation.kind != "final":
        told = "中期评估不请居民评价，权重由其余各方按比例分担" if part.weight else ""
        return Standing("residents", None, part.weight, told=told, asked=False)
    if found.short:
        told = f"样本不足：{found.told}，{TOO_FEW[plan.too_few]}"
        return Standing("residents", part.score, part.weight, part.n, told=told, asked=False)
    if part.score is not None:
        return Standing("residents", part.score, part.weight, part.n, told=found.told)
    return Standing("residents", None, part.weight, who=found.way, since=found.since, told=found.told)


__all__ = ["Standing", "Table", "table"]
