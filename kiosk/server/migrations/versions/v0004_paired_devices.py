"""Devices, their certificates and pairings."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """To this version."""
