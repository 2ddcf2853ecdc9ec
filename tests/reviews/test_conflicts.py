"""回避: one function finds every tie, and officers stand aside by it as experts do."""

from __future__ import annotations

import json
from datetime import date

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.reviews.conftest import Stage
from webapp.accounts.models import Membership, Organisation, Person
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import transaction
from webapp.core.workflow import NotAllowed, Refused, take_step
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Expert, ExpertTie, Panel
from webapp.reviews.queries.conflicts import asking, conflicts, stands_aside
from webapp.reviews.rules.conflicts import KINDS
from webapp.reviews.rules.phases import switches


def _made(session, name: str, **more) -> Organisation:
    body = Organisation(kind="social_org", name=name, area_code="320508", **more)
    session.add(body)
    session.flush()
    return body


@pytest.mark.parametrize(
    ("kind", "person", "place"),
    [
        ("declared", {"declared": True}, {}),
        ("employed", {"works": "itself"}, {}),
        ("hosted", {"works": "host"}, {}),
        ("employer", {"employer": "潭影 社会工作服务中心"}, {}),
        ("employer", {"employer": "潭影集团(总部)"}, {}),
        ("person", {"name": "秦潭"}, {}),
        ("phone", {"phone": True}, {}),
        ("shared", {"works": "other"}, {"legal_representative": "秦潭"}),
        ("shared", {"works": "other"}, {"address": "潭影街1号"}),
        ("shared", {"works": "other"}, {"phone": "051261110001"}),
        (None, {"works": "other", "employer": "某高校", "name": "王评"}, {"address": "别处", "legal_representative": "别人"}),
        (None, {"works": "expert"}, {}),
    ],
)
def test_each_tie_bars_by_itself(stage: Stage, cast, kind, person, place):
    """One person, one applicant, one thing in common; spaces, hyphens and brackets make no difference, and empty is not alike."""
    with transaction(stage.engine) as session:
        host = _made(session, "潭影集团（总部）")
        who = session.get_one(Person, cast.expert2.id)
        body = _made(
            session, "潭影社会工作服务中心", host_id=host.id, legal_representative="秦潭", address="潭影街 1 号",
            phone=f" {who.phone} " if person.get("phone") else "0512-61110001",
        )  # fmt: skip
        other = _made(session, "某中心", **place)
        who.name = person.get("name", who.name)
        session.get_one(Expert, who.id).employer = person.get("employer", "")
        if (works := person.get("works")) is not None:
            at = {"itself": body, "host": host, "other": other, "expert": body}[works]
            session.add(
                Membership(
                    person_id=who.id, organisation_id=at.id, role="expert" if works == "expert" else "org_member", from_day=date(2020, 1, 1)
                )
            )
        if person.get("declared"):
            actions.declare_tie(session, who.id, body.id)
        session.flush()
        expected = {} if kind is None else {who.id: {body.id: [kind]}}
        assert conflicts(session, sa.select(sa.literal(who.id)), [body.id], START) == expected
        assert set(session.scalars(stands_aside(), asking(who.id, START.date()))) >= ({body.id} if kind else set())
    assert kind is None or kind in KINDS


def found(stage: Stage, who) -> dict[int, list[str]]:
    with transaction(stage.engine) as session:
        organisations = [stage.cast.offices["chenguang"], stage.cast.offices["qingmiao"]]
        return conflicts(session, sa.select(sa.literal(who.id)), organisations, START).get(who.id, {})


@pytest.mark.parametrize(("ended", "bars"), [(None, True), (date(2024, 1, 1), True), (date(2020, 1, 1), False)])
def test_past_work_bars_for_three_years(stage: Stage, cast, ended, bars):
    qingmiao = cast.offices["qingmiao"]
    with transaction(stage.engine) as session:
        session.add(
            Membership(person_id=cast.expert2.id, organisation_id=qingmiao, role="org_member", from_day=date(2018, 1, 1), until_day=ended)
        )
    assert found(stage, cast.expert2) == ({qingmiao: ["employed"]} if bars else {})


def test_what_the_register_holds_bars_from_the_draw_and_the_assignment(stage: Stage, cast):
    chenguang, qingmiao = cast.offices["chenguang"], cast.offices["qingmiao"]
    with transaction(stage.engine) as session:
        session.get_one(Expert, cast.expert2.id).employer = "青苗公益服务社"
        session.get_one(Organisation, qingmiao).legal_representative = session.get_one(Person, cast.expert3.id).name
        phone = session.get_one(Person, cast.expert5.id).phone
        session.get_one(Organisation, qingmiao).phone = phone
    assert found(stage, cast.expert1) == {chenguang: ["declared"]}
    assert found(stage, cast.expert2) == {qingmiao: ["employer"]}
    assert found(stage, cast.expert3) == {qingmiao: ["person"]}
    assert found(stage, cast.expert5) == {qingmiao: ["phone"]}
    stage.heard()
    key = stage.drawn()
    with transaction(stage.engine) as session:
        tied = {c["person"]: c["tied"] for c in (session.get_one(Panel, key).minutes or {})["candidates"]}
    assert tied[cast.expert2.id] == tied[cast.expert3.id] == tied[cast.expert5.id] == [qingmiao]


def test_a_conflicted_officer_decides_nothing_of_the_call(stage: Stage, cast):
    stage.review()
    key = stage.panel()
    with transaction(stage.engine) as session:
        actions.declare_tie(session, cast.operator.id, cast.offices["qingmiao"], kind="board")
    with pytest.raises(Refused) as caught:
        stage.do(cast.operator, actions.draw, (Panel, key), witness="沈督")
    assert {one.code for one in caught.value.refusals} == {"own_interest"}
    assert "青苗公益服务社" in str(caught.value)
    stage.do(cast.officer, actions.draw, (Panel, key), witness="沈督")
    with pytest.raises(Refused, match="分派请交由其他人办理"):
        stage.do(cast.operator, actions.try_out, (Panel, key), share=100, apart="")
    with transaction(stage.engine) as session:
        actions.declare_tie(session, cast.head.id, cast.offices["chenguang"], kind="board")
    with pytest.raises(Refused) as caught:
        stage.do(cast.head, actions.rank, (Call, stage.call_id))
    assert "own_interest" in {one.code for one in caught.value.refusals}


def _sees(site, who, number: str, title: str, pages: list[str]) -> list[str]:
    """The pages that tell of an application, as a page or as JSON."""
    client, told = site.as_(who).client, []
    for path in pages:
        for accept in ("text/html", "application/json"):
            reply = client.get(path, headers={"Accept": accept})
            said = json.dumps(reply.get_json(), ensure_ascii=False) if reply.is_json else reply.get_data(as_text=True)
            if any(words in said for words in (number, title) if words not in path):  # what one typed is told back
                told.append(f"{path} {accept}")
    return told


def _count(site, who) -> int:
    found = site.as_(who).json("/reviews")
    return int(found["page"]["rows"][0]["applications"])


def test_a_conflicted_officer_sees_nothing_of_it_anywhere(stage: Stage, cast, site):
    """In no list, search, count, export or JSON; what others applied for stays. Undone by another, it is back."""
    stage.heard()
    panel, key = stage.started(), stage.applications[1]
    with transaction(stage.engine) as session:
        number, title = session.execute(sa.select(Application.number, Application.title).where(Application.id == key)).one()
    pages = [f"/search?q={number}", "/applications", f"/panels/{panel}"]
    assert len(_sees(site, cast.officer, number, title, pages)) == 2 * len(pages), "each would show it: so each proves something"
    pages += ["/desk", f"/search?q={title}", f"/panels/{panel}/plan", f"/panels/{panel}/board", f"/panels/{panel}/scores.xlsx", f"/panels/{panel}/plan.xlsx", f"/calls/{stage.call_id}/ranking",
              f"/calls/{stage.call_id}/board", f"/calls/{stage.call_id}/letters", "/opinions", "/findings", "/reviews"]  # fmt: skip
    before = _count(site, cast.officer)
    said = site.as_(cast.officer).get("/aside").submit("登记", person_id=cast.officer.id, organisation="青苗公益服务社", kind="family")
    assert "已登记回避" in said.text
    assert _sees(site, cast.officer, number, title, pages) == []
    assert _count(site, cast.officer) == before - 2, "both applications of the organisation leave the count"
    page = site.as_(cast.officer).get(f"/applications/{key}")
    assert page.status == 403
    assert "应当回避" in page.text
    assert "可以办理的有：姑苏区民政局" in page.text, "it says who else can"
    assert site.as_(cast.officer).get(f"/applications/{stage.applications[0]}").status == 200
    with pytest.raises(NotAllowed):
        stage.do(cast.officer, lambda session, thing, by, at: take_step(session, thing, "score", by=by, at=at), (Application, key))

    with transaction(stage.engine) as session:
        tie = session.scalars(sa.select(ExpertTie).where(ExpertTie.person_id == cast.officer.id)).one().id
    own = site.as_(cast.officer).get(f"/ties/{tie}/undo").submit("解除", reason="我核实过了")
    assert own.status == 422
    assert "自己的回避不能自己解除" in own.text
    assert site.as_(cast.head).get(f"/ties/{tie}/undo").submit("解除", reason="").status == 422
    done = site.as_(cast.head).get(f"/ties/{tie}/undo").submit("解除", reason="核对户籍，不是近亲属")
    assert "核对户籍，不是近亲属" in done.text
    assert site.as_(cast.officer).get(f"/applications/{key}").status == 200


def test_a_namesake_is_looked_into_by_another(stage: Stage, cast, site):
    """What the register gives away bars at once; another officer says that it is chance; a real employment he cannot wave away."""
    qingmiao, key = cast.offices["qingmiao"], stage.applications[1]
    with transaction(stage.engine) as session:
        session.get_one(Organisation, qingmiao).legal_representative = session.get_one(Person, cast.officer.id).name
    place = f"/aside/{cast.officer.id}/{qingmiao}"
    assert site.as_(cast.officer).get(f"/applications/{key}").status == 403
    assert site.as_(cast.officer).get(place).submit("登记核实结果", reason="只是同名").status == 422
    assert "与法定代表人同名" in site.as_(cast.head).get("/aside").text
    assert "已登记核实结果" in site.as_(cast.head).get(place).submit("登记核实结果", reason="身份证号不同，不是同一人").text
    assert site.as_(cast.officer).get(f"/applications/{key}").status == 200
    with transaction(stage.engine) as session:
        session.add(Membership(person_id=cast.officer.id, organisation_id=qingmiao, role="expert", from_day=date(2019, 1, 1)))
        session.add(
            Membership(
                person_id=cast.officer.id,
                organisation_id=qingmiao,
                role="org_member",
                from_day=date(2019, 1, 1),
                until_day=date(2026, 1, 1),
            )
        )
    assert site.as_(cast.officer).get(f"/applications/{key}").status == 403
    assert "三年内任职" in site.as_(cast.head).get("/aside").text
    assert "有任职记录为据" in site.as_(cast.head).get(place).submit("登记核实结果", reason="早就不干了").text


def test_a_judge_pinned_while_scoring_loses_the_file_at_once(stage: Stage, cast, site):
    stage.heard()
    panel = stage.started()
    with transaction(stage.engine) as session:
        given = session.scalars(
            sa.select(Assignment)
            .join(Application, Application.id == Assignment.application_id)
            .where(Assignment.panel_id == panel, Application.organisation_id == cast.offices["qingmiao"])
            .order_by(Assignment.id)
        ).all()
        judge, keys = given[0].person_id, [one.id for one in given if one.person_id == given[0].person_id]
    assert site.as_(stage.expert(judge)).get(f"/assignments/{keys[0]}").status == 200
    assert keys[0] in {one["id"] for one in site.as_(stage.expert(judge)).json("/my/reviews")["piles"]}
    said = (
        site.as_(cast.officer)
        .get("/aside")
        .submit("登记", person_id=judge, organisation="青苗公益服务社", kind="declared", reason="三年内任该单位理事")
    )
    assert "已指定回避" in said.text
    with transaction(stage.engine) as session:
        assert {session.get_one(Assignment, key).state for key in keys} == {"recused"}
    with transaction(stage.engine) as session:
        session.get_one(Assignment, keys[0]).state = "done"  # as if it had been scored before
    assert keys[0] not in {one["id"] for one in site.as_(stage.expert(judge)).json("/my/reviews")["piles"]}
    page = site.as_(stage.expert(judge)).get(f"/assignments/{keys[0]}")
    assert page.status in {403, 404}
    assert "青苗" not in page.text


def test_the_three_switches_stand_in_a_row_on_the_panels_page(stage: Stage, cast, site):
    """Hidden while it is scored, as the call says; open as soon as the moment is over."""
    shown = switches(stage.rules, "scoring")
    assert [one.now for one in shown] == [True, True, True]
    assert [one.now for one in switches(stage.rules, "confirmed")] == [False, True, False]
    assert [one.now for one in switches(stage.rules, "released")] == [False, False, False]
    stage.heard()
    text = site.as_(cast.officer).get(f"/panels/{stage.started()}").text
    for one in shown:
        assert f"{one.label}：{one.until}" in text
    assert text.count("现在隐去") == 3


def test_relations_come_with_the_viewer_and_not_the_own_office(cast, session):
    """One statement for roles and relations; a bureau is not its officers' applicant, what it hosts may be."""
    officer = cast.officer.viewer(session, START)
    assert officer.aside == ()
    session.get_one(Organisation, cast.offices["qingmiao"]).host_id = officer.members[0].organisation_id
    session.flush()
    assert cast.officer.viewer(session, START).aside == (cast.offices["qingmiao"],)
    assert cast.worker.viewer(session, START).aside == ()  # a community answers for what lands with it
