"""疑点: what is found, by plain functions; a look over real papers; and what people say of it."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw

from reports.money import Money
from tests.conftest import START
from tests.funding import walk
from tests.projects import stage
from webapp.core import jobs
from webapp.core.db import reading, transaction
from webapp.core.files import Checked
from webapp.doubts import actions, queries, rules
from webapp.doubts.models import Doubt
from webapp.doubts.rules import Alike, Claim, Facts, Payment, Seen
from webapp.funding.actions import claims as claims_of
from webapp.projects import actions as projects
from webapp.projects.models import Activity, Rectification

CLAIM = Claim(1, "einvoice", "", 100, "seller", "payee", Money(12_345), date(2026, 3, 10))
FACTS = Facts(7, date(2026, 3, 1), date(2026, 6, 30), date(2026, 3, 5), date(2026, 5, 1))


def found(**more):
    return [(one.kind, one.subject, len(one.rows)) for one in rules.look(replace(FACTS, **more), {})]


def claims(*changes):
    return tuple(replace(CLAIM, id=n, **change) for n, change in enumerate(changes, start=1))


@pytest.mark.parametrize(
    ("papers", "kinds"),
    [
        (claims({}), []),
        (claims({"serial": 5}, {"serial": 7}, {"serial": 6}), [("runs", "spending:1", 3)]),
        (claims({"serial": 5}, {"serial": 6}, {"serial": 8}), []),
        (claims({"serial": 5}, {"serial": 6, "issuer": "other"}, {"serial": 7}), []),
        (claims({"serial": 5}, {"serial": 6}, {"serial": 7, "code": "2"}), []),
        (claims({"serial": 5, "issuer": ""}, {"serial": 6, "issuer": ""}, {"serial": 7, "issuer": ""}), []),
        (claims({"serial": 5}, {"serial": 5}, {"serial": 5}), []),  # one document on three lines is no series
        (claims({"spent_on": date(2026, 7, 1)}), [("outside", "spending:1", 1)]),
        (claims({"spent_on": date(2026, 3, 4)}), [("before", "spending:1", 1)]),
        (claims({"spent_on": date(2026, 3, 5)}), []),
        (claims({"amount": Money(500_000)}), [("whole", "spending:1", 1)]),
        (claims({"amount": Money(400_000)}, {"amount": Money(550_000)}), []),
    ],
)
def test_what_the_papers_show(papers, kinds):
    assert found(claims=papers) == kinds


def test_a_rush_at_the_end_is_seen_once_the_project_is_over():
    late = claims(
        {"spent_on": date(2026, 6, 24)}, {"spent_on": date(2026, 6, 30)}, {"spent_on": date(2026, 4, 1)}, {"spent_on": date(2026, 6, 23)}
    )
    assert found(claims=late) == []
    assert found(claims=late, today=date(2026, 7, 1)) == [("rush", "project:7", 2)]
    many = late + tuple(replace(CLAIM, id=n, spent_on=date(2026, 4, 1)) for n in range(10, 16))
    assert found(claims=many, today=date(2026, 7, 1)) == []  # two of ten


def test_payments_ties_people_and_photos():
    assert found(payments=(Payment(3, date(2026, 3, 4)), Payment(4, date(2026, 3, 5)))) == [("before", "tranche:3", 1)]
    said = [one.said for one in rules.look(replace(FACTS, claims=(CLAIM,), ties={"payee": ("服务对象", "评委")}), {})]
    assert said == ["收款人与服务对象、评委同名，可能是同一人，也可能只是同名。"]
    assert found(seen=(Seen(9, 4, 8, 1), Seen(3, 5, 8, 2))) == [("twice", "activity:9", 2), ("twice", "activity:5", 2)]
    assert found(alike=(Alike(9, 2, 7, 8, 6), Alike(9, 3, 7, 8, 7))) == [("photo", "attachment:9", 2)]


def test_parameters_are_values_and_a_kind_can_be_left_out():
    papers = replace(FACTS, claims=claims({"serial": 5}, {"serial": 6}, {"serial": 7, "amount": Money(500_000)}))
    assert {one.kind for one in rules.look(papers, {"runs": {"least": 4}, "whole": None})} == set()


def drawn(shift=0, colour="black", quality=90, name="合影.jpg"):
    """A picture with something on it, as a telephone would send it again: other size, other quality."""
    picture = Image.new("RGB", (320, 240), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40 + shift, 30, 160 + shift, 200), fill=colour)
    pen.ellipse((190, 60, 290, 170), fill="grey")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Checked(name, out.getvalue(), "image/jpeg")


def test_a_photo_is_known_again_whatever_its_quality():
    first, again, other = (actions.print_of(one.content) for one in (drawn(), drawn(quality=40), drawn(shift=120, colour="navy")))
    assert rules.distance(first, again) <= 6 < rules.distance(first, other)
    assert actions.print_of(stage.picture().content) is None  # one shade looks like any other
    assert actions.print_of(b"no picture") is None
    assert len(rules.bands(-1)) == 8


def photographed(session, cast, project, photo, place):
    by = cast.member.viewer(session, START)
    one = projects.plan_activity(session, project, title=f"活动{place}", place=place, planned_on=date(2026, 3, 2), by=by, at=START)
    projects.record_activity(
        session, one, held_on=date(2026, 3, 2), place=place, persons=5, visits=5, sign_in=[stage.picture("签到.jpg", 10)], photos=[photo],
        by=by, at=START,
    )  # fmt: skip
    return one


@pytest.fixture
def papers(engine, cast):
    """A project with three invoices in a row, one of them large, and two activities with one photo."""
    with transaction(engine) as session:
        project, tranches = walk.planned(session, cast)
        walk.paid(session, cast, tranches[0])
        for n, fen in enumerate((10_000, 10_000, 500_000)):
            walk.claim(session, cast, project, paper=walk.voucher(number=f"0500{n}", face=Money(fen)), amount=Money(fen), reason="集中采购")
        photographed(session, cast, project, drawn(), "活动室")
        photographed(session, cast, project, drawn(quality=50), "广场")
        return project.id


def work(engine, at):
    with transaction(engine) as session:
        asked = actions.due(session, at)
    while jobs.run_next(engine, at=at):
        pass
    return asked


def kinds_of(engine):
    with reading(engine) as session:
        return {(one.kind, one.state): one.id for one in session.scalars(sa.select(Doubt).order_by(Doubt.id))}


def test_a_look_over_real_papers_and_again_when_they_change(engine, cast, papers):
    jobs.install(actions.JOBS)
    assert work(engine, START) == 1
    first = kinds_of(engine)
    assert set(first) == {("photo", "found"), ("runs", "found"), ("whole", "found")}
    assert work(engine, START + timedelta(minutes=1)) == 0  # nothing moved
    later = START + timedelta(days=1)
    with transaction(engine) as session:
        officer = cast.officer.viewer(session, later)
        actions.ask(session, session.get_one(Doubt, first["runs", "found"]), note="请说明", by=officer, at=later)
        spending = session.scalars(sa.select(queries.Spending).order_by(queries.Spending.id)).first()
        claims_of.void(session, spending, note="重复", by=cast.lead.viewer(session, later), at=later)
    assert work(engine, later + timedelta(minutes=1)) == 1
    assert set(kinds_of(engine)) == {("photo", "found"), ("runs", "gone"), ("whole", "found")}


def test_the_officer_asks_the_lead_answers_and_what_is_wrong_becomes_a_demand(engine, cast, papers, site):
    jobs.install(actions.JOBS)
    work(engine, START)
    page = site.as_(cast.officer).open("doubts.index")
    assert "待核实 3" in page
    assert site.as_(cast.lead).open("doubts.index").status == 403
    page = page.click("连号凭证")
    assert "3 张凭证由同一方开具" in page
    assert page.text.count("数电票") == 3
    key = int(page.path.rsplit("/", 1)[1])
    assert site.as_(cast.lead).open("doubts.show", id=key).status == 404  # not before it is asked
    page = page.take("请单位说明", note="三张发票为什么连号？")
    assert "待单位说明" in page
    page = site.as_(cast.lead).open("desk.home").click("连号凭证").take("说明情况", note="一次采购，分三张开")
    assert "单位已说明" in page
    page = site.as_(cast.officer).open("doubts.show", id=key).click("要求整改")
    wrong = page.submit("要求整改", demand="补采购清单", due_on="2026-03-02")
    assert any("晚于今天" in one for one in wrong.errors)
    assert "已要求整改" in wrong.submit("要求整改", demand="补采购清单", due_on="2026-03-20")
    with reading(engine) as session:
        demand = session.scalars(sa.select(Rectification)).one()
        assert (demand.text, demand.proof_asked) == ("补采购清单", True)
        activity = session.scalars(sa.select(Activity).order_by(Activity.id.desc())).first()
    page = site.as_(cast.auditor).open("doubts.index").click("照片近似")
    assert page.text.count("合影.jpg") == 2
    assert activity.title in page
    assert "要求整改" not in page.buttons()
    assert "2 处待核实" in site.as_(cast.officer).open("projects.show", id=papers)
    assert site.as_(cast.far_officer).open("doubts.show", id=key).status == 404
