"""JSON as the hub writes it into columns and answers: no space between, letters of any script as they are.

A check-in writes six such texts; orjson makes one in a tenth of the time that json takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

# Only what JSON has: whoever hands over an instant or a record has forgotten to say how it is meant.
_STRICT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def json_bytes(value: Any, plain: Callable[[Any], Any] | None = None) -> bytes:
    """One line of JSON in UTF-8; members of an enumeration as their values.

    Args:
        plain: what to write for a value that JSON has no form for.

    Raises:
        TypeError: there is something in it that JSON has no form for, or half of a surrogate pair.
    """
    return orjson.dumps(value, plain, _STRICT)


def json_text(value: Any) -> str:
    """As `json_bytes`, for a column or a line of text."""
    return json_bytes(value).decode()
