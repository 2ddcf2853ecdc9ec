"""Verbs of funding, one file for each part: payments, the bank's answers, claims, closing the books."""

from webapp.funding.actions.answers import take
from webapp.funding.actions.chain import chain_for, discuss, review, set_chain, set_columns
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
    give_receipt,
    pay,
    plan,
    plan_tranches,
    prepare,
    request,
    resend,
    send_back,
)
from webapp.funding.actions.reaching import follow_project, next_roles, urge
from webapp.funding.actions.reading import read_of
from webapp.funding.actions.sheets import claim_sheet, create_sheet, drop_sheet, open_names, printed_sheet, reopen_sheet, write_sheet
from webapp.funding.actions.unspent import demand_due, find_unspent

TICK = (plan_tranches, find_unspent)
FOLLOWS = {"project": follow_project}
__all__ = [
    "FOLLOWS", "TICK", "accept", "approve", "archive", "ask_correction", "bounce", "cancel", "chain_for", "check", "claim", "claim_sheet",
    "close_month", "confirm_correction", "confirm_transfer", "create_batch", "create_sheet", "demand", "demand_due", "discuss", "drop_sheet", "exported",
    "follow_project", "give_receipt", "next_roles", "open_names", "pay", "plan", "plan_tranches", "prepare", "prepare_transfer", "printed_sheet",
    "read_of", "receive", "reject", "reopen_sheet", "request", "resend", "review", "send_back", "set_chain", "set_columns", "take", "terminate",
    "urge", "void", "waive", "write_sheet",
]  # fmt: skip
