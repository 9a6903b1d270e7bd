"""How the world and simulated hardware talk over a Unix socket: one line of JSON, then as many bytes as it says.

Both ends are programs of this project on one machine; a message that is none ends the connection.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, BinaryIO

LONGEST_LINE = 64 * 1024
LARGEST_BLOB = 64 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """One message: what it is about, its values (JSON), and bytes such as a picture."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    blob: bytes = b""

    def encoded(self) -> bytes:
        """As it travels."""
        head = {"kind": self.kind, "bytes": len(self.blob), **self.values}
        return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + self.blob


def read_message(stream: BinaryIO) -> Message | None:
    """The next message; None when the other end has gone, in order or in the middle of one.

    Raises:
        ValueError: the other end speaks something else.
    """
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        return None
    head = json.loads(line)
    kind, size = head.pop("kind"), head.pop("bytes")
    if not 0 <= size <= LARGEST_BLOB:
        message = f"a blob of {size} bytes is no picture"
        raise ValueError(message)
    blob = stream.read(size) if size else b""
    return Message(kind, head, blob) if len(blob) == size else None
