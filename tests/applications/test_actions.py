"""Applications through verbs, on both databases: saving, conflicts, time, landing, snapshots, the formal check."""

import dataclasses
from datetime import timedelta

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.applications import forms
from tests.conftest import START
from webapp import app as house
from webapp.accounts.models import Record
from webapp.applications import actions, queries
from webapp.applications.models import Application, Landing, SectionDraft, Snapshot
from webapp.applications.queries import CHECKS, digest_of
from webapp.calls.models import Call, Version
from webapp.calls.rules import template
from webapp.core import search, trace
from webapp.core.calendar import deadline
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import CLOCK, NotAllowed, Refused

LATER = START + timedelta(hours=2)


def told(session, person) -> list[str]:
    return list(session.scalars(sa.select(Message.title).where(Message.person_id == person.id).order_by(Message.id)))


def damages(session) -> list[str]:
    return [sentence for name, check in CHECKS.items() if "编号" not in name for sentence in check(session)]


def refused_codes(act, *args, **more) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return [one.code for one in refused.value.refusals]


def submitted(session, cast, **more) -> Application:
    application = forms.filled(session, cast, START, forms.call(session, cast, START, **more))
    actions.submit(session, application, by=cast.lead.viewer(session, START), at=START)
    return application


def test_a_complete_application_is_submitted_and_frozen(session, cast):
    application = submitted(session, cast)
    assert (application.state, application.number) == ("submitted", "S2026-0001")
    kept = session.scalars(sa.select(Snapshot)).one()
    content = queries.snapshot(session, application.id)
    assert kept.digest == digest_of(content)
    assert content["title"] == "银龄陪伴"
    assert content["requested_fen"] == sum(line["grant_fen"] for line in content["budget"]) == 5_000_000
    assert content["own_fen"] == 500_000
    assert content["sections"]["people"]["direct"] == 120
    assert content["communities"] == [forms.TAO]
    assert [one["kind"] for one in content["files"]] == ["certificate", "accounts"]
    assert content["organisation"]["name"] == "晨光社会工作服务中心"
    need = content["needs"][0]
    assert trace.ancestors(session, application.ref) == [f"call:{application.call_id}", f"need:{need}"]
    assert application.requested_fen == Money(5_000_000)
    assert application.area_code == forms.TAO
    assert session.scalar(sa.select(Application.id).where(search.matches("application", Application.id, "银龄"))) == application.id
    assert told(session, cast.operator) == ["申报待初审 S2026-0001"]
    assert told(session, cast.officer) == ["申报待初审 S2026-0001"]
    assert damages(session) == []
    assert [one.number for one in queries.submitted_of(session, application.call_id)] == ["S2026-0001"]
    assert queries.rules_for(session, application) == template()


def test_an_empty_application_lists_everything_with_its_place(session, cast):
    on = forms.call(session, cast, START)
    application = actions.create(session, on, title="银龄陪伴", category="elderly", by=cast.lead.viewer(session, START), at=START)
    with pytest.raises(Refused) as refused:
        actions.submit(session, application, by=cast.lead.viewer(session, START), at=START)
    places = [one.place for one in refused.value.refusals]
    assert f"/applications/{application.id}/sections/basics#communities" in places
    assert f"/applications/{application.id}/sections/plan" in places
    assert f"/applications/{application.id}/sections/files#paper_accounts" in places
    assert f"/applications/{application.id}/sections/budget" in places
    assert len(places) == 13


def test_submitting_twice_freezes_once(session, cast):
    application = submitted(session, cast)
    again = actions.submit(session, application, by=cast.lead.viewer(session, START), at=LATER)
    assert again is not None
    assert (again.number, again.at) == (1, START)
    assert session.scalar(sa.select(sa.func.count()).select_from(Snapshot)) == 1
    with pytest.raises(NotAllowed):
        actions.submit(session, application, by=cast.rival.viewer(session, START), at=LATER)


def test_only_the_lead_submits(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START))
    assert refused_codes(actions.submit, session, application, by=cast.member.viewer(session, START), at=START) == ["level"]


def test_what_was_typed_is_kept_valid_or_not(session, cast):
    on = forms.call(session, cast, START)
    by = cast.member.viewer(session, START)
    application = actions.create(session, on, title="银龄陪伴", category="elderly", by=by, at=START)
    raw = {
        "beneficiaries": "老" * 300,
        "direct": "很多人",
        "fixed": [{"group": "老人", "people": "几十", "where": "各处"}],
        "how_found": "=SUM(A1)",
    }
    saved = actions.save(session, application, "people", raw, version=0, by=by, at=START)
    assert saved.version == 1
    assert [one.place for one in saved.remarks] == ["q_beneficiaries", "q_direct", "q_fixed-0-people"]
    kept = queries.newest_draft(session, application.id, "people")
    assert kept is not None
    assert kept.answers == raw
    again = actions.save(session, application, "people", raw, version=0, by=by, at=LATER)
    assert again.version == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(SectionDraft).where(SectionDraft.section == "people")) == 1


def test_what_two_people_write_at_once_is_put_together_by_answer(session, cast):
    on = forms.call(session, cast, START)
    one, two = cast.member.viewer(session, START), cast.lead.viewer(session, START)
    application = actions.create(session, on, title="银龄陪伴", category="elderly", by=one, at=START)
    actions.save(session, application, "plan", forms.PLAN, version=0, by=one, at=START)
    actions.save(session, application, "plan", {**forms.PLAN, "risks": "购买意外险"}, version=1, by=one, at=START)
    saved = actions.save(session, application, "plan", {**forms.PLAN, "plan": "每周三次"}, version=1, by=two, at=LATER)
    assert (saved.version, saved.taken) == (3, ("risks",))
    kept = queries.newest_draft(session, application.id, "plan")
    assert kept is not None
    assert kept.answers == {**forms.PLAN, "plan": "每周三次", "risks": "购买意外险"}
    with pytest.raises(actions.Conflict) as conflict:
        actions.save(session, application, "plan", {**forms.PLAN, "plan": "每周一次", "lasting": "募款"}, version=1, by=one, at=LATER)
    assert conflict.value.merged.clashes == ("plan",)
    assert conflict.value.merged.values == {"plan": "每周一次", "risks": "购买意外险", "lasting": "募款"}


def test_two_people_editing_lose_nothing(session, cast):
    on = forms.call(session, cast, START)
    one, two = cast.member.viewer(session, START), cast.lead.viewer(session, START)
    application = actions.create(session, on, title="银龄陪伴", category="elderly", by=one, at=START)
    actions.save(session, application, "team", {"members": [{"name": "秦光"}]}, version=0, by=one, at=START)
    with pytest.raises(actions.Conflict) as conflict:
        actions.save(session, application, "team", {"members": [{"name": "朱晨"}]}, version=0, by=two, at=LATER)
    assert conflict.value.newest.answers == {"members": [{"name": "秦光"}]}
    assert (
        actions.save(session, application, "team", {"members": [{"name": "秦光"}, {"name": "朱晨"}]}, version=1, by=two, at=LATER).version
        == 2
    )
    history = session.scalars(sa.select(SectionDraft).where(SectionDraft.section == "team").order_by(SectionDraft.version))
    assert [[row["name"] for row in draft.answers["members"]] for draft in history] == [["秦光"], ["秦光", "朱晨"]]


def test_the_deadline_is_the_servers(session, cast):
    on = forms.call(session, cast, START)
    by = cast.member.viewer(session, START)
    application = actions.create(session, on, title="银龄陪伴", category="elderly", by=by, at=START)
    actions.save(session, application, "team", {"members": [{"name": "秦光"}]}, version=0, by=by, at=on.closes_at - timedelta(seconds=1))
    over = {"version": 1, "by": by, "at": on.closes_at + timedelta(hours=24)}
    assert refused_codes(actions.save, session, application, "team", {"members": [{"name": "朱晨"}]}, **over) == ["closed"]
    kept = queries.newest_draft(session, application.id, "team")
    assert kept is not None
    assert kept.answers == {"members": [{"name": "秦光"}]}
    kept = actions.save(session, application, "basics", forms.basics(on, [], title="改名"), version=1, by=by, at=on.closes_at)
    assert "已于 2026年3月22日 09:00 截止" in kept.late
    assert "不能再提交" in kept.late
    assert application.title == "银龄陪伴"  # a draft, and nothing that counts
    assert "closed" in refused_codes(actions.submit, session, application, by=cast.lead.viewer(session, START), at=on.closes_at)
    assert refused_codes(actions.create, session, on, title="另一个", category="elderly", by=by, at=on.closes_at) == ["call_closed"]


def test_one_title_per_call_and_organisation(session, cast):
    on = forms.call(session, cast, START)
    by = cast.lead.viewer(session, START)
    actions.create(session, on, title="银龄陪伴", category="elderly", by=by, at=START)
    second = actions.create(session, on, title="银龄陪伴二期", category="elderly", by=by, at=START)
    raw = forms.basics(on, [1], title="银龄陪伴")
    saved = actions.save(session, second, "basics", raw, version=1, by=by, at=START)
    assert [one.code for one in saved.remarks] == ["title_taken"]
    assert second.title == "银龄陪伴二期"
    assert "title_taken" in refused_codes(actions.submit, session, second, by=by, at=START)
    with pytest.raises(sa.exc.IntegrityError):
        actions.create(session, on, title="银龄陪伴", category="elderly", by=by, at=START)


def test_communities_are_asked_once_and_told(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START), landed=False)
    by = cast.member.viewer(session, START)
    assert actions.ask_landing(session, application, by=by, at=START) == 1
    assert actions.ask_landing(session, application, by=by, at=LATER) == 0
    landing = session.scalars(sa.select(Landing)).one()
    assert landing.due_at == deadline(START, 5)
    assert "落地确认待答复" in told(session, cast.worker)
    assert told(session, cast.far_worker) == []
    actions.suggest(session, landing, by=cast.worker.viewer(session, START), at=LATER, note="活动室周三没空")
    assert "落地确认：建议修改" in told(session, cast.lead)
    assert refused_codes(actions.submit, session, application, by=cast.lead.viewer(session, START), at=LATER) == ["landing"]
    actions.agree(session, landing, by=cast.worker_two.viewer(session, START), at=LATER)
    actions.submit(session, application, by=cast.lead.viewer(session, START), at=LATER)
    assert application.state == "submitted"
    codes = refused_codes(actions.decline, session, landing, by=cast.worker.viewer(session, START), at=LATER, note="不行")
    assert codes == ["state"]


@pytest.mark.parametrize(("silence", "goes"), [("agree", True), ("refuse", False)])
def test_silence_means_what_the_call_says(engine, cast, silence, goes):
    rules = dataclasses.replace(template(), silence=silence)
    with transaction(engine) as session:
        application = forms.filled(session, cast, START, forms.call(session, cast, START, rules=rules.to_json()), landed=False)
        actions.ask_landing(session, application, by=cast.member.viewer(session, START), at=START)
    over = deadline(START, 5)
    house.tick(engine, over - timedelta(seconds=1))
    with transaction(engine) as session:
        assert session.scalars(sa.select(Landing.state)).one() == "asked"
    house.tick(engine, over)
    house.tick(engine, over + timedelta(hours=1))
    with transaction(engine) as session:
        landing = session.scalars(sa.select(Landing)).one()
        assert landing.state == "lapsed"
        assert told(session, cast.lead).count("落地确认：逾期未答") == 1
        application = session.scalars(sa.select(Application)).one()
        by = cast.lead.viewer(session, START)
        if goes:
            actions.submit(session, application, by=by, at=over)
            return
        assert refused_codes(actions.submit, session, application, by=by, at=over) == ["landing"]
        actions.agree(session, landing, by=cast.worker.viewer(session, START), at=over + timedelta(hours=2))
        assert landing.state == "agreed"


def test_a_banned_organisation_cannot_submit_and_reads_why(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START))
    session.add(
        Record(
            organisation_id=cast.offices["chenguang"], kind="ban", subject="project:9", value={}, from_day=START.date(),
            until_day=START.date() + timedelta(days=1000), source="终止", at=START,
        )
    )  # fmt: skip
    assert refused_codes(actions.submit, session, application, by=cast.lead.viewer(session, START), at=START) == ["eligibility"]


def test_no_more_applications_than_the_call_allows(session, cast):
    on = forms.call(session, cast, START)
    by = cast.lead.viewer(session, START)
    for n in range(2):
        one = forms.filled(session, cast, START, on, title=f"第{n}项")
        actions.submit(session, one, by=by, at=START)
    third = forms.filled(session, cast, START, on, title="第三项")
    with pytest.raises(Refused, match="每个单位最多申报 2 项"):
        actions.submit(session, third, by=by, at=START)


def verdicts(session, application, **override) -> list[actions.Verdict]:
    found = [actions.Verdict(one.outcome) for one in queries.outcomes(session, application, START)]
    for place, verdict in override.items():
        found[int(place.removeprefix("n"))] = verdict
    return found


def test_the_formal_check_is_proposed_confirmed_and_overridden(session, cast):
    application = submitted(session, cast)
    by = cast.operator.viewer(session, START)
    assert refused_codes(actions.pass_check, session, application, by=by, at=LATER) == ["unchecked"]
    assert {one.outcome for one in queries.outcomes(session, application, START)} == {"pass"}
    no_reason = verdicts(session, application, n4=actions.Verdict("fail"))
    assert refused_codes(actions.check, session, application, no_reason, by=by, at=LATER) == ["reason"]
    actions.check(session, application, verdicts(session, application, n4=actions.Verdict("manual", "证书看不清")), by=by, at=LATER)
    assert refused_codes(actions.pass_check, session, application, by=by, at=LATER) == ["manual"]
    actions.check(session, application, verdicts(session, application), by=by, at=LATER)
    recorded = queries.checks_of(session, application)
    assert len(recorded) == len(template().eligibility)
    assert recorded[0].rule == "01.no_record"
    assert refused_codes(actions.fail_check, session, application, by=by, at=LATER, note="不行") == ["no_fail"]
    actions.pass_check(session, application, by=by, at=LATER)
    assert application.state == "eligible"
    assert "资格初审通过 S2026-0001" in told(session, cast.lead)


def test_returned_once_corrected_in_time_and_frozen_again(session, cast):
    application = submitted(session, cast)
    operator, lead, member = (who.viewer(session, START) for who in (cast.operator, cast.lead, cast.member))
    assert refused_codes(actions.give_back, session, application, by=operator, at=LATER, note="") == ["note"]
    actions.give_back(session, application, by=operator, at=LATER, note="请补充风险防控")
    assert (application.state, application.returns, application.due_at) == ("returned", 1, deadline(LATER, 5))
    on = session.get_one(Call, application.call_id)
    on.state = "closed"
    actions.save(session, application, "plan", {**forms.PLAN, "risks": "购买意外险"}, version=1, by=member, at=LATER)
    assert "补正期限已于" in actions.save(session, application, "plan", forms.PLAN, version=2, by=member, at=application.due_at).late
    actions.save(session, application, "plan", {**forms.PLAN, "risks": "购买意外险"}, version=3, by=member, at=LATER)
    over = application.due_at + timedelta(hours=24)
    assert refused_codes(actions.save, session, application, "plan", forms.PLAN, version=4, by=member, at=over) == ["correction_over"]
    actions.submit(session, application, by=lead, at=LATER)
    first, second = session.scalars(sa.select(Snapshot).order_by(Snapshot.number))
    assert first.content["sections"]["plan"]["risks"] == "购买保险"
    assert second.content["sections"]["plan"]["risks"] == "购买意外险"
    assert queries.snapshot(session, application.id) == second.content
    assert refused_codes(actions.give_back, session, application, by=operator, at=LATER, note="再补") == ["returned"]
    assert damages(session) == []


def test_failing_and_withdrawing(session, cast):
    application = submitted(session, cast)
    by = cast.officer.viewer(session, START)
    wrong = verdicts(session, application, n4=actions.Verdict("fail", "登记证书已过期"))
    actions.check(session, application, wrong, by=by, at=LATER)
    actions.fail_check(session, application, by=by, at=LATER, note="登记证书已过期")
    assert application.state == "ineligible"
    other = forms.filled(session, cast, START, session.get_one(Call, application.call_id), title="另一项")
    actions.submit(session, other, by=cast.lead.viewer(session, START), at=LATER)
    actions.withdraw(session, other, by=cast.lead.viewer(session, START), at=LATER)
    assert other.state == "withdrawn"
    assert "申报撤回 S2026-0002" in told(session, cast.operator)


def test_a_street_below_does_not_check_the_bureaus_applications(session, cast):
    application = submitted(session, cast)
    street = cast.street.viewer(session, START)
    assert refused_codes(actions.check, session, application, verdicts(session, application), by=street, at=LATER) == ["not_yours"]
    assert "not_yours" in refused_codes(actions.give_back, session, application, by=street, at=LATER, note="补")


def test_a_new_version_reaches_every_applicant_and_only_drafts_follow(session, cast):
    on = forms.call(session, cast, START)
    done = forms.filled(session, cast, START, on, title="已提交的")
    actions.submit(session, done, by=cast.lead.viewer(session, START), at=START)
    rival = actions.create(session, on, title="青苗的", category="children", by=cast.rival.viewer(session, START), at=START)
    rules = dataclasses.replace(template(), correction_workdays=2)
    actions.amend_call(session, on, rules, "缩短补正期", by=cast.officer.viewer(session, START), at=LATER)
    assert (done.version, rival.version, on.version) == (1, 2, 2)
    assert queries.rules_for(session, done).correction_workdays == 5
    assert queries.rules_for(session, rival).correction_workdays == 2
    for person in (cast.lead, cast.member, cast.rival):
        assert f"征集公告更改 {on.number} 第 2 版" in told(session, person)
    assert session.scalar(sa.select(sa.func.count()).select_from(Version)) == 2


def test_cancelling_a_call_tells_its_applicants(session, cast):
    on = forms.call(session, cast, START)
    actions.create(session, on, title="青苗的", category="children", by=cast.rival.viewer(session, START), at=START)
    actions.cancel_call(session, on, by=cast.leader.viewer(session, START), at=LATER, note="资金调整")
    assert on.state == "cancelled"
    assert told(session, cast.rival) == [f"征集取消 {on.number} 2026 年公益创投"]
    assert told(session, cast.lead) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE snapshots SET content = :content", "摘要不符"),
        ("UPDATE snapshots SET digest = 'x'", "摘要不符"),
        ("DELETE FROM snapshots", "没有定稿"),
    ],
)
def test_doctor_finds_what_was_changed(session, cast, sql, said):
    application = submitted(session, cast)
    forged = queries.snapshot(session, application.id) | {"requested_fen": 1}
    if ":content" in sql:
        session.execute(sa.update(Snapshot).values(content=forged))
    else:
        session.execute(sa.text(sql))
    found = [sentence for check in CHECKS.values() for sentence in check(session)]
    assert any(said in sentence for sentence in found)


def test_doctor_finds_a_missing_number(session, cast):
    on = forms.call(session, cast, START)
    by = cast.lead.viewer(session, START)
    for title in ("甲", "乙", "丙"):
        actions.create(session, on, title=title, category="elderly", by=by, at=START)
    check = CHECKS["征集、申报编号连续"]
    assert not [sentence for sentence in check(session) if "申报" in sentence]
    session.execute(sa.update(Application).where(Application.title == "丙").values(number="S2026-0009"))
    assert "申报 S2026 编到 9 号，实有 3 件" in list(check(session))


def test_another_kind_of_time_cannot_lapse_early(session, cast):
    application = forms.filled(session, cast, START, forms.call(session, cast, START), landed=False)
    actions.ask_landing(session, application, by=cast.member.viewer(session, START), at=START)
    landing = session.scalars(sa.select(Landing)).one()
    with pytest.raises(Refused, match="还没有到期"):
        actions.take_step(session, landing, "lapse", by=CLOCK, at=START)


def test_a_micro_call_of_a_street_is_checked_by_the_street(session, cast):
    on = forms.call(session, cast, START, needs=())
    on.area_code, on.organiser_id, on.operator_id = "320508019", cast.offices["jinchang"], None
    application = forms.filled(session, cast, START, on, needs=[])
    actions.submit(session, application, by=cast.lead.viewer(session, START), at=START)
    by = cast.street_two.viewer(session, START)
    actions.check(session, application, verdicts(session, application), by=by, at=LATER)
    actions.pass_check(session, application, by=by, at=LATER)
    assert application.state == "eligible"
