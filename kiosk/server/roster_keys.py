"""The keys with which lanes keep their roster on their own disk: given with each view, another one each day and lane.

A key is made anew with every start of the hub and kept nowhere: the whole roster comes with it, so no older is missed.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import secrets
from datetime import date


@functools.cache
def _drawn_once() -> bytes:
    return secrets.token_bytes(32)


def roster_key(store_id: str, lane: str, day_on: date) -> str:
    """The key of a store's lane for one day of the roster, 32 bytes as base64."""
    key = hmac.new(_drawn_once(), f"{store_id} {lane} {day_on}".encode(), hashlib.sha256)
    return base64.b64encode(key.digest()).decode()
