"""Votes on paper, for who runs the ballot: the register while it is open, the box after the close."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.models import COMMUNITY
from webapp.accounts.queries import places_under
from webapp.ballots import forms, paper, queries, rules
from webapp.ballots.models import Ballot
from webapp.ballots.queries import BallotPage
from webapp.ballots.views.door import bp
from webapp.core import web
from webapp.core.web import db, entry, now, page, viewer
from webapp.core.workflow import refuse


@bp.route("/ballots/<int:id>/register", methods=["GET", "POST"])
@entry("ballot.mark", Ballot)
def register(ballot: Ballot) -> ResponseReturnValue:
    """纸质票登记: who puts a paper into the box, while the ballot is open."""
    form: Any = forms.Mark()
    places = places_under(db.session(), ballot.area_code, COMMUNITY)
    form.area_code.choices = [(one.code, one.name) for one in places]

    def marking() -> bool:
        paper.mark_person(db.session(), ballot, **form.answers(), by=viewer(), at=now())
        return True

    if web.submitted(form, marking):
        flash("已登记。请把纸质票装进信封，当面投入票箱。", "ok")
        return redirect(url_for("ballots.register", id=ballot.id))
    return page(
        "ballots/register.html", 422 if request.method == "POST" else 200, heading="纸质票登记", form=form, ballot_id=ballot.id,
        running=ballot.state == "open", marked=paper.marked(db.session(), ballot.id), back=web.back_to(ballot), submit="登记",
    )  # fmt: skip


@bp.post("/ballots/<int:id>/register/undo")
@entry("ballot.mark", Ballot)
def unmark(ballot: Ballot) -> ResponseReturnValue:
    """取消登记 made by mistake."""
    who, note = request.form.get("who", "")[:24], request.form.get("note", "")[:200]
    paper.unmark(db.session(), ballot, who=who, note=note, by=viewer(), at=now())
    flash("已取消登记。", "ok")
    return redirect(url_for("ballots.register", id=ballot.id))


@bp.route("/ballots/<int:id>/box", methods=["GET", "POST"])
@entry("ballot.box", Ballot)
def box(ballot: Ballot) -> ResponseReturnValue:
    """开箱: the three figures that must agree, and the form for one paper."""
    shown, choices = queries.page_of(db.session(), ballot), queries.choices_of(db.session(), ballot.id)
    form = forms.typed_paper(shown, choices)

    def typing() -> tuple[bool]:
        said = dict(paper.VOID) if form.void.data else form.choices_given()
        return (paper.type_paper(db.session(), ballot, serial=form.serial.data or 0, said=said, by=viewer(), at=now()),)

    if done := web.submitted(form, typing):
        agreed = f"第 {form.serial.data} 张两人录得一致。"
        flash(agreed if done[0] else f"第 {form.serial.data} 张已录入，等另一个人再录一遍。", "ok")
        return redirect(url_for("ballots.box", id=ballot.id))
    return _box(ballot, shown, choices, form)


def _box(ballot: Ballot, shown: BallotPage, choices: list[queries.ChoiceRow], form: forms.TypedPaper) -> ResponseReturnValue:
    facts, me = queries.facts_of_box(db.session(), ballot, viewer(), now()), viewer().id
    waiting = paper.apart(db.session(), ballot.id)
    titles = {str(one.id): one.title for one in choices}
    return page(
        "ballots/box.html", 422 if form.errors else 200, heading="开箱清点和录入", ballot=shown, choices=choices, form=form, facts=facts,
        envelopes=forms.Envelopes(formdata=None), closed=ballot.state == "closed",
        missing=[one.sentence for one in rules.box_agrees(facts)],
        waiting=[one.serial for one in waiting if one.second is None and one.first_by_id != me],
        mine=[one.serial for one in waiting if one.second is None and one.first_by_id == me],
        differing=[
            (one.serial, paper.told(one.first, titles), paper.told(one.second or {}, titles))
            for one in waiting if one.second is not None and me in {one.first_by_id, one.second_by_id}
        ],
        back=web.back_to(ballot),
    )  # fmt: skip


@bp.post("/ballots/<int:id>/box/envelopes")
@entry("ballot.box", Ballot)
def envelopes(ballot: Ballot) -> ResponseReturnValue:
    """清点信封, by one and then by another."""
    form: Any = forms.Envelopes()
    if not form.validate_on_submit():
        raise refuse("envelopes", "请填写信封数，用 0 或更大的整数。")
    agrees = paper.count_envelopes(db.session(), ballot, envelopes=form.envelopes.data, by=viewer(), at=now())
    flash("两个人清点一致。" if agrees else f"已记下 {form.envelopes.data} 个信封，请另一个人再清点一遍。", "ok")
    return redirect(url_for("ballots.box", id=ballot.id))
