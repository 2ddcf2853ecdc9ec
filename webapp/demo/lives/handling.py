"""How needs are handled: referred, ordered, deliberated, offered to be pledged for; who looks after whom."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from reports.money import Money
from webapp.accounts.models import Membership
from webapp.core.clock import today
from webapp.core.workflow import take_step
from webapp.demo.city import City, Community
from webapp.demo.stage import Stage
from webapp.handling import actions
from webapp.handling.models import Offer, Order
from webapp.needs.actions import rate
from webapp.needs.models import Need

Life = Iterator[datetime]
GUSU = "320508"


def teams(stage: Stage, city: City) -> None:
    """三级联动小组 of every community; the last one still lacks its 区 cadre."""
    with stage.scene() as session:
        duties = dict(session.execute(sa.select(Membership.person_id, sa.func.min(Membership.id)).group_by(Membership.person_id)).all())
        for n, place in enumerate(city.communities):
            street = stage.cast["streets"][place.code[:9]]
            bureau = city.bureaus.get(place.code[:6])
            officer = bureau.officer if bureau and n < len(city.communities) - 1 else None
            actions.set_team(
                session, area_code=place.code, district_id=duties[officer] if officer is not None else None, street_id=duties[street], community_id=duties[place.worker_id],
                by=stage.who(session, street), at=stage.at,
            )  # fmt: skip


def deliberated(stage: Stage, place: Community, key: int) -> Life:
    """议事: the residents' meeting agrees that it waits for the next 评议."""
    with stage.scene() as session:
        take_step(session, session.get_one(Need, key), "deliberate", by=stage.who(session, place.worker_id), at=stage.at)
    yield stage.in_days(stage.die.randint(1, 6))
    with stage.scene() as session:
        by = stage.who(session, place.worker_id)
        take_step(session, session.get_one(Need, key), "conclude", by=by, at=stage.at, note="议事会同意列入下一次评议。")


def referred(stage: Stage, place: Community, key: int, speaker: int, *, stay: bool) -> Life:
    """转办 to the department of housing, which answers or sends it back."""
    with stage.scene() as session:
        clerk = stage.who(session, stage.cast["department"])
        actions.refer(
            session, session.get_one(Need, key), department_id=clerk.members[0].organisation_id, note="请现场查看并答复。",
            by=stage.who(session, place.worker_id), at=stage.at,
        )  # fmt: skip
    if stay or stage.die.random() < 0.12:
        return
    yield stage.in_days(stage.die.randint(2, 9))
    with stage.scene() as session:
        found, clerk = session.get_one(Need, key), stage.who(session, stage.cast["department"])
        if stage.die.random() < 0.2:
            actions.send_back(session, found, note="不属本部门职责，请社区协调。", by=clerk, at=stage.at)
        else:
            take_step(session, found, "answer", by=clerk, at=stage.at, note="已派人处理完毕，欢迎监督。")
    yield from judged(stage, key, speaker)


def ordered(stage: Stage, place: Community, key: int, speaker: int, *, stay: bool) -> Life:
    """点单, 派单, 接单, 办好了."""
    with stage.scene() as session:
        found = session.get_one(Need, key)
        order = actions.place(session, found, title=found.title, by=stage.who(session, place.worker_id), at=stage.at).id
    if stay:
        return
    yield stage.in_days(1)
    with stage.scene() as session:
        lead, one = stage.who(session, place.second_id), session.get_one(Order, order)
        actions.assign(session, one, taker_id=place.worker_id, by=lead, at=stage.at)
        take_step(session, one, "accept", by=stage.who(session, place.worker_id), at=stage.at)
    if stage.die.random() < 0.12:
        return
    yield stage.in_days(stage.die.randint(1, 5))
    with stage.scene() as session:
        by = stage.who(session, place.worker_id)
        actions.finish(session, session.get_one(Order, order), note="党员志愿者周末上门，已经办好。", by=by, at=stage.at)
    yield from judged(stage, key, speaker)


def judged(stage: Stage, key: int, speaker: int) -> Life:
    """The resident's word on what was done, often."""
    if stage.die.random() >= 0.6:
        return
    yield stage.in_days(stage.die.randint(2, 6))
    with stage.scene() as session:
        found = session.get_one(Need, key)
        if found.resident_id == speaker and found.state == "resolved":
            rate(session, found, rating=stage.die.choice((3, 4, 4, 5, 5)), by=stage.who(session, speaker), at=stage.at)


def offered(stage: Stage, place: Community, key: int) -> Life:
    """公开认领, and in 姑苏 a firm that pledges a part."""
    with stage.scene() as session:
        found = session.get_one(Need, key)
        if found.state != "accepted":
            return
        key = actions.offer(
            session, found, wanted=Money(2_000_000), until=today(stage.at) + timedelta(days=60), by=stage.who(session, place.worker_id),
            at=stage.at,
        ).id  # fmt: skip
    if not place.code.startswith(GUSU):
        return
    yield stage.in_days(3)
    with stage.scene() as session:
        made = actions.pledge(
            session, session.get_one(Offer, key), amount=Money(1_200_000), by=stage.who(session, stage.cast["sponsor"]), at=stage.at
        )
        actions.confirm(session, made, by=stage.who(session, place.worker_id), at=stage.at)
