"""The hub's tables, as the newest migration leaves them; a test compares the two.

`event` is the log and the truth; `visit`, `page`, `presence` and `ticket_counter` are folds of it, kept so that nobody
reads the log to draw a screen. What people are called or have typed is in `person`, `vehicle`, `note`, `line` alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    literal_column,
    text,
)

from kiosk.server.columns import Cents, Document, Flag, Id, Instant, Whole

VERSION = "0007"  # the newest step of migrations/versions/

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def store_table(name: str, key: tuple[str, ...], *columns: Any, has_long_rows: bool = False) -> Table:
    """A STRICT table of one store's rows: `store_id` first, and first in its key.

    SQLite keeps the rows in the key itself, which is one page less to write for each new row; long rows would make
    that tree deep.
    """
    parts = [Column("store_id", Id, nullable=False), *columns, PrimaryKeyConstraint("store_id", *key)]
    if name != "store":
        parts.append(ForeignKeyConstraint(["store_id"], ["store.store_id"]))
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=has_long_rows)


def refers(column: str, to: str) -> ForeignKeyConstraint:
    """`column` is a key of table `to`; looked at when the transaction ends, so rows may come in any order."""
    return ForeignKeyConstraint(
        ["store_id", column], [f"{to}.store_id", f"{to}.{column}"], deferrable=True, initially="DEFERRED"
    )


def has(name: str, kind: Any) -> Column[Any]:
    """A column that every row fills."""
    return Column(name, kind, nullable=False)


def may(name: str, kind: Any) -> Column[Any]:
    """A column that a row may leave empty."""
    return Column(name, kind, nullable=True)


store = store_table(
    "store",
    (),
    has("seq", Whole),
    has("generation", Id),  # random, made at creation, restore and move
    has("booked_seq", Whole),  # the seq at which appointments or codes changed last
    has("made_at", Instant),
    may("room_checked_at", Instant),
)

event = store_table(
    "event",
    ("seq",),
    has("seq", Whole),
    may("visit_id", Id),
    has("kind", Id),
    has("at", Instant),
    has("actor", Id),
    has("data", Document),
    may("command_id", Id),
)
Index(None, event.c.store_id, event.c.visit_id, event.c.seq)

visit = store_table(
    "visit",
    ("visit_id",),
    has("visit_id", Id),
    has("seq", Whole),  # of its last fact
    has("ticket", Id),
    may("lane", Id),
    has("stage", Id),
    has("is_open", Flag),
    may("appointment_id", Id),
    may("person_id", Id),
    may("vehicle_id", Id),
    may("note_id", Id),
    may("said_note_id", Id),  # the customer's own words at the lane
    has("arrived_at", Instant),
    may("closed_at", Instant),
    has("folded", Document),
    refers("appointment_id", "appointment"),
    refers("person_id", "person"),
    refers("vehicle_id", "vehicle"),
    refers("note_id", "note"),
    ForeignKeyConstraint(
        ["store_id", "said_note_id"], ["note.store_id", "note.note_id"], deferrable=True, initially="DEFERRED"
    ),
    has_long_rows=True,
)
_STANDS = text("stage <> 'withdrawn'")
# For statements: a value that comes later has SQLite compile them anew at each run, to see whether that index will do.
STANDS = visit.c.stage != literal_column("'withdrawn'")
Index(
    "ux_visit_of_appointment",
    visit.c.store_id,
    visit.c.appointment_id,
    unique=True,
    sqlite_where=_STANDS,
    postgresql_where=_STANDS,
)
Index(None, visit.c.store_id, visit.c.is_open, visit.c.closed_at)
Index(None, visit.c.store_id, visit.c.seq)

# Every number that leads to an open visit, its aliases too: no two visits of a store can be called by one number.
open_ticket = store_table(
    "open_ticket", ("ticket",), has("ticket", Id), has("visit_id", Id), refers("visit_id", "visit")
)

# A lane draws a visit's id before it asks; if the code already made a visit, this leads from the lane's id to that one.
visit_alias = store_table(
    "visit_alias", ("proposed_id",), has("proposed_id", Id), has("visit_id", Id), refers("visit_id", "visit")
)

page = store_table(
    "page",
    ("page_id",),
    has("page_id", Id),
    may("visit_id", Id),  # null: somebody at a lane asks for help before there is a visit
    may("lane", Id),
    has("reason", Id),
    has("opened_at", Instant),
    has("advisors", Document),
    may("acknowledged_by", Id),
    may("acknowledged_at", Instant),
    may("closed_at", Instant),
)
Index(None, page.c.store_id, page.c.closed_at)

ticket_counter = store_table("ticket_counter", ("lane",), has("lane", Id), has("last", Whole))
presence = store_table("presence", ("advisor_id",), has("advisor_id", Id), has("presence", Id), has("at", Instant))

person = store_table(
    "person",
    ("person_id",),
    has("person_id", Id),
    has("display_name", Text),
    has("first_name", Text),
    has("last_name", Text),
    may("phone_e164", Text),
    has("phone_written", Text),
    may("email", Text),
    may("contact_method", Id),
    may("confirmed_at", Instant),  # when its owner last said that it is right
    may("language", Id),
    may("blanked_at", Instant),
)

vehicle = store_table(
    "vehicle",
    ("vehicle_id",),
    has("vehicle_id", Id),
    may("year", Whole),
    has("make", Text),
    has("model", Text),
    has("colour", Text),
    may("vin", Text),
    has("vin_written", Text),
    has("plate", Text),
    may("blanked_at", Instant),
)

note = store_table(
    "note",
    ("note_id",),
    has("note_id", Id),
    has("kind", Id),
    has("words", Text),
    has("at", Instant),
    may("blanked_at", Instant),
    has_long_rows=True,
)

appointment = store_table(
    "appointment",
    ("appointment_id",),
    has("appointment_id", Id),
    has("source", Id),
    has("number", Id),
    has("starts_at", Instant),
    has("zone", Id),
    has("is_cancelled", Flag),
    has("person_id", Id),
    has("vehicle_id", Id),
    may("note_id", Id),  # what the customer says is wrong
    may("odometer", Whole),
    has("odometer_unit", Id),
    has("operations", Document),  # [[code, words]] as the booking names them
    has("operation_codes", Document),  # the catalogue's codes they were found to be
    has("transport", Text),
    has("advisor_written", Text),
    has("advisor_code", Text),
    may("advisor_id", Id),
    may("promised_at", Instant),
    has("exported_key", Id),
    has("booked_at", Instant),
    refers("person_id", "person"),
    refers("vehicle_id", "vehicle"),
    refers("note_id", "note"),
    has_long_rows=True,
)
Index("ux_appointment_number", appointment.c.store_id, appointment.c.number, appointment.c.source, unique=True)
Index(None, appointment.c.store_id, appointment.c.starts_at)

# A newer export that differs from a booking whose visit has begun: shown to the advisor, never applied.
kept_aside = store_table(
    "kept_aside",
    ("appointment_id",),
    has("appointment_id", Id),
    has("booking", Document),
    has("is_cancelled", Flag),
    has("at", Instant),
    refers("appointment_id", "appointment"),
    has_long_rows=True,
)

code = store_table(
    "code",
    ("token_hash",),
    has("token_hash", Id),
    may("appointment_id", Id),
    may("visit_id", Id),
    has("made_at", Instant),
    may("expires_at", Instant),
    may("revoked_at", Instant),
    refers("appointment_id", "appointment"),
    refers("visit_id", "visit"),
)
_OF_APPOINTMENT, _OF_VISIT = text("appointment_id IS NOT NULL"), text("visit_id IS NOT NULL")
Index(
    "ix_code_of_appointment",
    code.c.store_id,
    code.c.appointment_id,
    sqlite_where=_OF_APPOINTMENT,
    postgresql_where=_OF_APPOINTMENT,
)
Index("ix_code_of_visit", code.c.store_id, code.c.visit_id, sqlite_where=_OF_VISIT, postgresql_where=_OF_VISIT)

typed_code = store_table(
    "typed_code",
    ("typed_hash", "appointment_id"),
    has("typed_hash", Id),
    has("appointment_id", Id),
    has("form", Id),  # digits or number
    has("made_at", Instant),
    may("expires_at", Instant),
    may("revoked_at", Instant),
    refers("appointment_id", "appointment"),
)
Index(None, typed_code.c.store_id, typed_code.c.appointment_id)

command = store_table(
    "command",
    ("command_id",),
    has("command_id", Id),
    has("kind", Id),
    has("body_hash", Id),
    has("actor", Id),
    has("at", Instant),
    has("seq", Whole),
    has("result", Document),  # ids, codes and numbers; names are looked up anew for each answer
)
Index(None, command.c.store_id, command.c.at)

line = store_table(
    "line",
    ("visit_id", "revision", "position"),
    has("visit_id", Id),
    has("revision", Whole),
    has("position", Whole),
    has("text", Text),
    has("quantity_thousandths", Whole),
    has("unit_cents", Cents),
    has("tax_ten_thousandths", Whole),  # of a percent: 8.875 % is 88750
    may("warranty", Text),
    refers("visit_id", "visit"),
    has_long_rows=True,
)

paper = store_table(
    "paper",
    ("paper_id",),
    has("paper_id", Id),
    has("visit_id", Id),
    has("language", Id),
    has("lines_revision", Whole),
    has("made_at", Instant),
    has("actor", Id),
    may("print_job", Id),
    may("trouble", Id),
    refers("visit_id", "visit"),
)
Index(None, paper.c.store_id, paper.c.visit_id)

device = store_table(
    "device",
    ("name",),
    has("name", Id),  # as its principal: lane/A, pager/desks, board/hall
    has("version", Text),
    has("trouble", Document),
    may("printer_trouble", Id),  # what the last ticket ran into
    has("reported_at", Instant),
)

# The log is append-only on both databases, whoever holds the connection.
APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END",
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END",
    ),
    "postgresql": (
        """CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql
           AS $$ BEGIN RAISE EXCEPTION 'event is append-only'; END $$""",
        """CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
           FOR EACH ROW EXECUTE FUNCTION event_is_append_only()""",
        """CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
           FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()""",
    ),
}


# Each commit that moves a store on says so to every process that listens (listener.py).
WAKES = {
    "sqlite": (),
    "postgresql": (
        """CREATE FUNCTION store_has_moved() RETURNS trigger LANGUAGE plpgsql
           AS $$ BEGIN PERFORM pg_notify('kiosk_store', NEW.seq || ' ' || NEW.store_id); RETURN NULL; END $$""",
        """CREATE TRIGGER store_wakes AFTER UPDATE OF seq ON store
           FOR EACH ROW WHEN (OLD.seq IS DISTINCT FROM NEW.seq) EXECUTE FUNCTION store_has_moved()""",
    ),
}


def create_all(connection: Connection) -> None:
    """Everything declared here, in an empty database: what the migrations are compared with."""
    metadata.create_all(connection)
    for statement in (*APPEND_ONLY[connection.dialect.name], *WAKES[connection.dialect.name]):
        connection.exec_driver_sql(statement)


from kiosk.server import schema_desks  # noqa: E402, F401, I001 - as the next
from kiosk.server import schema_devices  # noqa: E402, F401 - it declares its tables with what stands above


from kiosk.server import schema_staff  # noqa: E402, F401 - and its tables
from kiosk.server import schema_contacts  # noqa: E402, F401 - and what finds a returning customer
from kiosk.server import schema_safety  # noqa: E402, F401 - and erasures and restorations
