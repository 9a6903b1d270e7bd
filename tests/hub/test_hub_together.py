"""Several commands, one commit: none is answered before it, and one that fails leaves the others whole."""

from __future__ import annotations

import resource
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
from hub_shop import Shop, clock_at, copied, rebuilt, stored, us
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from kiosk.server import schema
from kiosk.server.database import Database
from kiosk.server.errors import Busy, RulesRefuse
from kiosk.server.together import MOST

pytestmark = pytest.mark.storage
WITHIN_S = 20


class Crowd:
    """Threads that all want to write while one of them is still at it."""

    def __init__(self, database):
        self.database = database
        self.commits = []
        self._raw = database._connection.connection.driver_connection
        self._raw.set_trace_callback(lambda words: self.commits.append(words) if words in ("COMMIT", "ROLLBACK") else None)

    def wants(self, *works):
        """Let the works queue up behind a write that waits for them; what became of each, in their order."""
        with ThreadPoolExecutor(len(works)) as threads:
            running = []
            with suppress(Busy), self.database.write():  # it shares the fate of those who follow
                for number, work in enumerate(works, 1):
                    running.append(threads.submit(work))
                    self._until_waiting(number)
                self.commits.clear()
            return [one.exception(WITHIN_S) or one.result() for one in running]

    def _until_waiting(self, number):
        turns = self.database._turns
        while turns._waiting < number:
            threading.Event().wait(0.001)


@pytest.fixture
def crowd(file_database):
    """On a SQLite file, with a store."""
    return Crowd(file_database)


def adds(database, store_id, *, fails=None, after=None):
    """A work that writes one row."""

    def work():
        with database.write() as connection:
            connection.execute(insert(schema.store).values(store_id=store_id, seq=0, booked_seq=0, generation="g", made_at=AT))
            if after:
                database.when_kept(after)
            if fails:
                raise fails
        return store_id

    return work


def stores(database):
    with database.read() as connection:
        return sorted(connection.scalars(select(schema.store.c.store_id)))


AT = clock_at(8)


def test_those_who_wait_together_are_kept_together(crowd, file_database):
    """Eight in a queue: each has its row, and the disk was waited for once."""
    names = [f"s{n}" for n in range(8)]

    assert crowd.wants(*(adds(file_database, one) for one in names)) == names

    assert stores(file_database) == names
    assert set(crowd.commits) == {"COMMIT"}
    assert len(crowd.commits) <= 2


def test_whoever_writes_alone_commits_at_once(crowd, file_database):
    """Nobody waits for company."""
    for name in ("a", "b"):
        adds(file_database, name)()

    assert crowd.commits == ["COMMIT", "COMMIT"]


def test_one_that_fails_takes_nobody_along(crowd, file_database):
    """In the middle, at the beginning, at the end: its row is gone, the others' are there."""
    wrong = RulesRefuse("no")
    works = [adds(file_database, f"s{n}", fails=wrong if n in {0, 3, 7} else None) for n in range(8)]

    told = crowd.wants(*works)

    assert sum(one is wrong for one in told) == 3
    assert stores(file_database) == ["s1", "s2", "s4", "s5", "s6"]


def test_a_disk_that_is_full_takes_all_who_were_not_yet_kept(crowd, file_database):
    """SQLite gives up the whole transaction: nobody is told that it was kept, and nothing is there."""
    adds(file_database, "home")()
    pages = file_database._connection.connection.driver_connection.execute("PRAGMA page_count").fetchone()[0]

    def fills():
        with file_database.write() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}")
            row = {"store_id": "home", "note_id": "n", "kind": "x", "words": "x" * 400_000, "at": AT}
            connection.execute(insert(schema.note).values(row))

    told = crowd.wants(adds(file_database, "a"), fills, adds(file_database, "b"))
    file_database._connection.connection.driver_connection.execute(f"PRAGMA max_page_count={pages + 4000}")

    kept = [one for one in told if isinstance(one, str)]
    assert [one for one in told if not isinstance(one, str | Busy)] == []
    assert isinstance(told[1], Busy)
    assert stores(file_database) == sorted(["home", *kept])
    adds(file_database, "c")()
    assert "c" in stores(file_database)


def refused_at_commit(database):
    """A work whose row fits until the commit: its visit is nowhere."""

    def work():
        with database.write() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            connection.execute(insert(schema.note).values(store_id="nowhere", note_id="n", kind="x", words="x", at=AT))

    return work


def test_a_commit_that_fails_once_takes_its_group_and_nobody_after_it(crowd, file_database):
    """SQLite leaves the transaction open then: nothing of it stays, its members are told when to come back, the next ones write."""
    adds(file_database, "home")()

    told = crowd.wants(adds(file_database, "a"), refused_at_commit(file_database), adds(file_database, "b"))

    kept = [one for one in told if isinstance(one, str)]
    refused = [one for one in told if isinstance(one, Busy)]
    assert len(kept) + len(refused) >= 2
    assert [one.status for one in refused] == [503] * len(refused)
    assert all(one.retry_after_s for one in refused)
    assert stores(file_database) == sorted(["home", *kept])
    adds(file_database, "c")()
    assert stores(file_database) == sorted(["home", "c", *kept])


def test_a_commit_that_fails_for_one_alone_leaves_no_transaction_open(file_database):
    """Whoever wrote alone is told what it was, and the next one finds a connection at rest."""
    with pytest.raises(IntegrityError):
        refused_at_commit(file_database)()

    adds(file_database, "a")()
    assert stores(file_database) == ["a"]
    assert not file_database._connection.connection.driver_connection.in_transaction


def test_a_disk_that_is_full_at_the_commit_keeps_nothing_and_hinders_nobody_later(crowd, file_database):
    """Every statement passed, the log of the database cannot grow: all of the group come back, and once there is room all is kept."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    adds(file_database, "home")()
    log = Path(f"{file_database.url.database}-wal")

    def fills():
        with file_database.write() as connection:
            row = {"store_id": "home", "note_id": "n", "kind": "x", "words": "x" * 400_000, "at": AT}
            connection.execute(insert(schema.note).values(row))
            resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))

    try:
        told = crowd.wants(fills, adds(file_database, "a"), adds(file_database, "b"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert all(isinstance(one, Busy) and one.retry_after_s for one in told)
    assert stores(file_database) == ["home"]
    for name in ("a", "b"):
        adds(file_database, name)()
    assert stores(file_database) == ["a", "b", "home"]


def test_a_server_that_hangs_up_in_the_middle_takes_one_command_and_no_other(server_database, server_url):
    """Eight commands, the third of which loses the connection: it alone is refused, and its row is nowhere."""

    def dies():
        with server_database.write() as connection:
            mine = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
            connection.execute(insert(schema.store).values(store_id="lost", seq=0, booked_seq=0, generation="g", made_at=AT))
            with psycopg.connect(server_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (mine,))

    works = [dies if n == 2 else adds(server_database, f"s{n}") for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        running = [threads.submit(work) for work in works]
        told = [one.exception(WITHIN_S) or one.result() for one in running]

    assert isinstance(told[2], Busy)
    assert [one for n, one in enumerate(told) if n != 2] == [f"s{n}" for n in range(8) if n != 2]
    assert stores(server_database) == [f"s{n}" for n in range(8) if n != 2]


def test_nobody_is_answered_before_the_commit(crowd, file_database):
    """What is done when it is kept is done for each in the order of the commands, and then they are answered."""
    order = []
    works = [adds(file_database, f"s{n}", after=lambda n=n: order.append((n, len(stores(file_database))))) for n in range(5)]

    crowd.wants(*works)

    assert sorted(n for n, _ in order) == [0, 1, 2, 3, 4]
    assert all(seen > 0 for _, seen in order)
    assert [seen for _, seen in order] == sorted(seen for _, seen in order)


def test_a_waiter_that_gives_up_leaves_nobody_hanging(file_database, monkeypatch):
    """The lock was passed on to somebody who had just lost patience: the group commits by itself."""
    turns = file_database._turns
    turns._waiting = 1  # somebody is counted who will never come

    assert adds(file_database, "a")() == "a"

    turns._waiting = 0
    assert stores(file_database) == ["a"]


def test_no_group_grows_without_end(file_database):
    """A steady queue does not put off the answers of the first."""
    file_database._turns._waiting = 10_000
    with ThreadPoolExecutor(2 * MOST) as threads:
        told = list(threads.map(lambda n: adds(file_database, f"s{n}")(), range(2 * MOST)))
    file_database._turns._waiting = 0

    assert len(stores(file_database)) == len(told) == 2 * MOST


def test_a_checkpoint_waits_for_a_quiet_moment(file_database):
    """Never in the middle of commands under way to their commit."""
    with file_database.write():
        file_database.checkpoint()

    assert file_database._turns.acquire_in_peace()
    file_database._turns.release()


def test_commands_of_a_crowd_are_whole_and_in_order(template, tmp_path, clock):
    """Sixty check-ins by sixteen threads: the log without a gap, rows as it tells, the snapshot as one reads anew."""
    with closing(Database(copied(template, tmp_path / "hub.db"))) as database:
        shop = Shop(database, clock)

        def check_in(n):
            body = {"visit_id": f"{n:032x}", "ticket": f"A-{n:03}", "way": "walk_in", "name": f"Guest {n}", "language": "en", "device_at": us(clock.now())}
            return shop.hub.answer("check_in", "lane/A", f"{n:032x}", clock.now(), body).seq

        with ThreadPoolExecutor(16) as lanes:
            seqs = list(lanes.map(check_in, range(1, 61)))

        assert len(set(seqs)) == 60
        assert [one["seq"] for one in sorted(shop.everything(schema.event), key=lambda row: row["seq"])] == list(range(1, max(seqs) + 1))
        assert stored(shop) == rebuilt(shop)
        shop.check_snapshot()
