"""By which words a need is found, and by whom."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import search
from webapp.needs.models import UNHEARD, Need, Voice


def index(session: Session, need: Need) -> None:
    """Findable by number and title for all who see the need, by the 原话 for its handlers alone: a search must not tell what it may not show."""
    words = [one for one in session.scalars(sa.select(Voice.words).where(Voice.need_id == need.id)) if one != UNHEARD]
    search.index(session, "need", need.id, f"{need.number} {need.title}")
    search.index(session, "voice", need.id, " ".join([need.number, need.title, *words]))
