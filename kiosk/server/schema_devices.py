"""The tables of paired devices: their tokens, pairings under way, join files, and what each device told last.

No secret is in them: of a token or a join file's secret only its SHA-256.
"""

from __future__ import annotations

from sqlalchemy import Index, Text

from kiosk.server.columns import Document, Id, Instant, Whole
from kiosk.server.schema import has, may, store_table

device_token = store_table(
    "device_token",
    ("token_hash",),
    has("token_hash", Id),
    has("name", Id),  # as its principal: lane/A, pager/desks, board/hall
    has("key_fingerprint", Id),  # of the public key that the device showed
    has("made_at", Instant),
    has("made_by", Id),
    may("revoked_at", Instant),
    may("revoked_by", Id),
)
Index(None, device_token.c.store_id, device_token.c.name, device_token.c.revoked_at)

pairing = store_table(
    "pairing",
    ("pairing_id",),
    has("pairing_id", Id),
    has("name", Id),
    has("version", Id),
    has("commitment", Id),  # SHA-256 of the device's public key and nonce, before it shows them
    has("hub_nonce", Id),
    may("public_key", Text),
    may("device_nonce", Id),
    may("code", Id),
    has("begun_at", Instant),
    has("expires_at", Instant),
    has("tries", Whole),
    may("approved_at", Instant),
    may("approved_by", Id),
    may("refused_at", Instant),
    may("ended_at", Instant),  # its token was fetched
)
Index(None, pairing.c.store_id, pairing.c.expires_at)

join_file = store_table(
    "join_file",
    ("secret_hash",),
    has("secret_hash", Id),
    has("name", Id),
    has("made_at", Instant),
    has("made_by", Id),
    has("expires_at", Instant),
    may("used_at", Instant),
)

# Written at every report without a new `seq`: nobody waits for it, and no view shows it.
device_report = store_table(
    "device_report",
    ("name",),
    has("name", Id),
    has("told", Document),
    has("clock_offset_us", Whole),
    has("at", Instant),
)
