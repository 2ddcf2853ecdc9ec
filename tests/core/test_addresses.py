"""What is worked out once must be what working it out each time gives."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects import postgresql, sqlite

from webapp.core.db import unsought
from webapp.core.site import SAMPLE, frame_of
from webapp.projects.models import Project


def test_every_address_of_keys_is_the_one_flask_builds(app):
    asked = 0
    with app.test_request_context("/"):
        for rule in app.url_map.iter_rules():
            if any(type(rule._converters[name]).__name__ != "Key" for name in rule.arguments):
                continue
            for first in (0, 7, 2**40):
                values = {name: first + n for n, name in enumerate(sorted(rule.arguments))} | {"page": 3}
                assert app.url_for(rule.endpoint, **values) == Flask.url_for(app, rule.endpoint, **values)
                asked += 1
        assert app.url_for("static", filename="theme.css") == Flask.url_for(app, "static", filename="theme.css")
        assert app.url_for("static", filename="none.css") == Flask.url_for(app, "static", filename="none.css")
        for odd in (
            {"id": True},
            {"id": -1},
            {"id": "7"},
            {"id": 7, "_anchor": "top"},
            {"id": 7, "_external": True},
            {"id": 7, "after": "x"},
        ):
            told = _told(app.url_for, odd)
            assert told == _told(lambda *a, **b: Flask.url_for(app, *a, **b), odd)
    assert asked > 300
    with app.test_request_context("/", base_url="http://localhost/under"):
        assert app.url_for("projects.show", id=7) == "/under/projects/7"


def _told(url_for, values):
    try:
        return url_for("projects.show", **values)
    except ValueError as error:
        return type(error)


def test_an_address_with_a_key_in_it_twice_is_not_framed():
    assert frame_of(f"/a/{SAMPLE}", [SAMPLE]) == "/a/{0}"
    assert frame_of(f"/a/{SAMPLE}/{SAMPLE}", [SAMPLE]) == ""
    assert frame_of("/a", [SAMPLE]) == ""


@pytest.mark.parametrize(("dialect", "word"), [(sqlite.dialect(), "+projects.id IN"), (postgresql.dialect(), "WHERE projects.id IN")])
def test_only_sqlite_is_kept_from_the_index(dialect, word):
    query = sa.select(Project.id).where(unsought(Project.id).in_(sa.select(Project.call_id)))
    assert word in str(query.compile(dialect=dialect))
