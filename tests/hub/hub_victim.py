"""A hub that checks people in until it is killed: `python hub_victim.py DATABASE FIRST`. Says each number that was acknowledged."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from hub_shop import STORE, HandClock, us

from kiosk.server.database import Database
from kiosk.server.hub import Hub

AT = datetime(2026, 11, 24, 13, tzinfo=UTC)


def body(n: int) -> dict[str, object]:
    """The n-th check-in, the same however often it is sent."""
    ticket = f"{'AB'[n // 999 % 2]}-{n % 999 + 1:03d}"
    return {"visit_id": f"{n:032x}", "ticket": ticket, "way": "walk_in", "language": "en", "device_at": us(AT), "name": f"Guest {n}"}


def main() -> None:
    hub = Hub(Database(f"sqlite:///{sys.argv[1]}"), STORE, HandClock(AT))
    n = int(sys.argv[2])
    while True:
        what = body(n)
        answer = hub.command("check_in", f"lane/{what['ticket'][0]}", f"{n:032x}", AT, what)
        print(n, answer["visit_id"], flush=True)
        n += 1


if __name__ == "__main__":
    main()
