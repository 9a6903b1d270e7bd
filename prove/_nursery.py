"""Hubs that can be killed again and again: a process that has loaded the program and forks a real hub for each life.

What is forked is `kiosk hub` after its imports: it opens the database, listens, serves until it is killed. Run as
`python -m prove._nursery SETTINGS`; each line read is a wish (`hub`), each line written a pid or an address.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


def main() -> None:
    """Wait for wishes until nobody is left to make them."""
    from kiosk import settings as kiosk_settings
    from kiosk.server.app import create_app  # noqa: F401 - loaded once, for all lives
    from kiosk.server.serve import serve  # noqa: F401
    from kiosk.store_file import load_store

    settings = kiosk_settings.load(Path(sys.argv[1]))
    load_store(Path(settings.section(kiosk_settings.Hub).store_file))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    print("ready", flush=True)
    while sys.stdin.readline():
        if os.fork() == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            live(settings)
            os._exit(0)


def live(settings: object) -> None:
    """One life of a hub, as kiosk/commands/hub.py has it."""
    from kiosk import settings as kiosk_settings
    from kiosk.server.app import create_app
    from kiosk.server.database import Database
    from kiosk.server.serve import listen, serve
    from kiosk.store_file import load_store

    assert isinstance(settings, kiosk_settings.Settings)
    hub = settings.section(kiosk_settings.Hub)
    listener = listen(hub.listen)
    database = Database(hub.database)
    app = create_app(database, load_store(Path(hub.store_file)), settings, screens=())
    serve(app, listener, lambda: print(os.getpid(), flush=True))


if __name__ == "__main__":
    main()
