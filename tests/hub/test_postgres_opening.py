"""Opening a PostgreSQL database: its tables are those of schema.py, and whatever makes it unusable is one clear sentence."""

from __future__ import annotations

import threading
from contextlib import closing

import psycopg
import pytest
from hub_shop import Shop, wiped
from sqlalchemy import create_engine

from kiosk.server import schema
from kiosk.server.database import Database
from kiosk.server.errors import DatabaseAway, DatabaseDamaged, DatabaseUnusable
from kiosk.server.opening import AGAIN_S, open_database
from kiosk.server.postgresql import what_is_unfit

pytestmark = pytest.mark.storage

# Tables with their columns, keys, indexes, triggers and functions, as the server tells them.
SHAPE = {
    "columns": """SELECT table_name, column_name, data_type, is_nullable, collation_name FROM information_schema.columns
                  WHERE table_schema = 'public'""",
    "keys": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, regexp_replace(prosrc, '\\s+', ' ', 'g') FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


def shape_of(url):
    with psycopg.connect(url) as connection:
        return {name: sorted(row for row in connection.execute(query) if "alembic_version" not in row) for name, query in SHAPE.items()}


@pytest.fixture
def fresh(postgres_server):
    """An address in a database that has nothing in it."""
    yield postgres_server.makes("fresh")
    postgres_server.drops("fresh")


@pytest.fixture
def locked_server(postgres_server):
    """The server asks `stranger` for a password."""
    rules = postgres_server.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    postgres_server.does("CREATE ROLE stranger LOGIN PASSWORD 'right'")
    rules.write_text(f"local all stranger scram-sha-256\n{before}")
    postgres_server.does("SELECT pg_reload_conf()")
    yield postgres_server
    rules.write_text(before)
    postgres_server.does("SELECT pg_reload_conf()")
    postgres_server.does("DROP ROLE stranger")


def refused(url, kind=DatabaseUnusable):
    with pytest.raises(kind) as error:
        Database(url)
    said = str(error.value)
    assert "\n" not in said
    return said


def test_the_migrations_lead_to_the_declared_tables_there_too(template_url, fresh):
    """Columns, keys, indexes, triggers and functions: what the steps made is what schema.py says."""
    engine = create_engine(fresh.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        schema.create_all(connection)
    engine.dispose()

    made, declared = shape_of(template_url), shape_of(fresh)
    assert [(set(made[one]) - set(declared[one]), set(declared[one]) - set(made[one])) for one in SHAPE] == [(set(), set())] * len(SHAPE)


def test_ids_are_ordered_as_sqlite_orders_them(server_url, clock):
    """By their bytes, though this server would sort words as people do."""
    with closing(Database(server_url)) as database:
        shop = Shop(database, clock)
        for name in ("board/a", "board/B", "board/_", "board/Z"):
            shop.do("report_device", name, version="1", trouble=[])

        assert [one.name for one in shop.hub.snapshot().devices] == ["board/B", "board/Z", "board/_", "board/a"]


def test_a_server_that_is_away_is_waited_for(fresh, postgres_server):
    """It is said once, asked again and again, and the hub goes on as soon as it answers."""
    said, waits = [], []
    postgres_server.ends()

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            postgres_server.starts_again()

    database = open_database(fresh, said.append, wait=wait)
    database.close()

    assert waits == [AGAIN_S] * 3
    assert "is it running? Trying again every 2 s." in said[0]
    assert said[1:] == [f"{database.name}: answers now"]


def test_a_server_that_stays_away_ends_the_waiting():
    """Whoever starts hubs is told, and starts it again."""
    waits = []

    with pytest.raises(DatabaseAway, match="does not answer"):
        open_database("postgresql://kiosk@127.0.0.1:1/kiosk", lambda _: None, wait=waits.append, patience_s=10)

    assert len(waits) == 5


@pytest.mark.parametrize("password", ["", ":wrong"])
def test_a_wrong_password_is_not_tried_again(locked_server, password):
    """It will not become right by waiting; and it is not shown."""
    said = refused(locked_server.url().replace("kiosk@", f"stranger{password}@"))

    assert "user or password is wrong; correct [hub] database" in said
    assert "wrong@" not in said


def test_a_right_password_opens(locked_server):
    """An owner of the database, with a password in the one line of settings."""
    locked_server.does("CREATE DATABASE theirs OWNER stranger TEMPLATE template0 ENCODING 'UTF8'")

    Database(locked_server.url("theirs").replace("kiosk@", "stranger:right@")).close()

    locked_server.drops("theirs")


def test_somebody_who_may_not_make_tables_is_told(locked_server, fresh):
    """The remedy is to own the database."""
    assert "make it the database's owner" in refused(fresh.replace("kiosk@", "stranger:right@"))


def test_a_database_that_is_not_there_is_named(postgres_server):
    """With the command that makes it."""
    assert "no such database; createdb --encoding=UTF8" in refused(postgres_server.url("nowhere"))


def test_a_database_that_cannot_hold_every_name_is_refused(postgres_server):
    """Made for one language's letters, it would lose the others'."""
    url = postgres_server.makes("narrow", encoding="SQL_ASCII")

    assert "made for SQL_ASCII, which cannot hold every name" in refused(url)
    postgres_server.drops("narrow")


@pytest.mark.parametrize(("version", "encoding", "said"), [(140010, "UTF8", "PostgreSQL 14 is too old; the hub needs 15"), (150016, "LATIN1", "made for LATIN1")])
def test_what_does_not_fit_is_said_with_its_remedy(version, encoding, said):
    """An old server, or one with letters of one language."""
    assert said in what_is_unfit(version, encoding)
    assert what_is_unfit(170002, "UTF8") is None


def test_tables_of_a_newer_version_are_left_alone(fresh):
    """An older program must not write what it does not understand."""
    Database(fresh).close()
    with psycopg.connect(fresh) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    assert "written by a newer version of kiosk (9999)" in refused(fresh)


def test_tables_are_not_changed_under_a_running_hub(fresh):
    """Another hub of the older version still runs: the new one says what to do."""
    with closing(Database(fresh)):
        with psycopg.connect(fresh) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '0006'")

        assert "stop all of its hubs, start one of this version" in refused(fresh)


def test_several_hubs_that_start_at_once_make_the_tables_once(fresh):
    """Each of them finds everything, whoever was first."""
    opened = []
    together = [threading.Thread(target=lambda: opened.append(Database(fresh))) for _ in range(4)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    for one in opened:
        one.close()

    assert len(opened) == 4


def test_who_wants_it_alone_waits_for_no_hub(fresh):
    """Moving a store is refused while a hub runs, and a hub while a store is moved."""
    with closing(Database(fresh)), pytest.raises(DatabaseUnusable, match="a hub runs on this database; stop it first"):
        Database(fresh, alone=True)
    with closing(Database(fresh, alone=True)), pytest.raises(DatabaseUnusable, match="a store is just being moved there"):
        Database(fresh)

    Database(fresh).close()


def test_a_damaged_file_is_mended_once(template, tmp_path):
    """Whoever knows where backups are puts one in its place; the hub opens that."""
    path = tmp_path / "hub.db"
    path.write_text("Dear customer, " * 500)
    asked = []

    def mend(damaged):
        asked.append(damaged.path)
        damaged.path.write_bytes(template.read_bytes())

    open_database(f"sqlite:///{path}", lambda _: None, mend=mend).close()

    assert asked == [path]


def test_a_file_that_cannot_be_mended_stays_an_error(tmp_path):
    """No second try, and the file as it was."""
    path = tmp_path / "hub.db"
    path.write_text("Dear customer, " * 500)

    with pytest.raises(DatabaseDamaged):
        open_database(f"sqlite:///{path}", lambda _: None, mend=lambda _: None)

    assert path.read_text().startswith("Dear customer")


def test_a_wiped_database_is_empty(server_url, clock):
    """What one test has written the next one does not find."""
    with closing(Database(server_url)) as database:
        Shop(database, clock).walk_in()
    wiped(server_url)

    with psycopg.connect(server_url) as connection:
        assert [connection.execute(f"SELECT count(*) FROM {one}").fetchone() for one in schema.metadata.tables] == [(0,)] * len(schema.metadata.tables)
