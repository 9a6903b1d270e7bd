"""`kiosk hub`: the hub of one store, from one settings file."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    import socket

    from kiosk.server.app import App

HELP = "run the hub: it holds the visits, lanes, pagers, boards and screens watch it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--settings."""
    parser.add_argument(
        "--settings", type=Path, default=Path("/etc/kiosk/hub.toml"), help="settings file (%(default)s)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Open and migrate the database, listen, serve until SIGTERM."""
    from kiosk import settings as kiosk_settings
    from kiosk.server.app import create_app
    from kiosk.server.logs import log_lines
    from kiosk.server.opening import open_database
    from kiosk.server.safety.backups import Places
    from kiosk.server.safety.hourly import hourly
    from kiosk.server.safety.restore import mend
    from kiosk.server.serve import COMMAND_LINE, NGINX, address_of, listen, listen_on, serve
    from kiosk.store_file import load_store

    log_lines()
    settings = kiosk_settings.load(arguments.settings)
    hub = settings.section(kiosk_settings.Hub)
    store = load_store(Path(hub.store_file))
    listener = listen(hub.listen)
    sockets: list[socket.socket] = []
    try:
        say = logging.getLogger(__name__).warning
        mending = mend(Places.of(settings, arguments.settings), datetime.now(UTC), say)
        database = open_database(hub.database, say, mend=mending)
        try:
            app = create_app(database, store, settings)
            folder = Path(settings.web.sockets if settings.web else hub.folder)
            if settings.web:
                sockets.append(listen_on(folder / NGINX, for_group=True))
            if hub.sign_in:
                sockets.append(listen_on(folder / COMMAND_LINE, for_group=False))
            address = address_of(listener)
            with hourly(app.hub, settings, arguments.settings):
                serve(app, listener, lambda: _say(address, app), *sockets)
        finally:
            database.close()
    finally:
        for one in (listener, *sockets):
            one.close()
    return 0


def _say(address: str, app: App) -> None:
    """One line for who started it, one for systemd; and while nobody can administer it, how somebody begins."""
    from kiosk.service_notify import Service

    print(f"kiosk hub: {address}", flush=True)
    if app.doors.sign_in and not app.people.has_administrator():
        code = app.people.new_first_code()
        print(f"kiosk hub: no administrator yet; type {code} at {address}/first within an hour", flush=True)
    Service().ready(f"answers at {address}")
