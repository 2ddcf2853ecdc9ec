"""Every route, as every person and as nobody, on own, foreign, recused and sealed objects, in HTML and in JSON."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.counting import MOST
from tests.together import SWEEP
from tests.walks import expected
from tests.walks.expected import ALL, OBJECTS, PAGES, TO_ALL
from tests.walks.walk import FORMATS, Walked, digest, methods
from webapp.core import site
from webapp.permissions import MAY
from webapp.workflows import ALL as WORKFLOWS

pytestmark = SWEEP

TAKEN = {200, 302, 303, 409, 422}
"""What a form that was let in may answer: done, refused for a reason, or shown again with what is missing."""
OPEN_TO_GUESTS = {
    "accounts.sign_in",
    "accounts.check",
    "accounts.code",
    "accounts.second",
    "accounts.who",
    "accounts.newcomer",
    "accounts.elder",
}


def test_every_route_is_on_the_list(walked: Walked) -> None:
    listed = set(PAGES) | set(OBJECTS) | set(TO_ALL) | {"desk.file"}
    assert {rule.endpoint for rule in walked.app.url_map.iter_rules()} == listed


def test_no_right_bears_the_name_of_a_step() -> None:
    """Such a right would hide who may take the step, and open its page to whoever has the right."""
    steps = {f"{workflow.name}.{step.name}" for workflow in WORKFLOWS for step in workflow.steps}
    assert not steps & set(MAY)


@pytest.mark.parametrize("persona", sorted(ALL))
def test_pages(walked: Walked, persona: str) -> None:
    before = digest(walked.engine)
    wrong = [
        f"{name} {stop.endpoint} {stop.what} {stop.path}: {got.status}, expected {stop.answers[persona]}"
        for (stop, name), got in walked.of(persona).items()
        if got.status != stop.answers[persona]
    ]
    assert not wrong, f"{persona}:\n" + "\n".join(wrong)
    assert digest(walked.engine) == before, "looking changed the database"


@pytest.mark.parametrize("persona", sorted(ALL))
def test_no_page_asks_the_database_more_than_twelve_times(walked: Walked, persona: str) -> None:
    many = [
        f"{got.statements}: {name} {stop.endpoint} {stop.what} {stop.path}"
        for (stop, name), got in walked.of(persona).items()
        if got.statements > MOST
    ]
    assert not many, f"{persona}:\n" + "\n".join(many)


@pytest.mark.parametrize("persona", sorted(ALL))
def test_forms(walked: Walked, persona: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty form with a good token, to every address that takes one. Who must not is turned away, and nothing is kept.

    Whoever may is answered by the form itself; the commit is taken away, so that all meet the same world.
    """
    monkeypatch.setattr(site, "commit", lambda session: session.rollback())
    client = walked.browser(persona)
    token, before, wrong = walked.token(client), digest(walked.engine), []
    turn = sorted(ALL).index(persona)
    for n, (endpoint, group) in enumerate(itertools.groupby(walked.stops, key=lambda one: one.endpoint)):
        if "POST" not in methods(walked.app, endpoint) or endpoint in OPEN_TO_GUESTS:
            continue
        here = list(group)
        for stop in here if len(here) < 3 else [here[0], here[1 + (n + turn + 1) % (len(here) - 1)]]:
            if endpoint.startswith("accounts.sign_out"):
                leaving = walked.browser(persona)
                got = _send(leaving, stop.path, walked.token(leaving), FORMATS["html"])
            else:
                got = _send(client, stop.path, token, FORMATS["html" if (n + turn) % 2 else "json"])
            due = _due(stop, persona)
            if (got not in TAKEN) if due == 200 else (got != due):
                wrong.append(f"{endpoint} {stop.what} {stop.path}: {got}, expected {due}")
    assert not wrong, f"{persona}:\n" + "\n".join(wrong)
    assert digest(walked.engine) == before, "a form that was refused left something behind"


def _due(stop: Any, persona: str) -> int:
    due: int = stop.answers[persona]
    if stop.endpoint.startswith("accounts.sign_out") and due == 200:
        return 401  # whoever leaves stands before sign-in
    return 200 if due == 409 else due


def _send(client: Any, path: str, token: str, accept: str) -> int:
    reply = client.post(path, headers={"Accept": accept, "X-CSRFToken": token})
    to_sign_in = reply.status_code == 302 and reply.headers["Location"].startswith(("/sign-in", "http://localhost/sign-in"))
    return 401 if to_sign_in else reply.status_code


def test_a_form_without_its_token_is_refused(walked: Walked) -> None:
    client = walked.browser("worker")
    assert client.post(f"/need/{walked.world.ids['need']['own']}/accept").status_code == 400


def test_the_table_is_whole(walked: Walked) -> None:
    """Every person of the table is in the world, every right in it is somebody's, every object of it stands somewhere."""
    assert all(hasattr(walked.world.cast, persona) for persona in ALL - {expected.NOBODY})
    for stop in walked.stops:
        if stop.what.endswith("(own)") and stop.endpoint != "reviews.assignment_file":
            others = [one for one in walked.stops if one.endpoint == stop.endpoint]
            assert any(200 in one.answers.values() for one in others), f"{stop.endpoint}: nobody can open it anywhere"
