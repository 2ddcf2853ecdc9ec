"""What 督导 and 整改 require."""

from dataclasses import dataclass

from webapp.core.workflow import Rule


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    project: str


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "rectification.answer": (),
    "rectification.close": (),
    "rectification.insist": (),
}

WORDS = {
    "project.urge": "催办",
    "project.visit": "协同督导",
    "visit.create": "协同督导",
    "rectification.create": "要求整改",
}
