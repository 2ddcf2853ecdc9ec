"""Verbs on funds and calls: setting up money, drafting, publishing, opening, closing, a new version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.calls.actions.funds import ORGANISER, add_budget, confirm_carry, create_fund, edit_fund, prepare_carry, set_quotas
from webapp.calls.actions.inquiries import forget_asker
from webapp.calls.editing.guards import in_words
from webapp.calls.models import Call, CallNeed, Version
from webapp.calls.queries import digest_of, rules_of, runs
from webapp.calls.queries.inquiries import followers
from webapp.calls.queries.quotas import fund_rules
from webapp.calls.queries.versions import version_of
from webapp.calls.rules import SOUND, CallFacts, CallRules, RulesError, inherited, until
from webapp.core import journal, numbers, outbox, search
from webapp.core.clock import today
from webapp.core.trace import trace
from webapp.core.workflow import CLOCK, NotAllowed, Refusal, Refused, begin, carrying, refuse, take_step
from webapp.needs.models import Need

AMENDABLE = frozenset({"published", "open"})
"""States in which a change is a new version."""
TOLD = 5
"""How many changes a message tells."""


@dataclass(frozen=True, slots=True)
class CallDraft:
    """All a person decides about a call while drafting it."""

    kind: str
    legal_form: str
    title: str
    intro: str
    operator_id: int | None
    evaluator_id: int | None
    payer_id: int
    fund_id: int
    fund_year: int
    opens_at: datetime
    closes_at: datetime
    needs: tuple[int, ...]
    without_needs: str
    rules: CallRules
    template: str = ""
    """Which template the rules began with; only a new call takes it."""


def draft(session: Session, values: CallDraft, *, by: Viewer, at: datetime) -> Call:
    """Begin a call of one's own office, in draft."""
    member = by.member(*ORGANISER)
    if member is None or by.id is None:
        raise NotAllowed(Refusal("role", "征集由主办单位（主管部门或街道）起草。"))
    call = Call(
        number=numbers.take(session, "Z", today(at).year, width=3), area_code=member.area_code,
        organiser_id=member.organisation_id, prepared_by_id=by.id, version=0, template=values.template,
    )  # fmt: skip
    _write(session, call, values)
    begin(session, call, by=by, at=at, data={"kind": values.kind, "legal_form": values.legal_form})
    _choose(session, call, values.needs)
    search.index(session, "call", call.id, f"{call.number} {call.title}")
    return call


def edit(session: Session, call: Call, values: CallDraft, *, by: Viewer, at: datetime) -> None:
    """Change a call while it is a draft; who changes it last has prepared it. Raises Refused afterwards."""
    if call.state != "draft" or by.id is None:
        raise refuse("state", "公告已经报请发布，不能再改草稿。要改，请先退回修改；发布以后请另发新版。")
    _write(session, call, values)
    call.prepared_by_id = by.id
    _choose(session, call, values.needs)
    journal.record(session, call.ref, "edit", by=by.ref, at=at)
    search.index(session, "call", call.id, f"{call.number} {call.title}")


def write_rules(session: Session, call: Call, rules: dict[str, Any], page: str, *, by: Viewer, at: datetime) -> None:
    """Keep what an officer changed on a page of the editor: in the draft, or after publication in the version to come.

    Raises Refused when the rules could not be read back any more, and once the time of applying is over.
    """
    try:
        sound = CallRules.from_json(rules).to_json()
    except RulesError as error:
        raise refuse("rules", in_words(str(error))) from error
    if call.state == "draft":
        call.rules, call.prepared_by_id = sound, by.id or call.prepared_by_id
    elif call.state in AMENDABLE:
        call.pending = None if sound == CallRules.from_json(call.rules).to_json() else sound
    else:
        raise refuse("state", f"现在是“{call.state_label}”，规则不能再改。待发布的，请先退回修改。")
    journal.record(session, call.ref, "edit_rules", by=by.ref, at=at, data={"page": page})


def drop_pending(session: Session, call: Call, *, by: Viewer, at: datetime) -> None:
    """Leave the version in force as it is: what was prepared for the next one is given up."""
    call.pending = None
    journal.record(session, call.ref, "drop_pending", by=by.ref, at=at)


def copied(session: Session, source: Call, *, by: Viewer, at: datetime) -> Call:
    """A new draft after an earlier call: its rules, form and rubrics, its dates a year (or more) later; its needs stay where they are."""
    member = by.member(*ORGANISER)
    if member is None or not source.area_code.startswith(member.area_code):
        raise NotAllowed(Refusal("role", "只能复制本单位和下级单位办过的征集。"))
    year = today(at).year
    later = _later(source.opens_at, at)
    values = CallDraft(
        kind=source.kind, legal_form=source.legal_form, title=source.title.replace(str(today(source.opens_at).year), str(year)),
        intro=source.intro, operator_id=source.operator_id, evaluator_id=source.evaluator_id, payer_id=source.payer_id,
        fund_id=source.fund_id, fund_year=year, opens_at=source.opens_at + later, closes_at=source.closes_at + later, needs=(),
        without_needs="", rules=CallRules.from_json(source.rules), template=source.template,
    )  # fmt: skip
    call = draft(session, values, by=by, at=at)
    journal.record(session, call.ref, "copied", by=by.ref, at=at, data={"from": source.ref})
    return call


def _later(opened: datetime, at: datetime) -> timedelta:
    """Whole years, in weeks, so that a Monday stays a Monday, until the opening lies ahead."""
    weeks = 52
    while opened + timedelta(weeks=weeks) <= at:
        weeks += 52
    return timedelta(weeks=weeks)


def _write(session: Session, call: Call, values: CallDraft) -> None:
    if values.closes_at <= values.opens_at:
        raise refuse("dates", "申报截止要晚于开始申报。", "closes_on")
    for name in (
        "kind", "legal_form", "title", "intro", "operator_id", "evaluator_id", "payer_id", "fund_id", "fund_year", "opens_at",
        "closes_at", "without_needs",
    ):  # fmt: skip
        setattr(call, name, getattr(values, name))
    call.rules = inherited(values.rules, fund_rules(session, call.fund_id, call.fund_year, call.area_code)).to_json()


def _choose(session: Session, call: Call, need_ids: Sequence[int]) -> None:
    """The needs the call is to answer; each must be listed and lie in the call's area."""
    chosen = session.scalars(sa.select(Need).where(Need.id.in_(list(need_ids))).order_by(Need.id)).all()
    for need in chosen:
        if not need.area_code.startswith(call.area_code):
            raise refuse("need_area", f"需求 {need.number} 不在本次征集的地区内。", "needs")
        if need.state != "listed":
            raise refuse("need_state", f"需求 {need.number} 现在是“{need.state_label}”，只能选列入需求清单的。", "needs")
    session.execute(sa.delete(CallNeed).where(CallNeed.call_id == call.id))
    session.add_all(CallNeed(call_id=call.id, need_id=need.id) for need in chosen)
    session.flush()


def propose(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "") -> None:
    """报请发布: whoever may publish is told."""
    take_step(session, call, "propose", by=by, at=at, note=note)
    street = call.area_code if len(call.area_code) >= 9 else None
    approvers = people_with(session, ("bureau_lead", "street") if street else ("bureau_lead",), at=at, area=call.area_code)
    body = f"“{call.title}”已报请发布，请审阅。"
    outbox.tell(session, [p for p in approvers if p != by.id], call.ref, f"公告待发布 {call.number}", body, at=at)


def send_back(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "") -> None:
    """退回修改: the preparer is told why."""
    take_step(session, call, "send_back", by=by, at=at, note=note)
    outbox.tell(session, [call.prepared_by_id], call.ref, f"公告退回修改 {call.number}", note, at=at)


def publish(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "") -> Version:
    """发布: the rules freeze as version 1, and the needs they answer are called.

    Raises Refused when the figures do not fit together, the money is not there, or the publisher prepared it.
    """
    frozen = _freeze(session, call, reason="", at=at)
    take_step(session, call, "publish", by=by, at=at, note=note, data={"version": 1, "digest": frozen.digest})
    for need in _needs(session, call):
        take_step(session, need, "call", by=carrying(by), at=at, data={"call": call.ref})
        trace(session, need.ref, call.ref)
    return frozen


def _freeze(session: Session, call: Call, *, reason: str, at: datetime) -> Version:
    call.version += 1
    frozen = Version(
        call_id=call.id, version=call.version, rules=call.rules, digest=digest_of(call.rules), reason=reason, at=at,
        closes_at=call.closes_at, intro=call.intro,
    )  # fmt: skip
    session.add(frozen)
    session.flush()
    return frozen


def _needs(session: Session, call: Call) -> Sequence[Need]:
    chosen = sa.select(CallNeed.need_id).where(CallNeed.call_id == call.id)
    return session.scalars(sa.select(Need).where(Need.id.in_(chosen)).order_by(Need.id).with_for_update()).all()


def open_call(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "") -> None:
    """开始申报, at or after its time; the next expected moment is the closing."""
    take_step(session, call, "open", by=by, at=at, note=note, due=call.closes_at)


def close_call(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "") -> None:
    """截止申报, at or after its time; where the rules say by when it is judged, that is the next expected moment."""
    within = rules_of(call).review_within
    take_step(session, call, "close", by=by, at=at, note=note, due=until(call.closes_at, within) if within else None)


def cancel(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "", tell: Sequence[int] = ()) -> None:
    """取消征集: the needs go back to the list; `tell` are the applicants' people."""
    was_public = call.version > 0
    take_step(session, call, "cancel", by=by, at=at, note=note)
    if was_public:
        for need in _needs(session, call):
            if need.state == "called":
                take_step(session, need, "release", by=carrying(by), at=at, data={"call": call.ref})
    outbox.tell(session, tell, call.ref, f"征集取消 {call.number} {call.title}", note, at=at)


def amend(
    session: Session, call: Call, rules: CallRules, reason: str, *, by: Viewer, at: datetime,
    closes_at: datetime | None = None, intro: str | None = None, tell: Sequence[int] = (),
) -> Version:  # fmt: skip
    """A change after publication: a new frozen version with its reason; `tell` are the applicants' people.

    Raises Refused outside 已发布 and 申报中, without a reason, or when the new figures do not fit together.
    """
    if call.state not in AMENDABLE:
        raise refuse("state", f"现在是“{call.state_label}”，申报截止后规则不能再改。")
    if not reason.strip():
        raise refuse("reason", "请写明更改的原因，所有申报单位都会看到。", "reason")
    if closes_at is not None and closes_at < call.closes_at:
        raise refuse("earlier", "截止时间只能延后，不能提前。", "closes_on")
    fund = None
    if rules != CallRules.from_json(call.rules):  # a new date or text alone is no reason to ask what the fund has come to ask since
        fund = fund_rules(session, call.fund_id, call.fund_year, call.area_code)
        rules = inherited(rules, fund)
    call.rules, call.pending = rules.to_json(), None
    call.closes_at = closes_at or call.closes_at
    call.intro = call.intro if intro is None else intro
    needs = session.scalar(sa.select(sa.func.count()).where(CallNeed.call_id == call.id)) or 0
    facts = CallFacts(
        legal_form=call.legal_form, rules=rules, trouble="", needs=needs, taken=(), without_needs=call.without_needs,
        opens_at=call.opens_at, closes_at=call.closes_at, free=rules.pool, prepared_by_id=call.prepared_by_id, by_id=by.id,
        mine=runs(by, call.area_code, call.operator_id), at=at, kind=call.kind,
        fund=fund,
    )  # fmt: skip
    refused: list[Refusal] = []
    for rule in SOUND:
        found = rule(facts)
        refused += [found] if isinstance(found, Refusal) else found or ()
    if refused:
        raise Refused(*refused)
    frozen = _freeze(session, call, reason=reason, at=at)
    if call.state == "open":
        call.due_at = call.closes_at
    journal.record(session, call.ref, "amend", by=by.ref, at=at, note=reason, data={"version": frozen.version, "digest": frozen.digest})
    told = sorted({*tell, *followers(session, call.id)})
    body = f"{reason}\n{'；'.join(_in_short(session, frozen))}".strip()
    outbox.tell(session, told, call.ref, f"征集公告更改 {call.number} 第 {frozen.version} 版", body, at=at)
    return frozen


def _in_short(session: Session, frozen: Version) -> list[str]:
    """The first changes of a version, for a message; the page of the version has them all."""
    found = version_of(session, frozen.call_id, frozen.version)
    sentences = [f"{part.title}：{sentence}" for part in (found.changed if found else ()) for sentence in part.sentences]
    return [*sentences[:TOLD], *([f"另有 {len(sentences) - TOLD} 处，见征集页面"] if len(sentences) > TOLD else [])]


def open_due(session: Session, at: datetime) -> int:
    """Open the published calls whose time has come."""
    due = sa.select(Call).where(Call.state == "published", Call.opens_at <= at).with_for_update(skip_locked=True)
    calls = session.scalars(due).all()
    for call in calls:
        open_call(session, call, by=CLOCK, at=at)  # type: ignore[arg-type]
    return len(calls)


def close_due(session: Session, at: datetime) -> int:
    """Close the open calls whose time is over."""
    due = sa.select(Call).where(Call.state == "open", Call.closes_at <= at).with_for_update(skip_locked=True)
    calls = session.scalars(due).all()
    for call in calls:
        close_call(session, call, by=CLOCK, at=at)  # type: ignore[arg-type]
    return len(calls)


TICK = (open_due, close_due)
FORGETS = (forget_asker,)
__all__ = ["FORGETS", "ORGANISER", "TICK", "add_budget", "confirm_carry", "create_fund", "edit_fund", "prepare_carry", "set_quotas"]
