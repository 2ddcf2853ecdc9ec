"""单位名录 and 办理记录."""

import re
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import mask_id
from webapp.accounts import actions, forms, queries
from webapp.accounts.models import ORGANISATION_KINDS, SORTED, Organisation
from webapp.accounts.views.door import bp
from webapp.core import fit, links, scope, web
from webapp.core import journal as entries
from webapp.core.web import Back, db, entry, now, page, roles_here, viewer
from webapp.permissions import roles_for
from webapp.workflows import BY_NAME

REF = re.compile(r"[a-z_]{2,24}:\d{1,12}")


@bp.get("/organisations")
@entry("organisation.list")
def organisations() -> ResponseReturnValue:
    """单位名录."""
    q, kind, sector = (request.args.get(name, "").strip()[:60] for name in ("q", "kind", "sector"))
    found = queries.organisations(db.session(), viewer(), q=q, kind=kind, sector=sector, after=request.args.get("after"))
    return page(
        "accounts/organisations.html", page=web.listing(found, q=q, kind=kind, sector=sector), q=q, kind=kind, kinds=ORGANISATION_KINDS,
        sector=sector, sectors=queries.sectors(db.session(), at=now(), viewer=viewer()),
    )  # fmt: skip


@bp.route("/areas", methods=["GET", "POST"])
@entry("area.import")
def areas() -> ResponseReturnValue:
    """更新区划: a short list, all of it or nothing, every bad cell named. The list of a whole country goes by the command line."""
    form: Any = forms.AreasForm()
    within = tuple(
        sorted({"" if tie.relation == "system" else str(tie.value) for tie in viewer().ties if tie.role in roles_for("area.import")})
    )
    if form.validate_on_submit():
        sent = form.file.data[0]
        done = web.tried(form, lambda: actions.take_list(db.session(), sent.name, sent.content, within=within, by=viewer(), at=now()))
        if done is not None:
            flash(f"{done}。" if done.added or done.updated else "与平台上的区划相同，没有改动。", "ok")
            return redirect(url_for("accounts.areas"))
    return page(
        "accounts/areas.html", 422 if request.method == "POST" else 200, heading="更新区划", form=form, multipart=True, submit="读入", within=within,
        counts=queries.area_counts(db.session(), within),
    )  # fmt: skip


@bp.get("/organisations/<int:id>")
@entry("organisation.read", Organisation)
def organisation_show(organisation: Organisation) -> ResponseReturnValue:
    """One organisation: what it is, its record, who works there."""
    return _organisation(organisation, "")


@bp.route("/organisations/<int:id>/sector", methods=["GET", "POST"])
@entry("organisation.sort", Organisation)
def organisation_sector(organisation: Organisation) -> ResponseReturnValue:
    """归入板块."""
    form: Any = forms.SectorForm(sector=organisation.sector)
    found = queries.sectors(db.session(), at=now(), area=organisation.area_code)
    form.sector.choices = [("", "不归入板块"), *((one.code, one.label) for one in found)]
    there = url_for("accounts.organisation_show", id=organisation.id)
    if form.validate_on_submit():
        actions.sort(db.session(), organisation, form.sector.data, by=viewer(), at=now())
        flash(f"已归入“{dict(form.sector.choices)[form.sector.data]}”板块。" if form.sector.data else "已不归入任何板块。", "ok")
        return redirect(there)
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading=f"归入板块：{organisation.name}", submit="保存", form=form,
        back=Back(there, organisation.name),
    )  # fmt: skip


@bp.post("/organisations/<int:id>/bank")
@entry("organisation.bank", Organisation)
def organisation_bank(organisation: Organisation) -> ResponseReturnValue:
    """查看 the bank account in full; the journal keeps who looked."""
    return _organisation(organisation, actions.see_bank(db.session(), organisation, by=viewer(), at=now()))


def _organisation(organisation: Organisation, account: str) -> ResponseReturnValue:
    session = db.session()
    areas = queries.area_names(session, {organisation.area_code[:n] for n in (4, 6, 9, 12)} | {organisation.area_code})
    place = "".join(name for _, name in sorted(areas.items()))
    records = queries.records(session, organisation.id)
    return page(
        "accounts/organisation.html", organisation=queries.organisation_of(session, organisation.id), place=place,
        bank_account=account or mask_id(organisation.bank_account or ""), bank_open=bool(account),
        may_see_bank=bool(organisation.bank_account) and not account and bool(roles_for("organisation.bank") & roles_here()),
        sectors=queries.sectors(session, at=now(), area=organisation.area_code),
        may_sort=organisation.kind in SORTED and bool(roles_for("organisation.sort") & roles_here()),
        records=records, opens=links.hrefs(one.subject for one in records), staff=queries.staff_of(session, organisation.id, at=now()), today=now().date(),
    )  # fmt: skip


@bp.get("/journal")
@entry("journal.read")
def journal() -> ResponseReturnValue:
    """办理记录. The log auditor sees every entry without its words; an auditor the entries of an object within reach.

    An object is named by the number people know or by its reference, a person by name.
    """
    subject, by, typed = (request.args.get(name, "").strip()[:40] for name in ("subject", "by", "day"))
    day = _day(typed)
    everything = "log_auditor" in {tie.role for tie in viewer().ties}
    subjects = [ref for ref in _meant(subject) if everything or _reaches(ref)]
    people = [by] if REF.fullmatch(by) else queries.staff_called(db.session(), by) if by else []
    asked: dict[str, Any] = {"subject": subject, "by": by, "day": typed, "everything": everything}
    wrong = (bool(subject) and not subjects) or (bool(by) and not people) or (bool(typed) and day is None)
    if wrong or not (everything or subjects):
        return page("accounts/journal.html", page=None, wrong=wrong, **asked, _names={}, _label={}, _about={}, _state={})
    found = queries.journal(db.session(), subjects=subjects, by=people, day=day, after=request.args.get("after"))
    labels = {one.id: _label(one) for one in found.rows}
    names = queries.staff_names(db.session(), {ref for one in found.rows for ref in (one.by, one.on_behalf) if ref})
    return page(
        "accounts/journal.html", page=web.listing(found, subject=subject, by=by, day=typed), wrong=False, **asked,
        _names=names, _label=labels, _about={one.id: _about(one.subject) for one in found.rows},
        _state={one.id: tuple(_state(one.subject, state) for state in (one.before, one.after)) for one in found.rows},
    )  # fmt: skip


def _meant(subject: str) -> list[str]:
    """The objects a person means: by reference, or by number."""
    if REF.fullmatch(subject):
        return [subject]
    return queries.refs_numbered(db.session(), subject.upper()) if subject else []


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if fit.sensible(found) else None


def _label(one: queries.Step) -> str:
    return web.label_of(
        entries.Line(one.id, one.subject, one.number, one.step, one.before, one.after, one.by, one.on_behalf, one.at, {}, None)
    )


def _about(ref: str) -> str:
    """An object as people call it: 需求 12."""
    name, _, key = ref.partition(":")
    return f"{BY_NAME[name].label} {key}" if name in BY_NAME else ref


def _state(ref: str, state: str | None) -> str:
    found = BY_NAME.get(ref.partition(":")[0])
    return (found.states.get(state, state) if found else state) if state else ""


def _reaches(ref: str) -> bool:
    """Whether an object lies within the auditor's reach."""
    name, _, key = ref.partition(":")
    model = scope.model_named(name)
    try:
        roles = roles_for(f"{name}.read")
    except KeyError:
        return False
    if model is None:
        return False
    _, mine = scope.load(db.session(), viewer(), model, int(key), lock=False)
    return bool({"auditor"} & mine & roles)
