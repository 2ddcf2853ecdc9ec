"""Verbs of funding, one file for each part: payments, the bank's answers, claims, closing the books."""

from webapp.funding.actions.answers import take
from webapp.funding.actions.claims import accept, claim, reject, void
from webapp.funding.actions.closing import archive, demand, receive, terminate, waive
from webapp.funding.actions.ledger import ask_correction, close_month, confirm_correction, confirm_transfer, prepare_transfer
from webapp.funding.actions.payments import (
    approve,
    bounce,
    cancel,
    check,
    create_batch,
    exported,
    pay,
    plan,
    plan_tranches,
    prepare,
    request,
    resend,
    send_back,
)
from webapp.funding.actions.reading import read_of

TICK = (plan_tranches,)
__all__ = [
    "TICK", "accept", "approve", "archive", "ask_correction", "bounce", "cancel", "check", "claim", "close_month",
    "confirm_correction", "confirm_transfer", "create_batch", "demand", "exported", "pay", "plan",
    "plan_tranches", "prepare", "prepare_transfer", "read_of", "receive", "reject", "request", "resend", "send_back", "take", "terminate", "void", "waive",
]  # fmt: skip
