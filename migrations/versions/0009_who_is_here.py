"""An appointment knows when its patient arrived, went into the room and left."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENTS = ("arrived_at", "in_room_at", "left_at")


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("appointment", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in MOMENTS:
        # Said plainly: Alembic would copy each table of SQLite, which can drop a column by itself.
        op.execute(f"ALTER TABLE appointment DROP COLUMN {name}")
