"""What several hub processes on one database need: whoever moves a store on tells all that listen. PostgreSQL alone."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

WAKES = (
    """CREATE FUNCTION store_has_moved() RETURNS trigger LANGUAGE plpgsql
       AS $$ BEGIN PERFORM pg_notify('kiosk_store', NEW.seq || ' ' || NEW.store_id); RETURN NULL; END $$""",
    """CREATE TRIGGER store_wakes AFTER UPDATE OF seq ON store
       FOR EACH ROW WHEN (OLD.seq IS DISTINCT FROM NEW.seq) EXECUTE FUNCTION store_has_moved()""",
)


def upgrade() -> None:
    """A notice with each commit, in the order of the commits."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in WAKES:
            op.get_bind().exec_driver_sql(statement)
