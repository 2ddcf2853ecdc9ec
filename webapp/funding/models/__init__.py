"""Tranches and their gates, payment batches, spending documents, recovery."""

from webapp.core.db import says
from webapp.funding.models.audits import RESULTS, Audit, Audited
from webapp.funding.models.ledger import Correction, Transfer
from webapp.funding.models.payments import PAYMENT_COLUMNS, RECEIPT_KINDS, Batch, Tranche
from webapp.funding.models.recovery import Recovery
from webapp.funding.models.sheets import PaidPerson, PayRow, PaySheet
from webapp.funding.models.spending import SPENDING_KINDS, Document, Spending

__all__ = [
    "PAYMENT_COLUMNS",
    "RECEIPT_KINDS",
    "RESULTS",
    "SPENDING_KINDS",
    "Audit",
    "Audited",
    "Batch",
    "Correction",
    "Document",
    "PaidPerson",
    "PayRow",
    "PaySheet",
    "Recovery",
    "Spending",
    "Tranche",
    "Transfer",
]  # fmt: skip

says(
    {
        "ck_fund_transfers_above_nought": "资金转移的金额要大于零。",
        "ck_fund_transfers_two_funds": "请选择另一项资金；同一项资金转到下一年度请用结转。",
        "uq_book_corrections_one_asked": "这笔账已经申请冲销，正在等待复核。",
        "ck_tranches_approver_is_another": "批准人不能是拟办人或审核人，请由另一位领导批准。",
        "ck_tranches_checker_is_another": "审核人不能是拟办人，请由另一位同事审核。",
        "ck_tranches_reviewer_is_another": "科室负责人不能审核自己拟办的拨款，请由另一位同事拟办。",
        "ck_tranches_approver_reviewed_not": "批准人不能是科室审核人，请由另一位领导批准。",
        "ck_tranches_meeting_has_day_and_minutes": "集体研究要有会议日期和纪要编号。",
        "ck_spending_documents_claims_within_face": "这张凭证各项目合计报销的金额超过了票面金额。请核对其他项目已报的部分，或使用分割单。",
        "uq_pay_rows_same_hours": "表里有人在同一时段已从别处领过，请核对起止时间。",
        "ck_pay_rows_ends_after_start": "结束时间要晚于开始时间。",
        "uq_spending_documents_one_document": "这张凭证刚刚被别人登记，请核对后再试。",
        "uq_spendings_once_per_line": "这张凭证已经在本项目同一预算科目报过。",
    }
)
