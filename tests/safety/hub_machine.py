"""A hub's machine for tests: a folder with settings, store, database and papers, and what happens on it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench._hub import EXAMPLES, booking, by_code
from kiosk import settings as kiosk_settings
from kiosk.commands.restore import _is_example
from kiosk.domain.facts import to_us
from kiosk.server import schema
from kiosk.server.appointments.wire import booking_to_json
from kiosk.server.database import Database
from kiosk.server.hub import Hub
from kiosk.server.opening import open_database
from kiosk.server.safety.backups import Backups, Places
from kiosk.server.safety.chosen import chosen
from kiosk.server.safety.keys import Keys
from kiosk.server.safety.lists import write_lists
from kiosk.server.safety.restore import Restored, finish, mend, restore
from kiosk.store_file import load_store

PAGE = 4096
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)


class HandClock:
    """Goes when it is told to."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def later(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


class Machine:
    """One machine. `opens` starts its hub, `dies` ends it without a word."""

    def __init__(self, folder: Path, clock: HandClock | None = None, stick: Path | None = None, *, is_new: bool = False) -> None:
        self.folder, self.clock = folder, clock or HandClock()
        self.stick = stick or folder.parent / "stick"
        self.stick.mkdir(exist_ok=True)
        folder.mkdir(exist_ok=True)
        self.settings_file = folder / "etc" / "hub.toml"
        if not is_new:
            self.settings_file.parent.mkdir(exist_ok=True)
            (folder / "etc" / "store.toml").write_bytes((EXAMPLES / "store.toml").read_bytes())
            self.settings_file.write_text(self.settings_text(), "utf-8")
        self.hub: Hub | None = None

    def settings_text(self) -> str:
        return (
            f'[hub]\nlisten = "127.0.0.1:0"\ndatabase = "sqlite:///{self.folder}/data/hub.db"\nfolder = "{self.folder}/data"\n'
            f'sign_in = false\n[backup]\nfolder = "{self.stick}"\n'
        )

    @property
    def settings(self) -> kiosk_settings.Settings:
        return kiosk_settings.load(self.settings_file)

    @property
    def places(self) -> Places:
        return Places.of(self.settings, self.settings_file)

    @property
    def backups(self) -> Backups:
        return Backups(self.places)

    def opens(self) -> Hub:
        self.hub = Hub(Database(self.settings.hub.database), load_store(Path(self.settings.hub.store_file)), self.clock)
        return self.hub

    def dies(self) -> None:
        if self.hub:
            self.hub.database.close()
        self.hub = None

    def restores(self, backup: Path, *, key: str | None, replaces: bool = False) -> Restored:
        """As `kiosk restore` does it, at the hour of the hand's clock."""
        with chosen(backup, self.settings_file, key, _is_example) as choice:
            return restore(choice, backup, self.clock.now(), key=key, replaces=replaces)

    def new_key(self) -> str:
        """A recovery key of nobody's."""
        return Keys(self.folder / "elsewhere").new_recovery_key()

    def damages(self, *pages: int) -> bytes:
        """These pages of its database, 0 the first, are zeros now; the answer is the whole file."""
        file = self.places.database_file
        content = bytearray(file.read_bytes())
        for page in pages:
            content[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
        file.write_bytes(content)
        return bytes(content)

    def starts(self) -> list[str]:
        """Its hub starts, and mends what is damaged; what it says to its log."""
        said: list[str] = []
        finish(self.places, self.clock.now(), said.append)
        mending = mend(self.places, self.clock.now(), said.append)
        open_database(self.settings.hub.database, said.append, mend=mending).close()
        self.opens()
        return said

    def writes_lists(self) -> None:
        """The lists of erasures and of who was shut out, as the hub writes them now and then."""
        write_lists(self.places)

    def do(self, kind: str, who: str, **body: Any) -> dict[str, Any]:
        return self.hub.command(kind, who, secrets.token_hex(16), self.clock.now(), body)

    def books(self, *numbers: int, **changes: Any) -> None:
        from dataclasses import replace

        bookings = [booking_to_json(replace(booking(one, self.clock.now()), **changes)) for one in numbers]
        self.do("import_appointments", "manager/ali", source="bench", bookings=bookings)

    def checks_in(self, number: int, ticket: int | None = None) -> str:
        """Book, show the code, scan: the visit's id."""
        self.books(number)
        token = self.do("show_code", "manager/ali", number=f"{number:06}")["token"]
        return self.do("check_in", "lane/A", **self.arrival(token, ticket or number))["visit_id"]

    def arrival(self, token: str, ticket: int) -> dict[str, Any]:
        return by_code(token, ticket) | {"device_at": to_us(self.clock.now())}

    def hands_over(self, visit_id: str) -> None:
        for step in ("begin_write_up", "begin_service", "begin_quality_check", "pass_quality_check", "hand_over"):
            more = {"advisor_id": "marta"} if step == "begin_write_up" else {}
            self.do(step, "manager/ali", visit_id=visit_id, **more)

    def rows(self, table: Any) -> list[dict[str, Any]]:
        with self.hub.database.read() as connection:
            return [dict(one) for one in connection.execute(select(table)).mappings()]

    def visit_ids(self) -> set[str]:
        return {one["visit_id"] for one in self.rows(schema.visit)}

    @property
    def generation(self) -> str:
        return self.rows(schema.store)[0]["generation"]
