"""What desks and lane outputs need: which calls a desk's lamp shows, and when a lane's gate was opened last.

Neither is a fold of the log: a lamp tells what it shows now, again and again, and a gate is open for a moment only.
"""

from __future__ import annotations

from kiosk.server.columns import Document, Id, Instant, Whole
from kiosk.server.schema import has, store_table

desk_lamp = store_table(
    "desk_lamp",
    ("advisor_id",),
    has("advisor_id", Id),
    has("page_ids", Document),  # the calls that it shows now
    has("beat", Whole),  # one more with every word of the desk: two hubs on one database both notice it
)

lane_gate = store_table(
    "lane_gate",
    ("lane",),
    has("lane", Id),
    has("opened_at", Instant),
)
