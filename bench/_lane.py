"""A lane that checks in, with as little of its own as there can be: what it costs itself counts against the hub."""

from __future__ import annotations

import json
import secrets
import socket
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bench._hub import LANE
from kiosk.domain.facts import to_us


class Lane:
    """One connection, which is kept open."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._host = where.netloc
        self._link = socket.create_connection((where.hostname or "", where.port or 80), timeout=30)
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def request(self, body: dict[str, Any]) -> bytes:
        """A check-in as it goes over the wire."""
        wire = json.dumps({"id": secrets.token_hex(16), "at": to_us(datetime.now(UTC)), "body": body}).encode()
        head = f"POST /api/1/commands/check_in HTTP/1.1\r\nHost: {self._host}\r\nKiosk-Principal: {LANE}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(wire)}\r\n\r\n".encode() + wire

    def check_in(self, request: bytes) -> None:
        """Send it and read the answer; anything but one with a new visit is an error."""
        self._link.sendall(request)
        answer = self._link.recv(1 << 16)
        while answer.count(b"\r\n\r\n") < 1 or not answer.endswith(b"}"):
            more = self._link.recv(1 << 16)
            if not more:
                raise RuntimeError("the hub hung up")
            answer += more
        if b" 200 " not in answer[:16] or b'"checked_in"' not in answer:
            raise RuntimeError(answer.decode())
