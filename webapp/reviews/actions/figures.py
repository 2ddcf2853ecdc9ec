"""登记其他渠道得分: money raised, a public jury, bonuses — channels whose points come about outside the platform."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import bonus_refusal
from webapp.core import journal
from webapp.core.scope import Viewer
from webapp.core.workflow import Refused, refuse
from webapp.reviews.models import Registered
from webapp.reviews.queries.inputs import registered
from webapp.reviews.rules.steps import IN_REVIEW

Figures = Mapping[tuple[int, str], int]
"""(application, channel) → points in hundredths; money raised in fen for `donation`."""


def register(session: Session, call: Call, figures: Figures, *, source: str, by: Viewer, at: datetime) -> int:
    """Register what is new or different, and give how many that is; former rows stay.

    Raises Refused when the ranking is over, for a bonus out of its bounds (place `f_7_observer`), and without a source.
    """
    if call.state not in {"closed", "reviewing"}:
        raise refuse("state", f"征集当前是“{call.state_label}”，综合排名以后不能再登记得分。")
    before = registered(session, call.id)
    changed = {key: value for key, value in figures.items() if before.get(key) != value}
    if not changed:
        return 0
    if not source.strip():
        raise refuse("source", "请写明依据的材料，例如：捐赠票据清单、大众评审计票表。", "source")
    bonuses = {one.key: one for one in rules_of(call).bonuses}
    wrong = [
        (key, found) for key, value in changed.items() if key[1] in bonuses and (found := bonus_refusal(bonuses[key[1]], value)) is not None
    ]
    if wrong:
        raise Refused(*(type(found)(found.code, found.sentence, f"f_{key}_{channel}") for (key, channel), found in wrong))
    known = set(
        session.scalars(sa.select(Application.id).where(Application.call_id == call.id, Application.state.in_(IN_REVIEW)).with_for_update())
    )
    if any(key not in known for key, _ in changed):
        raise refuse("application", "申报已经变化，请刷新后再登记。")
    for (key, channel), value in sorted(changed.items()):
        session.add(
            Registered(call_id=call.id, application_id=key, channel=channel, value=value, source=source.strip(), at=at, by_id=by.id)
        )
    data = {"figures": len(changed), "channels": sorted({channel for _, channel in changed})}
    journal.record(session, call.ref, "register", by=by.ref, at=at, data=data, note=source.strip())
    return len(changed)
