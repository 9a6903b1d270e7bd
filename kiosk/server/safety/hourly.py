"""What the hub does once an hour beside its work: a backup, letting go of what is too old; and the list of revocations.

A backup is made by a process of its own (`kiosk backup now`), at the lowest priority: packing and encrypting a year of
papers would hold up check-ins. Nothing here is needed for a visit; what fails is told in the log and tried again.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import settings as kiosk_settings
from kiosk.server.errors import Busy
from kiosk.server.safety.backups import Places
from kiosk.server.safety.lists import KeepsShutOut
from kiosk.server.safety.retention import Limits, sweep

if TYPE_CHECKING:
    from kiosk.server.hub import Hub
    from kiosk.settings import Settings

HOUR_S = 3600.0
SHUT_OUT_EVERY_S = 15.0
FIRST_AFTER_S = 60.0  # a hub that has just started has devices to greet
LONGEST_BACKUP_S = 1800.0
log = logging.getLogger(__name__)


@contextmanager
def hourly(
    hub: Hub, settings: Settings, file: Path, *, of_group: bool = False, first_after_s: float = FIRST_AFTER_S
) -> Iterator[None]:
    """While the hub serves.

    Args:
        file: the hub's. of_group: it leads to several stores, and the settings are those of this one.
    """
    over = threading.Event()
    store_id = hub.store.store_id if of_group else ""
    words = (hub, settings, file, store_id, over, first_after_s)
    task = threading.Thread(target=_run, args=words, name="hourly", daemon=True)
    task.start()
    try:
        yield
    finally:
        over.set()
        task.join(2)


def _run(  # noqa: PLR0917 - a thread has no keywords
    hub: Hub, settings: Settings, file: Path, store_id: str, over: threading.Event, pause_s: float
) -> None:
    shut_out = KeepsShutOut(hub.database, Places.of(settings, file))
    while not _is_over_within(pause_s, over, shut_out):
        pause_s = HOUR_S
        try:
            sweep_once(hub, settings)
            back_up(settings, file, over, store_id=store_id)
        except Busy:
            log.info("no quiet moment to let go of what is old; in an hour")
        except Exception:  # the hub serves on, whatever happens here
            log.exception("the hourly work failed; again in an hour")


def _is_over_within(pause_s: float, over: threading.Event, shut_out: KeepsShutOut) -> bool:
    """Wait, and meanwhile see to it that a revocation is known outside of the database within a moment."""
    left_s = pause_s
    while left_s > 0:
        if over.wait(min(left_s, SHUT_OUT_EVERY_S)):
            return True
        left_s -= SHUT_OUT_EVERY_S
        try:
            shut_out.look()
        except Busy:
            pass  # in a moment
        except Exception:  # the hub serves on, whatever happens here
            log.exception("the list of who was shut out could not be looked at; again in a moment")
    return over.is_set()


def sweep_once(hub: Hub, settings: Settings) -> int:
    """Blank and delete what is over by the hub's clock."""
    limits = settings.retention or kiosk_settings.Retention()
    folder = Path(settings.section(kiosk_settings.Hub).folder)
    ages = Limits(timedelta(days=limits.personal_days), timedelta(days=limits.papers_days))
    count = sweep(hub.database, hub.store.store_id, hub.clock.now(), ages, folder)
    if count:
        log.info("%d visits, appointments and papers were too old; what was personal in them is gone", count)
    return count


def back_up(
    settings: Settings, file: Path, over: threading.Event, *, store_id: str = "", longest_s: float = LONGEST_BACKUP_S
) -> bool:
    """One backup by a process of its own; whether it was made. One that takes too long is ended; the next is tried.

    Args:
        file: the hub's. store_id: which of its stores, where it leads to several.
    """
    if not Places.of(settings, file).keys.is_ready:
        log.warning("no backup is made: there is no recovery key yet; kiosk backup new-key makes one")
        return False
    words = [sys.executable, "-P", "-m", "kiosk", "backup", "now", "--settings", str(file)]
    words += ["--store", store_id] if store_id else []
    made = subprocess.Popen(["nice", "-n", "19", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = ""
    for _ in range(int(longest_s)):
        try:
            said = made.communicate(timeout=1)[1].strip()
            break
        except subprocess.TimeoutExpired:
            if over.is_set():
                break
    if made.poll() is None:
        made.terminate()
        made.communicate()
        if not over.is_set():
            log.error("no backup was made: it was not done after %d minutes; again in an hour", longest_s // 60)
        return False
    if made.returncode:
        log.error("no backup was made: %s", said.splitlines()[-1] if said else made.returncode)
    return made.returncode == 0
