"""What finds a returning customer: the phone, and the car's VIN. Written when appointments come in, never later."""

from __future__ import annotations

from sqlalchemy import Index

from kiosk.server.schema import metadata

FOUND_BY = (
    ("person", "phone_e164"),
    ("vehicle", "vin"),
    ("appointment", "person_id"),
    ("appointment", "vehicle_id"),
)
for _table, _column in FOUND_BY:
    _of = metadata.tables[_table].c
    Index(None, _of.store_id, _of[_column])
