"""what was spoken into the telephone, and how often it was written down"""

import sqlalchemy as sa
from alembic import op
from webapp.core.search import Gram, grams

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("voices", sa.Column("written_down", sa.Integer(), nullable=True))
    unheard = sa.text("written_down = 0")
    op.create_index("ix_voices_unheard", "voices", ["need_id"], sqlite_where=unheard, postgresql_where=unheard)
    index_released(op.get_bind())


def index_released(connection: sa.Connection) -> None:
    """What is public of a need makes it findable from now on; so does what was released before."""
    released = "SELECT w.need_id, w.text FROM wordings w JOIN needs n ON n.id = w.need_id WHERE n.public AND w.state = 'released'"
    for need, text in connection.execute(sa.text(released)).all():
        have = sa.select(Gram.gram).where(Gram.kind == "need", Gram.object_id == need)
        new = grams(text) | {char for char in text.lower() if char.isalnum()}
        if new := new - set(connection.scalars(have)):
            connection.execute(sa.insert(Gram), [{"kind": "need", "gram": gram, "object_id": need} for gram in sorted(new)])
