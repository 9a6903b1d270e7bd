"""What several hub processes on one database need."""

from __future__ import annotations

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """To this version."""
