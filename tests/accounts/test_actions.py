"""Verbs of accounts on both databases: areas, people, organisations, duties, failures, messages."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.cast import CHANGMEN, TAO
from tests.conftest import START
from webapp.accounts import actions, queries
from webapp.accounts.models import Area, Membership, Organisation, Person, SignInCode
from webapp.accounts.viewer import viewer_of
from webapp.core import jobs, journal, outbox, secrets
from webapp.core.clock import today
from webapp.core.db import transaction
from webapp.core.workflow import CLOCK, Refused


def test_the_shipped_areas_load_once(session, cast):
    first = actions.load_shipped_areas(session)
    assert (first.read, len(first.errors)) == (23563, 0)
    assert first.added + first.updated + first.skipped == first.read
    again = actions.load_shipped_areas(session)
    assert (again.added, again.updated, again.skipped) == (0, 0, 23563)
    assert session.get(Area, "320508").parent_code == "3205"
    assert session.get(Area, "320508019036").parent_code == "320508019"


PUBLISHED = {
    "area_code,street_code,street_name,community_code,community_name,source": "320508,320508019,金阊街道,320508019999,新社区居委会,某表",
    "area_code,area_name,street_code,street_name,source": "320508,江苏省苏州市姑苏区,320508099,新街道,某表",
    "code,name,city,source": "320599,新区,苏州市,某表",
}


@pytest.mark.parametrize("head", PUBLISHED)
def test_published_shapes(session, cast, head):
    rows = actions.read_table(f"{head}\n{PUBLISHED[head]}\n".encode(), "x.csv")
    counted = actions.import_areas(session, rows)
    assert str(counted) == "读取 1 行，新增 1，更新 0，跳过 0，错误 0"
    added = session.scalars(sa.select(Area).where(Area.source == "某表")).one()
    assert added.name.startswith("新")
    assert added.code.startswith(added.parent_code)


def test_a_list_with_errors_changes_nothing_unless_partial(session, cast):
    rows = [
        {"code": "320508", "name": "姑苏新区"}, {"code": "32x", "name": "坏"}, {"code": "3206", "name": ""}, {"code": "3207", "name": "长" * 61},
        {"code": "3208", "name": "淮安市", "level": "street"}, {"code": "3209", "name": "盐城市", "parent": "33"},
        {"code": "3210", "name": "扬州市"}, {"code": "3210", "name": "扬州"},
    ]  # fmt: skip
    counted = actions.import_areas(session, rows)
    assert len(counted.errors) == 6
    assert counted.errors[0] == "第 3 行“code”列：“32x”不是区划代码，应为 2、4、6、9、12、15、18 位数字"
    assert session.get(Area, "320508").name == "姑苏区"
    counted = actions.import_areas(session, rows, partial=True)
    assert (counted.added, counted.updated) == (1, 1)
    assert session.get(Area, "320508").name == "姑苏新区"


def test_people_and_organisations_are_journalled_and_found(session, cast):
    by = cast.admin.viewer(session, START)
    office = actions.add_organisation(session, "social_org", "桃花养老服务中心", TAO, by=by, at=START, credit_code="52320508MJ0000001A")
    person = actions.add_person(session, "新人", by=by, at=START, login="newbie", password="green-apple-42", phone="139 0000 9999")
    duty = actions.add_membership(session, person.id, office.id, "org_lead", from_day=today(START), by=by, at=START)
    assert secrets.password_fits(person.password, "green-apple-42")
    assert person.phone == "13900009999"
    found = queries.organisations(session, cast.officer.viewer(session, START), q="养老")
    assert [one.name for one in found.rows] == ["桃花养老服务中心"]
    assert [line.step for line in journal.lines(session, [office.ref, person.ref, duty.ref])] == ["create"] * 3
    assert viewer_of(session, person.id, START).member("org_lead").organisation_id == office.id
    assert list(journal.faults(session)) == []


@pytest.mark.parametrize(("verb", "code"), [
    (lambda s, c: actions.add_person(s, "谁", by=CLOCK, at=START, phone="12345"), "phone"),
    (lambda s, c: actions.add_membership(s, c.granny.id, c.gusu, "resident", from_day=today(START), by=CLOCK, at=START), "role"),
    (lambda s, c: actions.add_organisation(s, "club", "俱乐部", TAO, by=CLOCK, at=START), "kind"),
])  # fmt: skip
def test_what_cannot_be_registered(session, cast, verb, code):
    with pytest.raises(Refused) as refused:
        verb(session, cast)
    assert refused.value.refusals[0].code == code


def test_the_record_is_kept_and_read_by_kind_and_day(session, cast):
    day = today(START)
    more = {"subject": "project:1", "source": "project:1", "at": START}
    actions.note_record(session, cast.chenguang, "award", value={"fen": 1}, from_day=day, until_day=None, **more)
    actions.note_record(
        session, cast.chenguang, "ban", value={}, from_day=day - timedelta(days=400), until_day=day - timedelta(days=1), **more
    )
    assert [one.kind for one in queries.records(session, cast.chenguang)] == ["award", "ban"]
    assert [one.kind for one in queries.records(session, cast.chenguang, kind="ban")] == ["ban"]
    assert queries.records(session, cast.chenguang, kind="ban", at=START) == []
    with pytest.raises(ValueError, match="unknown"):
        actions.note_record(session, cast.chenguang, "gossip", value={}, from_day=day, until_day=None, **more)


def duty_of(session, person):
    return session.scalars(sa.select(Membership).where(Membership.person_id == person.id).order_by(Membership.id)).first()


def test_work_goes_to_the_successor_from_the_day_on(session, cast):
    mine, day = duty_of(session, cast.officer), date(2026, 3, 9)
    by = cast.officer.viewer(session, START)
    new = actions.hand_over(session, mine, successor_id=cast.head.id, day=day, by=by, at=START, note="两件公示要盯")
    assert (new.person_id, new.role, new.organisation_id, new.from_day) == (cast.head.id, "bureau", cast.gusu, day)
    later = START + timedelta(days=7)
    assert "bureau" in viewer_of(session, cast.officer.id, START).roles
    assert "bureau" not in viewer_of(session, cast.officer.id, later).roles
    assert {"bureau", "bureau_head"} <= viewer_of(session, cast.head.id, later).roles
    last = journal.lines(session, [mine.ref])[0]
    assert (last.step, last.note, last.data["to"]) == ("hand_over", "两件公示要盯", f"person:{cast.head.id}")
    letter = session.scalars(sa.select(outbox.Message)).one()
    assert (letter.person_id, letter.title) == (cast.head.id, "工作移交给您")


def test_a_successor_who_has_the_role_already_gets_no_second_one(session, cast):
    mine = duty_of(session, cast.street)
    theirs = duty_of(session, cast.street_two)
    new = actions.hand_over(
        session, mine, successor_id=cast.street_two.id, day=today(START), by=cast.street.viewer(session, START), at=START
    )
    assert new.id == theirs.id


def test_work_cannot_go_to_another_house(session, cast):
    with pytest.raises(Refused, match="本单位"):
        actions.hand_over(
            session,
            duty_of(session, cast.officer),
            successor_id=cast.far_officer.id,
            day=today(START),
            by=cast.officer.viewer(session, START),
            at=START,
        )


def test_a_deputy_acts_for_the_days_named(session, cast):
    mine, by = duty_of(session, cast.officer), cast.officer.viewer(session, START)
    actions.name_deputy(session, mine, deputy_id=cast.head.id, away_from=date(2026, 3, 3), away_until=date(2026, 3, 5), by=by, at=START)
    held = [("bureau" in viewer_of(session, cast.head.id, START + timedelta(days=n)).roles) for n in range(5)]
    assert held == [False, True, True, True, False]
    actions.end_deputy(session, mine, by=by, at=START + timedelta(days=1))
    assert "bureau" not in viewer_of(session, cast.head.id, START + timedelta(days=2)).roles


def test_failures_are_counted_and_lock(session, cast):
    for _ in range(5):
        actions.count_failure(session, cast.officer.id, at=START)
    person = session.get(Person, cast.officer.id)
    assert (person.failed, person.locked_until) == (0, START + timedelta(minutes=15))
    actions.count_failure(session, cast.officer.id, at=START)
    assert person.failed == 0


def test_a_code_lets_in_once_and_only_its_phone(session, cast):
    code = actions.send_code(session, "13900001234", at=START)
    with pytest.raises(Refused, match="先获取"):
        actions.check_code(session, "13900001235", code, at=START)
    actions.check_code(session, "13900001234", code, at=START)
    with pytest.raises(Refused, match="先获取"):
        actions.check_code(session, "13900001234", code, at=START)
    stored = session.scalars(sa.select(SignInCode)).one()
    assert code not in stored.code_key


def test_old_codes_are_forgotten(session, cast):
    actions.send_code(session, "13900001234", at=START)
    assert [due(session, START + timedelta(hours=1)) for due in actions.TICK] == [0, 0]
    assert [due(session, START + timedelta(days=2)) for due in actions.TICK] == [0, 1]


def test_texts_go_through_the_port_and_never_lie_open(engine, cast, tmp_path):
    program, sent = tmp_path / "send", tmp_path / "sent"
    program.write_text(f"#!/bin/sh\ncat >> {sent}\n")
    program.chmod(0o755)
    outbox.open_port(str(program))
    try:
        with transaction(engine) as session:
            code = actions.send_code(session, "13900001234", at=START)
            outbox.tell(session, [cast.officer.id], "need:1", "需求待受理", "正文", at=START)
            assert actions.TICK[0](session, START) == 1
            assert all("139" not in str(job.args) and code not in str(job.args) for job in session.scalars(sa.select(jobs.Job)))
        while jobs.run_next(engine, at=START):
            pass
        with transaction(engine) as session:
            assert [job.state for job in session.scalars(sa.select(jobs.Job))] == ["done", "done"]
    finally:
        outbox.open_port("")
    assert code in sent.read_text()
    assert "需求待受理" in sent.read_text().encode().decode("unicode_escape") or "需求待受理" in sent.read_text()


def test_where_residents_can_live(session, cast):
    assert [one.name for one in queries.streets_served(session)] == ["平江街道", "金阊街道"]
    assert [one.code for one in queries.communities_served(session, "320508019")] == [TAO, CHANGMEN]
    assert queries.communities_served(session, "x' OR 1=1") == []


def test_names_of_residents_are_masked_for_the_administrator(session, cast):
    rows = queries.people(session, at=START).rows
    by_id = {one.id: one for one in rows}
    assert by_id[cast.granny.id].name == "严**"
    assert by_id[cast.officer.id].name == "张敏"
    assert "****" in by_id[cast.officer.id].phone
    assert by_id[cast.worker_two.id].duties[0].label == "桃花坞社区居委会 社区工作者"


def test_bank_account_opened_leaves_an_entry(session, cast):
    office = session.get(Organisation, cast.chenguang)
    assert actions.see_bank(session, office, by=cast.accountant.viewer(session, START), at=START) == "6222000011112222"
    assert journal.lines(session, [office.ref])[0].by == cast.accountant.ref


def test_the_command_reads_published_lists_and_says_what_it_did(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from webapp.cli import main

    monkeypatch.setenv("SANSHE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SANSHE_DATABASE", raising=False)
    streets, communities, bad = tmp_path / "streets.csv", tmp_path / "communities.csv", tmp_path / "bad.csv"
    heads = list(PUBLISHED)
    communities.write_bytes(f"{heads[0]}\n{PUBLISHED[heads[0]]}\n".encode("utf-8-sig"))
    streets.write_bytes(f"{heads[1]}\n{PUBLISHED[heads[1]]}\n".encode("gbk"))
    bad.write_text("code,name\n3205,苏州市\nabc,坏\n")

    def run(*words):
        return CliRunner().invoke(main, ["import", "areas", *map(str, words)])

    assert "读取 2 行，新增 2，更新 0，跳过 0，错误 0" in run(streets, communities).output
    assert "读取 2 行，新增 0，更新 0，跳过 2，错误 0" in run(streets, communities).output
    refused = run(bad)
    assert refused.exit_code == 1
    assert "第 3 行“code”列" in refused.output
    assert "读取 2 行，新增 0，更新 0，跳过 0，错误 1" in refused.output
    partial = run(bad, "--partial")
    assert (partial.exit_code, "新增 1" in partial.output) == (0, True)
    for wrong in (tmp_path / "none.csv", tmp_path):
        assert run(wrong).exit_code == 1
