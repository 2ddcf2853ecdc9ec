"""A project from award to archive."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from webapp.demo.city import Bureau, City
from webapp.demo.stage import Stage
from webapp.projects.actions import agreements
from webapp.projects.models import Agreement

Life = Iterator[datetime]


def project(stage: Stage, city: City, bureau: Bureau, key: int, number: int, *, old: bool) -> Life:
    """One project, told straight through."""
    with stage.scene() as session:
        agreement = session.scalars(sa.select(Agreement).where(Agreement.project_id == key)).one()
    yield stage.in_days(2)
    with stage.scene() as session:
        agreements.sign_org(session, session.get_one(Agreement, agreement.id), by=None, at=stage.at)
