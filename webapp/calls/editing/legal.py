"""What a legal form brings with it, in one sentence an officer reads beside the choice."""

from webapp.calls.rules import LEGAL
from webapp.calls.rules.words import CHANNELS, TRIGGERS

RECEIPTS = {"invoice": "发票", "fiscal": "财政票据", "plain": "收据", "donation": "捐赠票据"}


def in_a_sentence(key: str) -> str:
    """Its papers, receipts, what may count, and when money may be paid."""
    form = LEGAL[key]
    receipts = "、".join(RECEIPTS[one] for one in form.receipts)
    said = f"签“{form.agreement}”，拨付的叫“{form.payment}”，收款单位开{receipts}"
    if off := [words for channel, words in CHANNELS.items() if channel not in form.channels]:
        said += f"；{'、'.join(off)}不能计入得分"
    if form.stages:
        said += "；必须有专家评审"
    if len(form.triggers) < len(TRIGGERS):
        said += f"；只能在{'、'.join(TRIGGERS[one] for one in form.triggers)}后拨款"
    return f"{said}。"
