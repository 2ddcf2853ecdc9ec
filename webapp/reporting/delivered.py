"""Sections on a project's delivery that its closing papers share; pure."""

from reports import format as fmt
from reports.report import Block, Column, Facts, Table, Text
from webapp.projects.models import DEMANDS, VERDICTS
from webapp.reporting import blocks
from webapp.reporting.queries.closing import Whole


def served(found: Whole) -> Facts:
    """Who was served: 人数 and 人次 both, and what social workers and volunteers gave."""
    named, counts = found.named, found.counts
    given = {name: sum(getattr(one, name) for one in found.held) for name in ("worker_minutes", "volunteer_minutes")}
    return Facts(
        (
            ("开展活动", f"{fmt.number(len(found.held))} 场"),
            ("服务人数", f"{fmt.number(found.persons)} 人（名册内 {fmt.number(named)} 人，名册外 {fmt.number(found.persons - named)} 人）"),
            ("服务人次", f"{fmt.number(found.visits)} 人次"), ("服务对象名册", f"登记过 {counts.listed} 人，在册 {counts.present} 人"),
            ("社工服务", blocks.hours(given["worker_minutes"]) if given["worker_minutes"] else None),
            ("志愿者服务", blocks.hours(given["volunteer_minutes"]) if given["volunteer_minutes"] else None),
        ),
        beside=True,
    )  # fmt: skip


def supervised(found: Whole) -> tuple[Block, ...]:
    """协同督导 by verdict, and each 整改 and 督办."""
    many = sum(found.verdicts.values())
    by = "，".join(f"{words} {found.verdicts[key]} 次" for key, words in VERDICTS.items() if found.verdicts.get(key))
    said = f"协同督导 {many} 次：{by}。" if many else "没有登记督导。"
    if not found.found:
        return (Text((said + "没有整改和督办事项。",)),)
    columns = (
        Column("n", "序号", "number", 2.6), Column("kind", "类型", width=3), Column("text", "要求", width=12), Column("due", "期限", width=6),
        Column("state", "状态", width=4),
    )  # fmt: skip
    rows = tuple(
        (n, DEMANDS[one.kind], one.text, fmt.until(one.due_at) if one.due_at else None, one.state_label)
        for n, one in enumerate(found.found, 1)
    )
    return Text((said,)), Table(columns, rows, "整改和督办")


def changed(found: Whole) -> tuple[Block, ...]:
    """Each change with why, and whether it took effect."""
    if not found.changes:
        return (Text(("没有变更。",)),)
    columns = (
        Column("n", "序号", "number", 2.6), Column("kind", "类别", width=3), Column("title", "事项", width=8), Column("why", "理由", width=9),
        Column("state", "状态", width=4), Column("at", "生效", width=5),
    )  # fmt: skip
    rows = tuple(
        (n, one.kind_label, one.title, one.why or None, one.state_label, fmt.day(one.effective_at) if one.effective_at else None)
        for n, one in enumerate(found.changes, 1)
    )
    return (Table(columns, rows, "变更情况"),)


def needs(found: Whole) -> tuple[Block, ...]:
    """The residents' needs it answers."""
    if not found.needs:
        return (Text(("申报时没有对应到需求清单的需求。",)),)
    columns = (Column("number", "需求编号", width=4), Column("title", "需求", width=11))
    return (Table(columns, tuple((one.number, one.title) for one in found.needs), "对应的居民需求"),)
