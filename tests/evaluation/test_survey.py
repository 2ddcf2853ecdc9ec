"""满意度问卷: each answer once, refusals and n, the least sample, and what it comes to in the evaluation; through pages without an account."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.evaluation.walk import community, judged, self_assess
from tests.projects import stage
from webapp.calls.models import Call
from webapp.calls.rules import template
from webapp.calls.rules.templates.trees import SELF
from webapp.core.workflow import Refused
from webapp.evaluation import actions, forms, queries
from webapp.evaluation.actions import surveys
from webapp.evaluation.models import Evaluation, Survey, SurveyAnswer, SurveySlip
from webapp.evaluation.queries.indicators import Filling
from webapp.evaluation.queries.surveys import answers_follow
from webapp.evaluation.views import indicators as boxes
from webapp.projects import actions as projects
from webapp.projects.models import Project
from webapp.projects.rules.register import Told
from webapp.scoring.rules import filled

UNTIL = date(2026, 4, 1)
GIVEN = ((5, 5, 4), (4, 4, 4), (5, 3, 4), (2, 3, 1), (5, 5, 5))


def opened(session, cast, *, slips=6, least=5, by_survey=True) -> Survey:
    project = stage.delivering(session, cast, START)
    call = session.get(Call, project.call_id)
    rules = template().to_json()
    rules["evaluation"] |= {"sample_least": least, "residents_by": "survey" if by_survey else "ballot"}
    call.rules = rules
    session.flush()
    return actions.open_survey(session, project, slips=slips, closes_on=UNTIL, by=cast.officer.viewer(session, START), at=START)


def code(survey: Survey, number: int) -> str:
    return surveys.code_of(survey.key, number)


def answer(session, survey, number, stars=(5, 4, 4), key=None):
    keys = [item["key"] for item in survey.tree["items"]]
    return actions.answer(session, key or code(survey, number), stars=dict(zip(keys, stars, strict=True)), at=START)


def test_each_answer_once_and_a_refusal_is_counted(session, cast):
    survey = opened(session, cast)
    answer(session, survey, 1)
    with pytest.raises(Refused, match="已经用过"):
        answer(session, survey, 1)
    with pytest.raises(Refused, match="没有这个问卷码"):
        answer(session, survey, 2, key="123456789012")
    actions.decline(session, code(survey, 2), at=START)
    with pytest.raises(Refused, match="已经用过"):
        answer(session, survey, 2)
    with pytest.raises(Refused, match="请选一项"):
        answer(session, survey, 3, stars=(5, 6, 0))
    with pytest.raises(Refused, match="已经截止"):
        actions.answer(session, code(survey, 3), stars={}, at=START + timedelta(days=60))
    assert (survey.printed, survey.answered, survey.refused, survey.satisfied) == (6, 1, 1, 1)
    assert session.scalar(sa.select(sa.func.count()).where(SurveySlip.use == "out")) == 4
    assert list(answers_follow(session)) == []


def test_the_points_are_those_of_a_plain_reference(session, cast):
    """Five answers; per question the mean of five by its weight, worked out here by Decimal."""
    survey = opened(session, cast)
    for n, stars in enumerate(GIVEN, 1):
        answer(session, survey, n, stars)
    by = cast.officer.viewer(session, START)
    with pytest.raises(Refused, match="最多还有 1 份"):
        actions.close_survey(session, survey, unissued=2, by=by, at=START)
    session.refresh(survey)
    keys = [code(survey, n) for n in range(1, 7)]
    actions.close_survey(session, survey, unissued=0, told_refused=1, by=by, at=START)
    reference = sum(
        (Decimal(weight) * sum(one[n] for one in GIVEN) / (5 * len(GIVEN))).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for n, weight in enumerate((40, 30, 30))
    )
    assert Decimal(survey.score) / 100 == reference
    assert (survey.issued, survey.answered, survey.refusals, survey.satisfied, survey.key) == (6, 5, 1, 4, "")
    with pytest.raises(Refused, match="已经截止"):
        answer(session, survey, 6, key=keys[5])
    assert list(answers_follow(session)) == []
    survey.score += 1
    session.flush()
    assert len(list(answers_follow(session))) == 1


def finished(session, cast, survey) -> object:
    """The final of the survey's project, judged by all but the residents."""
    project = session.get(Project, survey.project_id)
    head = cast.head.viewer(session, START)
    midterm = actions.create(session, project, "midterm", by=head, at=START)
    self_assess(session, cast, midterm)
    actions.judge(session, midterm, given=judged(session, midterm, 90), opinion="好", by=cast.evaluator.viewer(session, START), at=START)
    actions.confirm(session, midterm, by=head, at=START)
    actions.close(session, project, by=cast.lead.viewer(session, START), at=START)
    return queries.of_project(session, project.id, "final")


@pytest.mark.parametrize(("least", "residents"), [(5, 7920), (6, None)])
def test_the_survey_is_the_residents_voice_where_the_call_says_so(session, cast, least, residents):
    """Enough answers: their points count with n; too few: not counted, and the others share the weight. Never a number of votes."""
    survey = opened(session, cast, least=least)
    for n, stars in enumerate(GIVEN, 1):
        answer(session, survey, n, stars)
    final = finished(session, cast, survey)
    assert final.ballot_id is None
    head = cast.head.viewer(session, START)
    actions.close_survey(session, survey, by=cast.officer.viewer(session, START), at=START)
    self_assess(session, cast, final)
    community(session, cast.worker, final, 90)
    actions.judge(session, final, given=judged(session, final, 90), opinion="好", by=cast.evaluator.viewer(session, START), at=START)
    actions.confirm(session, final, by=head, at=START)
    assert (final.residents_score, final.residents_n) == (residents, 5)
    weights = {10: final.self_score, 20: 9000, 50: final.evaluator_score}
    top = sum(weight * score for weight, score in weights.items()) + 20 * (residents or 0)
    whole = sum(weights) + (20 if residents else 0)
    assert final.total == int((Decimal(top) / whole).quantize(Decimal(1), ROUND_HALF_UP))
    for check in queries.CHECKS.values():
        assert list(check(session)) == []
    final.community_score -= 1
    session.flush()
    assert any("社区得分" in fault for fault in queries.CHECKS["评估各方得分与原始评分相符"](session))


def test_why_the_residents_do_not_count_is_said_and_the_questions_are_worked_out(site, saved, cast):
    def judged_by_all(session, least):
        survey = opened(session, cast, least=least)
        for n, stars in enumerate(GIVEN, 1):
            answer(session, survey, n, stars)
        final = finished(session, cast, survey)
        actions.close_survey(session, survey, by=cast.officer.viewer(session, START), at=START)
        self_assess(session, cast, final)
        return final.id

    key = saved(lambda s: judged_by_all(s, 6))
    page = site.as_(cast.officer).open("evaluation.working", id=key)
    short = "样本不足：收回 5 份，最少样本 6 份，不参加 0 份，居民得分不计，由其余各方按权重折算"
    assert all(words in page for words in (short, "21 ÷ 5 ÷ 5 × 40.00", "满意度问卷各题得分相加"))
    assert "满意度问卷" in page.click("问卷的收回情况")
    page = site.as_(cast.officer).open("evaluation.show", id=key)
    assert short in page
    assert "还没有评：社区协同评估（桃花坞社区居委会、阊门社区居委会）" in page


def test_where_all_parties_are_waited_for_there_is_no_total_without_one(site, saved, cast):
    """The rule `wait`: the page names who is missing since when and gives no total; confirming is refused; too few answers wait for nobody."""

    def judged_by_one(session):
        survey = opened(session, cast, least=6)
        answer(session, survey, 1)
        final = finished(session, cast, survey)
        call = session.get(Call, session.get(Project, survey.project_id).call_id)
        call.rules = {**call.rules, "evaluation": {**call.rules["evaluation"], "missing": "wait", "too_few": "zero"}}
        actions.close_survey(session, survey, by=cast.officer.viewer(session, START), at=START)
        self_assess(session, cast, final)
        actions.judge(session, final, given=judged(session, final, 90), opinion="好", by=cast.evaluator.viewer(session, START), at=START)
        return final.id

    key = saved(judged_by_one)
    page = site.as_(cast.head).open("evaluation.show", id=key)
    assert all(words in page for words in ("还没有评：社区协同评估（桃花坞社区居委会、阊门社区居委会）", "不合成总分", "居民得分按零分计"))
    assert "暂计" not in page
    asked = site.as_(cast.head).open("evaluation.evaluation_confirm", id=key)
    assert all(words in asked for words in ("等各方评完再确认", "不合成总分"))
    assert "—分" not in "".join(asked.text.split()), "no unit where there is no figure"
    assert "绩效等级为" not in asked

    def settle(session):
        final = session.get(Evaluation, key)
        head = cast.head.viewer(session, START)
        with pytest.raises(Refused, match="等各方评完再确认"):
            actions.confirm(session, final, by=head, at=START)
        session.refresh(final)
        community(session, cast.worker, final, 90)
        with pytest.raises(Refused, match="社区协同评估（阊门社区居委会）"):
            actions.confirm(session, final, by=head, at=START)
        session.refresh(final)
        community(session, cast.near_worker, final, 90)
        actions.confirm(session, final, by=head, at=START)
        return final.total, final.self_score, final.evaluator_score, final.residents_score

    total, own, evaluator, residents = saved(settle)
    assert residents == 0
    assert total == int((Decimal(10 * own + 20 * 9000 + 50 * evaluator) / 100).quantize(Decimal(1), ROUND_HALF_UP))


def test_what_the_book_says_is_explained_where_it_is_little():
    """Nobody types 执行率, yet a word on it has its box; what does not count has none."""
    tree = filled(SELF, [], 100_000)
    whole = Filling(tree, {"rate": 10_000}, {}, {"goals": "没有目标", "satisfied": "没有问卷"})
    _, layout = boxes.form_of(forms.SelfAssessByTree, whole, {})
    names = {one.title: one.names for one in layout}
    assert "reason_rate" in names["执行率（项目支出进度）"]
    assert not any(name.startswith("actual_") for name in names["执行率（项目支出进度）"])
    assert names["项目绩效目标"] == names["服务对象满意率"] == ()
    typed = boxes.given(tree, {"reason_rate": "下半年支出", "evidence_rate": "papers"})
    assert (typed.reasons["rate"], typed.measured["rate"].evidence) == ("下半年支出", "papers")


def test_a_survey_still_open_holds_up_the_result(session, cast):
    survey = opened(session, cast)
    final = finished(session, cast, survey)
    self_assess(session, cast, final)
    actions.judge(session, final, given=judged(session, final, 90), opinion="好", by=cast.evaluator.viewer(session, START), at=START)
    with pytest.raises(Refused, match="问卷还没有截止"):
        actions.confirm(session, final, by=cast.head.viewer(session, START), at=START)


def test_a_resident_answers_by_the_slip_and_the_office_sees_sums_alone(site, saved, cast, app):
    project = saved(lambda s: stage.delivering(s, cast, START).id)
    page = site.as_(cast.officer).open("projects.show", id=project).click("开始满意度问卷")
    assert page.submit("开始满意度问卷", slips="6", closes_on="2026-01-01").status == 422
    page = page.submit("开始满意度问卷", slips="6", closes_on="2026-04-01")
    assert "收回五份以后显示汇总" in page
    key = int(page.path.rpartition("/")[2])
    slips = page.submit("打印第 1—6 号")
    codes = re.findall(r"\d{4} \d{4} \d{4}", slips.text)
    assert len(codes) == len(set(codes)) == 6
    for who, status in (("member", 403), ("auditor", 403)):
        assert site.as_(getattr(cast, who)).open("evaluation.survey_more", id=key).status == status
    resident = site.as_()
    wrong = resident.open("evaluation.survey_code").submit("下一步", code="1111 2222 3333")
    assert (wrong.status, "没有这个问卷码" in wrong) == (422, True)
    paper = wrong.submit("下一步", code=codes[0])
    half = paper.submit("提交", stars_result="5")
    assert (half.status, "请选一项" in half) == (422, True)
    done = half.submit("提交", stars_result="5", stars_manner="4", stars_ease="4", voice="希望周末也来")
    assert "谢谢您的评价" in done
    again = resident.open("evaluation.survey_code").submit("下一步", code=codes[0])
    assert "已经用过" in again
    assert "已记下您不参加" in resident.open("evaluation.survey_code").submit("下一步", code=codes[1]).submit("不想参加")
    page = (
        site.as_(cast.officer)
        .open("evaluation.survey_show", id=key)
        .click("截止并统计")
        .submit("截止并统计", unissued="2", told_refused="0")
    )
    assert all(words in page for words in ("4 份", "1 份（25", "少于最少样本 30 份", "希望周末也来", "很满意 100.0%（1）"))
    assert "希望周末也来" not in site.as_(cast.lead).open("evaluation.survey_show", id=key)
    assert "满意度问卷" in site.as_(cast.lead).open("projects.show", id=project)
    assert saved(lambda s: s.scalar(sa.select(sa.func.count()).select_from(SurveyAnswer))) == 1


def test_slips_of_the_register_are_of_the_draw_once_for_each_and_the_clock_closes(session, cast):
    """Slips drawn from the register: one for a person however often more are drawn; a refusal by number is counted; the last day ends it."""
    survey = opened(session, cast, slips=1, least=2)
    project, by = session.get(Project, survey.project_id), cast.officer.viewer(session, START)
    with pytest.raises(Refused, match="还没有签了同意书"):
        surveys.more(session, survey, slips=2, among="register", by=by, at=START)
    for n in range(3):
        person, signed = Told(f"老人{n}", f"1391234560{n}"), [stage.picture("同意书.jpg", n)]
        projects.register(
            session, project, person, signed_on=date(2026, 3, 1), papers=signed, by=cast.member.viewer(session, START), at=START
        )
    surveys.more(session, survey, slips=2, among="register", by=by, at=START)
    surveys.more(session, survey, slips=9, among="register", by=by, at=START)
    with pytest.raises(Refused, match="都已经抽过"):
        surveys.more(session, survey, slips=1, among="register", by=by, at=START)
    session.refresh(survey)
    printed = surveys.codes(session, survey, 1, 99, by=by, at=START)
    assert survey.printed == 4
    assert sorted(whose for _, _, whose in printed) == ["", "服务对象1", "服务对象2", "服务对象3"]
    actions.refuse_for(session, survey, 2, by=by, at=START)
    with pytest.raises(Refused, match="已经用过"):
        answer(session, survey, 2)
    with pytest.raises(Refused, match="已经用过"):
        actions.refuse_for(session, survey, 2, by=by, at=START)
    answer(session, survey, 3)
    assert actions.close_due(session, START) == 0
    later = START + timedelta(days=60)
    assert actions.close_due(session, later) == 1
    assert (survey.state, survey.answered, survey.refusals, survey.score, survey.key) == ("closed", 1, 1, None, "")
    assert "收回 1 份，最少样本 2 份，不参加 1 份" in survey.figures_said
    with pytest.raises(Refused, match="最多还有 2 份"):
        actions.tell_issued(session, survey, unissued=3, told_refused=0, by=by, at=later)
    session.refresh(survey)
    actions.tell_issued(session, survey, unissued=2, told_refused=0, by=by, at=later)
    assert survey.issued == 2
    for check in queries.CHECKS.values():
        assert list(check(session)) == []
    session.execute(sa.text("UPDATE register_drawn SET beneficiary_id = (SELECT min(beneficiary_id) FROM register_drawn)"))
    assert any("不止一份" in fault for fault in queries.CHECKS["满意度问卷的抽样一人一份"](session))
