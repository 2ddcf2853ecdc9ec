"""Sections that the papers of an evaluation share: the parties' points, their cards, the checking, the findings; pure."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from reports import format as fmt
from reports.chart import Chart, Series
from reports.report import Block, Column, Figure, Section, Table, Text
from webapp.evaluation.models import GROUNDS, KINDS
from webapp.evaluation.queries.lines import PARTY, Line
from webapp.evaluation.queries.standing import Standing
from webapp.reporting.blocks import points
from webapp.reporting.queries.judged import Card, Finding, Judged
from webapp.reporting.queries.works import Hand
from webapp.workflows import EVALUATION, OBSERVATION

STEPS = {"create": "开始评估", "self_assess": "提交自评", "judge": "提交评估", "return": "退回重评", "confirm": "确认评估结果"}


def parties(found: Judged) -> tuple[Block, ...]:
    """What each party gave with its weight, and the total as anybody can work it out."""
    columns = (
        Column("party", "评价主体", width=8),
        Column("score", "得分（百分制）", "number", 5),
        Column("weight", "权重", "number", 3),
        Column("n", "说明", width=8),
    )
    rows = tuple((one.label, points(one.score) if one.score is not None else "未评", one.weight, _word(one)) for one in found.parts)
    blocks_: list[Block] = [
        Table(columns, rows, "各方得分", ("综合得分", points(found.total), sum(one.weight for one in found.parts), ""), "分")
    ]
    if found.formula:
        blocks_.append(Text((f"综合得分＝{found.formula}。",)))
    if found.missing:
        blocks_.append(Text((f"未计分的评价主体：{'、'.join(found.missing)}；按征集公告，{found.rule}。",)))
    return tuple(blocks_)


def _word(one: Standing) -> str | None:
    """How many gave it, or on whom it waits."""
    if one.told:
        return one.told
    return f"{one.n} 人评价" if one.party == "residents" and one.n else None


def drawn(found: Judged) -> tuple[Block, ...]:
    """The parties' points as a figure; nothing where fewer than two gave any."""
    given = [one for one in found.parts if one.score is not None]
    if len(given) < 2:
        return ()
    values = tuple(points(one.score) or Decimal(0) for one in given)
    return (Figure("各方得分", Chart("bar", tuple(one.label for one in given), (Series("得分", values),), "分")),)


def work(found: Judged) -> tuple[Block, ...]:
    """评价过程: who did what and when."""
    return (hands(found.hands), Text((f"评估现在的状态：{EVALUATION.states[found.state]}。",)))


def hands(found: Sequence[Hand]) -> Table:
    columns = (Column("step", "环节", width=4), Column("who", "办理人", width=9), Column("at", "时间", "date", 6))
    return Table(columns, tuple((STEPS[one.step], one.who, one.at) for one in found if one.step in STEPS), "评价过程")


def checking(found: Judged) -> tuple[Block, ...]:
    """电话核实 and 实地核查, each with its n; what was not done is said."""
    one = found.checked
    said: list[Block] = []
    if one.called:
        said.append(
            Text(
                (
                    f"电话核实：从名册随机抽取 {one.drawn} 人，拨打 {one.called} 人，接通 {one.answered} 人，拒访 {one.refused} 人，未接通 {one.missed} 人；"
                    f"接通的人中，回答与记录不符的 {one.doubtful} 人。",
                )
            )
        )
        if one.answers:
            heads = (Column("question", "问题", width=8), Column("answers", "回答（人）", width=12))
            told = tuple((answer.title, "，".join(f"{words} {n}" for words, n in answer.counts)) for answer in one.answers)
            said.append(Table(heads, told, f"电话核实结果（接通 {one.answered} 人）"))
    if found.sites:
        columns = (
            Column("day", "日期", "date", 5),
            Column("place", "地点", width=5),
            Column("checked", "查看内容", width=8),
            Column("found", "发现的情况", width=9),
        )
        said.append(Table(columns, tuple((site.held_on, site.place, site.checked, site.found) for site in found.sites), "实地核查"))
    return tuple(said) or (Text(("没有登记电话核实和实地核查。",)),)


def findings(found: Sequence[Finding]) -> tuple[Block, ...]:
    """核查问题 with the organisation's answer and how each ended."""
    if not found:
        return (Text(("没有登记核查问题。",)),)
    columns = (
        Column("n", "序号", "number", 2.6),
        Column("ground", "来源", width=4),
        Column("text", "问题", width=10),
        Column("answer", "申辩", width=7),
        Column("state", "认定", width=4),
        Column("reason", "理由", width=7),
    )
    rows = tuple(
        (n, GROUNDS[one.ground], f"{one.title}。{one.text}", one.answer or None, OBSERVATION.states[one.state], one.reason or None)
        for n, one in enumerate(found, 1)
    )
    return (Table(columns, rows, "核查问题"),)


def satisfaction(found: Judged) -> str:
    """The survey in a sentence, with its n; empty where there is none."""
    one = found.survey
    if one is None:
        return ""
    if not one.closed:
        return f"满意度问卷还没有截止，已收回 {one.answered} 份。"
    score = f"，得分 {fmt.number(points(one.score) or 0)} 分" if one.score is not None else f"，少于最少样本 {one.least} 份，不计分"
    share = f"，其中满意 {one.satisfied} 份（{fmt.percent(one.satisfied, one.answered)}）" if one.answered else ""
    return f"满意度问卷发出 {one.issued} 份，收回 {one.answered} 份，拒答 {one.refusals} 份{share}{score}。"


def cards(found: Judged) -> tuple[Section, ...]:
    """评分表 of all parties as an annex."""
    blocks = tuple(block for one in found.cards for block in _card(one, found.kind))
    return (Section("各方评分表", blocks),) if blocks else ()


def _card(card: Card, kind: str) -> tuple[Block, ...]:
    """One party's points, without the columns in which it has nothing, and what it said of the whole."""
    columns = (
        Column("first", "一级指标", width=5), Column("second", "二级指标", width=5), Column("title", "指标", width=8),
        Column("target", "目标值", width=6.8), Column("actual", "完成值", width=6), Column("most", "分值", "number", 3.4),
        Column("points", "得分", "number", 3.4), Column("reason", "评分说明", width=12),
    )  # fmt: skip
    rows = tuple(
        (
            line.heads[0],
            line.heads[1],
            line.title,
            line.target or None,
            line.actual or None,
            points(line.most),
            "不适用" if line.na else points(line.points),
            "；".join(part for part in (_how(line), line.reason) if part) or None,
        )
        for line in card.lines
    )
    totals = ("合计", "", "", "", "", points(card.most), points(card.total), "")
    told = [n for n, column in enumerate(columns) if n == 0 or column.kind == "number" or any(row[n] for row in rows)]
    kept, sums = tuple(columns[n] for n in told), tuple(totals[n] for n in told)
    caption = f"{PARTY.get(card.purpose, KINDS[kind])}：{card.judge}"
    table = Table(kept, tuple(tuple(row[n] for n in told) for row in rows), caption, sums, "分", upright=True)
    return table, *((Text((f"意见：{card.comment}",)),) if card.comment else ())


def _how(line: Line) -> str:
    """How the points came about, where that is more than what the column says."""
    return "" if line.how.startswith("得 ") else line.how


def goals_of(found: Judged) -> Table:
    """The indicators with what was reached, as the evaluation holds them."""
    columns = (
        Column("title", "绩效指标", width=10),
        Column("unit", "单位", width=3),
        Column("target", "目标值", "number", 4),
        Column("actual", "完成值", "number", 4),
        Column("rate", "完成率", "percent", 4),
    )
    rows = tuple(
        (str(one["title"]), str(one.get("unit", "")), one.get("target"), one.get("actual"), _rate(one.get("actual"), one.get("target")))
        for one in found.indicators
    )
    return Table(columns, rows, "绩效目标完成情况")


def _rate(actual: int | None, target: int | None) -> Fraction | None:
    return Fraction(actual, target) if actual is not None and target else None
