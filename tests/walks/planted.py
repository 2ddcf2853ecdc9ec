"""What is planted in the world of the walks, who acts in it, and what its builders share."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.cast import Cast, Someone
from tests.conftest import START
from tests.projects import stage
from webapp.accounts.models import Membership, Person
from webapp.core import files

DRUM = "320303001001"
"""钟鼓楼社区 in 云龙区."""
NAME = "隐川社会服务社"
ID_NUMBER, PHONE = "320502193001014321", "13877776666"
SCORE = 8731
SECRETS = {
    "score": "87.31",
    "score_fen": "8731",
    "comment": "密评甲乙丙",
    "jotting": "随手记下的私房话",
    "item_reason": "这一项的密评理由",
    "opened_score": "76.54",
    "reviewer": "司马隐评",
    "applicant": NAME,
    "team": "欧阳隐川",
    "id": ID_NUMBER,
    "phone": PHONE,
    "words": "夜里咳血不敢告诉儿子",
    "speaker": "王秘婆",
    "speaker_phone": "13766665555",
    "listed": "陆名册",
    "contact": "三幢五零二找秘婆",
    "account": "6222000011112222",
    "payee": "密记收款人",
    "paid_person": "百里领款",
    "objector": "具名异议人严",
    "objection": "去年陪诊其实没有做",
    "asked": "替秘婆问能不能报的话",
    "draft": "草稿里的秘密做法",
    "suggested": "私下给的优化建议",
    "draft_call": "还没有公布的征集",
    "seed": "5eed" * 16,
    "far_words": "钟鼓楼的私房话",
    "sealed": "封在匣里的话",
    "sealed_speaker": "尉迟匣中人",
    "near_sealed": "邻街匣里的话",
    "ticket": "工单里的私房话",
    "ticket_speaker": "工单秘婆",
    "near_ticket": "邻街工单里的话",
    "served": "名册里的沈秘娘",
    "served_phone": "13788889999",
    "served_guardian": "监护人密某",
    "served_child": "不留名的小秘",
}
"""What was planted, by name: see `test_secrets` for who may read each."""


_count = itertools.count(9001)


@dataclass(frozen=True)
class Kept:
    """One vote as it was stored before the ballot was closed."""

    ballot_id: int
    voter: str
    key: str
    receipt: str


@dataclass
class World:
    cast: Cast
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)
    votes: list[Kept] = field(default_factory=list)

    def put(self, kind: str, where: str, thing: Any) -> Any:
        self.ids.setdefault(kind, {})[where] = getattr(thing, "id", thing)
        return thing


@dataclass
class Crew:
    """Those who act for one place."""

    area: str
    officer: Someone
    head: Someone
    leader: Someone
    accountant: Someone
    worker: Someone
    lead: Someone
    member: Someone
    judge: Someone
    organisation: str


def number(letter: str) -> str:
    """A number no verb of this world will take."""
    return f"{letter}2026-{next(_count)}"


def viewer_of(session: Session, who: Someone) -> Any:
    return who.viewer(session, START)


def someone(session: Session, name: str, organisation: int, role: str) -> Someone:
    person = Person(name=name, login=name, area_code=None)
    session.add(person)
    session.flush()
    session.add(Membership(person_id=person.id, organisation_id=organisation, role=role, from_day=date(2020, 1, 1)))
    session.flush()
    return Someone(person.id, name)


def keep_file(session: Session, world: World, where: str, thing: Any, kind: str = "photo", name: str = "") -> Any:
    found = files.attach(
        session, thing.ref, kind, stage.picture(f"{thing.REF}.jpg", len(world.ids.get("file", ())) % 200), by="clock", at=START
    )
    return world.put(f"file of {name or thing.REF}", where, found)
