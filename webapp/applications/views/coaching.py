"""项目优化: asking the operator, the page where it reads and suggests, and what was changed afterwards (优化前后)."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp.applications import forms
from webapp.applications.actions import coaching as verbs
from webapp.applications.models import Application, Coaching
from webapp.applications.queries import coaching as reads
from webapp.applications.queries.together import content_versions
from webapp.applications.rules import askable, differences
from webapp.applications.views.base import bp, here, me
from webapp.core import links, web
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.core.workflow import refuse

MINE = {"org_lead", "org_member", "social_worker", "co_writer"}


@bp.get("/applications/<int:id>/coaching")
@entry("application.edit", Application)
def coaching(application: Application) -> ResponseReturnValue:
    """项目优化: what was asked and suggested so far, and the form that asks."""
    return _page(application, forms.Ask(formdata=None))


def _page(application: Application, form: Any, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    around = reads.around(session, application.id)
    why = askable(reads.facts_of_asking(session, around, now()))
    return page(
        "applications/coachings.html", status, heading="项目优化", form=form, application_id=application.id,
        found=reads.coachings_of(session, application.id), why=why.sentence if why else "", may_ask=here("application.coach"),
        back=Back(url_for("applications.show", id=application.id), application.title),
    )  # fmt: skip


@bp.post("/applications/<int:id>/coach")
@entry("application.coach", Application)
def coach(application: Application) -> ResponseReturnValue:
    """请承办机构优化."""
    form: Any = forms.Ask()
    if form.validate_on_submit():
        asked = verbs.ask(db.session(), application, form.wish.data, by=me(), at=now())
        flash("已请承办机构优化，对方会收到消息。对方看到的是现在这一版，您可以接着写。", "ok")
        return redirect(url_for("applications.coaching_show", id=asked.id))
    return _page(application, form, 422)


@bp.get("/coachings/<int:id>")
@entry("coaching.read", Coaching)
def coaching_show(coaching: Coaching) -> ResponseReturnValue:
    """One coaching: the draft in the version that was shown, and beside each section what is suggested."""
    around = reads.around(db.session(), coaching.application_id)
    ours = bool(web.roles_here() & MINE)
    return page(
        "applications/coaching.html", coaching=_told(coaching), parts=_parts(coaching, around, to_write=ours), stages=web.where(coaching),
        steps=web.can(coaching), due=web.due(around.call.closes_at) if coaching.state == "asked" else None,
        compare=url_for("applications.coaching_compare", id=coaching.id), back=_back(coaching, around, ours=ours),
        entries=web.timeline(coaching.ref),
    )  # fmt: skip


def _told(one: Coaching) -> dict[str, Any]:
    return {
        "title": one.title, "state": one.state, "state_label": one.state_label, "state_at": one.state_at, "wish": one.wish,
        "overall": one.overall, "papers": list(one.papers),
    }  # fmt: skip


def _parts(one: Coaching, around: reads.Around, *, to_write: bool = False) -> list[dict[str, Any]]:
    """The sections as they were shown, each with its suggestion; `to_write`: with the way to its form."""
    (shown,) = reads.said_at(db.session(), around, one.versions)
    return [
        {
            "key": said.key, "title": said.title, "version": said.version, "answers": list(said.answers.items()),
            "suggested": one.suggestions.get(said.key, ""),
            "href": url_for("applications.section", id=one.application_id, key=said.key) if to_write else "",
        }
        for said in shown
    ]  # fmt: skip


def _back(one: Coaching, around: reads.Around, *, ours: bool) -> Back:
    """To the application for who may open it; the operator may only once it was handed in."""
    if ours:
        return Back(url_for("applications.coaching", id=one.application_id), "项目优化")
    href = links.hrefs([around.application.ref]).get(around.application.ref, "")
    return Back(href, one.title) if href else Back(url_for("calls.show", id=around.call.id), around.call.title)


@bp.get("/coachings/<int:id>/compare")
@entry("coaching.read", Coaching)
def coaching_compare(coaching: Coaching) -> ResponseReturnValue:
    """优化前后: what the draft says now that it did not say in the version that was shown."""
    if coaching.state != "given":
        raise refuse("not_given", "承办机构还没有提建议；提了以后，这里对照优化前后。")
    session = db.session()
    around = reads.around(session, coaching.application_id)
    newest = {key: version for key, version in content_versions(session, coaching.application_id).items() if key != "files"}
    before, after = reads.said_at(session, around, coaching.versions, newest)
    papers = reads.papers_of(session, around.application, around.rules)
    parts = [
        {
            "key": new.key, "title": new.title, "old": old.version, "new": new.version, "changes": differences(old.answers, new.answers),
            "suggested": coaching.suggestions.get(new.key, ""),
        }
        for old, new in zip(before, after, strict=True)
    ]  # fmt: skip
    if list(coaching.papers) != papers:
        said = [{"附件": "\n".join(one)} for one in (coaching.papers, papers)]
        parts.append(
            {
                "key": "files",
                "title": "附件",
                "old": 0,
                "new": 0,
                "changes": differences(*said),
                "suggested": coaching.suggestions.get("files", ""),
            }
        )
    return page(
        "applications/coaching_compare.html", heading="优化前后", coaching=_told(coaching), _parts=parts,
        changed_in=sum(bool(one["changes"]) for one in parts), back=Back(url_for("applications.coaching_show", id=coaching.id), coaching.title),
    )  # fmt: skip


def _giving(one: Coaching) -> dict[str, Any]:
    """What the page where suggestions are written needs: the sections as shown, and what was typed."""
    around = reads.around(db.session(), one.application_id)
    typed = forms.said_of_sections()
    return {
        "coaching": _told(one), "parts": _parts(one, around), "typed": typed, "longest": forms.SUGGESTED,
        "heading": f"提优化建议：{one.title}",
    }  # fmt: skip


web.steps(
    bp,
    Coaching,
    {
        "give": Verb(forms.Give, act=verbs.give, template="applications/coaching_give.html", show=_giving, said="建议已发给申报单位。"),
        "withdraw": Verb(
            act=verbs.withdraw,
            said="已撤回，承办机构不能再看这份草稿。",
            back=lambda one: url_for("applications.coaching", id=one.application_id),
        ),
    },
)
