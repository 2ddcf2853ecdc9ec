"""What a change on the way requires, and how far an organisation may move money between lines on its own."""

from dataclasses import dataclass
from datetime import date

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts, project_is_running

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class LineMove:
    """One budget line and how much its grant changes; `seen` is what it was when the change was written down."""

    title: str
    base: Money
    """As awarded, and as changed with approval: what the free percent is counted from."""
    used: Money
    """Moved on it without approval so far, both ways added up."""
    grant: Money
    spent: Money
    seen: Money
    delta: Money
    claimed: Money = NOTHING
    """Claimed on it by spending documents that wait for a decision."""
    waiting: int = 0
    """How many documents those are."""


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    acts_for: bool
    project: str
    kind: str
    today: date
    starts_on: date
    ends_on: date | None
    """The new last day, where the change has one."""
    moves: tuple[LineMove, ...] = ()
    free_percent: int = 0
    effective: bool = False
    """Whether it has been carried out."""


def bound(title: str, spent: Money, claimed: Money, waiting: int, becomes: Money) -> str:
    """Why a line cannot be taken down to `becomes`: what was spent on it, and the documents that wait; empty where it can."""
    if becomes >= spent + claimed:
        return ""
    if not waiting:
        return f"“{title}”已列支 {yuan(spent)} 元，不能调到 {yuan(becomes)} 元。"
    return (
        f"“{title}”已列支 {yuan(spent)} 元，另有 {waiting} 张支出凭证待审核，合计 {yuan(claimed)} 元，"
        f"不能调到 {yuan(becomes)} 元。请等这些凭证审核完，或作废后再调整。"
    )


def free_left(base: Money, used: Money, percent: int) -> Money:
    """What may still be moved on a line without approval: x % of the line, less what was moved so, in either direction."""
    return max(NOTHING, Money(max(0, base.fen) * percent // 100) - used)


def not_free(moves: tuple[LineMove, ...], percent: int) -> list[Refusal]:
    """Why a change of the budget needs approval; nothing where it does not."""
    if not percent:
        return [Refusal("approval", "公告没有规定可以自行调整的幅度，预算变更都由主办单位审批。")]
    found = []
    for one in moves:
        if abs(one.delta.fen) > (left := free_left(one.base, one.used, percent)).fen:
            said = f"“{one.title}”调整 {yuan(Money(abs(one.delta.fen)))} 元，自行调整的幅度（{percent}%）还剩 {yuan(left)} 元。"
            found.append(Refusal("approval", said))
    return found


def change_can_be_made(facts: ChangeFacts) -> list[Refusal]:
    """时间 ends after it starts and not in the past; 预算 takes no line below what is spent and claimed on it, and leaves the grant as it is."""
    if facts.kind == "time":
        if facts.ends_on is None or facts.ends_on <= facts.starts_on:
            return [Refusal("ends_on", "新的结束日期要晚于项目开始日期。", "ends_on")]
        if facts.ends_on < facts.today:
            return [Refusal("ends_on", "新的结束日期已经过去，请重新申请。", "ends_on")]
    return _money_can_move(facts.moves) if facts.kind == "budget" else []


def _money_can_move(moves: tuple[LineMove, ...]) -> list[Refusal]:
    if not any(one.delta for one in moves):
        return [Refusal("amount", "没有科目的金额有变化，请填写调整后的金额。", "amount")]
    if over := sum((one.delta for one in moves), NOTHING):
        said = f"调整后的合计{'多出' if over > NOTHING else '少了'} {yuan(Money(abs(over.fen)))} 元，资助总额不能改变。"
        return [Refusal("total", said, "amount")]
    found = [
        Refusal("stale", f"“{one.title}”申请时是 {yuan(one.seen)} 元，现在是 {yuan(one.grant)} 元，请按现在的预算重新申请。")
        for one in moves
        if one.seen != one.grant
    ]
    return found or [
        Refusal("amount", said, "amount")
        for one in moves
        if one.delta < NOTHING and (said := bound(one.title, one.spent, one.claimed, one.waiting, one.grant + one.delta))
    ]


def within_the_free_percent(facts: ChangeFacts) -> list[Refusal]:
    """预算变更 within the call's percent of each line takes effect when the organisation writes it down."""
    if facts.kind != "budget":
        return [Refusal("approval", "只有预算可以在幅度内自行调整。")]
    return not_free(facts.moves, facts.free_percent)


def not_carried_out(facts: ChangeFacts) -> Refusal | None:
    return Refusal("effective", "变更已经生效，不能退回。") if facts.effective else None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "change.approve": (organiser_acts, project_is_running, change_can_be_made),
    "change.refuse": (organiser_acts,),
    "change.reopen": (not_carried_out,),
    "change.withdraw": (),
    "change.apply": (project_is_running, change_can_be_made, within_the_free_percent),
}

WORDS = {
    "change.create": "申请变更",
}
