"""Needs: said or taken in, accepted, worded, merged, referred, put to the residents, listed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.ballots import actions as ballots
from webapp.ballots import roll
from webapp.ballots.models import Ballot, Choice
from webapp.ballots.queries import outcome
from webapp.core.clock import end_of, today
from webapp.core.workflow import Refused, take_step
from webapp.demo.city import City, Community
from webapp.demo.lives import handling
from webapp.demo.stage import Stage
from webapp.demo.words import NEEDS
from webapp.needs import actions, queries
from webapp.needs.models import Need, Wording
from webapp.needs.queries import merging

Life = Iterator[datetime]
ENDS = (
    ("wait",) * 62
    + ("refer",) * 9
    + ("order",) * 9
    + ("merge",) * 8
    + ("return",) * 5
    + ("deliberate",) * 3
    + ("offer",) * 2
    + ("withdraw",) * 2
)
"""What becomes of a hundred needs: most wait for the next 评议."""


def need(stage: Stage, city: City, place: Community, *, rest: str = "") -> Life:
    """One need from the first word; `rest` names the state in which the play leaves it."""
    die = stage.die
    category = die.choice([key for key, texts in NEEDS.items() for _ in range(len(texts) ** 2)])
    words, public = die.choice(NEEDS[category])
    speaker = die.choice(place.residents)
    with stage.scene() as session:
        if die.random() < 0.3:
            found = actions.take_in(
                session, words=words, area_code=place.code, category=category, channel=die.choice(("visit", "hotline", "box", "grid", "wish_tree")),
                speaker="示例居民", speaker_phone="", by=stage.who(session, place.worker_id), at=stage.at,
            )  # fmt: skip
        else:
            found = actions.say(session, words=words, area_code=place.code, category=category, by=stage.who(session, speaker), at=stage.at)
        key, mine = found.id, found.resident_id is not None
    if rest == "collected":
        return
    yield stage.at + timedelta(minutes=40) if die.random() < 0.85 else stage.in_days(die.randint(1, 3))
    end = rest or die.choice(ENDS)
    if end == "withdraw" and not mine:
        end = "wait"
    yield from _handle(stage, place, key, category, public, end, speaker, stay=bool(rest))


def _handle(stage: Stage, place: Community, key: int, category: str, public: str, end: str, speaker: int, *, stay: bool) -> Life:
    die = stage.die
    with stage.scene() as session:
        worker, found = stage.who(session, place.worker_id), session.get_one(Need, key)
        if end == "return":
            actions.decline(session, found, note="属于业主自行维修；物业不办的可以再来反映。", elsewhere="property", by=worker, at=stage.at)
            return
        if end == "withdraw":
            take_step(session, found, "withdraw", by=stage.who(session, speaker), at=stage.at)
            return
        actions.accept(session, found, category=category, decision=die.choice(("self", "assist")), title=public, by=worker, at=stage.at)
        if end == "merge" and (others := [n for n in merging.alike(session, found) if n.state == "accepted"]):
            actions.merge(session, found, into=others[0].id, by=worker, at=stage.at)
            return
    yield stage.in_days(die.randint(1, 4))
    if end in {"refer", "order"}:
        way = handling.referred if end == "refer" and place.code.startswith(handling.GUSU) else handling.ordered
        yield from way(stage, place, key, speaker, stay=stay)
        return
    if end == "deliberate" and stay:
        with stage.scene() as session:
            take_step(session, session.get_one(Need, key), "deliberate", by=stage.who(session, place.worker_id), at=stage.at)
        return
    yield from handling.deliberated(stage, place, key)
    with stage.scene() as session:
        text = f"{public}。{die.choice(('居民多次反映', '希望社区牵头', '已有多位居民提到'))}。"
        wording = actions.draft_wording(
            session, session.get_one(Need, key), title=public, text=text, by=stage.who(session, place.worker_id), at=stage.at
        )
        word_key = wording.id
    if end == "drafted":
        return
    yield stage.in_days(1)
    with stage.scene() as session:
        actions.release_wording(session, session.get_one(Wording, word_key), by=stage.who(session, place.second_id), at=stage.at)
        for person in stage.some(place.residents, die.randint(0, 5)):
            if person != speaker:
                actions.same(session, session.get_one(Need, key), by=stage.who(session, person), at=stage.at)
    if die.random() < 0.02:
        yield stage.in_days(1)
        with stage.scene() as session:
            actions.take_down_wording(
                session,
                session.get_one(Wording, word_key),
                note="表述不够准确，重写。",
                by=stage.who(session, place.second_id),
                at=stage.at,
            )
        return
    if end == "offer":
        yield stage.in_days(2)
        yield from handling.offered(stage, place, key)


def _enrol(session: Session, stage: Stage, place: Community, found: Ballot) -> None:
    """参加人名册 of the community's residents, so that there are codes to hand out and a poster to hang up."""
    people = session.scalars(sa.select(Person).where(Person.id.in_(place.residents)).order_by(Person.id)).all()
    lines = roll.typed("\n".join(f"{one.name} {n // 4 + 1}幢{n % 4 + 1}01室 {one.phone or ''}" for n, one in enumerate(people)))
    by = stage.who(session, place.worker_id)
    roll.write(session, found, lines, source="社区居民台账（模拟）", on=today(stage.at), anew=True, field="lines", by=by, at=stage.at)


def ballot(stage: Stage, city: City, place: Community, *, stop: str = "") -> Life:
    """评议需求 of one community, from choosing the needs to the list; `stop` leaves it draft, open or counted."""
    die = stage.die
    with stage.scene() as session:
        ready = queries.ballotable(session, place.code)
        if len(ready) < 2:
            return
        by_title = {n.title: n for n in sorted(ready, key=lambda n: n.voices + n.same)}  # the most wanted of each title stays
        chosen = sorted(by_title.values(), key=lambda n: -(n.voices + n.same))[:8]
        if len(chosen) < 2:
            return
        found = actions.start_ballot(
            session, area_code=place.code, need_ids=[n.id for n in chosen], title=f"{today(stage.at).year} 年{place.name.removesuffix('居委会')}评议需求",
            most=min(3, len(chosen) - 1), opens_at=stage.at, closes_at=end_of(today(stage.at) + timedelta(days=7)) - timedelta(seconds=1),
            by=stage.who(session, place.worker_id), at=stage.at,
        )  # fmt: skip
        key = found.id
    if stop == "draft":
        return
    yield stage.in_days(0, 18)
    if stop == "cancelled":
        with stage.scene() as session:
            ballots.cancel(
                session, session.get_one(Ballot, key), note="选项有误，重新设定。", by=stage.who(session, place.worker_id), at=stage.at
            )
        return
    with stage.scene() as session:
        if stop == "open":
            _enrol(session, stage, place, session.get_one(Ballot, key))
        ballots.open_ballot(session, session.get_one(Ballot, key), by=stage.who(session, place.worker_id), at=stage.at)
        choices = [c.id for c in session.scalars(sa.select(Choice).where(Choice.ballot_id == key).order_by(Choice.position))]
    for person in stage.some(place.residents, die.randint(8, 14)):
        yield max(stage.at, stage.in_days(die.choice((0, 0, 1))))
        with stage.scene() as session:
            picked = stage.some(
                choices[: len(choices) // 2 + 1] if die.random() < 0.7 else choices, die.randint(1, min(3, len(choices) - 1))
            )
            try:
                ballots.cast(session, session.get_one(Ballot, key), choices={"choices": picked}, by=stage.who(session, person), at=stage.at)
            except Refused:
                return
    if stop == "open":
        return
    yield stage.in_days(10)
    with stage.scene() as session:
        found = session.get_one(Ballot, key)
        if found.state != "counted":
            return
        if stop == "counted":
            return
        kept = [int(o.about.partition(":")[2]) for o in outcome(session, key)][:5]
        actions.settle_ballot(session, found, keep=kept, by=stage.who(session, place.worker_id), at=stage.at)
