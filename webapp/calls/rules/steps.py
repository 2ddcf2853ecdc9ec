"""What each step of a call requires, as pure rules over the facts of the call."""

from dataclasses import dataclass
from datetime import datetime

from reports import format as printed
from reports.money import Money
from webapp.calls.rules.funds import FundRules, fund_refusals
from webapp.calls.rules.legal import kind_refusal, legal_form_refusals
from webapp.calls.rules.rubric import most_of
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.tranches import refusal as tranches_refusal
from webapp.calls.rules.words import CHANNELS, STAGE_OF
from webapp.core.workflow import Refusal, Rule

LEAST_NOTICE = {"workday": 5, "day": 7, "month": 1}
"""公示 at the least: five working days, as 福田 and 锦基金 have it; seven days hold as many, holidays apart."""
FORMS = {"procurement": "政府采购", "grant": "资助", "reward": "以奖代补", "donation": "定向捐赠"}
HUNDRED = 100
FULL = 10_000


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A call as its steps judge it."""

    legal_form: str
    rules: CallRules | None
    trouble: str
    """Why `rules` could not be read; empty when they could."""
    needs: int
    taken: tuple[str, ...]
    """Numbers of its needs that cannot be called: in another call by now, taken off the list, or resolved."""
    without_needs: str
    opens_at: datetime
    closes_at: datetime
    free: Money
    """What the fund's year still has free in the book."""
    prepared_by_id: int
    by_id: int | None
    mine: bool
    """The acting person's office runs the call; offices below it only read it."""
    at: datetime
    kind: str = "venture"
    fund: FundRules | None = None


def weighed(rules: CallRules) -> str:
    """The weights in words: 专家评审 60%、居民评选 20%、定向捐助 20%; channels that weigh nothing are left out."""
    parts = [f"{words} {weight}%" for channel, words in CHANNELS.items() if (weight := getattr(rules.weights, channel))]
    return "、".join(parts)


def weights_refusal(rules: CallRules) -> Refusal | None:
    """The weights of the channels add up to 100, and a channel whose stage is off weighs nothing."""
    weights = {channel: getattr(rules.weights, channel) for channel in CHANNELS}
    for channel, stage in STAGE_OF.items():
        if (weight := weights[channel]) and stage not in rules.stages:
            said = f"没有设{CHANNELS[channel]}环节，它的权重应为 0，现在是 {weight}%。"
            return Refusal("weight_of_off", said, "weight_panel")
    if (total := sum(weights.values())) != HUNDRED:
        return Refusal("weights", f"各渠道权重合计应为 100%，现在是 {total}%。", "weight_panel")
    return None


def _own_call(facts: CallFacts) -> Refusal | None:
    return None if facts.mine else Refusal("not_yours", "这是上级单位的征集，由主办单位办理。")


def _readable(facts: CallFacts) -> Refusal | None:
    return Refusal("rules", facts.trouble) if facts.rules is None else None


def _dates(facts: CallFacts) -> Refusal | None:
    if facts.closes_at <= facts.opens_at:
        return Refusal("dates", "申报截止要晚于开始申报。", "closes_on")
    if facts.closes_at <= facts.at:
        return Refusal("past", f"申报截止 {printed.until(facts.closes_at)} 已经过了，请改日期。", "closes_on")
    return None


def _needs(facts: CallFacts) -> Refusal | None:
    if facts.needs or facts.without_needs.strip():
        return None
    return Refusal("needs", "请选择本次征集回应的需求；没有对应需求的，请写明理由。", "needs")


def _needs_free(facts: CallFacts) -> Refusal | None:
    """A need is called once; publishing calls all of them."""
    if not facts.taken:
        return None
    return Refusal(
        "needs_taken", f"需求 {'、'.join(facts.taken)} 已不在需求清单上（列入了别的征集，或已有结果），请退回修改草稿，去掉它。", "needs"
    )


def _weights(facts: CallFacts) -> Refusal | None:
    return weights_refusal(facts.rules) if facts.rules else None


def _legal_form(facts: CallFacts) -> list[Refusal]:
    return legal_form_refusals(facts.legal_form, facts.rules) if facts.rules else []


def _kind(facts: CallFacts) -> Refusal | None:
    return kind_refusal(facts.kind, facts.rules) if facts.rules else None


def _fund(facts: CallFacts) -> list[Refusal]:
    if facts.rules is None or facts.fund is None:
        return []
    return fund_refusals(facts.fund, facts.legal_form, FORMS.get(facts.legal_form, facts.legal_form), facts.rules)


def _categories(facts: CallFacts) -> Refusal | None:
    return Refusal("categories", "请至少设一个项目类别。", "categories") if facts.rules and not facts.rules.categories else None


def _tranches(facts: CallFacts) -> Refusal | None:
    return tranches_refusal(facts.rules.tranches) if facts.rules else None


def _rubrics(facts: CallFacts) -> Refusal | None:
    if facts.rules is None:
        return None
    evaluation = facts.rules.evaluation
    for name, tree in (
        ("专家评审", facts.rules.rubric),
        ("社区协同审核", facts.rules.community_rubric),
        ("中期评估", evaluation.midterm_rubric),
        ("末期评估", evaluation.final_rubric),
        ("末期自评", evaluation.self_tree),
        ("协同评估", evaluation.community_tree),
        ("居民满意度问卷", evaluation.residents_tree),
    ):
        if tree is not None and (total := most_of(tree)) != FULL:
            return Refusal("rubric", f"{name}评分表满分应为 100 分，现在是 {total // 100}.{total % 100:02d} 分。")
    if evaluation.residents_by == "survey" and evaluation.residents_tree is None:
        return Refusal("rubric", "居民满意度问卷还没有题目，请先设题目，或改用居民评价。")
    parts = evaluation.weights
    if (total := parts.self_assessment + parts.community + parts.residents + parts.evaluator) != HUNDRED:
        return Refusal("evaluation_weights", f"绩效评价各方权重合计应为 100%，现在是 {total}%。")
    return None


def _figures(facts: CallFacts) -> Refusal | None:
    if facts.rules is None:
        return None
    rules = facts.rules
    for key in ("", *(one.key for one in rules.categories)):
        ceiling, floor = rules.ceiling(key), rules.floor(key)
        if not ceiling or floor > ceiling:
            return Refusal("ceiling", "每个项目的资助上限要大于零，且不低于下限。", "ceiling")
        if rules.pool < ceiling:
            return Refusal("pool", "资金总额不能少于一个项目的资助上限。", "pool")
    if (total := sum(one.least_percent for one in rules.categories)) > HUNDRED:
        return Refusal("least_percent", f"各类别资金占比下限合计不能超过 100%，现在是 {total}%。", "categories")
    if rules.notice.span.length < LEAST_NOTICE[rules.notice.span.unit]:
        return Refusal("notice", "公示不得少于 5 个工作日（按自然日算不少于 7 日）。", "notice_workdays")
    if "panel" in rules.stages and not rules.panel.size:
        return Refusal("panel", "设了专家评审，请写明评委人数。", "panel_size")
    return None


def _money(facts: CallFacts) -> Refusal | None:
    if facts.rules is None:
        return None
    whole = sum((one.amount for one in facts.rules.costs), facts.rules.pool)
    if whole <= facts.free:
        return None
    name = "资金总额（连同承办、评估等费用）" if facts.rules.costs else "资金总额"
    said = f"{name} {printed.yuan(whole)} 元，账上可用预算 {printed.yuan(facts.free)} 元，不够。请核对年度，或请财务登记预算。"
    return Refusal("money", said, "pool")


def _two_people(facts: CallFacts) -> Refusal | None:
    if facts.by_id is None or facts.by_id != facts.prepared_by_id:
        return None
    return Refusal("two_people", "公告由您起草，要由另一位同事发布。")


def _opening_time(facts: CallFacts) -> Refusal | None:
    if facts.at >= facts.opens_at:
        return None
    return Refusal("early", f"公告写明 {printed.moment(facts.opens_at)} 开始申报，还没有到时间。")


def _closing_time(facts: CallFacts) -> Refusal | None:
    if facts.at >= facts.closes_at:
        return None
    return Refusal("early", f"公告写明 {printed.until(facts.closes_at)} 截止，还没有到时间。要延期，请另发新版；截止时间不能提前。")


SOUND: tuple[Rule, ...] = (
    _own_call, _readable, _dates, _needs, _needs_free, _categories, _kind, _weights, _legal_form, _tranches, _rubrics, _figures, _fund,
)  # fmt: skip
REQUIRED: dict[str, tuple[Rule, ...]] = {
    "need.call": (),
    "need.release": (),
    "call.propose": (*SOUND, _money),
    "call.send_back": (_own_call,),
    "call.publish": (*SOUND, _money, _two_people),
    "call.open": (_own_call, _opening_time),
    "call.close": (_own_call, _closing_time),
    "call.cancel": (_own_call,),
}
WORDS = {
    "fund.create": "设立资金", "fund.budget": "登记年度预算", "fund.edit": "修改资金", "fund.quota": "登记各地区额度", "carry.create": "登记结转",
    "call.edit": "修改草稿", "call.amend": "发布新版", "call.edit_rules": "修改规则", "call.drop_pending": "放弃未发布的更改",
    "call.copied": "复制以前的征集", "inquiry.create": "提问",
}  # fmt: skip
