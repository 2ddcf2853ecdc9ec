"""Forms of funds and calls. The page of a call maps its fields to `CallRules` and back."""

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any, cast

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.calls.actions import CallDraft
from webapp.calls.models import CALL_KINDS, FUND_KINDS, LEGAL_FORMS, Call
from webapp.calls.rules import (
    AGGREGATIONS,
    SILENCES,
    CallRules,
    Category,
    PanelPlan,
    Rule,
    Span,
    TranchePlan,
    template,
)
from webapp.core.clock import start_of, today
from webapp.core.forms import Form, MoneyField, optional, required, text
from webapp.needs.forms import categories as dictionary
from webapp.workflows import STAGES

CLOSES_AT = timedelta(hours=17)
"""A closing day ends at 17:00, when offices can still be asked."""
PERCENTS = [InputRequired("请填写 0 到 100 的整数。"), NumberRange(0, 100, "请填写 0 到 100 的整数。")]


def _whole(label: str, low: int, high: int, **more: Any) -> IntegerField:
    said = f"请填写 {low} 到 {high} 的整数。"
    return IntegerField(label, [InputRequired(said), NumberRange(low, high, said)], **more)


def _percent(label: str, **more: Any) -> IntegerField:
    return IntegerField(label, PERCENTS, **more)


class Boxes(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NewFund(Form):
    """设立资金."""

    name = StringField("资金名称", text("请填写资金名称。", 60), description="例如：姑苏区福彩公益金")
    kind = SelectField("来源", choices=list(FUND_KINDS.items()))
    payer_id = SelectField("付款单位", coerce=int)
    subject_code = StringField("功能科目", optional(16), description="例如 2296002(用于社会福利的彩票公益金支出)")
    permitted = TextAreaField("可以用于", optional(300))
    forbidden = TextAreaField("不得用于", optional(300))


class NewBudget(Form):
    """登记年度预算."""

    year = _whole("年度", 2000, 2100)
    amount = MoneyField("金额", required("请填写金额。"), unit="万元")
    document = StringField("指标文号", text("请填写下达预算的文号。", 80), description="同一文号只能登记一次。")


class CallForm(Form):
    """征集公告: one page, every value real."""

    title = StringField("公告名称", text("请填写公告名称。", 60))
    kind = SelectField("种类", choices=list(CALL_KINDS.items()))
    legal_form = SelectField("法律形式", choices=list(LEGAL_FORMS.items()), description="政府采购项目，居民评选不能计入得分。")
    intro = TextAreaField("公告正文", text("请写公告正文。", 3000))
    operator_id = SelectField("承办机构", coerce=int)
    evaluator_id = SelectField("第三方评估机构", coerce=int)
    payer_id = SelectField("付款单位", coerce=int)

    fund_id = SelectField("资金", [DataRequired("请选择资金；还没有的，请先设立。")], coerce=int)
    fund_year = _whole("预算年度", 2000, 2100)
    pool = MoneyField("资金总额", required("请填写资金总额。"), unit="万元")
    ceiling = MoneyField("每个项目上限", required("请填写上限。"), unit="万元")
    floor = MoneyField("每个项目下限", required("请填写下限，没有就填 0。"), unit="万元")
    own_share = _percent("配套（自筹）至少占项目总额的百分之几", description="不要求就填 0。")

    needs = Boxes("回应的需求", coerce=int)
    without_needs = TextAreaField("不选需求的理由", optional(300), description="没有对应需求时填写。")
    categories = Boxes("项目类别", choices=dictionary)
    most_applications = _whole("每个单位最多申报几项", 1, 99)

    stages = Boxes("评审环节", choices=list(STAGES.items()))
    weight_panel = _percent("专家评审权重（%）")
    weight_community = _percent("社区协同审核权重（%）")
    weight_residents = _percent("居民评选权重（%）")
    pass_line = _whole("及格线（分）", 0, 100)
    aggregation = SelectField("专家分合成", choices=list(AGGREGATIONS.items()))
    panel_size = _whole("评委人数", 0, 99)
    panel_finance = _whole("其中财务专家", 0, 99)
    panel_reserves = _whole("候补评委", 0, 99)
    per_application = _whole("每个项目由几位评委评分", 0, 99, description="0 表示全部评委。")
    blind = BooleanField("匿名评审：评分结束前，评委看不到申报单位")
    reserves = _whole("候补项目个数", 0, 99)

    opens_on = DateField("开始申报", [InputRequired("请选择开始申报的日期。")])
    closes_on = DateField("截止申报", [InputRequired("请选择截止申报的日期。")], description="当天 17:00 截止，以服务器时间为准。")
    landing_workdays = _whole("落地社区确认期限（工作日）", 1, 60)
    silence = RadioField("社区逾期未答", choices=list(SILENCES.items()))
    correction_workdays = _whole("补正期限（工作日）", 1, 60)
    opinion_workdays = _whole("协同审核、街道意见期限（工作日）", 1, 60)
    notice_workdays = _whole("公示期（工作日）", 1, 60, description="不少于 5 个工作日。")

    tranche_signed = _percent("协议签署后拨付（%）")
    tranche_midterm = _percent("中期评估合格后拨付（%）")
    tranche_accepted = _percent("验收合格后拨付（%）")

    def fill(self: Any, rules: CallRules, *, year: int, day: date) -> None:
        """Start from the rules of a template: the first figures of a new call."""
        self.fund_year.data, self.opens_on.data, self.closes_on.data = year, day, day + timedelta(days=21)
        self.kind.data, self.legal_form.data = "venture", "grant"
        self.title.data = f"{year} 年公益创投项目征集"
        self.intro.data = (
            "面向社会组织征集公益创投项目，回应居民评议后列入需求清单的需求。请按要求在线填报，落地社区确认后，由单位负责人提交。"
        )
        self._show(rules)

    def show(self: Any, call: Call, rules: CallRules, needs: list[int]) -> None:
        """Start from a draft."""
        for name in ("title", "kind", "legal_form", "intro", "payer_id", "fund_id", "fund_year", "without_needs"):
            self[name].data = getattr(call, name)
        self.operator_id.data, self.evaluator_id.data = call.operator_id or 0, call.evaluator_id or 0
        self.opens_on.data, self.closes_on.data = today(call.opens_at), today(call.closes_at)
        self.needs.data = needs
        self._show(rules)

    def _show(self: Any, rules: CallRules) -> None:
        self.pool.data, self.ceiling.data, self.floor.data = rules.pool, rules.budget.ceiling, rules.budget.floor
        self.own_share.data = next((r.params["percent"] for r in rules.budget.rules if r.kind == "own_share_min"), 0)
        self.categories.data = [one.key for one in rules.categories]
        self.most_applications.data = next((r.params["most"] for r in rules.eligibility if r.kind == "most_applications"), 99)
        self.stages.data = list(rules.stages)
        self.weight_panel.data, self.weight_community.data = rules.weights.panel, rules.weights.community
        self.weight_residents.data, self.pass_line.data = rules.weights.residents, rules.pass_line // 100
        self.panel_size.data, self.panel_finance.data = rules.panel.size, rules.panel.finance
        self.panel_reserves.data, self.per_application.data = rules.panel.reserves, rules.panel.per_application
        self.blind.data = rules.panel.blind.applicant != "open"
        self.notice_workdays.data = rules.notice.span.length
        for name in (
            "aggregation", "reserves", "landing_workdays", "silence", "correction_workdays", "opinion_workdays",
        ):  # fmt: skip
            self[name].data = getattr(rules, name)
        for trigger in ("signed", "midterm", "accepted"):
            self[f"tranche_{trigger}"].data = sum(one.percent for one in rules.tranches if one.trigger == trigger)

    def rules(self: Any, base: CallRules) -> CallRules:
        """The rules as filled in; what the page does not ask stays as it is in `base`."""
        known = {one.key: one for one in base.categories}
        labels = dict(self.categories.choices)
        eligibility = [rule for rule in base.eligibility if rule.kind != "most_applications"]
        most = self.most_applications.data
        eligibility.append(Rule("most_applications", {"most": most}, f"每个单位最多申报 {most} 项", "本公告"))
        own = self.own_share.data
        budget_rules = [rule for rule in base.budget.rules if rule.kind != "own_share_min"]
        if own:
            budget_rules.append(Rule("own_share_min", {"percent": own}, f"配套（自筹）不少于项目总额的 {own}%", "本公告"))
        tranches = [
            TranchePlan(percent, trigger) for trigger in ("signed", "midterm", "accepted") if (percent := self[f"tranche_{trigger}"].data)
        ]
        return dataclasses.replace(
            base,
            stages=cast(Any, tuple(stage for stage in STAGES if stage in (self.stages.data or ()))),
            categories=tuple(known.get(key) or Category(key, labels[key]) for key in self.categories.data or ()),
            eligibility=tuple(eligibility),
            budget=dataclasses.replace(base.budget, ceiling=self.ceiling.data, floor=self.floor.data, rules=tuple(budget_rules)),
            weights=dataclasses.replace(
                base.weights,
                panel=self.weight_panel.data,
                community=self.weight_community.data,
                residents=self.weight_residents.data,
            ),
            aggregation=self.aggregation.data,
            pass_line=self.pass_line.data * 100,
            reserves=self.reserves.data,
            pool=self.pool.data,
            notice=dataclasses.replace(base.notice, span=Span(self.notice_workdays.data, base.notice.span.unit)),
            correction_workdays=self.correction_workdays.data,
            opinion_workdays=self.opinion_workdays.data,
            landing_workdays=self.landing_workdays.data,
            silence=self.silence.data,
            tranches=tuple(tranches),
            panel=PanelPlan(
                self.panel_size.data,
                self.panel_finance.data,
                self.panel_reserves.data,
                self.per_application.data,
                dataclasses.replace(base.panel.blind, applicant="scored" if self.blind.data else "open"),
            ),
        )

    def draft(self: Any, base: CallRules | None = None) -> CallDraft:
        """All that was decided on this page."""
        return CallDraft(
            kind=self.kind.data, legal_form=self.legal_form.data, title=self.title.data, intro=self.intro.data,
            operator_id=self.operator_id.data or None, evaluator_id=self.evaluator_id.data or None,
            payer_id=self.payer_id.data, fund_id=self.fund_id.data, fund_year=self.fund_year.data,
            opens_at=start_of(self.opens_on.data), closes_at=closing(self.closes_on.data),
            needs=tuple(self.needs.data or ()), without_needs=(self.without_needs.data or "").strip(),
            rules=self.rules(base or template()),
        )  # fmt: skip


def closing(day: date) -> datetime:
    """The moment a closing day ends."""
    return start_of(day) + CLOSES_AT


class Amend(Form):
    """发布新版: the few things that may still change, and why."""

    reason = TextAreaField("更改的原因", text("请写明更改的原因，所有申报单位都会看到。", 500))
    closes_on = DateField("截止申报", [InputRequired("请选择日期。")], description="只能延后。当天 17:00 截止。")
    intro = TextAreaField("公告正文", text("请写公告正文。", 3000))
    pool = MoneyField("资金总额", required("请填写资金总额。"), unit="万元")
    ceiling = MoneyField("每个项目上限", required("请填写上限。"), unit="万元")
    notice_workdays = _whole("公示期（工作日）", 1, 60)
    correction_workdays = _whole("补正期限（工作日）", 1, 60)

    def show(self: Any, call: Call, rules: CallRules) -> None:
        self.closes_on.data, self.intro.data = today(call.closes_at), call.intro
        self.pool.data, self.ceiling.data = rules.pool, rules.budget.ceiling
        self.notice_workdays.data, self.correction_workdays.data = rules.notice.span.length, rules.correction_workdays

    def rules(self: Any, base: CallRules) -> CallRules:
        return dataclasses.replace(
            base,
            pool=self.pool.data,
            budget=dataclasses.replace(base.budget, ceiling=self.ceiling.data),
            notice=dataclasses.replace(base.notice, span=Span(self.notice_workdays.data, base.notice.span.unit)),
            correction_workdays=self.correction_workdays.data,
        )
