"""The first tables, as they were in this version: this file is never changed, newer steps come after it."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from kiosk.server.columns import Cents, Document, Flag, Id, Instant, Whole

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, key: tuple[str, ...], *columns: Any, has_long_rows: bool = False) -> Table:
    """A STRICT table of one store's rows: `store_id` first, and first in its key.

    SQLite keeps the rows in the key itself, which is one page less to write for each new row; long rows would make
    that tree deep.
    """
    parts = [Column("store_id", Id, nullable=False), *columns, PrimaryKeyConstraint("store_id", *key)]
    if name != "store":
        parts.append(ForeignKeyConstraint(["store_id"], ["store.store_id"]))
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=has_long_rows)


def _refers(column: str, to: str) -> ForeignKeyConstraint:
    """`column` is a key of table `to`; looked at when the transaction ends, so rows may come in any order."""
    return ForeignKeyConstraint(
        ["store_id", column], [f"{to}.store_id", f"{to}.{column}"], deferrable=True, initially="DEFERRED"
    )


def _has(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _may(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=True)


store = _table(
    "store",
    (),
    _has("seq", Whole),
    _has("generation", Id),  # random, made at creation, restore and move
    _has("booked_seq", Whole),  # the seq at which appointments or codes changed last
    _has("made_at", Instant),
    _may("room_checked_at", Instant),
)

event = _table(
    "event",
    ("seq",),
    _has("seq", Whole),
    _may("visit_id", Id),
    _has("kind", Id),
    _has("at", Instant),
    _has("actor", Id),
    _has("data", Document),
    _may("command_id", Id),
)
Index(None, event.c.store_id, event.c.visit_id, event.c.seq)

visit = _table(
    "visit",
    ("visit_id",),
    _has("visit_id", Id),
    _has("seq", Whole),  # of its last fact
    _has("ticket", Id),
    _may("lane", Id),
    _has("stage", Id),
    _has("is_open", Flag),
    _may("appointment_id", Id),
    _may("person_id", Id),
    _may("vehicle_id", Id),
    _may("note_id", Id),
    _may("said_note_id", Id),
    _has("arrived_at", Instant),
    _may("closed_at", Instant),
    _has("folded", Document),
    _refers("appointment_id", "appointment"),
    _refers("person_id", "person"),
    _refers("vehicle_id", "vehicle"),
    _refers("note_id", "note"),
    ForeignKeyConstraint(
        ["store_id", "said_note_id"], ["note.store_id", "note.note_id"], deferrable=True, initially="DEFERRED"
    ),
    has_long_rows=True,
)
_STANDS = text("stage <> 'withdrawn'")
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
open_ticket = _table("open_ticket", ("ticket",), _has("ticket", Id), _has("visit_id", Id), _refers("visit_id", "visit"))

# A lane draws a visit's id before it asks; if the code already made a visit, this leads from the lane's id to that one.
visit_alias = _table(
    "visit_alias", ("proposed_id",), _has("proposed_id", Id), _has("visit_id", Id), _refers("visit_id", "visit")
)

page = _table(
    "page",
    ("page_id",),
    _has("page_id", Id),
    _may("visit_id", Id),  # null: somebody at a lane asks for help before there is a visit
    _may("lane", Id),
    _has("reason", Id),
    _has("opened_at", Instant),
    _has("advisors", Document),
    _may("acknowledged_by", Id),
    _may("acknowledged_at", Instant),
    _may("closed_at", Instant),
)
Index(None, page.c.store_id, page.c.closed_at)

ticket_counter = _table("ticket_counter", ("lane",), _has("lane", Id), _has("last", Whole))
presence = _table("presence", ("advisor_id",), _has("advisor_id", Id), _has("presence", Id), _has("at", Instant))

person = _table(
    "person",
    ("person_id",),
    _has("person_id", Id),
    _has("display_name", Text),
    _has("first_name", Text),
    _has("last_name", Text),
    _may("phone_e164", Text),
    _has("phone_written", Text),
    _may("email", Text),
    _may("contact_method", Id),
    _may("confirmed_at", Instant),
    _may("language", Id),
    _may("blanked_at", Instant),
)

vehicle = _table(
    "vehicle",
    ("vehicle_id",),
    _has("vehicle_id", Id),
    _may("year", Whole),
    _has("make", Text),
    _has("model", Text),
    _has("colour", Text),
    _may("vin", Text),
    _has("vin_written", Text),
    _has("plate", Text),
    _may("blanked_at", Instant),
)

note = _table(
    "note",
    ("note_id",),
    _has("note_id", Id),
    _has("kind", Id),
    _has("words", Text),
    _has("at", Instant),
    _may("blanked_at", Instant),
    has_long_rows=True,
)

appointment = _table(
    "appointment",
    ("appointment_id",),
    _has("appointment_id", Id),
    _has("source", Id),
    _has("number", Id),
    _has("starts_at", Instant),
    _has("zone", Id),
    _has("is_cancelled", Flag),
    _has("person_id", Id),
    _has("vehicle_id", Id),
    _may("note_id", Id),  # what the customer says is wrong
    _may("odometer", Whole),
    _has("odometer_unit", Id),
    _has("operations", Document),  # [[code, words]] as the booking names them
    _has("operation_codes", Document),  # the catalogue's codes they were found to be
    _has("transport", Text),
    _has("advisor_written", Text),
    _has("advisor_code", Text),
    _may("advisor_id", Id),
    _may("promised_at", Instant),
    _has("exported_key", Id),
    _has("booked_at", Instant),
    _refers("person_id", "person"),
    _refers("vehicle_id", "vehicle"),
    _refers("note_id", "note"),
    has_long_rows=True,
)
Index("ux_appointment_number", appointment.c.store_id, appointment.c.number, appointment.c.source, unique=True)
Index(None, appointment.c.store_id, appointment.c.starts_at)

# A newer export that differs from a booking whose visit has begun: shown to the advisor, never applied.
kept_aside = _table(
    "kept_aside",
    ("appointment_id",),
    _has("appointment_id", Id),
    _has("booking", Document),
    _has("is_cancelled", Flag),
    _has("at", Instant),
    _refers("appointment_id", "appointment"),
    has_long_rows=True,
)

code = _table(
    "code",
    ("token_hash",),
    _has("token_hash", Id),
    _may("appointment_id", Id),
    _may("visit_id", Id),
    _has("made_at", Instant),
    _may("expires_at", Instant),
    _may("revoked_at", Instant),
    _refers("appointment_id", "appointment"),
    _refers("visit_id", "visit"),
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

typed_code = _table(
    "typed_code",
    ("typed_hash", "appointment_id"),
    _has("typed_hash", Id),
    _has("appointment_id", Id),
    _has("form", Id),  # digits or number
    _has("made_at", Instant),
    _may("expires_at", Instant),
    _may("revoked_at", Instant),
    _refers("appointment_id", "appointment"),
)
Index(None, typed_code.c.store_id, typed_code.c.appointment_id)

command = _table(
    "command",
    ("command_id",),
    _has("command_id", Id),
    _has("kind", Id),
    _has("body_hash", Id),
    _has("actor", Id),
    _has("at", Instant),
    _has("seq", Whole),
    _has("result", Document),  # ids, codes and numbers; names are looked up anew for each answer
)
Index(None, command.c.store_id, command.c.at)

line = _table(
    "line",
    ("visit_id", "revision", "position"),
    _has("visit_id", Id),
    _has("revision", Whole),
    _has("position", Whole),
    _has("text", Text),
    _has("quantity_thousandths", Whole),
    _has("unit_cents", Cents),
    _has("tax_ten_thousandths", Whole),  # of a percent: 8.875 % is 88750
    _may("warranty", Text),
    _refers("visit_id", "visit"),
    has_long_rows=True,
)

paper = _table(
    "paper",
    ("paper_id",),
    _has("paper_id", Id),
    _has("visit_id", Id),
    _has("language", Id),
    _has("lines_revision", Whole),
    _has("made_at", Instant),
    _has("actor", Id),
    _may("print_job", Id),
    _may("trouble", Id),
    _refers("visit_id", "visit"),
)
Index(None, paper.c.store_id, paper.c.visit_id)

device = _table(
    "device",
    ("name",),
    _has("name", Id),  # as its principal: lane/A, pager/desks, board/hall
    _has("version", Text),
    _has("trouble", Document),
    _may("printer_trouble", Id),  # what the last ticket ran into
    _has("reported_at", Instant),
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


revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, and the triggers that keep the log append-only."""
    metadata.create_all(op.get_bind())
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
