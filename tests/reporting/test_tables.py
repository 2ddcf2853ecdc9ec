"""An officer builds a table of their own out of a list: their rows alone, no column a review hides, shared, taken out, deleted."""

import io

import openpyxl
import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.conftest import START
from tests.reporting.test_pages import work
from webapp.calls.rules import template
from webapp.core import journal
from webapp.core.db import reading, transaction
from webapp.reporting.models import Issued, SavedTable
from webapp.reporting.queries import tables
from webapp.reporting.queries.sources import SOURCES, columns_of
from webapp.reporting.rules.tables import Spec
from webapp.reviews.models import Panel, Result
from webapp.scoring.models import Rubric


@pytest.fixture
def projects(engine, cast):
    """Three projects in 桃花坞, two of the elderly and one of children; one is running, with money spent."""
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=template().to_json(), state="awarded")
        for title, granted, category in (
            ("银龄陪伴", 3_000_000, "elderly"),
            ("=1+1", 2_000_050, "elderly"),
            ("青苗课堂", 1_000_000, "children"),
        ):
            application = make.application(session, cast, START, call, state="awarded", title=title, category=category)
            make.project(session, cast, START, application, granted=granted)
        return call


def test_a_table_is_built_saved_shared_taken_out_and_deleted(site, cast, engine, projects, count_queries):
    officer = site.as_(cast.officer)
    assert "/tables/new/projects" in officer.open("reporting.own_tables").links("项目")
    page = officer.open("reporting.table_new", source="projects")
    assert "共 3 个（n=3）" in page
    with count_queries(most=12):
        page = page.submit("预览", c=["title", "granted_fen"], o_title="2", o_granted_fen="1", state="delivering", by="category")
    assert "60,000.50" in page
    assert "50,000.50" in page
    page = page.submit("预览", by="", c=["title", "granted_fen"])
    assert page.tree.xpath("//table//th[@scope='col']/text()") == ["资助（元）", "项目名称"]
    assert "请至少勾选一列" in page.submit("预览", c=["nonsense"])
    empty = officer.open("reporting.table_new", source="projects", state="delivering", by="category", status=422)
    assert "请至少勾选一列" in empty
    unnamed = page.submit("保存")
    assert "起个名称" in unnamed
    page = unnamed.submit("保存", title="资助一览", shared="y")
    assert page.heading == "资助一览"
    with reading(engine) as session:
        saved = session.scalars(sa.select(SavedTable)).one()
    assert saved.spec == {"columns": ["granted_fen", "title"], "filters": {"state": "delivering"}, "by": []}

    sheet = openpyxl.load_workbook(io.BytesIO(page.click("导出 XLSX").body))
    assert [[cell.value for cell in row] for row in sheet.worksheets[0]] == [
        ["资助（元）", "项目名称"], [10000, "青苗课堂"], [20000.5, "=1+1"], [30000, "银龄陪伴"], [60000.5, None],
    ]  # fmt: skip
    told = "".join(str(cell.value) for row in sheet["说明"] for cell in row)
    for words in ("n=3", "状态：", "2026年3月2日"):
        assert words in told
    page.submit("编制自制统计表")
    work(engine)
    with reading(engine) as session:
        assert session.scalars(sa.select(Issued.title).where(Issued.attachment_id.is_not(None))).all() == ["资助一览"]

    street = site.as_(cast.street)
    assert "资助一览" in street.open("reporting.own_tables"), "shared with those below in the same area"
    assert "改列和条件" not in street.open("reporting.own_table_show", id=saved.id)
    assert street.open("reporting.own_table_drop", id=saved.id).status == 403
    page = officer.open("reporting.own_table_name", id=saved.id).submit("保存", title="资助清单", shared=[])
    assert "仅自己" in page
    assert street.open("reporting.own_table_show", id=saved.id).status == 404
    page = page.click("改列和条件").submit("预览", c=["title", "granted_fen"], by="category").submit("保存")
    assert "按类别汇总" in page
    page = page.click("删除")
    assert "删除后不能恢复" in page
    assert "资助清单" not in page.submit("确认删除").click("自制统计表").text.replace("“资助清单”已删除。", "")
    assert officer.open("reporting.own_table_show", id=saved.id).status == 404
    with reading(engine) as session:
        steps = [line.step for line in journal.lines(session, [saved.ref], newest_first=False)]
        assert steps == ["save", "rename", "keep", "change", "drop"]
        assert list(journal.faults(session)) == []


def test_an_officer_of_another_area_sees_nothing(site, cast, engine, projects):
    with transaction(engine) as session:
        far = cast.far_officer.viewer(session, START)
        spec = Spec(("title", "granted_fen"), {}, ())
        found = tables.shown(session, far, SOURCES["projects"], spec, at=START)
        assert (found.n, found.rows, found.sums["granted_fen"]) == (0, (), None)
        grouped = tables.shown(session, far, SOURCES["projects"], Spec(spec.columns, {}, ("category",)), at=START)
        assert grouped.rows == ()
    assert "没有符合条件的记录" in site.as_(cast.far_officer).open("reporting.table_new", source="projects")
    assert site.as_(cast.accountant).open("reporting.table_new", source="applications").status == 403
    assert site.as_(cast.lead).open("reporting.own_tables").status == 403
    assert site.as_(cast.officer).open("reporting.table_new", source="people").status == 404


def test_a_score_that_the_review_hides_is_not_offered(engine, cast):
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=template().to_json(), state="reviewing")
        application = make.application(session, cast, START, call, state="heard")
        session.add(Result(application_id=application.id, call_id=call.id, combined=9125, rank=1))
        rubric = Rubric(name="评分标准", tree={}, digest="0" * 64)
        session.add(rubric)
        session.flush()
        panel = make.at_state(
            session, Panel(call_id=call.id, title="一组", size=5, finance=1, reserves=0, per_application=3, seed_digest="0" * 64, rubric_id=rubric.id, closes_at=START),
            "scoring", START,
        )  # fmt: skip
        officer, source = cast.officer.viewer(session, START), SOURCES["applications"]
        only = {"call": str(call.id)}
        spec = Spec(("title", "combined"), only, ())
        assert "combined" not in [one.key for one in columns_of(session, officer, source, only)]
        sealed = tables.shown(session, officer, source, spec, at=START)
        assert sealed.gone == ("综合得分",)
        assert sealed.rows == (("银龄陪伴",),)
        panel.state = "confirmed"
        assert "combined" not in [one.key for one in columns_of(session, officer, source, {})], "never over many calls at once"
        assert tables.shown(session, officer, source, spec, at=START).rows == (("银龄陪伴", "91.25"),)
        operator = cast.operator.viewer(session, START)
        assert "combined" not in [one.key for one in columns_of(session, operator, source, only)], "who has no right to the ranking"


def test_every_list_gives_every_column_and_adds_up(engine, cast, projects):
    with transaction(engine) as session:
        officer = cast.officer.viewer(session, START)
        for source in SOURCES.values():
            columns = [one for one in columns_of(session, officer, source, {}) if not one.blind]
            keys = tuple(one.key for one in columns)
            plain = tables.shown(session, officer, source, Spec(keys, {}, ()), at=START)
            assert len(plain.rows) == plain.n
            for by in (one.key for one in columns if one.groups):
                grouped = tables.shown(session, officer, source, Spec(keys, {}, (by,)), at=START)
                place = next(n for n, head in enumerate(grouped.headed) if head.key == "n")
                assert sum(row[place] for row in grouped.rows) == plain.n
                for offset, one in enumerate(grouped.adding, 1):
                    zero = Money(0) if one.kind == "money" else 0
                    assert sum((row[place + offset] for row in grouped.rows), zero) == (plain.sums[one.key] or zero)
