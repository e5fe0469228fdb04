"""The first tables. No store was made without them, so there is nothing to do."""

revision = "1"
down_revision = None


def upgrade() -> None:
    """Nothing."""
