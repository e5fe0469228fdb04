"""Staff sessions are kept, for all page processes alike."""

import sqlalchemy as sql
from alembic import op

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Their two tables."""
    op.create_table(
        "staff_sessions",
        sql.Column("key", sql.String, primary_key=True),
        sql.Column("until", sql.Float, nullable=False),
    )
    op.create_table(
        "staff_tries",
        sql.Column("number", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("at", sql.Float, nullable=False),
    )
