"""What 督导 and 整改 require."""

from dataclasses import dataclass

from webapp.core.workflow import Refusal, Rule


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    """What the answer to a demand looks at."""

    proof_asked: bool
    proofs: int
    """Photos and papers attached."""
    tie: str = ""
    """The organisation, where who looks at the answer is tied to it in person."""


def answer_is_proved(facts: RectificationFacts) -> Refusal | None:
    if facts.proof_asked and not facts.proofs:
        return Refusal("proofs", "请上传整改后的照片或材料。", "proofs")
    return None


def nobody_clears_his_own(facts: RectificationFacts) -> Refusal | None:
    return own_interest(facts.tie) if facts.tie else None


def own_interest(organisation: str) -> Refusal:
    """回避 of a community's person, who goes on seeing what lands there: a colleague speaks instead."""
    return Refusal("tie", f"登记显示您与{organisation}有利害关系，应当回避，请由同事办理。")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "rectification.answer": (answer_is_proved,),
    "rectification.close": (nobody_clears_his_own,),
    "rectification.insist": (nobody_clears_his_own,),
}

WORDS = {
    "project.urge": "催办",
    "project.visit": "协同督导",
    "project.press": "督办",
    "visit.create": "协同督导",
    "rectification.create": "提出要求",
}
