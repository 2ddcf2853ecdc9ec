"""The parts of a call's rules. Points are whole hundredths, percents whole numbers, money whole fen."""

from dataclasses import dataclass
from typing import Any, Literal

from reports.money import Money

NOTHING = Money(0)
Tree = dict[str, Any]
"""A rubric of one to three levels; what its tree may say, `scoring.rules.rubric` tells: plus and minus items, `over`, `na`, anchors."""
Stage = Literal["coreview", "street", "panel", "residents"]
Channel = Literal["panel", "community", "residents", "jury", "donation"]
Unit = Literal["workday", "day", "month"]
Until = Literal["open", "scored", "decided", "released", "always"]
Source = Literal["own", "fiscal", "donated", "expected"]
Trigger = Literal["signed", "announced", "midterm", "accepted", "graded", "audit"]
Aggregation = Literal["mean", "trimmed", "median", "standard"]
TieBreak = Literal["panel", "residents", "community", "jury", "donation", "winner", "requested", "draw"]
QuestionKind = Literal["text", "long", "number", "money", "date", "choice", "choices", "yesno", "table"]


class RulesError(ValueError):
    """The JSON is no set of rules; the message names the path and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: so many working days, calendar days or months."""

    length: int
    unit: Unit = "workday"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a closed kind; `text` is what people read, `source` where the rule was published."""

    kind: str
    params: dict[str, Any]
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A category or track (赛道); its own figures stand before the call's."""

    key: str
    title: str
    most: int | None = None
    """How many projects of it may be funded; None for no limit."""
    ceiling: Money | None = None
    floor: Money | None = None
    pool: Money | None = None
    """The most all its projects together may get."""
    least_percent: int = 0
    """The least share of the money awarded that goes to it, as 益阳 has it: 老年人福利 ≥ 55%."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A condition: asked only if an earlier question of the section was answered with one of these."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table question."""

    key: str
    title: str
    kind: Literal["text", "long", "number", "money", "date", "choice", "yesno", "phone"] = "text"
    """`phone` is kept sealed and shown masked."""
    required: bool = True
    longest: int | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    title: str
    kind: QuestionKind
    required: bool = True
    longest: int | None = None
    """Characters at most, for text and long."""
    help: str = ""
    options: tuple[str, ...] = ()
    shortest: int | None = None
    least: int | None = None
    """The least number, choices, or rows."""
    most: int | None = None
    """The largest number, the most choices, or rows."""
    shown_if: Shown | None = None
    columns: tuple[Column, ...] = ()
    rows: tuple[str, ...] = ()
    """The rows of a table whose rows are given: each is answered, none is added."""
    names: bool = False
    """The answer tells who applies: hidden while the applicant is."""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line (科目) a budget may have."""

    key: str
    title: str
    help: str = ""
    group: str = ""
    """The heading it stands under, as 上虞 has 业务活动费、管理费用、税费."""


@dataclass(frozen=True, slots=True)
class MatchSource:
    """A source of matching money (配套): at how many percent it counts, and whether it must be proved."""

    source: Source
    percent: int = 100
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    ceiling: Money
    """The most one application may ask for."""
    floor: Money
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]
    matching: tuple[MatchSource, ...] = (MatchSource("own"),)
    """What counts as 配套."""
    free_percent: int = 0
    """How many percent of a line an organisation may move to and from it without approval, all its moves added up; 0: none."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One attachment asked for."""

    key: str
    title: str
    required: bool = True
    help: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One 子项 of a package: what is bought, in what unit, and the least of it."""

    key: str
    title: str
    unit: str = "次"
    least: int = 0
    most: Money | None = None
    """The most an application may ask for it."""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Package:
    """服务打包 (街道打包、社区落地): the parts, and the social workers posted in the communities (驻点社工)."""

    parts: tuple[Part, ...]
    workers: int = 0
    """Full-time social workers posted, at the least."""
    certified: int = 0
    """How many of them hold a 社会工作者职业资格."""
    days_a_week: int = 0
    """Days a week on the spot, at the least."""


@dataclass(frozen=True, slots=True)
class Children:
    """母子项目: the mother carries small projects of community groups; each gets no more than `ceiling`."""

    least: int
    most: int
    ceiling: Money
    share: int = 0
    """Percent of the grant that goes to the children, at the least."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Percents of the channels; they add up to 100, and a channel whose stage is off has 0."""

    panel: int
    community: int
    residents: int
    jury: int = 0
    donation: int = 0


@dataclass(frozen=True, slots=True)
class Donation:
    """How money raised becomes points: in proportion to a measure, 100 points (or `bonus`) at the measure and never more."""

    measure: Literal["largest", "target", "requested"] = "largest"
    target: Money = NOTHING
    """Money raised that gives all points, for the measure `target`."""
    bonus: int = 0
    """筹资加分: points on top of the weighted total, at the most; 0 where donations have a weight or nothing."""


@dataclass(frozen=True, slots=True)
class Bonus:
    """加分 on top of the weighted total, given by somebody named in words, as 中山2013's 特别观察加分 5–20."""

    key: str
    title: str
    most: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """How several scores become one, and what is asked where they lie far apart."""

    trim: int = 1
    """How many of the highest and of the lowest are dropped."""
    trim_from: int = 5
    """From so many judges on; with fewer, the plain mean."""
    decimals: Literal[0, 1, 2] = 2
    """Decimals of every score that is worked out."""
    rounding: Literal["half_up", "down"] = "half_up"
    standard_mean: int = 7000
    standard_deviation: int = 1000
    """The scale of standard scores: a judge's mean becomes the first, one standard deviation the second."""
    divergence: int | None = None
    """A score further than this from the mean of the others asks for what `on_divergence` says."""
    on_divergence: Literal["reason", "rescore"] = "reason"


@dataclass(frozen=True, slots=True)
class Competition:
    """How many must apply, and what happens below that: 上海2009 picks the best of two, judges one alone; 成都2025 wants three."""

    least: int = 1
    group: Literal["call", "category", "need"] = "call"
    """Among what they are counted."""
    below: Literal["stop", "necessity"] = "stop"
    best_only: bool = False
    """Only the best of a group is funded."""


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """公示 and what may follow: how long, whether objections must be signed, and the time for the re-examination (复核)."""

    span: Span = Span(5)
    named: bool = False
    """异议须署实名、盖章."""
    reexamination: Span = Span(5)


@dataclass(frozen=True, slots=True)
class TranchePlan:
    """One tranche: a percent of the grant, a fixed amount, or the rest; when it is due, and within how long."""

    percent: int
    trigger: Trigger
    kind: Literal["percent", "fixed", "rest"] = "percent"
    fixed: Money = NOTHING
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """What follows where a project fails or an agreement is broken."""

    ban_years: int = 0
    claw_back: bool = False
    """All that was paid may be asked back, what was spent too: proposed with 终止 for a breach, and after a final that failed."""
    publish: bool = False
    """公开通报: a breach, and a final that failed, stand on the project's public page."""
    late_fails: bool = False
    """自评 or the final report late or missing: the evaluation fails, unless who confirms it says why not (`late_papers`)."""
    unspent_after: Span | None = None
    """Money not used within this is recovered."""
    report_within: Span | None = None
    """The final report, and asking for 结项, is due so long after the end (`report_due`)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the call pays beside its projects, such as the operator's fee (承办服务费) or the evaluation (绩效评估费)."""

    key: str
    title: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PartyWeights:
    """Percents of the parties of an evaluation, adding up to 100."""

    self_assessment: int
    community: int
    residents: int
    evaluator: int


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a grade brings with it, written down on the organisation's record: 优先 at its next application, 整改, 禁止申报."""

    grade: Literal["优", "良", "中", "差"]
    priority: bool = False
    rectify_workdays: int = 0
    """整改 within so many working days; 0: none asked for."""
    ban_years: int = 0
    """So many years without applying; 0: none."""


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """How a project is evaluated. A tree that is left out: 自评 gives one figure, communities use the call's own rubric."""

    midterm_rubric: Tree
    final_rubric: Tree
    weights: PartyWeights
    pass_line: int
    """Hundredths of points: 6000 is 60."""
    objection: Span | None = None
    """How long the result of the mid-term may be objected to."""
    self_tree: Tree | None = None
    """The indicators of the organisation's own evaluation at the end."""
    community_tree: Tree | None = None
    """协同评估 of the landing communities."""
    residents_tree: Tree | None = None
    """The questions of the survey among those served, one to five each."""
    residents_by: Literal["ballot", "survey"] = "ballot"
    """Where the residents' score comes from: the ballot 评价绩效, or the survey among those served."""
    sample_least: int = 30
    """Answers of a survey below which it does not count."""
    rating_least: int = 1
    """Residents who rated by ballot below which their rating does not count."""
    too_few: Literal["share", "zero"] = "share"
    """样本不足: the other parties share the residents' weight, or the residents' part is nought."""
    missing: Literal["share", "wait"] = "share"
    """A party that has given nothing: the others share its weight, or there is no total until it has."""
    acceptance_signs: bool = False
    """Whether 验收 waits for the signatures under the 验收意见书: 主办、街道、社区, 居务监督委员会 as witness."""
    consequences: tuple[Consequence, ...] = ()


@dataclass(frozen=True, slots=True)
class Blind:
    """Three switches: until when who applies, who judges, and the scores stay hidden from the other side."""

    applicant: Until = "scored"
    """The applicant, hidden from the experts."""
    reviewer: Until = "released"
    """The experts' names, hidden from the applicants and each other."""
    scores: Until = "scored"
    """The scores, hidden from everybody but who gave them."""


@dataclass(frozen=True, slots=True)
class PanelPlan:
    size: int
    finance: int
    """How many of them are finance experts."""
    reserves: int
    per_application: int
    """How many experts score one application; 0 means all."""
    blind: Blind = Blind()


@dataclass(frozen=True, slots=True)
class CoreviewPlan:
    """申报立项协同审核: what silence means, whether a community can stop an application, who reads the opinions, and the last gate."""

    silence: Literal["none", "support", "oppose", "extend"] = "none"
    """`extend`: the time runs a second time, then the street gives the opinion in the community's place."""
    veto: bool = False
    """Whether 不支持 keeps an application off the list."""
    veto_by: Literal["any", "all"] = "any"
    """Of several communities: whether one of them is enough, or all of them must be against it."""
    shown: Literal["at_once", "released"] = "released"
    """When the applicant reads the opinions."""
    confirm: bool = False
    """Whether the communities confirm what was awarded, perhaps cut, before the agreement is signed."""
    confirm_workdays: int = 5
    confirm_silence: Literal["agree", "street"] = "agree"
    """Silence to the awarded version counts as consent, or the street decides."""
