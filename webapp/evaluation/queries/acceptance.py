"""Reads of the 验收意见书: who signed, who is waited for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation, Person
from webapp.core.db import rows
from webapp.evaluation.models import Evaluation
from webapp.evaluation.models.acceptance import SIDES, AcceptanceSign
from webapp.projects.models import Place


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as the page shows it."""

    side: str
    organisation_id: int
    organisation: str
    person: str
    agrees: bool
    reason: str
    at: datetime

    @property
    def side_label(self) -> str:
        return SIDES[self.side]


def round_of(evaluation: Evaluation) -> int:
    """Which drafting of the 验收意见书 it is, from one."""
    return int((evaluation.acceptance or {}).get("round", 1))


def of_this_round() -> sa.ColumnElement[bool]:
    """Of signatures joined with their evaluation: those that are under its present opinion."""
    return AcceptanceSign.round == sa.func.coalesce(Evaluation.acceptance["round"].as_integer(), 1)


def signs(session: Session, evaluation_id: int) -> list[Signed]:
    """The signatures under the opinion as it is drafted now, in the order they came."""
    query = (
        sa.select(
            AcceptanceSign.side, AcceptanceSign.organisation_id, Organisation.name.label("organisation"), Person.name.label("person"),
            AcceptanceSign.agrees, AcceptanceSign.reason, AcceptanceSign.at,
        )
        .join(Organisation, Organisation.id == AcceptanceSign.organisation_id)
        .join(Person, Person.id == AcceptanceSign.person_id)
        .join(Evaluation, Evaluation.id == AcceptanceSign.evaluation_id)
        .where(AcceptanceSign.evaluation_id == evaluation_id, of_this_round())
        .order_by(AcceptanceSign.id)
    )  # fmt: skip
    return rows(session, Signed, query)


def codes(session: Session, project_id: int) -> list[str]:
    """The communities where a project lands."""
    return list(session.scalars(sa.select(Place.area_code).where(Place.project_id == project_id).order_by(Place.area_code)))


def waited_for(found: Collection[str]) -> tuple[str, ...]:
    """The sides nobody signed for, in words."""
    return tuple(words for side, words in SIDES.items() if side not in found)
