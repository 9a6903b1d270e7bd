"""The ticket printer against a printer with every fault: what is confirmed, what is refused, what stays unknown."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest
from printing import printer_on, shows, ticket, ticket_picture

from kiosk.hardware.backends import open_printer
from kiosk.hardware.escpos_talk import judged
from kiosk.hardware.ports import Outcome, Paper, PrinterError, PrinterState, PrinterTrouble, TicketPrinter
from kiosk.hardware.simulated.printer import SimulatedPrinter
from kiosk.settings import Printer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator



class Told:
    """What a print told on its way."""

    def __init__(self) -> None:
        self.begun = 0
        self.troubles: list[PrinterTrouble] = []
        self.held = threading.Event()

    def on_begun(self) -> None:
        """Count it."""
        self.begun += 1

    def on_held(self, trouble: PrinterTrouble) -> None:
        """Keep it."""
        self.troubles.append(trouble)
        self.held.set()


def run(printer: TicketPrinter, content: bytes, told: Told | None = None) -> Outcome:
    """Print, and keep what is told on the way."""
    told = told or Told()
    return printer.print(content, begun=told.on_begun, held=told.on_held)


class Printing:
    """A print that runs in its own thread, as the spool's does."""

    def __init__(self, printer: TicketPrinter, content: bytes) -> None:
        self.told = Told()
        self.outcome: Outcome | None = None
        self._thread = threading.Thread(target=self._run, args=(printer, content), daemon=True)
        self._thread.start()

    def _run(self, printer: TicketPrinter, content: bytes) -> None:
        self.outcome = run(printer, content, self.told)

    def result(self) -> Outcome | None:
        """Wait for its end."""
        self._thread.join(60)
        return self.outcome


@pytest.fixture
def world() -> Iterator[SimulatedPrinter]:
    """A printer to which nothing wrong is ever said."""
    world = SimulatedPrinter()
    yield world
    world.close()
    assert world.faults == []


def test_a_ticket_is_confirmed_by_the_printer(world: SimulatedPrinter) -> None:
    """A printed ticket is whole, dot by dot, and said to be so by the printer itself."""
    told = Told()

    outcome = run(printer_on(world), ticket(1), told)

    assert outcome is Outcome.CONFIRMED
    assert (told.begun, told.troubles) == (1, [])
    assert [shows(piece, ticket_picture(1)) for piece in world.pieces] == [True]


def test_one_printer_after_another(world: SimulatedPrinter) -> None:
    """Ticket after ticket comes out whole and in order."""
    printer = printer_on(world)

    outcomes = {run(printer, ticket(seed)) for seed in range(5)}

    assert outcomes == {Outcome.CONFIRMED}
    assert all(shows(piece, ticket_picture(seed)) for seed, piece in enumerate(world.pieces))


@pytest.mark.parametrize(
    ("accident", "trouble", "remedy"),
    [
        (SimulatedPrinter.run_out_of_paper, PrinterTrouble.PAPER_OUT, "put in a new roll"),
        (SimulatedPrinter.open_cover, PrinterTrouble.COVER_OPEN, "close it"),
        (SimulatedPrinter.unplug, PrinterTrouble.UNPLUGGED, "check its power"),
        (SimulatedPrinter.fall_silent, PrinterTrouble.TIMEOUT, "answers_status = false"),
    ],
)
def test_nothing_is_sent_to_a_printer_that_would_not_print(
    world: SimulatedPrinter, accident: Callable[[SimulatedPrinter], None], trouble: PrinterTrouble, remedy: str
) -> None:
    """Each trouble is found before the first byte, and its error names printer and remedy."""
    accident(world)
    told, printer = Told(), printer_on(world, timeout_s=0.3)

    with pytest.raises(PrinterError, match=rf"127\.0\.0\.1:{world.port}: .*{remedy}") as caught:
        run(printer, ticket(), told)

    assert caught.value.trouble is trouble
    assert told.begun == 0
    assert world.received <= len(b"\x10\x04\x01") * 3


@pytest.mark.parametrize(
    ("accident", "state"),
    [
        (lambda world: None, PrinterState(Paper.PRESENT)),
        (SimulatedPrinter.come_near_the_end, PrinterState(Paper.NEAR_END)),
        (SimulatedPrinter.run_out_of_paper, PrinterState(Paper.OUT, PrinterTrouble.PAPER_OUT)),
        (SimulatedPrinter.open_cover, PrinterState(Paper.PRESENT, PrinterTrouble.COVER_OPEN)),
        (SimulatedPrinter.unplug, PrinterState(Paper.UNKNOWN, PrinterTrouble.UNPLUGGED)),
        (SimulatedPrinter.fall_silent, PrinterState(Paper.UNKNOWN, PrinterTrouble.TIMEOUT)),
    ],
)
def test_its_state_is_what_it_says(
    world: SimulatedPrinter, accident: Callable[[SimulatedPrinter], None], state: PrinterState
) -> None:
    """Asked between tickets, it tells paper, cover and silence; asking never fails."""
    accident(world)

    assert printer_on(world, timeout_s=0.3).state() == state


def test_paper_that_ends_in_the_middle_is_waited_for(world: SimulatedPrinter) -> None:
    """The ticket stays in the printer's memory: it is told once, and comes out whole, once, with the new roll."""
    world.run_out_of_paper(after_dots=300)
    printing = Printing(printer_on(world), ticket(2))
    assert printing.told.held.wait(60)

    world.load_paper()

    assert printing.result() is Outcome.CONFIRMED
    assert printing.told.troubles == [PrinterTrouble.PAPER_OUT]
    assert [shows(piece, ticket_picture(2)) for piece in world.pieces] == [True]


def test_a_printer_that_stops_reading_is_waited_for(world: SimulatedPrinter) -> None:
    """With little memory it takes no more bytes; the rest is sent when it goes on."""
    world.close()
    small = SimulatedPrinter(memory_bytes=4096)
    small.run_out_of_paper(after_dots=1)
    printing = Printing(printer_on(small, timeout_s=0.3), ticket(3) * 120)
    assert printing.told.held.wait(60)

    small.load_paper()

    assert printing.result() is Outcome.CONFIRMED
    assert len(small.pieces) == 120
    small.close()


def test_a_wait_has_an_end(world: SimulatedPrinter) -> None:
    """A printer that nobody mends holds its ticket for a time, then the ticket counts as cut off."""
    world.run_out_of_paper(after_dots=300)

    outcome = run(printer_on(world, held_at_most_s=0.1), ticket())

    assert outcome is Outcome.CUT_OFF


@pytest.mark.parametrize("received", [1, 700, 20_000, 49_000])
def test_a_link_that_breaks_in_the_middle_is_never_success(world: SimulatedPrinter, received: int) -> None:
    """Wherever the reset strikes after the first byte, the ticket is cut off, not printed."""
    told, printer = Told(), printer_on(world)
    world.break_after(received + 6)

    outcome = run(printer, ticket(), told)

    assert outcome is Outcome.CUT_OFF
    assert told.begun == 1
    assert world.pieces == []


def test_a_plug_pulled_in_the_middle_is_never_success(world: SimulatedPrinter) -> None:
    """Unplugged while it prints: cut off, with half a ticket torn off it."""
    world.run_out_of_paper(after_dots=300)
    printing = Printing(printer_on(world), ticket())
    assert printing.told.held.wait(60)

    world.unplug()

    assert printing.result() is Outcome.CUT_OFF
    assert [piece.is_whole for piece in world.pieces] == [False]


def test_no_answer_behind_the_ticket_is_unknown(world: SimulatedPrinter) -> None:
    """A printer that is well and does not confirm has probably printed: unknown, not printed and not cut off."""
    world.fall_silent(wholly=False)

    outcome = run(printer_on(world, timeout_s=0.5), b"\x1b@A-017\n\x1dV\x00")

    assert outcome is Outcome.UNKNOWN


def test_a_printer_that_never_answers_is_sent_to(world: SimulatedPrinter) -> None:
    """With answers_status = false nothing is asked and nothing is claimed: the whole ticket is sent."""
    world.fall_silent()
    printer = printer_on(world, answers_status=False)

    outcome = run(printer, ticket(4))

    assert outcome is Outcome.SENT
    assert printer.state() == PrinterState(Paper.UNKNOWN)
    assert world.wait_for(1)
    assert shows(world.pieces[0], ticket_picture(4))


def test_a_slow_printer_is_given_its_time(world: SimulatedPrinter) -> None:
    """A ticket that takes longer than the timeout is confirmed all the same: bytes flow."""
    world.be_slow(60_000)

    outcome = run(printer_on(world, timeout_s=0.5), ticket(5))

    assert outcome is Outcome.CONFIRMED


def test_closing_ends_a_wait(world: SimulatedPrinter) -> None:
    """When the program ends, a ticket that is held in the printer counts as cut off at once."""
    world.run_out_of_paper(after_dots=300)
    printer = printer_on(world)
    printing = Printing(printer, ticket())
    assert printing.told.held.wait(60)

    printer.close()

    assert printing.result() is Outcome.CUT_OFF


def test_a_host_that_swallows_everything_is_unplugged() -> None:
    """An address behind which nobody answers is told within the timeout, not after a minute."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        fillers = [socket.socket() for _ in range(3)]
        for one in fillers:
            one.setblocking(False)
            one.connect_ex(address)
        printer = open_printer(Printer(kind="network", host="127.0.0.1", port=address[1], timeout_s=0.5))

        state = printer.state()

        for one in fillers:
            one.close()
    assert state == PrinterState(Paper.UNKNOWN, PrinterTrouble.UNPLUGGED)


def test_answers_that_did_not_come_are_not_invented() -> None:
    """A printer that answers neither question is silent; one that answers one of them is taken at its word."""
    assert judged(None, None, None) == PrinterState(Paper.UNKNOWN, PrinterTrouble.TIMEOUT)
    assert judged(0x12, None, None) == PrinterState(Paper.PRESENT)
    assert judged(0x1A, 0x12, 0x12) == PrinterState(Paper.PRESENT, PrinterTrouble.OFFLINE)
    assert judged(0x1A, 0x32, 0x12) == PrinterState(Paper.OUT, PrinterTrouble.PAPER_OUT)
