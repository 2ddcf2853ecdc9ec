"""追溯一分钱: the way of a payment, from what it was used for back to the sentence a resident said, and on to the neighbours' judgement."""

from webapp.core.workflow import Refusal
from webapp.funding.models import Tranche
from webapp.reporting import way
from webapp.reporting.papers import Paper


def is_paid(tranche: Tranche) -> Refusal | None:
    return None if tranche.state == "paid" else Refusal("not_paid", "这一期还没有拨付，没有去处可以追溯。")


PAPER = Paper(
    key="penny_tranche", title="追溯一分钱", about=Tranche, right="tranche.read", shared=False, gather=way.gather, build=way.build,
    retention="10", author="platform", suffixes=("pdf", "docx"), ready=is_paid, named=way.named,
)  # fmt: skip
