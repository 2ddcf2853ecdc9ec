"""Forms of scoring: points, 不适用 and reasons by item, opinions."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from webapp.core.forms import Form, optional
from webapp.reviews.models import VERDICTS
from webapp.scoring.rules import Mark, items, said

POINTS, NA, REASON = "p_", "n_", "r_"
"""What the names of the fields of an item begin with: its points, 不适用, its reason."""


class PointsField(Field):
    """Points with up to two decimals, as whole hundredths; None when left empty."""

    widget = TextInput()

    def __init__(self, label: str = "", most: int = 0, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most = most
        self._typed: str | None = None

    def _value(self) -> str:
        if self._typed is not None:
            return self._typed
        return said(self.data) if isinstance(self.data, int) else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self._typed, self.data = str(valuelist[0]).strip(), None
        if not self._typed:
            return
        try:
            value = Decimal(self._typed) * 100
        except InvalidOperation as error:
            raise ValueError("请填数字，例如 18 或 18.5。") from error
        if not value.is_finite() or value != value.to_integral_value():
            raise ValueError("最多两位小数。")
        if not 0 <= value <= self.most:
            raise ValueError(f"请给 0 到 {said(self.most)} 分。")
        self.data = int(value)


def card_form(tree: Mapping[str, Any], *, comment: str = "", whole: bool = False) -> type[Form]:
    """A form with a field of points for each item of a rubric and, where a label is given, one for the reason.

    `whole`: with all a judge of a panel can say: 不适用 and reasons at the items, and what he writes for himself.
    """
    fields: dict[str, Any] = {}
    for item in items(tree):
        fields[POINTS + item.key] = PointsField("·".join((*item.above, item.title)), item.most, description=item.anchor)
        if whole and item.na:
            fields[NA + item.key] = BooleanField("不适用")
        if whole and (item.reason_below is not None or item.reason_above is not None):
            fields[REASON + item.key] = StringField(
                f"{item.title}的理由（{_limits(item.reason_below, item.reason_above)}必写）", optional(300)
            )
    if comment:
        fields["comment"] = TextAreaField(comment, [Length(max=1000, message="最多 1000 个字。")])
    if whole:
        fields["jotting"] = TextAreaField("随手记（只有您自己看得到）", [Length(max=2000, message="最多 2000 个字。")])
    return type("CardForm", (Form,), fields)


def points_in(form: Form) -> dict[str, int | None]:
    """The points typed, by item; None where a box is empty or does not hold points."""
    return {name.removeprefix(POINTS): form[name].data for name in form._fields if name.startswith(POINTS)}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a judge's form says, as the verbs of a card take it."""

    points: dict[str, int | None]
    reasons: dict[str, str]
    na: frozenset[str]
    comment: str
    jotting: str


def typed(form: Form, *, fitting: bool = False) -> Typed:
    """What was typed; `fitting` leaves out the boxes with something wrong in them, which keep what was saved before."""

    def of(prefix: str) -> dict[str, Any]:
        names = [name for name in form._fields if name.startswith(prefix) and not (fitting and form[name].errors)]
        return {name.removeprefix(prefix): form[name].data for name in names}

    return Typed(
        of(POINTS), {key: value or "" for key, value in of(REASON).items()}, frozenset(key for key, yes in of(NA).items() if yes),
        (form["comment"].data or "")[:1000], (form["jotting"].data or "")[:2000],
    )  # fmt: skip


def filled(marks: Mapping[str, Mark], comment: str, jotting: str) -> dict[str, Any]:
    """A card as the data of its form."""
    found: dict[str, Any] = {"comment": comment, "jotting": jotting}
    for key, mark in marks.items():
        found |= {POINTS + key: mark.points, NA + key: mark.na, REASON + key: mark.reason}
    return found


def box_of(place: str) -> str:
    """The field that a refusal of the scoring engine is about: `need` → `p_need`, `need.reason` → `r_need`."""
    key, dot, _ = place.partition(".")
    return REASON + key if dot else POINTS + key


def _limits(below: int | None, above: int | None) -> str:
    found = [f"{said(above)} 分以上" if above is not None else "", f"{said(below)} 分以下" if below is not None else ""]
    return "、".join(part for part in found if part)


def reason_label(tree: Mapping[str, Any]) -> str:
    """理由, and when it must be given."""
    below, above = tree.get("reason_below"), tree.get("reason_above")
    when = _limits(below, above)
    return f"理由（{when}必写）" if when else "理由"


class VerdictFields:
    """What every opinion says."""

    verdict = RadioField("意见", [InputRequired("请选择意见。")], choices=list(VERDICTS.items()))
    reason = TextAreaField("理由或修改建议", optional(1000), description="选“支持”的可以不写；其他意见必须写明。")


def opinion_form(tree: Mapping[str, Any] | None) -> type[Form]:
    """An opinion; for a community with the points of its rubric."""
    if tree is None:
        return type("OpinionForm", (VerdictFields, Form), {})
    return type("OpinionForm", (VerdictFields, card_form(tree)), {})
