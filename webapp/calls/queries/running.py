"""Whose call it is: who may act on it, as a fact of a viewer and as a condition."""

from collections.abc import Sequence

import sqlalchemy as sa

from webapp.calls.models import Call
from webapp.core.scope import Tie, Viewer, within

RUNNING = frozenset({"bureau", "bureau_head", "bureau_lead", "street", "operator"})


def runs(by: Viewer, area_code: str, operator_id: int | None) -> bool:
    """Whether somebody's office runs a call: the organiser's side, or its operator. Those below only read it.

    Time, and a later verb that carries a consequence, have no ties and always may.
    """
    if not by.ties:
        return True
    return any(
        tie.value == operator_id if tie.role == "operator" else area_code.startswith(tie.value) for tie in by.ties if tie.role in RUNNING
    )


def run_by(ties: Sequence[Tie]) -> sa.ColumnElement[bool]:
    """`runs` as a condition."""
    mine = [tie for tie in ties if tie.role in RUNNING]
    return sa.or_(
        sa.false(), *(Call.operator_id == tie.value if tie.role == "operator" else within(Call.area_code, tie.value) for tie in mine)
    )
