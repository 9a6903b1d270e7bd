"""A hub under steady work: does its memory grow?"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import secrets
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bench._processes import resident_mb
from kiosk.domain.facts import to_us
from prove._counts import Count, Say
from prove._shop import Caller, Hubs, shop_of

TITLE = "Steady work for half an hour: seconds in which cars come and go, screens are opened, streams are read"
NUMBER = 1800
SHORT = 5
STREAMS = 40
CARS_PER_S = 4  # a busy store has a hundred an hour
LOOK_EVERY_S = 2.0
SETTLED = 1 / 3  # of the time: caches are full by then
ENOUGH_S = 450  # a shorter run says nothing about an hour
SCREENS = ("/manager", "/advisor", "/appointments", "/cashier")


def prove(number: int, say: Say) -> Iterator[Count]:
    """Check-ins, steps and withdrawals at a steady pace; the hub's memory looked at every two seconds."""
    with shop_of("soak") as hubs:
        hubs.begin(with_screens=True)
        streams = [_stream(hubs) for _ in range(STREAMS)]
        over = threading.Event()
        readers = [threading.Thread(target=_read, args=(one,), daemon=True) for one in streams]
        looks: list[tuple[float, float]] = []
        watch = threading.Thread(target=_watch, args=(hubs.pid, over, looks))
        for one in (*readers, watch):
            one.start()
        cars = _work(hubs, number, say, looks)
        over.set()
        watch.join()
        hubs.end_life()
        for reader in readers:
            reader.join(5)
        for connection, _answer in streams:
            connection.close()
    settled = [look for look in looks if look[0] >= number * SETTLED]
    yield Count("seconds of work", number, exactly=number)
    yield Count("cars in and out, with all their commands answered", cars, at_least=1)
    yield Count("streams read all the while", STREAMS)
    yield Count("memory at the end", looks[-1][1], "MB", at_most=120)
    limit = 1.0 if number >= ENOUGH_S else None
    yield Count("growth after the first third", _slope_per_h(settled), "MB/h", at_most=limit)


def _work(hubs: Hubs, number: int, say: Say, looks: list[tuple[float, float]]) -> int:
    """Cars at their pace: each is checked in, written up, taken back and withdrawn; a screen now and then."""
    lane, staff = Caller(hubs.port, "lane/A"), Caller(hubs.port, "manager/ali")
    screens = http.client.HTTPConnection("127.0.0.1", hubs.port, timeout=30)
    began_s = time.monotonic()
    car = 0
    for car in itertools.count():
        due_s = began_s + car / CARS_PER_S
        if max(due_s, time.monotonic()) >= began_s + number:
            break
        time.sleep(max(0.0, due_s - time.monotonic()))
        told = lane.until_answered("check_in", secrets.token_hex(16), _guest(car))["result"]
        visit = {"visit_id": told["visit_id"]}
        staff.until_answered("begin_write_up", secrets.token_hex(16), visit | {"advisor_id": "marta"})
        staff.until_answered("take_back", secrets.token_hex(16), visit | {"reason": "x"})
        staff.until_answered("withdraw_check_in", secrets.token_hex(16), visit)
        if car % CARS_PER_S == 0:
            screens.request(
                "GET", SCREENS[car // CARS_PER_S % len(SCREENS)], headers={"Kiosk-Principal": "manager/ali"}
            )
            screens.getresponse().read()
        if looks and car % (60 * CARS_PER_S) == 0:
            say(f"{looks[-1][0]:.0f} s: {looks[-1][1]:.1f} MB")
    for one in (lane, staff, screens):
        one.close()
    return car


def _guest(number: int) -> dict[str, Any]:
    who = {"way": "walk_in", "name": "Guest", "language": "en", "ticket": f"A-{number % 999 + 1:03}"}
    return who | {"visit_id": secrets.token_hex(16), "device_at": to_us(datetime.now(UTC))}


def _stream(hubs: Hubs) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", hubs.port, timeout=60)
    connection.request("GET", "/api/1/views/board/hall/stream", headers={"Kiosk-Principal": "board/hall"})
    return connection, connection.getresponse()


def _read(stream: tuple[http.client.HTTPConnection, http.client.HTTPResponse]) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
        while stream[1].readline():
            pass


def _watch(pid: int, over: threading.Event, looks: list[tuple[float, float]]) -> None:
    began_s = time.monotonic()
    looks.append((0.0, resident_mb(pid)))
    while not over.wait(LOOK_EVERY_S):
        looks.append((time.monotonic() - began_s, resident_mb(pid)))


def _slope_per_h(looks: list[tuple[float, float]]) -> float:
    """The line of least squares through all looks, per hour."""
    if len(looks) < 2:
        return 0.0
    middle_s = sum(at for at, _ in looks) / len(looks)
    middle_mb = sum(mb for _, mb in looks) / len(looks)
    spread = sum((at - middle_s) ** 2 for at, _ in looks)
    return 3600 * sum((at - middle_s) * (mb - middle_mb) for at, mb in looks) / spread
