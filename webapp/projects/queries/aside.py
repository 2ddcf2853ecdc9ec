"""应当回避: for whom somebody stands aside just now, and who does the work instead, as the desk says it."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.core.scope import Viewer, kept_organisations, reached_by
from webapp.permissions import STAND_ASIDE
from webapp.projects.models import Project
from webapp.reviews.queries.facts import OPEN_CASES
from webapp.reviews.queries.ties import stand_ins
from webapp.reviews.rules.conflicts import who_can

MOST = 5
OVER = ("archived", "terminated")


@dataclass(frozen=True, slots=True)
class Aside:
    """An organisation with something open where the viewer works, all of it kept from the viewer."""

    organisation: str
    instead: str
    """Who can do it, or what to do where nobody of the office can."""


def stood_aside(session: Session, viewer: Viewer, at: datetime) -> list[Aside]:
    """What a viewer who stands aside for somebody will not find among the to-dos. Three statements at most, none where nobody is.

    It names the organisation, to which the viewer is tied, and neither how much of it there is nor what.
    """
    kept = kept_organisations(viewer)
    ties = [replace(tie, aside=()) for tie in viewer.ties if tie.aside and tie.role in STAND_ASIDE - {"expert"}]
    if not ties:
        return []
    roles = {tie.role for tie in ties}
    applying = sa.select(Application.organisation_id).where(
        Application.organisation_id.in_(kept), Application.state.in_(OPEN_CASES), reached_by(ties, Application, roles)
    )
    delivering = sa.select(Project.organisation_id).where(
        Project.organisation_id.in_(kept), Project.state.not_in(OVER), reached_by(ties, Project, roles)
    )
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(applying.union(delivering)))
    found = dict(session.execute(query.order_by(Organisation.id).limit(MOST)).all())
    free = stand_ins(session, viewer, list(found), at) if found else {}
    return [Aside(name, who_can(free[key])) for key, name in found.items()]
