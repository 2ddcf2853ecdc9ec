"""Pages of the 验收意见书."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.evaluation.actions import acceptance as actions
from webapp.evaluation.forms import acceptance as forms
from webapp.evaluation.models import Evaluation
from webapp.evaluation.queries import acceptance as reads
from webapp.evaluation.queries.checking import Row
from webapp.evaluation.views import bp
from webapp.permissions import MAY


def _me() -> Any:
    return viewer()


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _back(evaluation: Evaluation) -> Back:
    return Back(url_for("evaluation.show", id=evaluation.id), evaluation.title)


def section(evaluation: Evaluation, found: list[Row]) -> dict[str, Any] | None:
    """验收意见书 on the page of a final: its text, the signatures, and what the viewer may do."""
    if evaluation.kind != "final" or evaluation.state not in {"judged", "confirmed"}:
        return None
    kept = evaluation.acceptance if evaluation.acceptance and evaluation.acceptance.get("opinion") else {}
    open_to = web.roles_here()
    return {
        "kept": kept, "signs": found, "waits": reads.waited_for({one.state for one in found}) if kept.get("until") else (), "key": evaluation.id,
        "draft": not found and not kept.get("members") and bool(open_to & MAY["evaluation.acceptance"]),
        "sign": bool(kept.get("until")) and not kept.get("members") and bool(open_to & MAY["evaluation.sign_acceptance"]),
    }  # fmt: skip


@bp.route("/evaluations/<int:id>/acceptance", methods=["GET", "POST"])
@entry("evaluation.acceptance", Evaluation)
def acceptance_draft(evaluation: Evaluation) -> ResponseReturnValue:
    """起草验收意见书."""
    form = forms.DraftAcceptance()
    if request.method == "GET":
        form.opinion.data = (evaluation.acceptance or {}).get("opinion", "")
    if form.validate_on_submit():

        def act() -> bool:
            actions.draft(db.session(), evaluation, opinion=form.opinion.data or "", by=_me(), at=now())
            return True

        if web.tried(form, act):
            flash("验收意见书已发给各方签署。", "ok")
            return redirect(url_for("evaluation.show", id=evaluation.id))
    return page(
        "form.html", _status(), heading="验收意见书", form=form, back=_back(evaluation), submit="发给各方签署",
        explain=f"主办单位、街道、社区签署，居务监督委员会见证，次序不限。{actions.SIGN_WORKDAYS} 个工作日没有签署的，视为同意。",
    )  # fmt: skip


@bp.route("/evaluations/<int:id>/acceptance/sign", methods=["GET", "POST"])
@entry("evaluation.sign_acceptance", Evaluation)
def acceptance_sign(evaluation: Evaluation) -> ResponseReturnValue:
    """签署 the 验收意见书."""
    form = forms.SignAcceptance()
    if form.validate_on_submit():
        given = form.answers()
        done = web.tried(
            form,
            lambda: actions.sign(
                db.session(), evaluation, agrees=given["agrees"] == "yes", reason=given["reason"] or "", by=_me(), at=now()
            ),
        )
        if done is not None:
            flash("已签署。", "ok")
            return redirect(url_for("evaluation.show", id=evaluation.id))
    return page(
        "form.html", _status(), heading="签署验收意见书", form=form, back=_back(evaluation), submit="签署",
        explain=(evaluation.acceptance or {}).get("opinion", "还没有起草验收意见书。"),
    )  # fmt: skip
