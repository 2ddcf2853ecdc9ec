"""Who acts for the organiser, and what a project's and its needs' own steps require."""

from dataclasses import dataclass
from typing import Protocol

from webapp.core.workflow import Refusal, Rule
from webapp.projects.models import RUNNING
from webapp.workflows import PROJECT


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    acts_for: bool
    state: str
    agreement: str | None
    """State of the newest agreement that is not void."""
    stood: str | None = None
    """Where a suspended project stood before."""


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What a need's steps that projects take look at."""

    running: int
    """Projects for the need that are at work."""
    finished: int
    """Projects for the need that were accepted."""


class OfProject(Protocol):
    """Facts that know the state of their project."""

    @property
    def project(self) -> str: ...


class Acting(Protocol):
    """Facts that say whether the officer acts for the organiser."""

    @property
    def acts_for(self) -> bool: ...


def organiser_acts(facts: Acting) -> Refusal | None:
    """A street where a project merely lands does not decide for another organiser; its desk is not asked to either."""
    return None if facts.acts_for else Refusal("organiser", "这个项目由另一个单位主办，请由主办单位办理。")


def agreement_is_signed(facts: ProjectFacts) -> Refusal | None:
    return None if facts.agreement == "signed" else Refusal("agreement", "项目协议还没有双方签署。")


def stood_before_midterm(facts: ProjectFacts) -> Refusal | None:
    return Refusal("way", "项目暂停前中期评估已经合格，恢复到中期合格。") if facts.stood == "passed" else None


def stood_after_midterm(facts: ProjectFacts) -> Refusal | None:
    return None if facts.stood == "passed" else Refusal("way", "项目暂停前还没有通过中期评估，恢复到实施中。")


def project_of_need_runs(facts: NeedFacts) -> Refusal | None:
    return None if facts.running else Refusal("project", "这件需求还没有签约实施的项目。")


def project_of_need_is_accepted(facts: NeedFacts) -> Refusal | None:
    if facts.running:
        return Refusal("project", "这件需求还有项目在实施，都验收后再办结。")
    return None if facts.finished else Refusal("project", "这件需求的项目还没有验收。")


def project_is_running(facts: OfProject) -> Refusal | None:
    if facts.project in RUNNING:
        return None
    return Refusal("project", f"项目{PROJECT.states[facts.project]}，现在不能办理。")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "need.deliver": (project_of_need_runs,),
    "need.relist": (),
    "need.resolve": (project_of_need_is_accepted,),
    "project.start": (agreement_is_signed,),
    "project.suspend": (organiser_acts,),
    "project.resume": (organiser_acts, stood_before_midterm),
    "project.resume_passed": (organiser_acts, stood_after_midterm),
}
