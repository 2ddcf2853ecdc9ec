"""The gates of payments and claims, without a database."""

from dataclasses import replace
from datetime import date

import pytest

from reports.money import Money
from tests.funding.walk import voucher
from webapp.funding import rules
from webapp.funding.rules import claims
from webapp.funding.rules.claims import ClaimFacts
from webapp.funding.rules.closing import ProjectFacts
from webapp.funding.rules.tranches import TrancheFacts
from webapp.funding.rules.vouchers import Seen, Voucher

TRANCHE = TrancheFacts(
    True, 9, "delivering", "signed", 1, 0, 0, "grant", "invoice", "26001", 1, Money(100), Money(100), 1, 2, 3, True, date(2026, 3, 2), True
)
SEEN = Seen("好邻居超市", "物资", date(2026, 4, 1), "晨光社会工作服务中心")
CLAIM = ClaimFacts(
    "delivering", date(2026, 3, 1), date(2027, 2, 28), date(2026, 5, 1), voucher(face=Money(100)), SEEN, None, None, "", Money(0), False, None,
    Money(0), Money(100), Money(100), Money(100), 1, "",
)  # fmt: skip
SMALL = Voucher("small", "1", Money(50_000), identity="320502193001014323", project="P1")
SHARE = voucher("split", number="F1", face=Money(100), holder="向阳社工站", parent=voucher(face=Money(1_000)))
PROJECT = ProjectFacts(True, 0, 0, 0, 0, Money(0), Money(0), Money(0))


def codes(step, facts):
    found = [rule(facts) for rule in rules.REQUIRED[step]]
    return [one.code for answer in found if answer for one in (answer if isinstance(answer, list) else [answer])]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None), ({"project": "suspended"}, "project"), ({"trigger": "midterm"}, "trigger"), ({"trigger": "midterm", "project": "passed"}, None),
        ({"trigger": "accepted", "project": "closing"}, "trigger"), ({"trigger": "accepted", "project": "accepted"}, None),
        ({"trigger": "graded", "project": "evaluated"}, None), ({"unpaid_before": 1}, "previous"), ({"open_rectifications": 1}, None),
        ({"open_rectifications": 1, "position": 2}, "rectification"), ({"has_account": False}, "account"), ({"receipt_kind": "donation"}, "receipt_kind"),
        ({"legal_form": "procurement", "receipt_kind": "plain"}, "receipt_kind"), ({"legal_form": "donation", "receipt_kind": "donation"}, None),
        ({"receipt_number": " "}, "receipt_number"), ({"receipts": 0}, "receipt"), ({"receipt_later": True, "receipt_number": "", "receipts": 0}, None),
        ({"receipt_later": True, "receipts": 0}, "receipt"), ({"unreceipted_before": 1}, "previous_receipt"), ({"trigger": "audit", "project": "accepted"}, "audit"),
        ({"trigger": "audit", "project": "accepted", "audits": 1}, None),
    ],
)  # fmt: skip
def test_the_gates_of_a_request(change, code):
    assert codes("tranche.request", replace(TRANCHE, **change)) == ([code] if code else [])


@pytest.mark.parametrize(
    ("step", "change", "code"),
    [
        ("check", {}, None), ("check", {"actor_id": 1}, "two_people"), ("check", {"to_request": Money(99)}, "book"), ("approve", {}, None),
        ("approve", {"actor_id": 1}, "two_people"), ("approve", {"actor_id": 2}, "two_people"), ("send", {"batch": False}, "batch"), ("pay", {}, None),
        ("review", {}, None), ("review", {"actor_id": 1}, "two_people"), ("approve", {"reviewed_by_id": 9}, "two_people"),
        ("discuss", {"meeting": "党组会", "meeting_on": date(2026, 3, 2), "minutes_number": "3号", "minutes": 1, "today": date(2026, 3, 2)}, None),
        ("discuss", {"meeting": "党组会", "meeting_on": date(2026, 3, 3), "minutes_number": "3号", "minutes": 1, "today": date(2026, 3, 2)}, "meeting_on"),
        ("discuss", {"meeting": "党组会", "meeting_on": date(2026, 3, 2), "minutes_number": "3号", "today": date(2026, 3, 2)}, "minutes"),
        ("pay", {"actor_id": 3}, "two_people"), ("pay", {"paid_on": None}, "paid_on"), ("prepare", {"acts_for": False}, "organiser"),
    ],
)  # fmt: skip
def test_who_passes_a_payment_on(step, change, code):
    assert codes(f"tranche.{step}", replace(TRANCHE, **change)) == ([code] if code else [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None), ({"project": "evaluated"}, "project"), ({"voucher": voucher(number="", face=Money(100))}, "number"), ({"files": 0}, "files"),
        ({"seen": replace(SEEN, spent_on=date(2026, 2, 28))}, "spent_on"), ({"seen": replace(SEEN, spent_on=date(2026, 5, 2))}, "spent_on"),
        ({"ends_on": date(2026, 3, 31)}, "spent_on"), ({"amount": Money(0)}, "amount"), ({"claimed": Money(1)}, "face"),
        ({"known_face": Money(101)}, "face"), ({"known_face": Money(100)}, None), ({"line_left": Money(99)}, "line"), ({"line_left": None}, "line"),
        ({"paid_left": Money(99)}, "paid"), ({"known_kind": "ticket"}, "kind"), ({"known_kind": "einvoice"}, None), ({"elsewhere": True}, "elsewhere"),
        ({"seen": replace(SEEN, organisation="别的单位")}, "buyer"), ({"seen": replace(SEEN, organisation="别的单位"), "reason": "已备案"}, None),
        ({"seen": replace(SEEN, organisation="别的单位"), "reason": "已备案", "strict_buyer": True}, "buyer"), ({"known_check": "A"}, "check"),
        ({"voucher": SMALL, "amount": Money(50_000), "line_left": Money(50_000), "paid_left": Money(50_000)}, None),
        ({"voucher": SMALL, "amount": Money(1), "small_today": Money(1)}, "small"),
        ({"voucher": SHARE, "elsewhere": True}, None), ({"voucher": SHARE, "parent_face": Money(999)}, "parent_face"),
        ({"voucher": SHARE, "parent_claimed": Money(901), "parent_face": Money(1_000)}, "parent_face"),
    ],
)  # fmt: skip
def test_what_a_claim_must_meet(change, code):
    facts = replace(CLAIM, **change)
    assert [refusal.code for refusal in claims.judged(facts)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("step", "change", "code"),
    [
        ("archive", {}, None), ("archive", {"open_tranches": 1}, "tranches"), ("archive", {"open_claims": 1}, "claims"),
        ("archive", {"open_recoveries": 1}, "recoveries"), ("archive", {"unspent": Money(1)}, "unspent"), ("archive", {"to_request": Money(1)}, "book"),
        ("archive", {"in_payment": Money(1)}, "book"), ("terminate", {"open_tranches": 2, "unspent": Money(5)}, None),
        ("terminate", {"under_way": 1}, "under_way"), ("terminate", {"open_claims": 1}, "claims"), ("terminate", {"acts_for": False}, "organiser"),
    ],
)  # fmt: skip
def test_when_the_books_come_to_rest(step, change, code):
    assert codes(f"project.{step}", replace(PROJECT, **change)) == ([code] if code else [])
