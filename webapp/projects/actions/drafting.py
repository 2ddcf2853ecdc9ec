"""Drafting agreements: what was awarded or changed becomes frozen terms, and the office's wording filled from them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import capital
from webapp.accounts.models import Organisation
from webapp.accounts.viewer import Viewer
from webapp.applications import queries as applications
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import CallRules, amounts, breach, spelled
from webapp.core import journal, numbers
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.trace import trace
from webapp.core.workflow import begin
from webapp.projects.models import Agreement, BudgetLine, Change, Project
from webapp.projects.queries.templates import Wording, in_force_for
from webapp.projects.rules.wording import AMENDMENT, fill

SIGN_WORKDAYS = 10
"""Working days in which both sides are expected to sign."""


def draft_agreement(
    session: Session, project: Project, call: Call, rules: CallRules, content: Mapping[str, Any], *, by: Viewer, at: datetime
) -> Agreement:
    """项目协议书 from what was awarded; terms and wording are frozen with their digest and printed from there."""
    wording = in_force_for(session, call, call.legal_form)
    terms = _terms(session, project, call, rules, content)
    agreement = Agreement(project_id=project.id, title=f"{project.title} 项目协议")
    return _drafted(session, project, agreement, terms, wording, by=by, at=at)


def _drafted(
    session: Session, project: Project, agreement: Agreement, terms: dict[str, Any], wording: Wording, *, by: Viewer, at: datetime
) -> Agreement:
    agreement.number = numbers.take(session, "Y", today(at).year)
    terms = {**terms, "number": agreement.number, "paper": wording.paper, "template": wording.source}
    agreement.terms = {**terms, "body": fill(wording.text, terms)}
    agreement.digest = journal.digest(journal.canonical(agreement.terms))
    begin(session, agreement, by=by, at=at, data={"digest": agreement.digest, "template": wording.ref, "version": wording.version})
    agreement.due_at = deadline(at, SIGN_WORKDAYS)
    trace(session, project.ref, agreement.ref)
    return agreement


def _terms(session: Session, project: Project, call: Call, rules: CallRules, content: Mapping[str, Any]) -> dict[str, Any]:
    parties = {
        one.id: one.name
        for one in session.scalars(
            sa.select(Organisation).where(Organisation.id.in_([call.organiser_id, call.payer_id, project.organisation_id]))
        )
    }
    lines = session.execute(
        sa.select(BudgetLine.title, BudgetLine.grant_fen, BudgetLine.own_fen)
        .where(BudgetLine.project_id == project.id)
        .order_by(BudgetLine.position)
    )
    return {
        "title": project.title,
        "project": project.number,
        "call": call.title,
        "legal_form": call.legal_form,
        "party_a": parties[call.organiser_id],
        "party_b": parties[project.organisation_id],
        "payer": parties[call.payer_id],
        "granted_fen": project.granted_fen.fen,
        "granted_words": capital(project.granted_fen),
        "own_fen": project.own_fen.fen,
        "starts_on": project.starts_on.isoformat(),
        "ends_on": project.ends_on.isoformat(),
        "tranches": [
            {
                "percent": plan.percent,
                "trigger": plan.trigger,
                "kind": plan.kind,
                "fen": amount.fen,
                "within": spelled(plan.within) if plan.within else "",
            }
            for plan, amount in zip(rules.tranches, amounts(rules.tranches, project.granted_fen), strict=True)
        ],
        "breach": breach(rules.breach),
        "indicators": [
            {"title": i["title"], "unit": i["unit"], "target": int(i["target"]), "due_on": i.get("due_on")}
            for i in content.get("indicators") or []
        ],
        "lines": [{"title": title, "grant_fen": grant.fen, "own_fen": own.fen} for title, grant, own in lines],
        "parts": parts_of(rules, content),
    }


def parts_of(rules: CallRules, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """子项 of a 服务打包 as they were offered: title, unit, quantity, amount in fen, and how."""
    if rules.package is None:
        return []
    rows = ((content.get("sections") or {}).get("package") or {}).get("parts") or ()
    return [
        {"title": part.title, "unit": part.unit, "quantity": row["quantity"], "fen": row.get("amount") or 0, "how": row.get("how") or ""}
        for part, row in zip(rules.package.parts, rows, strict=False)
        if row.get("quantity")
    ]


def draft_amendment(session: Session, project: Project, change: Change, wording: Wording, *, by: Viewer, at: datetime) -> Agreement:
    """补充协议 of an approved change, to the agreement both sides signed."""
    call = session.get_one(Call, project.call_id)
    signed = sa.select(Agreement).where(Agreement.project_id == project.id, Agreement.state == "signed").order_by(Agreement.id)
    found = session.scalars(signed).all()
    first = next(one for one in found if one.amends_id is None)
    terms = _terms(session, project, call, rules_of(call), applications.snapshot(session, project.application_id))
    terms |= {"amends": first.number, "nth": len(found), "items": change.items, "why": change.why}
    agreement = Agreement(
        project_id=project.id, title=f"{project.title} 补充协议（{change.title}）", amends_id=first.id, change_id=change.id
    )  # fmt: skip
    return _drafted(session, project, agreement, terms, wording, by=by, at=at)


def amending(session: Session, project: Project, kind: str) -> Wording | None:
    """The wording of the 补充协议, where the template in force asks for one for changes of this kind."""
    call = session.get_one(Call, project.call_id)
    if kind not in in_force_for(session, call, call.legal_form).amends:
        return None
    return in_force_for(session, call, AMENDMENT)
