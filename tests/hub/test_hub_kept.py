"""One transaction at a time: kept or gone, whatever fails, and the next one can always begin."""

from __future__ import annotations

import resource
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hub_shop import Shop, clock_at, copied, rebuilt, stored, us
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from kiosk.server import schema
from kiosk.server.database import Database
from kiosk.server.errors import Busy, RulesRefuse

pytestmark = pytest.mark.storage
WITHIN_S = 60


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


def refused_at_commit(database):
    """A work whose row fits until the commit: its visit is nowhere."""

    def work():
        with database.write() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            connection.execute(insert(schema.note).values(store_id="nowhere", note_id="n", kind="x", words="x", at=AT))

    return work


def test_a_commit_that_fails_for_one_alone_leaves_no_transaction_open(file_database):
    """Whoever wrote alone is told what it was, and the next one finds a connection at rest."""
    with pytest.raises(IntegrityError):
        refused_at_commit(file_database)()

    adds(file_database, "a")()
    assert stores(file_database) == ["a"]
    assert not file_database._connection.connection.driver_connection.in_transaction


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


def test_a_disk_that_is_full_at_the_commit_keeps_nothing_and_hinders_nobody_later(file_database):
    """Every statement passed, the log of the database cannot grow: it may come back, and once there is room all is kept."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    adds(file_database, "home")()
    log = Path(f"{file_database.url.database}-wal")
    row = {"store_id": "home", "note_id": "n", "kind": "x", "words": "x" * 400_000, "at": AT}

    def fills():
        with file_database.write() as connection:
            connection.execute(insert(schema.note).values(row))
            resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))

    try:
        with pytest.raises(Busy) as told:
            fills()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert told.value.retry_after_s
    assert stores(file_database) == ["home"]
    adds(file_database, "a")()
    assert stores(file_database) == ["a", "home"]


def test_what_is_done_when_it_is_kept_is_done_after_the_commit(file_database):
    """Who is told of a row finds it; of one that was taken back nobody is told."""
    told = []
    adds(file_database, "a", after=lambda: told.append(stores(file_database)))()
    with pytest.raises(RulesRefuse):
        adds(file_database, "b", after=lambda: told.append("b"), fails=RulesRefuse("no"))()
    adds(file_database, "c")()

    assert told == [["a"]]


def test_who_is_done_does_not_wait_for_who_comes_after(file_database):
    """An import waits for its turn while a check-in is kept: the check-in is kept before the import begins."""
    begins = threading.Event()

    def comes_after():
        begins.set()
        with file_database.write():
            return stores(file_database)

    with ThreadPoolExecutor(1) as threads:
        with file_database.write() as connection:
            after = threads.submit(comes_after)
            assert begins.wait(WITHIN_S)
            connection.execute(insert(schema.store).values(store_id="a", seq=0, booked_seq=0, generation="g", made_at=AT))

        assert after.result(WITHIN_S) == ["a"]


def test_a_checkpoint_waits_for_a_quiet_moment(file_database):
    """Never in the middle of a command; nobody waits for it."""
    with file_database.write():
        file_database.checkpoint()

    assert adds(file_database, "a")() == "a"
