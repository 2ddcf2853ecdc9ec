"""The forms of trees of indicators: their boxes, what was typed in them, and where a refusal is told."""

from collections.abc import Callable, Mapping
from typing import Any

from webapp.calls.rules import Tree
from webapp.core import web
from webapp.core.forms import Form
from webapp.core.workflow import Refusal, Refused
from webapp.evaluation import forms
from webapp.evaluation.actions import Given
from webapp.evaluation.queries.indicators import Filling
from webapp.scoring.actions import Measured
from webapp.scoring.rules import FILLED, Mark, figure, items, percent, rate, said


def form_of(base: type[Form], whole: Filling, proofs: Mapping[str, str] | None = None, given: Mapping[str, Mark] | None = None) -> Any:
    """The form of a tree and its layout; `given`: another party's card, told beside each item."""
    told = {}
    for item in items(whole.tree):
        words = []
        if item.key in whole.without:
            words.append(whole.without[item.key])
        elif item.key in whole.fixed:
            words.append(
                f"{figure(item, whole.fixed[item.key])} ÷ {figure(item, item.target)} = {percent(rate(item, whole.fixed[item.key]))}，由系统计算。"
            )
        elif item.key in whole.proposed:
            words.append(f"活动记录合计 {said(whole.proposed[item.key])} {item.unit}。")
        mark = (given or {}).get(item.key)
        if mark is not None and item.key not in whole.without:
            own = (
                f"自评 {said(mark.actual)} {item.unit}"
                if mark.actual is not None
                else f"自评 {said(mark.points or 0)} 分"
                if mark.points is not None
                else ""
            )
            words += [f"{own}{f'：{mark.reason}' if mark.reason else ''}。"] if own and item.key not in whole.fixed else []
        told[item.key] = "".join(words)
    return forms.with_indicators(base, items(whole.tree), told, whole.without, whole.proposed, proofs)


def given(tree: Tree, answers: Mapping[str, Any]) -> Given:
    """What was typed, as the verbs take it."""
    points, measured, reasons = {}, {}, {}
    for item in items(tree):
        key = item.key
        if f"points_{key}" in answers:
            points[key] = answers[f"points_{key}"]
        band, proof = answers.get(f"band_{key}") or "", answers.get(f"evidence_{key}") or ""
        if (item.measure and item.measure not in FILLED) or proof:
            measured[key] = Measured(answers.get(f"actual_{key}"), band, proof)
        if f"reason_{key}" in answers:
            reasons[key] = answers[f"reason_{key}"] or ""
    return Given(points, measured, reasons)


def prefill(form: Any, marks: Mapping[str, Mark]) -> None:
    """What a card said before it was given back."""
    for key, mark in marks.items():
        for name, value in (
            ("points", mark.points),
            ("actual", mark.actual),
            ("band", mark.band),
            ("reason", mark.reason),
            ("evidence", mark.evidence),
        ):
            if f"{name}_{key}" in form and value not in (None, ""):
                form[f"{name}_{key}"].data = value


def tried(form: Form, words: str, act: Callable[[], None]) -> bool:
    """Do a verb for such a form; what it refuses is told at the item's own box, words on the whole at the field `words`."""

    def told() -> bool:
        try:
            act()
        except Refused as refused:
            raise type(refused)(*(_placed(form, one, words) for one in refused.refusals)) from refused
        return True

    return bool(web.submitted(form, told))


def _placed(form: Form, one: Refusal, words: str) -> Refusal:
    key, _, part = one.place.partition(".")
    names = [f"{part}_{key}"] if part else [f"actual_{key}", f"points_{key}"]
    if one.place == "comment":
        names = [words]
    return Refusal(one.code, one.sentence, next((name for name in names if name in form), one.place))
