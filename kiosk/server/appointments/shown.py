"""Text of somebody's file made fit for a terminal: nothing in it moves a cursor, rings a bell or turns a line round."""

from __future__ import annotations

import json
import re
from typing import Any

_TURNING = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
_DANGEROUS = re.compile(f"[\0-\x1f{_TURNING}]")
_DANGEROUS_IN_JSON = re.compile(f"[{_TURNING}]")


def printable(text: str) -> str:
    """The text with control characters and direction marks made visible: ESC as a backslash and x1b."""
    return _DANGEROUS.sub(lambda found: f"\\x{ord(found[0]):02x}" if found[0] < "\u0100" else _escaped(found), text)


def json_text(value: Any, *, only_ascii: bool = False) -> str:
    """JSON that a terminal can show: letters of every script as they are, controls and direction marks escaped."""
    return _DANGEROUS_IN_JSON.sub(_escaped, json.dumps(value, ensure_ascii=only_ascii, indent=2))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
