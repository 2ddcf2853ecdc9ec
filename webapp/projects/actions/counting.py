"""人数 and 人次 of a project, kept beside it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.projects.models import Activity, Attendance, Project


def count(session: Session, project: Project) -> None:
    """人数 and 人次 of a project, counted anew: distinct people of its register, and whoever was counted without a name."""
    held = sa.and_(Activity.project_id == project.id, Activity.state == "held")
    named = (
        sa.select(sa.func.count(sa.distinct(Attendance.beneficiary_id)))
        .join(Activity, Activity.id == Attendance.activity_id)
        .where(held)
        .scalar_subquery()
    )
    sums = sa.select(sa.func.coalesce(sa.func.sum(Activity.unnamed), 0), sa.func.coalesce(sa.func.sum(Activity.visits), 0), named).where(
        held
    )
    unnamed, visits, by_name = session.execute(sums).one()
    project.named, project.persons, project.visits = by_name, by_name + int(unnamed), int(visits)
    session.flush()
