"""追溯一分钱: the way of one spending document, back to the sentence a resident said, and on to the neighbours' judgement."""

from webapp.core.workflow import Refusal
from webapp.funding.models import Spending
from webapp.reporting import way
from webapp.reporting.papers import Paper


def is_accepted(spending: Spending) -> Refusal | None:
    return None if spending.state == "accepted" else Refusal("not_accepted", "这张凭证还没有审核通过，编不了追溯。")


PAPER = Paper(
    key="penny_spending", title="追溯一分钱", about=Spending, right="spending.read", shared=False, gather=way.gather, build=way.build,
    retention="10", author="platform", suffixes=("pdf", "docx"), ready=is_accepted, named=way.named,
)  # fmt: skip
