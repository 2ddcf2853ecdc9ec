"""A prepared world in which a form may be sent a thousand times: its answers are made to the end, and then nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from lxml import html
from sqlalchemy.orm import Session

from tests.conftest import START, Template, house_of_ones_own
from tests.trouble.sweep import Shown, forms_in, multipart
from tests.walks import world as worlds
from webapp import app as house
from webapp.config import Config
from webapp.core import files, scope, site
from webapp.core.clock import SetClock
from webapp.core.db import make_engine, transaction

CREW = (
    "officer", "leader", "head", "accountant", "operator", "member", "lead", "worker", "worker_two", "street", "granny", "resident", "expert1",
    "expert2", "expert3", "evaluator", "housing_clerk", "grid", "admin", "rival", "rival_member", "supervisor", "auditor", "security",
)  # fmt: skip


@dataclass
class Fort:
    """The site over the world, and a browser for each person in it."""

    app: Flask
    world: Any
    clock: SetClock
    engine: sa.Engine

    def __post_init__(self) -> None:
        self.browsers: dict[str, Browser] = {}
        with Session(self.engine) as session:
            self.viewers = {who: getattr(self.world.cast, who).viewer(session, START) for who in CREW}
        self.roles = {who: {tie.role for tie in self.viewers[who].ties} for who in CREW}

    def as_(self, name: str) -> Browser:
        if name not in self.browsers:
            self.browsers[name] = Browser(self.app, getattr(self.world.cast, name) if name else None)
        return self.browsers[name]

    def fresh(self, name: str) -> Browser:
        """Another browser of the same person, just signed in."""
        return Browser(self.app, getattr(self.world.cast, name))

    def reaching(self, crew: list[str], entry: Any, key: int | None) -> list[str]:
        """Those of a crew who reach a row in a role that has the right."""
        if entry.model is None or key is None:
            return crew
        roles = self.app.extensions["roles_for"](entry.right)
        with Session(self.engine) as session:
            thing = session.get_one(entry.model, key)
            return [who for who in crew if roles & scope.roles_on(session, self.viewers[who], thing)]

    def url(self, endpoint: str, **args: Any) -> str:
        with self.app.test_request_context():
            return url_for(endpoint, **args)


class Browser:
    """Somebody's browser, without the checks of the look that `tests.site` makes on every page."""

    def __init__(self, app: Flask, person: Any) -> None:
        self.client = app.test_client()
        if person is not None:
            with self.client.session_transaction() as session:
                session["_user_id"] = f"{person.id}.{person.session_version}"
                session["_fresh"] = True

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def token(self) -> str:
        """The CSRF token of this browser, off a page that has a form."""
        return str(html.fromstring(self.get("/account").get_data(as_text=True)).xpath('//input[@name="csrf_token"]/@value')[0])

    def forms(self, path: str) -> list[Shown]:
        answer = self.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return []
        return forms_in(answer.get_data(as_text=True), path)

    def send(self, path: str, sent: list[tuple[str, Any]], **headers: str) -> Any:
        body, kind = multipart(sent)
        return self.client.post(path, data=body, content_type=kind, headers=headers)


def _nothing_kept(session: Session) -> None:
    """Stands for the commit: all is written, every constraint asked, and then taken back."""
    session.flush()
    session.rollback()


@pytest.fixture(scope="session")
def built(template: Template, keys: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Fort]:
    folder = tmp_path_factory.mktemp("fort")
    address = house_of_ones_own(template, keys, folder, request)
    files.open_store(folder / "files")
    engine = make_engine(address)
    with transaction(engine) as session:
        made = worlds.build(session, template.cast)
    clock = SetClock(START)
    app = house.create_app(Config(data=folder, database=address), clock)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    yield Fort(app, made, clock, engine)
    with app.app_context():
        house.web.db.engine.dispose()
    engine.dispose()


@pytest.fixture
def fort(built: Fort, monkeypatch: pytest.MonkeyPatch) -> Fort:
    """The world, for a test that sends what it likes and leaves nothing behind."""
    files.open_store(built.app.config["SANSHE"].data / "files")
    monkeypatch.setattr(site, "commit", _nothing_kept)
    return built
