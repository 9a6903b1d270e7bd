"""Commands that come at the same time: one commit for all of them, and each is answered or refused for itself."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import threading
from contextlib import closing

import pytest
from hub_shop import STORE, Shop, us
from sqlalchemy.exc import OperationalError

from kiosk.server.access import principal
from kiosk.server.errors import Answered, BadRequest, Busy, NotAllowed, NotFound
from kiosk.server.hub import Hub
from kiosk.server.several import Sent, Several, answers

pytestmark = pytest.mark.storage
WITHIN_S = 60


class Stumbling(Hub):
    """A hub with a mistake in it, which one kind of command meets."""

    stumbles: dict[str, Exception]
    tries = 0

    def do_within(self, connection, asked, now):
        self.tries += 1
        done = super().do_within(connection, asked, now)
        if asked.kind in self.stumbles:
            raise self.stumbles[asked.kind]
        return done


def sent(shop, number, kind="check_in", who="lane/A", **body):
    body = body or shop.arrival(way="walk_in", name="Bo", language="en")
    wire = {"id": f"{number:032x}", "at": us(shop.clock.now()), "body": body}
    return Sent(kind, principal(who), json.dumps(wire).encode())


def tickets(told):
    return [json.loads(one)["result"]["ticket"] for one in told]


def commits_of(database):
    """The statements that end a transaction, as they come."""
    seen = []
    raw = database._connection.connection.driver_connection
    raw.set_trace_callback(lambda words: seen.append(words) if words in ("COMMIT", "ROLLBACK") else None)
    return seen


def test_each_of_a_lot_is_answered_for_itself(shop):
    """Four customers at once: each has a visit and a number of their own, in the order in which they came."""
    told = answers(shop.hub, [sent(shop, n) for n in range(4)])

    assert tickets(told) == ["A-001", "A-002", "A-003", "A-004"]
    assert [json.loads(one)["seq"] for one in told] == [2, 4, 6, 8]
    shop.check_snapshot()


def test_one_commit_keeps_a_lot(file_shop):
    """The disk is waited for once."""
    lot = [sent(file_shop, n) for n in range(8)]
    commits = commits_of(file_shop.database)

    answers(file_shop.hub, lot)

    assert commits == ["COMMIT"]


def test_what_is_refused_leaves_the_others_whole(shop):
    """No JSON, nobody's command, nothing to do it to, not allowed: each is told so, and the two customers are in."""
    no_json = Sent("check_in", principal("lane/A"), b"{")
    lot = [
        sent(shop, 1),
        no_json,
        sent(shop, 2, "no_such_command", visit_id="x"),
        sent(shop, 3, "withdraw_check_in", visit_id="f" * 32),
        sent(shop, 4, "hand_over", visit_id="f" * 32),
        sent(shop, 5),
    ]

    first, *refused, last = answers(shop.hub, lot)

    assert [type(one) for one in refused] == [BadRequest, NotFound, NotFound, NotAllowed]
    assert tickets([first, last]) == ["A-001", "A-002"]
    assert len(shop.view("staff")["visits"]) == 2
    shop.check_snapshot()


def test_the_same_command_twice_in_a_lot_counts_once(shop):
    """An impatient lane sends it again before the first is answered: both answers tell of one visit."""
    one = sent(shop, 1)

    first, again = (json.loads(told) for told in answers(shop.hub, [one, one]))

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["result"]["visit_id"] == again["result"]["visit_id"]
    assert len(shop.view("staff")["visits"]) == 1


def test_one_that_breaks_the_lot_breaks_alone(database, clock, caplog):
    """A mistake of ours in one command: the others are done without it, and the log tells of it."""
    hub = Stumbling(database, STORE, clock)
    hub.stumbles = {"set_presence": KeyError("a mistake")}
    shop = Shop(database, clock, hub=hub)
    lot = [sent(shop, 1), sent(shop, 2, "set_presence", "pager/1", advisor_id="marta", presence="away"), sent(shop, 3)]

    with caplog.at_level(logging.ERROR):
        first, broken, last = answers(hub, lot)

    assert tickets([first, last]) == ["A-001", "A-002"]
    assert isinstance(broken, KeyError)
    assert "3 commands could not be kept together" in caplog.text
    assert shop.view("staff")["advisors"][0]["presence"] == "in"
    shop.check_snapshot()


def test_a_database_that_takes_nothing_is_told_to_everybody(file_database, clock):
    """All may come again in a moment, and none of them is there by half."""
    hub = Stumbling(file_database, STORE, clock)
    hub.stumbles = {"set_presence": OperationalError("INSERT", None, sqlite3.OperationalError("disk is full"))}
    shop = Shop(file_database, clock, hub=hub)
    lot = [sent(shop, 1), sent(shop, 2, "set_presence", "pager/1", advisor_id="marta", presence="away"), sent(shop, 3)]

    told = answers(hub, lot)

    assert [(type(one), one.retry_after_s) for one in told] == [(Busy, 1)] * 3
    assert not shop.view("staff")["visits"]
    shop.check_snapshot()


def played(shop, play):
    """Run a coroutine function with the commands of a hub whose thread is held up until it is let go."""

    async def run():
        several, let_go = Several(shop.hub), threading.Event()
        several._worker.submit(let_go.wait, WITHIN_S)
        async with asyncio.timeout(WITHIN_S):
            with closing(several):
                await play(several, let_go)

    asyncio.run(run())


async def one_and_then(several, shop, others):
    """The first is on its way to the database, which another writes to, when the others come; what all are told."""
    with shop.database.write():
        asking = [asyncio.create_task(several.answer(sent(shop, 0)))]
        await asyncio.sleep(0)
        while several._waiting:  # noqa: ASYNC110 - the thread takes it, and tells nobody
            await asyncio.sleep(0)
        asking += [asyncio.create_task(several.answer(sent(shop, n))) for n in range(1, others + 1)]
        await asyncio.sleep(0)
    return await asyncio.gather(*asking, return_exceptions=True)


def test_those_who_come_meanwhile_are_the_next_lot(file_shop):
    """While the first is on its way, five more come: two commits in all, besides that of the one before them."""
    commits = commits_of(file_shop.database)

    async def play(several, let_go):
        let_go.set()
        told = await one_and_then(several, file_shop, others=5)

        assert len(set(tickets(told))) == 6

    played(file_shop, play)
    assert commits == ["COMMIT"] * 3


def test_the_thread_goes_from_lot_to_lot_while_the_loop_is_busy(file_shop):
    """Forty wait, more than a lot takes: all are done though the loop answers nobody meanwhile."""
    done = threading.Event()
    file_shop.hub.after_commit["withdraw_check_in"] = lambda _hub, result: done.set() or result

    async def play(several, let_go):
        first = sent(file_shop, 0)
        asking = [asyncio.create_task(several.answer(first))]
        asking += [asyncio.create_task(several.answer(sent(file_shop, n))) for n in range(1, 40)]
        visit_id = json.loads(first.body)["body"]["visit_id"]
        asking.append(asyncio.create_task(several.answer(sent(file_shop, 40, "withdraw_check_in", visit_id=visit_id))))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        let_go.set()

        assert done.wait(WITHIN_S)  # the loop stands still here
        assert len(tickets((await asyncio.gather(*asking))[:-1])) == 40

    played(file_shop, play)


def test_a_loop_that_follows_another_hears_its_own_answers(file_shop):
    """Each request of a client that makes a loop for it is answered, though the thread may still be at the last one."""
    several = Several(file_shop.hub)
    with closing(several):
        told = [asyncio.run(several.answer(sent(file_shop, n))) for n in range(20)]

    assert len(set(tickets(told))) == 20


def test_those_who_come_in_the_same_moment_go_together(file_shop):
    """Six whose requests were read at once: one commit."""
    commits = commits_of(file_shop.database)

    async def play(several, let_go):
        let_go.set()

        await asyncio.gather(*(several.answer(sent(file_shop, n)) for n in range(6)))

    played(file_shop, play)
    assert commits == ["COMMIT"]


def test_who_waited_beside_a_lot_that_was_not_taken_is_told_at_once(file_database, clock):
    """A locked database makes one lot wait its five seconds; nobody behind it waits five more."""
    hub = Stumbling(file_database, STORE, clock)
    hub.stumbles = {"check_in": OperationalError("INSERT", None, sqlite3.OperationalError("database is locked"))}
    shop = Shop(file_database, clock, hub=hub)

    async def play(several, let_go):
        let_go.set()
        told = await one_and_then(several, shop, others=2)

        assert [(type(one), one.retry_after_s) for one in told] == [(Busy, 1)] * 3
        assert hub.tries == 1

    played(shop, play)


def test_somebody_who_has_gone_is_not_waited_for(file_shop):
    """A lane hangs up before its answer: its command is done all the same, and the others hear theirs."""

    async def play(several, let_go):
        asking = [asyncio.create_task(several.answer(sent(file_shop, n))) for n in range(3)]
        await asyncio.sleep(0)
        asking[1].cancel()
        let_go.set()
        told = await asyncio.gather(*asking, return_exceptions=True)

        assert [type(one) for one in told] == [bytes, asyncio.CancelledError, bytes]

    played(file_shop, play)
    assert len(file_shop.view("staff")["visits"]) == 3


def test_a_hub_that_ends_tells_those_who_wait(file_shop):
    """What was not begun is not done: its sender may come again."""

    async def play(several, let_go):
        asking = [asyncio.create_task(several.answer(sent(file_shop, n))) for n in range(2)]
        await asyncio.sleep(0)
        several.close()
        let_go.set()
        told = await asyncio.gather(*asking, return_exceptions=True)

        assert all(isinstance(one, Answered) and one.retry_after_s for one in told)

    played(file_shop, play)
    assert not file_shop.view("staff")["visits"]


@pytest.mark.parametrize("mistake", [SystemExit(1), asyncio.CancelledError(), StopIteration()])
def test_no_mistake_stops_the_thread(file_database, clock, caplog, mistake):
    """Not even one that would end a thread or a coroutine: everybody is answered, and so is whoever comes after."""
    hub = Stumbling(file_database, STORE, clock)
    hub.stumbles = {"set_presence": mistake}
    shop = Shop(file_database, clock, hub=hub)
    heard = []
    hub.on_change.append(lambda: heard.append(hub.seq))

    async def play(several, let_go):
        lot = [sent(shop, 1), sent(shop, 2, "set_presence", "pager/1", advisor_id="marta", presence="away")]
        asking = [asyncio.create_task(several.answer(one)) for one in lot]
        await asyncio.sleep(0)
        let_go.set()
        told = await asyncio.gather(*asking, return_exceptions=True)

        assert isinstance(told[1], RuntimeError)
        assert tickets([await several.answer(sent(shop, 3))])

    with caplog.at_level(logging.CRITICAL):
        played(shop, play)
    assert heard


def test_a_machine_without_threads_is_told_and_may_have_one_later(file_shop, monkeypatch):
    """Those who came then may come again; they are done as soon as there is a thread."""

    async def run():
        async with asyncio.timeout(WITHIN_S):
            await play()

    async def play():
        with closing(Several(file_shop.hub)) as several:
            with monkeypatch.context() as now:
                now.setattr(threading.Thread, "start", no_thread)
                with pytest.raises(Busy):
                    await several.answer(sent(file_shop, 1))
            assert tickets([await several.answer(sent(file_shop, 1))])

    asyncio.run(run())


def no_thread(_thread):
    raise RuntimeError("can't start new thread")


def test_what_was_kept_is_news_though_who_asked_has_gone_with_their_loop(file_shop):
    """Another loop's readers hear of it."""
    heard = threading.Event()
    file_shop.hub.on_change.append(heard.set)
    several, let_go = Several(file_shop.hub), threading.Event()
    several._worker.submit(let_go.wait, WITHIN_S)

    async def leave():
        asking = asyncio.create_task(several.answer(sent(file_shop, 1)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asking.cancel()

    with closing(several):
        asyncio.run(leave())
        let_go.set()

        assert heard.wait(WITHIN_S)
