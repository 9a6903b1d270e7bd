"""Hubs that can be killed again and again: a process that has loaded the program and forks a real hub for each life.

What is forked is `kiosk hub` after its imports: it opens the database, listens, serves until it is killed. Run as
`python -m prove._nursery SETTINGS`. Each line read is a wish: `hub`, or `screens` for one with its pages; each line
written is the pid of one that answers.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.domain.store import Store
    from kiosk.settings import Settings


def main() -> None:
    """Wait for wishes until nobody is left to make them."""
    from kiosk import settings as kiosk_settings
    from kiosk.server.app import create_app  # noqa: F401 - loaded once, for all lives
    from kiosk.server.serve import serve  # noqa: F401
    from kiosk.store_file import load_store

    settings = kiosk_settings.load(Path(sys.argv[1]))
    store = load_store(Path(settings.section(kiosk_settings.Hub).store_file))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    gc.collect()
    gc.freeze()  # a life need not look through what was loaded for all of them
    print("ready", flush=True)
    while wish := sys.stdin.readline():
        if os.fork() == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            live(kiosk_settings.load(Path(sys.argv[1])), store, with_screens=wish == "screens\n")
            os._exit(0)


def live(settings: Settings, store: Store, *, with_screens: bool) -> None:
    """One life of a hub, as kiosk/commands/hub.py has it."""
    from kiosk import settings as kiosk_settings
    from kiosk.server.app import create_app
    from kiosk.server.database import Database
    from kiosk.server.serve import listen, serve

    hub = settings.section(kiosk_settings.Hub)
    listener = listen(hub.listen)
    database = Database(hub.database)
    app = create_app(database, store, settings, screens=None if with_screens else ())
    serve(app, listener, lambda: print(os.getpid(), flush=True))


if __name__ == "__main__":
    main()
