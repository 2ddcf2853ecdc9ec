"""人员: accounts and duties as the administrators keep them. 系统管理员 opens accounts and duties, 安全管理员 resets what one signs in with."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import actions, forms, queries
from webapp.accounts.models import Membership, Person
from webapp.accounts.rules import NAMED_ELSEWHERE, OFFICES
from webapp.accounts.views.door import bp
from webapp.core import links, web
from webapp.core.clock import today
from webapp.core.forms import Form
from webapp.core.web import Back, db, entry, now, page, roles_here, viewer
from webapp.permissions import roles_for
from webapp.workflows import ROLES

LIST = Back("/people", "人员")


@bp.get("/people")
@entry("person.list")
def people() -> ResponseReturnValue:
    """人员."""
    q = request.args.get("q", "").strip()[:40]
    found = queries.people(db.session(), q=q, after=request.args.get("after"), at=now())
    return page(
        "accounts/people.html",
        page=web.listing(found, q=q),
        q=q,
        may_add=links.may("person.create"),
        may_hand_over=links.may("membership.create"),
    )


@bp.route("/people/new", methods=["GET", "POST"])
@entry("person.create")
def person_new() -> ResponseReturnValue:
    """新建人员. The answer shows the first password, once."""
    form: Any = forms.PersonForm()
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.open_account(db.session(), **form.answers(), by=viewer(), at=now()))
        if made is not None:
            return _person(made[0], made[1])
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="新建人员", form=form, back=LIST, submit="建立账号",
    )  # fmt: skip


@bp.get("/people/<int:id>")
@entry("person.read", Person)
def person_show(person: Person) -> ResponseReturnValue:
    """One account and its duties."""
    return _person(person)


def _person(person: Person, password: str = "") -> ResponseReturnValue:
    mine = roles_here() or {tie.role for tie in viewer().ties}
    return page(
        "accounts/person.html", person=queries.person_of(person, at=now()), duties=queries.duties_of(db.session(), person.id, at=now()),
        may_duty=bool(roles_for("membership.create") & mine), may_reset=bool(roles_for("person.reset") & mine), _password=password, back=LIST,
    )  # fmt: skip


@bp.route("/people/<int:id>/duties", methods=["GET", "POST"])
@entry("membership.create", Person)
def duty_new(person: Person) -> ResponseReturnValue:
    """任职: the organisation by a part of its name, then the role and the days."""
    q = request.values.get("q", "").strip()[:40]
    found = queries.offices_named(db.session(), q)
    form: Any = forms.DutyForm()
    form.organisation_id.choices = [(one.id, one.name) for one in found]
    form.role.choices = [("", "请选择"), *((role, label) for role, label in ROLES.items() if role in OFFICES - NAMED_ELSEWHERE)]
    if request.method == "GET":
        form.from_day.data = today(now())
    if form.validate_on_submit():
        answers = form.answers()
        actions.add_membership(db.session(), person.id, **answers, by=viewer(), at=now())
        flash("已任职，对方登录后就能看到待办。", "ok")
        return redirect(url_for("accounts.person_show", id=person.id))
    return page(
        "accounts/duty_new.html", 422 if request.method == "POST" else 200, heading="任职", form=form, q=q, found=len(found),
        back=Back(url_for("accounts.person_show", id=person.id), person.name if person.login else "居民"), submit="任职",
    )  # fmt: skip


@bp.route("/duties/<int:id>/end", methods=["GET", "POST"])
@entry("membership.end", Membership)
def duty_end(membership: Membership) -> ResponseReturnValue:
    """结束任职, where nobody takes the work over."""
    form: Any = forms.EndForm()
    if request.method == "GET":
        form.day.data = today(now())

    def end() -> bool:
        actions.end_membership(db.session(), membership, **form.answers(), by=viewer(), at=now())
        return True

    if web.submitted(form, end):
        flash("已结束任职。", "ok")
        return redirect(url_for("accounts.person_show", id=membership.person_id))
    duty = next((one for one in queries.duties_of(db.session(), membership.person_id, at=now()) if one.id == membership.id), None)
    return page(
        "accounts/duty.html", 422 if request.method == "POST" else 200, heading="结束任职", form=form, duty=duty,
        back=Back(url_for("accounts.person_show", id=membership.person_id), "人员"), submit="结束任职",
    )  # fmt: skip


@bp.route("/people/<int:id>/password", methods=["GET", "POST"])
@entry("person.reset", Person)
def person_reset(person: Person) -> ResponseReturnValue:
    """重置密码. The answer shows the first password, once."""
    form = Form()
    if form.validate_on_submit():
        return _person(person, actions.reset_password(db.session(), person, by=viewer(), at=now()))
    return _ask(person, form, "重置密码", "原密码会立即作废，本人在所有设备上都会退出。请先确认是本人提出的。")


@bp.route("/people/<int:id>/second-step", methods=["GET", "POST"])
@entry("person.reset", Person)
def person_second_step(person: Person) -> ResponseReturnValue:
    """停用动态口令 of somebody whose telephone is lost."""
    form = Form()
    if form.validate_on_submit():
        actions.reset_second_step(db.session(), person, by=viewer(), at=now())
        flash("已停用动态口令。请提醒本人登录后重新启用。", "ok")
        return redirect(url_for("accounts.person_show", id=person.id))
    return _ask(person, form, "停用动态口令", "停用后只用密码就能登录。请先确认是本人的手机遗失或更换。")


def _ask(person: Person, form: Form, heading: str, question: str) -> ResponseReturnValue:
    back = Back(url_for("accounts.person_show", id=person.id), person.name if person.login else "居民")
    return page("accounts/ask.html", heading=heading, form=form, question=question, back=back, submit=heading)


@bp.route("/people/<int:id>/erase", methods=["GET", "POST"])
@entry("person.erase", Person)
def person_erase(person: Person) -> ResponseReturnValue:
    """删除个人信息, asked for by the person."""
    form = Form()
    if form.validate_on_submit():
        actions.erase(db.session(), person, by=viewer(), at=now())
        flash("已删除这个人的个人信息。", "ok")
        return redirect(url_for("accounts.people"))
    return page(
        "accounts/erase.html", heading="删除个人信息", form=form, asked=person.erase_asked_at, submit="确认删除",
        back=Back(url_for("accounts.person_show", id=person.id), "人员"),
    )  # fmt: skip
