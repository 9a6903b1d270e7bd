"""States of advisors and desks."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """To this version."""
