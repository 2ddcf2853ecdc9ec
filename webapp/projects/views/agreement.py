"""The project agreement."""

from datetime import date
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from reports.money import Money
from webapp.calls.models import LEGAL_FORMS
from webapp.calls.rules import due, part
from webapp.core import web
from webapp.core.web import Verb, db, entry, page
from webapp.projects import actions
from webapp.projects.models import Agreement
from webapp.projects.queries import one
from webapp.projects.views import bp


@bp.get("/agreements/<int:id>")
@entry("agreement.read", Agreement)
def agreement_show(agreement: Agreement) -> ResponseReturnValue:
    """The frozen terms, and who has signed."""
    return page(
        "projects/agreement.html",
        heading=agreement.title,
        number=agreement.number,
        terms=_terms(agreement.terms),
        digest=agreement.digest,
        state_label=agreement.state_label,
        project=one.whose(db.session(), agreement.project_id),
        stages=web.where(agreement),
        steps=web.can(agreement),
        due=web.due(agreement.due_at) if agreement.state in {"drafted", "org_signed"} else None,
        entries=web.timeline(agreement.ref),
    )


def _terms(terms: dict[str, Any]) -> dict[str, Any]:
    """The terms with amounts and days as values, for the page and for JSON alike."""
    return {
        **terms, "granted": Money(terms["granted_fen"]), "own": Money(terms["own_fen"]), "legal_form": LEGAL_FORMS[terms["legal_form"]],
        "starts_on": date.fromisoformat(terms["starts_on"]), "ends_on": date.fromisoformat(terms["ends_on"]),
        "tranches": [
            {**t, "amount": Money(t["fen"]), "when": due(t["trigger"], t.get("within", "")), "share": part(t["percent"], t.get("kind", "percent"))}
            for t in terms["tranches"]
        ],
    }  # fmt: skip


def _to_project(agreement: Agreement) -> str:
    return url_for("projects.show", id=agreement.project_id)


web.steps(
    bp,
    Agreement,
    {
        "sign_org": Verb(act=actions.sign_org, said="已签署，等待主办单位签署。"),
        "sign": Verb(act=actions.sign, back=_to_project, said="双方已签署，项目开始实施。"),
        "void": Verb(act=actions.void, back=_to_project, said="已作废，并重新起草了协议。"),
    },
)
