"""The dealership's logo at a device: fetched from the hub once, kept in its folder, there again after a reboot.

Which logo is wanted each view says; what it looks like on a screen is display/brand.py's.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.logo import LogoUnusable

if TYPE_CHECKING:
    from kiosk.store_logo import Logo

AGAIN_S = 30.0
LONGEST = 4 * 1024 * 1024
KEY = re.compile(r"[0-9a-f]{16}")
Fetch = Callable[[str, int], bytes | None]
log = logging.getLogger(__name__)


class KeptLogo:
    """Any one thread may call `wants`; `on_logo` is called in the thread that `later` gives its work to."""

    def __init__(
        self,
        folder: Path,
        fetch: Fetch,
        on_logo: Callable[[Logo | None], None],
        later: Callable[[Callable[[], None]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """No logo is shown yet.

        Args:
            folder: of the device.
            fetch: (path, most bytes) -> what the hub has there, or None.
            on_logo: shows it; None: the drawn mark.
            later: lets the device's own thread do something.
            clock: never goes back, in seconds.
        """
        self._folder, self._fetch, self._on_logo, self._later, self._clock = folder, fetch, on_logo, later, clock
        self._key = ""
        self._again_s: float | None = None

    def wants(self, key: str) -> None:
        """The hub says that its logo is this one, "" for none; returns at once. Saying it again costs nothing."""
        is_due = self._again_s is not None and self._clock() >= self._again_s
        if key == self._key and not is_due:
            return
        self._key, self._again_s = key, None
        if not KEY.fullmatch(key):
            self._on_logo(None)
            return
        kept = self._opened(key)
        if kept is not None:
            self._on_logo(kept)
            return
        threading.Thread(target=self._get, args=(key,), name="logo", daemon=True).start()

    def _path(self, key: str) -> Path:
        return self._folder / f"logo-{key}.png"

    def _opened(self, key: str) -> Logo | None:
        from kiosk.store_logo import opened  # a store without a logo needs none of it

        try:
            return opened(key, self._path(key).read_bytes())
        except (OSError, LogoUnusable):
            return None

    def _get(self, key: str) -> None:
        """In a thread of its own: fetch it, keep it, show it; the mark stands until then."""
        png = self._fetch(f"/logo/{key}.png", LONGEST)
        logo = self._keep(key, png) if png else None
        self._later(lambda: self._got(key, logo))

    def _keep(self, key: str, png: bytes) -> Logo | None:
        from kiosk.store_logo import opened

        try:
            logo = opened(key, png)
        except (OSError, LogoUnusable) as error:
            log.warning("the logo of the store cannot be shown: %s", error)
            return None
        try:
            fresh = self._folder / "logo.new"
            fresh.write_bytes(png)
            for old in self._folder.glob("logo-*.png"):
                old.unlink(missing_ok=True)
            fresh.replace(self._path(key))
        except OSError as error:
            log.warning("the logo is shown, and not kept: %s", error)
        return logo

    def _got(self, key: str, logo: Logo | None) -> None:
        if key != self._key:
            return
        if logo is None:
            self._again_s = self._clock() + AGAIN_S
        else:
            self._on_logo(logo)
