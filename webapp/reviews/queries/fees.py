"""评审费 of a panel; the accounts only for the sheet that finance takes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Person
from webapp.calls.models import Call
from webapp.core import settings
from webapp.core.db import rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible
from webapp.permissions import roles_for
from webapp.reviews.models import Expert, FeeLine, Panel, Seat


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One expert's fee, without the account."""

    person_id: int
    name: str
    senior: bool
    half_days: int
    gross_fen: Money
    tax_fen: Money

    @property
    def net(self) -> Money:
        return self.gross_fen - self.tax_fen


@dataclass(frozen=True, slots=True)
class PanelFees:
    """A panel with what its experts get together."""

    id: int
    title: str
    people: int
    gross_fen: Money


def panels(session: Session, viewer: Viewer, *, after: str | None = None) -> Page[PanelFees]:
    """The panels with fees that a viewer may see, newest first."""
    query = (
        sa.select(Panel.id, Panel.title, sa.func.count().label("people"), sa.func.sum(FeeLine.gross_fen, type_=FeeLine.gross_fen.type).label("gross_fen"))
        .join(FeeLine, FeeLine.panel_id == Panel.id)
        .where(visible(viewer, Panel, roles_for("panel.fees")))
        .group_by(Panel.id, Panel.title)
    )  # fmt: skip
    return page(session, PanelFees, query, (Panel.id,), after)


def fees(session: Session, panel_id: int) -> list[FeeRow]:
    query = (
        sa.select(FeeLine.person_id, Person.name, FeeLine.senior, FeeLine.half_days, FeeLine.gross_fen, FeeLine.tax_fen)
        .join(Person, Person.id == FeeLine.person_id)
        .where(FeeLine.panel_id == panel_id)
        .order_by(FeeLine.id)
    )
    return rows(session, FeeRow, query)


def accounts(session: Session, panel_id: int) -> dict[int, tuple[str, str]]:
    """Person → bank and account, of those who have a fee."""
    query = sa.select(Expert.person_id, Expert.bank, Expert.account).where(
        Expert.person_id.in_(sa.select(FeeLine.person_id).where(FeeLine.panel_id == panel_id))
    )
    return {person: (bank, account or "") for person, bank, account in session.execute(query)}


def unpaid(session: Session, panel_id: int) -> list[tuple[int, str]]:
    """Those who sat on the panel and have no fee yet."""
    done = sa.select(FeeLine.person_id).where(FeeLine.panel_id == panel_id)
    query = (
        sa.select(Person.id, Person.name)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.panel_id == panel_id, Seat.state == "pledged", Seat.reserve.is_(False), Person.id.not_in(done))
        .order_by(Seat.position)
    )
    return [(key, name) for key, name in session.execute(query)]


def standard(session: Session, panel: Panel, at: datetime) -> Any:
    """What an expert of the panel is paid for a day at a moment."""
    area = session.scalar(sa.select(Call.area_code).where(Call.id == panel.call_id)) or ""
    return settings.value(session, "review.fee", at=at, area=area)


def standards(session: Session, panel: Panel) -> list[Any]:
    """Those by which the panel's fees were worked out, in order; mostly one."""
    found: list[Any] = []
    for at in session.scalars(sa.select(FeeLine.at).where(FeeLine.panel_id == panel.id).order_by(FeeLine.id)):
        if (one := standard(session, panel, at)) not in found:
            found.append(one)
    return found
