"""From a submission to its findings: the job, the index, the answers; who reads them."""

from datetime import timedelta

import sqlalchemy as sa

from tests import make
from tests.conftest import START
from tests.findings.test_compare import PARAGRAPHS
from webapp import app as house
from webapp.accounts.models import Organisation, Person
from webapp.applications import actions as applications
from webapp.applications.models import Snapshot
from webapp.calls.rules import template
from webapp.core import jobs
from webapp.core.db import transaction
from webapp.core.workflow import take_step
from webapp.findings import actions
from webapp.findings.models import Finding, IdentityKey, Indexed, Print
from webapp.findings.queries import CHECKS
from webapp.library.models import PublishedProject

SOON = START + timedelta(hours=1)


def content(title, *paragraphs, budget=()):
    return {
        "title": title,
        "sections": {"plan": {f"q{n}": one for n, one in enumerate(paragraphs)}},
        "budget": list(budget),
        "requested_fen": 5_000_000,
    }


def alone(session, cast):
    """The cast's organisations, so that none shares anything with another."""
    for name in ("chenguang", "qingmiao", "service"):
        org = session.get_one(Organisation, cast.offices[name])
        org.legal_representative, org.phone, org.address, org.bank_account = f"{name}某", "", f"{name}路一号院", None
    session.execute(sa.update(Person).values(phone_key=None))


def two(engine, cast, mine=("银龄陪伴", PARAGRAPHS[0], PARAGRAPHS[1]), other=("青春护航", PARAGRAPHS[2], PARAGRAPHS[1]), **more):
    with transaction(engine) as session:
        alone(session, cast)
        on = make.call(session, cast, START, rules=template().to_json())
        one = make.application(session, cast, START, on, title=mine[0], content=content(*mine))
        second = make.application(session, cast, START, on, title=other[0], content=content(*other), organisation="qingmiao", **more)
    return one, second


def look(engine, at=SOON):
    """Time passes, and the worker does what was asked for."""
    house.tick(engine, at)
    while jobs.run_next(engine, at=at):
        pass


def findings(engine, kind=""):
    with transaction(engine) as session:
        query = sa.select(Finding).order_by(Finding.id)
        return list(session.scalars(query.where(Finding.kind == kind) if kind else query))


def test_a_copied_paragraph_is_found_once_and_points_at_the_words(engine, cast):
    one, second = two(engine, cast)
    look(engine)
    (found,) = findings(engine, "alike")
    assert (found.application_id, found.other_id, found.other, found.state) == (second.id, one.id, one.ref, "found")
    first = found.evidence["passages"][0]
    assert (first[0], first[3]) == ("plan.q1", "plan.q1")
    assert PARAGRAPHS[1][first[1] : first[2]] in PARAGRAPHS[1]
    assert found.evidence["shares"][0] >= 40
    look(engine, SOON + timedelta(hours=1))
    assert len(findings(engine)) == 1


def test_unrelated_applications_are_left_alone(engine, cast):
    two(engine, cast, other=("青春护航", PARAGRAPHS[2], PARAGRAPHS[3]))
    look(engine)
    assert findings(engine) == []


def test_the_published_library_is_compared_too(engine, cast):
    with transaction(engine) as session:
        session.add(
            PublishedProject(
                city="苏州", year_text="2019", year_from=2019, year_to=2019, year_inferred=False, programme="第一届", project="“银龄陪伴”关爱项目",
                organisation="某某中心", category="", amount_text="", low_fen=None, high_fen=None, note="", source="x", read_at=START,
            )
        )  # fmt: skip
    two(engine, cast, other=("青春护航", PARAGRAPHS[2]))
    look(engine)
    (found,) = findings(engine)
    assert (found.kind, found.other.partition(":")[0], found.other_id) == ("alike", "published_project", None)


def test_a_changed_text_opens_what_was_answered_and_a_new_one_ends_it(engine, cast):
    _, second = two(engine, cast)
    look(engine)
    (found,) = findings(engine)
    with transaction(engine) as session:
        there = session.get_one(Finding, found.id)
        take_step(session, there, "differ", by=cast.officer.viewer(session, SOON), at=SOON, note="两家共用社区的介绍文字")
    for number, words, state in ((2, PARAGRAPHS[1][:60], "found"), (3, PARAGRAPHS[4], "gone")):
        at = SOON + timedelta(hours=number)
        with transaction(engine) as session:
            session.add(
                Snapshot(application_id=second.id, number=number, content=content("青春护航", words), digest="1" * 64, by_id=1, at=at)
            )
            session.execute(
                sa.text("UPDATE applications SET submitted_at = :at WHERE id = :id").bindparams(
                    sa.bindparam("at", at, type_=Indexed.seen.type), id=second.id
                )
            )
        look(engine, at + timedelta(minutes=5))
        assert [one.state for one in findings(engine)] == [state]


def test_shared_identities_are_found_by_keys_and_nothing_sealed_is_kept(engine, cast):
    two(engine, cast, other=("青春护航", PARAGRAPHS[2]))
    with transaction(engine) as session:
        for name in ("chenguang", "qingmiao"):
            session.get_one(Organisation, cast.offices[name]).bank_account = "6222000011112222"
    look(engine)
    (found,) = findings(engine, "identity")
    assert found.evidence == {"fields": [["bank_account", "bank_account"]]}
    with transaction(engine) as session:
        assert not [key for key in session.scalars(sa.select(IdentityKey.key)) if "62220000" in key]


def test_one_organisation_asking_twice_is_double_funding(engine, cast):
    with transaction(engine) as session:
        alone(session, cast)
        money = make.fund(session, cast)
        for title in ("银龄陪伴", "银龄陪伴服务计划（第二期）"):
            on = make.call(session, cast, START, rules=template().to_json(), money=money)
            make.application(session, cast, START, on, title=title, content=content(title, PARAGRAPHS[len(title) % 5]))
    look(engine)
    (found,) = findings(engine)
    assert (found.kind, found.score) == ("double", 100)


def test_withdrawing_leaves_the_index(engine, cast):
    one, second = two(engine, cast)
    look(engine)
    with transaction(engine) as session:
        from webapp.applications.models import Application

        applications.withdraw(session, session.get_one(Application, one.id), by=cast.lead.viewer(session, SOON), at=SOON)
    with transaction(engine) as session:
        assert list(session.scalars(sa.select(Indexed.object_id))) == [second.id]
        assert set(session.scalars(sa.select(Print.text_id))) == set(session.scalars(sa.select(Indexed.id)))
        assert [damage for check in CHECKS.values() for damage in check(session)] == []
    actions.compare_waiting(engine, {}, SOON)


def test_the_pages(site, engine, cast):
    one, _ = two(engine, cast)
    look(engine, START)
    officer = site.as_(cast.officer)
    listed = officer.open("findings.index")
    assert "内容相近" in listed
    shown = listed.click("青春护航")
    assert PARAGRAPHS[1][:20] in shown
    assert "晨光社会工作服务中心" in shown
    done = shown.take("相近但不同", note="都用了社区提供的介绍")
    assert "相近但不同" in done
    assert "比对提示" in officer.open("applications.show", id=one.id)
    assert "比对提示：" not in site.as_(cast.lead).open("applications.show", id=one.id)
    (found,) = findings(engine)
    assert site.as_(cast.lead).client.get(f"/findings/{found.id}").status_code in {403, 404}
    assert officer.json("/findings")["page"]["rows"][0]["kind"] == "alike"
