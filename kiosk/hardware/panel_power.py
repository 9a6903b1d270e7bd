"""Switching a board's panel off at night and on again: a monitor by DPMS, a television by CEC.

One of three, chosen by [board] panel_power; the shop's simulated panel writes down what it was told. When it is dark
is decided in kiosk.domain.board_mood; nothing here knows the hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kiosk.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.hardware.simulated.link import WorldLink

CEC_WITHIN_S = 10.0
CEC_COMMANDS = {
    False: ("cec-ctl", "--to", "0", "--standby"),
    True: ("cec-ctl", "--to", "0", "--image-view-on"),
}
DPMS_ON, DPMS_OFF = 0, 3


class PanelError(KioskError):
    """The panel could not be switched; it goes on showing black, which costs power and spares nothing else."""


class PanelPower(Protocol):
    """A panel that can be switched. One thread; each call may take up to ten seconds."""

    def switch(self, *, on: bool) -> None:
        """Switch it on or off; a panel that is so already stays so.

        Raises:
            PanelError: it did not do it; it may be tried again.
        """


class AlwaysOn:
    """A panel that nobody switches: it is black at night, and lit."""

    def switch(self, *, on: bool) -> None:
        """Do nothing."""


class SimulatedPanel:
    """The shop's panel: it tells the world each command."""

    def __init__(self, kind: str, world: WorldLink) -> None:
        """`kind` is what the settings say: dpms or cec."""
        self._kind, self._world = kind, world

    def switch(self, *, on: bool) -> None:
        """Tell the world what a real panel would have been told."""
        told = " ".join(CEC_COMMANDS[on]) if self._kind == "cec" else f"DPMS {DPMS_ON if on else DPMS_OFF}"
        self._world.tell("panel", command=told, on=on)


class Television:
    """A television on HDMI, switched by CEC with Debian's cec-ctl (package v4l-utils), as user of the group video."""

    def __init__(self, run: Callable[[Sequence[str]], tuple[int, str]] | None = None) -> None:
        """`run` carries a command out and gives its exit status and what it complained about."""
        self._run = run or _run

    def switch(self, *, on: bool) -> None:
        """Wake it up or send it to standby."""
        try:
            status, complaint = self._run(CEC_COMMANDS[on])
        except OSError as error:
            raise PanelError(f"[board] panel_power = cec: {error}; install v4l-utils, or choose none") from error
        if status:
            raise PanelError(f"[board] panel_power = cec: {complaint.strip() or status}; is CEC on in its menu?")


def _run(words: Sequence[str]) -> tuple[int, str]:
    import subprocess  # a board that switches nothing is smaller without it

    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=CEC_WITHIN_S, check=False)
    except subprocess.TimeoutExpired:
        return 1, f"no answer within {CEC_WITHIN_S:.0f} s"
    return done.returncode, done.stderr


def open_panel(kind: str, world: WorldLink | None = None) -> PanelPower:
    """The panel of [board] panel_power; in the shop, one that tells the world."""
    if kind == "none":
        return AlwaysOn()
    if world:
        return SimulatedPanel(kind, world)
    if kind == "cec":
        return Television()
    from kiosk.hardware.panel_dpms import Monitor

    return Monitor()
