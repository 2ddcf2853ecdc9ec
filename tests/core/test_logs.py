"""What fails is logged with its place, and without what anybody typed."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import START
from webapp.accounts.models import Person
from webapp.core import jobs

PHONE = "13900009999"


def logged(capfd):
    return [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]


def failing(typed):
    words = f"居民 {typed}"
    raise ValueError(words)


def test_a_broken_page_logs_where_and_not_with_what(app, capfd):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["portal.home"] = lambda: failing(PHONE)
    assert app.test_client().get("/").status_code == 500
    (line,) = [one for one in logged(capfd) if one["event"] == "broken"]
    assert (line["level"], line["error"]) == ("error", "ValueError")
    assert line["where"][-1].endswith(" failing")
    assert PHONE not in json.dumps(line)


def test_a_failed_job_logs_where_and_not_with_what(engine, capfd):
    jobs.install({"fail": lambda engine, args, at: failing(args["typed"])})
    with Session(engine) as session:
        jobs.enqueue(session, "fail", {"typed": PHONE}, person_id=None, at=START)
        session.commit()
    assert jobs.run_next(engine, at=START)
    (line,) = logged(capfd)
    assert (line["event"], line["error"], line["kind"]) == ("job failed", "ValueError", "fail")
    assert PHONE not in json.dumps(line)


def test_an_error_of_the_database_does_not_repeat_what_was_written(session):
    session.add_all([Person(name=PHONE, login="same"), Person(name=PHONE, login="same")])
    with pytest.raises(sa.exc.IntegrityError) as refused:
        session.flush()
    assert PHONE not in str(refused.value)
