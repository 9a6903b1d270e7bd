"""Two real `kiosk hub` processes on one PostgreSQL database, as two services of one machine run them."""

from __future__ import annotations

import json
import secrets
from contextlib import ExitStack

import httpx
import pytest
from hub_shop import us
from test_hub_serving import running, settings_in

from kiosk.server.clock import SystemClock

pytestmark = pytest.mark.storage
LANE = {"kiosk-principal": "lane/A"}
WITHIN_S = 60


@pytest.fixture(scope="module")
def hubs(postgres_server, tmp_path_factory):
    """Two hubs of one store, each behind a client."""
    url = postgres_server.makes("processes")
    with ExitStack() as opened:
        addresses = []
        for name in ("one", "other"):
            folder = tmp_path_factory.mktemp(name)
            addresses.append(opened.enter_context(running(settings_in(folder, database=url)))[1])
        yield [opened.enter_context(httpx.Client(base_url=one, timeout=WITHIN_S, headers=LANE, trust_env=False)) for one in addresses]
    postgres_server.drops("processes")


def check_in(hub, number=1, command_id=None):
    now = us(SystemClock().now())
    body = {"visit_id": f"{number:032x}", "ticket": f"A-{number:03}", "way": "walk_in", "name": "Bo", "language": "en", "device_at": now}
    answer = hub.post("/api/1/commands/check_in", json={"id": command_id or secrets.token_hex(16), "at": now, "body": body})
    return answer.raise_for_status().json()


def test_a_stream_of_one_process_carries_what_was_sent_to_the_other(hubs):
    """The lane sends here, its lamp listens there."""
    one, other = hubs
    with other.stream("GET", "/api/1/views/lane/A/stream") as stream:
        lines = stream.iter_lines()
        views = (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
        assert next(views)["visits"] == []

        check_in(one)

        told = next(view["visits"] for view in views if view["visits"])
    assert [each["ticket"] for each in told] == ["A-001"]


def test_a_lost_answer_is_told_again_by_the_other_process(hubs):
    """The first process dies after its commit: the sender asks the other one, and nothing is done twice."""
    one, other = hubs

    first = check_in(one, number=2, command_id="a" * 32)
    again = other.post("/api/1/commands/check_in", json={"id": "a" * 32, "at": 0, "body": {}})
    assert again.status_code == 422  # the same id with something else in it is known there, too
    check_in(other, number=3)

    assert first["seq"] < other.get("/healthz").json()["seq"] == one.get("/healthz").json()["seq"]
