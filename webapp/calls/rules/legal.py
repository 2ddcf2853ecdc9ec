"""Legal forms (法律形式) of a call: what each fixes about steps, channels, papers and receipts; and what each kind of call needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.words import CHANNELS, TRIGGERS
from webapp.core.workflow import Refusal


@dataclass(frozen=True, slots=True)
class LegalForm:
    """What a legal form fixes; `receipts` are kinds of 收款票据 the payee gives, the usual one first."""

    agreement: str
    payment: str
    receipts: tuple[str, ...]
    channels: tuple[str, ...]
    """Channels that may have a weight."""
    stages: tuple[str, ...]
    """Stages that cannot be left out."""
    triggers: tuple[str, ...]
    """What a tranche may wait for."""
    why: str = ""
    """The sentence that says why a channel may not count."""
    source: str = ""


ALL_TRIGGERS = tuple(TRIGGERS)
LEGAL: Mapping[str, LegalForm] = {
    "procurement": LegalForm(
        "政府采购合同", "合同价款", ("invoice",), ("panel", "community"), ("panel",), ALL_TRIGGERS,
        why="政府采购由依法组成的评审小组按采购文件独立评审（政府采购法实施条例第四十一条）",
        source="政府采购法实施条例第四十一条",
    ),
    "grant": LegalForm(
        "项目资助协议书", "资助资金", ("invoice", "fiscal", "plain"), tuple(CHANNELS), (), ALL_TRIGGERS,
    ),
    "reward": LegalForm(
        "以奖代补项目协议书", "奖补资金", ("fiscal", "invoice", "plain"), tuple(CHANNELS), (), ("accepted", "graded", "audit"),
        why="以奖代补先实施、后奖补", source="“以奖代补”的字义：验收以后兑付",
    ),
    "donation": LegalForm(
        "捐赠协议书", "捐赠款", ("donation", "fiscal"), tuple(CHANNELS), (), ALL_TRIGGERS,
        source="慈善法：受赠单位出具捐赠票据，按书面捐赠协议使用",
    ),
}  # fmt: skip
NEEDS_PART = {"package": ("package", "服务打包要列明子项，请在规则中加上。"), "family": ("children", "母子项目要写明子项目的个数和上限。")}


def legal_form_refusals(legal_form: str, rules: CallRules) -> list[Refusal]:
    """What the rules have that the legal form does not allow, each with why and what to do."""
    form = LEGAL[legal_form]
    found = []
    for channel, words in CHANNELS.items():
        weighs = getattr(rules.weights, channel) or (channel == "donation" and rules.donation.bonus)
        if weighs and channel not in form.channels:
            said = f"{form.why}，{words}不能计入得分。请把{words}权重改为 0，或改用资助、以奖代补的形式。"
            found.append(Refusal("legal_form", said, f"weight_{channel}"))
    if rules.bonuses and "residents" not in form.channels:
        said = f"{form.why}，“{rules.bonuses[0].title}”不能计入得分。请去掉加分项，或改用资助、以奖代补的形式。"
        found.append(Refusal("legal_form", said, "bonuses"))
    if any(stage not in rules.stages for stage in form.stages):
        found.append(Refusal("legal_stage", f"{form.why}，不能不设专家评审。", "stages"))
    if legal_form == "reward" and any(one.trigger not in form.triggers for one in rules.tranches):
        said = f"{form.why}，拨款只能在验收合格或财务审计通过以后。请改拨款计划，或改用资助的形式。"
        found.append(Refusal("legal_tranches", said, "tranche_signed"))
    return found


def kind_refusal(kind: str, rules: CallRules) -> Refusal | None:
    """服务打包 has parts, 母子项目 has children."""
    if kind not in NEEDS_PART:
        return None
    name, said = NEEDS_PART[kind]
    return None if getattr(rules, name) is not None else Refusal("kind", said, "kind")
