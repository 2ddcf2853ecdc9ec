"""The dictionary of categories, the usual places to go instead, and the departments of a district."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation
from webapp.core.db import row, rows
from webapp.needs.models import PACES, Category, Elsewhere


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category with its clocks."""

    code: str
    label: str
    response_minutes: int
    around_clock: bool
    answer_workdays: int
    pace: str
    position: int
    retired: bool

    @property
    def pace_label(self) -> str:
        return PACES[self.pace]


CATEGORY = sa.select(
    Category.code, Category.label, Category.response_minutes, Category.around_clock, Category.answer_workdays, Category.pace,
    Category.position, Category.retired,
)  # fmt: skip


def category_terms(session: Session) -> list[CategoryRow]:
    """All of them in their order, the retired ones last."""
    return rows(session, CategoryRow, CATEGORY.order_by(Category.retired, Category.position, Category.code))


def category_of(session: Session, code: str) -> CategoryRow | None:
    return row(session, CategoryRow, CATEGORY.where(Category.code == code))


@dataclass(frozen=True, slots=True)
class ElsewhereRow:
    """One usual place to go instead."""

    code: str
    label: str
    phone: str
    retired: bool


ELSEWHERE = sa.select(Elsewhere.code, Elsewhere.label, Elsewhere.phone, Elsewhere.retired)


def elsewheres(session: Session) -> list[ElsewhereRow]:
    return rows(session, ElsewhereRow, ELSEWHERE.order_by(Elsewhere.retired, Elsewhere.position, Elsewhere.code))


def elsewhere_of(session: Session, code: str) -> ElsewhereRow | None:
    return row(session, ElsewhereRow, ELSEWHERE.where(Elsewhere.code == code))


def departments(session: Session, area_code: str) -> list[tuple[int, str]]:
    """The departments a need of an area can be given to: those of its district and of the city above, the nearest first."""
    query = sa.select(Organisation.id, Organisation.name).where(
        Organisation.kind == "department", sa.literal(area_code).startswith(Organisation.area_code)
    )
    found = session.execute(query.order_by(sa.func.length(Organisation.area_code).desc(), Organisation.id))
    return [(key, name) for key, name in found]
