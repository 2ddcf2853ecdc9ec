import sqlalchemy as sa

from tests.conftest import START
from tests.reporting.reviewed import scored
from webapp.reviews import actions
from webapp.reviews.models import Seat

ASKER, OUTSIDER = "officer", "expert1"
WORDS = ("评审费发放表", "评审一组", "伍佰元整", "每半天 250.00 元", "领款人签字")


def subject(session, cast):
    panel = scored(session, cast)
    person = session.scalars(sa.select(Seat.person_id).where(Seat.panel_id == panel.id).order_by(Seat.position)).first()
    actions.write_fee(session, panel, person_id=person, senior=True, half_days=2, by=cast.officer.viewer(session, START), at=START)
    return panel
