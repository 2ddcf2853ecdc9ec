"""验收意见书: signed by each side in any order, dissent with its reason, silence counts after its day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import START
from tests.evaluation.test_pages import passed
from tests.evaluation.walk import community, judged, self_assess
from tests.projects import stage
from webapp.calls.models import Call
from webapp.calls.rules import template
from webapp.core import files
from webapp.core.workflow import Refused
from webapp.evaluation import actions, queries
from webapp.evaluation.actions import acceptance
from webapp.evaluation.models import Evaluation
from webapp.projects.models import Project

SIDES = ("street", "worker", "supervisor", "officer")


def closing(session, cast) -> Evaluation:
    """A project whose final was judged, of a call that asks for signatures."""
    project = stage.delivering(session, cast, START)
    rules = template().to_json()
    rules["evaluation"] |= {"acceptance_signs": True}
    session.get(Call, project.call_id).rules = rules
    session.flush()
    passed(session, cast, project.id)
    actions.close(session, project, by=cast.lead.viewer(session, START), at=START)
    final = queries.of_project(session, project.id, "final")
    self_assess(session, cast, final)
    community(session, cast.worker, final, 90)
    actions.judge(session, final, given=judged(session, final, 90), opinion="好", by=cast.evaluator.viewer(session, START), at=START)
    return final


def accept(session, cast, final, at=START, opinion="同意验收"):
    project = session.get(Project, final.project_id)
    actions.accept(session, project, opinion=opinion, members="张敏、郑颖", by=cast.officer.viewer(session, at), at=at)
    return project


def test_acceptance_waits_for_every_side(session, cast):
    final = closing(session, cast)
    officer = cast.officer.viewer(session, START)
    with pytest.raises(Refused, match="请先在末期评估页起草"):
        accept(session, cast, final)
    session.refresh(final)
    acceptance.draft(session, final, opinion="同意验收", by=officer, at=START)
    with pytest.raises(Refused, match="不在这份验收意见书"):
        acceptance.sign(session, final, agrees=True, by=cast.lead.viewer(session, START), at=START)
    with pytest.raises(Refused, match="写明理由"):
        acceptance.sign(session, final, agrees=False, by=cast.worker.viewer(session, START), at=START)
    for n, who in enumerate(SIDES):
        session.refresh(final)
        with pytest.raises(Refused, match="还等待签署"):
            accept(session, cast, final)
        session.refresh(final)
        by = getattr(cast, who).viewer(session, START)
        acceptance.sign(session, final, agrees=n != 1, reason="台账还要补" if n == 1 else "", by=by, at=START)
        with pytest.raises(Refused, match="已经签署"):
            acceptance.sign(session, final, agrees=True, by=by, at=START)
    with pytest.raises(Refused, match="不能再改"):
        acceptance.draft(session, final, opinion="另写", by=officer, at=START)
    with pytest.raises(Refused, match="不能另写"):
        accept(session, cast, final, opinion="另写")
    assert accept(session, cast, final).state == "accepted"
    assert [one.agrees for one in queries.acceptance.signs(session, final.id)] == [True, False, True, True]


def test_what_was_drafted_on_a_judgement_sent_back_is_drafted_and_signed_anew(session, cast):
    """退回重评: the papers are kept as of before, the signatures count no more, and who signed signs again."""
    final = closing(session, cast)
    officer, street = cast.officer.viewer(session, START), cast.street.viewer(session, START)
    files.attach(session, final.ref, "paper", stage.picture("核查.jpg"), by=officer.ref, at=START)
    acceptance.draft(session, final, opinion="同意验收", by=officer, at=START)
    acceptance.sign(session, final, agrees=True, by=street, at=START)
    actions.send_back(session, final, note="得分有误", by=cast.head.viewer(session, START), at=START)
    assert [one.kind for one in files.of(session, final.ref)] == ["past_paper"]
    actions.judge(session, final, given=judged(session, final, 80), opinion="已核对", by=cast.evaluator.viewer(session, START), at=START)
    with pytest.raises(Refused, match="请先在末期评估页起草"):
        accept(session, cast, final)
    session.refresh(final)
    acceptance.draft(session, final, opinion="同意验收", by=officer, at=START)
    assert queries.acceptance.signs(session, final.id) == []
    acceptance.sign(session, final, agrees=True, by=street, at=START)
    assert len(queries.acceptance.signs(session, final.id)) == 1


def test_silence_is_consent_after_its_day(session, cast):
    final = closing(session, cast)
    acceptance.draft(session, final, opinion="同意验收", by=cast.officer.viewer(session, START), at=START)
    assert accept(session, cast, final, at=START + timedelta(days=15)).state == "accepted"


def test_it_is_signed_through_its_pages(site, saved, cast, count_queries):
    key = saved(lambda s: closing(s, cast).id)
    page = (
        site.as_(cast.officer)
        .open("evaluation.show", id=key)
        .click("起草验收意见书")
        .submit("发给各方签署", opinion="资料齐全，同意验收。")
    )
    assert "等待签署：主办单位、街道、社区、居务监督委员会（见证）" in page
    page = site.as_(cast.worker).open("evaluation.show", id=key).click("签署验收意见书")
    wrong = page.submit("签署", agrees="no")
    assert wrong.status == 422
    assert "有异议" in wrong.submit("签署", agrees="no", reason="台账还要补")
    for who in ("street", "supervisor", "officer"):
        page = site.as_(getattr(cast, who)).open("evaluation.show", id=key).click("签署验收意见书").submit("签署", agrees="yes")
    with count_queries(most=12):
        assert "理由：台账还要补" in site.as_(cast.officer).open("evaluation.show", id=key)
    project = saved(lambda s: s.get(Evaluation, key).project_id)
    page = site.as_(cast.officer).open("projects.show", id=project).click("验收").submit("验收")
    assert "已验收" in page
