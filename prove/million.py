"""A hub with a million visits behind it answers as one that begins today."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

from bench._figures import median, percentile, timed_ms
from bench._hub import Caller as Staff
from bench._hub import by_code
from kiosk.server.access import ROUTES
from prove._counts import Count, Say
from prove._past import fill, size_of
from prove._shop import Hubs, shop_of

TITLE = "A million past visits"
NUMBER = 1_000_000
SHORT = 3_000
CHECK_INS, IN_A_TURN = 200, 20
STANDING = 20
LOOKS = 20
VIEWS = ("staff", "lane/A", "pager/marta", "board/hall", "lane-board/hall")
READERS = {"lane": "lane/A", "pager": "pager/desks", "board": "board/hall", "lane-board": "board/hall"}
NO_SCREENS = ("/stream", ".pdf")  # they last, or are rendered by a process of their own


def prove(number: int, say: Say) -> Iterator[Count]:
    """Two hubs side by side, one of them empty; what is timed is timed in turns, so that both have the same disk."""
    with ExitStack() as open_shops:
        empty, full = (open_shops.enter_context(shop_of(name)) for name in ("empty", "million"))
        fill(full.database, number)
        say(f"{number} visits made: {size_of(full.database)}")
        started_s = _start(full)
        empty.begin(with_screens=True)
        full.begin(with_screens=True)
        taken = _check_ins(empty, full, min(CHECK_INS, max(number // 50, 40)))
        pages = _screens(full)
    enough = number == NUMBER  # a short run on a busy machine counts, and times nothing
    yield Count("past visits", number, exactly=number)
    yield Count("check-in, p50, empty", median(taken["empty"]), "ms")
    yield Count("check-in, p50", median(taken["full"]), "ms")
    times = median(taken["full"]) / median(taken["empty"])
    yield Count("check-in, p50, times that of empty", times, at_most=1.5 if enough else None)
    worst = max(pages, key=lambda path: percentile(pages[path], 95))
    slowest = percentile(pages[worst], 95)
    yield Count("screens and views asked for", len(pages), at_least=12, remark=f"{LOOKS} times each")
    yield Count("the slowest of them, p95", slowest, "ms", at_most=200 if enough else None, remark=worst)
    yield Count("from start to the first answer", started_s, "s", at_most=2 if enough else None)


def _start(hubs: Hubs) -> float:
    """How long `kiosk hub` itself takes, with Python's own start."""
    began_s = time.perf_counter()
    words = [sys.executable, "-m", "kiosk", "hub", "--settings", str(hubs.settings)]
    hub = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert hub.stdout is not None
    hub.stdout.readline()
    taken_s = time.perf_counter() - began_s
    hub.terminate()
    hub.wait(10)
    hub.stdout.close()
    return taken_s


def _check_ins(empty: Hubs, full: Hubs, number: int) -> dict[str, list[float]]:
    """Milliseconds of each; in turns, and taken back after each turn but the last."""
    taken: dict[str, list[float]] = {"empty": [], "full": []}
    staff = {"empty": Staff(f"http://127.0.0.1:{empty.port}"), "full": Staff(f"http://127.0.0.1:{full.port}")}
    codes = {name: one.book(number + STANDING) for name, one in staff.items()}
    for name, one in staff.items():
        for place in range(STANDING):
            one.command(
                "lane/B", "check_in", **(by_code(codes[name][place], place + 1) | {"ticket": f"B-{place + 1:03}"})
            )
    for first in range(STANDING, number + STANDING, IN_A_TURN):
        for name, one in staff.items() if first // IN_A_TURN % 2 else reversed(staff.items()):
            arrivals = [
                by_code(code, place + 1) for place, code in enumerate(codes[name][first : first + IN_A_TURN], first)
            ]
            taken[name] += [one.timed("lane/A", "check_in", **arrival)[1] for arrival in arrivals]
            for arrival in arrivals:
                one.command("lane/A", "withdraw_check_in", visit_id=arrival["visit_id"])
    for one in staff.values():
        one.close()
    return taken


def _screens(hubs: Hubs) -> dict[str, list[float]]:
    """Milliseconds of every page that a manager can open, of one visit's pages, and of the views."""
    caller = http.client.HTTPConnection("127.0.0.1", hubs.port, timeout=30)
    visits = _ask(caller, "/api/1/views/staff", "manager/ali")
    visit_id = visits.partition('"visit_id":"')[2][:32]
    rules = [
        rule
        for (method, rule), who in ROUTES.items()
        if method == "GET" and "manager" in who and not rule.endswith(NO_SCREENS)
    ]
    paths = [rule.replace("<visit_id>", visit_id) for rule in rules]
    looks = [(path, "manager/ali") for path in paths if "<" not in path]
    looks += [(f"/api/1/views/{name}", READERS.get(name.partition("/")[0], "manager/ali")) for name in VIEWS]
    taken: dict[str, list[float]] = {}
    for path, who in looks:
        try:
            taken[path] = [timed_ms(lambda path=path, who=who: _ask(caller, path, who)) for _ in range(LOOKS)]  # type: ignore[misc]
        except LookupError:
            continue  # nothing is there for this visit, or only with sign-in
    caller.close()
    return taken


def _ask(caller: http.client.HTTPConnection, path: str, who: str) -> str:
    caller.request("GET", path, headers={"Kiosk-Principal": who})
    answer = caller.getresponse()
    content = answer.read().decode("utf-8", "replace")
    if answer.status != http.HTTPStatus.OK:
        raise LookupError(f"{path}: {answer.status}")
    return content
