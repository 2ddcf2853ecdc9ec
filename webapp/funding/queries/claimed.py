"""The facts of a claim, and what is left of the lines it may be made on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.calls.queries import rules_of
from webapp.core import settings
from webapp.core.clock import today
from webapp.core.workflow import Refusal
from webapp.funding.models import Document, Recovery, Spending
from webapp.funding.queries.facts import STANDING
from webapp.funding.rules.claims import ClaimFacts
from webapp.funding.rules.vouchers import Seen, Voucher, identity_key
from webapp.projects.models import BudgetLine, Project
from webapp.projects.queries.acting import call_of

NONE = Money(0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim as it is asked for, beside its document."""

    title: str
    payee: str
    spent_on: date
    amount: Money
    reason: str
    files: int
    compared: Sequence[Refusal] = ()


def of_claim(
    session: Session, project: Project, voucher: Voucher, documents: tuple[Document | None, Document | None], line: BudgetLine | None,
    wanted: Wanted, *, at: datetime,
) -> ClaimFacts:  # fmt: skip
    """The facts of a claim about to be made; `documents` are the document and its original, locked with project and line by who asks."""
    document, parent = documents
    other = sa.exists().where(
        Spending.document_id == (document.id if document else -1), Spending.project_id != project.id, Spending.state.in_(STANDING)
    )
    organisation = sa.select(Organisation.name).where(Organisation.id == project.organisation_id).scalar_subquery()
    beside = sa.select(
        _taken(project.id),
        _back(project.id),
        other,
        organisation,
        _small(voucher, wanted.spent_on),
    )
    claimed, returned, elsewhere, name, small = session.execute(beside).one()
    call = call_of(session, project.call_id)
    forbidden = tuple(tuple(rule.params["words"]) for rule in rules_of(call).budget.rules if rule.kind == "forbidden")
    chosen = settings.values(session, ("spending.small_fen", "spending.buyer"), at=at, area=project.area_code)
    return ClaimFacts(
        project.state, project.starts_on, project.ends_on, today(at), voucher,
        Seen(wanted.payee, wanted.title, wanted.spent_on, name or "", forbidden),
        document.kind if document else None, document.face_fen if document else None, document.check_code if document else "",
        document.claimed_fen if document else NONE, bool(elsewhere), parent.face_fen if parent else None,
        parent.claimed_fen if parent else NONE, wanted.amount,
        line.grant_fen - line.spent_fen - line.claimed_fen if line is not None and line.project_id == project.id else None,
        project.paid_fen - Money(int(claimed)) - Money(int(returned)), wanted.files, wanted.reason, tuple(wanted.compared),
        Money(int(chosen["spending.small_fen"])), Money(int(small)), chosen["spending.buyer"] == "refuse",
    )  # fmt: skip


def _taken(project_id: int) -> sa.ScalarSelect[int]:
    """What a project's lines have spent and claimed."""
    gone = sa.type_coerce(BudgetLine.spent_fen, sa.BigInteger) + sa.type_coerce(BudgetLine.claimed_fen, sa.BigInteger)
    return sa.select(sa.func.coalesce(sa.func.sum(gone), 0)).where(BudgetLine.project_id == project_id).scalar_subquery()


def _back(project_id: int) -> sa.ScalarSelect[int]:
    """What a project gave back or is to give back."""
    fen = sa.func.coalesce(sa.func.sum(sa.type_coerce(Recovery.amount_fen, sa.BigInteger)), 0)
    return sa.select(fen).where(Recovery.project_id == project_id, Recovery.state.not_in(("due", "kept"))).scalar_subquery()


def _small(voucher: Voucher, on: date) -> sa.ScalarSelect[int]:
    """What the same person received that day by other small receipts, over all projects."""
    fen = sa.func.coalesce(sa.func.sum(sa.type_coerce(Document.face_fen, sa.BigInteger)), 0)
    same = (
        Spending.identity_key == (identity_key(voucher.identity) or "-"), Spending.spent_on == on, Spending.state.in_(STANDING),
        ~sa.and_(Document.register == voucher.register, Document.key == voucher.key),
    )  # fmt: skip
    return sa.select(fen).select_from(Spending).join(Document, Document.id == Spending.document_id).where(*same).scalar_subquery()


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A budget line, what was accepted and what waits on it, and what of its grant no claim has taken."""

    id: int
    line: str
    title: str
    grant: Money
    spent: Money
    claimed: Money

    @property
    def left(self) -> Money:
        """可用."""
        return self.grant - self.spent - self.claimed


def lines_left(session: Session, project_id: int) -> list[LineLeft]:
    """The budget lines of a project with what is left of each after all claims that stand."""
    query = sa.select(BudgetLine.id, BudgetLine.line, BudgetLine.title, BudgetLine.grant_fen, BudgetLine.spent_fen, BudgetLine.claimed_fen)
    found = session.execute(query.where(BudgetLine.project_id == project_id).order_by(BudgetLine.position))
    return [LineLeft(key, line, title, grant, spent, claimed) for key, line, title, grant, spent, claimed in found]


def name_of(session: Session, organisation_id: int) -> str:
    """The registered name of an organisation."""
    return session.scalars(sa.select(Organisation.name).where(Organisation.id == organisation_id)).one()


def paid_left(session: Session, project: Project) -> Money:
    """What was paid to a project and is neither claimed nor to be given back."""
    gone, returned = session.execute(sa.select(_taken(project.id), _back(project.id))).one()
    return project.paid_fen - Money(int(gone)) - Money(int(returned))
