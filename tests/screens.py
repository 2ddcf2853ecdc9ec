"""`make screens`: a picture of every page, in docs/screens/, from the demo city.

Each route that has a page is met by walking the links of somebody of every role; the fullest page met stands for it.
Pages of residents are drawn as on a phone too. `--data FOLDER` takes a filled data folder instead of filling one.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests.browser.conftest import FLAGS, Quiet, chromium_path, session_cookie
from tests.crawl import Met, walk
from tests.issued_screens import issued
from tests.site import Site
from webapp import app as house
from webapp import workflows
from webapp.accounts.models import Membership, Person
from webapp.accounts.viewer import viewer_of
from webapp.calls.models import Call
from webapp.config import Config
from webapp.core import files, migrate, scope, secrets
from webapp.core.clock import Clock, SetClock
from webapp.core.db import make_engine, reading
from webapp.demo.run import fill
from webapp.projects.models import Project
from webapp.reviews.models import Meeting, MeetingSign, Notice, Panel, Result, ResultQuestion, Seat

SCREENS = Path(__file__).parents[1] / "docs" / "screens"
WIDE, PHONE = 1280, 390
TALLEST = 2000
NAMES = {"portal.need_story": "need", "portal.home": "home", "desk.home": "desk"}
"""Endpoints whose picture has a shorter name."""


def people_of(engine: sa.Engine, most: int = 2) -> list[Any]:
    """Nobody, a few residents, and a few people of every role."""
    with reading(engine) as session:
        ties = session.execute(
            sa.select(Membership.role, Person.id, Person.session_version).join(Person, Person.id == Membership.person_id)
            .where(Membership.until_day.is_(None), Person.login.is_not(None)).order_by(Membership.id)
        ).all()  # fmt: skip
        residents = session.execute(
            sa.select(Person.id, Person.session_version)
            .where(Person.login.is_(None), Person.area_code.is_not(None))
            .order_by(Person.id)
            .limit(3)
        ).all()
    found: dict[int, Any] = {one.id: SimpleNamespace(id=one.id, session_version=one.session_version, role="resident") for one in residents}
    seen: dict[str, int] = {}
    for tie in ties:
        if seen.setdefault(tie.role, 0) < most:
            seen[tie.role] += 1
            found.setdefault(tie.id, SimpleNamespace(id=tie.id, session_version=tie.session_version, role=tie.role))
    return [None, *found.values()]


def fullest(met: list[Met]) -> dict[str, Met]:
    """For each route the page with the most to read; for pages without sign-in, as a stranger sees it."""
    best: dict[str, Met] = {}
    for one in met:
        if one.status == 200 and one.size and (one.endpoint not in best or _weight(one) > _weight(best[one.endpoint])):
            best[one.endpoint] = one
    return best


def _weight(one: Met) -> tuple[bool, int]:
    return one.person is None, one.size


def told(app: Flask, engine: sa.Engine) -> dict[str, Met]:
    """The public pages of a project gone to its end, and of the need it came from: with all its money."""
    with reading(engine) as session:
        key = session.scalar(sa.select(Project.id).where(Project.state == "archived").order_by(Project.id).limit(1))
    if key is None:
        return {}
    project = Site(app).as_(None).open("portal.project", id=key)
    story = next(link for link in project.links() if link.startswith("/n/"))
    return {
        name: Met(None, address, name, 200, 1, "") for name, address in (("portal.project", project.path), ("portal.need_story", story))
    }


def released(engine: sa.Engine) -> dict[str, Met]:
    """What a review comes to, where there is most of it: of the many of a kind the walk opens only the first."""
    with reading(engine) as session:
        found = [
            (name, person, address)
            for name, query in (
                ("reviews.notice_show", _notice("before", "extended")),
                ("reviews.notice_reserve", _notice("reserve", "ended")),
                ("reviews.notice_result", _notice("result", "ended")),
                ("reviews.own_result", sa.select(ResultQuestion.asked_by_id, "/applications/" + _text(ResultQuestion.application_id) + "/result")
                 .where(ResultQuestion.state == "answered")),
                ("reviews.seat_comments", sa.select(Seat.person_id, "/seats/" + _text(Seat.id) + "/comments")
                 .join(Panel, Panel.id == Seat.panel_id).join(Call, Call.id == Panel.call_id)
                 .where(Seat.chair, Panel.state == "confirmed", Call.state == "reviewing").order_by(Seat.id.desc())),
                ("reviews.call_promote", sa.select(Membership.person_id, "/calls/" + _text(Call.id) + "/promote")
                 .join(Call, Call.organiser_id == Membership.organisation_id).join(Result, Result.call_id == Call.id)
                 .where(Membership.role == "bureau", Result.freed_fen.is_not(None))),
                ("reviews.meeting_show", sa.select(MeetingSign.person_id, "/meetings/" + _text(Meeting.id)).join(Meeting, Meeting.id == MeetingSign.meeting_id)
                 .join(Seat, sa.and_(Seat.panel_id == Meeting.panel_id, Seat.person_id == MeetingSign.person_id)).where(Seat.chair.is_(False))),
                ("reviews.meeting_host", sa.select(Membership.person_id, "/meetings/" + _text(Meeting.id))
                 .join(Call, Call.operator_id == Membership.organisation_id).join(Panel, Panel.call_id == Call.id)
                 .join(Meeting, Meeting.panel_id == Panel.id).where(Membership.role == "operator", Meeting.state == "running")),
            )
            for person, address in session.execute(query.limit(1))
        ]  # fmt: skip
        people = {one.id: one for one in session.scalars(sa.select(Person).where(Person.id.in_([key for _, key, _ in found if key])))}
        who = {key: SimpleNamespace(id=key, session_version=one.session_version, role="") for key, one in people.items()}
    return {name: Met(who.get(key), address, name, 200, 1, "") for name, key, address in found}


def _notice(kind: str, state: str) -> sa.Select[Any]:
    return sa.select(sa.null(), "/notices/" + _text(Notice.id)).where(Notice.kind == kind, Notice.state == state).order_by(Notice.id.desc())


def _text(column: Any) -> Any:
    return sa.cast(column, sa.Text)


def stepped(app: Flask, engine: sa.Engine, met: set[str]) -> Iterator[Met]:
    """The page of each step that no link of the walk led to: on an object that waits for it, as somebody who may take it."""
    with reading(engine) as session:
        people = session.execute(
            sa.select(Person.id, Person.session_version, Membership.role, Membership.organisation_id)
            .outerjoin(Membership, Membership.person_id == Person.id)
            .order_by(Person.id)
        ).all()
        for right, endpoint in sorted(app.extensions["step_pages"].items()):
            if endpoint in met:
                continue
            name, _, verb = right.partition(".")
            model: Any = scope.model_named(name)
            one = workflows.BY_NAME[name].step(verb)
            things = session.scalars(sa.select(model).where(model.state.in_(one.sources)).order_by(model.id.desc()).limit(12)).all()
            found = next(_takers(session, people, things, one.who, f"/{name}/{{}}/{verb.replace('_', '-')}", endpoint), None)
            if found is not None:
                yield found


def _takers(session: Any, people: Any, things: Any, who: frozenset[str], path: str, endpoint: str) -> Iterator[Met]:
    tried = [one for one in people if one.role in who or ("resident" in who and one.role is None)]
    for thing in things:
        for one in tried:
            viewer = viewer_of(session, one.id, thing.state_at)
            if viewer is not None and who & scope.roles_on(session, viewer, thing):
                person = SimpleNamespace(id=one.id, session_version=one.session_version, role=one.role or "resident")
                yield Met(person, path.format(thing.id), endpoint, 200, 1, "")


def for_phones(one: Met) -> bool:
    return one.person is None or one.person.role == "resident"


def draw(browser: Browser, address: str, app: Flask, one: Met, width: int, to: Path) -> None:
    """One picture, clipped when the page is very long."""
    context = browser.new_context(viewport={"width": width, "height": 844}, base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai")
    if one.person is not None:
        context.add_cookies([{"name": "session", "value": session_cookie(app, one.person), "url": address}])
    tab = context.new_page()
    tab.goto(one.address, wait_until="load")
    tall = min(tab.evaluate("document.documentElement.scrollHeight"), TALLEST)
    tab.set_viewport_size({"width": width, "height": tall})  # what sticks to the screen's edge then sticks to the picture's
    shot = tab.screenshot(animations="disabled")
    Image.open(io.BytesIO(shot)).convert("RGB").save(to, "WEBP", quality=50, method=6)
    context.close()


def open_house(folder: Path | None, into: Path) -> tuple[Flask, sa.Engine]:
    """The site over a copy of the folder, at the moment of its last entry; or over a demo city of this moment."""
    now = Clock().now()
    house.unite()
    if folder:
        shutil.copytree(folder, into, dirs_exist_ok=True)
    secrets.load(into)
    files.open_store(into / "files")
    config = Config(data=into, database=f"sqlite:///{into / 'sanshe.db'}")
    engine = make_engine(config.database)
    migrate.upgrade(engine)
    if folder is None:
        fill(engine, now)
    app = house.create_app(config, SetClock(now))
    return app, engine


def drawn(app: Flask, chosen: dict[str, Met], only: list[str]) -> Iterator[Path]:
    """Draw what was chosen, on a server of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for endpoint, one in sorted(chosen.items()):
            for width in (WIDE, PHONE) if for_phones(one) else (WIDE,):
                name = f"{NAMES.get(endpoint, endpoint.replace('.', '-').replace('_', '-'))}-{width}.webp"
                if not only or any(one in name for one in only):
                    draw(browser, f"http://127.0.0.1:{server.server_port}", app, one, width, SCREENS / name)
                    yield SCREENS / name
        browser.close()
    server.shutdown()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, help="a filled data folder")
    asked.add_argument("--only", nargs="*", default=[], help="only pictures with one of these in their name")
    args = asked.parse_args()
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app, engine = open_house(args.data, Path(folder) / "data")
        papers = issued(engine, Clock().now())
        met = [one for person in people_of(engine) for one in walk(app, person, most=8 if person is None else 2)]
        steps = stepped(app, engine, {one.endpoint for one in met})
        chosen = fullest(met) | told(app, engine) | released(engine) | {one.endpoint: one for one in steps} | papers
        done = list(drawn(app, chosen, args.only))
    if not args.only:
        told_of = "".join(book.read_text(encoding="utf-8") for book in (*SCREENS.parent.rglob("*.md"), SCREENS.parents[1] / "README.md"))
        for old in set(SCREENS.glob("*.webp")) - set(done):
            if old.name not in told_of:  # the demo does not come by everything that the handbooks show
                old.unlink()
    for one in sorted({(m.status, m.address, m.came_from) for m in met if m.status >= 400}):
        print("死链", *one)
    routes = {r.endpoint for r in app.url_map.iter_rules() if "GET" in (r.methods or ())}
    print("没有走到", *sorted(routes - {m.endpoint for m in met} - set(chosen)))
    print(f"{len(met)} 页，{len(done)} 张，{sum(p.stat().st_size for p in done) / 1e6:.1f} MB")
    sys.exit(any(m.status >= 400 for m in met))


if __name__ == "__main__":
    main()
