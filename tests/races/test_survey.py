"""The same slips from two processes, and a close amid the answers: a code counts once, and the counters are what the rows say."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.conftest import START
from tests.projects import stage
from tests.races.rivals import SOAK, race
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.evaluation import actions
from webapp.evaluation.actions import surveys
from webapp.evaluation.models import Survey
from webapp.evaluation.queries.surveys import answers_follow

MANY = 100 * SOAK or 8


def respond(engine, share):
    """Answer by each code in turn, and then close where it is one's part; "ok" or the code of the refusal."""
    survey_id, codes, keys, closer = share
    found = []
    for code in codes:
        try:
            with transaction(engine) as session:
                actions.answer(session, code, stars=dict.fromkeys(keys, 5), at=START)
            found.append("ok")
        except Refused as refused:
            found.append(refused.refusals[0].code)
    if closer is not None:
        with transaction(engine) as session:
            actions.close_survey(session, session.get_one(Survey, survey_id), by=closer, at=START)
    return found


@pytest.mark.parametrize("closing", [False, True])
def test_the_same_slips_from_two_processes_count_once(engine, database, keys, cast, closing):
    with transaction(engine) as session:
        by = cast.officer.viewer(session, START)
        project = stage.delivering(session, cast, START)
        survey = actions.open_survey(session, project, slips=MANY, closes_on=date(2026, 4, 1), by=by, at=START)
        codes = [surveys.code_of(survey.key, n) for n in range(1, MANY + 1)]
        share = survey.id, [item["key"] for item in survey.tree["items"]]
    mine = codes[: MANY // 2] if closing else codes
    answers = race(respond, database, keys, [(share[0], mine, share[1], by if closing else None), (share[0], codes, share[1], None)])
    given = [code for answer in answers for code in answer]
    assert set(given) <= {"ok", "code_used", "closed"}
    with Session(engine) as session:
        assert list(answers_follow(session)) == []
        assert session.get_one(Survey, share[0]).answered == given.count("ok")
        assert closing or given.count("ok") == MANY
