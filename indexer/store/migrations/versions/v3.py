"""The version is kept where Alembic keeps it."""

from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Its earlier place goes."""
    op.execute("DELETE FROM meta WHERE key = 'schema'")
