"""Forms of funding."""

from webapp.funding.forms.claims import FORMS, Claim, EInvoice
from webapp.funding.forms.payments import (
    Answer,
    Bounce,
    ChainForm,
    Check,
    Columns,
    Demand,
    Discuss,
    NewBatch,
    NewCorrection,
    NewTransfer,
    Pay,
    Prepare,
    Receipt,
    Receive,
    Request,
    Resend,
    Terminate,
)
from webapp.funding.forms.sheets import ClaimSheet, PayRows, PaySheetForm

__all__ = [
    "FORMS",
    "Answer",
    "Bounce",
    "ChainForm",
    "Check",
    "Claim",
    "ClaimSheet",
    "Columns",
    "Demand",
    "Discuss",
    "EInvoice",
    "NewBatch",
    "NewCorrection",
    "NewTransfer",
    "Pay",
    "PayRows",
    "PaySheetForm",
    "Prepare",
    "Receipt",
    "Receive",
    "Request",
    "Resend",
    "Terminate",
]
