"""A device that is not paired yet: it asks its hub, shows its code, and goes on by itself when somebody has approved.

On a lane's or board's screen, or in the log where there is none. A join file that was on its card comes first. What is
said to the hub is in joining.py.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kiosk import join_card
from kiosk.errors import KioskError
from kiosk.joining import TRY_AGAIN_S, HubAway, Joining, NotOurHub, NotPaired
from kiosk.service_notify import Service
from kiosk.trust import TrustFolder

if TYPE_CHECKING:
    from kiosk.pairing import JoinFile
    from kiosk.settings import Device, Settings
    from kiosk.trust import Trust

LOOK_EVERY_S = 0.2
log = logging.getLogger(__name__)


class Shows(Protocol):
    """Where a code is shown."""

    def show(self, code: str | None) -> None:
        """This code, or None: no hub answers."""

    def close(self) -> None:
        """Give it back."""


def principal_of(settings: Settings, device: Device) -> str:
    """As which device these settings join."""
    if settings.lane:
        return f"lane/{settings.lane.letter}"
    return f"{'board' if settings.board else 'pager'}/{device.name}"


def at_its_hub(settings: Settings) -> Settings:
    """The settings with the hub of the join file or of the pairing, where they name none themselves: settings win."""
    from kiosk.settings import Device

    device = settings.device
    if device is None or device.hub != Device(name=device.name, folder=device.folder).hub:
        return settings
    folder = Path(device.folder)
    trust, join = TrustFolder(folder).load(), join_card.waiting(folder)
    hub = trust.hub if trust else next(iter(join.hub), "") if join else ""
    return replace(settings, device=replace(device, hub=hub)) if hub else settings


def joining(settings: Settings, device: Device, **how: Any) -> Joining:
    """This device's way in."""
    return Joining(
        device.hub, principal_of(settings, device), TrustFolder(Path(device.folder)), version("service-lane"), **how
    )


def by_file(settings: Settings, device: Device, join: JoinFile, **how: Any) -> Trust:
    """Join at the first of the file's addresses at which its hub answers; the settings' own comes first.

    Raises:
        HubAway: it may be at an address that does not answer now. NotPaired: the file is for another device, is used,
            is too old, or others answer at all addresses (NotOurHub).
    """
    name = principal_of(settings, device)
    if join.name != name:
        raise NotPaired(f"the join file is for {join.name}, and these settings are of {name}")
    own = [device.hub] if device.hub.startswith("https:") else []
    away, other = None, None
    for address in dict.fromkeys((*own, *join.hub)):
        try:
            folder = TrustFolder(Path(device.folder))
            return Joining(address, name, folder, version("service-lane"), **how).by_file(join)
        except HubAway as error:
            away = error
        except NotOurHub as error:
            other = error
    raise away or other or HubAway("the join file names no address of a hub")


def paired_first(settings: Settings, device: Device, has_stopped: Callable[[], bool], **how: Any) -> bool:
    """Return at once where the device is paired; else ask until it is. False: it was told to end before.

    Raises:
        NotPaired: the hub refused it. KioskError: the screen or the folder cannot be had.
    """
    if TrustFolder(Path(device.folder)).load() is not None:
        return True
    service = Service()
    service.ready("waits to be paired")
    where = _where(settings, device)
    shown: list[str | None] = [None]
    stopping, done = threading.Event(), threading.Event()
    outcome: list[KioskError | None] = []

    def ask() -> None:
        try:
            if not _joined(settings, device, stopping, **how):
                joining(settings, device, **how).by_code(lambda code: shown.__setitem__(0, code), stopping)
            outcome.append(None)
        except KioskError as error:
            outcome.append(error)
        finally:
            done.set()

    asking = threading.Thread(target=ask, name="pairing", daemon=True)
    asking.start()
    try:
        while not done.wait(LOOK_EVERY_S):
            where.show(shown[0])
            service.alive(_now_s())
            if has_stopped():
                stopping.set()
        asking.join()
    finally:
        where.close()
    if outcome and outcome[0] is not None:
        raise outcome[0]
    return not stopping.is_set()


def _joined(settings: Settings, device: Device, stopping: threading.Event, **how: Any) -> bool:
    """Join with the file from the card, as soon as a hub answers; False: there is none (any more), or `stopping`."""
    folder = Path(device.folder)
    join = join_card.waiting(folder)
    while join is not None and not stopping.is_set():
        try:
            by_file(settings, device, join, **how)
        except HubAway:
            stopping.wait(TRY_AGAIN_S)
        except NotPaired as refused:
            log.error("%s; it goes on with a code", refused)  # noqa: TRY400 - the sentence is all there is to say
            join_card.used(folder)
            return False
        else:
            join_card.used(folder)
            return True
    return False


def _now_s() -> float:
    import time

    return time.monotonic()


def _where(settings: Settings, device: Device) -> Shows:
    if settings.screen is None:
        return _Log(principal_of(settings, device))
    return _Screen(settings, device)


class _Log:
    """Says a new code once, in the log and on the console."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._said: str | None = ""

    def show(self, code: str | None) -> None:
        """Once each."""
        if code != self._said:
            self._said = code
            told = f"compare {code} on the hub's devices page" if code else "no hub answers yet"
            log.warning("%s is not paired: %s", self._name, told)

    def close(self) -> None:
        """Nothing to give back."""


class _Screen:
    """A lane's or a board's own screen."""

    def __init__(self, settings: Settings, device: Device) -> None:
        from kiosk.display.pairing import pairing_scene
        from kiosk.display.theme import THEMES, Panel
        from kiosk.display.window import Window
        from kiosk.settings import Screen
        from kiosk.typeset import Typesetter

        screen = settings.section(Screen)
        typesetter, size_px = Typesetter(), (screen.width_px, screen.height_px)
        self._window = Window(screen.kind, size_px, typesetter, title=device.name, turn=screen.turn)
        panel, theme = Panel(*size_px, screen.panel_width_mm), THEMES[screen.theme]
        name = principal_of(settings, device)
        self._scene: Callable[[str | None], Any] = lambda code: pairing_scene(panel, theme, typesetter, name, code)
        self._log = _Log(name)

    def show(self, code: str | None) -> None:
        """A picture that has not changed costs nothing."""
        self._window.touches()
        self._window.show(self._scene(code))
        self._log.show(code)

    def close(self) -> None:
        """Give the screen to the role."""
        self._window.close()
