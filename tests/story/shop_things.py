"""What stands in the shop and can be looked at or touched: lane, desks, board and ticket printer.

Everything that is seen here was told by the devices themselves, over the world's socket or the printer's port.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import zxingcpp
from PIL import Image, ImageChops, ImageStat

from kiosk import settings as settings_of
from kiosk.device_board import screen_of, wall_of
from kiosk.display.board import scene
from kiosk.display.paint import paint
from kiosk.domain.lane_state import Link
from kiosk.domain.papers import Ticket, ticket
from kiosk.hardware.simulated.gpio import DARK, SEEN
from kiosk.hardware.simulated.printer import Piece, SimulatedPrinter
from kiosk.language import plain
from kiosk.raster import raster
from kiosk.settings import load
from kiosk.shop.setup import NAMES
from kiosk.typeset import Typesetter

if TYPE_CHECKING:
    from shop_day import ShopDay

BOARD = f"board/{NAMES['board']}"
JPEG_DIFFERS = 1.5  # of 255, on average
COLOURS = {seen: colour.value for colour, seen in SEEN.items()} | {DARK: "dark"}
# What takes a person's hand some time takes it here too.
FINGER_TAKES_S = 0.4  # longer than the lane takes a touch for one that was meant for the screen before
READ_S = 0.6  # longer than the lane says that it has got a code
PRESS_S, BETWEEN_S, LONG_PRESS_S, HOLD_S = 0.08, 0.04, 1.9, 4.0  # far from the button's limits, whatever the way to the pins takes
AWAY_S = 1.6  # longer than a camera at rest takes to notice that a code has gone


class Lane:
    """What stands beside the cars."""

    def __init__(self, shop: ShopDay, name: str) -> None:
        self._shop, self._name = shop, name

    @property
    def screen(self) -> str:
        """The name of what it shows, "" while it is dark."""
        return str(self._shop.shown.get(self._name, {}).get("screen", ""))

    @property
    def words(self) -> str:
        """Everything that can be read on it."""
        return "\n".join(plain(one) for one in self._shop.shown.get(self._name, {}).get("words", ()))

    @property
    def targets(self) -> dict[str, list[int]]:
        """What can be touched."""
        return dict(self._shop.shown.get(self._name, {}).get("targets", {}))

    def sees(self, code: str, **look: Any) -> None:
        """A phone with this code is held before the camera."""
        self._shop.world.present_code(self._name, code, **look)

    def sees_nothing(self, *, for_good: bool = False) -> None:
        """The phone is taken away; for so long that the next code is a new scan even if it is the same."""
        self._shop.world.take_away(self._name)
        if for_good:
            threading.Event().wait(AWAY_S)

    def shows(self, screen: str) -> Lane:
        """Wait for this screen."""
        waits = self._shop.is_set  # put forward once: each time more, and two seconds without an answer are over at once

        def is_there() -> bool:
            nonlocal waits
            if waits and screen != self.screen == "read":
                waits = False
                self._shop.clock.passes(seconds=READ_S)
            return self.screen == screen

        self._shop.until(f"the lane does not show {screen}", is_there, self._now)
        return self

    def says(self, text: str) -> Lane:
        """Wait for these words."""
        self._shop.until(f"the lane does not say {text}", lambda: text in self.words, self._now)
        return self

    def is_alone(self) -> Lane:
        """Wait until a lane in this process has noticed that the hub is away: an idle one shows nothing of it."""
        device = self._shop.roles["lane"].device
        self._shop.until("the lane has not noticed", lambda: device._state.link is Link.DOWN)
        return self

    def touch(self, target: str) -> Lane:
        """A finger finds the key and is lifted again."""
        self._shop.until(f"the lane has no {target}", lambda: target in self.targets, self._now)
        if self._shop.is_set:
            self._shop.clock.passes(seconds=FINGER_TAKES_S)
        else:
            threading.Event().wait(FINGER_TAKES_S)
        x, y, wide, high = self.targets[target]
        for phase in ("down", "up"):
            self._shop.world.touch(self._name, x + wide // 2, y + high // 2, phase)
        return self

    def _now(self) -> str:
        return f"{self.screen}: {self.words!r}, keys {sorted(self.targets)}"


class Desk:
    """An advisor's lamp, buzzer and button, on gpiozero's pins."""

    def __init__(self, shop: ShopDay, advisor: str) -> None:
        self._shop, self._advisor = shop, advisor

    @property
    def pattern(self) -> str:
        """What the desk itself says that its lamp means."""
        return self._shop.patterns.get(self._advisor, "")

    @property
    def lamp(self) -> str:
        """What the pins show: dark, blue, red, green, amber."""
        told = self._shop.lamps.get(self._advisor)
        return COLOURS[told[-1]["colour"]] if told and told[-1]["level"] else "dark"

    @property
    def beeps(self) -> int:
        """How often the buzzer began to sound."""
        told = self._shop.lamps.get(self._advisor, ())
        sounds = [False, *(one["buzzer"] for one in told)]
        return sum(is_on and not was_on for was_on, is_on in pairwise(sounds))

    def says(self, pattern: str) -> Desk:
        """Wait until the lamp means this."""
        self._shop.until(f"{self._advisor}'s desk is not {pattern}", lambda: self.pattern == pattern, self._now)
        return self

    def glows(self, colour: str) -> Desk:
        """Wait until the pins show this colour."""
        self._shop.until(f"{self._advisor}'s lamp is not {colour}", lambda: self.lamp == colour, self._now)
        return self

    def beeped(self) -> Desk:
        """Wait until the buzzer was heard."""
        self._shop.until(f"{self._advisor}'s buzzer is silent", lambda: self.beeps, self._now)
        return self

    def press(self) -> None:
        """Press the button shortly: I am coming."""
        self._hold(PRESS_S)

    def long_press(self) -> None:
        """Hold the button for two seconds: the write-up begins."""
        self._hold(LONG_PRESS_S)

    def press_twice(self) -> None:
        """Two short presses: somebody else, please."""
        self._hold(PRESS_S)
        threading.Event().wait(BETWEEN_S)
        self._hold(PRESS_S)

    def hold(self) -> None:
        """Hold the button for longer than three seconds: I am away."""
        self._hold(HOLD_S)

    def _hold(self, how_long_s: float) -> None:
        device = NAMES[f"pager-{self._advisor}"]
        self._shop.world.press(device, self._advisor, down=True)
        lifts = threading.Timer(how_long_s, self._shop.world.press, (device, self._advisor), {"down": False})
        lifts.start()
        lifts.join()

    def _now(self) -> str:
        return f"{self.pattern}, {self.lamp}"


class Board:
    """The television in the waiting room."""

    def __init__(self, shop: ShopDay, name: str) -> None:
        self._shop, self._name = shop, name

    @property
    def words(self) -> list[str]:
        """Everything that can be read on it, in order."""
        return [plain(one) for one in self._shop.shown.get(self._name, {}).get("words", ())]

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """Its view's rows by ticket."""
        told = self._shop.view(BOARD, BOARD)["rows"]
        return {one["ticket"]: one for one in told}

    def says(self, *texts: str) -> Board:
        """Wait until all these stand on it at once."""
        self._shop.until(f"the board does not say {texts}", lambda: set(texts) <= set(self.words), lambda: self.words)
        return self

    def is_drawn(self) -> Board:
        """Wait until its picture is the one that its view makes, every pixel as near as a JPEG keeps it."""

        def is_same() -> bool:
            shown = Image.open(io.BytesIO(self._shop.pictures[self._name])).convert("RGB")
            return max(ImageStat.Stat(ImageChops.difference(shown, self._painted())).mean) < JPEG_DIFFERS

        self._shop.until("the board's picture is not what its view says", is_same)
        return self

    def _painted(self) -> Image.Image:
        settings = load(self._shop.setup.settings("board"))
        typesetter = Typesetter()
        looks, wall = screen_of(settings, typesetter), wall_of(settings.section(settings_of.Board), 0.0)
        wall.viewed(self._shop.view(BOARD, BOARD), 0.0)
        return paint(scene(wall.state(0.0), looks), typesetter).convert("RGB")

    def forgets(self, ticket: str) -> Board:
        """Wait until this number is gone."""
        self._shop.until(f"the board still says {ticket}", lambda: ticket not in self.words, lambda: self.words)
        return self

    def chimes(self) -> Board:
        """Wait until a call-out was heard."""
        self._shop.until("the board is silent", lambda: "call_out" in self._shop.heard.get(self._name, ()))
        return self


class Printer:
    """The lane's ticket printer: a TCP port that obeys ESC/POS."""

    def __init__(self, shop: ShopDay) -> None:
        self._shop = shop
        self.outside = SimulatedPrinter(port=shop.setup.printer_port, on_paper=lambda _piece: shop.noticing.notice())

    @property
    def tickets(self) -> list[PrintedTicket]:
        """What lies in the tray with ink on it: a cut before a copy may let a blank piece fall."""
        return [PrintedTicket(piece) for piece in tuple(self.outside.pieces) if has_ink(piece.image)]

    def prints(self, tickets: int) -> PrintedTicket:
        """Wait until so many tickets lie in the tray; the last of them."""
        self._shop.until(
            f"not {tickets} tickets in the tray", lambda: len(self.tickets) >= tickets, lambda: self.tickets
        )
        assert not self.outside.faults, self.outside.faults
        return self.tickets[tickets - 1]


@dataclass(frozen=True)
class PrintedTicket:
    """A piece of paper."""

    piece: Piece

    @property
    def code(self) -> str:
        """What a phone reads in the code on it."""
        return read_picture(self.piece.image)

    def is_exactly(self, told: Ticket) -> bool:
        """Whether this ticket, dot by dot, is on the paper, and nothing below it."""
        drawn = raster(ticket(told), width_dots=self.piece.image.width, typesetter=Typesetter()).convert("L")
        paper = Image.new("L", self.piece.image.size, 255)
        paper.paste(drawn, (0, 0))
        return self.piece.is_whole and ImageChops.difference(paper, self.piece.image).getbbox() is None


def has_ink(picture: Image.Image) -> bool:
    """Whether anything is printed on a piece of paper."""
    return picture.height > 0 and ImageChops.invert(picture).getbbox() is not None


def read_picture(picture: Image.Image) -> str:
    """The text of the code in a picture."""
    found = zxingcpp.read_barcode(picture.convert("L"))
    assert found is not None, "no code in this picture"
    return str(found.text)
