"""立项版本确认, the third gate of a community."""

from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.web import Can, Verb, db, entry, page
from webapp.projects import actions
from webapp.projects.models import Confirmation, Project
from webapp.projects.queries import confirmations, one
from webapp.projects.views import bp


@bp.get("/confirmations/<int:id>")
@entry("confirmation.read", Confirmation)
def confirmation_show(confirmation: Confirmation) -> ResponseReturnValue:
    """What was awarded beside what was asked for, and what the community said before."""
    project = db.session().get_one(Project, confirmation.project_id)
    return page(
        "projects/confirmation.html", heading=confirmation.title, state=confirmation.state, state_label=confirmation.state_label,
        project=one.whose(db.session(), confirmation.project_id), awarded=confirmations.awarded(db.session(), confirmation, project),
        stages=web.where(confirmation), steps=_steps(confirmation),
        due=web.due(confirmation.due_at) if confirmation.state == "asked" else None, entries=web.timeline(confirmation.ref),
    )  # fmt: skip


def _steps(confirmation: Confirmation) -> list[Can]:
    """A street where the project merely lands does not answer for another organiser, and is not offered to."""
    return [can for can in web.can(confirmation) if not any(one.code == "organiser" for one in can.blockers)]


web.steps(
    bp,
    Confirmation,
    {
        "confirm": Verb(act=actions.confirm, said="已确认，申报单位和主办单位会看到。"),
        "object": Verb(act=actions.object_to, said="异议已送主办单位和街道，协议先不签。"),
        "explain": Verb(act=actions.explain, said="已答复，请社区再确认。"),
        "settle": Verb(act=actions.settle, said="已确认。"),
    },
)
