"""what looks like something else: an index of fingerprints, keyed hashes of identities, findings"""

import sqlalchemy as sa
from alembic import op
from webapp.core.db import Json, Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alike_texts",
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("seen", Moment(timezone=True), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alike_texts")),
        sa.UniqueConstraint("kind", "object_id", name=op.f("uq_alike_texts_object")),
    )
    op.create_table(
        "alike_prints",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("text_id", KEY, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(["text_id"], ["alike_texts.id"], name=op.f("fk_alike_prints_text_id_alike_texts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", "text_id", name=op.f("pk_alike_prints")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_alike_prints_text_id"), "alike_prints", ["text_id"])
    op.create_table(
        "identity_keys",
        sa.Column("organisation_id", KEY, nullable=False, autoincrement=False),
        sa.Column("field", sa.String(24), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_identity_keys_organisation_id_organisations")),
        sa.PrimaryKeyConstraint("organisation_id", "field", "key", name=op.f("pk_identity_keys")),
    )
    op.create_index(op.f("ix_identity_keys_key"), "identity_keys", ["key"])
    op.create_table(
        "findings",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("other", sa.String(64), nullable=False),
        sa.Column("other_id", KEY, nullable=True),
        sa.Column("other_call_id", KEY, nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('found', 'different', 'near', 'asked', 'gone')", name=op.f("ck_findings_known_state")),
        sa.CheckConstraint("other_id IS NULL OR other_id < application_id", name=op.f("ck_findings_later_first")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_findings_application_id_applications")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_findings_call_id_calls")),
        sa.ForeignKeyConstraint(["other_id"], ["applications.id"], name=op.f("fk_findings_other_id_applications")),
        sa.ForeignKeyConstraint(["other_call_id"], ["calls.id"], name=op.f("fk_findings_other_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("application_id", "kind", "other", name=op.f("uq_findings_pair")),
    )
    op.create_index(op.f("ix_findings_state_due_at"), "findings", ["state", "due_at"])
    op.create_index(op.f("ix_findings_call_id_score_id"), "findings", ["call_id", "score", "id"])
    op.create_index(op.f("ix_findings_other_call_id_score_id"), "findings", ["other_call_id", "score", "id"])
    op.create_index(op.f("ix_findings_other_id"), "findings", ["other_id"])
