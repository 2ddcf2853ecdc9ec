"""What is kept right and what is kept of a person: the doctor's checks, the copy of one's own data, what holds its erasure."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core.workflow import Refusal
from webapp.needs.models import Need, Same, Voice, Wording
from webapp.needs.rules import OVER
from webapp.workflows import NEED


def _counts(session: Session) -> Iterator[str]:
    voices = sa.select(sa.func.count()).where(Voice.need_id == Need.id).scalar_subquery()
    same = sa.select(sa.func.count()).where(Same.need_id == Need.id).scalar_subquery()
    query = sa.select(Need.number, Need.voices, voices, Need.same, same).where(sa.or_(Need.voices != voices, Need.same != same))
    for number, has, counted, same_has, same_counted in session.execute(query):
        yield f"{number} 记 {has} 条原话、{same_has} 人同样，实有 {counted}、{same_counted}"


def _public_means_released(session: Session) -> Iterator[str]:
    released = sa.select(Wording.need_id).where(Wording.state == "released")
    query = sa.select(Need.number).where(Need.public.is_(True), Need.id.not_in(released))
    for number in session.scalars(query):
        yield f"{number} 已公开，却没有已发布的公开表述"


CHECKS = {"需求的原话数、同样需求数相符": _counts, "公开的需求都有经第二人发布的表述": _public_means_released}


def _said_by(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        sa.select(Need.number, Need.title, Need.state, Voice.words, Voice.place, Voice.at)
        .join(Voice, Voice.need_id == Need.id)
        .where(Voice.person_id == person_id)
        .order_by(Voice.id)
    )
    return [
        {"编号": number, "事由": title, "状态": NEED.states[state], "原话": words, "地点": place or "", "时间": at}
        for number, title, state, words, place, at in session.execute(query)
    ]


def _shared_by(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = sa.select(Need.number, Need.title, Same.at).join(Same, Same.need_id == Need.id).where(Same.person_id == person_id)
    return [{"编号": number, "事由": title, "时间": at} for number, title, at in session.execute(query.order_by(Same.at))]


MINE = {"我反映的需求": _said_by, "我也有同样需求": _shared_by}


def _still_open(session: Session, person_id: int) -> Refusal | None:
    spoken = sa.select(Voice.need_id).where(Voice.person_id == person_id)
    many = session.scalar(sa.select(sa.func.count()).where(Need.id.in_(spoken), Need.state.not_in(OVER))) or 0
    return Refusal("open_needs", f"还有 {many} 件需求在办。请先撤回，或等办结后再申请删除。") if many else None


HOLDS = (_still_open,)
