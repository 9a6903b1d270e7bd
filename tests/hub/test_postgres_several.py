"""Several hub processes on one PostgreSQL database: what one does, the others know, tell and show."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import psycopg
import pytest
from hub_shop import STORE, HandClock, Shop, a_booking, rebuilt, stored, us
from hub_streams import LONGEST_S, Reader
from sqlalchemy import create_engine

from kiosk.server import schema
from kiosk.server.app import create_app
from kiosk.server.database import Database
from kiosk.server.errors import Busy
from kiosk.server.links import Link, Links
from kiosk.server.neighbours import GONE_AFTER_S, Neighbours, Ours
from kiosk.server.visits.codes import hashed
from kiosk.settings import Hub, Settings

pytestmark = pytest.mark.storage


@pytest.fixture
def processes(server_url, clock):
    """Two hubs, each with connections of its own; afterwards the log must tell the same as the rows."""
    with ExitStack() as opened:
        databases = [opened.enter_context(closing(Database(server_url))) for _ in range(2)]
        shops = [Shop(one, clock) for one in databases]
        yield shops
        assert stored(shops[0]) == rebuilt(shops[0])


def played(server_url, clock, play):
    """Run a coroutine function with two running applications on one database."""

    async def run():
        with ExitStack() as opened:
            databases = [opened.enter_context(closing(Database(server_url))) for _ in range(2)]
            settings = Settings(hub=Hub(sign_in=False))
            apps = [create_app(one, STORE, settings, clock, screens=()) for one in databases]
            for app in apps:
                await app.feed.start()
            try:
                async with asyncio.timeout(2 * LONGEST_S):
                    for app in apps:
                        await asyncio.to_thread(app.hub.neighbours.is_listening.wait)
                    await play(*apps)
            finally:
                for app in apps:
                    await app.feed.stop()

    asyncio.run(run())


def shop_of(app):
    return Shop(app.hub.database, app.hub.clock, hub=app.hub)


def watch(app, name, who):
    return Reader(app, f"/api/1/views/{name}/stream", who)


def test_what_one_process_does_the_other_shows(processes):
    """A check-in at one, the list of the day at the other: there, without a word between them."""
    one, other = processes
    other.view("staff")

    one.walk_in()

    assert [visit["ticket"] for visit in other.view("staff")["visits"]] == ["A-001"]


def test_every_process_goes_on_from_the_others_steps(processes):
    """A visit that each of them moves on in turn has every step."""
    one, other = processes
    visit_id = one.checked_in()

    for shop, step in zip((other, one) * 2, ("begin_write_up", "begin_service", "begin_quality_check", "pass_quality_check"), strict=True):
        shop.step(step, visit_id)

    assert one.staff(visit_id) == other.staff(visit_id)
    assert one.staff(visit_id)["stage"] == "ready"


def test_one_code_at_two_lanes_of_two_processes_is_one_visit(processes):
    """At the same instant, forty times: one visit, one page, and both lanes are told the same number."""
    one, other = processes
    rounds = 40
    one.book(*(a_booking(f"R{n}") for n in range(rounds)))
    tokens = [one.code_for(f"R{n}") for n in range(rounds)]
    together = threading.Barrier(2)

    def scanned(shop, lane, token):
        together.wait(LONGEST_S)
        arrival = shop.arrival(lane, code_hash=hashed(token))
        return shop.hub.command("check_in", f"lane/{lane}", secrets.token_hex(16), shop.clock.now(), arrival)

    with ThreadPoolExecutor(2) as lanes:
        told = []
        for token in tokens:
            pair = [lanes.submit(scanned, one, "A", token), lanes.submit(scanned, other, "B", token)]
            told.append([each.result() for each in pair])

    assert len(one.everything(schema.visit)) == len(one.everything(schema.page)) == rounds
    assert all(sorted(each["outcome"] for each in pair) == ["again", "checked_in"] for pair in told)
    assert all(pair[0]["ticket"] == pair[1]["ticket"] for pair in told)


def test_seq_has_no_gap_whoever_counts(processes):
    """Eight at once at two processes: every number once, in one order."""
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda n: processes[n % 2].hub.command("open_visit", "manager/ali", f"{n:032x}", processes[0].clock.now(), {"name": f"Guest {n}", "reason": "A noise", "language": "en"}), range(48)))

    seqs = sorted(one["seq"] for one in processes[0].everything(schema.event))
    assert seqs == list(range(1, len(seqs) + 1))
    assert processes[0].hub.snapshot().seq == processes[1].hub.snapshot().seq == len(seqs)


def test_the_same_command_at_two_processes_is_done_once(processes):
    """An answer was lost, and the sender tries at the other process."""
    one, other = processes
    body = one.arrival("A", way="walk_in", name="Bo", language="en")

    first = one.hub.answer("check_in", "lane/A", "c" * 32, one.clock.now(), body)
    second = other.hub.answer("check_in", "lane/A", "c" * 32, one.clock.now(), body)

    assert (second.replayed, second.seq, second.result) == (True, first.seq, first.result)
    assert len(one.everything(schema.visit)) == 1


def test_a_stream_of_one_process_hears_what_the_other_does(server_url, clock):
    """The lamp that is connected here lights for the check-in that was sent there."""

    async def play(one, other):
        lamp = await watch(other, "pager/marta", "pager/1").until(lambda each: each.views)

        await asyncio.to_thread(shop_of(one).walk_in)

        await lamp.until(lambda each: each.views[-1]["pages"])
        assert lamp.views[-1]["pages"][0]["ticket"] == "A-001"
        await lamp.leave()

    played(server_url, clock, play)


def test_a_lost_listener_comes_back_and_looks_up_what_it_missed(server_url, clock):
    """Its connection is cut, and the check-in falls into the gap: the stream shows it all the same."""

    async def play(one, other):
        lamp = await watch(other, "pager/marta", "pager/1").until(lambda each: each.views)

        def cut():
            with psycopg.connect(server_url, autocommit=True) as connection:
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query LIKE '%pg_notify%' AND pid <> pg_backend_pid()")
            shop_of(one).walk_in()

        await asyncio.to_thread(cut)

        await lamp.until(lambda each: each.views[-1]["pages"])
        await asyncio.to_thread(other.hub.neighbours.is_listening.wait)
        await lamp.leave()

    played(server_url, clock, play)


def test_a_device_that_listens_at_the_other_process_is_there(server_url, clock):
    """The staff's list at one process knows the lane that is connected to the other, and that it has gone."""

    async def play(one, other):
        await asyncio.to_thread(shop_of(one).do, "report_device", "lane/A", version="1", trouble=[])
        clock.later(seconds=60)
        staff = await watch(other, "staff", "manager/ali").until(lambda each: each.views)

        lane = await watch(one, "lane/A", "lane/A").until(lambda each: each.views)
        await staff.until(lambda each: each.views[-1]["devices"][0]["online"])

        await lane.leave()
        clock.later(seconds=60)
        other.feed.wake()
        await staff.until(lambda each: not each.views[-1]["devices"][0]["online"])
        await staff.leave()

    played(server_url, clock, play)


def test_a_process_that_has_ended_takes_its_devices_along(server_url, clock):
    """It was stopped: whoever listened there is nowhere until it comes back somewhere."""

    async def play(one, other):
        await asyncio.to_thread(shop_of(one).do, "report_device", "lane/A", version="1", trouble=[])
        clock.later(seconds=60)
        staff = await watch(other, "staff", "manager/ali").until(lambda each: each.views)
        await watch(one, "lane/A", "lane/A").until(lambda each: each.views)
        await staff.until(lambda each: each.views[-1]["devices"][0]["online"])

        await one.feed.stop()

        await staff.until(lambda each: not each.views[-1]["devices"][0]["online"])
        await staff.leave()

    played(server_url, clock, play)


def test_a_process_that_was_killed_is_forgotten(clock):
    """It says nothing any more: after some seconds its devices are nowhere."""
    changed = []
    ours = Ours("valley", changed.append, lambda: Links(clock.now()), lambda: changed.append("devices"), clock.now)
    neighbours = Neighbours(create_engine("postgresql+psycopg://kiosk@127.0.0.1:1/kiosk"), ours)
    neighbours.hear("kiosk_devices", json.dumps({"process": "x", "store": "valley", "devices": {"lane/A": [1, us(clock.now())]}, "part": 1, "of": 1}))
    assert [one.by_name["lane/A"].streams for one in neighbours.links] == [1]

    neighbours.forget(time.monotonic() + GONE_AFTER_S + 1)

    assert (neighbours.links, changed) == ((), ["devices", "devices"])


def test_devices_of_all_processes_are_one_list():
    """A device with a stream at each of two processes is there while one of them is open."""
    at = HandClock().now()
    here = Links(at, {"lane/A": Link(1, at), "board/hall": Link(0, at)})
    there = Links(at, {"lane/A": Link(1, at), "board/hall": Link(2, at), "pager/1": Link(1, at)})

    both = here.joined([there])

    assert {name: link.streams for name, link in both.by_name.items()} == {"lane/A": 2, "board/hall": 2, "pager/1": 1}


def test_a_restarted_server_is_found_again(postgres_server, clock):
    """It went away in the middle of the day: commands are busy, never lost, and go on by themselves."""
    with closing(Database(postgres_server.makes("restarted"))) as database:
        shop = Shop(database, clock)
        shop.walk_in()

        postgres_server.ends()
        with pytest.raises(Busy):
            shop.do("open_visit", "manager/ali", name="Bo", reason="A noise", language="en")
        with pytest.raises(Busy):
            shop.view("staff")
        postgres_server.starts_again()

        shop.walk_in()
        assert sorted(visit["ticket"] for visit in shop.view("staff")["visits"]) == ["A-001", "A-002"]
    postgres_server.drops("restarted")


def test_a_process_that_stands_still_holds_nobody_up_for_long(server_url, clock, monkeypatch):
    """It stopped in the middle of a command: the others are told busy, and their store is free as soon as it lets go."""
    monkeypatch.setattr("kiosk.server.database.BUSY_TIMEOUT_S", 0.1)
    with closing(Database(server_url)) as one, closing(Database(server_url)) as other:
        shop = Shop(other, clock)

        with one.write("valley"), pytest.raises(Busy, match="send it again"):
            shop.walk_in()
        shop.walk_in()

        assert len(shop.everything(schema.visit)) == 1


def test_a_command_waits_for_no_other_store(server_url, clock):
    """The lanes of one dealership never wait for those of the next."""
    with closing(Database(server_url)) as one, closing(Database(server_url)) as other:
        shop = Shop(other, clock)
        one.ensure_store("hill", clock.now())

        with one.write("hill"):
            shop.walk_in()

        assert len(shop.everything(schema.visit)) == 1
