"""By which words a need is found, and by whom."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import search
from webapp.needs.models import UNHEARD, Need, Voice
from webapp.needs.queries import released_text


def index(session: Session, need: Need) -> None:
    """Findable by number, title and what is public of it for all who see the need, by the 原话 for its handlers alone.

    A search must not tell what it may not show.
    """
    words = [one for one in session.scalars(sa.select(Voice.words).where(Voice.need_id == need.id)) if one != UNHEARD]
    told = released_text(session, need.id) if need.public else ""
    search.index(session, "need", need.id, f"{need.number} {need.title} {told}")
    search.index(session, "voice", need.id, " ".join([need.number, need.title, told, *words]))
