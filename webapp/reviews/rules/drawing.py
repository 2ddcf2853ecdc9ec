"""What a draw requires, and that nobody decides his own case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.core.workflow import Refusal

if TYPE_CHECKING:
    from webapp.reviews.rules.steps import CallFacts, PanelFacts


def nobody_decides_his_own_case(facts: CallFacts | PanelFacts) -> Refusal | None:
    """回避 goes for officers as for experts: the same function finds their ties."""
    if not facts.conflict:
        return None
    return Refusal("own_interest", f"您与申报单位“{facts.conflict}”有利害关系，本次征集的抽取、分派和决定请交由其他人办理。")


def enough_candidates(facts: PanelFacts) -> Refusal | None:
    if facts.candidates < facts.size:
        return Refusal("candidates", f"可抽取的评委有 {facts.candidates} 人，少于评审组的 {facts.size} 人。请先补充评委库。")
    if facts.finance_candidates < facts.finance:
        said = f"可抽取的财务评委有 {facts.finance_candidates} 人，少于需要的 {facts.finance} 人。请先补充评委库。"
        return Refusal("finance", said)
    if facts.short_fields:
        field, wanted, there = facts.short_fields[0]
        return Refusal("stratum", f"可抽取的{field}评委有 {there} 人，少于需要的 {wanted} 人。请先补充评委库，或解散后重新组建。")
    if not facts.drawable:
        return Refusal("strata", "一位评委只占一个席位，各领域要求的人数合起来凑不齐。请补充评委库，或解散后减少要求重新组建。")
    return None


def draw_has_a_witness(facts: PanelFacts) -> Refusal | None:
    """监督人 stands by (委员会监督, 现场抽签); who it was goes into the minutes."""
    return None if facts.witness.strip() else Refusal("witness", "请填写在场的监督人。", "witness")
