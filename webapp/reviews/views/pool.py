"""专家库: the list, one expert, the sheet out and in, and what experts say of themselves."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import sheets, web
from webapp.core.web import Back, db, entry, now, page
from webapp.core.workflow import refuse
from webapp.permissions import roles_for
from webapp.reviews import actions, forms
from webapp.reviews.models import FIELDS, Expert
from webapp.reviews.queries import pool, ties
from webapp.reviews.rules.pool import COLUMNS, said
from webapp.reviews.views.blueprint import bp, me

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/experts")
@entry("expert.list")
def experts_index() -> ResponseReturnValue:
    """专家库."""
    field, words, free = request.args.get("field", ""), request.args.get("words", "")[:40], request.args.get("free", "")
    found = pool.listed(db.session(), me(), at=now(), field=field, words=words, free=bool(free), after=request.args.get("after"))
    return page(
        "reviews/experts.html", page=web.listing(found, field=field, words=words, free=free), field=field, words=words, free=free,
        labels=FIELDS, may_edit=bool(roles_for("expert.edit") & me().roles), today=now(),
    )  # fmt: skip


@bp.get("/experts.xlsx")
@entry("expert.edit")
def experts_sheet() -> ResponseReturnValue:
    """The pool in the layout in which it comes back."""
    lines = [said(login, known) for login, known in pool.known_of(db.session(), me()).items()]
    return web.download(sheets.write("xlsx", "专家库", COLUMNS, lines, at=now()), "专家库.xlsx", XLSX)


@bp.route("/experts/import", methods=["GET", "POST"])
@entry("expert.edit")
def experts_import() -> ResponseReturnValue:
    """读入专家库."""
    form = forms.PoolForm()
    if form.validate_on_submit():
        area: str = next(tie.value for tie in me().ties if tie.role in roles_for("expert.edit") and tie.relation == "area")
        found = web.tried(form, lambda: actions.read_in(db.session(), file=form.file.data[0], area_code=area, by=me(), at=now()))
        if found is not None:
            lines, changed = found
            flash(f"读入 {lines} 行，{f'更新了 {changed} 位评委' if changed else '与专家库里的相同，没有改动'}。", "ok")
            return redirect(url_for("reviews.experts_index"))
    return page(
        "reviews/experts_import.html", 422 if request.method == "POST" else 200, heading="读入专家库", form=form, multipart=True,
        field_labels=list(FIELDS.values()), back=Back(url_for("reviews.experts_index"), "专家库"), submit="读入",
    )  # fmt: skip


@bp.get("/experts/<int:id>")
@entry("expert.read", Expert)
def expert_show(expert: Expert) -> ResponseReturnValue:
    """One expert: what is known, the relations, and what was changed when."""
    session = db.session()
    return page(
        "reviews/expert.html", heading="评委", expert=pool.one(session, expert.person_id, now()), ties=ties.of_person(session, expert.person_id),
        may_undo=bool(roles_for("tie.undo") & web.roles_here()), may_pin=bool(roles_for("expert.pin") & web.roles_here()),
        back=Back(url_for("reviews.experts_index"), "专家库"),
        entries=web.timeline(expert.ref),
    )  # fmt: skip


@bp.route("/experts/<int:id>/pin", methods=["GET", "POST"])
@entry("expert.pin", Expert)
def expert_pin(expert: Expert) -> ResponseReturnValue:
    """指定回避."""
    session, form, key = db.session(), forms.PinForm(), expert.person_id
    if form.validate_on_submit():
        wish = {"organisation": form.organisation.data or "", "reason": form.reason.data or ""}
        if web.tried(form, lambda: actions.add_tie(session, key, **wish, kind="pinned", by=me(), at=now())) is not None:
            flash("已指定回避，抽取和分派都会避开。", "ok")
            return redirect(url_for("reviews.expert_show", id=key))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="指定回避", form=form, submit="指定回避",
        back=Back(url_for("reviews.expert_show", id=key), "评委"),
    )  # fmt: skip


@bp.route("/my/expert", methods=["GET", "POST"])
@entry("expert.mine")
def expert_mine() -> ResponseReturnValue:
    """我的评委信息: when one can come, and whom one must not judge."""
    session = db.session()
    expert = session.scalars(sa.select(Expert).where(Expert.person_id == me().id)).first()
    if expert is None:
        return page("reviews/expert_mine.html", heading="我的评委信息", expert=None, ties=[], form=None)
    form: Any = forms.MyExpertForm()
    if web.submitted(form, lambda: _say(session, expert, form)) is not None:
        flash("已保存。", "ok")
        return redirect(url_for("reviews.expert_mine"))
    if request.method == "GET":
        form.available.data = "yes" if expert.available else "no"
        form.away_from.data, form.away_until.data = expert.away_from, expert.away_until
    return page(
        "reviews/expert_mine.html", 422 if request.method == "POST" else 200, heading="我的评委信息",
        expert=pool.one(session, me().id, now()), ties=ties.of_person(session, me().id), form=form, submit="保存",
        back=Back(url_for("reviews.mine"), "我的评审"),
    )  # fmt: skip


def _say(session: Any, expert: Expert, form: Any) -> bool:
    actions.be_away(
        session, expert, available=form.available.data == "yes", away_from=form.away_from.data, away_until=form.away_until.data,
        by=me(), at=now(),
    )  # fmt: skip
    if (form.account.data or "").strip():
        if not (form.bank.data or "").strip():
            raise refuse("bank", "请填写开户银行。", "bank")
        actions.keep_account(session, expert, bank=form.bank.data, account=form.account.data, by=me(), at=now())
    if (form.organisation.data or "").strip():
        actions.add_tie(session, expert.person_id, organisation=form.organisation.data, kind=form.kind.data, by=me(), at=now())
    return True
