"""The project agreement and its amendments: the wording, who has signed, and the scans of the sealed paper."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.money import Money
from webapp.calls.models import LEGAL_FORMS
from webapp.calls.rules import due, part
from webapp.core import web
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.permissions import roles_for
from webapp.projects import actions
from webapp.projects.forms import agreements as forms
from webapp.projects.models import Agreement
from webapp.projects.queries import one
from webapp.projects.queries.templates import body_of
from webapp.projects.views import bp


@bp.get("/agreements/<int:id>")
@entry("agreement.read", Agreement)
def agreement_show(agreement: Agreement) -> ResponseReturnValue:
    """The frozen wording, and who has signed."""
    may_scan = agreement.state != "void" and bool(roles_for("agreement.scan") & web.roles_here())
    return page(
        "projects/agreement.html", heading=agreement.title, number=agreement.number, terms=shown(agreement.terms), digest=agreement.digest,
        state_label=agreement.state_label, project=one.whose(db.session(), agreement.project_id), stages=web.where(agreement),
        steps=web.can(agreement), due=web.due(agreement.due_at) if agreement.state in {"drafted", "org_signed"} else None,
        entries=web.timeline(agreement.ref), scans=one.files_of(db.session(), agreement.ref),
        scan_href=url_for("projects.agreement_scan", id=agreement.id) if may_scan else "",
        change=f"change:{agreement.change_id}" if agreement.change_id else "",
    )  # fmt: skip


def shown(terms: dict[str, Any]) -> dict[str, Any]:
    """The terms with amounts and days as values, for the page and for JSON alike; older ones get the wording the platform ships."""
    return {
        **terms, "granted": Money(terms["granted_fen"]), "own": Money(terms["own_fen"]), "legal_form": LEGAL_FORMS[terms["legal_form"]],
        "starts_on": date.fromisoformat(terms["starts_on"]), "ends_on": date.fromisoformat(terms["ends_on"]), "body": body_of(terms),
        "tranches": [
            {**t, "amount": Money(t["fen"]), "when": due(t["trigger"], t.get("within", "")), "share": part(t["percent"], t.get("kind", "percent"))}
            for t in terms["tranches"]
        ],
        "indicators": [{**i, "due": date.fromisoformat(i["due_on"][:10]) if i.get("due_on") else None} for i in terms["indicators"]],
        "lines": [{**x, "grant": Money(x["grant_fen"]), "own": Money(x["own_fen"])} for x in terms.get("lines") or ()],
        "parts": [{**x, "amount": Money(x["fen"])} for x in terms.get("parts") or ()],
    }  # fmt: skip


@bp.route("/agreements/<int:id>/scans", methods=["GET", "POST"])
@entry("agreement.scan", Agreement)
def agreement_scan(agreement: Agreement) -> ResponseReturnValue:
    """上传盖章扫描件, by either side, before or after signing."""
    form: Any = forms.Scans()
    if form.validate_on_submit():
        me: Any = viewer()
        actions.add_scans(db.session(), agreement, scans=form.scans.data, by=me, at=now())
        flash("盖章扫描件已上传，双方都能看到。", "ok")
        return redirect(url_for("projects.agreement_show", id=agreement.id))
    back = Back(url_for("projects.agreement_show", id=agreement.id), agreement.title)
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="上传盖章扫描件", form=form, back=back, submit="上传", multipart=True
    )


def _to_project(agreement: Agreement) -> str:
    return url_for("projects.show", id=agreement.project_id)


def _said(agreement: Agreement) -> str:
    return "双方已签署，变更生效。" if agreement.change_id else "双方已签署，项目开始实施。"


def _voided(agreement: Agreement) -> str:
    return "已作废，变更退回待审批。" if agreement.change_id else "已作废，并重新起草了协议。"


web.steps(
    bp,
    Agreement,
    {
        "sign_org": Verb(forms.SignAgreement, actions.sign_org, said="已签署，等待主办单位签署。"),
        "sign": Verb(forms.SignAgreement, actions.sign, back=_to_project, said=_said),
        "void": Verb(act=actions.void, back=_to_project, said=_voided),
    },
)
