"""答疑: when a question may be asked, and what its public wording and answer must and must not say. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reports import format as printed
from webapp.calls.rules.shape import CallRules
from webapp.core.workflow import Refusal, Rule
from webapp.needs import finder

MOST_WAITING = 5
"""Questions of one person on one call that may wait for an answer at a time."""


@dataclass(frozen=True, slots=True)
class InquiryFacts:
    """A question as its steps judge it."""

    wording: str
    answer: str
    names: tuple[str, ...]
    """Who asked: the person and the organisation."""
    mine: bool
    """The acting person's office runs the call."""


def asking_ends(rules: CallRules, closes_at: datetime) -> datetime:
    """Until when questions are taken: the deadline, or so many days before it."""
    return closes_at - timedelta(days=rules.asking_days)


def asking_refusal(state: str, opens_at: datetime, ends: datetime, waiting: int, at: datetime) -> Refusal | None:
    """Why no question may be asked now; None when one may."""
    if state not in {"published", "open"} or at >= ends:
        said = f"答疑已在 {printed.until(ends)} 结束。" if at >= ends else "这次征集现在不接受提问。"
        return Refusal("asking_over", f"{said}请看已经公开的问答，或拨打主办单位电话。")
    if waiting >= MOST_WAITING:
        return Refusal("asking_many", f"您有 {waiting} 个问题还没有答复，请等答复后再提。", "text")
    return None


def _own(facts: InquiryFacts) -> Refusal | None:
    return None if facts.mine else Refusal("not_yours", "这是上级单位的征集，由主办单位答复。")


def _worded(facts: InquiryFacts) -> Refusal | None:
    return None if facts.wording.strip() else Refusal("wording", "请写明公开的问题。", "wording")


def _answered(facts: InquiryFacts) -> Refusal | None:
    return None if facts.answer.strip() else Refusal("answer", "请写明答复。", "answer")


def _nobody_named(facts: InquiryFacts) -> list[Refusal]:
    """Everybody reads both: no numbers of a person, and not who asked."""
    found = []
    for place, words in (("wording", facts.wording), ("answer", facts.answer)):
        for one in finder.hard(words, facts.names):
            what = "提问人" if one.code == "name" else one.what
            found.append(Refusal("named", f"问答对所有人公开，不能出现{what}“{one.words}”，请改写。", place))
    return found


_PUBLIC: tuple[Rule, ...] = (_own, _worded, _answered, _nobody_named)
REQUIRED: dict[str, tuple[Rule, ...]] = {
    "inquiry.answer": _PUBLIC,
    "inquiry.correct": _PUBLIC,
    "inquiry.decline": (_own,),
    "inquiry.withdraw": (),
}
