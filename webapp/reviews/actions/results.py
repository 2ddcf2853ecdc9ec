"""From the last score to the signed report: who lies far from the others, the chair, the locked totals, the signatures."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as printed
from webapp.accounts.models import Organisation
from webapp.accounts.queries import people_with
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import calendar, journal, outbox
from webapp.core.scope import Viewer
from webapp.core.workflow import CLOCK, NotAllowed, Refusal, Refused, begin, carrying, refuse, take_step
from webapp.reviews.models import Assignment, Divergence, Panel, PanelReport, PanelSignature, Seat
from webapp.reviews.queries import scores
from webapp.reviews.rules import report as papers
from webapp.reviews.rules.signing import may_lock
from webapp.scoring.rules import said

SIGN_WORKDAYS = 3
"""Working days in which a report is signed; who is silent until then agrees."""


def find_divergences(session: Session, panel: Panel, *, at: datetime) -> None:
    """After all scores are in: ask each judge whose score lies too far from the others' (the call's figures say how far)."""
    call = session.get_one(Call, panel.call_id)
    rules = rules_of(call)
    far = {
        (line.application_id, person): line.scores[person] for line in scores.figures_of(session, panel, call).lines for person in line.far
    }
    mine = session.scalars(sa.select(Assignment).where(Assignment.panel_id == panel.id).order_by(Assignment.id)).all()
    for one in mine:
        score, known = far.get((one.application_id, one.person_id)), session.get(Divergence, one.id)
        if score is None or one.state != "done":
            if known is not None:
                session.delete(known)
        elif known is None:
            session.add(Divergence(assignment_id=one.id, score=score, asked=rules.figures.on_divergence))
            _ask(session, one, rules.figures.divergence or 0, at=at)
        elif known.score != score:
            known.score, known.reason, known.answered_at = score, "", None
            _ask(session, one, rules.figures.divergence or 0, at=at)
    if far:
        journal.record(session, panel.ref, "diverge", by="clock", at=at, data={"scores": len(far)})
    session.flush()


def _ask(session: Session, one: Assignment, limit: int, *, at: datetime) -> None:
    body = (
        f"您对《{one.title}》的评分与其他评委平均相差超过 {said(limit)} 分。请打开这一份，书面说明保留原分的理由；组织单位也可能退回复评。"
    )
    outbox.tell(session, [one.person_id], one.ref, "请说明一份评分", body, at=at)


def given_again(session: Session, assignment: Assignment) -> None:
    """退回复评: what was asked for is on its way; when the new score is far too, a reason is asked for."""
    known = session.get(Divergence, assignment.id)
    if known is not None:
        known.asked, known.reason, known.answered_at = "reason", "", None


def explain(session: Session, assignment: Assignment, *, reason: str, by: Viewer, at: datetime) -> None:
    """书面说明: the judge says why the score stays. Raises Refused where nothing is asked, or the score is to be given again."""
    known = session.get(Divergence, assignment.id, with_for_update=True)
    if assignment.person_id != by.id:
        raise NotAllowed(Refusal("judge", "评分由评委本人说明。"))
    if known is None or session.get_one(Panel, assignment.panel_id).state != "closed":
        raise refuse("nothing", "这份评分现在不需要说明。")
    if known.asked == "rescore":
        raise refuse("rescore", "按本次征集的规则，这份评分要退回复评，请等组织单位退回后重新评分。")
    if scores.live_report(session, assignment.panel_id) is not None:
        raise refuse("locked", "总分已经锁定，不能再改说明。")
    known.reason, known.answered_at = reason.strip(), at
    journal.record(session, assignment.ref, "explain", by=by.ref, at=at, note=known.reason)


def appoint_chair(session: Session, seat: Seat, *, how: str, by: Viewer, at: datetime) -> None:
    """组长: elected by the judges or appointed; another may take over until the totals are locked."""
    panel = session.get_one(Panel, seat.panel_id, with_for_update=True)
    if panel.state not in {"drawn", "scoring", "closed"} or seat.state != "pledged" or seat.reserve:
        raise refuse("seat", "只能从已签署承诺书的评委里产生组长，评审结果确认后不能再换。")
    if scores.live_report(session, panel.id) is not None:
        raise refuse("locked", "总分已经锁定，不能再换组长。")
    before = scores.chair_of(session, panel.id)
    if before is not None:
        before.chair = False
        session.flush()
    seat.chair = True
    journal.record(session, panel.ref, "chair", by=by.ref, at=at, data={"seat": seat.ref, "how": how})
    outbox.tell(session, [seat.person_id], panel.ref, "您是评审组组长", f"{panel.title}的评分收齐后，请核对并锁定总分。", at=at)


def lock_totals(session: Session, seat: Seat, *, by: Viewer, at: datetime) -> PanelReport:
    """锁定总分, by the chair: the figures are frozen, and every seated judge is asked to sign them."""
    panel = session.get_one(Panel, seat.panel_id, with_for_update=True)
    if (wrong := may_lock(scores.facts_of_lock(session, panel, by.id))) is not None:
        raise Refused(wrong)
    call = session.get_one(Call, panel.call_id)
    found = scores.figures_of(session, panel, call)
    judges, aliases = scores.seated(session, panel.id), scores.aliases(session, panel.id)
    reasons = [
        {"judge": aliases[one.person_id], "title": one.title, "score": one.score, "reason": one.reason}
        for one in scores.divergences(session, panel.id)
    ]  # fmt: skip
    shown = {person: name for person, name in aliases.items() if person in judges or any(person in line.scores for line in found.lines)}
    content = papers.content(
        found, rules_of(call), call={"number": call.number, "title": call.title}, aliases=shown, reasons=reasons,
        recused=scores.recused(session, panel.id), locked_at=at.isoformat(),
    )  # fmt: skip
    report = PanelReport(
        panel_id=panel.id, title=f"{panel.title}评审报告", content=content, digest=journal.digest(journal.canonical(content)),
        due_at=calendar.deadline(at, SIGN_WORKDAYS),
    )  # fmt: skip
    begin(session, report, by=by, at=at, data={"digest": report.digest})
    until = printed.until(report.due_at) if report.due_at else ""
    body = (
        f"{panel.title}的总分已由组长锁定，请在 {until} 前签署评审报告。有不同意见的请书面写明理由；"
        f"逾期未签署又没有书面说明的，视为同意（{papers.ARTICLE}）。"
    )
    outbox.tell(session, judges, report.ref, "请签署评审报告", body, at=at)
    return report


def sign(session: Session, report: PanelReport, *, dissent: str = "", by: Viewer, at: datetime) -> None:
    """签署, with one's own account, over the digest of the figures; a dissent is written and printed. The last one settles."""
    session.scalar(sa.select(PanelReport.id).where(PanelReport.id == report.id).with_for_update())
    judges = scores.seated(session, report.panel_id)
    if by.id not in judges:
        raise NotAllowed(Refusal("judge", "评审报告由本评审组的评委签署。"))
    if report.state != "signing" or (report.due_at is not None and at >= report.due_at):
        raise refuse("over", "评审报告的签署已经结束。")
    if session.get(PanelSignature, (report.id, by.id)) is not None:
        raise refuse("signed", "您已经签署过这份评审报告。")
    kind, words = ("dissent", dissent.strip()) if dissent.strip() else ("agree", "")
    session.add(PanelSignature(report_id=report.id, person_id=by.id, kind=kind, text=words, digest=report.digest, at=at))
    session.flush()
    journal.record(session, report.ref, "sign", by=by.ref, at=at, data={"kind": kind, "digest": report.digest}, note=words)
    count = session.scalar(sa.select(sa.func.count()).where(PanelSignature.report_id == report.id))
    if count == len(judges):
        take_step(session, report, "settle", by=carrying(by), at=at)


def settle(session: Session, report: PanelReport, *, by: Any, at: datetime, note: str = "") -> None:
    """定稿: who was silent until the day was over is written down as agreeing, and it is said that he was silent."""
    take_step(session, report, "settle", by=by, at=at, note=note)
    signed = set(session.scalars(sa.select(PanelSignature.person_id).where(PanelSignature.report_id == report.id)))
    for person in scores.seated(session, report.panel_id):
        if person not in signed:
            session.add(PanelSignature(report_id=report.id, person_id=person, kind="silence", text="", digest=report.digest, at=at))
    session.flush()


def settle_due(session: Session, at: datetime) -> int:
    """Reports whose day is over settle by themselves."""
    due = session.scalars(sa.select(PanelReport).where(PanelReport.state == "signing", PanelReport.due_at <= at).order_by(PanelReport.id))
    found = due.all()
    for report in found:
        settle(session, report, by=CLOCK, at=at)
    return len(found)


def open_sealed(session: Session, panel: Panel, *, reason: str, by: Viewer, at: datetime) -> None:
    """提前查看: sealed scores are opened once, with a reason, in the journal, and the overseer is told."""
    call = session.get_one(Call, panel.call_id)
    journal.record(session, panel.ref, "open_sealed", by=by.ref, at=at, note=reason)
    people = _overseers(session, call, at)
    name = session.scalar(sa.select(Organisation.name).where(Organisation.id == call.organiser_id)) or ""
    body = f"{printed.moment(at)}，{name}有人在评分公开前查看了“{panel.title}”的密封评分。理由：{reason}"
    outbox.tell(session, people, panel.ref, "密封的评分被提前查看", body, at=at)


def _overseers(session: Session, call: Call, at: datetime) -> list[int]:
    """监管单位's people, or where a call names none, the auditors of its area."""
    roles = ("auditor", "finance", "bureau", "bureau_head", "bureau_lead", "supervisor")
    found = people_with(session, roles, at=at, organisation_id=call.overseer_id) if call.overseer_id is not None else []
    return found or people_with(session, ("auditor",), at=at, area=call.area_code)
