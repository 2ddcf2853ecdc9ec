"""What an applicant is told after the release: comments as the chair edited them, and the one question with its answer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.applications.models import Application, of_applicants
from webapp.calls.models import Call
from webapp.core.db import Base, Numbered, says
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.workflows import RESULT_QUESTION


class Told(Base):
    """评审意见 for one applicant: what the judges wrote, as the chair edited it; no judge is named in it."""

    __tablename__ = "applicant_comments"
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    text: Mapped[str]
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]


class ResultQuestion(Numbered, Stateful, Guarded):
    """结果咨询: an applicant asks once about its result, and is answered once."""

    REF = "result_question"
    WORKFLOW = RESULT_QUESTION
    __tablename__ = "result_questions"
    CONSTRAINTS = (sa.UniqueConstraint("application_id", name="once"),)
    PARTIES = {
        "area": lambda prefix: ResultQuestion.application_id.in_(
            sa.select(Application.id).join(Call, Call.id == Application.call_id).where(within(Call.area_code, prefix))
        ),
        "organisation": lambda key: ResultQuestion.application_id.in_(sa.select(Application.id).where(Application.organisation_id == key)),
    }
    ASIDE = of_applicants(lambda: ResultQuestion.application_id)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    title: Mapped[str]
    """The project, for lists."""
    text: Mapped[str]
    answer: Mapped[str | None]
    asked_by_id: Mapped[int] = mapped_column(sa.BigInteger)


says({"uq_result_questions_once": "本单位已经就这份申报提过一次问题。"})
