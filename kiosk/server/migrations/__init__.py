"""How the database came to be what it is, one step after another (Alembic). Steps are never changed, only added."""
