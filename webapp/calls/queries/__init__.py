"""Reads of funds and calls: lists, one call with its needs and versions, and the facts its rules look at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.money import Money
from webapp.accounts.models import Area, Organisation
from webapp.book import queries as book
from webapp.calls.models import CALL_KINDS, FUND_KINDS, LEGAL_FORMS, Call, CallNeed, Fund, Version
from webapp.calls.queries.inquiries import MINE, facts_of_inquiry
from webapp.calls.queries.quotas import facts_of_carry, fund_rules
from webapp.calls.queries.running import run_by, runs
from webapp.calls.queries.versions import versions_of
from webapp.calls.rules import REQUIRED, SOUND, CallFacts, CallRules, RulesError
from webapp.core.db import row, rows
from webapp.core.journal import canonical, digest
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible, within
from webapp.core.workflow import FactsOf, Refusal
from webapp.needs.models import Need
from webapp.permissions import roles_for
from webapp.workflows import CALL, NEED

__all__ = ["CHECKS", "FACTS", "MINE", "run_by", "runs", "versions_of"]
AREA = sa.select(Area.name).where(Area.code == Call.area_code).scalar_subquery()


def rules_of(call: Call) -> CallRules:
    """The rules of a call: the draft while drafting, the version in force once published. Raises RulesError."""
    return CallRules.from_json(call.rules)


def rules_at(session: Session, call_id: int, version: int) -> CallRules:
    """The rules of one published version, frozen."""
    query = sa.select(Version.rules).where(Version.call_id == call_id, Version.version == version)
    return CallRules.from_json(session.scalars(query).one())


def facts_of_call(session: Session, call: Call, by: Viewer, at: datetime) -> CallFacts:
    rules, trouble = None, ""
    try:
        rules = rules_of(call)
    except RulesError as error:
        trouble = str(error)
    chosen = sa.select(Need.number, Need.state).join(CallNeed, CallNeed.need_id == Need.id).where(CallNeed.call_id == call.id)
    needs = session.execute(chosen.order_by(Need.number)).all()
    return CallFacts(
        legal_form=call.legal_form, rules=rules, trouble=trouble, needs=len(needs),
        taken=tuple(number for number, state in needs if state != "listed"), without_needs=call.without_needs,
        opens_at=call.opens_at, closes_at=call.closes_at, free=book.free(session, f"fund:{call.fund_id}", call.fund_year),
        prepared_by_id=call.prepared_by_id, by_id=by.id, mine=runs(by, call.area_code, call.operator_id), at=at,
        kind=call.kind, fund=fund_rules(session, call.fund_id, call.fund_year, call.area_code),
    )  # fmt: skip


def unsound(session: Session, call: Call, by: Viewer, at: datetime, facts: CallFacts | None = None) -> list[Refusal]:
    """All that keeps a call from being proposed, as its rules stand now; after publication, the version that is being prepared."""
    facts = facts or facts_of_call(session, call, by, at)
    if call.pending is not None:
        facts = replace(facts, rules=CallRules.from_json(call.pending))
    found: list[Refusal] = []
    for rule in REQUIRED["call.propose"] if call.state in {"draft", "proposed"} else SOUND:
        said = rule(facts)
        found += [said] if isinstance(said, Refusal) else said or ()
    return [one for one in found if call.state == "draft" or one.code not in {"past", "needs_taken"}]


def fund_uses(session: Session, fund_id: int) -> dict[str, str]:
    """What the fund of a call may and may not be used for: its rules become the call's."""
    fund = session.get_one(Fund, fund_id)
    return {"name": fund.name, "permitted": fund.permitted, "forbidden": fund.forbidden}


FACTS: dict[str, FactsOf] = {"call": facts_of_call, "inquiry": facts_of_inquiry, "carry": facts_of_carry}


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in a list."""

    id: int
    number: str
    title: str
    kind: str
    state: str
    area: str | None
    organiser: str
    opens_at: datetime
    closes_at: datetime

    @property
    def kind_label(self) -> str:
        return CALL_KINDS[self.kind]

    @property
    def state_label(self) -> str:
        return CALL.states[self.state]


ROW = (
    Call.id, Call.number, Call.title, Call.kind, Call.state, AREA.label("area"), Organisation.name.label("organiser"), Call.opens_at,
    Call.closes_at,
)  # fmt: skip


def _rows() -> sa.Select[Any]:
    return sa.select(*ROW).join(Organisation, Organisation.id == Call.organiser_id)


def listing(viewer: Viewer, *, state: str = "", kind: str = "") -> sa.Select[Any]:
    """The query of the calls a viewer may list: a `CallRow` each."""
    query = _rows().where(visible(viewer, Call, roles_for("call.list")))
    if state:
        query = query.where(Call.state == state)
    if kind:
        query = query.where(Call.kind == kind)
    return query


def listed(session: Session, viewer: Viewer, *, state: str = "", kind: str = "", after: str | None = None, size: int = 50) -> Page[CallRow]:
    """The calls a viewer may list, newest first."""
    return page(session, CallRow, listing(viewer, state=state, kind=kind), (Call.id,), after, size)


def published(session: Session, *, limit: int = 50) -> list[CallRow]:
    """The calls everyone may see, newest first."""
    query = _rows().where(Call.state.not_in(("draft", "proposed"))).order_by(Call.id.desc()).limit(limit)
    return rows(session, CallRow, query)


def open_calls(session: Session, at: datetime) -> list[CallRow]:
    """The calls that take applications now, those that close soonest first."""
    query = _rows().where(Call.state == "open", Call.closes_at > at).order_by(Call.closes_at, Call.id)
    return rows(session, CallRow, query)


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call with the names of all its parties."""

    id: int
    number: str
    kind: str
    legal_form: str
    title: str
    intro: str
    state: str
    area: str | None
    area_code: str
    organiser: str
    organiser_phone: str
    operator: str | None
    evaluator: str | None
    payer: str
    fund: str
    fund_id: int
    fund_year: int
    permitted: str
    forbidden: str
    opens_at: datetime
    closes_at: datetime
    version: int
    without_needs: str

    @property
    def kind_label(self) -> str:
        return CALL_KINDS[self.kind]

    @property
    def legal_form_label(self) -> str:
        return LEGAL_FORMS[self.legal_form]

    @property
    def state_label(self) -> str:
        return CALL.states[self.state]


def one(session: Session, key: int) -> CallPage | None:
    """One call; the right was checked at the entry."""
    organiser, operator, evaluator, payer = (aliased(Organisation) for _ in range(4))
    query = (
        sa.select(
            Call.id, Call.number, Call.kind, Call.legal_form, Call.title, Call.intro, Call.state, AREA.label("area"),
            Call.area_code, organiser.name.label("organiser"), organiser.phone.label("organiser_phone"),
            operator.name.label("operator"), evaluator.name.label("evaluator"), payer.name.label("payer"),
            Fund.name.label("fund"), Call.fund_id, Call.fund_year, Fund.permitted, Fund.forbidden, Call.opens_at, Call.closes_at, Call.version,
            Call.without_needs,
        )
        .join(organiser, organiser.id == Call.organiser_id)
        .join(payer, payer.id == Call.payer_id)
        .join(Fund, Fund.id == Call.fund_id)
        .outerjoin(operator, operator.id == Call.operator_id)
        .outerjoin(evaluator, evaluator.id == Call.evaluator_id)
        .where(Call.id == key)
    )  # fmt: skip
    return row(session, CallPage, query)


@dataclass(frozen=True, slots=True)
class CalledNeed:
    """A need a call answers; its title is shown to the public only when its wording was released."""

    id: int
    number: str
    title: str
    area: str | None
    area_code: str
    state: str
    public: bool

    @property
    def state_label(self) -> str:
        return NEED.states[self.state]


def needs_of(session: Session, call_id: int) -> list[CalledNeed]:
    """The needs a call answers."""
    area = sa.select(Area.name).where(Area.code == Need.area_code).scalar_subquery()
    query = (
        sa.select(Need.id, Need.number, Need.title, area.label("area"), Need.area_code, Need.state, Need.public)
        .join(CallNeed, CallNeed.need_id == Need.id)
        .where(CallNeed.call_id == call_id)
        .order_by(Need.id)
    )
    return rows(session, CalledNeed, query)


@dataclass(frozen=True, slots=True)
class FundRow:
    """One fund in a list."""

    id: int
    name: str
    kind: str
    area: str | None
    payer: str

    @property
    def kind_label(self) -> str:
        return FUND_KINDS[self.kind]


def funds(session: Session, viewer: Viewer, *, after: str | None = None) -> Page[FundRow]:
    """The funds a viewer may see."""
    return page(session, FundRow, _funds().where(visible(viewer, Fund, roles_for("fund.list"))), (Fund.id,), after)


def _funds() -> sa.Select[Any]:
    area = sa.select(Area.name).where(Area.code == Fund.area_code).scalar_subquery()
    return sa.select(Fund.id, Fund.name, Fund.kind, area.label("area"), Organisation.name.label("payer")).join(
        Organisation, Organisation.id == Fund.payer_id
    )


@dataclass(frozen=True, slots=True)
class FundYear:
    """Where the money of a fund's year stands now, out of the book."""

    fund_id: int
    year: int
    budget: Money
    free: Money
    committed: Money
    """For projects, and not yet paid."""
    paid: Money
    """Paid to organisations so far, spent or not."""

    @property
    def execution(self) -> Fraction | None:
        """预算执行率: paid of the year's budget."""
        return Fraction(self.paid.fen, self.budget.fen) if self.budget.fen > 0 else None


def years_of(session: Session, fund_ids: list[int]) -> list[FundYear]:
    """The years of some funds, newest first, in one statement over the checkpoints of the book."""
    return [
        FundYear(int(one.fund.partition(":")[2]), one.year, one.received, one.free, one.to_request + one.in_payment, one.paid)
        for one in book.years(session, *(f"fund:{key}" for key in fund_ids))
    ]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select."""

    id: int
    name: str


def funds_for(session: Session, area_code: str) -> list[Choice]:
    """The funds an office may use: its own and those of the offices under it."""
    query = sa.select(Fund.id, Fund.name).where(within(Fund.area_code, area_code))
    return rows(session, Choice, query.order_by(Fund.area_code, Fund.id))


def organisations_of(session: Session, kind: str, area_code: str) -> list[Choice]:
    """The organisations of a kind in an area or in the city and province above it."""
    query = sa.select(Organisation.id, Organisation.name).where(
        Organisation.kind == kind,
        sa.or_(Organisation.area_code.startswith(area_code[:6]), sa.literal(area_code).startswith(Organisation.area_code)),
    )
    return rows(session, Choice, query.order_by(Organisation.id))


def payers_for(session: Session, area_code: str) -> list[Choice]:
    """The offices that may pay: bureaus and streets at or above an area."""
    query = sa.select(Organisation.id, Organisation.name).where(
        Organisation.kind.in_(("bureau", "street")), sa.literal(area_code).startswith(Organisation.area_code)
    )
    return rows(session, Choice, query.order_by(sa.func.length(Organisation.area_code).desc(), Organisation.id))


def digest_of(rules: dict[str, Any]) -> str:
    """The digest of frozen rules."""
    return digest(canonical(rules))


def _frozen(session: Session) -> Iterator[str]:
    for number, version, rules, kept in session.execute(
        sa.select(Call.number, Version.version, Version.rules, Version.digest).join(Call, Call.id == Version.call_id)
    ):
        if digest_of(rules) != kept:
            yield f"征集 {number} 第 {version} 版规则与发布时的摘要不符"


def _in_force(session: Session) -> Iterator[str]:
    newest = sa.select(sa.func.max(Version.version)).where(Version.call_id == Call.id).scalar_subquery()
    query = sa.select(Call.number).where(Call.state.not_in(("draft", "proposed", "cancelled")), sa.func.coalesce(newest, 0) != Call.version)
    for number in session.scalars(query):
        yield f"征集 {number} 已发布，却没有对应的规则版本"


CHECKS = {"已发布的征集规则未被改动": _frozen, "已发布的征集都有规则版本": _in_force}
