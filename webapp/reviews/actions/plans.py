"""试分派: tried before anything is given out, changed by hand with the same checks, out and in as a sheet."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.core import journal, sheets
from webapp.core.files import Checked
from webapp.core.scope import Viewer
from webapp.core.workflow import Refusal, Refused, refuse
from webapp.reviews.models import Panel, PanelPlan
from webapp.reviews.queries.facts import own_interest
from webapp.reviews.queries.plans import WISHES, given_in, order_of, plan_of
from webapp.reviews.rules.assign import Given, Impossible, Order, assign, breaks
from webapp.reviews.rules.plan import HEADINGS, SHOWN, Names, break_said, judged, lack_said, pairs_of

CHANGES = {"move": "换人", "pin": "指定", "forbid": "禁派"}


def try_out(session: Session, panel: Panel, *, share: int, apart: str, by: Viewer, at: datetime) -> PanelPlan:
    """试分派. Nothing is given out. Refused where no assignment keeps all that is asked, with each reason."""
    plan = _plan(session, panel, by, at)
    _, names = order_of(session, panel, plan.wishes, at)
    pairs, wrong = pairs_of(apart, names.judges)
    if wrong:
        raise Refused(*(Refusal("apart", one, "apart") for one in wrong))
    return _solve(session, panel, plan, {**plan.wishes, "share": share, "apart": [list(pair) for pair in pairs]}, by=by, at=at)


def change(
    session: Session, panel: Panel, *, kind: str, application_id: int, person_id: int, instead_of: int | None = None, by: Viewer, at: datetime
) -> PanelPlan:  # fmt: skip
    """换人 (one judge in place of another), 指定 or 禁派 (and the rest is tried anew); refused for what it would break."""
    plan = _plan(session, panel, by, at)
    pair = [application_id, person_id]
    if kind == "pin":
        wishes = {**plan.wishes, "pinned": _with(plan.wishes["pinned"], pair), "forbidden": _without(plan.wishes["forbidden"], pair)}
        return _solve(session, panel, plan, wishes, by=by, at=at)
    if kind == "forbid":
        wishes = {**plan.wishes, "forbidden": _with(plan.wishes["forbidden"], pair), "pinned": _without(plan.wishes["pinned"], pair)}
        return _solve(session, panel, plan, wishes, by=by, at=at)
    order, names = order_of(session, panel, plan.wishes, at)
    given = given_in(plan)
    mine = given.get(application_id, frozenset())
    if instead_of not in mine:
        raise refuse("instead_of", "请选择这份申报现在的评委，由谁换下。", "instead_of")
    if person_id in mine:
        raise refuse("person_id", "这位评委已经评这份申报，请选另一位。", "person_id")
    given[application_id] = mine - {instead_of} | {person_id}
    _keep(session, panel, plan, plan.wishes, _checked(order, given, names, "person_id"), by=by, at=at)
    return plan


def read_plan(session: Session, panel: Panel, *, file: Checked, by: Viewer, at: datetime) -> bool:
    """Take a sheet of the plan in, whole or not at all; whether it changed anything. Refused with every bad cell."""
    plan = _plan(session, panel, by, at)
    order, names = order_of(session, panel, plan.wishes, at)
    try:
        rows = list(sheets.read(io.BytesIO(file.content), file.name, tuple(HEADINGS.values())))
    except sheets.SheetError as error:
        raise refuse("sheet", str(error), "file") from error
    given, wrong = judged(rows, order, names)
    if wrong:
        more = [f"还有 {len(wrong) - SHOWN} 处，改好这些再看。"] if len(wrong) > SHOWN else []
        raise Refused(*(Refusal("cell", one, "file") for one in [*wrong[:SHOWN], *more]))
    if given == given_in(plan):
        return False
    _keep(session, panel, plan, plan.wishes, _checked(order, given, names, "file"), by=by, at=at)
    return True


def chosen(session: Session, panel: Panel, at: datetime) -> tuple[Order, Given]:
    """What is given out: the plan as it was tried and changed, checked against today's conflicts; without one, a fresh assignment.

    Raises Refused where the plan no longer holds.
    """
    plan = plan_of(session, panel)
    order, names = order_of(session, panel, plan.wishes if plan else WISHES, at)
    if plan is None or not plan.rows:
        return order, _assigned(order, names, "")
    try:
        return order, _checked(order, given_in(plan), names, "")
    except Refused as refused:
        raise Refused(*refused.refusals, Refusal("stale", "试分派以后情况有变化，请重新试分派。")) from refused


def _plan(session: Session, panel: Panel, by: Viewer, at: datetime) -> PanelPlan:
    if tied := own_interest(session, panel.call_id, by, at):
        raise refuse("own_interest", f"您与申报单位“{tied}”有利害关系，分派请交由其他人办理。")
    if panel.state != "drawn":
        raise refuse("state", "评审组在“已抽取”阶段才能试分派；开始评分以后请用补派。")
    found = session.get(PanelPlan, panel.id, with_for_update=True)
    return found or PanelPlan(panel_id=panel.id, wishes=dict(WISHES), rows=[])


def _solve(session: Session, panel: Panel, plan: PanelPlan, wishes: dict[str, Any], *, by: Viewer, at: datetime) -> PanelPlan:
    order, names = order_of(session, panel, wishes, at)
    _keep(session, panel, plan, wishes, _assigned(order, names, "share"), by=by, at=at)
    return plan


def _assigned(order: Order, names: Names, place: str) -> Given:
    try:
        return assign(order)
    except Impossible as impossible:
        said = [lack_said(one, order, names.titles) for one in impossible.lacks[:SHOWN]]
        raise Refused(*(Refusal("impossible", one, place) for one in said)) from impossible


def _checked(order: Order, given: Mapping[int, frozenset[int]], names: Names, place: str) -> Given:
    kept = {one: mine for one, mine in given.items() if one in order.allowed}
    if found := breaks(order, kept):
        raise Refused(*(Refusal("breaks", break_said(one, order, names.titles), place) for one in found[:SHOWN]))
    return kept


def _keep(
    session: Session, panel: Panel, plan: PanelPlan, wishes: dict[str, Any], given: Given, *, by: Viewer, at: datetime
) -> None:  # fmt: skip
    plan.wishes, plan.at = wishes, at
    plan.rows = sorted([one, judge] for one, mine in given.items() for judge in mine)
    session.add(plan)
    session.flush()
    data = {"plan": journal.digest(journal.canonical({"rows": plan.rows, "wishes": wishes})), "pairs": len(plan.rows)}
    journal.record(session, panel.ref, "plan", by=by.ref, at=at, data=data)


def _with(pairs: list[list[int]], pair: list[int]) -> list[list[int]]:
    return sorted([*_without(pairs, pair), pair])


def _without(pairs: list[list[int]], pair: list[int]) -> list[list[int]]:
    return [one for one in pairs if one != pair]
