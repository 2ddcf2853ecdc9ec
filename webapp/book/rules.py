"""The verbs of the book as one table: from which pot to which, and what each movement counts as. Pure."""

from dataclasses import dataclass

MOVES: dict[str, tuple[tuple[str, str], ...]] = {
    "budget": (("source", "available"),),
    "reserve": (("available", "committed"),),
    "release": (("committed", "available"),),
    "request": (("committed", "requested"),),
    "bounce": (("requested", "committed"),),
    "pay": (("requested", "paid"),),
    "spend": (("paid", "spent"),),
    "unspend": (("spent", "paid"),),
    "return": (("paid", "returned"), ("returned", "available")),
    "donate": (("source", "available"),),
    "use": (("available", "spent"),),
    "carry_out": (("available", "source"),),
    "carry_in": (("source", "available"),),
    "transfer_out": (("available", "source"),),
    "transfer_in": (("source", "available"),),
}
"""Each verb's movements. Money given back is seen on `returned` and is free again in the same transaction."""

FUNDS = frozenset({"source", "available"})
"""The pots of the fund itself; all others stand for a reason."""

COUNTS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "budget": ("available", 1, ("budget", "carry_out", "carry_in", "transfer_out", "transfer_in")),
    "committed": ("committed", 1, ("reserve", "release")),
    "requested": ("requested", 1, ("request", "bounce")),
    "paid": ("paid", 1, ("pay",)),
    "spent": ("spent", 1, ("spend", "unspend")),
    "returned": ("paid", -1, ("return",)),
}
"""What a report calls budget, committed … is a turnover: the postings on one kind of account, with a sign, of some verbs.

What is carried over (结转) leaves the budget of its year and joins the next one's; what is passed on (资金转移, 区→街道) leaves the
budget of one fund and joins another's. Neither is paid or spent, and over both funds the sum stays the same.
Donations have verbs of their own and so are in none of these: they are never netted with 财政 or 福彩 money.
A reversal counts as a negative of the verb it reverses. So what was committed stays said after it was paid.
"""

LABELS = {
    "budget": "下达预算", "reserve": "立项预留", "release": "预留释放", "request": "请款", "bounce": "银行退回", "pay": "拨付",
    "spend": "支出", "unspend": "支出退回", "return": "结余收回", "donate": "捐赠到账", "use": "捐赠使用",
    "carry_out": "结转下年", "carry_in": "上年结转", "transfer_out": "资金转出", "transfer_in": "资金转入", "reverse": "冲销",
}  # fmt: skip
WORDS = {f"book.{verb}": label for verb, label in LABELS.items()} | {"fund.close_period": "结账"}


@dataclass(frozen=True, slots=True, order=True)
class Pot:
    """An account by what it is: accounts are always touched in this order."""

    kind: str
    fund: str
    year: int
    reason: str


def moves(verb: str, fund: str, year: int, reason: str) -> tuple[tuple[Pot, Pot], ...]:
    """The movements of a verb, each from one pot to another."""

    def pot(kind: str) -> Pot:
        return Pot(kind, fund, year, "" if kind in FUNDS else reason)

    return tuple((pot(source), pot(target)) for source, target in MOVES[verb])
