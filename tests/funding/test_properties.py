"""Any sequence of the real verbs of payments, documents, the book, right ones and wrong ones: no fen appears or vanishes, no gate opens early.

What should be true is kept beside as plain numbers and compared after every move; a verb that refuses must have changed nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from reports.money import Money
from tests import make
from tests.conftest import START
from tests.funding.walk import planned, voucher
from tests.projects import stage
from webapp.book import queries as books
from webapp.book.models import Account, Transaction
from webapp.calls.models import Fund
from webapp.core import journal
from webapp.core.clock import today
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.funding import actions, queries
from webapp.funding.models import Correction, Document, Recovery, Spending, Tranche, Transfer
from webapp.projects.actions import changes
from webapp.projects.models import Project
from webapp.projects.queries import one as reads

SOAK = int(os.environ.get("SANSHE_SOAK") or 0)
STEPS = (
    "request", "prepare", "check", "approve", "send_back", "send", "pay", "bounce", "resend", "cancel", "claim", "accept", "reject", "void", "change",
    "transfer", "correct", "demand", "receive", "waive", "midterm", "finish", "close",
)  # fmt: skip
ALIVE = {"delivering", "rectifying", "passed", "closing", "accepted", "evaluated"}
PASSED = {"passed", "closing", "accepted", "evaluated"}
"""Written here again, by the words of the agreement: which states come after the mid-term."""
onward = st.lists(st.tuples(st.just("on"), st.integers(0, 1), st.integers(0, 2), st.integers(0, 9)), max_size=14)
wild = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.integers(0, 2), st.integers(0, 9)), max_size=12)
NEXT = {
    "planned": "request", "requested": "prepare", "prepared": "check", "checked": "approve", "approved": "send", "sent": "pay", "bounced": "resend",
}  # fmt: skip


@dataclass
class Plain:
    """What there should be, as plain numbers."""

    free: dict[str, int]
    paid: dict[int, int] = field(default_factory=dict)
    """Tranche → fen paid for it."""
    spent: dict[int, int] = field(default_factory=dict)
    back: dict[int, int] = field(default_factory=dict)
    waits: dict[int, dict[int, int]] = field(default_factory=dict)
    """Budget line → its claims that wait for a decision → fen."""
    took: dict[int, int] = field(default_factory=dict)
    """Budget line → fen accepted on it."""
    held: dict[int, int] = field(default_factory=dict)
    """Project → fen reserved and not yet given up."""


class World:
    """Two projects of one fund, and a second fund, in a session that is never kept."""

    def __init__(self, session: Session, cast: Any) -> None:
        self.session, self.cast, self.at = session, cast, START
        self.projects = list(session.scalars(sa.select(Project).order_by(Project.id)))
        self.funds = list(session.scalars(sa.select(Fund).order_by(Fund.id)))
        self.plain = Plain({fund.ref: self._free(fund) for fund in self.funds}, held={one.id: one.granted_fen.fen for one in self.projects})
        self.whole = sum(self.plain.free.values()) + sum(self.plain.held.values())
        self.papers = 0

    def _free(self, fund: Fund) -> int:
        return books.free(self.session, fund.ref, 2026).fen

    def who(self, name: str) -> Any:
        return getattr(self.cast, name).viewer(self.session, self.at)

    def tranches(self, project: Project) -> list[Tranche]:
        return list(self.session.scalars(sa.select(Tranche).where(Tranche.project_id == project.id).order_by(Tranche.position)))

    def of(self, model: Any, project: Project, *states: str) -> list[Any]:
        query = sa.select(model).where(model.project_id == project.id, model.state.in_(states))
        return list(self.session.scalars(query.order_by(model.id)))

    def move(self, verb: str, project: Project, tranche: Tranche, number: int) -> None:
        """Try one verb; what is refused leaves nothing."""
        if verb == "on":
            verb = NEXT.get(tranche.state, "claim")
        self.at += timedelta(hours=1)
        try:
            with self.session.begin_nested():
                getattr(self, verb)(project, tranche, number)
                self.session.flush()
        except (Refused, sa.exc.IntegrityError):  # the database refuses what its constraints forbid, as the page would tell
            self.session.expire_all()
        else:
            self._agree()

    # payments
    def request(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.request(
            self.session, tranche, receipt_kind="invoice", receipt_number=str(number or ""), papers=[stage.picture("发票.jpg")] if number > 1 else [],
            by=self.who("lead"), at=self.at,
        )  # fmt: skip
        assert number > 1, "asked for without its receipt"
        assert project.state in (ALIVE if tranche.trigger == "signed" else PASSED), "asked for before its trigger"
        assert all(one.state in {"paid", "cancelled"} for one in self.tranches(project) if one.position < tranche.position), "out of turn"

    def prepare(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.prepare(self.session, tranche, note="好", by=self.who("officer"), at=self.at)

    def check(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.check(self.session, tranche, by=self.who("accountant"), at=self.at)

    def approve(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.approve(self.session, tranche, by=self.who("leader"), at=self.at)
        assert len({tranche.prepared_by_id, tranche.checked_by_id, tranche.approved_by_id, None}) == 4

    def send_back(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.send_back(self.session, tranche, note="不清", by=self.who("leader"), at=self.at)

    def send(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.create_batch(self.session, [tranche.id], by=self.who("accountant"), at=self.at)

    def pay(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.pay(self.session, tranche, bank_reference=f"YH{number}", paid_on=today(self.at), by=self.who("accountant"), at=self.at)
        assert tranche.id not in self.plain.paid, "paid twice"
        self.plain.paid[tranche.id] = tranche.amount_fen.fen

    def bounce(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.bounce(self.session, tranche, note="户名不符", by=self.who("accountant"), at=self.at)

    def resend(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.resend(self.session, tranche, note="已更正", by=self.who("accountant"), at=self.at)

    def cancel(self, project: Project, tranche: Tranche, number: int) -> None:
        if number > 2:  # now and then, or nothing is ever paid
            return
        actions.cancel(self.session, tranche, note="不再需要", by=self.who("leader"), at=self.at)
        self.plain.held[project.id] -= tranche.amount_fen.fen
        self.plain.free[self.funds[0].ref] += tranche.amount_fen.fen

    # documents
    def claim(self, project: Project, tranche: Tranche, number: int) -> None:
        self.papers += number > 4
        made = actions.claim(
            self.session, project, voucher(number=f"{self.papers:05d}"), title="物资", payee="好邻居超市", spent_on=START.date(),
            amount=Money(1_000 * (number + 1)), budget_line_id=reads.lines_of(self.session, project.id)[number % 2].id,
            papers=[stage.picture("发票.jpg", 60)], reason="说明", by=self.who("member"), at=self.at,
        )  # fmt: skip
        self.plain.waits.setdefault(made.budget_line_id, {})[made.id] = made.amount_fen.fen

    def change(self, project: Project, tranche: Tranche, number: int) -> None:
        """All but a little is moved off a line; taken at once where it is free, approved where it is not."""
        lines = reads.lines_of(self.session, project.id)
        line, other = lines[number % 2], lines[1 - number % 2]
        becomes = Money(number * 1_200)
        bound = sum(self.plain.waits.get(line.id, {}).values()) + self.plain.took.get(line.id, 0)
        amounts = {line.id: becomes, other.id: other.grant_fen + line.grant_fen - becomes}
        proposal = changes.propose_budget(self.session, project, amounts=amounts)
        made = changes.request_change(self.session, project, "budget", proposal, why="少买", by=self.who("lead"), at=self.at)
        if not proposal.free:
            changes.approve_change(self.session, made, by=self.who("officer"), at=self.at)
        assert becomes.fen >= bound, "a line was taken below what is spent and claimed on it"

    def _spending(self, project: Project, number: int, *states: str) -> Spending:
        found = self.of(Spending, project, *states)
        if not found:
            raise Refused
        return found[number % len(found)]

    def accept(self, project: Project, tranche: Tranche, number: int) -> None:
        one = self._spending(project, number, "claimed")
        actions.accept(self.session, one, by=self.who("officer"), at=self.at)
        self.plain.took[one.budget_line_id] = self.plain.took.get(one.budget_line_id, 0) + self.plain.waits[one.budget_line_id].pop(one.id)
        self.plain.spent[project.id] = self.plain.spent.get(project.id, 0) + one.amount_fen.fen

    def reject(self, project: Project, tranche: Tranche, number: int) -> None:
        one = self._spending(project, number, "claimed")
        actions.reject(self.session, one, note="不符", by=self.who("officer"), at=self.at)
        del self.plain.waits[one.budget_line_id][one.id]

    def void(self, project: Project, tranche: Tranche, number: int) -> None:
        one = self._spending(project, number, "claimed", "accepted", "rejected")
        was = one.state
        actions.void(self.session, one, note="作废", by=self.who("lead"), at=self.at)
        if was == "accepted":
            self.plain.spent[project.id] -= one.amount_fen.fen
            self.plain.took[one.budget_line_id] -= one.amount_fen.fen
        if was == "claimed":
            del self.plain.waits[one.budget_line_id][one.id]

    # the book
    def transfer(self, project: Project, tranche: Tranche, number: int) -> None:
        source, target = self.funds if number % 2 else self.funds[::-1]
        amount = Money(100_000 * (number + 1))
        made = actions.prepare_transfer(
            self.session, source, year=2026, to=target, to_year=2026, amount=amount, document="号", by=self.who("accountant"), at=self.at
        )
        actions.confirm_transfer(self.session, made, by=self.who("leader"), at=self.at)
        self.plain.free[source.ref] -= amount.fen
        self.plain.free[target.ref] += amount.fen

    def correct(self, project: Project, tranche: Tranche, number: int) -> None:
        wrong = self.session.scalars(
            sa.select(Transaction).where(Transaction.kind.in_(("pay", "transfer_in", "spend", "reserve"))).order_by(Transaction.id.desc())
        ).all()
        if not wrong:
            raise Refused
        chosen = wrong[number % len(wrong)]
        asked = actions.ask_correction(self.session, chosen, reason="错账", by=self.who("accountant"), at=self.at)
        actions.confirm_correction(self.session, asked, by=self.who("leader"), at=self.at)
        if chosen.kind == "pay":
            del self.plain.paid[int(chosen.source.split("/")[0].split(":")[1])]
        else:
            moved = self.session.get_one(Transfer, int(chosen.source.split("/")[0].split(":")[1]))
            self.plain.free[f"fund:{moved.fund_id}"] += moved.amount_fen.fen
            self.plain.free[f"fund:{moved.to_fund_id}"] -= moved.amount_fen.fen

    def close(self, project: Project, tranche: Tranche, number: int) -> None:
        self.at += timedelta(days=20 if number > 6 else 0)
        month = (today(self.at).replace(day=1) - timedelta(days=1)).replace(day=1)
        actions.close_month(self.session, self.funds[0], month=month, by=self.who("accountant"), at=self.at)

    # what goes back
    def demand(self, project: Project, tranche: Tranche, number: int) -> None:
        actions.demand(self.session, project, reason="结余", by=self.who("officer"), at=self.at)

    def _recovery(self, project: Project) -> Recovery:
        found = self.of(Recovery, project, "demanded")
        if not found:
            raise Refused
        return found[0]

    def receive(self, project: Project, tranche: Tranche, number: int) -> None:
        one = self._recovery(project)
        actions.receive(self.session, one, bank_reference="YH9", by=self.who("accountant"), at=self.at)
        self.plain.back[project.id] = self.plain.back.get(project.id, 0) + one.amount_fen.fen
        self.plain.held[project.id] -= one.amount_fen.fen
        self.plain.free[self.funds[0].ref] += one.amount_fen.fen

    def waive(self, project: Project, tranche: Tranche, number: int) -> None:
        one = self._recovery(project)
        actions.waive(self.session, one, note="依据", by=self.who("leader"), at=self.at)
        self.plain.spent[project.id] = self.plain.spent.get(project.id, 0) + one.amount_fen.fen

    # the project goes on; its own slice's verbs are played elsewhere
    def midterm(self, project: Project, tranche: Tranche, number: int) -> None:
        if project.state == "delivering":
            project.state = "passed"

    def finish(self, project: Project, tranche: Tranche, number: int) -> None:
        if project.state == "passed" and number > 6:
            project.state = "evaluated"

    def _agree(self) -> None:
        """The book, what is kept beside it, and the plain numbers say the same."""
        session, plain = self.session, self.plain
        balances = session.execute(
            sa.select(Account.kind, Account.fund, Account.reason, sa.type_coerce(Account.balance_fen, sa.BigInteger))
        ).all()
        assert all(fen >= 0 for kind, _, _, fen in balances if kind != "source")
        assert sum(fen for *_, fen in balances) == 0
        assert sum(fen for kind, *_, fen in balances if kind != "source") == self.whole, "a fen appeared or vanished"
        assert {fund.ref: self._free(fund) for fund in self.funds} == plain.free
        for project in self.projects:
            mine = {one.id: one.amount_fen.fen for one in self.tranches(project)}
            paid = sum(fen for key, fen in plain.paid.items() if key in mine)
            assert {key for key in mine if key in plain.paid} == {one.id for one in self.tranches(project) if one.state == "paid"}
            where = books.position(session, project.ref)
            spent, back = plain.spent.get(project.id, 0), plain.back.get(project.id, 0)
            assert (project.paid_fen.fen, where.paid.fen) == (paid, paid)
            assert (project.spent_fen.fen, where.spent.fen) == (spent, spent)
            assert where.returned.fen == back
            assert where.unspent.fen == paid - spent - back
            for line in reads.lines_of(session, project.id):
                waits = plain.waits.get(line.id, {})
                assert (line.spent_fen.fen, line.claimed_fen.fen) == (plain.took.get(line.id, 0), sum(waits.values()))
                assert line.left_fen >= Money(0)
            held = sum(fen for kind, _, reason, fen in balances if reason == project.ref and kind != "returned")
            assert held == plain.held[project.id]
        assert all(one.claimed_fen <= one.face_fen for one in session.scalars(sa.select(Document)))

    def whole_story(self) -> None:
        """Every check of the doctor on money, and that two people stand behind each payment, transfer and reversal."""
        self.session.expire_all()
        assert [found for check in (*queries.CHECKS.values(), *books.CHECKS.values()) for found in check(self.session)] == []
        assert list(journal.faults(self.session)) == []
        two = sa.select(Transaction).where(Transaction.kind.in_(("pay", "transfer_in", "transfer_out", "reverse")))
        assert all(one.second_id not in {None, one.by_id} for one in self.session.scalars(two))
        assert self.session.scalar(sa.select(sa.func.count()).select_from(Correction).where(Correction.state == "asked")) == 0


@pytest.fixture
def lived(engine, cast):
    """Two projects of one fund just signed, a second fund of the same source."""
    with transaction(engine) as session:
        fund = make.fund(session, cast, name="甲资金")
        make.fund(session, cast, area="320508019", name="乙资金")
        for _ in range(2):
            planned(session, cast, money=fund)
    return engine


@given(moves=st.tuples(onward, wild, onward, wild, onward, wild).map(lambda parts: [one for part in parts for one in part]))
@settings(
    max_examples=SOAK * 300 or 6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@pytest.mark.only("sqlite")
def test_no_sequence_of_verbs_makes_or_loses_money_or_opens_a_gate_early(lived, cast, moves):
    with Session(lived, expire_on_commit=False) as session:
        world = World(session, cast)
        world._agree()
        for verb, which, position, number in moves:
            project = world.projects[which]
            tranches = world.tranches(project)
            world.move(verb, project, tranches[position % len(tranches)], number)
        world.whole_story()


@pytest.mark.only("sqlite")
def test_the_moves_reach_every_verb(lived, cast):
    """One sequence in which each verb stands at least once, so that the property is not about refusals alone."""
    with Session(lived, expire_on_commit=False) as session:
        world = World(session, cast)
        seen: list[str] = []
        first, second = world.projects

        def go(verb: str, project: Project, position: int, number: int = 5) -> None:
            before = world.at
            world.move(verb, project, world.tranches(project)[position], number)
            seen.append(verb)
            assert world.at > before

        for verb in (
            "request",
            "prepare",
            "send_back",
            "request",
            "prepare",
            "check",
            "approve",
            "send",
            "bounce",
            "resend",
            "send",
            "pay",
            "correct",
        ):
            go(verb, first, 0, 0 if verb == "correct" else 5)
        assert world.tranches(first)[0].state == "bounced"
        for verb in (
            "resend",
            "send",
            "pay",
            "claim",
            "accept",
            "void",
            "claim",
            "reject",
            "change",
            "claim",
            "accept",
            "transfer",
            "correct",
            "midterm",
            "finish",
        ):
            go(verb, first, 0, {"finish": 9, "correct": 0}.get(verb, 5))
        assert world.plain.paid
        assert world.plain.spent[first.id] == 6_000
        for verb in ("demand", "receive"):
            go(verb, first, 0)
        assert world.plain.back[first.id] > 0
        for verb in ("request", "prepare", "check", "approve", "send", "pay", "midterm", "finish", "demand", "waive", "cancel", "close"):
            go(verb, second, 1 if verb == "cancel" else 0, {"cancel": 0, "finish": 9}.get(verb, 5))
        assert world.plain.spent[second.id] == world.tranches(second)[0].amount_fen.fen
        assert world.tranches(second)[1].state == "cancelled"
        assert set(seen) == set(STEPS)
        world.whole_story()
