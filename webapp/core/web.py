"""What a view is made of: the entry to a page, what can be done there and what was, the pages of steps, answers.

A view is: `@entry(right, Model)` loads and authorises in one go; the view takes a form, calls one action or query, and
redirects or renders. It never commits and never asks who may.
"""

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.core import calendar, journal, scope
from webapp.core.answers import download, page, plain, send_stored, wants_json
from webapp.core.clock import last_day, today
from webapp.core.forms import FilesField, Form, NoteForm, fields_of
from webapp.core.here import SAFE, Aside, csrf, db, frame, login, now, set_aside, viewer
from webapp.core.paging import Page
from webapp.core.scope import Guarded, Viewer
from webapp.core.trying import submitted, tried
from webapp.core.workflow import Open, Refusal, Stage, Workflow, open_steps, refusals, stages_of, take_step


@dataclass(frozen=True, slots=True)
class Entry:
    """What a route asks of who enters; `sanshe routes` lists it."""

    right: str
    model: type[Guarded] | None
    roles: frozenset[str]


def entry(
    right: str, model: type[Guarded] | None = None, *, param: str = "id", signed_in: bool = False, lock: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Load and authorise in one go; `signed_in` asks for a person even where everyone has the right.

    `lock=False` is for a verb that many take on one row at once and that takes a narrower lock itself.

    Without a model: some role of the viewer must have the right. With one: the row named by the route is loaded
    (locked when the request writes) and given to the view instead of its key. No row, or a stranger: 404. A member
    without the right: 403. Nobody signed in, where signing in could help: to the sign-in page.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def entered(**args: Any) -> Any:
            roles: frozenset[str] = current_app.extensions["roles_for"](right)
            who = viewer()
            if signed_in and who.id is None:
                return _turned_away()
            held: Callable[[str], ResponseReturnValue | None] | None = current_app.extensions.get("held_back")
            if held is not None and (first := held(right)) is not None:
                return first
            if model is None:
                if not roles & {tie.role for tie in who.ties}:
                    return _turned_away()
                return view(**args)
            thing, refused = admit(roles, model, args.pop(param), lock=lock and request.method not in SAFE)
            return view(thing, **args) if refused is None else refused

        entered.entry = Entry(right, model, frozenset())  # type: ignore[attr-defined]
        return entered

    return wrap


def admit(roles: Collection[str], model: type[Guarded], key: Any, *, lock: bool = False) -> tuple[Any, ResponseReturnValue | None]:
    """The row, when one of the roles reaches it; otherwise the answer that turns the viewer away."""
    thing, mine = scope.load(db.session(), viewer(), model, key, lock=lock)
    if thing is not None and not set(roles) & mine and scope.stands_aside(db.session(), viewer(), thing):
        return None, abort(HTTPStatus.FORBIDDEN, current_app.extensions["aside_told"](thing))
    if thing is None or not mine:
        return None, _turned_away(HTTPStatus.NOT_FOUND)
    if not set(roles) & mine:
        return None, _turned_away()
    g.roles = mine
    return thing, None


def _turned_away(status: HTTPStatus = HTTPStatus.FORBIDDEN) -> ResponseReturnValue:
    if viewer().id is None:
        if wants_json():
            abort(HTTPStatus.UNAUTHORIZED)
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?") if request.method in SAFE else None))
    return abort(status)


def roles_here() -> frozenset[str]:
    """The viewer's roles on the row this page was entered with."""
    found: frozenset[str] = g.get("roles", frozenset())
    return found


@dataclass(frozen=True, slots=True)
class Can:
    """A step as the page offers it; `page` says that it has a form of its own to fill in."""

    name: str
    label: str
    href: str
    kind: str
    confirm: str
    note: str
    page: bool
    blockers: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as pages show it: the moment, the whole working days left (below 0: overdue), and the days of the calendar."""

    at: datetime
    days: int
    done: bool = False
    nights: int = 0


def due(at: datetime | None) -> Due | None:
    """A deadline counted from this request's moment; None stays None."""
    if at is None:
        return None
    return Due(at, calendar.workdays_left(now(), at), nights=(last_day(at) - today(now())).days)


@dataclass(frozen=True, slots=True)
class Back:
    """Where a page leads back to."""

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list as the template takes it."""

    rows: Any
    next_href: str
    first_href: str
    count_text: str


def listing(found: Page[Any], **filters: Any) -> Listing:
    """Give a keyset page its addresses; the filters in force go along."""
    kept = {**(request.view_args or {}), **{k: v for k, v in filters.items() if v not in (None, "")}}
    here = request.endpoint or ""
    return Listing(
        found.rows,
        url_for(here, **kept, after=found.next) if found.next else "",
        url_for(here, **kept) if request.args.get("after") else "",
        f"本页 {len(found.rows)} 条" if found.rows else "",
    )


def can(thing: Any, steps: list[Open] | None = None) -> list[Can]:
    """What the viewer can do with an object now, each with the address of its page and what still stands in the way."""
    found = open_steps(db.session(), thing, by=viewer(), at=now(), roles=roles_here()) if steps is None else steps
    return [_can(thing, o) for o in found if f"{thing.REF}.{o.step.name}" in current_app.extensions["step_pages"]]


def _can(thing: Any, o: Open) -> Can:
    endpoint = current_app.extensions["step_pages"][f"{thing.REF}.{o.step.name}"]
    asks: frozenset[str] = getattr(current_app.view_functions[endpoint], "asks", frozenset())
    return Can(
        o.step.name, o.step.label, step_href(thing, o.step.name), o.step.kind, o.step.confirm, o.step.note, bool(asks),
        tuple(b for b in o.blockers if b.place not in asks),
    )  # fmt: skip


def step_href(thing: Any, name: str) -> str:
    return url_for(current_app.extensions["step_pages"][f"{thing.REF}.{name}"], id=thing.id)


def href(ref: str) -> str:
    """The address of an object's page by its reference; empty when it has none."""
    name, _, key = ref.partition(":")
    endpoint = current_app.extensions["object_pages"].get(name)
    return url_for(endpoint, id=int(key)) if endpoint and key.isdecimal() else ""


def back_to(thing: Any) -> Back:
    """Back to an object's page for who may read it; else to the desk."""
    has_page = thing.REF in current_app.extensions["object_pages"]
    if has_page and current_app.extensions["roles_for"](f"{thing.REF}.read") & roles_here():
        return Back(href(thing.ref), getattr(thing, "title", "") or thing.WORKFLOW.label)
    return Back("/desk", "待办")


@dataclass(frozen=True, slots=True)
class Part:
    """A section that a later slice shows on an earlier object's page: its template, and the rows that one takes as `part`."""

    template: str
    rows: Mapping[str, Any]


def parts(thing: Any) -> list[Part]:
    """What later slices show on this object's page; each function in their `views.PARTS` gives a `Part`, or None for nothing."""
    offered: Iterable[Callable[[Any], Part | None]] = current_app.extensions["parts"].get(thing.REF, ())
    return [part for show in offered if (part := show(thing)) is not None]


def public_href(name: str, key: int) -> str:
    """Where the public sees an object; the slice that shows it says so in its `views.PUBLIC`. Empty when nowhere."""
    endpoint = current_app.extensions["public_pages"].get(name)
    return url_for(endpoint, id=key) if endpoint else ""


def where(thing: Any) -> list[Stage]:
    """The usual way of an object with the present point marked; stages its call leaves out are not shown.

    A state off the usual way stands where the object left it, and what was passed over (`passed`) is not called done.
    """
    workflow: Workflow = thing.WORKFLOW
    line = list(workflow.main_line)
    stages = getattr(thing, "stages", None)
    if stages is not None:
        off = {one.target for one in workflow.steps if one.stage and one.stage not in stages}
        line = [state for state in line if state not in off]
    been = [entry.after for entry in reversed(_lines(thing.ref)) if entry.after]
    return stages_of(workflow, line, been, thing.state)


def _lines(*subjects: str) -> list[journal.Line]:
    """The newest entries of some objects; a page that is only read asks for them once."""
    if request.method not in SAFE:
        return journal.lines(db.session(), list(subjects))
    asked: dict[tuple[str, ...], list[journal.Line]] = g.setdefault("lines", {})
    if subjects not in asked:
        asked[subjects] = journal.lines(db.session(), list(subjects))
    return asked[subjects]


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a timeline."""

    at: datetime
    label: str
    who: str
    note: str | None
    now: bool
    link: str = ""


def timeline(*subjects: str, notes: bool = True) -> list[Told]:
    """The story of some objects out of the journal, newest first, with the names of who acted."""
    entries = _lines(*subjects)
    names: Mapping[str, str] = current_app.extensions["names_of"](
        db.session(), {ref for e in entries for ref in (e.by, e.on_behalf) if ref}
    )
    return [Told(e.at, label_of(e), _who(e, names), e.note if notes else None, n == 0) for n, e in enumerate(entries)]


def _who(line: journal.Line, names: Mapping[str, str]) -> str:
    """Who acted, and for whom: 姑苏区民政局 张敏 代 李建国."""
    by = names.get(line.by, "")
    behalf = names.get(line.on_behalf or "", "")
    return f"{by} 代 {behalf.split()[-1]}" if behalf else by


def label_of(line: journal.Line) -> str:
    """What an entry is called: its step's label in the workflow, or its own word in `current_app.extensions["words"]`."""
    workflows: Mapping[str, Workflow] = current_app.extensions["workflows"]
    found = workflows.get(line.subject.partition(":")[0])
    if found is not None:
        for one in found.steps:
            if one.name == line.step:
                return one.label
    words: Mapping[str, str] = current_app.extensions["words"]
    return words.get(f"{line.subject.partition(':')[0]}.{line.step}") or words.get(line.step, line.step)


@dataclass(frozen=True, slots=True)
class Verb:
    """How a step is taken through a page: its form, and the action that is given the form's cleaned data.

    `act(session, thing, by=, at=, **form.answers())`; without one, the step is just taken with its note.
    """

    form: type[Form] = NoteForm
    act: Callable[..., Any] | None = None
    template: str = "step.html"
    said: str | Callable[[Any], str] = ""
    """What is told when it is done; `said(thing)` where that depends."""
    prepare: Callable[..., Any] | None = None
    """Fills the form's choices from the object: `prepare(form, thing)`."""
    show: Callable[[Any], dict[str, Any]] | None = None
    """More rows for the step's template: `show(thing)`."""
    back: Callable[..., str] | None = None
    """Where to go afterwards: `back(thing)`; the object's page when not given."""


def steps(blueprint: Blueprint, model: type[Any], verbs: Mapping[str, Verb]) -> None:
    """Give each named step of a model's workflow its page: GET shows it with all blockers, POST takes it.

    The pages are `/<object>/<id>/<step>`; the right is the workflow's own row, so no second table of rights exists.
    """
    workflow: Workflow = model.WORKFLOW
    for name, verb in verbs.items():
        _step_page(blueprint, model, workflow, name, verb)


def _just_take(name: str, session: Session, thing: Any, *, by: Viewer, at: datetime, note: str = "") -> None:
    take_step(session, thing, name, by=by, at=at, note=note)


def _step_page(blueprint: Blueprint, model: type[Any], workflow: Workflow, name: str, verb: Verb) -> None:
    one = workflow.step(name)
    endpoint = f"{model.REF}_{name}"

    asks = frozenset() if verb.form is NoteForm and verb.show is None else frozenset(fields_of(verb.form))

    @entry(f"{model.REF}.{name}", model)
    def view(thing: Any) -> ResponseReturnValue:
        form = verb.form()
        if verb.prepare is not None:
            verb.prepare(form, thing)
        if one.note and type(form) is NoteForm:
            form.note.label.text, form.note.flags.required = one.note, True
        blockers = refusals(db.session(), thing, name, by=viewer(), at=now()) if request.method in SAFE else []
        act = verb.act or functools.partial(_just_take, name)

        def done() -> bool:
            act(db.session(), thing, by=viewer(), at=now(), **form.answers())
            return True

        if submitted(form, done):
            said = verb.said if isinstance(verb.said, str) else verb.said(thing)
            flash(said or f"{one.label}：已办理。", "ok")
            return redirect(verb.back(thing) if verb.back else back_to(thing).href)
        # what the step's own form asks for does not stand in the way of opening it
        shown = Can(name, one.label, request.path, one.kind, one.confirm, one.note, True, tuple(b for b in blockers if b.place not in asks))
        extra = verb.show(thing) if verb.show else {}
        return page(
            verb.template,
            422 if request.method == "POST" else 200,
            step=shown,
            form=form if asks or form.errors else None,
            back=extra.pop("back", None) or back_to(thing),
            multipart=any(isinstance(field, FilesField) for field in form),
            **extra,
        )

    view.asks = asks  # type: ignore[attr-defined]
    view.__name__ = endpoint
    path = re.sub("_", "-", name)
    blueprint.add_url_rule(f"/{model.REF}/<int:id>/{path}", endpoint, view, methods=["GET", "POST"])


__all__ = [
    "SAFE", "Aside", "Back", "Can", "Due", "Entry", "Listing", "Part", "Told", "Verb", "admit", "back_to", "can", "csrf", "db", "download",
    "due", "entry", "frame", "href", "label_of", "listing", "login", "now", "page", "parts", "plain", "public_href", "roles_here", "send_stored",
    "set_aside", "step_href", "steps", "submitted", "timeline", "tried", "viewer", "wants_json", "where",
]  # fmt: skip
