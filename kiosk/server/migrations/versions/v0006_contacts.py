"""What the lane asks for after the check-in: a returning customer is found by the phone and by the car's VIN."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

FOUND_BY = (
    ("person", "phone_e164"),
    ("vehicle", "vin"),
    ("appointment", "person_id"),
    ("appointment", "vehicle_id"),
)


def upgrade() -> None:
    """To this version."""
    for table, column in FOUND_BY:
        op.create_index(f"ix_{table}_store_id_{column}", table, ["store_id", column])
