"""Two stores of one process for tests: settings files as an IT person writes them, both applications, and who asks them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from hub_shop import STORE, Shop, words

from kiosk.server.app import App, create_app
from kiosk.server.database import Database
from kiosk.server.stores import Stores
from kiosk.store_settings import OneStore, stores_of

HILL = replace(STORE, store_id="hill", name=words("Hill Motors"))
BOTH = {"valley": STORE, "hill": HILL}


def write_settings(
    folder: Path,
    *,
    sign_in: bool = True,
    sockets: Path | None = None,
    web: str = "",
    **databases: str,
) -> Path:
    """The hub's file and one for each store, as docs/stores.md has them; the answer is the hub's."""
    folder.mkdir(parents=True, exist_ok=True)
    web = f'[web]\nsockets = "{sockets or folder}"\nannounce = false\n{web}'
    text = f'[hub]\nlisten = "127.0.0.1:0"\nclock = "trusted"\nsign_in = {str(sign_in).lower()}\nstores = ["valley.toml", "hill.toml"]\n'
    (folder / "hub.toml").write_text(text + web)
    for name in BOTH:
        own = folder / name
        own.mkdir(exist_ok=True)
        database = databases.get(name) or f"sqlite:///{own}/hub.db"
        (folder / f"{name}.toml").write_text(
            f'[hub]\ndatabase = "{database}"\nstore_file = "{name}-store.toml"\nfolder = "{own}"\npublic_url = "https://{name}.example"\n'
            f'[web]\nnames = ["{name}.test"]\n[papers]\n'
        )
        catalogue = (Path(__file__).parents[2] / "examples/store.toml").read_text("utf-8")
        (folder / f"{name}-store.toml").write_text(catalogue.replace('id = "valley"', f'id = "{name}"'), "utf-8")
    return folder / "hub.toml"


class Two:
    """Both stores' applications behind one, and each one's verbs.

    Attributes:
        app: what the server serves. valley, hill: the shops. of: the stores by id.
    """

    def __init__(self, opened: dict[str, tuple[OneStore, App]], clock: Any) -> None:
        self.of = opened
        self.app = Stores(list(opened.values()))
        self.valley, self.hill = (
            Shop(app.hub.database, clock, store=app.hub.store, hub=app.hub)
            for _, app in (opened["valley"], opened["hill"])
        )

    def client(self, host: str, door: str = "loopback") -> httpx.AsyncClient:
        """Somebody who asks for this host, at this door."""
        transport = httpx.ASGITransport(_AtDoor(self.app, door))
        return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")

    def flask(self, store_id: str) -> Any:
        return self.of[store_id][1].flask


class _AtDoor:
    """The application, with the door that the server would tell it."""

    def __init__(self, app: Any, door: str) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app({**scope, "state": {"door": self._door}}, receive, send)


@contextmanager
def two_stores(
    folder: Path, clock: Any, *, sign_in: bool, shared: Database | None = None, template: Path | None = None
) -> Iterator[Two]:
    """Both stores in this process; each with a SQLite file of its own, or both in one database that is given."""
    file = write_settings(folder, sign_in=sign_in)
    with ExitStack() as open_:
        opened = {}
        for one in stores_of(file):
            if template and not shared:
                (one.places["[hub] database"]).write_bytes(template.read_bytes())
            database = shared or open_.enter_context(closing(Database(one.hub.database)))
            app = create_app(database, BOTH[one.store_id], one.settings, clock)
            open_.callback(app.people.passwords.close)
            opened[one.store_id] = (one, app)
        yield Two(opened, clock)


def fresh_id() -> str:
    """For a command."""
    return secrets.token_hex(16)
