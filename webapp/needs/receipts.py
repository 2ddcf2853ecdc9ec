"""回执: what is handed to who spoke, on paper and behind its QR code. No words and no names: others see the paper."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import reports
from reports.format import day
from reports.report import Card, Cards, Facts, Report, Section
from webapp.accounts.queries import has_dataset
from webapp.core import files, jobs, journal, secrets
from webapp.core.clock import last_day, today
from webapp.core.db import reading, transaction
from webapp.core.scope import Viewer
from webapp.needs import queries
from webapp.needs.finder import hard
from webapp.needs.models import Need
from webapp.needs.rules import OVER

NEXT = {
    "collected": "社区受理，告诉您怎么办", "accepted": "社区商量怎么办，答复您", "returned": "社区不办，理由和去处写在下面",
    "merged": "和同一件事的其他反映一起办", "referred": "有关部门办理，答复您", "ordered": "接单的人来办", "deliberated": "居民坐下来商议",
    "balloted": "居民评议，公布结果", "pledged": "公开认领，看谁能出力", "listed": "等待征集项目", "called": "正在征集项目",
    "delivering": "项目正在做", "resolved": "已经办好，请您评价", "rated": "已经办结", "withdrawn": "已经撤回，不再办理",
}  # fmt: skip
"""What comes next, by state, in words for who spoke."""
ASK = "请打电话问社区"
"""Stands for what a paper must not tell to whoever finds it."""
HELD = 32
"""Digits of a token's keyed hash: 128 bits, not to be guessed."""


def token(need_id: int) -> str:
    """What the QR code carries: opens the page of one need, for who has the paper."""
    return f"{need_id}-{secrets.keyed('receipt', str(need_id))[:HELD]}"


def held(session: Session, typed: str) -> Need | None:
    """The need that a token opens."""
    key = typed.partition("-")[0]
    known = key.isascii() and key.isdecimal() and len(key) < 19 and typed.isascii() and hmac.compare_digest(typed, token(int(key)))
    return session.get(Need, int(key)) if known else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt tells of a need as it stands."""

    number: str
    area: str
    category: str
    raised_on: str
    sealed: bool
    """Handed to 专办人: whoever finds the paper must not learn that."""
    next: str
    until: str
    handler: str
    phone: str
    reason: str
    elsewhere: str
    into: str
    """The number of the need it was merged into."""
    rating: int | None


def told(session: Session, need: Need) -> Receipt:
    """What may be told of a need to whoever holds its receipt."""
    found = queries.one(session, need.id)
    assert found is not None
    sealed = need.decision == "sealed"
    returned = need.state == "returned" and not sealed
    return Receipt(
        need.number, found.area or "", found.category_label, day(today(need.raised_at)), sealed,
        ASK if sealed else NEXT[need.state],
        day(last_day(need.due_at)) if need.due_at and need.state not in OVER else "",
        found.handler or "", found.handler_phone or "",
        _reason(session, need) if returned else "", need.elsewhere if returned else "", found.target_number or "", need.rating,
    )  # fmt: skip


def _reason(session: Session, need: Need) -> str:
    """Why it was returned, unless the sentence names somebody, a door or a private number."""
    note = next((line.note for line in journal.lines(session, [need.ref]) if line.step == "return" and line.note), "")
    private = [one for one in hard(note, queries.names_behind(session, need.id)) if one.what != "座机号码"]
    return f"理由{ASK}。" if private else note


def paper(session: Session, need: Need, base: str, at: datetime) -> Report:
    """The receipt as a document: the number and the telephone in very large type, and the QR code. `base`: the site's own address."""
    found, address = told(session, need), f"{base.rstrip('/')}/r/{token(need.id)}"
    pairs = (
        ("编号", found.number), ("登记日期", found.raised_on), ("社区", f"{found.area} · {found.category}"), ("下一步", found.next),
        ("最晚", found.until), ("谁在办", found.handler), ("电话", found.phone), ("可以找", found.elsewhere),
    )  # fmt: skip
    late = ("过了最晚那天没有答复，请打 12345。",) if found.until else ()
    again = ("想再问，打上面的电话，报编号。", *late, address)
    blocks = (
        Facts(tuple(pair for pair in pairs if pair[1]), large=("编号", "电话")),
        Cards((Card("扫一扫，看办到哪一步", "", again, address, large=True),)),
    )
    return Report(title="需求回执", as_of=at, sections=(Section("", blocks),), demo=has_dataset(session, "demo"))


def ask(session: Session, need: Need, *, base: str, by: Viewer, at: datetime) -> jobs.Job:
    """Have the receipt of a need printed."""
    return jobs.enqueue(session, "need_receipt", {"need": need.id, "base": base, "by": by.ref}, person_id=by.id, at=at)


def make(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job that prints a receipt; only the newest of a need is kept."""
    with reading(engine) as session:
        need = session.get_one(Need, args["need"])
        content = reports.write(paper(session, need, args["base"], at), "pdf")
    with transaction(engine) as session:
        files.detach(session, need.ref, kind="receipt", at=at)
        checked = files.Checked(f"回执-{need.number}.pdf", content, "application/pdf")
        return {"attachment_id": files.attach(session, need.ref, "receipt", checked, by=args["by"], at=at).id}
