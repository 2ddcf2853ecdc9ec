"""What waits for the release: the letters; and afterwards: the minutes on file, and who moves up."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.calls.models import Call
from webapp.core import files, web
from webapp.core.files import Attachment
from webapp.core.web import Back, db, entry, now, page
from webapp.core.workflow import refuse
from webapp.reviews import actions, forms
from webapp.reviews.actions import OUTCOMES
from webapp.reviews.queries import decision_of, results
from webapp.reviews.queries.moving_up import facts_of_promotion
from webapp.reviews.queries.results import Decided
from webapp.reviews.rules.letters import FIELDS
from webapp.reviews.rules.publicity import place_is_free
from webapp.reviews.views.blueprint import bp, me, only_its_own


@bp.route("/calls/<int:id>/letters", methods=["GET", "POST"])
@entry("ranking.edit", Call)
def call_letters(call: Call) -> ResponseReturnValue:
    """通知文本: each kind of letter, its fields, and every letter as it will go out."""
    only_its_own(call, "ranking.edit")
    session, sent, kind = db.session(), None, ""
    if request.method == "POST":
        kind = request.form.get("kind", "")
        if kind not in OUTCOMES:
            raise refuse("kind", "没有这种通知，请从页面上的几种里选。")
        sent = forms.LetterForm(prefix=f"{kind}-")
        if sent.validate_on_submit():
            answers = {"title": sent.title.data or "", "body": sent.body.data or ""}
            written = web.tried(sent, lambda: actions.edit(session, call, kind, **answers, by=me(), at=now()))
            if written is not None:
                flash("通知文本已保存。" if not written else f"通知文本已保存，{written} 份待发通知已按新文本重写。", "ok")
                return redirect(url_for("reviews.call_letters", id=call.id))
        call = session.get_one(Call, call.id)
    texts = actions.wordings(session, call.id)
    shown = {}
    for one, (title, body) in texts.items():
        fresh = forms.LetterForm(formdata=None, prefix=f"{one}-", title=title, body=body)
        shown[one] = sent if sent is not None and kind == one else fresh
    return page(
        "reviews/letters.html", 422 if request.method == "POST" else 200, heading="结果通知", call_id=call.id, call=call.title, _forms=shown,
        fields=FIELDS, outcomes=OUTCOMES, letters=results.letters(session, call.id), editable=call.state in {"ranked", "decided"},
        back=Back(url_for("reviews.ranking", id=call.id), "综合排名"),
    )  # fmt: skip


@bp.route("/calls/<int:id>/promote", methods=["GET", "POST"])
@entry("ranking.edit", Call)
def call_promote(call: Call) -> ResponseReturnValue:
    """候补递补: the next in reserve, with its own 公示."""
    only_its_own(call, "ranking.edit")
    session = db.session()
    form: Any = forms.PromoteForm()
    if form.validate_on_submit():
        notice = web.tried(
            form, lambda: actions.promote(session, call, amount=form.amount.data, note=form.note.data or "", by=me(), at=now())
        )  # fmt: skip
        if notice is not None:
            flash("候补已递补，公示已发布。", "ok")
            return redirect(url_for("reviews.notice_show", id=notice.id))
        call = session.get_one(Call, call.id)
    facts, _ = facts_of_promotion(session, call)
    if request.method == "GET" and facts.title:
        form.amount.data = min(facts.most, facts.left)
    blocked = place_is_free(facts)
    return page(
        "reviews/promote.html", 422 if request.method == "POST" else 200, heading="候补递补", form=form, submit="递补并发布公示", title=facts.title,
        left=facts.left, most=facts.most, blocked=blocked.sentence if blocked else "",
        back=Back(url_for("reviews.ranking", id=call.id), "综合排名"),
    )  # fmt: skip


@bp.get("/calls/<int:id>/minutes/<int:file>")
@entry("ranking.read", Call)
def decision_scan(call: Call, file: int) -> ResponseReturnValue:
    """The scan of the minutes of 集体研究."""
    only_its_own(call, "ranking.read")
    session = db.session()
    decided, found = decision_of(session, call.id), session.get(Attachment, file)
    if decided is None or found is None or found.subject != f"decision:{decided.id}":
        abort(404, "没有这份纪要。")
    return web.send_stored(found)


def scans(decided: Decided | None) -> list[files.Stored]:
    """The files of a decision."""
    return files.of(db.session(), f"decision:{decided.id}") if decided is not None else []
