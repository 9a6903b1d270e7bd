"""Runs the steps on the connection that database.py hands over, inside its transaction: all of them or none."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
