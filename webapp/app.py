"""The house put together: configuration, core, the slices, and nothing that decides anything."""

import importlib
import importlib.util
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

from flask import Flask, current_app, request, url_for
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reports import format as printed
from webapp import permissions, workflows
from webapp.accounts.viewer import NOBODY
from webapp.config import Config
from webapp.core import (
    faults,
    files,
    jobs,
    journal,
    links,
    outbox,
    personal,
    scanner,
    scope,
    secrets,
    site,
    trouble,
    uploads,
    web,
    workflow,
)
from webapp.core.clock import Clock, last_day, today
from webapp.core.db import ENGINE, fold_log, transaction

SLICES = (
    "accounts", "library", "ballots", "scoring", "book", "urgent", "needs", "handling", "tickets", "calls", "workers", "applications", "reviews",
    "findings", "projects", "evaluation", "funding", "doubts", "boards", "reporting", "desk", "portal",
)  # fmt: skip
NAV = (
    ("待办", "desk.home", "desk.read"),
    ("看板", "boards.index", "board.read"),
    ("专办", "urgent.index", "urgent.index"),
    ("需求", "needs.index", "need.index"),
    ("服务提议", "needs.proposals", "need.propose"),
    ("工单", "tickets.index", "ticket_list.list"),
    ("接单", "handling.orders", "order.grab"),
    ("督办", "handling.escalations", "escalation.list"),
    ("认领", "handling.pledges", "pledge.read"),
    ("评议", "ballots.index", "ballot.list"),
    ("资金", "calls.funds", "fund.list"),
    ("征集公告", "calls.index", "call.list"),
    ("申报", "applications.index", "application.list"),
    ("比对提示", "findings.index", "finding.list"),
    ("评审", "reviews.panels", "panel.list"),
    ("协同审核", "reviews.opinions", "opinion.list"),
    ("我的评审", "reviews.mine", "assignment.list"),
    ("评估任务", "evaluation.commissions", "commission.list"),
    ("项目", "projects.index", "project.list"),
    ("督导总览", "projects.overview", "project.overview"),
    ("社工", "workers.index", "worker.list"),
    ("拨款", "funding.tranches", "tranche.list"),
    ("支出凭证", "funding.spendings", "spending.list"),
    ("疑点清单", "doubts.index", "doubt.list"),
    ("报告", "reporting.index", "report.create"),
    ("自制统计表", "reporting.own_tables", "own_table.list"),
    ("发文登记", "reporting.register", "report.list"),
    ("单位名录", "accounts.organisations", "organisation.list"),
    ("人员", "accounts.people", "person.list"),
    ("办理记录", "accounts.journal", "journal.read"),
    ("历年项目库", "library.index", "library.read"),
)
FOUND_UNDER = {
    "pay_sheet": "spending",
    "spending_audit": "spending",
    "audited": "spending",
    "team": "need",
    "sample": "need",
    "category": "need",
    "offer": "pledge",
    "gift": "pledge",
    "menu": "order",
    "inquiry": "call",
    "carry": "fund",
    "allowance": "worker",
    "transfer": "fund",
    "fund_performance": "fund",
    "trace": "board",
    "correction": "fund",
}
"""Objects whose pages one comes to from another object's item of the menu."""
WORDS = {"create": "新建"}


def room(slice_name: str, name: str) -> ModuleType | None:
    """One room of a slice, when the slice has it."""
    path = f"webapp.{slice_name}.{name}"
    return importlib.import_module(path) if importlib.util.find_spec(path) else None


def rooms(name: str) -> list[tuple[str, ModuleType]]:
    """The same room of every slice that has it, earliest slice first."""
    return [(one, found) for one in SLICES if (found := room(one, name)) is not None]


def unite() -> None:
    """Load every table, unite the slices' rules and facts, and refuse to start if a step has no owner or two."""
    rooms("models")
    facts = {name: getattr(module, "FACTS", {}) for name, module in rooms("queries")}
    acting = [module for _, module in rooms("actions")]
    workflow.install(
        workflows.ALL,
        [(name, getattr(module, "REQUIRED", {}), facts.get(name, {})) for name, module in rooms("rules")],
        [getattr(module, "FOLLOWS", {}) for module in acting],
    )
    for _, module in rooms("queries"):
        if (relations := getattr(module, "STANDS_ASIDE", None)) is not None:
            scope.stand_aside(relations)
    kinds: dict[str, Any] = {**files.JOBS, **uploads.JOBS}
    for module in acting:
        kinds |= getattr(module, "JOBS", {})
    jobs.install(kinds)
    personal.install(
        {name: read for _, module in rooms("queries") for name, read in getattr(module, "MINE", {}).items()},
        [hold for _, module in rooms("queries") for hold in getattr(module, "HOLDS", ())],
        [forget for _, module in reversed(rooms("actions")) for forget in getattr(module, "FORGETS", ())],
    )


def tick(engine: Engine, at: datetime) -> int:
    """What time alone brings: each slice's due steps, the day's seals, the outbox, and SQLite's log folded. Safe to run at any moment, any often."""
    done = 0
    for _, module in rooms("actions"):
        for due in getattr(module, "TICK", ()):
            with transaction(engine) as session:
                done += due(session, at)
    for due in (uploads.due, files.due):
        with transaction(engine) as session:
            done += due(session, at)
    with transaction(engine) as session:
        journal.seal_day(session, today(at))
        done += outbox.send_waiting(session, at=at)
    fold_log(engine)
    return done


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    endpoint: str
    href: str
    on: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What every template knows of the site."""

    name: str
    short: str
    demo: bool
    elder: bool


def create_app(config: Config, clock: Clock | None = None) -> Flask:
    """The application. It only wires: it creates no table, sends nothing, and touches no row."""
    unite()
    cookie_key = move_in(config)
    app = site.Site("webapp", root_path=str(importlib.util.find_spec("webapp").submodule_search_locations[0]))  # type: ignore[union-attr,index]
    app.config.update(
        SECRET_KEY=cookie_key,
        SQLALCHEMY_DATABASE_URI=config.database,
        SQLALCHEMY_ENGINE_OPTIONS=dict(ENGINE),
        MAX_CONTENT_LENGTH=64 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,  # not flask-babel's messages but WTForms' own, which are Chinese (core.forms)
        SANSHE=config,
    )
    site.install(app, clock or Clock())
    trouble.install(app)
    web.login.anonymous_user = lambda: NOBODY
    for _, module in rooms("views"):
        app.register_blueprint(module.bp)
    _register(app)
    return app


def move_in(config: Config) -> bytes:
    """Turn this process to an installation's keys, files and ports; gives the key for cookies."""
    files.open_store(config.data / "files")
    outbox.open_port(config.sms)
    scanner.open_port(config.clamd)
    if config.faults:
        faults.arm(config.faults)
    return secrets.load(config.data)


def _register(app: Flask) -> None:
    """Tell core what it asks of the slices: rights, pages of objects and steps, names, words."""
    from_queries = dict(rooms("queries"))
    objects: dict[str, str] = {}
    step_pages: dict[str, str] = {}
    for endpoint, view in app.view_functions.items():
        entry = getattr(view, "entry", None)
        if entry is None or entry.model is None:
            continue
        name, _, verb = entry.right.partition(".")
        if verb == "read" and endpoint.rpartition(".")[2] in {"show", f"{name}_show"}:
            objects[name] = endpoint
        if name in workflows.BY_NAME and any(one.name == verb for one in workflows.BY_NAME[name].steps):
            step_pages[entry.right] = endpoint
    app.extensions.update(
        roles_for=permissions.roles_for,
        object_pages=objects,
        step_pages=step_pages,
        workflows=workflows.BY_NAME,
        words=WORDS | {key: word for _, module in rooms("rules") for key, word in getattr(module, "WORDS", {}).items()},
        names_of=from_queries["accounts"].names_of,
        aside_told=dict(rooms("views"))["reviews"].aside_told,
        public_pages={name: page for _, module in rooms("views") for name, page in getattr(module, "PUBLIC", {}).items()},
        parts={name: _parts_of(name) for name in objects},
        papers=dict(rooms("views"))["reporting"].papers_of,
        previews=dict(rooms("views"))["reporting"].preview_of,
    )
    app.jinja_env.filters.update(
        yuan=printed.yuan, wan=printed.wan, day=printed.day, moment=printed.moment, until=printed.until, percent=printed.percent, ratio=printed.ratio,
        masked_phone=printed.mask_phone, masked_name=printed.mask_name, points=points,
        last_day=last_day, sized=files.sized,
    )  # fmt: skip
    app.jinja_env.globals.update(
        href=web.href,
        may=links.may,
        printables=links.papers,
        preview_of=links.preview,
        public_href=web.public_href,
        roles=workflows.ROLES,
        once_token=secrets.token,
        due_of=web.due,
    )
    app.context_processor(_everywhere)


def _parts_of(name: str) -> list[Any]:
    """What later slices show on an object's page, in the order of the slices: their `views.PARTS`."""
    return [show for _, module in rooms("views") for show in getattr(module, "PARTS", {}).get(name, ())]


def points(hundredths: int | None) -> str:
    """Points as people write them: 8650 → 86.50; a missing score is a dash, never a nought."""
    return "—" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


def _everywhere() -> dict[str, Any]:
    """What every template is given."""
    who: Any = web.viewer()
    config: Config = current_app.config["SANSHE"]
    offered = _offered(who.roles, request.endpoint or "") if who.signed_in else []
    shown = [NavItem(label, endpoint, url_for(endpoint), here) for label, endpoint, here in offered]
    return {
        "site": SiteFacts(config.site_name, config.site_short, _is_demo(web.db.session()), request.cookies.get("elder") == "1"),
        "viewer": who,
        "nav": shown,
        "now": web.now(),
    }


def _offered(mine: frozenset[str], endpoint: str) -> list[tuple[str, str, bool]]:
    """The items of the menu for who holds some roles, and which is lit on a page; worked out once for each set of roles and page."""
    known: dict[tuple[frozenset[str], str], list[tuple[str, str, bool]]] = current_app.extensions.setdefault("menus", {})
    if (mine, endpoint) not in known:
        items = [one for one in NAV if permissions.roles_for(one[2]) & mine and one[1] in current_app.view_functions]
        here = _item_here([(item, right) for _, item, right in items])
        known[mine, endpoint] = [(label, item, item == here) for label, item, _ in items]
    return known[mine, endpoint]


def _item_here(offered: list[tuple[str, str]]) -> str:
    """The one item of the menu that is lit: the page itself, the list of what it is about, or the first of its slice."""
    thing = _object_here()
    exact = [endpoint for endpoint, _ in offered if endpoint == request.endpoint]
    same_object = [endpoint for endpoint, right in offered if right.partition(".")[0] == FOUND_UNDER.get(thing, thing)]
    # an account or a search belongs to the slices of the directory and of the desk, but to none of their items
    within = request.blueprint if thing not in {"account", "membership", "search", "inbox", "job", "portal", *FOUND_UNDER} else ""
    same_slice = [endpoint for endpoint, _ in offered if endpoint.partition(".")[0] == within]
    return next(iter(exact + same_object + same_slice), "")


def _object_here() -> str:
    """What this page is about, by its right: `need` of `need.accept`."""
    entry = getattr(current_app.view_functions.get(request.endpoint or ""), "entry", None)
    return entry.right.partition(".")[0] if entry else ""


def _is_demo(session: Session) -> bool:
    """Whether this database was filled by the simulation. Asked once, for it never changes back; while it is not, each minute."""
    known, until = current_app.extensions.get("demo", (False, None))
    if not known and (until is None or web.now() >= until):
        accounts = dict(rooms("queries"))["accounts"]
        known = bool(accounts.has_dataset(session, "demo"))
        current_app.extensions["demo"] = known, web.now() + timedelta(minutes=1)
    return bool(known)
