"""演练: every template can be rehearsed; nothing of it is met anywhere else."""

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import START
from tests.walks.walk import digest
from webapp.applications import rehearsal
from webapp.calls.rules import template, templates
from webapp.core.db import Base, transaction


@pytest.mark.parametrize("key", [one.key for one in templates()])
def test_each_template_is_rehearsed_and_bites(session, cast, key):
    one = next(each for each in templates() if each.key == key)
    rules = one.make()
    call = make.call(session, cast, START, rules=rules.to_json(), state="draft", kind=one.kind, legal_form=one.legal_form)
    good, beyond, empty = rehearsal.rehearse(session, call, rehearsal.testers(rules, START), at=START)
    assert any("上限" in said or "不能超过" in said or "不超过" in said for said in beyond.sentences), beyond.sentences
    assert len(empty.sentences) > 3
    assert not beyond.submitted
    assert not empty.submitted
    assert len(good.outcomes) == len(rules.eligibility)
    if key == "example":
        assert set(good.sentences) == set(), good.sentences


def test_a_rehearsal_through_pages_leaves_nothing(site, cast, engine):
    with transaction(engine) as session:
        key = make.call(session, cast, START, rules=template().to_json(), state="draft", version=0).id
    before, counted = digest(engine), counts(engine)
    page = site.as_(cast.officer).open("applications.rehearse", id=key)
    assert "测试单位一 可以提交" in page
    assert "测试单位二 不能提交" in page
    assert digest(engine) == before
    again = page.submit("用这个单位演练", requested="9", own="1", registered_on="2018-01-01", months="12")
    assert "您设的测试单位 不能提交" in again
    wrong = (
        site.as_(cast.officer)
        .open("applications.rehearse", id=key)
        .submit("用这个单位演练", requested="很多", own="1", registered_on="2018-01-01", months="12")
    )
    assert wrong.status == 422
    assert "很多" in str(wrong.tree.xpath('//input[@name="requested"]/@value'))
    assert {name for name, many in counts(engine).items() if many != counted[name]} <= {"once"}  # that a form was sent once
    assert "测试单位" not in site.as_(cast.officer).open("applications.index")
    assert site.as_(cast.officer).open("calls.show", id=key).links("演练")
    assert site.as_(cast.lead).open("applications.rehearse", id=key).status == 404


def counts(engine):
    with engine.connect() as connection:
        return {table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in Base.metadata.sorted_tables}
