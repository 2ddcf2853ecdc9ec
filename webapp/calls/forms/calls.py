"""Forms of calls: what is decided beside the rules, a new version."""

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from webapp.calls.actions import CallDraft
from webapp.calls.forms.base import Boxes, whole
from webapp.calls.models import CALL_KINDS, LEGAL_FORMS, Call
from webapp.calls.rules import CallRules
from webapp.core.clock import start_of, today
from webapp.core.forms import Form, MoneyField, optional, required, text
from webapp.needs.queries import ListedNeed

CLOSES_AT = timedelta(hours=17)
"""A closing day ends at 17:00, when offices can still be asked."""


class CallForm(Form):
    """基本情况: all of a call but its rules, and the three figures that must fit its fund."""

    title = StringField("公告名称", text("请填写公告名称。", 60))
    kind = SelectField("种类", choices=list(CALL_KINDS.items()))
    legal_form = SelectField("法律形式", choices=list(LEGAL_FORMS.items()))
    intro = TextAreaField("公告正文", text("请写公告正文。", 3000))
    operator_id = SelectField("承办机构", coerce=int)
    evaluator_id = SelectField("第三方评估机构", coerce=int)
    payer_id = SelectField("付款单位", coerce=int)

    fund_id = SelectField("资金", [DataRequired("请选择资金；还没有的，请先设立。")], coerce=int)
    fund_year = whole("预算年度", 2000, 2100)
    pool = MoneyField("资金总额", required("请填写资金总额。"), unit="万元")
    ceiling = MoneyField("每个项目上限", required("请填写上限。"), unit="万元")
    floor = MoneyField("每个项目下限", [InputRequired("请填写下限，没有就填 0。")], unit="万元")

    needs = Boxes("回应的需求", coerce=int)
    without_needs = TextAreaField("不选需求的理由", optional(300), description="没有对应需求时填写。")

    opens_on = DateField("开始申报", [InputRequired("请选择开始申报的日期。")])
    closes_on = DateField("截止申报", [InputRequired("请选择截止申报的日期。")], description="当天 17:00 截止，以服务器时间为准。")

    def fill(self: Any, rules: CallRules, *, kind: str, legal_form: str, year: int, day: date) -> None:
        """Start from the rules of a template: the first figures of a new call."""
        self.fund_year.data, self.opens_on.data, self.closes_on.data = year, day, day + timedelta(days=21)
        self.kind.data, self.legal_form.data = kind, legal_form
        self.title.data = f"{year} 年{CALL_KINDS[kind]}项目征集"
        self.intro.data = f"面向社会组织征集{CALL_KINDS[kind]}项目，回应居民评议后列入需求清单的需求。请按要求在线填报，落地社区确认后，由单位负责人提交。"
        self._show(rules)

    def answer(self: Any, need: ListedNeed) -> None:
        """Begin for one listed need: it is chosen, and title and text say so."""
        self.needs.data = [need.id]
        self.title.data = f"{self.fund_year.data} 年{need.area or ''}{need.category_label}项目征集"[:60]
        wanted = f"{need.area or '本辖区'}居民评议后列入需求清单的“{need.title}”（{need.number}，{need.voted or 0} 票）"
        self.intro.data = f"{wanted}还没有足够的项目回应，现面向社会组织征集。{self.intro.data}"

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

    def draft(self: Any, base: CallRules, template: str = "") -> CallDraft:
        """All that was decided on this page; what it does not ask stays as it is in `base`."""
        budget = dataclasses.replace(base.budget, ceiling=self.ceiling.data, floor=self.floor.data)
        return CallDraft(
            kind=self.kind.data, legal_form=self.legal_form.data, title=self.title.data, intro=self.intro.data,
            operator_id=self.operator_id.data or None, evaluator_id=self.evaluator_id.data or None,
            payer_id=self.payer_id.data, fund_id=self.fund_id.data, fund_year=self.fund_year.data,
            opens_at=start_of(self.opens_on.data), closes_at=closing(self.closes_on.data),
            needs=tuple(self.needs.data or ()), without_needs=(self.without_needs.data or "").strip(),
            rules=dataclasses.replace(base, pool=self.pool.data, budget=budget), template=template,
        )  # fmt: skip


def closing(day: date) -> datetime:
    """The moment a closing day ends."""
    return start_of(day) + CLOSES_AT


class Amend(Form):
    """发布新版: why, until when, and the text; the rules themselves are changed in the editor."""

    reason = TextAreaField("更改的原因", text("请写明更改的原因，所有申报单位都会看到。", 500))
    closes_on = DateField("截止申报", [InputRequired("请选择日期。")], description="只能延后。当天 17:00 截止。")
    intro = TextAreaField("公告正文", text("请写公告正文。", 3000))

    def show(self: Any, call: Call) -> None:
        self.closes_on.data, self.intro.data = today(call.closes_at), call.intro
