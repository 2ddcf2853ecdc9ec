"""抽查: drawing documents by lot, and writing down what each was found to be."""

import secrets
from datetime import date, datetime

from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.core import journal
from webapp.core.workflow import refuse
from webapp.funding.models import RESULTS, Audit, Audited
from webapp.funding.queries import audits
from webapp.funding.rules.audits import digest_of, drawn


def draw_audit(session: Session, *, area_code: str, since: date, until: date, way: str, size: int, by: Viewer, at: datetime) -> Audit:
    """抽取: by lot with a seed nobody chose, which is kept and shown, so that anybody can draw the same again. Raises Refused."""
    if since > until:
        raise refuse("order", "结束日期不能早于开始日期。", "until")
    if way == "share" and size > 100:
        raise refuse("share", "按金额抽查的比例不能超过 100%。", "size")
    found = audits.accepted(session, by, area_code, since, until)
    if not found:
        raise refuse("empty", "这一时段没有已认可的支出凭证，请换一个时段或范围。", "since")
    if by.id is None:
        raise refuse("person", "请先登录。")
    seed = secrets.token_hex(16)
    keys = drawn(seed, found, by=way, size=size)
    audit = Audit(
        area_code=area_code, title=f"{since:%Y-%m-%d} 至 {until:%Y-%m-%d} 支出凭证抽查", since=since, until=until, way=way, size=size,
        found=len(found), found_fen=sum((amount for _, amount in found), Money(0)), digest=digest_of(found), seed=seed, by_id=by.id, at=at,
    )  # fmt: skip
    session.add(audit)
    session.flush()
    session.add_all(Audited(audit_id=audit.id, spending_id=key, position=n) for n, key in enumerate(keys, 1))
    session.flush()
    journal.record(session, audit.ref, "draw", by=by.ref, at=at, data={"found": audit.found, "drawn": len(keys), "digest": audit.digest})
    return audit


def write_result(session: Session, audited: Audited, *, result: str, note: str, by: Viewer, at: datetime) -> Audited:
    """登记抽查结果: 无误, or 有问题 with what it is. What was written before stays in the journal. Raises Refused."""
    if result not in RESULTS:
        raise refuse("result", "请选择无误或有问题。", "result")
    if result == "problem" and not note.strip():
        raise refuse("note", "有问题的，请写明问题。", "note")
    audited.result, audited.note, audited.by_id, audited.at = result, note.strip(), by.id, at
    session.flush()
    data = {"spending": audited.spending_id, "result": result}
    journal.record(session, f"spending_audit:{audited.audit_id}", "result", by=by.ref, at=at, data=data, note=note.strip())
    return audited
