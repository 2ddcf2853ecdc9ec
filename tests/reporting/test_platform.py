"""The platform's own reports: the book's figures, how projects stand, how they were judged, and who may gather what."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import reports
from reports import format as fmt
from reports.money import Money
from reports.report import canonical_json
from tests import make
from tests.cast import PINGJIANG, TAO, Cast
from tests.conftest import START
from tests.reports import twins
from webapp.accounts.viewer import Viewer
from webapp.book import actions as book
from webapp.book import queries as book_queries
from webapp.calls.models import Fund
from webapp.evaluation.models import Evaluation
from webapp.funding.models import Tranche
from webapp.projects.models import Activity, Milestone, Project, Rectification, Visit
from webapp.reporting import actions, funding_book
from webapp.reporting.papers import Asked
from webapp.reporting.papers import funding as paper
from webapp.reporting.papers import performance as performance_paper
from webapp.reporting.papers import progress as progress_paper
from webapp.reporting.queries import asked, delivery, funding, lottery, performance
from webapp.reporting.queries.asked import Wish
from webapp.reporting.registry import PAPERS

LATER = START + timedelta(days=30)
NOW = START + timedelta(days=60)


@pytest.fixture
def projects(session: Session, cast: Cast) -> tuple[Project, Project]:
    """Two projects of one call, in two streets, with money in the book."""
    money = make.fund(session, cast)
    call = make.call(session, cast, START, rules={"categories": [{"key": "elderly", "title": "为老服务"}]}, state="awarded", money=money)
    one = make.project(session, cast, START, make.application(session, cast, START, call, state="awarded"), granted=5_000_000)
    other_application = make.application(
        session, cast, START, call, state="awarded", organisation="qingmiao", title="青苗课堂", area_code=PINGJIANG
    )
    other = make.project(session, cast, LATER, other_application, granted=3_000_000)
    me, two = cast.accountant.viewer(session, START), cast.leader.id
    book.budget(session, money.ref, 2026, Money(10_000_000), area_code="320508", source="t/budget", by=me, at=START)
    book.reserve(session, money.ref, 2026, one.ref, one.granted_fen, area_code=TAO, source="t/r1", by=me, at=START)
    book.request(session, money.ref, 2026, one.ref, Money(3_000_000), source="t/q", by=me, at=START)
    book.pay(session, money.ref, 2026, one.ref, Money(3_000_000), second_id=two, source="t/p", by=me, at=START)
    book.reserve(session, money.ref, 2026, other.ref, other.granted_fen, area_code=PINGJIANG, source="t/r2", by=me, at=LATER)
    book.spend(session, money.ref, 2026, one.ref, Money(1_234_567), source="t/s", by=me, at=LATER)
    book.give_back(session, money.ref, 2026, one.ref, Money(100_001), source="t/b", by=me, at=LATER)
    return one, other


def wish(as_of: datetime = NOW, viewer: Viewer | None = None, **more: object) -> Wish:
    return Wish(as_of, viewer=viewer, **more)  # type: ignore[arg-type]


def asked_for(one: Wish | None = None) -> Asked:
    """The same, as a paper takes it."""
    one = one or wish()
    return Asked(as_of=one.as_of, viewer=one.viewer, args=one.args)


def written(session: Session, kind: str = "funding", suffix: str = "json", one: Wish | None = None) -> tuple[bytes, str]:
    return actions.render(session, PAPERS[kind], None, asked_for(one), suffix)


def _book(session: Session, **more: object) -> funding.Book:
    found = funding.gather(session, wish(**more)).platform  # type: ignore[arg-type]
    assert found is not None
    return found


def figures(session: Session, **more: object) -> dict[str, int | None]:
    found = funding_book.figured(_book(session, **more))
    total: dict[str, int | None] = found["total"]
    return total


def test_the_book_by_project_and_group(session: Session, projects: tuple[Project, Project]) -> None:
    assert figures(session) == {
        "budget_fen": 10_000_000, "projects": 2, "committed_fen": 8_000_000, "requested_fen": 3_000_000, "paid_fen": 3_000_000,
        "spent_fen": 1_234_567, "returned_fen": 100_001,
    }  # fmt: skip
    found = funding_book.figured(_book(session))
    by_area = {one["key"]: one["committed_fen"] for one in found["groups"] if one["by"] == "area"}
    assert by_area == {"桃花坞社区居委会": 5_000_000, "平江路社区居委会": 3_000_000}
    assert {one["key"] for one in found["groups"] if one["by"] == "category"} == {"为老服务"}
    for by in ("programme", "area", "category", "organisation"):
        assert sum(one["committed_fen"] for one in found["groups"] if one["by"] == by) == 8_000_000


def test_an_earlier_moment_shows_what_stood_then(session: Session, projects: tuple[Project, Project]) -> None:
    found = figures(session, as_of=START)
    assert (found["committed_fen"], found["paid_fen"], found["spent_fen"], found["projects"]) == (5_000_000, 3_000_000, 0, 1)


def test_narrowed_to_an_area_a_call_or_a_project(session: Session, projects: tuple[Project, Project]) -> None:
    one, _ = projects
    assert figures(session, area=PINGJIANG)["committed_fen"] == 3_000_000
    assert figures(session, project=one.number)["spent_fen"] == 1_234_567
    assert figures(session, project=one.number)["budget_fen"] is None, "a fund's budget is not one project's"
    assert figures(session, programme="2026 年公益创投")["committed_fen"] == 8_000_000
    assert figures(session, year=2025)["committed_fen"] == 0
    assert figures(session, area="320303")["budget_fen"] == 0


def test_an_officer_gathers_only_the_areas_answered_for(session: Session, cast: Cast, projects: tuple[Project, Project]) -> None:
    def seen(person: str) -> int | None:
        return figures(session, viewer=getattr(cast, person).viewer(session, NOW))["committed_fen"]

    assert (seen("officer"), seen("street"), seen("far_street"), seen("far_officer"), seen("lead")) == (
        8_000_000,
        5_000_000,
        3_000_000,
        0,
        0,
    )


def test_json_and_paper_of_the_book_agree_and_stay_the_same(session: Session, projects: tuple[Project, Project]) -> None:
    content, digest = written(session)
    assert (content, digest) == written(session)
    report = paper.build(funding.gather(session, wish()), asked_for())
    total = next(table for table in report.tables if table.caption == "本平台账簿 总计")
    shown = [cell.fen for cell in total.rows[0][1:] if isinstance(cell, Money)]
    told = json.loads(content)["platform"]["total"]
    assert shown == [told[name] for name in ("budget_fen", "committed_fen", "requested_fen", "paid_fen", "spent_fen", "returned_fen")]
    assert report.as_of == NOW


def test_every_sum_of_the_funding_report_is_the_books(session: Session, cast: Cast, projects: tuple[Project, Project]) -> None:
    """On paper (pdftotext), in the JSON, by every way of taking it apart; and a rate stands only where its whole is in the report."""
    only = wish(sources=("platform",))
    kept = book_queries.totals(session)
    told = json.loads(written(session, one=only)[0])["platform"]
    names = ("budget", "committed", "requested", "paid", "spent", "returned")
    assert [told["total"][f"{name}_fen"] for name in names] == [getattr(kept, name).fen for name in names]
    for by in ("fund", "programme", "street", "area", "category", "organisation", "month"):
        groups = [one for one in told["groups"] if one["by"] == by]
        for name in names[1:]:
            assert sum(one[f"{name}_fen"] for one in groups) == getattr(kept, name).fen, (by, name)
    assert told["rates"] == {"execution": "3/10", "paying": "3/8", "spending": "1234567/3000000"}
    report = paper.build(funding.gather(session, only), asked_for(only))
    printed = reports.write(report, "pdf")
    twins.agree(report, printed)
    read = ["pdftotext", "-layout", "-", "-"]
    text = subprocess.run(read, input=printed, capture_output=True, check=True).stdout.decode()
    sums = [line.split() for line in text.splitlines() if line.split()[:1] == ["合计"]]
    assert len(sums) == 8, "seven ways, and each project"
    by_money = [fmt.yuan(getattr(kept, name)) for name in ("committed", "paid", "spent", "returned")]
    for line in sums:
        assert [word for word in line if word in by_money] == by_money, line
    assert {len(one.split("/")) for one in told["rates"].values()} == {2}
    street = funding_book.figured(_book(session, viewer=cast.street.viewer(session, NOW)))
    assert street["rates"] == {"execution": None, "paying": "3/5", "spending": "1234567/3000000"}, "the budget is the district's"


def test_the_lottery_notice_tells_what_the_book_has_to_the_last_fen(
    session: Session, cast: Cast, projects: tuple[Project, Project]
) -> None:
    fund = session.scalars(sa.select(Fund)).one()
    found, kept = lottery.gather(session, fund, 2026, NOW), book_queries.totals(session)
    assert {name: found.sums[name] for name in found.sums} == {name: getattr(kept, name) for name in found.sums}
    for name in ("committed", "paid", "spent", "returned"):
        assert sum((one.sums[name] for one in found.used), Money(0)) == getattr(kept, name)
    assert sum((fen for one in found.used for _, fen in one.uses), Money(0)) == kept.spent, "each fen has a use, or is said to have none"
    assert [one.title for one in found.used] == ["银龄陪伴", "青苗课堂"]
    assert lottery.gather(session, fund, 2025, NOW).used == []
    assert lottery.years(session, fund) == [2026]


def _delivered(session: Session, cast: Cast, one: Project) -> None:
    session.add(Milestone(project_id=one.id, title="结对", unit="户", target=30, done=30, due_on=date(2026, 6, 1)))
    session.add(Milestone(project_id=one.id, title="上门", unit="次", target=100, done=40, due_on=date(2026, 12, 1)))
    for day, persons in ((date(2026, 3, 10), 20), (date(2026, 4, 10), 30), (date(2026, 6, 10), 50)):
        activity = Activity(
            project_id=one.id, title="陪伴", place="社区", planned_on=day, held_on=day, persons=persons, unnamed=persons, visits=persons * 2
        )
        make.at_state(session, activity, "held", START)
    visit = Visit(
        project_id=one.id, title="督导", held_on=date(2026, 3, 20), area_code=TAO, organisation_id=cast.taohuawu, by_id=cast.worker.id,
        found="记录不全", verdict="rectify", at=START,
    )  # fmt: skip
    session.add(visit)
    make.at_state(session, Rectification(project_id=one.id, title="补记录", text="补齐"), "ordered", START)
    first = Tranche(project_id=one.id, position=1, title="第一期", amount_fen=Money(3_000_000), trigger="signed", paid_on=date(2026, 3, 5))
    make.at_state(session, first, "paid", START)
    make.at_state(
        session, Tranche(project_id=one.id, position=2, title="第二期", amount_fen=Money(2_000_000), trigger="midterm"), "planned", START
    )


def test_progress_counts_what_was_done_until_the_moment(session: Session, cast: Cast, projects: tuple[Project, Project]) -> None:
    one, other = projects
    _delivered(session, cast, one)
    found = delivery.gather(session, wish())
    assert [row.subject.number for row in found.projects] == sorted([one.number, other.number])
    row = next(row for row in found.projects if row.subject.id == one.id)
    assert (row.goals, row.goals_done, row.activities, row.persons, row.attendances) == (2, 1, 2, 50, 100)
    assert (row.visits, row.rectifications, row.rectifications_open) == (1, 1, 1)
    assert (row.tranches, row.tranches_paid, row.planned, row.paid) == (2, 1, Money(5_000_000), Money(3_000_000))
    assert row.state == "实施中"
    assert [row.subject.id for row in delivery.gather(session, wish(START)).projects] == [one.id], "the other was not there yet"
    report = progress_paper.build(found, asked_for())
    deeds = next(table for table in report.tables if table.caption == "活动与督导")
    assert deeds.totals is not None
    assert deeds.totals[3:7] == (2, 50, 100, 1)


def test_performance_tells_points_from_the_step_on_that_made_them_known(
    session: Session, cast: Cast, projects: tuple[Project, Project]
) -> None:
    one, other = projects
    judged = Evaluation(
        project_id=one.id, kind="final", title="末期评估", self_score=9200, community_score=8800, residents_score=9500, residents_n=40,
        evaluator_score=8650, total=8911, grade="良",
        figures={"indicators": [{"title": "服务人次", "unit": "人次", "target": 100, "actual": 120}]},
    )  # fmt: skip
    make.at_state(session, judged, "confirmed", START)
    waiting = Evaluation(
        project_id=other.id, kind="midterm", title="中期评估", self_score=9000, evaluator_score=7000, total=7500, grade="中", figures={}
    )
    make.at_state(session, waiting, "self_assessed", LATER)
    found = performance.gather(session, wish())
    by_project = {row.subject.id: row for row in found.evaluations}
    assert (by_project[one.id].total, by_project[one.id].grade, by_project[one.id].evaluator_score) == (8911, "良", 8650)
    assert (by_project[other.id].self_score, by_project[other.id].evaluator_score, by_project[other.id].total) == (9000, None, None)
    report = performance_paper.build(found, asked_for())
    grades = next(table for table in report.tables if table.caption == "等级分布")
    assert [row[:2] for row in grades.rows] == [("优", 0), ("良", 1), ("中", 0), ("差", 0)]
    assert "120" in canonical_json(report).decode()


def test_every_report_is_written_in_every_format(session: Session, cast: Cast, projects: tuple[Project, Project]) -> None:
    _delivered(session, cast, projects[0])
    for kind in ("funding", "progress", "performance"):
        for suffix, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("json", b"{")):
            assert written(session, kind, suffix)[0].startswith(begins), (kind, suffix)


def test_a_simulation_is_marked_wherever_its_figures_stand(
    session: Session, projects: tuple[Project, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(funding, "is_demo", lambda _: True)
    assert paper.build(funding.gather(session, wish()), asked_for()).demo
    only = replace(wish(), sources=("published",))
    assert not paper.build(funding.gather(session, only), asked_for(only)).demo, "what was really published is no simulation"


def test_the_names_of_places_under_an_area(session: Session) -> None:
    names = asked.city_names(session, "3205")
    assert {"苏州市", "苏州市姑苏区", "姑苏区"} <= set(names)
    assert "徐州市" not in names
    assert asked.city_names(session, "320508019") == ["姑苏区金阊街道", "苏州市姑苏区金阊街道"]
    assert asked.city_names(session, "99") == []


def test_moments_of_another_zone_are_the_same_moment(session: Session, projects: tuple[Project, Project]) -> None:
    there = NOW.astimezone(UTC)
    assert written(session, one=wish(as_of=there)) == written(session)
