"""项目进展情况报告 of one project: the report over many, narrowed to it."""

from dataclasses import replace

from sqlalchemy.orm import Session

from reports.report import Report
from webapp.projects.models import Project
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.papers import progress as over_many
from webapp.reporting.queries import delivery
from webapp.reporting.queries.asked import Wish
from webapp.reporting.queries.delivery import Delivery


def gather(session: Session, project: Project, asked: Asked) -> tuple[str, Delivery]:
    """The one project's number and rows."""
    return project.number, delivery.gather(session, Wish(asked.as_of, project=project.number, viewer=asked.viewer))


def build(found: tuple[str, Delivery], asked: Asked) -> Report:
    number, data = found
    return over_many.build(data, replace(asked, args={"project": number}))


PAPER = Paper(
    key="project_progress",
    title="项目进展情况报告",
    about=Project,
    right="report.create",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organiser",
    suffixes=("pdf", "docx", "xlsx", "csv", "json"),
)
