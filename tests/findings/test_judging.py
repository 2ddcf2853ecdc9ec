"""What a judge is told of look-alikes: titles alone while the review is blind, nothing of what was stepped aside from, never identities."""

from __future__ import annotations

import sqlalchemy as sa

from tests.conftest import START
from tests.reviews.conftest import Stage
from tests.reviews.conftest import rules as rules
from tests.reviews.conftest import stage as stage
from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.core.db import transaction
from webapp.core.workflow import CLOCK, begin
from webapp.findings.models import Finding
from webapp.reviews.models import Assignment

MARK = "【申报单位】"
NAMES = ("晨光社会工作服务中心", "青苗公益服务社")


def planted(stage: Stage) -> tuple[Assignment, Application]:
    """The file of a judge, and the one it is like: both bear an applicant's name in their titles."""
    stage.heard()
    key = stage.started()
    piles: dict[int, list[Assignment]] = {}
    for one in stage.assignments(key):
        piles.setdefault(one.person_id, []).append(one)
    pile = sorted(next(found for found in piles.values() if len(found) > 1), key=lambda one: one.application_id)
    mine = pile[-1]
    with transaction(stage.engine) as session:
        other = session.get_one(Application, pile[0].application_id)
        name = session.get_one(Organisation, other.organisation_id).name
        session.execute(sa.update(Application).where(Application.id == other.id).values(title=f"{name}的陪诊计划"))
        for kind, score in (("alike", 42), ("identity", 90)):
            made = Finding(
                kind=kind, application_id=mine.application_id, call_id=other.call_id, other=other.ref, other_id=other.id, score=score,
                evidence={"passages": [["a", 0, 1, "b", 0, 1, 1]], "fields": [["phone", "phone"]]}, other_call_id=other.call_id,
            )  # fmt: skip
            begin(session, made, by=CLOCK, at=START, step="find", data={})
    return mine, other


def opened(site, stage, mine):
    return site.as_(stage.expert(mine.person_id)).open("reviews.assignment_show", id=mine.id)


def test_while_blind_titles_alone_and_masked(site, stage: Stage, count_queries):
    mine, _ = planted(stage)
    opened(site, stage, mine)  # whether this is a demo is asked once
    with count_queries(most=12):
        page = opened(site, stage, mine)
    assert f"{MARK}的陪诊计划" in page
    assert "相近 42%，相同段落 1 处" in page
    body = page.answer.get_data(as_text=True)
    assert all(name not in body for name in NAMES)
    assert "身份信息" not in body
    told = str(site.as_(stage.expert(mine.person_id)).json(f"/assignments/{mine.id}"))
    assert "陪诊计划" in told
    assert all(name not in told for name in NAMES)


def test_what_was_found_different_or_stepped_aside_from_is_not_told(site, stage: Stage):
    mine, other = planted(stage)
    with transaction(stage.engine) as session:
        session.execute(
            sa.update(Assignment)
            .where(Assignment.person_id == mine.person_id, Assignment.application_id == other.id)
            .values(state="recused")
        )
        aside = session.scalar(sa.select(Assignment.id).where(Assignment.person_id == mine.person_id, Assignment.state == "recused"))
    assert aside is not None
    assert "陪诊计划" not in opened(site, stage, mine)
    with transaction(stage.engine) as session:
        session.execute(sa.update(Assignment).where(Assignment.id == aside).values(state="assigned"))
    assert "陪诊计划" in opened(site, stage, mine)
    with transaction(stage.engine) as session:
        session.execute(sa.update(Finding).values(state="different"))
    assert "相近的申报和项目" not in opened(site, stage, mine)
