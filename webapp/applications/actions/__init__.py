"""Verbs on applications: filling in, asking communities, submitting, checking; and a call's changes applicants must hear of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import until
from reports.money import Money
from webapp.accounts.queries import area_names, people_with
from webapp.accounts.viewer import Viewer
from webapp.applications import queries
from webapp.applications.actions import coaching
from webapp.applications.actions.changed import APPLICANT
from webapp.applications.actions.changed import amend_call as amend_call
from webapp.applications.actions.changed import cancel_call as cancel_call
from webapp.applications.actions.coaching import end_due
from webapp.applications.actions.content import content_of as content_of
from webapp.applications.actions.landings import agree as agree
from webapp.applications.actions.landings import applicants, lapse_due, remind_due
from webapp.applications.actions.landings import decline as decline
from webapp.applications.actions.landings import suggest as suggest
from webapp.applications.models import Application, ApplicationNeed, Check, Landing, SectionDraft, SentBack, Snapshot
from webapp.applications.rules import Asked, Editing, Merged, Sheet, editable, landing_area, late, merge, read, sent_back, unsaved
from webapp.applications.rules import sections as section_titles
from webapp.applications.sealing import opened, sealed
from webapp.applications.writing import answers_at
from webapp.calls.models import Call
from webapp.calls.rules import CallRules
from webapp.core import files, journal, numbers, outbox, search
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.trace import trace
from webapp.core.workflow import NotAllowed, Refusal, Refused, begin, refuse, take_step
from webapp.workflows import APPLICATION


class Conflict(Refused):
    """Somebody else changed the same answers meanwhile; `newest` is what they saved, `merged` the two put together as far as it goes."""

    def __init__(self, newest: SectionDraft, merged: Merged) -> None:
        super().__init__(
            Refusal("stale", "另一位同事刚刚保存了这一部分，同一处两个人都改了。两份内容都在，请逐处选择用哪一份，再按“保存”。")
        )
        self.newest = newest
        self.merged = merged


@dataclass(frozen=True, slots=True)
class Saved:
    """What a saving gives back: the section's new version and what is still to be done in it."""

    version: int
    at: datetime
    remarks: tuple[Refusal, ...]
    taken: tuple[str, ...] = ()
    """The answers a colleague had changed meanwhile, put together with these."""
    late: str = ""
    """Says that it came after the deadline: kept, but nothing that counts."""


def create(session: Session, call: Call, *, title: str, category: str, by: Viewer, at: datetime) -> Application:
    """Begin an application of one's own organisation for an open call. Raises Refused when the call takes none."""
    member = by.member(*APPLICANT)
    if member is None or by.id is None:
        raise NotAllowed(Refusal("role", "申报由社会组织的成员或负责人填写。"))
    if call.state != "open" or at >= call.closes_at:
        raise refuse("call_closed", f"“{call.title}”现在不接受申报，请选择申报中的征集。", "call")
    rules = CallRules.from_json(call.rules)
    if category not in {one.key for one in rules.categories}:
        raise refuse("category", "请选择本次征集的项目类别。", "category")
    application = Application(
        number=numbers.take(session, "S", today(at).year), call_id=call.id, version=call.version,
        organisation_id=member.organisation_id, area_code=call.area_code, title=title.strip(), category=category,
        requested_fen=Money(0), own_fen=Money(0), stages=list(call.stages), returns=0,
    )  # fmt: skip
    begin(session, application, by=by, at=at, data={"call": call.ref, "version": call.version})
    application.due_at = call.closes_at
    _keep(session, application, "basics", {"title": title.strip(), "category": category}, 1, by, at)
    trace(session, call.ref, application.ref)
    return application


def _keep(
    session: Session, application: Application, section: str, raw: Mapping[str, Any], version: int, by: Viewer, at: datetime
) -> SectionDraft:
    if by.id is None:
        raise NotAllowed(Refusal("person", "请先登录。"))
    kept = SectionDraft(application_id=application.id, section=section, version=version, answers=dict(raw), by_id=by.id, at=at)
    session.add(kept)
    session.flush()
    return kept


def must_be_editable(session: Session, application: Application, at: datetime, section: str = "", *, by: Viewer) -> Call:
    """The call of an application that this person may change now, in this section. Raises Refused with what holds and what was kept."""
    if queries.given_level(session, application, by) == "view":
        raise NotAllowed(Refusal("level", "您在这份申报里的权限是“只看”。要填写，请本单位负责人在“协作人”里改。"))
    call = session.get_one(Call, application.call_id)
    refusal = editable(Editing(application.state, call.state, call.closes_at, application.due_at, at))
    if refusal is None and section and application.state == "returned":
        refusal = sent_back(section, queries.sent_back_of(session, application))
    if refusal is not None:
        raise Refused(refusal)
    return call


def save(
    session: Session, application: Application, section: str, raw: Mapping[str, Any], *, version: int, by: Viewer, at: datetime,
    source: str = "", looked: bool = False,
) -> Saved:  # fmt: skip
    """Keep what was typed in a section, valid or not, on top of the version it was typed over.

    Saving the same words again keeps no new version. What a colleague saved meanwhile is put together with it, answer by
    answer; raises Conflict where both changed the same. What comes shortly after the deadline (by the server's clock: it may
    have been written without network) is kept as a draft that cannot be handed in any more; later, and once the application
    was handed in, it is Refused. `source`: where it was taken over from; it is shown and stands in the way of submitting until
    somebody saves the section by its button (`looked`), changed or not.
    """
    call, too_late = _open_for(session, application, section, by, at)
    rules = queries.rules_for(session, application)
    newest = queries.newest_draft(session, application.id, section)
    last = newest.version if newest else 0
    taken: tuple[str, ...] = ()
    if newest is not None and version != last and opened(newest.answers) != dict(raw):
        base = opened(answers_at(session, application.id, section, version) or {})
        merged = merge(base, raw, opened(newest.answers))
        if merged.clashes:
            raise Conflict(newest, merged)
        raw, taken = merged.values, merged.taken
    carried_on = bool(newest and newest.source) and not looked
    if newest is None or opened(newest.answers) != dict(raw) or (newest.source and looked):
        last += 1
        kept = _keep(session, application, section, sealed(rules, section, raw), last, by, at)
        kept.source = source or (newest.source if newest and carried_on else None)
    needs = {key for key, _, _ in queries.call_needs(session, call.id)}
    sheet = read(rules, section, raw, Asked(call.area_code, needs, application.category), version=last)
    carried = [] if too_late else _carry(session, application, call, sheet)
    return Saved(last, at, (*sheet.remarks, *carried), taken, too_late)


def _open_for(session: Session, application: Application, section: str, by: Viewer, at: datetime) -> tuple[Call, str]:
    """The call of an application that may be changed here, and the sentence for what comes a little too late."""
    try:
        return must_be_editable(session, application, at, section, by=by), ""
    except NotAllowed:
        raise
    except Refused as refused:
        call = session.get_one(Call, application.call_id)
        said = late(Editing(application.state, call.state, call.closes_at, application.due_at, at))
        if not said or (application.state == "returned" and sent_back(section, queries.sent_back_of(session, application))):
            raise Refused(*(unsaved(one) for one in refused.refusals)) from None
        return call, said


def _carry(session: Session, application: Application, call: Call, sheet: Sheet) -> list[Refusal]:
    """Keep on the application itself what lists and later stages read: title, category, place, needs, amounts."""
    values = sheet.values
    if sheet.key == "budget":
        application.requested_fen = Money(values["requested_fen"])
        application.own_fen = sum((Money(line["own_fen"]) for line in values["rows"]), Money(0))
    if sheet.key != "basics":
        return []
    application.category = values["category"] or application.category
    application.area_code = landing_area(values["communities"], call.area_code)
    session.execute(sa.delete(ApplicationNeed).where(ApplicationNeed.application_id == application.id))
    session.add_all(ApplicationNeed(application_id=application.id, need_id=key) for key in values["needs"])
    title = (values["title"] or "")[:120]
    if not title or title == application.title:
        return []
    twin = sa.select(Application.id).where(
        Application.call_id == call.id,
        Application.organisation_id == application.organisation_id,
        Application.title == title,
        Application.id != application.id,
    )
    if session.scalar(twin) is not None:
        return [queries.TITLE_TAKEN]
    application.title = title
    return []


def attach(session: Session, application: Application, papers: Mapping[str, Sequence[files.Checked]], *, by: Viewer, at: datetime) -> int:
    """Keep uploaded attachments by the paper they are for; gives how many."""
    must_be_editable(session, application, at, "files", by=by)
    kept = 0
    for kind, uploaded in papers.items():
        for one in uploaded:
            files.attach(session, application.ref, kind, one, by=by.ref, at=at)
            kept += 1
    return kept


def detach(session: Session, application: Application, attachment_id: int, *, by: Viewer, at: datetime) -> None:
    """Take an attachment away again; what an earlier snapshot names keeps its digest there."""
    must_be_editable(session, application, at, "files", by=by)
    session.execute(sa.delete(files.Attachment).where(files.Attachment.id == attachment_id, files.Attachment.subject == application.ref))


def ask_landing(session: Session, application: Application, *, by: Viewer, at: datetime) -> int:
    """Ask every named community that was not asked yet whether the project may land there; gives how many were asked."""
    call = must_be_editable(session, application, at, by=by)
    rules = queries.rules_for(session, application)
    newest = queries.newest_draft(session, application.id, "basics")
    sheet = read(rules, "basics", newest.answers if newest else {}, Asked(call.area_code, ()))
    codes = sheet.values["communities"]
    if not codes:
        place = f"/applications/{application.id}/sections/basics#communities"
        raise refuse("communities", "请先在“基本信息”里选择落地的社区。", place)
    asked = set(session.scalars(sa.select(Landing.area_code).where(Landing.application_id == application.id)))
    names = area_names(session, codes)
    for code in codes:
        if code in asked:
            continue
        landing = Landing(application_id=application.id, area_code=code, title=f"{names.get(code, code)} · {application.title}")
        begin(session, landing, by=by, at=at, step="ask")
        landing.due_at = deadline(at, rules.landing_workdays)
        people = people_with(session, ("community", "party_lead"), at=at, area=code)
        body = f"请答复是否同意项目“{application.title}”在本社区落地，{rules.landing_workdays} 个工作日内。"
        if application.due_at is not None and application.due_at < landing.due_at:
            body += f"申报在 {until(application.due_at)} 截止，请在此以前答复。"
        outbox.tell(session, people, landing.ref, "落地确认待答复", body, at=at)
    return len([code for code in codes if code not in asked])


def _checkers(session: Session, call: Call, at: datetime) -> list[int]:
    found = people_with(session, ("bureau", "street"), at=at, organisation_id=call.organiser_id)
    if call.operator_id is not None:
        found += people_with(session, ("operator",), at=at, organisation_id=call.operator_id)
    return found


def submit(session: Session, application: Application, *, by: Viewer, at: datetime, note: str = "") -> Snapshot | None:
    """提交: freeze a snapshot of everything, and hand it to the checkers.

    Pressed again (twice, in another window, after an answer that never came) it gives the same receipt and does nothing.
    Raises Refused with every blocker (its place is the field's address), or when it has gone on already.
    """
    if application.state == "submitted" and APPLICATION.step("submit").who & by.roles_on(application):
        return queries.newest_snapshot(session, application.id)
    if application.state not in {"draft", "returned"}:
        take_step(session, application, "submit", by=by, at=at)
        return None
    found = queries.whole(session, application, at)
    content = content_of(found)
    last = session.scalar(sa.select(sa.func.max(Snapshot.number)).where(Snapshot.application_id == application.id)) or 0
    application.submitted_at = at
    take_step(session, application, "submit", by=by, at=at, note=note, data={"snapshot": last + 1})
    kept = Snapshot(
        application_id=application.id, number=last + 1, content=content, digest=queries.digest_of(content), by_id=by.id or 0, at=at
    )
    session.add(kept)
    session.flush()
    for key in content["needs"]:
        trace(session, f"need:{key}", application.ref)
    text = f"{application.number} {application.title} {found.organisation.name}"
    search.index(session, "application", application.id, text)
    body = f"{found.organisation.name}提交“{application.title}”，请资格初审。"
    outbox.tell(session, _checkers(session, found.call, at), application.ref, f"申报待初审 {application.number}", body, at=at)
    return kept


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checker decides on one rule; a reason is needed where it differs from what the records say."""

    outcome: str
    reason: str = ""


def check(session: Session, application: Application, verdicts: Sequence[Verdict], *, by: Viewer, at: datetime) -> None:
    """Record the formal check of this round, rule by rule. Raises Refused where an override lacks its reason."""
    if application.state != "submitted":
        raise refuse("state", f"申报现在是“{application.state_label}”，不能再改资格初审表。")
    facts = queries.facts_of_check(session, application, by, at)
    if not facts.mine:
        raise NotAllowed(Refusal("not_yours", "资格初审由主办单位和承办机构办理。"))
    proposed = queries.outcomes(session, application, at)
    missing = [
        Refusal("reason", f"“{one.rule.text}”改动了系统核对的结果，请写明理由。", f"reason-{n}")
        for n, (one, verdict) in enumerate(zip(proposed, verdicts, strict=True))
        if verdict.outcome != one.outcome and not verdict.reason.strip()
    ]
    if missing:
        raise Refused(*missing)
    session.execute(sa.delete(Check).where(Check.application_id == application.id, Check.round == application.returns + 1))
    for n, (one, verdict) in enumerate(zip(proposed, verdicts, strict=True)):
        session.add(
            Check(
                application_id=application.id, round=application.returns + 1, rule=rule_key(n, one.rule.kind), outcome=verdict.outcome,
                reason=verdict.reason.strip() or one.reason, by=by.ref, at=at,
            )
        )  # fmt: skip
    results = [verdict.outcome for verdict in verdicts]
    data = {"round": application.returns + 1, **{key: results.count(key) for key in ("pass", "fail", "manual")}}
    journal.record(session, application.ref, "check", by=by.ref, at=at, data=data)


def rule_key(place: int, kind: str) -> str:
    """How a rule is named in the record of a check: its place in the rules and its kind."""
    return f"{place + 1:02d}.{kind}"


def _tell(session: Session, application: Application, title: str, body: str, at: datetime) -> None:
    people = applicants(session, application, at)
    outbox.tell(session, people, application.ref, f"{title} {application.number}", body, at=at)


def give_back(
    session: Session, application: Application, *, by: Viewer, at: datetime, note: str = "", sections: Mapping[str, str] | None = None
) -> None:
    """退回补正, once, with what to correct and the working days the call gives for it.

    `sections`: those that may be changed, each with its remark; without any, all of them.
    """
    rules = queries.rules_for(session, application)
    due = deadline(at, rules.correction_workdays)
    named = sections or {}
    take_step(session, application, "return", by=by, at=at, note=note, due=due, data={"sections": sorted(named)} if named else None)
    application.returns += 1
    session.add_all(
        SentBack(application_id=application.id, round=application.returns, section=key, remark=remark) for key, remark in named.items()
    )
    only = "；".join(f"{title}：{named[key]}" for key, title in section_titles(rules) if key in named)
    said = "。".join(one.rstrip("。") for one in (note, only) if one)
    _tell(session, application, "申报退回补正", f"{said}（请在 {today(due).isoformat()} 前补正并重新提交）", at)


def pass_check(session: Session, application: Application, *, by: Viewer, at: datetime, note: str = "") -> None:
    """资格初审通过."""
    take_step(session, application, "pass", by=by, at=at, note=note)
    _tell(session, application, "资格初审通过", f"“{application.title}”通过资格初审，进入评审。", at)


def fail_check(session: Session, application: Application, *, by: Viewer, at: datetime, note: str = "") -> None:
    """资格初审不通过, with the reasons."""
    take_step(session, application, "fail", by=by, at=at, note=note)
    _tell(session, application, "资格初审未通过", note, at)


def withdraw(session: Session, application: Application, *, by: Viewer, at: datetime, note: str = "") -> None:
    """撤回申报; those who check it are told when they had it."""
    had = application.state != "draft"
    take_step(session, application, "withdraw", by=by, at=at, note=note)
    if had:
        call = session.get_one(Call, application.call_id)
        body = f"“{application.title}”已由申报单位撤回。"
        outbox.tell(session, _checkers(session, call, at), application.ref, f"申报撤回 {application.number}", body, at=at)


TICK = (remind_due, lapse_due, end_due)
FOLLOWS = {"application": coaching.follow}
