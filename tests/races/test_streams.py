"""The real server keeps answering pages while more people follow a 路演 than there are threads."""

from __future__ import annotations

import http.client
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import make
from tests.browser.conftest import session_cookie
from tests.conftest import START, Template, house_of_ones_own
from tests.races.server import Server
from webapp import app as house
from webapp.calls.rules import template as rules
from webapp.config import Config
from webapp.core.db import make_engine, transaction
from webapp.reviews.models import Meeting, Panel, Seat
from webapp.scoring.actions import freeze_rubric

pytestmark = pytest.mark.soak
FOLLOWERS, THREADS = 12, 8
"""More than the two workers with four threads each could hold; four of them get a stream, the others are told to ask."""


def _meeting(session: Session, cast: Any) -> int:
    call = make.call(session, cast, START, rules=rules().to_json(), state="reviewing")
    rubric = freeze_rubric(session, "评分表", rules().rubric)
    panel = Panel(
        call_id=call.id, title="评审组", size=1, finance=0, reserves=0, per_application=1, seed="a" * 64, seed_digest="b" * 64,
        rubric_id=rubric.id, closes_at=START + timedelta(days=9),
    )  # fmt: skip
    make.at_state(session, panel, "scoring", START)
    make.at_state(session, Seat(panel_id=panel.id, person_id=cast.expert1.id, position=1, field="elderly"), "pledged", START)
    meeting = Meeting(
        panel_id=panel.id,
        title="路演",
        place="三楼",
        starts_at=START,
        talk_minutes=8,
        question_minutes=7,
        seed="c" * 64,
        seed_digest="d" * 64,
    )
    make.at_state(session, meeting, "running", START)
    return int(meeting.id)


def test_pages_are_answered_while_all_streams_are_taken(
    template: Template, keys: Path, tmp_path: Path, request: pytest.FixtureRequest, kind_of_database: str
) -> None:
    address = house_of_ones_own(template, keys, tmp_path, request)
    engine = make_engine(address)
    with transaction(engine) as session:
        key = _meeting(session, template.cast)
    engine.dispose()
    cookie = {"Cookie": f"session={session_cookie(house.create_app(Config(data=tmp_path, database=address)), template.cast.expert1)}"}
    server = Server(address, tmp_path)
    server.start()
    try:
        lines, statuses = [], []
        for _ in range(FOLLOWERS):
            line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            line.request("GET", f"/meetings/{key}/events", headers=cookie)
            answer = line.getresponse()
            statuses.append(answer.status)
            lines.append((line, answer))
        assert statuses.count(200) >= 2
        assert statuses.count(200) <= THREADS // 2
        assert set(statuses) <= {200, 503}
        for _, answer in lines:
            if answer.status == 200:
                assert answer.readline() == b"retry: 3000\n"
        began = time.monotonic()
        for _ in range(10):
            line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            line.request("GET", f"/meetings/{key}/turn", headers=cookie | {"Accept": "application/json"})
            assert line.getresponse().status == 200
            line.close()
        assert time.monotonic() - began < 20
        for line, _ in lines:
            line.close()
    finally:
        server.stop()
