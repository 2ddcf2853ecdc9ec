"""变更 on the way: written down point by point, taken by the organisation within its free percent or approved by the organiser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import day as spelled
from reports.format import yuan
from reports.money import Money
from webapp.accounts.models import Record
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import report_due
from webapp.core import outbox
from webapp.core.calendar import deadline
from webapp.core.trace import trace
from webapp.core.workflow import begin, refuse, take_step
from webapp.projects.actions.delivery import FINAL, READ_WORKDAYS, must_run
from webapp.projects.actions.drafting import amending, draft_amendment
from webapp.projects.actions.supervision import tell_organisation
from webapp.projects.models import CHANGE_KINDS, BudgetLine, Change, Milestone, Progress, Project
from webapp.projects.queries.changes import free_percent, moves_of
from webapp.projects.rules.changes import bound, not_free

Item = tuple[str, str, str]
"""What, before, after."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a change would do, before anybody has written it down."""

    items: tuple[Item, ...]
    ends_on: date | None = None
    moves: list[dict[str, int]] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)
    free: bool = False
    """Whether it takes effect without approval."""
    why_not: tuple[str, ...] = ()

    @property
    def rows(self) -> list[dict[str, str]]:
        """The points as a `Change` keeps them."""
        return [{"what": what, "before": before, "after": after} for what, before, after in self.items]


def propose_time(session: Session, project: Project, *, ends_on: date, goals: bool = True) -> Proposal:
    """时间 (延期): the last day, and with `goals` the days of the indicators not yet reached, moved along by as many days."""
    if ends_on == project.ends_on:
        raise refuse("ends_on", "新的结束日期和现在一样，请填写新的日期。", "ends_on")
    if ends_on <= project.starts_on:
        raise refuse("ends_on", "新的结束日期要晚于项目开始日期。", "ends_on")
    items: list[Item] = [("结束日期", spelled(project.ends_on), spelled(ends_on))]
    targets = []
    for one in _milestones(session, project) if goals else ():
        moved = _moved(one.due_on, project.ends_on, ends_on)
        if one.done < one.target and moved != one.due_on:
            items.append((f"指标“{one.title}”的期限", spelled(one.due_on), spelled(moved)))
            targets.append({"milestone": one.id, "target": one.target, "due_on": moved.isoformat()})
    return Proposal(tuple(items), ends_on=ends_on, targets=targets)


def _moved(due: date, old: date, new: date) -> date:
    return due + timedelta(days=(new - old).days) if new > old else min(due, new)


def _milestones(session: Session, project: Project) -> Sequence[Milestone]:
    return session.scalars(sa.select(Milestone).where(Milestone.project_id == project.id).order_by(Milestone.id)).all()


def propose_budget(session: Session, project: Project, *, amounts: Mapping[int, Money]) -> Proposal:
    """预算: the grant of each line as it shall be; the grant as a whole stays. Raises Refused, at `amount_<line>` where one line is wrong."""
    found = {line.id: line for line in session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == project.id))}
    if strange := set(amounts) - set(found):
        raise refuse("lines", "请选择本项目的预算科目。", f"amount_{min(strange)}")
    lines = sorted(found.values(), key=lambda one: one.position)
    changed = [line for line in lines if amounts.get(line.id, line.grant_fen) != line.grant_fen]
    if not changed:
        raise refuse("amount", "没有科目的金额有变化，请填写调整后的金额。", f"amount_{lines[0].id}")
    for line in changed:
        if said := bound(line.title, line.spent_fen, line.claimed_fen, line.waiting, amounts[line.id]):
            raise refuse("amount", said, f"amount_{line.id}")
    if over := sum((amounts[line.id] - line.grant_fen for line in changed), Money(0)):
        said = f"调整后合计{'多出' if over > Money(0) else '少了'} {yuan(Money(abs(over.fen)))} 元，资助总额不能改变。"
        raise refuse("total", said, f"amount_{changed[-1].id}")
    moves = [{"line": one.id, "seen_fen": one.grant_fen.fen, "delta_fen": (amounts[one.id] - one.grant_fen).fen} for one in changed]
    items = tuple((one.title, f"{yuan(one.grant_fen)} 元", f"{yuan(amounts[one.id])} 元") for one in changed)
    why = not_free(moves_of(session, project.id, moves), free_percent(session, project))
    return Proposal(items, moves=moves, free=not why, why_not=tuple(one.sentence for one in why))


def propose_people(*, post: str, before: str, after: str) -> Proposal:
    """人员: who fills a post."""
    return _plain(post, before, after)


def propose_content(
    session: Session,
    project: Project,
    *,
    what: str = "",
    before: str = "",
    after: str = "",
    milestone_id: int | None = None,
    target: int = 0,
) -> Proposal:
    """内容, in words; with an indicator, also its target, which changes when the change is approved."""
    items: list[Item] = []
    targets = []
    if milestone_id is not None:
        one = session.get(Milestone, milestone_id)
        if one is None or one.project_id != project.id:
            raise refuse("milestone", "请选择本项目的指标。", "milestone_id")
        if target < 1 or target == one.target:
            raise refuse("target", f"请填写“{one.title}”新的目标值，现在是 {one.target} {one.unit}。", "target")
        items.append((f"指标“{one.title}”", f"{one.target} {one.unit}", f"{target} {one.unit}"))
        targets.append({"milestone": one.id, "target": target, "due_on": one.due_on.isoformat()})
    if what.strip() or before.strip() or after.strip() or not items:
        items += _plain(what, before, after).items
    return Proposal(tuple(items), targets=targets)


def _plain(what: str, before: str, after: str) -> Proposal:
    if not what.strip():
        raise refuse("what", "请写明变更的是哪一项。", "what")
    if not before.strip():
        raise refuse("before", "请写明变更前的情况。", "before")
    if not after.strip() or after.strip() == before.strip():
        raise refuse("after", "请写明变更后的情况，要和变更前不同。", "after")
    return Proposal(((what.strip(), before.strip(), after.strip()),))


def request_change(session: Session, project: Project, kind: str, proposal: Proposal, *, why: str, by: Viewer, at: datetime) -> Change:
    """申请变更. A budget within the free percent takes effect at once and the organiser is told; all else waits for approval."""
    session.get_one(Project, project.id, with_for_update=True, populate_existing=True)
    must_run(project)
    change = Change(
        project_id=project.id, kind=kind, title=f"{CHANGE_KINDS[kind]}变更", why=why.strip(), ends_on=proposal.ends_on,
        items=proposal.rows, moves=proposal.moves, targets=proposal.targets,
    )  # fmt: skip
    begin(session, change, by=by, at=at, data={"kind": kind, "moves": proposal.moves})
    trace(session, project.ref, change.ref)
    if proposal.free:
        _apply(session, project, change, by=by, at=at)
    else:
        change.due_at = deadline(at, READ_WORKDAYS)
    return change


def _apply(session: Session, project: Project, change: Change, *, by: Viewer, at: datetime) -> None:
    lines = _locked(session, change)
    change.effective_at = at
    take_step(session, change, "apply", by=by, at=at, data={"moves": change.moves})
    for move in change.moves:
        line, delta = lines[move["line"]], Money(move["delta_fen"])
        line.grant_fen += delta
        line.free_fen += Money(abs(delta.fen))
    session.flush()
    officers = people_with(
        session, ("bureau", "bureau_head", "street"), at=at, organisation_id=session.get_one(Call, project.call_id).organiser_id
    )
    title = f"项目 {project.number} 在幅度内调整了预算"
    outbox.tell(session, officers, change.ref, title, f"{in_words(change)} 按公告规定不用审批，已生效。", at=at)


def in_words(change: Change) -> str:
    """The points of a change as a sentence."""
    return "；".join(f"{one['what']}由 {one['before']} 改为 {one['after']}" for one in change.items) + "。"


def _locked(session: Session, change: Change) -> dict[int, BudgetLine]:
    keys = sorted(move["line"] for move in change.moves)
    query = sa.select(BudgetLine).where(BudgetLine.id.in_(keys), BudgetLine.project_id == change.project_id).order_by(BudgetLine.id)
    return {line.id: line for line in session.scalars(query.with_for_update().execution_options(populate_existing=True))}


def approve_change(session: Session, change: Change, *, by: Viewer, at: datetime, note: str = "") -> None:
    """同意变更, and carry it out: 时间 moves the project's last day, 预算 moves money between lines within the grant.

    Where the template in force asks for a 补充协议 for this kind, one is drafted, and the change takes effect when both have signed it.
    """
    project = session.get_one(Project, change.project_id, with_for_update=True, populate_existing=True)
    take_step(session, change, "approve", by=by, at=at, note=note)
    wording = amending(session, project, change.kind)
    if wording is not None:
        amendment = draft_amendment(session, project, change, wording, by=by, at=at)
        said = f"{in_words(change)} 请签署补充协议 {amendment.number}，双方签署后生效。"
        tell_organisation(session, project, amendment.ref, f"项目 {project.number} {change.title}已同意，待签补充协议", said, at)
        return
    carry_out(session, project, change, at=at)
    tell_organisation(session, project, change.ref, f"项目 {project.number} {change.title}已同意", in_words(change), at)


def carry_out(session: Session, project: Project, change: Change, *, at: datetime) -> None:
    """Let a change that was agreed on stand: the lines with their base, the indicators, the last day and what hangs on it."""
    lines = _locked(session, change)
    for move in change.moves:
        line, delta = lines[move["line"]], Money(move["delta_fen"])
        line.grant_fen += delta
        line.base_fen += delta
    for goal in change.targets:
        milestone = session.get_one(Milestone, goal["milestone"], with_for_update=True, populate_existing=True)
        milestone.target, milestone.due_on = goal["target"], date.fromisoformat(goal["due_on"])
    if change.ends_on is not None:
        _end(session, project, change.ends_on, change, at)
    change.effective_at = at
    session.flush()


def _end(session: Session, project: Project, ends_on: date, change: Change, at: datetime) -> None:
    """The new last day; the record of the award runs as long, and those whose dates hang on it are told."""
    old, project.ends_on = project.ends_on, ends_on
    call = session.get_one(Call, project.call_id)
    if project.state != "closing":
        project.due_at = report_due(rules_of(call).breach, ends_on)
    session.execute(
        sa.update(Progress)
        .where(Progress.project_id == project.id, Progress.period == FINAL, Progress.state == "draft", Progress.due_at.is_not(None))
        .values(due_at=report_due(rules_of(call).breach, ends_on))
    )
    awarded = sa.update(Record).where(Record.kind == "award", Record.subject == project.ref, Record.until_day == old)
    session.execute(awarded.values(until_day=ends_on))
    people = set(people_with(session, ("finance",), at=at, organisation_id=call.payer_id))
    if call.evaluator_id is not None:
        people |= set(people_with(session, ("evaluator",), at=at, organisation_id=call.evaluator_id))
    what = "延期" if ends_on > old else "提前结束"
    body = f"“{project.title}”结束日期由 {spelled(old)} 改为 {spelled(ends_on)}：{change.why} 中期评估、验收和以后各期拨款的时间随之调整。"
    outbox.tell(session, people, project.ref, f"项目 {project.number} {what}到 {spelled(ends_on)}", body, at=at)
