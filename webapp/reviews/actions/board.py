"""试排: a run is saved with all it looked at; the list may be taken over from one."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from reports.money import Money
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import journal
from webapp.core.scope import Viewer
from webapp.core.workflow import refuse
from webapp.reviews.models import Result, Selection
from webapp.reviews.queries import board
from webapp.reviews.rules.again import run_digest
from webapp.reviews.rules.board import METHODS, Line, tried
from webapp.reviews.rules.line import reasons
from webapp.reviews.rules.ranking import RULE_VERSION, recompute


def save_run(session: Session, call: Call, line: Line, *, method: str, title: str, by: Viewer, at: datetime) -> Selection:
    """保存试排: inputs, list and the rule's version. Raises Refused before the ranking and for a method there is not."""
    base = board.ranking_run(session, call.id)
    if base is None:
        raise refuse("rank", "还没有综合排名，不能试排。")
    if method not in METHODS or not title.strip():
        raise refuse("title", "请给这次试排起个名称，并选定一种排法。", "title")
    inputs = tried(base.inputs, line, method, board.givers(session, base.inputs))
    run = Selection(
        call_id=call.id, inputs=inputs, outputs=recompute(inputs), rule_version=RULE_VERSION, at=at, by_id=by.id, title=title.strip()
    )
    session.add(run)
    session.flush()
    note_run(session, call, run, "try", by=by, at=at, method=method)
    return run


def note_run(session: Session, call: Call, run: Selection, step: str, *, by: Viewer, at: datetime, **more: Any) -> None:
    """Write down which run it was, with the digest that `again.differences` holds it to."""
    named = {"selection": run.ref, "run_digest": run_digest(run.rule_version, run.inputs, run.outputs)}
    journal.record(session, call.ref, step, by=by.ref, at=at, data=named | more)


def adopt(session: Session, call: Call, run: Selection, *, reason: str, by: Viewer, at: datetime) -> int:
    """采用试排: the run's list becomes the list the meeting is given, and later changes are told against it.

    Gives how many applications changed. Raises Refused when the list is no longer open, without a reason, for a run that does
    not repeat, and when its money is more than the call has.
    """
    if call.state != "ranked":
        raise refuse("state", f"征集当前是“{call.state_label}”，名单不能再改。")
    if not reason.strip():
        raise refuse("reason", "请写明采用这次试排的理由。", "reason")
    if run.call_id != call.id or not board.same_again(run):
        raise refuse("run", "这次试排按保存的输入重算，结果不同，不能采用。")
    total = sum((Money(row["amount_fen"]) for row in run.outputs["rows"] if row["outcome"] == "propose"), Money(0))
    if total > rules_of(call).pool:
        raise refuse("pool", "这次试排的合计超过本次资金总额，不能采用。")
    changed = 0
    for row in run.outputs["rows"]:
        result = session.get_one(Result, row["id"], with_for_update=True)
        amount = None if row["amount_fen"] is None else Money(row["amount_fen"])
        changed += (result.outcome, result.amount_fen) != (row["outcome"], amount)
        result.outcome, result.amount_fen = row["outcome"], amount
        result.reason, result.amount_reason = reasons(row)
    run.adopted_at = at
    journal.record(session, call.ref, "adopt", by=by.ref, at=at, data={"selection": run.ref, "changed": changed}, note=reason.strip())
    session.flush()
    return changed
