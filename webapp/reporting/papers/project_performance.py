"""绩效评价报告 of one project: the report over many, narrowed to it."""

from dataclasses import replace

from sqlalchemy.orm import Session

from reports.report import Report
from webapp.projects.models import Project
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.papers import performance as over_many
from webapp.reporting.queries import performance
from webapp.reporting.queries.asked import Wish
from webapp.reporting.queries.performance import Performance


def gather(session: Session, project: Project, asked: Asked) -> tuple[str, Performance]:
    """The one project's number and rows."""
    return project.number, performance.gather(session, Wish(asked.as_of, project=project.number, viewer=asked.viewer))


def build(found: tuple[str, Performance], asked: Asked) -> Report:
    number, data = found
    return over_many.build(data, replace(asked, args={"project": number}))


PAPER = Paper(
    key="project_performance",
    title="绩效评价报告",
    about=Project,
    right="report.create",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organiser",
    suffixes=("pdf", "docx", "xlsx", "csv", "json"),
)
