"""Staff accounts, sessions and enrolled screens."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """To this version."""
