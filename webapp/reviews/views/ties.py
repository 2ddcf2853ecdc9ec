"""回避登记: one's own and those of one's office, what the register gives away, and the undoing by another."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import scope, web
from webapp.core.links import may
from webapp.core.web import Back, db, entry, now, page
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.models import ExpertTie
from webapp.reviews.queries import ties
from webapp.reviews.views.blueprint import bp, me, told


@bp.route("/aside", methods=["GET", "POST"])
@entry("tie.declare")
def aside() -> ResponseReturnValue:
    """回避登记: say it, see it."""
    session = db.session()
    form: Any = forms.AsideForm()
    names = ties.names(session, me())
    form.person_id.choices = [(key, f"{name}（本人）" if key == me().id else name) for key, name in names.items()]
    if form.validate_on_submit():
        own = form.person_id.data == me().id
        said = {"organisation": form.organisation.data, "kind": form.kind.data if own else "pinned", "reason": form.reason.data or ""}
        if web.tried(form, lambda: actions.add_tie(session, form.person_id.data, **said, by=me(), at=now())) is not None:
            flash("已登记回避。" if own else "已指定回避，对方已不能办理这家单位的申报和项目。", "ok")
            return redirect(url_for("reviews.aside"))
    if request.method == "GET":
        form.person_id.data = me().id
    may_undo = bool(roles_for("tie.undo") & me().roles)
    back = Back(url_for("reviews.panels"), "评审") if may("panel.list") else Back("/desk", "待办")
    return page(
        "reviews/aside.html", 422 if request.method == "POST" else 200, heading="回避登记", form=form, submit="登记",
        page=web.listing(ties.listed(session, me(), after=request.args.get("after"))), found=ties.detected(session, me(), now()),
        may_undo=may_undo, mine=me().id, back=back,
    )  # fmt: skip


@bp.route("/ties/<int:id>/undo", methods=["GET", "POST"])
@entry("tie.undo", ExpertTie)
def tie_undo(tie: ExpertTie) -> ResponseReturnValue:
    """解除回避."""
    form: Any = forms.UndoForm()
    said = ties.one(db.session(), tie.id)
    if web.submitted(form, lambda: _undo(tie, form)) is not None:
        flash("已解除，原登记和解除理由都留在记录里。", "ok")
        return redirect(url_for("reviews.aside"))
    return page(
        "reviews/untie.html", 422 if request.method == "POST" else 200, heading="解除回避", form=form, submit="解除", said=said, found=None,
        back=Back(url_for("reviews.aside"), "回避登记"),
    )  # fmt: skip


def _undo(tie: ExpertTie, form: Any) -> bool:
    actions.undo(db.session(), tie, reason=form.reason.data or "", by=me(), at=now())
    return True


@bp.route("/aside/<int:person>/<int:organisation>", methods=["GET", "POST"])
@entry("tie.undo")
def tie_clear(person: int, organisation: int) -> ResponseReturnValue:
    """核实没有关系: what the register gives away was looked into."""
    form: Any = forms.UndoForm()
    found = ties.detected_between(db.session(), me(), person, organisation, now())
    if found is None:
        abort(404, "没有发现这样的关系，可能已经解除。")
    if form.validate_on_submit():
        answers = {"reason": form.reason.data or ""}
        if web.tried(form, lambda: actions.clear(db.session(), person, organisation, **answers, by=me(), at=now())) is not None:
            flash("已登记核实结果，不再因此回避。", "ok")
            return redirect(url_for("reviews.aside"))
    return page(
        "reviews/untie.html", 422 if request.method == "POST" else 200, heading="核实没有关系", form=form, submit="登记核实结果", said=None,
        found=found, back=Back(url_for("reviews.aside"), "回避登记"),
    )  # fmt: skip


def aside_told(thing: Any) -> str:
    """What somebody reads who stands aside for a thing: that it is so, and who can be asked. A judge is never told who applies."""
    who = me()
    if "expert" in {tie.role for tie in who.ties if tie.aside} and not who.roles - {"public", "resident", "taker", "teller", "expert"}:
        return "您应当回避这份申报，它由评审组的其他评委评审，材料和评分不再向您显示。登记有误的，请联系组织单位核实。"
    return told(ties.others(db.session(), who, scope.kept_for(db.session(), who, thing), now()))
