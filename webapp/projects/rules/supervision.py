"""What 督导 and 整改 require."""

from dataclasses import dataclass

from webapp.core.workflow import Refusal, Rule


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    """What the answer to a demand looks at."""

    proof_asked: bool
    proofs: int
    """Photos and papers attached."""


def answer_is_proved(facts: RectificationFacts) -> Refusal | None:
    if facts.proof_asked and not facts.proofs:
        return Refusal("proofs", "请上传整改后的照片或材料。", "proofs")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "rectification.answer": (answer_is_proved,),
    "rectification.close": (),
    "rectification.insist": (),
}

WORDS = {
    "project.urge": "催办",
    "project.visit": "协同督导",
    "project.press": "督办",
    "visit.create": "协同督导",
    "rectification.create": "提出要求",
}
