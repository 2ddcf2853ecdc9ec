"""Look-alikes for who writes: public needs of one community that share words with what is being said.

Only titles and released wordings are asked, never the 原话: nobody can find out by trying what others said.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import limits, search, settings
from webapp.core.db import rows
from webapp.core.workflow import refuse
from webapp.needs.models import Need
from webapp.workflows import NEED

LEAST, MOST = 2, 3
"""Pairs of characters in common from which on two sentences look alike; and how many needs are shown."""
HOUR = 3600
COMMON = re.compile(
    "小区|社区|街道|居民|老人|需求|居委会|我们|他们|大家|希望|建议|反映|问题|解决|没有|有人|现在|能不能|不能|能否|可以|什么|怎么|一个|一下|这个|那个|这里|那里"
)
"""Words that stand in every other sentence and tell nothing of what it is about."""


@dataclass(frozen=True, slots=True)
class Known:
    """A public need that looks alike."""

    id: int
    title: str
    state: str

    @property
    def state_label(self) -> str:
        return NEED.states[self.state]


def pairs(words: str) -> list[str]:
    """What a sentence is compared by; figures are left out, for every need has a number."""
    return sorted(one for one in search.grams(COMMON.sub(" ", words[:500])) if len(one) == 2 and not one.isascii())


def public(session: Session, area_code: str, words: Iterable[str] | str, *, but: int = 0) -> list[Known]:
    """The public needs of a community that look like some words, the most alike and then the newest first; not the need `but`."""
    wanted = pairs(words if isinstance(words, str) else " ".join(words))
    if len(wanted) < LEAST:
        return []
    gone = ("merged", "returned", "withdrawn")
    query = (
        sa.select(Need.id, Need.title, Need.state)
        .join(search.Gram, sa.and_(search.Gram.object_id == Need.id, search.Gram.kind == "need", search.Gram.gram.in_(wanted)))
        .where(Need.area_code == area_code, Need.public.is_(True), Need.state.not_in(gone), Need.id != but)
        .group_by(Need.id, Need.title, Need.state)
        .having(sa.func.count() >= LEAST)
        .order_by(sa.func.count().desc(), Need.id.desc())
        .limit(MOST)
    )
    return rows(session, Known, query)


def ask(session: Session, area_code: str, words: str, *, person_id: int, at: datetime) -> list[Known]:
    """The same while somebody writes. Refuses (`busy`) who asks without end."""
    if limits.hit(session, f"alike:{person_id}", seconds=HOUR, at=at) > int(settings.value(session, "alike.per_hour", at=at)):
        raise refuse("busy", "查得太勤了，请稍后再试。")
    return public(session, area_code, words)
