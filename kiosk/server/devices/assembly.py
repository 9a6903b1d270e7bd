"""Puts devices into the hub: the authority where the settings have [web], the routes, and what is looked after.

Once an hour the authority's certificate and successor are tended. What a token opens is asked in doors.py.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.server.devices.authority import Authority
from kiosk.server.devices.fleet import trusted_by_all
from kiosk.server.devices.routes import add_devices
from kiosk.server.errors import HubError
from kiosk.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

    from kiosk.server.hub import Hub

TENDED_EVERY_S = 3600.0
log = logging.getLogger(__name__)


class Devices:
    """The devices' part of one hub."""

    def __init__(self, flask: Flask) -> None:
        """Open the authority and register the routes. `flask.extensions` has the hub and the settings.

        Raises:
            AuthorityUnusable: its files cannot be used.
        """
        self._hub: Hub = flask.extensions["hub"]
        settings: Settings = flask.extensions["settings"]
        self.authority: Authority | None = None
        if settings.web and settings.hub:
            folder = authority_folder(settings)
            now = self._hub.clock.now()
            self.authority = Authority(folder, self._hub.store.store_id, settings.web.names, now)
            if self.authority.beyond:
                log.warning(
                    "[web] names: the store's authority was not made to speak for %s; the hub is reached by its other"
                    " names until a successor has taken over: kiosk pair new-authority",
                    ", ".join(self.authority.beyond),
                )
        add_devices(flask, self.authority, settings.web.https_port if settings.web else 0)
        self._tending: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to tend, in the running loop."""
        if self.authority:
            self._tending = asyncio.create_task(self._tend_now_and_then())

    def stop(self) -> None:
        """Tend no more."""
        if self._tending:
            self._tending.cancel()

    async def _tend_now_and_then(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.tend)
            except (HubError, OSError):
                log.exception("the store's authority could not be tended")
            await asyncio.sleep(TENDED_EVERY_S)

    def tend(self) -> None:
        """Once: certificate, successor, change-over."""
        if self.authority:
            ready = self.authority.is_known_to(trusted_by_all(self._hub))
            for sentence in self.authority.tend(self._hub.clock.now(), ready=ready):
                log.warning(sentence)


def authority_folder(settings: Settings) -> Path:
    """Where the hub keeps the authority, and nginx finds its certificate."""
    if settings.hub is None:
        raise HubError("no [hub] section, and this role needs one; see docs/settings.md")
    return Path(settings.hub.folder) / "authority"
