"""The dictionary of categories, and the figures of needs."""

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.handling import stage
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.workflow import Refused
from webapp.handling import actions
from webapp.handling.actions import CategoryTerms
from webapp.needs.models import Category, Need


def test_twenty_two_categories_come_with_the_house(session):
    found = session.scalars(sa.select(Category)).all()
    assert len(found) == 22
    assert min(one.response_minutes for one in found) == 5
    assert {one.pace for one in found} == {"quick", "deep"}


def test_the_bureau_edits_the_dictionary_and_the_journal_says_so(site, cast, engine):
    officer = site.as_(cast.officer)
    form = officer.open("handling.category_edit", code="elderly")
    assert "5 到 10080" in form.submit("保存", response_minutes="4")
    assert "已经有同名的类别" in form.submit("保存", label="助残服务")
    assert "30 分钟" in form.submit("保存", response_minutes="30")
    page = officer.open("handling.category_new").submit(
        "保存", code="gardening", label="社区花园", response_minutes="60", answer_workdays="5", pace="quick", position="23"
    )
    assert "社区花园" in page
    assert "已经有了" in officer.open("handling.category_new").submit(
        "保存", code="gardening", label="另一个", response_minutes="60", answer_workdays="5", pace="quick", position="23"
    )
    with transaction(engine) as session:
        entry = session.scalars(sa.select(journal.Entry).where(journal.Entry.subject == "category:elderly")).one()
        assert entry.step == "edit"
        assert session.get(Category, "elderly").response_minutes == 30
    assert site.as_(cast.worker).open("handling.category_edit", code="elderly").status == 403


def test_a_retired_category_stays_on_old_needs_and_cannot_be_chosen(site, cast, engine):
    with transaction(engine) as session:
        stage.said(session, cast, category="pets")
        terms = CategoryTerms("文明养宠", 510, False, 10, "quick", 18, True)
        actions.edit_category(session, "pets", terms, by=cast.officer.viewer(session, START), at=START)
        with pytest.raises(Refused, match="不能停用"):
            actions.edit_category(
                session, "other", CategoryTerms("其他", 510, False, 15, "deep", 22, True), by=cast.officer.viewer(session, START), at=START
            )
    assert "文明养宠" in site.as_(cast.worker).open("needs.index")
    form = site.as_(cast.resident).open("needs.new")
    assert "pets" not in form.tree.xpath('//select[@name="category"]/option/@value')


def test_a_place_to_go_instead_is_kept_as_data(site, cast):
    page = (
        site.as_(cast.officer).open("handling.elsewhere_edit", code="new").submit("保存", label="街道退役军人服务站", phone="0512-61230000")
    )
    assert "街道退役军人服务站，电话 0512-61230000" in page


def test_figures_go_down_the_tree_and_each_leads_to_its_needs(site, cast, engine, count_queries):
    with transaction(engine) as session:
        stage.said(session, cast)
        stage.resolved(session, cast)
        need = session.get(Need, stage.resolved(session, cast).id)
        need.rating = 4
        stage.said(session, cast, who="far_resident").channel = "hotline"
    officer = site.as_(cast.officer)
    page = officer.open("handling.figures")
    assert "桃花坞" not in page
    deeper = officer.open("handling.figures", area="320508")
    assert [label for label in ("金阊街道", "平江街道") if label in deeper] == ["金阊街道", "平江街道"]
    assert "4.00" in deeper
    assert "n=1" in deeper
    assert "桃花坞社区居委会" in deeper.click("金阊街道")
    with count_queries(most=12):
        officer.open("handling.figures", area="320508")
    listed = officer.open("needs.index", area="320508018", channel="hotline")
    assert len(listed.tree.xpath("//main//tbody/tr")) == 1
    assert officer.get("/needs/figures.xlsx?area=320508").body[:2] == b"PK"
    assert "这一时段没有需求" in officer.get("/needs/figures?until=2020-01-01")
    street = site.as_(cast.street).open("handling.figures")
    assert "平江" not in street
    assert site.as_(cast.granny).open("handling.figures").status == 403


def test_a_figure_and_the_list_behind_it_agree(site, cast, engine, clock):
    with transaction(engine) as session:
        for _ in range(3):
            stage.said(session, cast)
        stage.resolved(session, cast)
    clock.forward(days=3)
    officer = site.as_(cast.officer)
    page = officer.open("handling.figures", area="320508")
    link = next(one for one in page.links("3") if "only=overdue" in one and "area=320508019" in one)
    assert len(officer.get(link).tree.xpath("//main//tbody/tr")) == 3
