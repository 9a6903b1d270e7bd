"""The event stream: a view at once and at each change, shared, joined, and only when it says something new."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import asynccontextmanager
from itertools import groupby

import pytest
from hub_shop import STORE, HandClock, Shop, a_booking
from hub_streams import LONGEST_S, Reader

from kiosk.server.access import principal
from kiosk.server.app import create_app
from kiosk.server.feed import JOIN_S, Feed
from kiosk.server.stream import MOST_BUFFERED, stream_view
from kiosk.settings import Hub, Settings

pytestmark = pytest.mark.storage


def story(database, clock, play):
    """Run a coroutine function with a running application."""

    async def run():
        app = create_app(database, STORE, Settings(hub=Hub(sign_in=False)), clock, screens=())
        await app.feed.start()
        try:
            async with asyncio.timeout(4 * LONGEST_S):
                await play(app, Shop(database, clock, hub=app.hub))
        finally:
            await app.feed.stop()

    asyncio.run(run())


@pytest.fixture
def played(database, clock):
    """Play a story: an async function of (app, shop)."""
    return lambda play: story(database, clock, play)


def watch(app, name, who):
    return Reader(app, f"/api/1/views/{name}/stream", who)


def test_a_stream_begins_with_the_whole_view(played):
    """`retry`, then the view with its id, at once."""

    async def play(app, shop):
        reader = await watch(app, "pager/marta", "pager/1").until(lambda one: one.views)

        assert reader.status == 200
        assert reader.body.startswith(b"retry: 1000\n\nevent: view\nid: ")
        assert reader.views[0] == shop.view("pager/marta")
        await reader.leave()

    played(play)


def test_a_change_comes_to_everybody_who_watches(played):
    """One check-in: lane, pager, board and staff hear of it, each in its own words."""

    async def play(app, shop):
        names = {"lane/A": "lane/A", "pager/marta": "pager/1", "board/hall": "board/hall", "staff": "manager/ali"}
        readers = [await watch(app, name, who).until(lambda one: one.views) for name, who in names.items()]

        await asyncio.to_thread(shop.walk_in)

        for one in readers:
            await one.until(lambda one: "A-001" in json.dumps(one.views[-1]))
            await one.leave()

    played(play)


def test_what_says_nothing_new_is_not_sent(played):
    """A change that a view does not show does not travel."""

    async def play(app, shop):
        board = await watch(app, "board/hall", "board/hall").until(lambda one: one.views)
        staff = await watch(app, "staff", "manager/ali").until(lambda one: one.views)

        await asyncio.to_thread(shop.do, "set_presence", "pager/1", advisor_id="marta", presence="away")
        await staff.until(lambda one: one.views[-1]["advisors"][0]["presence"] == "away")
        await asyncio.to_thread(shop.walk_in)
        await board.until(lambda one: len(one.views) >= 2)

        assert [len(one["rows"]) for one in board.views] == [0, 1]
        await board.leave()
        await staff.leave()

    played(play)


def test_a_burst_is_joined(played):
    """The first change goes out at once, the many that follow within 20 ms as one."""

    async def play(app, shop):
        reader = await watch(app, "board/hall", "board/hall").until(lambda one: one.views)

        def burst():
            for _ in range(30):
                shop.walk_in()

        burst_is_over = threading.Event()
        app.feed._running.worker.submit(burst_is_over.wait, LONGEST_S)  # the machine is as slow as it likes
        await asyncio.to_thread(burst)
        burst_is_over.set()
        await reader.until(lambda one: len(one.views[-1]["rows"]) == 30)

        assert len(reader.views) < 30
        await reader.leave()

    played(play)


def test_the_clock_alone_changes_a_lamp(played, clock):
    """At sixty seconds the stream says `insisting`, though nothing has happened."""

    async def play(app, shop):
        await asyncio.to_thread(shop.walk_in)
        reader = await watch(app, "pager/marta", "pager/1").until(lambda one: one.views)

        clock.later(seconds=60)
        app.feed.wake()
        await reader.until(lambda one: len(one.views) >= 2)

        assert [one["pattern"] for one in reader.views] == ["new", "insisting"]
        assert reader.views[1]["pages"][0]["age_s"] == 60.0
        await reader.leave()

    played(play)


def test_a_timer_runs_for_the_next_change(played, clock):
    """When a view changes by itself in a moment, the feed looks again then without being told."""

    async def play(app, shop):
        await asyncio.to_thread(shop.walk_in)
        clock.later(seconds=59, milliseconds=980)
        reader = await watch(app, "pager/marta", "pager/1").until(lambda one: one.views)
        clock.later(milliseconds=20)

        await reader.until(lambda one: len(one.views) >= 2)

        assert reader.views[1]["pattern"] == "insisting"
        await reader.leave()

    played(play)


def test_watchers_share_one_computation(played, monkeypatch):
    """Twenty boards cost what one costs."""

    async def play(app, shop):
        computed = []
        honest = app.hub.viewed_in
        monkeypatch.setattr(app.hub, "viewed_in", lambda *arguments: computed.append(arguments[1]) or honest(*arguments))
        readers = [await watch(app, "board/hall", f"board/{n}").until(lambda one: one.views) for n in range(20)]
        computed.clear()
        await asyncio.to_thread(shop.walk_in)
        for one in readers:
            await one.until(lambda one: one.views[-1]["rows"])

        assert 1 <= computed.count("board/all") == len(computed) < 20
        assert len({one.body.split(b"event: view")[-1] for one in readers}) == 1
        for one in readers:
            await one.leave()

    played(play)


def test_a_stream_that_ends_is_forgotten(played):
    """Its view is not computed any more, and its device counts as lost."""

    async def play(app, shop):
        reader = await watch(app, "board/hall", "board/hall").until(lambda one: one.views)
        seen = app.hub.links.by_name["board/hall"].streams

        await reader.leave()

        assert seen == 1
        assert app.hub.links.by_name["board/hall"].streams == 0
        assert app.feed.watched == []

    played(play)


class CountingClock(HandClock):
    """Tells how often somebody has looked at it."""

    reads = 0

    def now(self):
        self.reads += 1
        return super().now()


def test_a_hub_that_nobody_watches_rests(database):
    """The last stream has ended and the time of its next change goes by: the loop sleeps, and wakes for a new stream."""
    clock = CountingClock()

    async def play(app, shop):
        reader = await watch(app, "board/hall", "board/hall").until(lambda one: one.views)
        await reader.leave()
        clock.later(hours=1)
        app.feed.wake()
        before, still = clock.reads, 0
        while still < 1000:
            await asyncio.sleep(0)
            before, still = (before, still + 1) if clock.reads == before else (clock.reads, 0)

        again = await watch(app, "board/hall", "board/hall").until(lambda one: one.views)
        await again.leave()

    story(database, clock, play)


def test_streams_end_when_the_hub_does(played):
    """Every stream is told that there is no more."""

    async def play(app, shop):
        readers = [await watch(app, "board/hall", "board/hall").until(lambda one: one.views) for _ in range(3)]

        app.feed.end_streams()

        for one in readers:
            await one.task
            assert one.is_over

    played(play)


def test_a_beat_says_that_the_hub_lives(played):
    """A comment between the views, so that a client that hears nothing knows that the link is gone."""

    async def play(app, shop):
        async def quick(scope, receive, send):
            await stream_view(app.feed, "board/hall", principal("board/hall"), scope, receive, send, beat_s=0.01)

        reader = await Reader(quick, "/").until(lambda one: one.body.count(b": beat\n\n") >= 3)
        assert len(reader.views) == 1
        await reader.leave()

    played(play)


class Full:
    """A connection that nobody reads."""

    def __init__(self):
        self.aborted = False

    def get_write_buffer_size(self):
        return MOST_BUFFERED + 1

    def abort(self):
        self.aborted = True


def test_a_reader_who_does_not_read_is_cut(played):
    """At 64 kB in its buffer the connection is dropped, and nobody else waits for it."""

    async def play(app, shop):
        reader = await watch(app, "board/hall", "board/hall").until(lambda one: one.views)
        reader.scope["state"]["transport"] = full = Full()

        await asyncio.to_thread(shop.walk_in)
        await reader.task

        assert full.aborted
        assert app.feed.watched == []

    played(play)


@pytest.mark.parametrize(
    ("name", "who", "status"),
    [("pager/nobody", "pager/1", 404), ("staff", "lane/A", 403), ("lane/B", "lane/A", 403), ("board/x", None, 403), ("board/x", "king/1", 403), ("nonsense", "manager/a", 403)],
)
def test_a_stream_that_cannot_be_is_refused_before_it_begins(played, name, who, status):
    """A JSON error, no event stream."""

    async def play(app, shop):
        reader = watch(app, name, who)
        await reader.task

        assert reader.status == status
        assert json.loads(reader.body)["error"]["message"]
        assert app.feed.watched == []

    played(play)


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"kiosk-protocol": "9"}])
def test_a_stream_obeys_the_same_doors_as_every_request(played, headers):
    """Foreign hosts and other versions are refused here too."""

    async def play(app, shop):
        reader = Reader(app, "/api/1/views/board/x/stream", "board/x", **headers)
        await reader.task

        assert reader.status in {400, 403}

    played(play)


def test_a_browsers_stream_says_who_it_is_by_cookie(played):
    """An EventSource cannot send headers."""

    async def play(app, shop):
        reader = Reader(app, "/api/1/views/staff/stream", cookie="a=b; kiosk_principal=advisor/marta")
        await reader.until(lambda one: one.views)

        assert reader.status == 200
        await reader.leave()

    played(play)


def test_a_view_that_fails_does_not_end_the_others(played, monkeypatch, caplog):
    """A fault in one view is logged; the next change finds everybody listening."""

    async def play(app, shop):
        reader = await watch(app, "board/hall", "board/hall").until(lambda one: one.views)
        honest, monkeyed = app.hub.viewed_in, []

        def failing(*arguments):
            if not monkeyed:
                monkeyed.append(1)
                raise ZeroDivisionError
            return honest(*arguments)

        monkeypatch.setattr(app.hub, "viewed_in", failing)
        await asyncio.to_thread(shop.walk_in)
        await reader.until(lambda one: len(one.views) >= 2)

        assert "views could not be computed" in caplog.text
        await reader.leave()

    played(play)


def test_a_customer_follows_their_car(played):
    """The stream behind the phone's page: no principal, only the token's hash in the path."""

    async def play(app, shop):
        shop.book(a_booking("R1"))
        token_hash = "ab" * 32
        visit_id = shop.scan(shop.code_for("R1"), follow_hash=token_hash)["visit_id"]
        reader = await watch(app, f"follow/{token_hash}", None).until(lambda one: one.views)

        await asyncio.to_thread(shop.walk, visit_id, "begin_write_up")
        await reader.until(lambda one: one.views[-1]["stage"] != "checked_in")

        assert [stage for stage, _ in groupby(one["stage"] for one in reader.views)] == ["checked_in", "with_advisor"]
        await reader.leave()

    played(play)


def test_half_a_body_costs_no_thread(played):
    """Twenty requests that never end do not keep the hub from answering the next one."""

    async def play(app, shop):
        async def never():
            await asyncio.Event().wait()

        async def nowhere(_message):
            raise AssertionError("nothing may be answered yet")

        scope = {"type": "http", "method": "POST", "path": "/api/1/commands/greet", "query_string": b"", "headers": [(b"host", b"127.0.0.1"), (b"content-length", b"10")]}
        slow = [asyncio.create_task(app(dict(scope), never, nowhere)) for _ in range(20)]
        sent = []

        async def whole():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def answered(message):
            sent.append(message)

        health = {**scope, "method": "GET", "path": "/healthz", "headers": [(b"host", b"127.0.0.1")], "http_version": "1.1", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 9), "scheme": "http", "root_path": "", "asgi": {"version": "3.0"}}
        await app(health, whole, answered)

        assert sent[0]["status"] == 200
        for one in slow:
            one.cancel()
        await asyncio.gather(*slow, return_exceptions=True)

    played(play)


@pytest.mark.parametrize(("path", "most"), [("/api/1/commands/greet", 256 * 1024), ("/api/1/appointments/import", 5 * 1024 * 1024)])
@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_long_is_refused_on_the_way(played, path, most, declared):
    """413 as soon as it is known, whether its length was declared or not."""

    async def play(app, shop):
        sent, left = [], [most // 2, most // 2, 2]
        headers = [(b"host", b"127.0.0.1"), (b"kiosk-principal", b"manager/ali")]
        headers += [(b"content-length", str(most + 2).encode())] if declared else []

        async def receive():
            return {"type": "http.request", "body": b"x" * left.pop(0), "more_body": bool(left)}

        async def send(message):
            sent.append(message)

        await app({"type": "http", "method": "POST", "path": path, "headers": headers}, receive, send)

        assert sent[0]["status"] == 413
        assert json.loads(sent[1]["body"])["error"]["code"] == "too_large"
        assert len(left) == (3 if declared else 0)

    played(play)


def test_bursts_are_joined_within_a_fiftieth_of_a_second():
    """The wire's promise, so that a board never redraws more than fifty times a second."""
    assert JOIN_S == 0.020
    assert Feed.__doc__


@asynccontextmanager
async def lifespan(app):
    """Start and stop an application as a server does."""
    inbox, outbox = asyncio.Queue(), asyncio.Queue()
    task = asyncio.create_task(app({"type": "lifespan"}, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    assert await outbox.get() == {"type": "lifespan.startup.complete"}
    yield
    await inbox.put({"type": "lifespan.shutdown"})
    assert await outbox.get() == {"type": "lifespan.shutdown.complete"}
    await task


def test_the_server_starts_and_stops_the_feed(database, clock):
    """Nothing runs before the server says so, and nothing after."""

    async def play():
        app = create_app(database, STORE, Settings(hub=Hub(sign_in=False)), clock, screens=())
        async with lifespan(app):
            assert len(app.hub.on_change) == 1
        assert app.hub.on_change == []
        assert app.feed.is_ending

    asyncio.run(play())


def test_a_websocket_is_refused(database, clock):
    """The hub speaks HTTP and event streams only."""

    async def play():
        app = create_app(database, STORE, Settings(hub=Hub(sign_in=False)), clock, screens=())
        sent = []

        async def send(message):
            sent.append(message["type"])

        await app({"type": "websocket", "path": "/"}, None, send)

        assert sent == ["websocket.close"]

    asyncio.run(play())
