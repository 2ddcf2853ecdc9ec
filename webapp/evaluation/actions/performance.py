"""Verbs of 资金绩效: the aims of a fund's year, monitoring, 自评, and what is done with the result."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.calls.models import Fund
from webapp.core import journal
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.core.workflow import Refusal, Refused, begin, refuse, take_step
from webapp.evaluation.models.performance import DECISIONS, FundPerformance
from webapp.evaluation.queries import performance as reads
from webapp.evaluation.rules.combining import grade_of
from webapp.evaluation.rules.performance import MEASURES, RISKS, Aim, aims_of, elapsed, lags, worked


def create(session: Session, fund: Fund, *, year: int, by: Viewer, at: datetime) -> FundPerformance:
    """编制绩效目标 of a fund's year, prefilled from the book and the projects' agreements. The database holds one per year."""
    assert by.id is not None
    if reads.sums(session, fund.ref, year, today(at)).budget.fen <= 0:
        raise refuse("year", f"{year} 年度还没有登记预算，请财务先登记。", "year")
    one = FundPerformance(fund_id=fund.id, year=year, title=f"{fund.name} {year} 年度绩效", prepared_by_id=by.id, changed_at=at)
    begin(session, one, by=by, at=at, data={"year": year})
    start = reads.proposed(session, one)
    one.aims = [Aim(m.key, m.title, m.unit, start[m.key]).kept() for m in MEASURES if start.get(m.key) and not m.by_hand]
    one.budget_fen = reads.sums(session, fund.ref, year, today(at)).budget.fen
    session.flush()
    return one


def edit(session: Session, one: FundPerformance, *, goal: str, aims: Sequence[Aim], by: Viewer, at: datetime) -> None:
    """修改绩效目标 while it is a draft; who wrote last counts as who prepared it. Refuses a value of nothing."""
    if one.state != "draft":
        raise refuse("state", "绩效目标已经下达，不能修改。")
    if wrong := [Refusal("target", f"“{aim.title}”的年度指标值要大于零。", f"target_{aim.key}") for aim in aims if aim.target <= 0]:
        raise Refused(*wrong)
    assert by.id is not None
    one.goal, one.aims, one.prepared_by_id, one.changed_at = goal.strip(), [aim.kept() for aim in aims], by.id, at
    one.budget_fen = reads.sums(session, reads.fund_of(session, one).ref, one.year, today(at)).budget.fen
    session.flush()
    data = {"digest": journal.digest(journal.canonical({"goal": one.goal, "aims": one.aims}))}
    journal.record(session, one.ref, "edit", by=by.ref, at=at, data=data)


def set_aims(session: Session, one: FundPerformance, *, by: Viewer, at: datetime, note: str = "") -> None:
    """审核下达绩效目标, by another than who wrote them."""
    take_step(session, one, "set", by=by, at=at, note=note, data={"digest": journal.digest(journal.canonical({"aims": one.aims}))})


def lines_of(one: FundPerformance, on: date, money: reads.Sums, actual: Mapping[str, int | None], *, final: bool) -> list[dict[str, Any]]:
    """The lines of a 运行监控 or 自评 as they are kept, without the words of who fills them in.

    `ask`: why the line must be explained; empty where it need not be.
    """
    aims, gone = aims_of(one.aims), elapsed(one.year, on)
    points = {line.key: line for line in worked(aims, money.budget.fen, actual)[0]}
    found = [
        _line(
            "execution", "预算执行率", "元", money.budget.fen, money.paid.fen if money.budget.fen > 0 else None, "账簿：已拨付 ÷ 年度预算"
        )
    ]
    found += [_line(aim.key, aim.title, aim.unit, aim.target, actual.get(aim.key), aim.measure.source) for aim in aims]
    for line in found:
        worth = points[line["key"]]
        if final:
            line |= {"most": worth.most, "points": worth.points, "ask": worth.deviates}
        elif line["key"] == "execution":
            behind = line["actual"] is not None and line["actual"] * 100 < 80 * gone * max(line["target"], 1)
            line["ask"] = "慢于序时进度" if behind else ""
        else:
            aim = next(one for one in aims if one.key == line["key"])
            line["ask"] = "慢于序时进度" if lags(aim, line["actual"], gone) else ""
    return found


def _line(key: str, title: str, unit: str, target: int, actual: int | None, source: str) -> dict[str, Any]:
    return {
        "key": key,
        "title": title,
        "unit": unit,
        "target": target,
        "actual": actual,
        "source": source,
        "why": "",
        "risk": "none",
        "ask": "",
    }


def _filled(
    session: Session,
    one: FundPerformance,
    on: date,
    typed: Mapping[str, int | None],
    why: Mapping[str, str],
    risk: Mapping[str, str],
    final: bool,
) -> dict[str, Any]:
    money = reads.sums(session, reads.fund_of(session, one).ref, one.year, on)
    actual = {**reads.actuals(session, one, on, money), **{key: value for key, value in typed.items() if key.startswith("own")}}
    lines = lines_of(one, on, money, actual, final=final)
    for line in lines:
        line["why"] = why.get(line["key"], "").strip()
        line["risk"] = risk.get(line["key"], "none") if risk.get(line["key"], "none") in RISKS else "none"
    return {"on": on.isoformat(), "money": money.kept(), "lines": lines}


def monitor(
    session: Session, one: FundPerformance, *, on: date, typed: Mapping[str, int | None], why: Mapping[str, str], risk: Mapping[str, str],
    by: Viewer, at: datetime, note: str = "",
) -> None:  # fmt: skip
    """绩效运行监控 as of a day: the figures as the house tells them then, what lags is explained. It may be done again later in the year.

    Raises Refused for a day outside the year or to come, and for what lags without a word.
    """
    _day(one, on, at)
    one.monitorings = [*one.monitorings, _filled(session, one, on, typed, why, risk, final=False)]
    take_step(session, one, "monitor", by=by, at=at, note=note, data={"on": on.isoformat(), "digest": _digest(one.monitorings[-1])})


def assess(
    session: Session, one: FundPerformance, *, on: date, text: str, typed: Mapping[str, int | None], why: Mapping[str, str],
    by: Viewer, at: datetime, note: str = "",
) -> None:  # fmt: skip
    """自评 by 10/50/30/10: the points are worked out, deviations explained. Raises Refused as `monitor` does."""
    _day(one, on, at, after=True)
    filled = _filled(session, one, on, typed, why, {}, final=True)
    one.assessment = filled | {"text": text.strip()}
    one.score = worked(aims_of(one.aims), filled["money"]["budget"], {line["key"]: line["actual"] for line in filled["lines"]})[1]
    one.grade = grade_of(one.score)
    one.assessed_by_id = by.id
    take_step(
        session, one, "assess", by=by, at=at, note=note, data={"score": one.score, "grade": one.grade, "digest": _digest(one.assessment)}
    )


def apply(
    session: Session, one: FundPerformance, *, decision: str, decided: str, document: str, by: Viewer, at: datetime, note: str = ""
) -> None:
    """结果应用: what the result leads to, with the number of the paper; by another than who filled in the 自评."""
    one.decision, one.decided, one.document = decision if decision in DECISIONS else "", decided.strip(), document.strip()
    take_step(session, one, "apply", by=by, at=at, note=note, data={"decision": decision, "digest": journal.digest(decided)})


def _day(one: FundPerformance, on: date, at: datetime, *, after: bool = False) -> None:
    if on > today(at):
        raise refuse("on", "截止日期还没有到。", "on")
    if on.year < one.year or (on.year > one.year and not after):
        raise refuse("on", f"截止日期要在 {one.year} 年度内。" if not after else f"截止日期不能早于 {one.year} 年度。", "on")


def _digest(kept: dict[str, Any]) -> str:
    return journal.digest(journal.canonical(kept))
