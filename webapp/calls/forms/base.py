"""What the forms of calls share."""

from typing import Any

from wtforms import IntegerField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget


def whole(label: str, low: int, high: int, **more: Any) -> IntegerField:
    """A whole number between two others."""
    said = f"请填写 {low} 到 {high} 的整数。"
    return IntegerField(label, [InputRequired(said), NumberRange(low, high, said)], **more)


class Boxes(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
