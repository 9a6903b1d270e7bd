"""Where the hub of a story keeps its day."""

from __future__ import annotations

import secrets

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """The address of a PostgreSQL database of the story's own; empty: a file beside its settings."""
    if request.param == "sqlite":
        yield ""
        return
    server = request.getfixturevalue("postgres_server")
    name = f"story_{secrets.token_hex(4)}"
    yield server.makes(name)
    server.drops(name)
