"""Opening the hub's database at start: with patience for a server that is not there yet, and one try to mend a file.

What mends a damaged file is given by who opens it: here nobody knows what a backup is.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kiosk.server.database import Database
from kiosk.server.errors import DatabaseAway, DatabaseDamaged

PATIENCE_S = 120.0
AGAIN_S = 2.0
Mend = Callable[[DatabaseDamaged], None]


def open_database(
    url: str,
    say: Callable[[str], None],
    *,
    mend: Mend | None = None,
    wait: Callable[[float], object] = time.sleep,
    patience_s: float = PATIENCE_S,
) -> Database:
    """The open database.

    Args:
        say: told, once, that the server does not answer and is asked again; and that it does at last.
        mend: called once with a damaged file; it keeps that file aside and puts a good one in its place, or raises.
        wait: lets a moment pass between two tries.
        patience_s: how long a server may be away. systemd starts the hub again after that.

    Raises:
        DatabaseUnusable: as `Database` does; DatabaseAway only after `patience_s`.
    """
    tries = int(patience_s / AGAIN_S)
    for count in range(tries + 1):
        try:
            database = _opened(url, mend)
        except DatabaseAway as away:
            if count == tries:
                raise
            if count == 0:
                say(f"{away} Trying again every {AGAIN_S:.0f} s.")
            wait(AGAIN_S)
        else:
            if count:
                say(f"{database.name}: answers now")
            return database
    raise AssertionError("the last try has raised")


def _opened(url: str, mend: Mend | None) -> Database:
    try:
        return Database(url)
    except DatabaseDamaged as damaged:
        if mend is None:
            raise
        mend(damaged)
        return Database(url)
