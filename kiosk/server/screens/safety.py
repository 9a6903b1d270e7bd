"""`/manager/restored`: backups as they are, and after a restore the list of what may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, redirect, request

from kiosk.server.access import ADMINISTRATOR
from kiosk.server.errors import BadRequest
from kiosk.server.flask_doors import the_doors
from kiosk.server.safety.backups import Backup, Backups, Places
from kiosk.server.safety.missing import Missing, missing
from kiosk.server.screens import keys, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from kiosk.server.hub import Hub
    from kiosk.server.snapshot import Stay

pages = page.staff_pages("safety", __name__)
TOO_OLD = timedelta(hours=3)  # two hourly backups have not come


@dataclass(frozen=True)
class Kept:
    """How it stands with backups. state: good, no_key, away, none or old."""

    state: str
    newest: Backup | None
    folder: str

    @property
    def command(self) -> str:
        """What whoever looks after the hub types there."""
        return "sudo kiosk check" if self.state in ("no_key", "away") else "sudo kiosk backup now"


@pages.get("/manager/restored")
def restored() -> str:
    """The page."""
    hub = page.the_hub()
    found = waiting(hub)
    stays = {one: hub.stay(one) for one in (*found.sent_again, *found.standing)} if found else {}
    return page.show(
        "staff/restored.html",
        title="safety.title",
        kept=kept(hub.clock.now()),
        found=found,
        sent_again=_known(stays, found.sent_again if found else ()),
        standing=_known(stays, found.standing if found else ()),
        sees_people=page.who().is_any({ADMINISTRATOR}) and the_doors().sign_in,
    )


@pages.post("/manager/restored/seen")
def seen() -> Response:
    """Somebody has gone through the list."""
    written = request.form.get("restored_at", "")
    if not written.isascii() or not written.isdigit():
        raise BadRequest("restored_at: must be the time that the page was given")
    keys.send("tick_off_restore", {"restored_at": int(written)})
    return redirect("/manager/restored", 303)


def waiting(hub: Hub) -> Missing | None:
    """The restore that nobody has looked at yet."""
    with hub.database.read() as connection:
        return missing(connection, hub.store.store_id)


def kept(now: datetime) -> Kept:
    """The newest backup, and whether it may be relied on."""
    places = Places.of(current_app.extensions["settings"], Path("hub.toml"))
    backups = Backups(places)
    newest = next(iter(backups.all()), None)
    return Kept(_state(backups, newest, now), newest, str(places.backups))


def _state(backups: Backups, newest: Backup | None, now: datetime) -> str:
    if not backups.places.keys.is_ready:
        return "no_key"
    if backups.missing():
        return "away"
    return "good" if newest and now - newest.made_at < TOO_OLD else "old" if newest else "none"


def _known(stays: dict[str, Stay | None], visit_ids: tuple[str, ...]) -> list[Stay]:
    return [stay for one in visit_ids if (stay := stays.get(one))]
