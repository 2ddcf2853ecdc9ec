"""What a need can be merged into: other needs of its community, those that look alike first."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import search
from webapp.core.db import rows
from webapp.needs.models import UNHEARD, Need, Voice
from webapp.needs.queries import ROW, NeedRow
from webapp.needs.rules import OVER


def alike(session: Session, need: Need, *, said: Sequence[str] | None = None, limit: int = 6) -> list[NeedRow]:
    """Needs of the same community that share the most two-character words with what was said here (`said`, where that is read already)."""
    spoken = sa.select(Voice.words).where(Voice.need_id == need.id).order_by(Voice.id).limit(3)
    words = session.scalars(spoken).all() if said is None else said[:3]
    grams = sorted(g for g in search.grams(" ".join(one[:60] for one in words if one != UNHEARD)) if len(g) == 2)
    if not grams:
        return []
    shared = (
        sa.select(search.Gram.object_id, sa.func.count().label("n"))
        .where(search.Gram.kind == "voice", search.Gram.gram.in_(grams))
        .group_by(search.Gram.object_id)
        .subquery()
    )
    query = (
        sa.select(*ROW)
        .join(shared, shared.c.object_id == Need.id)
        .where(
            Need.area_code == need.area_code,
            Need.id != need.id,
            Need.state.not_in(OVER),
            shared.c.n * 5 >= len(grams),
        )
        .order_by(shared.c.n.desc(), Need.id)
        .limit(limit)
    )
    return rows(session, NeedRow, query)


def mergeable(session: Session, need: Need, *, q: str = "", limit: int = 60) -> list[NeedRow]:
    """What a need can be merged into: the look-alikes first, then the newest of its community; with words, what has them."""
    first = [] if q else alike(session, need)
    query = sa.select(*ROW).where(
        Need.area_code == need.area_code, Need.id != need.id, Need.state.not_in(OVER), search.matches("voice", Need.id, q)
    )
    seen = {n.id for n in first}
    return [*first, *(n for n in rows(session, NeedRow, query.order_by(Need.id.desc()).limit(limit)) if n.id not in seen)]
