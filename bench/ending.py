"""How soon the hub has ended after SIGTERM with 100 streams open, some of them unread, and requests half sent."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

from bench._figures import Figure, median
from bench._hub import RunningHub, running_hub

TITLE = "The hub's end: SIGTERM with 100 streams open"
STREAMS, DEAF, HALF_SENT, ROUNDS = 100, 10, 10, 3
VIEWS = (("manager/bench", "staff"), ("lane/A", "lane/A"), ("pager/desks", "pager/marta"), ("board/hall", "board/hall"))
END = b"0\r\n\r\n"  # of a body in chunks: the reader knows that this was all
WITHIN_S = 20.0


def measure() -> Iterator[Figure]:
    """So many hubs, one after the other."""
    rounds = [_ended() for _ in range(ROUNDS)]
    took_s = [one[0] for one in rounds]
    yield Figure("from SIGTERM to the process's end, longest", max(took_s), "s", limit=3, remark=f"{ROUNDS} hubs")
    yield Figure("from SIGTERM to the process's end, p50", median(took_s), "s")
    told = min(one[1] for one in rounds)
    yield Figure("readers that got an end to their stream", told, "", least=STREAMS - DEAF)


def _ended() -> tuple[float, int]:
    """Seconds, and how many readers got a proper end."""
    with running_hub() as hub, ExitStack() as open_:
        streams = [open_.enter_context(_asks(hub, *VIEWS[number % len(VIEWS)])) for number in range(STREAMS)]
        for one in streams:
            _read(one, b"data:")
        for _ in range(HALF_SENT):
            open_.enter_context(_half(hub))
        began_s = time.perf_counter()
        hub.process.terminate()
        ended = sum(_read(one, END) for one in streams[DEAF:])
        hub.process.wait(WITHIN_S)
        return time.perf_counter() - began_s, ended


def _asks(hub: RunningHub, principal: str, view: str) -> socket.socket:
    where = urlsplit(hub.url)
    link = socket.create_connection((where.hostname or "", where.port or 80), WITHIN_S)
    head = f"GET /api/1/views/{view}/stream HTTP/1.1\r\nHost: {where.netloc}\r\nKiosk-Principal: {principal}\r\n\r\n"
    link.sendall(head.encode())
    return link


def _half(hub: RunningHub) -> socket.socket:
    """A command whose body never comes."""
    where = urlsplit(hub.url)
    link = socket.create_connection((where.hostname or "", where.port or 80), WITHIN_S)
    head = f"POST /api/1/commands/check_in HTTP/1.1\r\nHost: {where.netloc}\r\nKiosk-Principal: lane/A\r\n"
    link.sendall(f"{head}Content-Length: 400\r\n\r\n{{".encode())
    return link


def _read(link: socket.socket, until: bytes) -> bool:
    """Read until these bytes have come; whether they did before the connection was over."""
    heard = b""
    while until not in heard:
        part = link.recv(1 << 16)
        if not part:
            return False
        heard = heard[-len(until) :] + part
    return True
