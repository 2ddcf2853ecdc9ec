"""What came of a need, when several projects did."""

from sqlalchemy import select

from tests.conftest import START
from tests.projects import stage
from webapp.applications.models import Application
from webapp.calls.models import Fund
from webapp.core.trace import trace
from webapp.needs.models import Need
from webapp.portal.queries.story import story
from webapp.projects.models import Project


def told(session, need):
    return [(line.label.partition("：")[0], line.note) for line in story(session, need).lines]


def of_the_need(session, need, project):
    trace(session, need.ref, session.get_one(Application, project.application_id).ref)


def test_lines_name_their_project_where_several_came_of_one_need(session, cast):
    first = stage.delivering(session, cast, START)
    first.title = "银龄陪伴"
    need = session.scalars(select(Need)).first()
    of_the_need(session, need, first)
    assert ("签订项目协议", "") in told(session, need)
    second = stage.delivering(session, cast, START, money=session.scalars(select(Fund)).first())
    second.title = "陪诊到家"
    of_the_need(session, need, second)
    lines = told(session, need)
    assert [note for label, note in lines if label == "签订项目协议"] == ["银龄陪伴", "陪诊到家"]
    assert [note for label, note in lines if label == "立项"] == ["", ""]
    assert session.query(Project).count() == 2
