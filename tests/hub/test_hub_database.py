"""The database: what it holds after migrating, and one clear error for everything that makes it unusable."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from hub_shop import clock_at, copied
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import DatabaseError, StatementError

from kiosk.server import schema
from kiosk.server.database import Database
from kiosk.server.errors import DatabaseDamaged, DatabaseUnusable
from kiosk.server.migrating import MIGRATIONS

pytestmark = pytest.mark.storage

SHAPE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' AND name NOT LIKE 'sqlite_stat%' ORDER BY type, name"


def shape_of(path):
    """Every table, index and trigger, as SQL with its spaces made equal."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return [(*row[:3], " ".join((row[3] or "").split())) for row in connection.execute(SHAPE)]


def test_the_migrations_lead_to_the_declared_schema(template, tmp_path):
    """Tables, STRICT, keys, indexes and triggers: what the steps made is what schema.py says."""
    declared = tmp_path / "declared.db"
    engine = create_engine(f"sqlite:///{declared}")
    with engine.begin() as connection:
        schema.create_all(connection)
    engine.dispose()

    assert shape_of(template) == shape_of(declared)


def test_the_newest_version_is_the_newest_step():
    """A hub that finds this version loads no step at all, so the two must be one."""
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == schema.VERSION


def test_every_table_is_strict_and_of_one_store(template):
    """No value of a wrong type, and `store_id` first in every key."""
    tables = [row for row in shape_of(template) if row[0] == "table"]

    assert len(tables) == len(schema.metadata.tables)
    assert all(sql.endswith(("STRICT", "STRICT, WITHOUT ROWID", "WITHOUT ROWID, STRICT")) for *_, sql in tables)
    assert all("PRIMARY KEY (store_id" in sql for *_, sql in tables)


@pytest.mark.parametrize("statement", ["UPDATE event SET kind = 'x'", "DELETE FROM event", "UPDATE event SET data = '{}' WHERE seq = 1"])
def test_the_log_can_only_grow(shop, statement):
    """Whoever holds the connection: a fact is never changed and never removed."""
    shop.walk_in()

    with pytest.raises(DatabaseError, match="append-only"), shop.database.write() as connection:
        connection.execute(text(statement))


def test_wal_full_and_foreign_keys_are_on(file_database):
    """What was acknowledged survives a power cut."""
    with file_database.write() as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert found == ["wal", 2, 1]


def test_a_row_that_refers_to_nothing_is_refused(database):
    """A line of a visit that does not exist never gets in."""
    database.ensure_store("valley", clock_at(8))
    row = {"store_id": "valley", "visit_id": "v", "revision": 1, "position": 0, "text": "x", "quantity_thousandths": 1, "unit_cents": 1, "tax_ten_thousandths": 0}

    with pytest.raises(DatabaseError, match=r"(?i)foreign key"), database.write() as connection:
        connection.execute(insert(schema.line).values(row))


def test_an_instant_without_a_zone_is_refused(database):
    """A naive time is a mistake, not a guess."""
    with pytest.raises((StatementError, TypeError)), database.write() as connection:
        connection.execute(insert(schema.store).values(store_id="x", seq=0, booked_seq=0, generation="g", made_at=clock_at(8).replace(tzinfo=None)))


def test_a_transaction_that_fails_leaves_nothing(database):
    """And the next one finds the door open."""
    database.ensure_store("valley", clock_at(8))

    def half_way():
        with database.write() as connection:
            connection.execute(schema.store.update().values(seq=7))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        half_way()

    with database.read() as connection:
        assert connection.scalar(select(schema.store.c.seq)) == 0


def test_readers_cannot_write(file_database):
    """One connection writes, and no other."""
    with pytest.raises(DatabaseError, match="readonly"), file_database.read() as connection:
        connection.execute(text("CREATE TABLE x (a)"))


def test_a_reading_is_one_moment(database):
    """What is written meanwhile is not seen before the reading ends."""
    database.ensure_store("valley", clock_at(8))
    with database.read() as connection:
        before = connection.scalar(select(schema.store.c.seq))
        with database.write() as writer:
            writer.execute(schema.store.update().values(seq=7))
        after = connection.scalar(select(schema.store.c.seq))

    assert (before, after) == (0, 0)


def test_the_stores_generation_is_drawn_once(database):
    """Opened again it is the same database; another database is another generation."""
    for _ in range(2):
        database.ensure_store("valley", clock_at(8))
        database.ensure_store("hill", clock_at(8))

    with database.read() as connection:
        generations = connection.scalars(select(schema.store.c.generation)).all()
    assert len(set(generations)) == 2


def test_a_fresh_folder_is_enough(tmp_path):
    """The folder is made, the database migrated; opened again it is as it was."""
    path = tmp_path / "a" / "b" / "hub.db"

    Database(f"sqlite:///{path}").close()
    before = shape_of(path)
    Database(f"sqlite:///{path}").close()

    assert shape_of(path) == before


def test_a_checkpoint_in_a_quiet_moment_empties_the_log(file_shop):
    """What is in the write-ahead log comes into the file; nothing changes for anybody."""
    shop = file_shop
    shop.walk_in()
    view = shop.view("board/hall")

    shop.database.checkpoint()

    path = Path(shop.database.name)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection, connection:
        assert connection.execute("SELECT count(*) FROM visit").fetchone() == (1,)
    assert shop.view("board/hall") == view


# --- unusable


def refused(url):
    with pytest.raises(DatabaseUnusable) as error:
        Database(url)
    said = str(error.value)
    assert "\n" not in said
    return said


def test_a_database_of_a_newer_version_is_left_alone(template, tmp_path):
    """An older program must not write what it does not understand."""
    url = copied(template, tmp_path / "hub.db")
    with closing(sqlite3.connect(tmp_path / "hub.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    assert "newer version of kiosk (9999)" in refused(url)


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    """Somebody's letter is not overwritten."""
    (tmp_path / "hub.db").write_text("Dear customer, " * 500)

    assert "keep the file" in refused(f"sqlite:///{tmp_path / 'hub.db'}")
    assert (tmp_path / "hub.db").read_text().startswith("Dear customer")


def test_a_damaged_database_is_found_after_an_unclean_end(template, tmp_path):
    """With a write-ahead log left behind the pages are looked at before anybody is served."""
    path = tmp_path / "damaged.db"
    url = copied(template, path)
    content = bytearray(path.read_bytes())
    for at in range(4096 * 5, len(content) - 4096, 4096):
        content[at : at + 200] = b"\x7f" * 200
    path.write_bytes(content)
    path.with_name("damaged.db-wal").write_bytes(b"\0" * 32)

    with pytest.raises(DatabaseDamaged, match="keep the file and restore") as error:
        Database(url)

    assert error.value.path == path


def test_two_hubs_on_one_file_are_refused(file_database):
    """The second one says so and ends; the first goes on."""
    said = refused(file_database.url.render_as_string(hide_password=False))

    assert "another hub runs on this database" in said
    file_database.ensure_store("valley", clock_at(8))


def test_a_database_held_by_another_program_is_named(template, tmp_path, monkeypatch):
    """Somebody's database browser holds it: one line, after a moment's patience."""
    monkeypatch.setattr("kiosk.server.database.BUSY_TIMEOUT_S", 0.05)
    url = copied(template, tmp_path / "hub.db")
    with closing(sqlite3.connect(tmp_path / "hub.db")) as other, other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        said = refused(url)
        other.rollback()

    assert "locked by another program" in said


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mongodb://x/y", "nonsense"])
def test_an_address_that_is_no_database_is_refused(url):
    """The message shows what an address looks like."""
    assert "sqlite:////var/lib/kiosk/hub.db" in refused(url)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "taken").write_text("")

    assert str(tmp_path / "taken") in refused(f"sqlite:///{tmp_path / 'taken' / 'hub.db'}")


def test_a_postgresql_that_does_not_answer_is_named_without_its_password():
    """The address is told, the password is not."""
    said = refused("postgresql://kiosk:hushhush@127.0.0.1:1/kiosk")

    assert "127.0.0.1" in said
    assert "hushhush" not in said
