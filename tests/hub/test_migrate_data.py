"""`kiosk migrate-data`: a store moves from its file to a server, whole and compared, or nothing happens at all."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import psycopg
import pytest
from hub_shop import READY, STORE, HandClock, Shop, a_booking, copied, rebuilt, stored
from sqlalchemy import create_engine

from kiosk.__main__ import main as kiosk
from kiosk.server import schema
from kiosk.server.database import Database
from kiosk.server.moving import content
from kiosk.server.proof import untold

pytestmark = pytest.mark.storage


@pytest.fixture
def file(template, tmp_path):
    """The file of a store with a past: bookings, visits at every stage, prices, somebody's words in every script."""
    path = tmp_path / "hub.db"
    with closing(Database(copied(template, path))) as database:
        shop = Shop(database, HandClock())
        shop.book(*(a_booking(f"R{n}", display_name=name, first_name=name) for n, name in enumerate(("Lucía", "محمد", "Zoë \\ \t 'x'"))))
        tokens = [shop.code_for(f"R{n}") for n in range(3)]
        for n, token in enumerate(tokens):
            visit_id = shop.scan(token)["visit_id"]
            shop.walk(visit_id, *READY[: 1 + n])
        lines = [{"text": "زيت\n5W-30", "quantity": "1.5", "unit_cents": 6995, "tax_percent": "8.875"}]
        shop.do("edit_lines", "advisor/marta", visit_id=visit_id, revision=0, lines=lines)
        shop.walk_in("B")
        shop.do("set_presence", "pager/1", advisor_id="chen", presence="away")
        shop.do("report_device", "lane/A", version="1", trouble=["paper_out"])
        database.ensure_store("hill", shop.clock.now())
    return path


@pytest.fixture
def target(postgres_server):
    """An empty database on a server."""
    yield postgres_server.makes("target")
    postgres_server.drops("target")


def moved(file, target, *more):
    return kiosk(["migrate-data", "--from", f"sqlite:///{file}", "--to", target, *more])


def is_empty(target):
    """Nothing is there but, perhaps, tables without a row."""
    with psycopg.connect(target) as connection:
        names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return not any(connection.execute(f"SELECT 1 FROM {one} LIMIT 1").fetchone() for one in names if one != "alembic_version")


def test_a_store_is_the_same_afterwards(file, target, capsys):
    """Every view, every row and every fact; and the hub goes on from there."""
    clock = HandClock()
    with closing(Database(f"sqlite:///{file}")) as database:
        before = Shop(database, clock)
        views = [before.view(name) for name in ("staff", "lane/A", "pager/marta", "board/hall")]

    assert moved(file, target) == 0

    with closing(Database(target)) as database:
        shop = Shop(database, clock)
        assert [{**shop.view(name), "id": ""} for name in ("staff", "lane/A", "pager/marta", "board/hall")] == [{**one, "id": ""} for one in views]
        assert stored(shop) == rebuilt(shop)
        shop.walk_in("B", ticket="B-009")
        assert shop.hub.snapshot().seq == before.hub.snapshot().seq + 2
    assert "holds 2 stores with 4 visits" in capsys.readouterr().out


def test_each_store_begins_a_new_life(file, target):
    """A device must not take the views of the moved hub for those of the old one."""
    moved(file, target)

    generations = []
    for url in (f"sqlite:///{file}", target):
        with closing(Database(url)) as database, database.read() as connection:
            generations += connection.exec_driver_sql("SELECT generation FROM store").scalars().all()
    assert len(set(generations)) == 4


def test_what_was_moved_is_told_to_machines_too(file, target, capsys):
    """One JSON object on the output; progress goes elsewhere."""
    moved(file, target, "--json")

    told = json.loads(capsys.readouterr().out)
    assert (told["stores"], told["visits"]) == (2, 4)
    assert told["rows"] > told["facts"] > 10


def rows_of(path):
    """Everything that somebody has put there, as SQL; not what SQLite has noted down about its own tables."""
    with closing(sqlite3.connect(path)) as connection:
        return [line for line in connection.iterdump() if "sqlite_stat" not in line]


def test_the_file_stays_as_it_is(file, target):
    """Whoever changes their mind starts the hub on it again."""
    before = rows_of(file)

    moved(file, target)

    assert rows_of(file) == before


def test_a_running_hub_is_not_moved(file, target, capsys):
    """What it writes meanwhile would stay behind."""
    with closing(Database(f"sqlite:///{file}")):
        assert moved(file, target) == 2

    assert "another hub runs on this database; stop it first" in capsys.readouterr().err
    assert is_empty(target)


def test_a_server_with_a_hub_is_left_alone(file, target, capsys):
    """It would write in between."""
    with closing(Database(target)):
        assert moved(file, target) == 2

    assert "a hub runs on this database; stop it first" in capsys.readouterr().err


def test_a_store_is_not_moved_over_another(file, target, capsys):
    """Not even over itself."""
    moved(file, target)
    capsys.readouterr()

    assert moved(file, target) == 2

    assert "has rows already; name an empty database" in capsys.readouterr().err


def test_another_programs_database_is_left_alone(file, target, capsys):
    """Nothing is made there."""
    with psycopg.connect(target) as connection:
        connection.execute("CREATE TABLE invoices (number int)")

    assert moved(file, target) == 2

    assert "has tables of another program (invoices)" in capsys.readouterr().err


def test_a_row_that_arrives_otherwise_undoes_everything(file, target, capsys):
    """A server that changes what it is given is found out, and nothing stays there."""
    with closing(Database(target)), psycopg.connect(target) as connection:
        connection.execute("CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.first_name = upper(NEW.first_name); RETURN NEW; END $$")
        connection.execute("CREATE TRIGGER shouts BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION shout()")

    assert moved(file, target) == 2

    assert "person holds" in (said := capsys.readouterr().err)
    assert "nothing was moved" in said
    assert is_empty(target)


def test_a_server_that_dies_half_way_holds_nothing(file, target, postgres_server, capsys):
    """And the next try begins from the beginning."""
    with closing(Database(target)), psycopg.connect(target) as connection:
        connection.execute("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$")
        connection.execute("CREATE TRIGGER dies BEFORE INSERT ON visit FOR EACH ROW EXECUTE FUNCTION die()")
    assert moved(file, target) == 2
    assert "nothing was moved, begin again" in capsys.readouterr().err
    assert is_empty(target)
    with psycopg.connect(target) as connection:
        connection.execute("DROP TRIGGER dies ON visit")

    assert moved(file, target) == 0


def test_a_row_that_its_log_does_not_tell_is_found(file, target, capsys):
    """A visit that somebody changed by hand: moving it would carry the mistake along."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE visit SET ticket = 'Z-999' WHERE ticket = 'A-001'")

    assert moved(file, target) == 2

    assert "is not what its log tells; nothing was moved" in capsys.readouterr().err
    assert is_empty(target)


@pytest.mark.parametrize(("source", "to", "said"), [("sqlite:////nowhere.db", "postgresql://x/y", "no SQLite file"), ("postgresql://x/y", "postgresql://x/y", "no SQLite file"), ("", "sqlite:///y.db", "--to: must be an address")])
def test_it_goes_from_a_file_to_a_server_only(file, capsys, source, to, said):
    """Anything else is refused with what it should be."""
    assert kiosk(["migrate-data", "--from", source or f"sqlite:///{file}", "--to", to]) == 2

    assert said in capsys.readouterr().err


def test_a_damaged_file_is_not_moved(file, target, capsys):
    """Its pages are looked at first."""
    with file.open("r+b") as raw:
        raw.seek(4096 * 20)
        raw.write(b"\x7f" * 4096 * 10)

    assert moved(file, target) == 2

    assert "restore the newest backup" in capsys.readouterr().err


def test_a_lost_row_and_a_doubled_row_are_another_content(file):
    """The digest is of all rows, in any order; one letter more or less is another."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        whole = content(schema.person, connection)
        connection.exec_driver_sql("UPDATE person SET first_name = first_name || ' ' WHERE display_name LIKE 'Luc%'")
        changed = content(schema.person, connection)
    engine.dispose()

    assert (whole.rows, changed.rows) == (4, 4)
    assert whole.digest != changed.digest


def test_a_visit_without_a_log_and_a_log_without_a_visit_are_found(file):
    """Whatever is missing on one side is named."""
    with closing(sqlite3.connect(file)) as raw, raw:
        ids = [row[0] for row in raw.execute("SELECT visit_id FROM visit ORDER BY visit_id")]
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM visit WHERE visit_id = ?", (ids[0],))
        raw.execute("UPDATE visit SET visit_id = 'zzz' WHERE visit_id = ?", (ids[2],))
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = list(untold(connection))
    engine.dispose()

    assert found == [(STORE.store_id, one) for one in (ids[0], ids[2], "zzz")]
