"""surveys among those a project served"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    counters = ("printed", "answered", "satisfied", "refused", "told_refused", "unissued")
    op.create_table(
        "surveys",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_surveys_project_id_projects")), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("tree", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counters),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("project_id", name=op.f("uq_surveys_one_per_project")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_surveys_known_state")),
        sa.CheckConstraint("answered + refused + told_refused + unissued <= printed", name=op.f("ck_surveys_no_more_than_printed")),
    )  # fmt: skip
    op.create_index(op.f("ix_surveys_state_due_at"), "surveys", ["state", "due_at"])
    op.create_index(op.f("ix_surveys_project_id"), "surveys", ["project_id"])
    op.create_table(
        "survey_slips",
        sa.Column("survey_id", KEY, sa.ForeignKey("surveys.id", name=op.f("fk_survey_slips_survey_id_surveys")), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code_key", sa.String(length=64), nullable=False),
        sa.Column("activity_id", KEY, sa.ForeignKey("activities.id", name=op.f("fk_survey_slips_activity_id_activities")), nullable=True),
        sa.Column("use", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "number", name=op.f("pk_survey_slips")),
        sa.UniqueConstraint("code_key", name=op.f("uq_survey_slips_code_key")),
        sa.CheckConstraint("use IN ('out', 'answered', 'refused')", name=op.f("ck_survey_slips_known_use")),
    )  # fmt: skip
    op.create_index(op.f("ix_survey_slips_activity_id"), "survey_slips", ["activity_id"])
    op.create_table(
        "survey_answers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("survey_id", KEY, sa.ForeignKey("surveys.id", name=op.f("fk_survey_answers_survey_id_surveys")), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
    )
    op.create_index(op.f("ix_survey_answers_survey_id"), "survey_answers", ["survey_id"])
    op.create_table(
        "survey_stars",
        sa.Column("answer_id", KEY, sa.ForeignKey("survey_answers.id", name=op.f("fk_survey_stars_answer_id_survey_answers")), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "item", name=op.f("pk_survey_stars")),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_survey_stars_one_to_five")),
    )  # fmt: skip
