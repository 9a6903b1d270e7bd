"""Tables of erasures and restorations: ids and times only, so that an erasure can be done again after a restore."""

from __future__ import annotations

from sqlalchemy import Text

from kiosk.server.columns import Document, Flag, Id, Instant, Whole
from kiosk.server.schema import has, may, store_table

# Whose personal data was blanked because somebody asked for it. It also lies beside the backups (safety/erasure.py).
erasure = store_table(
    "erasure",
    ("table_name", "row_id"),
    has("table_name", Id),  # person, vehicle or note
    has("row_id", Id),
    has("at", Instant),
    has("actor", Id),
)

# That this database is a restored one, and what it said then: what may be missing is told from it (safety/missing.py).
restoration = store_table(
    "restoration",
    ("restored_at",),
    has("restored_at", Instant),
    has("backup_at", Instant),
    has("backup_seq", Whole),
    has("counters", Document),  # series -> last number, as the backup had it
    has("damaged", Flag),  # the hub found its database damaged at start and did it by itself
    has("kept_aside", Text),  # the folder in which the database of before lies; empty: there was none
    may("seen_at", Instant),  # somebody has gone through the list
    may("seen_by", Id),
)

# How far the daily blanking has come: every visit that had ended by then is blanked.
blanked_until = store_table("blanked_until", ("kind",), has("kind", Id), has("until", Instant))
