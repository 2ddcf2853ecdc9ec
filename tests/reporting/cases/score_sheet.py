import sqlalchemy as sa

from tests.reporting.reviewed import SEATS, scored
from webapp.reviews.models import Assignment

ASKER, OUTSIDER = "expert2", "officer"
WORDS = ("项目评审评分表", "银龄陪伴", "需求真实，预算合理", "评委（签字）")
NOT_IN_IT = ("晨光", "青苗")
"""The applicants: a judge's sheet never names them."""


def subject(session, cast):
    panel = scored(session, cast, pool=SEATS)
    return session.scalars(sa.select(Assignment).where(Assignment.panel_id == panel.id, Assignment.person_id == cast.expert2.id)).first()
