"""A receipt printer on a TCP port: obeys ESC/POS, answers status questions, and fails as real ones do.

Verbs are what people and accidents do to it; `pieces` is what lies in the tray. It belongs to the outside world: the
lane reaches it as any network printer.
"""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.hardware.simulated.escpos_commands import Command, Commands, PrinterLanguageError
from kiosk.hardware.simulated.paper import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

STATUS = 0x12
OFFLINE, COVER_OPEN, PAPER_STOP, PAPER_OUT, NEAR_END = 0x08, 0x04, 0x20, 0x60, 0x0C


@dataclass(frozen=True)
class Piece:
    """A piece of paper in the tray; one that was torn off instead of cut is not whole."""

    image: Image.Image = field(repr=False)
    is_whole: bool

    @property
    def png(self) -> bytes:
        """As a file."""
        stream = io.BytesIO()
        self.image.save(stream, "PNG")
        return stream.getvalue()


@dataclass
class Condition:
    """How the printer is.

    Attributes:
        left_dots: how much paper is left, None for a whole roll.
        breaks_after: the link is reset once after so many more bytes, None for never.
        bytes_per_s: how fast it takes bytes, None for at once.
    """

    has_paper: bool = True
    is_near_end: bool = False
    is_cover_open: bool = False
    is_plugged_in: bool = False
    answers: bool = True
    confirms: bool = True
    left_dots: int | None = None
    breaks_after: int | None = None
    bytes_per_s: float | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether it prints nothing at present."""
        return not self.has_paper or self.is_cover_open

    def status(self, question: int) -> int:
        """The answer to DLE EOT `question`."""
        told = {
            1: OFFLINE if self.is_stopped else 0,
            2: (COVER_OPEN if self.is_cover_open else 0) | (0 if self.has_paper else PAPER_STOP),
            4: (PAPER_OUT if not self.has_paper else 0) | (NEAR_END if self.is_near_end else 0),
        }
        return STATUS | told.get(question, 0)


class SimulatedPrinter:
    """Listens until closed. Verbs may be called from any thread and take effect at once."""

    def __init__(
        self,
        *,
        paper_mm: int = 80,
        host: str = "127.0.0.1",
        port: int = 0,
        memory_bytes: int = 256 * 1024,
        on_paper: Callable[[Piece], None] = lambda _piece: None,
        on_condition: Callable[[], None] = lambda: None,
    ) -> None:
        """Plug it in.

        Args:
            port: 0 takes a free one; see `port`. Unplugged and plugged in again it keeps it.
            memory_bytes: how much it keeps while it cannot print; then it stops reading.
            on_paper: called from the printer's thread for each piece that falls.
            on_condition: called after each verb, from its caller's thread.
        """
        self.condition = Condition()
        self.pieces: list[Piece] = []
        self.faults: list[PrinterLanguageError] = []
        self.received = 0
        self._address = (host, port)
        self._on_paper, self._on_condition = on_paper, on_condition
        self._changed = threading.Condition(threading.RLock())
        self._memory_bytes = memory_bytes
        self._sheet = Sheet(paper_mm, self._fell)
        self._memory: deque[Command] = deque()
        self._server: socket.socket | None = None
        self._connection: socket.socket | None = None
        self.plug_in()

    # -- verbs ---------------------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._address[1]

    def run_out_of_paper(self, after_dots: int = 0) -> None:
        """The roll ends, now or after so many more dots."""
        self._become(has_paper=after_dots > 0, left_dots=after_dots or None)

    def load_paper(self) -> None:
        """A new roll; what waits in the memory is printed."""
        self._become(has_paper=True, is_near_end=False, left_dots=None)

    def come_near_the_end(self) -> None:
        """The sensor sees the roll getting thin."""
        self._become(is_near_end=True)

    def open_cover(self) -> None:
        """Somebody opens the cover."""
        self._become(is_cover_open=True)

    def close_cover(self) -> None:
        """Somebody closes it; what waits in the memory is printed."""
        self._become(is_cover_open=False)

    def fall_silent(self, *, wholly: bool = True) -> None:
        """It answers nothing from now on, or (not wholly) status questions only."""
        self._become(answers=not wholly, confirms=False)

    def be_slow(self, bytes_per_s: float | None) -> None:
        """It takes only so many bytes a second; None: as many as come."""
        self._become(bytes_per_s=bytes_per_s)

    def break_after(self, received: int) -> None:
        """The link is reset once, when this many more bytes have come."""
        self._become(breaks_after=received)

    def unplug(self) -> None:
        """Pull its cable: nobody listens, connections break, the memory is empty, half a ticket hangs out of it."""
        with self._changed:
            if self._server is None:
                return
            with contextlib.suppress(OSError):
                self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
            self._server.close()
            self._server = None
            self._break()
            self._memory.clear()
            self._sheet.torn_off()
        self._become(is_plugged_in=False)

    def plug_in(self) -> None:
        """Switch it on, on the port that it had before."""
        with self._changed:
            if self._server is not None:
                return
            self._server = socket.create_server(self._address)
            self._address = self._server.getsockname()[:2]
            threading.Thread(target=self._serve, args=(self._server,), name="simulated printer", daemon=True).start()
        self._become(is_plugged_in=True)

    def close(self) -> None:
        """The end of it."""
        self.unplug()

    def wait_for(self, pieces: int, timeout_s: float = 10.0) -> bool:
        """Wait until so many pieces lie in the tray; whether they do."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.pieces) >= pieces, timeout_s)

    def wait_for_bytes(self, received: int, timeout_s: float = 10.0) -> bool:
        """Wait until so many bytes have come in all; whether they have."""
        with self._changed:
            return self._changed.wait_for(lambda: self.received >= received, timeout_s)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _become(self, **how: object) -> None:
        with self._changed:
            for name, value in how.items():
                setattr(self.condition, name, value)
            self._print_what_can_be()
            self._changed.notify_all()
        self._on_condition()

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with self._changed:
                if self._server is not server:
                    connection.close()
                    return
                self._connection = connection
            with contextlib.suppress(OSError), connection:
                self._listen(connection)

    def _listen(self, connection: socket.socket) -> None:
        """One connection after another, as real ones do."""
        commands = Commands()
        try:
            while piece := connection.recv(1024):
                self._take(piece, commands)
            commands.end()
        except PrinterLanguageError as fault:
            self._stumble(fault)

    def _stumble(self, fault: PrinterLanguageError) -> None:
        """What a real one would print as rubbish is a fault of the program: kept, and the ticket is not confirmed."""
        with self._changed:
            self.faults.append(fault)
            self._memory.clear()
            self._break()

    def _take(self, piece: bytes, commands: Commands) -> None:
        with self._changed:
            self.received += len(piece)
            self._changed.notify_all()
            if self.condition.bytes_per_s:
                self._changed.wait(len(piece) / self.condition.bytes_per_s)
            if self.condition.breaks_after is not None:
                self.condition.breaks_after -= len(piece)
                if self.condition.breaks_after <= 0:
                    self.condition.breaks_after = None
                    self._break()
                    return
            for command in commands.feed(piece):
                if command.name == "status_now":
                    self._answer(self.condition.status(command.values[0]), wanted=self.condition.answers)
                else:
                    self._memory.append(command)
            self._print_what_can_be()
            self._changed.wait_for(lambda: self._has_room or self._server is None)

    @property
    def _has_room(self) -> bool:
        return sum(len(one.content) for one in self._memory) <= self._memory_bytes

    def _print_what_can_be(self) -> None:
        while self._memory and not self.condition.is_stopped:
            if self._runs_out_within(self._memory[0]):
                self.condition.has_paper, self.condition.left_dots = False, None
                return
            command = self._memory.popleft()
            if command.name == "status":
                self._answer(3 if self.condition.is_near_end else 0, wanted=self.condition.confirms)
            else:
                self._obey(command)

    def _obey(self, command: Command) -> None:
        try:
            self._sheet.obey(command)
        except PrinterLanguageError as fault:
            self._stumble(fault)

    def _runs_out_within(self, command: Command) -> bool:
        if self.condition.left_dots is None:
            return False
        self.condition.left_dots -= self._sheet.needs_dots(command)
        return self.condition.left_dots < 0

    def _answer(self, answer: int, *, wanted: bool) -> None:
        if wanted and self._connection is not None:
            with contextlib.suppress(OSError):  # who asked has gone
                self._connection.sendall(bytes([answer]))

    def _break(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._connection.shutdown(socket.SHUT_RD)
                self._connection.close()
            self._connection = None

    def _fell(self, image: Image.Image, is_whole: bool) -> None:  # noqa: FBT001 - called by the paper, which knows two ways
        piece = Piece(image, is_whole)
        self.pieces.append(piece)
        self._changed.notify_all()
        self._on_paper(piece)
