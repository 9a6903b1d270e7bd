"""What the lane asks for after the check-in."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """To this version."""
