"""`kiosk hub`: the hub of one store, from one settings file; or of several, each of which has one more."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from kiosk.server.app import App
    from kiosk.store_settings import OneStore

HELP = "run the hub: it holds the visits, lanes, pagers, boards and screens watch it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--settings."""
    parser.add_argument(
        "--settings", type=Path, default=Path("/etc/kiosk/hub.toml"), help="settings file (%(default)s)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Open and migrate each store's database, listen, serve until SIGTERM."""
    from kiosk.server.logs import log_lines
    from kiosk.server.serve import COMMAND_LINE, NGINX, address_of, listen, listen_on, serve
    from kiosk.server.stores import Stores
    from kiosk.store_settings import stores_of

    log_lines()
    stores = stores_of(arguments.settings)
    machine = stores[0]
    with ExitStack() as open_:
        listener = open_.enter_context(listen(machine.hub.listen))
        apps = [(one, open_.enter_context(_opened(one))) for one in stores]
        sockets = []
        if machine.settings.web:
            sockets.append(open_.enter_context(listen_on(machine.sockets / NGINX, for_group=True)))
        if machine.hub.sign_in:
            sockets.append(open_.enter_context(listen_on(machine.sockets / COMMAND_LINE, for_group=False)))
        served = apps[0][1] if machine.is_only else Stores(apps)
        address = address_of(listener)
        serve(served, listener, lambda: _say(address, apps), *sockets)
    return 0


@contextmanager
def _opened(one: OneStore) -> Iterator[App]:
    """A store's application on its open database, with what it does once an hour, until the hub ends."""
    from kiosk.server.app import create_app
    from kiosk.server.opening import open_database
    from kiosk.server.safety.backups import Places
    from kiosk.server.safety.hourly import hourly
    from kiosk.server.safety.restore import finish, mend
    from kiosk.store_file import load_store

    store = load_store(Path(one.hub.store_file))
    say = logging.getLogger(__name__).warning
    places, now = Places.of(one.settings, one.file), datetime.now(UTC)
    finish(places, now, say)
    mending = mend(places, now, say)
    database = open_database(one.hub.database, say, mend=mending)
    try:
        app = create_app(database, store, one.settings)
        with hourly(app.hub, one.settings, one.group or one.file, of_group=not one.is_only):
            yield app
    finally:
        database.close()


def _say(address: str, apps: list[tuple[OneStore, App]]) -> None:
    """One line for who started it, one for systemd; and while nobody can administer a store, how somebody begins."""
    from kiosk.server.serve import address_at
    from kiosk.service_notify import Service

    print(f"kiosk hub: {address}", flush=True)
    for one, app in apps:
        own = address if one.is_only else address_at(address, one.host)
        if not one.is_only:
            print(f"kiosk hub: {own} is {app.hub.store.name.en}", flush=True)
        if app.doors.sign_in and not app.people.has_administrator():
            code = app.people.new_first_code()
            door = _door(one) or own
            print(f"kiosk hub: no administrator yet; type {code} at {door}/first within an hour", flush=True)
    Service().ready(f"answers at {address}" + ("" if len(apps) == 1 else f" for {len(apps)} stores"))


def _door(one: OneStore) -> str:
    """Where people in the house open the hub's pages, through nginx; empty: on its own machine only."""
    web = one.settings.web
    if not web or not web.names:
        return ""
    return f"https://{web.names[0]}" + (f":{web.https_port}" if web.https_port != 443 else "")
