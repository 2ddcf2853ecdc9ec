"""What the rules of needs and wordings look at."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.ballots.models import Ballot, Choice
from webapp.core.scope import Viewer
from webapp.core.workflow import FactsOf
from webapp.needs.models import Category, Need, Voice, Wording
from webapp.needs.rules import NeedFacts, WordingFacts


def facts_of_need(session: Session, need: Need, by: Viewer, at: datetime) -> NeedFacts:
    target = sa.orm.aliased(Need)
    ballot = (
        sa.select(Ballot.state)
        .join(Choice, Choice.ballot_id == Ballot.id)
        .where(Choice.about == need.ref, Ballot.state != "cancelled")
        .order_by(Ballot.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    known = sa.exists().where(Category.code == need.category)
    found = session.execute(
        sa.select(ballot, target.area_code, target.state, known)
        .select_from(Need)
        .outerjoin(target, target.id == Need.merged_into_id)
        .where(Need.id == need.id)
    ).one()
    return NeedFacts(
        need.category, need.decision, need.public, need.area_code, need.id, need.merged_into_id, found[1], found[2], found[0], need.rating,
        found[3], need.pace, need.elsewhere,
    )  # fmt: skip


def facts_of_wording(session: Session, wording: Wording, by: Viewer, at: datetime) -> WordingFacts:
    state = session.scalars(sa.select(Need.state).where(Need.id == wording.need_id)).one()
    names = names_behind(session, wording.need_id)
    return WordingFacts(wording.title, wording.text, wording.drafted_by_id, by.id, names, state, tuple(wording.ticked or ()))


def names_behind(session: Session, need_id: int) -> tuple[str, ...]:
    """The names of those who spoke. A merge moves the voices away; whose words first came in as this need are still looked for."""
    whose = sa.or_(Voice.need_id == need_id, Voice.origin_id == need_id)
    said = session.execute(sa.select(Voice.speaker, Person.name).outerjoin(Person, Person.id == Voice.person_id).where(whose)).all()
    return tuple(sorted({name for pair in said for name in pair if name}))


FACTS: dict[str, FactsOf] = {"need": facts_of_need, "wording": facts_of_wording}
