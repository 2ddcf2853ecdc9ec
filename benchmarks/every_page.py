"""Every page of calls, applications, reviews and findings, opened once by somebody who may: how many statements each sends.

What has no row in the seeded city is not opened; the walks of the tests open every page there is, in a small world.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from benchmarks.scenes import Inside, Scenes
from benchmarks.serving import Person
from tests.counting import counted
from webapp.core import scope

SLICES = ("calls", "applications", "reviews", "findings")
CREW = ("officer", "leader", "head", "accountant", "operator", "member", "lead", "worker", "street", "granny", "auditor")
PARTS: dict[str, dict[str, Any]] = {
    "calls.rules_page": {"name": "money"},
    "calls.rules_tree": {"name": "rubric", "path": "rubric"},
    "": {"key": "plan", "number": 1, "file": 1, "line": 1, "version": 1, "position": 1, "name": "money", "kind": "panel", "transaction": 1},
}
"""What addresses ask for besides the row's key: by endpoint, and by name."""
FORMATS = ("xlsx", "pdf", "csv", "zip")


def counts(scenes: Scenes, slices: tuple[str, ...] = SLICES) -> dict[str, int]:
    """Statements by endpoint. A page that breaks down raises; one that leads elsewhere or is refused is opened by the next who may."""
    found: dict[str, int] = {}
    door = Inside(scenes.app)
    for endpoint, ways in _pages(scenes, slices):
        for who, path in ways:
            status, _ = door.send(who, "GET", path)
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise RuntimeError(f"{path}: {status}")
            if status == HTTPStatus.OK:
                with counted() as sent:
                    door.send(who, "GET", path)
                found[endpoint] = len(sent)
                break
    return found


def _pages(scenes: Scenes, slices: tuple[str, ...]) -> Iterator[tuple[str, list[tuple[Person, str]]]]:
    """Each endpoint with those who reach its newest and its oldest row, and the addresses they open."""
    crew = {name: getattr(scenes.city.cast, name) for name in CREW}
    judge = scenes.city.to_score[0][0]
    with scenes.app.app_context():
        engine = scenes.app.extensions["sqlalchemy"].engines[None]
    with Session(engine) as session:
        at = scenes.app.extensions["clock"].now()
        viewers = [(one.id, one.viewer(session, at)) for one in crew.values()]
        viewers.append((judge, type(crew["officer"])(judge, "", 1).viewer(session, at)))
        for rule in scenes.app.url_map.iter_rules():
            entry: Any = getattr(scenes.app.view_functions[rule.endpoint], "entry", None)
            if entry is None or "GET" not in (rule.methods or ()) or rule.endpoint.partition(".")[0] not in slices:
                continue
            if rule.rule.endswith(FORMATS):
                continue
            roles = scenes.app.extensions["roles_for"](entry.right)
            ways = []
            for key in _keys(session, entry, rule):
                thing = session.get(entry.model, key) if key is not None and entry.model is not None else None
                given = {name: PARTS.get(rule.endpoint, {}).get(name, PARTS[""].get(name, 1)) for name in rule.arguments}
                if key is not None:
                    given["id"] = key
                with scenes.app.test_request_context():
                    path = url_for(rule.endpoint, **given)
                for person, viewer in viewers:
                    mine = scope.roles_on(session, viewer, thing) if thing is not None else viewer.roles
                    if roles & (mine | {"public"}):
                        ways.append((scenes.signed_in(person), path))
            yield rule.endpoint, ways


def _keys(session: Session, entry: Any, rule: Any) -> list[Any]:
    if entry.model is None or "id" not in rule.arguments:
        return [None]
    newest = list(session.scalars(sa.select(entry.model.id).order_by(entry.model.id.desc()).limit(2)))
    oldest = list(session.scalars(sa.select(entry.model.id).order_by(entry.model.id).limit(2)))
    return list(dict.fromkeys([*newest, *oldest]))
