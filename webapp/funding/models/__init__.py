"""Tranches and their gates, payment batches, spending documents, recovery."""

from webapp.core.db import says
from webapp.funding.models.payments import RECEIPT_KINDS, Batch, Tranche
from webapp.funding.models.recovery import Recovery
from webapp.funding.models.spending import SPENDING_KINDS, Document, Spending

__all__ = [
    "RECEIPT_KINDS",
    "SPENDING_KINDS",
    "Batch",
    "Document",
    "Recovery",
    "Spending",
    "Tranche",
]  # fmt: skip

says(
    {
        "ck_tranches_approver_is_another": "批准人不能是拟办人或审核人，请由另一位领导批准。",
        "ck_tranches_checker_is_another": "审核人不能是拟办人，请由另一位同事审核。",
        "ck_spending_documents_claims_within_face": "这张凭证各项目合计报销的金额超过了票面金额。请核对其他项目已报的部分，或使用分割单。",
        "uq_spendings_once_per_line": "这张凭证已经在本项目同一预算科目报过。",
    }
)
