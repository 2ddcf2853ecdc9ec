"""Pages of 资金绩效: a fund's year from its aims to what is done with the result, each table to print, all of it as a workbook."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

import reports
from reports import format as fmt
from reports.money import Money
from reports.report import Column, Facts, Report, Section, Table
from webapp.calls.models import Fund
from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import Back, Can, Part, Verb, db, entry, now, page, viewer
from webapp.core.workflow import refusals
from webapp.evaluation.actions import performance as actions
from webapp.evaluation.forms import performance as forms
from webapp.evaluation.models.performance import DECISIONS, FundPerformance
from webapp.evaluation.queries import performance as reads
from webapp.evaluation.rules.performance import EXECUTION, GROUPS, MEASURES, RISKS, Aim, worked
from webapp.evaluation.views import bp
from webapp.permissions import roles_for
from webapp.scoring.rules import said
from webapp.workflows import FUND_PERFORMANCE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPERS = {"aims": "绩效目标申报表", "monitoring": "绩效运行监控表", "assessment": "绩效自评表", "decision": "绩效评价结果应用表"}
MONITOR_ASKS = frozenset({"on"})
ASSESS_ASKS = frozenset({"on", "text", "measured"})


def _me() -> Any:
    return viewer()


def _status() -> int:
    return 422 if request.method == "POST" else 200


def on_fund(fund: Fund) -> Part:
    """On a fund's page: the years of its performance."""
    may = bool(roles_for("fund_performance.create") & web.roles_here())
    return Part("evaluation/_of_fund.html", {"fund_id": fund.id, "years": reads.of_fund(db.session(), fund.id), "may": may})


@bp.route("/funds/<int:id>/performances/new", methods=["GET", "POST"])
@entry("fund_performance.create", Fund)
def performance_new(fund: Fund) -> ResponseReturnValue:
    """编制绩效目标 of a year."""
    form = forms.NewPerformance()
    if request.method == "GET":
        form.year.data = today(now()).year
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.create(db.session(), fund, year=form.year.data or 0, by=_me(), at=now()))
        if made is not None:
            flash("已按账簿和项目协议预填，请核对、补充年度总体目标。", "ok")
            return redirect(url_for("evaluation.performance_edit", id=made.id))
    return page(
        "form.html", _status(), heading="编制绩效目标", form=form, back=Back(url_for("calls.fund_show", id=fund.id), fund.name), submit="编制",
        explain="按年度编制一次。预算取自账簿，指标值按本年度项目的协议目标预填，可以修改。",
    )  # fmt: skip


@bp.get("/fund-performances/<int:id>")
@entry("fund_performance.read", FundPerformance)
def fund_performance_show(one: FundPerformance) -> ResponseReturnValue:
    """A fund's year: its aims, the newest 运行监控, the 自评, the decision."""
    session = db.session()
    fund = reads.fund_of(session, one)
    return page(
        "evaluation/performance.html", heading=one.title, fund_id=fund.id, fund=fund.name, key=one.id, state=one.state, state_label=one.state_label,
        **_tables(one), papers=[(key, words) for key, words in PAPERS.items() if _there(one, key)],
        may_edit=one.state == "draft" and bool(roles_for("fund_performance.edit") & web.roles_here()),
        stages=web.where(one), steps=web.can(one), due=None, entries=web.timeline(one.ref),
    )  # fmt: skip


def _there(one: FundPerformance, key: str) -> bool:
    return {"aims": True, "monitoring": bool(one.monitorings), "assessment": one.assessment is not None, "decision": bool(one.decision)}[
        key
    ]


def _value(line: dict[str, Any], name: str) -> str:
    """A kept value as people read it: an amount in yuan, anything else with its unit."""
    fen = line[name]
    if fen is None:
        return "不适用"
    return f"{fmt.yuan(Money(fen))} 元" if line["unit"] == "元" else f"{said(fen)} {line['unit']}"


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    done = None
    if line["actual"] is not None and line["target"]:
        done = line["actual"] * 1000 // line["target"]
    return line | {
        "target_said": _value(line, "target"), "actual_said": _value(line, "actual"), "risk_said": RISKS[line["risk"]],
        "rate": f"{done // 10}.{done % 10}%" if done is not None else "—",
    }  # fmt: skip


def _money(kept: dict[str, int]) -> dict[str, Money]:
    return {name: Money(fen) for name, fen in kept.items()}


def _stage(kept: dict[str, Any]) -> dict[str, Any]:
    """A 运行监控 or 自评 as it was kept, in words."""
    return {"on": date.fromisoformat(kept["on"]), "money": _money(kept["money"]), "lines": [_shown(line) for line in kept["lines"]]}


def _tables(one: FundPerformance) -> dict[str, Any]:
    """What the page and the papers show of each stage."""
    shares = {line.key: line.most for line in worked(reads.aims(one), one.budget_fen, {})[0]}
    aims = [
        {
            "first": GROUPS[aim.measure.group][0], "second": aim.measure.second, "title": aim.title, "source": aim.measure.source,
            "target": ("≤ " if aim.measure.direction == "less" else "≥ ") + f"{said(aim.target)} {aim.unit}", "most": shares[aim.key],
        }
        for aim in reads.aims(one)
    ]  # fmt: skip
    last = one.monitorings[-1] if one.monitorings else None
    own = one.assessment
    return {
        "goal": one.goal, "budget": Money(one.budget_fen), "aims": aims, "execution_most": EXECUTION, "year": one.year,
        "monitored": _stage(last) if last else None,
        "earlier": [date.fromisoformat(each["on"]) for each in one.monitorings[:-1]],
        "assessed": _stage(own) | {"text": own["text"]} if own else None,
        "score": one.score, "grade": one.grade, "decision": DECISIONS.get(one.decision, ""), "decided": one.decided, "document": one.document,
    }  # fmt: skip


@bp.route("/fund-performances/<int:id>/edit", methods=["GET", "POST"])
@entry("fund_performance.edit", FundPerformance)
def performance_edit(one: FundPerformance) -> ResponseReturnValue:
    """绩效目标申报表 as a form, prefilled."""
    form = forms.with_aims()()
    if request.method == "GET":
        form["goal"].data = one.goal
        for aim in reads.aims(one):
            form[f"target_{aim.key}"].data = aim.target
            if aim.measure.by_hand:
                form[f"title_{aim.key}"].data, form[f"unit_{aim.key}"].data = aim.title, aim.unit
    if form.validate_on_submit():
        given = form.answers()

        def act() -> bool:
            actions.edit(db.session(), one, goal=given["goal"], aims=_aims(given), by=_me(), at=now())
            return True

        if web.tried(form, act):
            flash("绩效目标已保存，由另一位同事审核下达。", "ok")
            return redirect(url_for("evaluation.fund_performance_show", id=one.id))
    return page(
        "form.html", _status(), heading="绩效目标申报表", form=form, back=_back(one), submit="保存",
        explain=f"年度预算 {Money(one.budget_fen)} 元（取自账簿）。各组指标平分本组分值：预算执行率 10 分，产出 50 分，效益 30 分，满意度 10 分。",
    )  # fmt: skip


def _aims(given: dict[str, Any]) -> list[Aim]:
    found = []
    for one in MEASURES:
        target = given[f"target_{one.key}"]
        if target is None:
            continue
        title = (given[f"title_{one.key}"] or "").strip() if one.by_hand else one.title
        unit = (given[f"unit_{one.key}"] or "").strip() if one.by_hand else one.unit
        if title:
            found.append(Aim(one.key, title, unit, target))
    return found


def _back(one: FundPerformance) -> Back:
    return Back(url_for("evaluation.fund_performance_show", id=one.id), one.title)


def _asked_day(one: FundPerformance, *, after: bool) -> date:
    """The day the figures are taken for: as asked, else today or the year's last."""
    try:
        asked = date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        asked = today(now())
    last = date(one.year, 12, 31)
    return asked if after else min(asked, last)


def _fill(one: FundPerformance, name: str, asks: frozenset[str], *, final: bool) -> ResponseReturnValue:
    """The page of 运行监控 or 自评: the figures as of the day beside the words they ask for."""
    session, on = db.session(), _asked_day(one, after=final)
    money = reads.sums(session, reads.fund_of(session, one).ref, one.year, on)
    lines = actions.lines_of(one, on, money, reads.actuals(session, one, on, money), final=final)
    form = forms.with_lines(lines, final=final)()
    if request.method == "GET":
        form["on"].data = on
    if form.validate_on_submit():
        given = form.answers()
        words: dict[str, Any] = {
            "on": given["on"], "typed": {line["key"]: given.get(f"actual_{line['key']}") for line in lines},
            "why": {line["key"]: given[f"why_{line['key']}"] or "" for line in lines},
        }  # fmt: skip

        def act() -> bool:
            if final:
                actions.assess(session, one, text=given["text"], **words, by=_me(), at=now())
            else:
                risk = {line["key"]: given[f"risk_{line['key']}"] for line in lines}
                actions.monitor(session, one, risk=risk, **words, by=_me(), at=now())
            return True

        if web.tried(form, act):
            flash("自评已完成。" if final else "运行监控已登记。", "ok")
            return redirect(url_for("evaluation.fund_performance_show", id=one.id))
    row = FUND_PERFORMANCE.step(name)
    blockers = refusals(session, one, name, by=viewer(), at=now()) if request.method in web.SAFE else []
    step = Can(
        name,
        row.label,
        request.path,
        row.kind,
        row.confirm,
        row.note,
        True,
        tuple(b for b in blockers if b.place not in asks and b.code not in ("measured", "unexplained")),
    )
    return page(
        "evaluation/performance_fill.html", _status(), step=step, form=form, back=_back(one), on=on, money=_money(money.kept()), final=final,
        lines=[_shown(line) for line in lines],
    )  # fmt: skip


@bp.route("/fund_performance/<int:id>/monitor", methods=["GET", "POST"])
@entry("fund_performance.monitor", FundPerformance)
def performance_monitor(one: FundPerformance) -> ResponseReturnValue:
    """绩效运行监控 as of a day."""
    return _fill(one, "monitor", MONITOR_ASKS, final=False)


performance_monitor.asks = MONITOR_ASKS  # type: ignore[attr-defined]


@bp.route("/fund_performance/<int:id>/assess", methods=["GET", "POST"])
@entry("fund_performance.assess", FundPerformance)
def performance_assess(one: FundPerformance) -> ResponseReturnValue:
    """自评 of the fund's year."""
    return _fill(one, "assess", ASSESS_ASKS, final=True)


performance_assess.asks = ASSESS_ASKS  # type: ignore[attr-defined]


@bp.get("/fund-performances/<int:id>/papers/<paper>")
@entry("fund_performance.read", FundPerformance)
def performance_paper(one: FundPerformance, paper: str) -> ResponseReturnValue:
    """One of the four tables, to print on A4."""
    key = paper if paper in PAPERS and _there(one, paper) else "aims"
    return page(
        "evaluation/performance_paper.html", heading=PAPERS[key], paper=key, back=_back(one), fund=reads.fund_of(db.session(), one).name,
        state_label=one.state_label, **_tables(one),
    )  # fmt: skip


@bp.get("/fund-performances/<int:id>/sheet.xlsx")
@entry("fund_performance.read", FundPerformance)
def performance_sheet(one: FundPerformance) -> ResponseReturnValue:
    """All tables there are as a workbook; money stands in it as numbers."""
    tables = _tables(one)
    sections = [
        Section(
            PAPERS["aims"],
            (Facts((("年度", one.year), ("年度预算（元）", tables["budget"]), ("年度总体目标", one.goal))), _aims_table(tables)),
        )
    ]
    for key, name in (("monitored", "monitoring"), ("assessed", "assessment")):
        if tables[key]:
            sections.append(
                Section(PAPERS[name], (_money_table(tables[key]["money"]), _lines_table(tables[key]["lines"], final=key == "assessed")))
            )
    if one.decision:
        pairs = (
            ("自评得分", said(one.score or 0)),
            ("等级", one.grade),
            ("结果应用", tables["decision"]),
            ("怎样应用", one.decided),
            ("文号", one.document),
        )
        sections.append(Section(PAPERS["decision"], (Facts(pairs),)))
    report = Report(
        title=one.title, as_of=now(), sections=tuple(sections), sources=("账簿", "项目台账", "活动记录", "末期评估", "满意度问卷")
    )
    return web.download(reports.write(report, "xlsx"), f"{one.title}.xlsx", XLSX)


def _aims_table(tables: dict[str, Any]) -> Table:
    columns = [
        Column(key, title)
        for key, title in (
            ("first", "一级指标"),
            ("second", "二级指标"),
            ("title", "三级指标"),
            ("target", "年度指标值"),
            ("source", "实际值取自"),
        )
    ]
    return Table(tuple(columns), tuple(tuple(aim[column.key] for column in columns) for aim in tables["aims"]))


def _money_table(money: dict[str, Any]) -> Table:
    columns = (
        Column("budget", "年度预算", "money"), Column("committed", "已立项", "money"), Column("paid", "已拨付", "money"), Column("spent", "已支出", "money"),
        Column("rate", "预算执行率", "percent"),
    )  # fmt: skip
    return Table(
        columns, ((money["budget"], money["committed"], money["paid"], money["spent"], money["paid"].percent_of(money["budget"])),)
    )


def _lines_table(lines: list[dict[str, Any]], *, final: bool) -> Table:
    titles = [("title", "指标"), ("target_said", "年度指标值"), ("actual_said", "实际值"), ("rate", "完成率")]
    titles += [("most", "分值"), ("points", "得分")] if final else [("risk_said", "风险")]
    titles += [("why", "偏差原因和措施"), ("source", "取自")]

    def cell(line: dict[str, Any], key: str) -> str:
        if key in ("most", "points"):
            return "不适用" if line[key] is None else said(line[key])
        return str(line[key])

    return Table(tuple(Column(key, title) for key, title in titles), tuple(tuple(cell(line, key) for key, _ in titles) for line in lines))


web.steps(
    bp,
    FundPerformance,
    {
        "set": Verb(act=actions.set_aims, said="绩效目标已下达。"),
        "apply": Verb(forms.Apply, actions.apply, said="结果应用已登记。"),
    },
)
