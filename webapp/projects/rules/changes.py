"""What a change on the way requires."""

from dataclasses import dataclass
from datetime import date

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts, project_is_running


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    acts_for: bool
    project: str
    kind: str
    today: date
    starts_on: date
    ends_on: date | None
    left: Money | None
    """What is left of the grant on the line the money comes from."""
    amount: Money | None


def change_can_be_made(facts: ChangeFacts) -> Refusal | None:
    """时间 ends after it starts and not in the past; 预算 moves no more than a line has left, within the grant."""
    if facts.kind == "time":
        if facts.ends_on is None or facts.ends_on <= facts.starts_on:
            return Refusal("ends_on", "新的结束日期要晚于项目开始日期。", "ends_on")
        if facts.ends_on < facts.today:
            return Refusal("ends_on", "新的结束日期已经过去，请重新申请。", "ends_on")
    if facts.kind == "budget":
        if facts.amount is None or facts.left is None or facts.amount <= Money(0):
            return Refusal("amount", "请填写调整的科目和金额。", "amount")
        if facts.amount > facts.left:
            return Refusal("amount", f"调出科目只剩 {yuan(facts.left)} 元没有使用，不能调出 {yuan(facts.amount)} 元。", "amount")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "change.approve": (organiser_acts, project_is_running, change_can_be_made),
    "change.refuse": (organiser_acts,),
}

WORDS = {
    "change.create": "申请变更",
}
