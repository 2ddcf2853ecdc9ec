"""What a call's rules say beyond their figures, in sentences: for the announcement, and for the agreement."""

from collections.abc import Iterator

from reports import format as printed
from webapp.calls.rules.parts import Breach, Category, Consequence, TranchePlan
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.times import spelled
from webapp.calls.rules.words import (
    BELOW,
    CONFIRM_SILENCES,
    DIVERGENCES,
    GROUPS,
    HIDDEN_UNTIL,
    MEASURES,
    MISSING_PARTIES,
    OPINION_SILENCES,
    OPINIONS_SHOWN,
    ROUNDINGS,
    SOURCES,
    TOO_FEW,
    TRIGGERS,
)

Term = tuple[str, str]
"""A heading and what is said under it."""


def terms(rules: CallRules) -> list[Term]:
    """Everything that is not said elsewhere on an announcement; what a call leaves at its usual value is left out."""
    return [*_applying(rules), *_money(rules), *_scoring(rules), *_times(rules), *_after(rules)]


def _applying(rules: CallRules) -> Iterator[Term]:
    for one in rules.categories:
        if said := "，".join(_category(one)):
            yield f"类别“{one.title}”", f"{said}。"
    if rules.competition.least > 1:
        rule = rules.competition
        said = f"{GROUPS[rule.group]}的申报主体不少于 {rule.least} 家；{BELOW[rule.below]}。"
        yield "申报家数", said + ("每组只取得分最高的一项。" if rule.best_only else "")
    if rules.most_per_organisation is not None:
        yield "每个单位立项", f"最多 {rules.most_per_organisation} 项。"
    if rules.coaching:
        yield "项目优化", "申报期间、提交以前，申报单位可以请承办机构提优化建议，改不改由申报单位决定；优化不计分，评委看不到。"
    if rules.package is not None:
        package = rules.package
        parts = "、".join(f"{one.title}{f'（不少于 {one.least} {one.unit}）' if one.least else ''}" for one in package.parts)
        yield "子项", f"{parts}。"
        if package.workers:
            yield (
                "驻点社工",
                f"全职不少于 {package.workers} 人，其中持证不少于 {package.certified} 人，每周在岗不少于 {package.days_a_week} 天。",
            )
    if rules.children is not None:
        children = rules.children
        said = f"{children.least} 到 {children.most} 个，每个不超过 {printed.yuan(children.ceiling)} 元"
        yield "子项目", f"{said}，合计不少于资助的 {children.share}%。" if children.share else f"{said}。"


def _category(one: Category) -> Iterator[str]:
    if one.ceiling is not None:
        yield f"每个项目不超过 {printed.yuan(one.ceiling)} 元"
    if one.floor is not None:
        yield f"不低于 {printed.yuan(one.floor)} 元"
    if one.most is not None:
        yield f"最多立项 {one.most} 个"
    if one.pool is not None:
        yield f"合计不超过 {printed.yuan(one.pool)} 元"
    if one.least_percent:
        yield f"不少于立项资金的 {one.least_percent}%"


def _money(rules: CallRules) -> Iterator[Term]:
    counted = [
        f"{SOURCES[one.source]}{f'（按 {one.percent}% 计）' if one.percent != 100 else ''}{'（附证明）' if one.proof else ''}"
        for one in rules.budget.matching
    ]
    yield "算作配套的", "、".join(counted) + "。" if counted else "不计配套。"
    if percent := rules.budget.free_percent:
        yield "预算调整", f"执行中每个科目累计调整不超过 {percent}% 的，由承接单位自行调整并告知主办单位；超过的，报主办单位审批。"
    if rules.receipt_after is not None:
        yield "收款票据", f"可以先款后票，到账后 {spelled(rules.receipt_after)}内补交；没有补交的，不拨付下一期。"
    if fees := [one for one in rules.costs if one.amount]:
        said = "、".join(f"{one.title} {printed.yuan(one.amount)} 元" for one in fees)
        yield "另列费用", f"{said}，不在项目资金中。"


def _scoring(rules: CallRules) -> Iterator[Term]:
    figures = rules.figures
    yield "分数", f"保留 {figures.decimals} 位小数，{ROUNDINGS[figures.rounding]}。"
    if rules.aggregation == "trimmed":
        yield "去高去低", f"{figures.trim_from} 位以上评委的，各去掉 {figures.trim} 个最高分和 {figures.trim} 个最低分。"
    if figures.divergence is not None:
        said = f"与其他评委平均分相差超过 {printed.number(figures.divergence // 100)} 分的，{DIVERGENCES[figures.on_divergence]}。"
        yield "评分差异", said
    if rules.panel_line:
        yield "专家评审最低分", f"{printed.number(rules.panel_line // 100)} 分。"
    if rules.weights.donation or rules.donation.bonus:
        plan = rules.donation
        whole = f"{MEASURES[plan.measure]}{f'（{printed.yuan(plan.target)} 元）' if plan.measure == 'target' else ''}，按比例计分"
        yield "定向捐助", f"{whole}，加分最多 {plan.bonus // 100} 分。" if plan.bonus else f"{whole}。"
    for one in rules.bonuses:
        yield one.title, f"{one.least // 100} 到 {one.most // 100} 分，加在综合得分上。"
    if rules.bonuses or rules.donation.bonus:
        yield "总分", "可以超过 100 分。" if rules.beyond_hundred else "不超过 100 分。"
    if "coreview" in rules.stages:
        yield "社区协同审核", "".join(_coreview(rules))
    if "panel" in rules.stages:
        blind = rules.panel.blind
        names = {"申报单位": blind.applicant, "评委姓名": blind.reviewer, "分数": blind.scores}
        hidden = [f"{name}{HIDDEN_UNTIL[until]}{'前隐去' if until != 'always' else ''}" for name, until in names.items() if until != "open"]
        yield "隐去", "、".join(hidden) + "。" if hidden else "不隐去。"


def _coreview(rules: CallRules) -> Iterator[str]:
    plan = rules.coreview
    yield f"落地社区在 {rules.opinion_workdays} 个工作日内填写意见，{OPINION_SILENCES[plan.silence]}。"
    if plan.veto:
        yield {"any": "有落地社区不支持的，不予立项。", "all": "落地社区都不支持的，不予立项。"}[plan.veto_by]
    if "street" in rules.stages:
        yield "社区填写以后，街道提出意见。"
    yield f"{OPINIONS_SHOWN[plan.shown]}。"
    if plan.confirm:
        yield f"立项以后，落地社区在 {plan.confirm_workdays} 个工作日内确认立项版本，{CONFIRM_SILENCES[plan.confirm_silence]}，都确认了才签协议。"


def _times(rules: CallRules) -> Iterator[Term]:
    end = f"申报截止前 {rules.asking_days} 天" if rules.asking_days else "申报截止时"
    yield "答疑", f"申报期间可以提问，{end}结束；问题和答复对所有人公开，不透露提问人。"
    if rules.review_within is not None:
        yield "完成评审", f"申报截止后 {spelled(rules.review_within)}内。"
    if rules.approve_within is not None:
        yield "批复", f"{spelled(rules.approve_within)}内。"
    signed = "，须署实名或盖章" if rules.notice.named else ""
    yield "异议", f"公示期内提出{signed}；{spelled(rules.notice.reexamination)}内复核答复。"
    if rules.evaluation.objection is not None:
        yield "对中期评估结果的异议", f"{spelled(rules.evaluation.objection)}内提出。"


def _evaluating(rules: CallRules) -> Iterator[str]:
    plan = rules.evaluation
    parties = {
        "自评": plan.weights.self_assessment, "社区": plan.weights.community, "居民": plan.weights.residents, "第三方（主办单位）": plan.weights.evaluator,
    }  # fmt: skip
    yield f"{'、'.join(f'{name} {weight}%' for name, weight in parties.items() if weight)}；缺少一方得分的，{MISSING_PARTIES[plan.missing]}。"
    if plan.weights.residents:
        by_survey = plan.residents_by == "survey"
        least = f"满意度问卷收回少于 {plan.sample_least} 份" if by_survey else f"居民评价少于 {plan.rating_least} 人参加"
        yield f"居民只评末期。{least}的，为样本不足，{TOO_FEW[plan.too_few]}。"


def _after(rules: CallRules) -> Iterator[Term]:
    yield "绩效评价", "".join(_evaluating(rules))
    if words := [f"{one.grade}：{consequence_said(one)}" for one in rules.evaluation.consequences if consequence_said(one)]:
        yield "绩效等级的后果", "".join(words)
    if said := breach(rules.breach):
        yield "违约和不合格", "".join(said)


def breach(plan: Breach) -> list[str]:
    """What follows a breach, a sentence each; also the terms of the agreement."""
    found = []
    if plan.late_fails:
        papers = "自评和总结报告" if plan.report_within is not None else "自评"
        found.append(f"无故迟交、不交{papers}的，视为不合格。")
    if plan.claw_back:
        found.append("违约、不合格的，责令改正、停止拨付，并可要求返还已拨资金。")
    if plan.publish:
        found.append("违约终止的、末期评估不合格的，公开通报。")
    if plan.ban_years:
        found.append(f"违约的，{plan.ban_years} 年内不得申报。")
    if plan.unspent_after is not None:
        found.append(f"资金 {spelled(plan.unspent_after)}内没有用完的，收回。")
    if plan.report_within is not None:
        found.append(f"执行期结束后 {spelled(plan.report_within)}内提交总结报告。")
    return found


def due(trigger: str, within: str = "") -> str:
    """When a tranche is due, in words: 协议签署后 15 个工作日内."""
    return f"{TRIGGERS[trigger]}后" + (f" {within}内" if within else "")


def tranche(plan: TranchePlan) -> str:
    """One tranche in words: 协议签署后 15 个工作日内拨付 50%."""
    what = {"fixed": f" {printed.yuan(plan.fixed)} 元", "rest": "余额"}.get(plan.kind, f" {plan.percent}%")
    return f"{due(plan.trigger, spelled(plan.within) if plan.within else '')}拨付{what}"


def consequence_said(one: Consequence) -> str:
    """What a grade brings, in a sentence; empty where nothing."""
    words = ["下次申报优先"] if one.priority else []
    words += [f"{one.rectify_workdays} 个工作日内整改"] if one.rectify_workdays else []
    words += [f"{one.ban_years} 年内不得申报"] if one.ban_years else []
    return "，".join(words) + ("。" if words else "")
