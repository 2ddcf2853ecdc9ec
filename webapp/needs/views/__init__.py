"""Pages of needs: saying one, taking one in, handling it; putting needs to the residents is in `ballots`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import until
from webapp.accounts.queries import area_names, places_under, served
from webapp.core import fit, web
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.needs import actions, forms, queries
from webapp.needs.finder import soft
from webapp.needs.models import CHANNELS, Category, Need, Wording
from webapp.needs.queries import merging
from webapp.needs.queries.facts import names_behind
from webapp.needs.views import asking, hearing, receipts, sealing
from webapp.needs.views.ballots import PARTS
from webapp.needs.views.blueprint import bp
from webapp.urgent.models import KINDS, Report
from webapp.workflows import NEED

__all__ = ["PARTS", "bp"]
HANDLERS = frozenset({"community", "party_lead", "grid_worker"})
ANSWERS = frozenset(one.label for one in NEED.steps if one.name in {"answer", "finish", "return"})
PROPOSERS = frozenset({"org_member", "org_lead", "social_worker"})


@bp.get("/needs")
@entry("need.index")
def index() -> ResponseReturnValue:
    """The needs of one's area."""
    q, wish = request.args.get("q", "").strip(), wish_of(request.args)
    found = queries.listed(db.session(), _me(), at=now(), q=q, wish=wish, after=request.args.get("after"))
    said = queries.said_in(db.session(), _me(), [one.id for one in found.rows])
    return page(
        "needs/index.html", said=said, page=web.listing(found, q=q, **wish.filters), q=q, wish=wish, states=NEED.states,
        categories=queries.category_labels(db.session()), channels=CHANNELS, only=queries.ONLY,
        place=area_names(db.session(), [wish.area]).get(wish.area, "") if wish.area else "",
        may_take_in=bool(HANDLERS & _me().roles), may_ballot=bool({"community", "party_lead"} & _me().roles),
    )  # fmt: skip


def wish_of(args: Mapping[str, str]) -> queries.Wish:
    """The filters of an address; what is none is left out."""

    def day(name: str) -> date | None:
        try:
            found = date.fromisoformat(args.get(name, ""))
        except ValueError:
            return None
        return found if fit.sensible(found) else None

    text = {name: args.get(name, "").strip() for name in ("state", "category", "channel", "area", "only")}
    text["area"] = text["area"] if text["area"].isascii() and text["area"].isdecimal() else ""
    return queries.Wish(**text, since=day("since"), until=day("until"))


def _me() -> Any:
    return viewer()


@bp.route("/needs/new", methods=["GET", "POST"])
@entry("need.create")
def new() -> ResponseReturnValue:
    """我要反映."""
    if not _me().area_code:
        flash("先选好您住的社区，就能反映了。", "warn")
        return redirect(url_for("accounts.home", next=request.path))
    form = forms.Say()
    if form.validate_on_submit():
        mistaken = sealing.disclaimed(form)
        if mistaken is None and (sealed := sealing.seal(form, _me().area_code, "web")):
            return sealed
        need = actions.say(db.session(), area_code=_me().area_code, **form.answers(), mistaken=mistaken, by=_me(), at=now())
        flash(f"已收到，编号 {need.number}。社区会在 {until(need.due_at or now())} 前答复您。", "ok")
        return redirect(url_for("needs.show", id=need.id))
    names = area_names(db.session(), [_me().area_code])
    return page(
        "needs/new.html", 422 if request.method == "POST" else 200, form=form, community=names.get(_me().area_code, ""), multipart=True
    )


@bp.route("/needs/new/elder", methods=["GET", "POST"])
@entry("need.create")
def new_for() -> ResponseReturnValue:
    """子女代办: for an elder, who may live elsewhere."""
    form, places = forms.SayFor(area_code=_me().area_code or ""), served(db.session(), request.values.get("street", ""), _me().area_code)
    form.area_code.choices = places.choices
    if form.validate_on_submit():
        mistaken, given = sealing.disclaimed(form), (form.speaker.data or "", form.speaker_phone.data or "")
        if mistaken is None and (sealed := sealing.seal(form, form.area_code.data, "web", *given)):
            return sealed
        need = actions.say(db.session(), **form.answers(), mistaken=mistaken, by=_me(), at=now())
        flash(f"已收到，编号 {need.number}。社区会在 {until(need.due_at or now())} 前答复。", "ok")
        return redirect(url_for("needs.show", id=need.id))
    return page(
        "needs/new_for.html", 422 if request.method == "POST" else 200, form=form, places=places, multipart=True, heading="替老人反映",
        layout="public.html", tell=False, submit="提交", back=Back(url_for("needs.new"), "我要反映"),
    )  # fmt: skip


@bp.get("/needs/proposals")
@entry("need.propose")
def proposals() -> ResponseReturnValue:
    """The 服务提议 of one's own organisation."""
    found = queries.proposals(db.session(), _me().organisations(*PROPOSERS), request.args.get("after"))
    return page("needs/proposals.html", page=web.listing(found))


@bp.route("/needs/propose", methods=["GET", "POST"])
@entry("need.propose")
def propose() -> ResponseReturnValue:
    """服务提议 (三议): an organisation offers a community a service."""
    form, places = forms.Propose(), served(db.session(), request.values.get("street", ""))
    form.area_code.choices = places.choices
    if form.validate_on_submit():
        own = _me().member(*PROPOSERS).organisation_id
        need = actions.propose(db.session(), organisation_id=own, **form.answers(), by=_me(), at=now())
        flash(f"已提交给社区，编号 {need.number}。社区会在 {until(need.due_at or now())} 前答复。", "ok")
        return redirect(url_for("needs.show", id=need.id))
    return page(
        "needs/new_for.html", 422 if request.method == "POST" else 200, form=form, places=places, multipart=True, heading="服务提议",
        layout="base.html", lead="向一个社区提议您单位能做的服务。社区受理后和居民商议，可以列入需求清单，每一步都会告诉您。", submit="提交提议",
        back=Back(url_for("needs.proposals"), "服务提议"),
    )  # fmt: skip


@bp.route("/needs/intake", methods=["GET", "POST"])
@entry("need.intake")
def intake() -> ResponseReturnValue:
    """代为登记."""
    form = forms.Intake()
    prefixes = [m.area_code for m in _me().members if m.role in HANDLERS | {"street"}]
    found = {p.code: p.name for prefix in prefixes for p in places_under(db.session(), prefix, 12)}
    form.area_code.choices = list(found.items())
    if form.validate_on_submit():
        mistaken = sealing.disclaimed(form)
        given = form.area_code.data, form.channel.data, form.speaker.data, form.speaker_phone.data or None
        if mistaken is None and (sealed := sealing.seal(form, *given)):
            return sealed
        need = actions.take_in(db.session(), **form.answers(), mistaken=mistaken, by=_me(), at=now())
        flash(f"已登记，编号 {need.number}。", "ok")
        return redirect(url_for("needs.show", id=need.id))
    return page(
        "needs/intake.html", 422 if request.method == "POST" else 200, heading="代为登记", form=form, multipart=True,
        back=Back(url_for("needs.index"), "需求"), submit="登记",
    )  # fmt: skip


@bp.get("/needs/<int:id>")
@entry("need.read", Need)
def show(need: Need) -> ResponseReturnValue:
    """One need, as its handler or the resident who said it sees it."""
    return _show(need)


@bp.post("/needs/<int:id>/phone")
@entry("need.reveal", Need)
def phone(need: Need) -> ResponseReturnValue:
    """查看电话: shown on this answer alone; the journal keeps who looked."""
    typed = request.form.get("voice", "")
    voice = int(typed) if typed.isdecimal() and len(typed) < 12 else 0
    return _show(need, actions.reveal(db.session(), need, voice, by=_me(), at=now()), voice)


def _show(need: Need, phone: str = "", phone_of: int = 0) -> ResponseReturnValue:
    session, handler, whose = db.session(), bool(HANDLERS & web.roles_here()), _whose()
    reads = handler or bool({"resident", *PROPOSERS} & web.roles_here())
    found = queries.one(session, need.id)
    entries = web.timeline(need.ref, notes=True)
    wording = queries.wording_of(session, need.id) if web.roles_here() - {"resident", "public", *PROPOSERS} else None
    voices = queries.voices_of(session, need.id, whose) if reads else []
    return page(
        "needs/show.html", need=found, stages=web.where(need), steps=_steps(need),
        due=web.due(need.due_at),
        voices=voices, brought=queries.files_of(session, need.id, whose) if voices else [],
        doubt=hearing.doubt(need, voices) if handler else None, follow=receipts.offered(need),
        wording=wording, alike=merging.alike(session, need, said=[one.words for one in voices]) if handler and need.state == "collected" else [],
        known=asking.known(need, voices),
        entries=entries, answer=_answer(need, entries) if reads and not handler else None, handler=handler, proposer=whose is queries.PROPOSED,
        may_word=bool({"community", "party_lead"} & web.roles_here()),
        may_release=bool({"community", "party_lead", "street"} & web.roles_here()) and (wording is None or wording.drafted_by_id != _me().id),
        may_take_down=bool({"community", "party_lead", "street"} & web.roles_here()), phone=phone, phone_of=phone_of,
        parts=web.parts(need),
    )  # fmt: skip


def _answer(need: Need, entries: list[web.Told]) -> web.Told | None:
    """What was answered to who spoke, once it is over."""
    if need.state not in {"resolved", "rated", "returned"}:
        return None
    return next((one for one in entries if one.note and one.label in ANSWERS), None)


def _whose() -> Any:
    """Which voices are read here: all by the handler, of others one's own or one's organisation's."""
    if HANDLERS & web.roles_here():
        return None
    return queries.PROPOSED if PROPOSERS & web.roles_here() else queries.said_by(_me().id)


def _steps(need: Need) -> list[Any]:
    """Steps of the need; a 评议 and its settling have pages of their own for several needs at once."""
    return [can for can in web.can(need) if can.name not in {"ballot", "unballot", "list", "leave_out"}]


@bp.route("/needs/<int:id>/wording", methods=["GET", "POST"])
@entry("need.write_wording", Need)
def wording(need: Need) -> ResponseReturnValue:
    """起草公开表述."""
    old = queries.wording_of(db.session(), need.id)
    form = forms.WordingForm(title=old.title if old else "", text=old.text if old else "")
    if form.validate_on_submit() and (
        made := web.tried(form, lambda: actions.draft_wording(db.session(), need, **form.answers(), by=_me(), at=now()))
    ):
        found = soft(f"{made.title}\n{made.text}", names_behind(db.session(), need.id))
        flash("已起草，请另一位同事发布。", "ok")
        if found:
            flash(f"发布的同事要逐项核对：{'、'.join(one.sentence for one in found)}。", "warn")
        return redirect(url_for("needs.show", id=need.id))
    return page(
        "needs/wording.html", 422 if request.method == "POST" else 200, heading="公开表述", form=form,
        voices=queries.voices_of(db.session(), need.id),
        back=Back(url_for("needs.show", id=need.id), need.title), submit="保存，请同事发布",
    )  # fmt: skip


@bp.post("/needs/<int:id>/same")
@entry("need.same", Need, signed_in=True)
def same(need: Need) -> ResponseReturnValue:
    """我也有同样需求, or taking it back."""
    if request.form.get("back"):
        actions.unsame(db.session(), need, by=_me(), at=now())
        flash("已取消“我也有同样需求”。", "ok")
    else:
        fresh = actions.same(db.session(), need, by=_me(), at=now())
        flash("已记下，您也有同样需求。" if fresh else "您已经表示过有同样需求。", "ok")
    return redirect(request.referrer or "/")


def _fill_accept(form: Any, need: Need) -> None:
    if request.method == "GET":
        found = db.session().get(Category, need.category)
        form.category.data, form.decision.data = need.category, "self"
        form.pace.data = found.pace if found else "quick"


def _fill_decline(form: Any, need: Need) -> None:
    form.elsewhere.choices = [("", "请选择"), *queries.elsewhere_choices(db.session())]


def _fill_hand_off(form: Any, need: Need) -> None:
    if request.method == "GET" and request.args.get("kind") in KINDS:
        form.kind.data = request.args["kind"]


def _fill_merge(form: Any, need: Need) -> None:
    found = merging.mergeable(db.session(), need, q=request.args.get("q", "").strip()[:60])
    said = queries.said_in(db.session(), _me(), [one.id for one in found])
    form.into.choices = [(0, "请选择"), *((n.id, f"{n.number} {n.title}“{said.get(n.id, '')}”（{n.state_label}）") for n in found)]


def _words_of_merge(need: Need) -> dict[str, Any]:
    return {"q": request.args.get("q", "").strip()[:60], "explain": f"把“{need.title}”并到同一件事里。原话都会保留，也可以撤销。"}


web.steps(
    bp,
    Need,
    {
        "accept": Verb(forms.Accept, actions.accept, prepare=_fill_accept, said="已受理。"),
        "return": Verb(forms.Decline, actions.decline, prepare=_fill_decline, said="已告诉反映人理由和去处。"),
        "hand_off": Verb(forms.HandOff, actions.hand_off, prepare=_fill_hand_off, said="已封存，由专办人办理。"),
        "merge": Verb(forms.Merge, actions.merge, "needs/merge.html", prepare=_fill_merge, show=_words_of_merge, said="已合并，可以撤销。"),
        "unmerge": Verb(act=actions.unmerge),
        **{name: Verb() for name in ("deliberate", "conclude", "list", "reopen")},
        "withdraw": Verb(act=actions.withdraw, said="已撤回。"),
        "rate": Verb(forms.Rate, actions.rate, said="谢谢您的评价。"),
    },
)  # fmt: skip


def _back_to_need(wording: Wording) -> str:
    return url_for("needs.show", id=wording.need_id)


def _show_wording(wording: Wording) -> dict[str, Any]:
    return {"explain": f"{wording.title}：{wording.text}"}


def _to_tick(form: Any, wording: Wording) -> None:
    """A box for each thing that may tell who somebody is; none where nothing was found."""
    found = soft(f"{wording.title}\n{wording.text}", names_behind(db.session(), wording.need_id))
    form.ticks.choices = [(one.sentence, one.sentence) for one in found]
    if not found:
        del form.ticks


web.steps(
    bp,
    Wording,
    {
        "release": Verb(
            forms.Release, actions.release_wording, prepare=_to_tick, show=_show_wording, back=_back_to_need, said="公开表述已发布。"
        ),
        "take_down": Verb(act=actions.take_down_wording, show=_show_wording, back=_back_to_need, said="已撤下。"),
    },
)


def _taken_back(report: Report) -> str:
    return url_for("urgent.index")


web.steps(bp, Report, {"return": Verb(act=actions.take_back, back=_taken_back, said="已作为普通需求转给社区。")})
