"""项目优化: when an organisation may ask the operator for suggestions, and when they may be given."""

from dataclasses import dataclass

from webapp.applications.rules.steps import Editing, editable
from webapp.core.workflow import Refusal, Rule
from webapp.workflows import APPLICATION


@dataclass(frozen=True, slots=True)
class AskingFacts:
    """An application for which suggestions are to be asked."""

    offered: bool
    """The call's rules say that drafts may be coached."""
    operated: bool
    """The call has an operator."""
    editing: Editing
    waiting: bool
    """One was asked and not answered yet."""


def askable(facts: AskingFacts) -> Refusal | None:
    """Why suggestions cannot be asked now; None where they can."""
    if not facts.offered:
        return Refusal("not_offered", "公告没有写可以请承办机构优化，本次征集不办理项目优化。")
    if not facts.operated:
        return Refusal("no_operator", "本次征集没有承办机构，不办理项目优化。")
    if facts.editing.state != "draft":
        return Refusal("handed_in", f"申报现在是“{APPLICATION.states[facts.editing.state]}”，项目优化只在提交以前办理。")
    if facts.waiting:
        return Refusal("waiting", "已经请过，正在等承办机构的建议；要换一份内容的，请先撤回再请。")
    return _open(facts.editing)


def _open(editing: Editing) -> Refusal | None:
    return None if editable(editing) is None else Refusal("over", "申报已经截止或者不在申报期内，不再办理项目优化。")


@dataclass(frozen=True, slots=True)
class CoachingFacts:
    """A coaching as its steps judge it."""

    editing: Editing
    overall: str


def _still_draft(facts: CoachingFacts) -> Refusal | None:
    if facts.editing.state != "draft":
        return Refusal("handed_in", f"申报现在是“{APPLICATION.states[facts.editing.state]}”，不用再提建议。")
    return _open(facts.editing)


def _said(facts: CoachingFacts) -> Refusal | None:
    return None if facts.overall.strip() else Refusal("overall", "请写总的建议。", "overall")


REQUIRED: dict[str, tuple[Rule, ...]] = {"coaching.give": (_still_draft, _said), "coaching.withdraw": ()}
