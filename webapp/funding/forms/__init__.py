"""Forms of funding."""

from webapp.funding.forms.claims import FORMS, Claim, EInvoice
from webapp.funding.forms.payments import (
    Answer,
    Check,
    Demand,
    NewBatch,
    NewCorrection,
    NewTransfer,
    Pay,
    Prepare,
    Receive,
    Request,
    Terminate,
)

__all__ = [
    "FORMS",
    "Answer",
    "Check",
    "Claim",
    "Demand",
    "EInvoice",
    "NewBatch",
    "NewCorrection",
    "NewTransfer",
    "Pay",
    "Prepare",
    "Receive",
    "Request",
    "Terminate",
]
