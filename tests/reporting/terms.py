"""The terms of an agreement, as they are frozen."""

from reports.format import capital
from reports.money import Money

TERMS = {
    "title": "银龄陪伴", "project": "G2026-0001", "call": "2026 年公益创投", "legal_form": "grant", "party_a": "姑苏区民政局",
    "party_b": "晨光社会工作服务中心", "payer": "姑苏区民政局", "granted_fen": 5_000_000, "granted_words": capital(Money(5_000_000)),
    "own_fen": 500_000, "starts_on": "2026-03-01", "ends_on": "2027-02-28",
    "tranches": [{"percent": 60, "trigger": "signed", "fen": 3_000_000}, {"percent": 40, "trigger": "midterm", "fen": 2_000_000}],
    "indicators": [{"title": "服务人次", "unit": "人次", "target": 1200, "due_on": "2027-02-01"}],
}  # fmt: skip
