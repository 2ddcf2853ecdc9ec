"""The shape of a call's rules: frozen dataclasses, written to JSON with a schema number and read back strictly.

`CallRules.from_json` checks the shape only; whether the figures make sense together (weights, percents, dates) is asked
when the call is proposed and published (`rules.steps`). Points are whole hundredths, percents whole numbers.
"""

import functools
import json
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from reports.money import Money
from webapp.calls.rules.parts import (
    Aggregation,
    Blind,
    Bonus,
    Breach,
    Budget,
    Category,
    Children,
    Competition,
    CoreviewPlan,
    Cost,
    Donation,
    EvaluationPlan,
    Figures,
    NoticePlan,
    Package,
    PanelPlan,
    Paper,
    Rule,
    RulesError,
    Section,
    Span,
    Stage,
    TieBreak,
    TranchePlan,
    Tree,
    Weights,
)
from webapp.calls.rules.reading import plain, read
from webapp.calls.rules.upgrade import SCHEMA, upgrade


@dataclass(frozen=True, slots=True)
class CallRules:
    """All that decides how a call runs, frozen in a `Version` when it is published."""

    stages: tuple[Stage, ...]
    categories: tuple[Category, ...]
    form: tuple[Section, ...]
    eligibility: tuple[Rule, ...]
    budget: Budget
    attachments: tuple[Paper, ...]
    rubric: Tree
    community_rubric: Tree
    weights: Weights
    aggregation: Aggregation
    pass_line: int
    """The least combined score that can be funded, in hundredths."""
    tie_break: tuple[TieBreak, ...]
    reserves: int
    pool: Money
    correction_workdays: int
    opinion_workdays: int
    landing_workdays: int
    silence: Literal["agree", "refuse"]
    tranches: tuple[TranchePlan, ...]
    evaluation: EvaluationPlan
    panel: PanelPlan
    notice: NoticePlan = field(default_factory=NoticePlan)
    figures: Figures = field(default_factory=Figures)
    competition: Competition = field(default_factory=Competition)
    coreview: CoreviewPlan = field(default_factory=CoreviewPlan)
    donation: Donation = field(default_factory=Donation)
    bonuses: tuple[Bonus, ...] = ()
    beyond_hundred: bool = False
    """Whether bonuses may lift a combined score over 100."""
    panel_line: int = 0
    """The least score of the panel alone that can be funded, in hundredths."""
    most_per_organisation: int | None = None
    """How many projects of one organisation may be funded."""
    review_within: Span | None = None
    """评审 is finished so long after the close."""
    approve_within: Span | None = None
    """The approval (批复) follows within this."""
    one_page: bool = False
    """微公益: the whole form on one page."""
    coaching: bool = False
    """项目优化: before handing in, an applicant may ask the operator for suggestions."""
    receipt_after: Span | None = None
    """先款后票: the receipt may follow the payment within this; None: it comes with the request."""
    package: Package | None = None
    children: Children | None = None
    breach: Breach = field(default_factory=Breach)
    costs: tuple[Cost, ...] = ()
    asking_days: int = 0
    """答疑 ends so many days before the deadline; 0: with it."""
    note: str = ""
    """Such as 示例: figures of a template nobody published as a whole."""
    sources: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The rules of a JSON object of this schema or an older one. Raises RulesError, whose message names the path in Chinese."""
        if not isinstance(data, dict):
            raise RulesError("规则: 应为对象。")
        return cls._known(json.dumps(data, ensure_ascii=False))

    @classmethod
    @functools.lru_cache(maxsize=64)
    def _known(cls, text: str) -> Self:
        """The rules of a text, read and checked once: every page of a call and of its applications asks for the same few."""
        from webapp.calls.rules.kinds import check  # noqa: PLC0415 -- the kinds are built on these shapes

        data = upgrade(json.loads(text))
        rules: Self = read(cls, {key: value for key, value in data.items() if key != "schema"}, "规则")
        check(rules)
        return rules

    def to_json(self) -> dict[str, Any]:
        """The rules as plain JSON; `from_json` gives the same rules back."""
        return {"schema": SCHEMA, **plain(self)}

    def category(self, key: str) -> str:
        """What a category is called; the key itself when the call has none such."""
        return next((one.title for one in self.categories if one.key == key), key)

    def line(self, key: str) -> str:
        """What a budget line is called."""
        return next((one.title for one in self.budget.lines if one.key == key), key)

    def ceiling(self, category: str = "") -> Money:
        """The most one application may ask for, in its category."""
        return next((one.ceiling for one in self.categories if one.key == category and one.ceiling is not None), self.budget.ceiling)

    def floor(self, category: str = "") -> Money:
        """The least one application may ask for, in its category."""
        return next((one.floor for one in self.categories if one.key == category and one.floor is not None), self.budget.floor)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections an applicant answers question by question: the form's own, and those a package or children bring along."""
        from webapp.calls.rules.package import asked  # noqa: PLC0415 -- built on these shapes

        return (*self.form, *asked(self))


__all__ = ["SCHEMA", "Blind", "CallRules"]
