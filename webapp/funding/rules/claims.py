"""What a claim on a spending document must meet, and who reviews it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts
from webapp.workflows import PROJECT


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a claim on a spending document looks at, before it is made."""

    project: str
    starts_on: date
    ends_on: date
    today: date
    spent_on: date
    face: Money
    known_face: Money | None
    """The face value somebody gave for the same document before."""
    claimed: Money
    """What is already claimed on the document, over all projects."""
    amount: Money
    line_left: Money | None
    """What is left of the line's grant after all claims that stand; None for a line of another project."""
    paid_left: Money
    """What was paid to the project, less what was claimed or given back."""
    files: int
    key: str


@dataclass(frozen=True, slots=True)
class SpendingFacts:
    acts_for: bool
    actor_id: int | None
    by_id: int
    project: str
    state: str


def document_is_named(facts: ClaimFacts) -> Refusal | None:
    if not facts.key:
        return Refusal("key", "请填写凭证号码。", "key")
    return None if facts.files else Refusal("files", "请上传凭证的扫描件或照片。", "papers")


def spent_within_the_project(facts: ClaimFacts) -> Refusal | None:
    if facts.spent_on < facts.starts_on or facts.spent_on > facts.ends_on:
        return Refusal("spent_on", f"支出日期不在项目期限内（{facts.starts_on:%Y-%m-%d} 至 {facts.ends_on:%Y-%m-%d}）。", "spent_on")
    return Refusal("spent_on", "支出日期还没有到。", "spent_on") if facts.spent_on > facts.today else None


def project_spends(facts: ClaimFacts) -> Refusal | None:
    if facts.project in {"delivering", "rectifying", "passed", "closing", "accepted"}:
        return None
    return Refusal("project", f"项目{PROJECT.states[facts.project]}，不能登记支出。")


def within_the_face(facts: ClaimFacts) -> Refusal | None:
    """The sum claimed on one document over all projects never exceeds its face; for a share a 分割单 is drawn up."""
    if facts.known_face is not None and facts.known_face != facts.face:
        return Refusal("face", f"这张凭证以前登记的票面金额是 {yuan(facts.known_face)} 元，与这次填写的不同，请核对。", "face")
    if facts.amount <= Money(0):
        return Refusal("amount", "报销金额要大于零。", "amount")
    if facts.claimed + facts.amount > facts.face:
        left = facts.face - facts.claimed
        return Refusal(
            "face",
            f"这张凭证票面 {yuan(facts.face)} 元，各项目已报 {yuan(facts.claimed)} 元，最多还能报 {yuan(left)} 元。",
            "amount",
        )
    return None


def within_the_line(facts: ClaimFacts) -> Refusal | None:
    if facts.line_left is None:
        return Refusal("line", "请选择本项目的预算科目。", "budget_line_id")
    if facts.amount > facts.line_left:
        return Refusal("line", f"这个科目的资助只剩 {yuan(facts.line_left)} 元。超出的部分请用配套资金，或先申请预算变更。", "amount")
    return None


def within_what_was_paid(facts: ClaimFacts) -> Refusal | None:
    if facts.amount > facts.paid_left:
        return Refusal("paid", f"已到账的资助只剩 {yuan(facts.paid_left)} 元没有报销。", "amount")
    return None


CLAIM: tuple[Callable[[ClaimFacts], Refusal | None], ...] = (
    project_spends,
    document_is_named,
    spent_within_the_project,
    within_the_face,
    within_the_line,
    within_what_was_paid,
)
"""What a claim must meet; it has no step of its own, for it begins the spending document's life."""


def another_person_accepts(facts: SpendingFacts) -> Refusal | None:
    return Refusal("two_people", "登记人不能审核自己的凭证。") if facts.by_id == facts.actor_id else None


def books_are_open(facts: SpendingFacts) -> Refusal | None:
    if facts.project in {"evaluated", "archived", "terminated"}:
        return Refusal("project", f"项目{PROJECT.states[facts.project]}，凭证不能再变动。")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "spending.accept": (organiser_acts, another_person_accepts, books_are_open),
    "spending.reject": (organiser_acts, another_person_accepts),
    "spending.void": (books_are_open,),
}

WORDS = {
    "spending.create": "登记支出凭证",
}
