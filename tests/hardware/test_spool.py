"""Tickets in the spool, against a real printer's manners: kept, printed once, marked when doubtful, wiped when done."""

from __future__ import annotations

import contextlib
import itertools
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from printing import printer_on, shows, ticket, ticket_picture

from kiosk.hardware.ports import Paper, PrinterState, PrinterTrouble
from kiosk.hardware.simulated.printer import SimulatedPrinter
from kiosk.hardware.spool import Job, JobState, Spool
from kiosk.hardware.spool_file import KEPT_S, REMEMBERED_S, SpoolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

QUEUED, SENT, CONFIRMED, FAILED, UNKNOWN = JobState
ORIGINAL, COPY = 1, 2


class Lane:
    """A spool, the printer under it, and what the lane heard of both."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.world = SimulatedPrinter()
        self.heard: list[Job] = []
        self.printer_states: list[PrinterState] = []
        self.now_s = time.time()
        self._news = threading.Condition()
        self.spool: Spool | None = None

    def start(self, *, timeout_s: float = 1.0, answers_status: bool = True, held_at_most_s: float = 60) -> Spool:
        """Start the spool on its file."""
        printer = printer_on(
            self.world, timeout_s=timeout_s, answers_status=answers_status, held_at_most_s=held_at_most_s
        )
        self.spool = Spool(
            self.path,
            printer,
            on_change=self.hear,
            on_printer=self.hear_printer,
            clock=lambda: self.now_s,
            retry_s=0.02,
            look_every_s=0.05,
        )
        return self.spool

    def stop(self) -> None:
        """End it in order."""
        if self.spool:
            self.spool.close()
            self.spool = None

    def hear(self, job: Job) -> None:
        """What the spool calls with each change."""
        with self._news:
            self.heard.append(job)
            self._news.notify_all()

    def hear_printer(self, state: PrinterState) -> None:
        """What it calls with the printer's state."""
        with self._news:
            self.printer_states.append(state)
            self._news.notify_all()

    def until(self, question: Callable[[], object]) -> None:
        """Wait until the question is answered with yes."""
        with self._news:
            assert self._news.wait_for(question, 20), f"never; heard {self.heard}, {self.printer_states}"

    def until_state(self, job_id: str, state: JobState) -> None:
        """Wait until the job has been in this state."""
        self.until(lambda: any((one.job_id, one.state) == (job_id, state) for one in self.heard))

    def until_trouble(self, trouble: PrinterTrouble) -> None:
        """Wait until a job was told to wait for this reason."""
        self.until(lambda: any(one.trouble is trouble for one in self.heard))

    def states(self, job_id: str = "job") -> list[JobState]:
        """The states that a job went through; a state that is told again, with its trouble, counts once."""
        return [state for state, _ in itertools.groupby(one.state for one in self.heard if one.job_id == job_id)]

    def shown(self) -> list[int]:
        """Which pictures lie in the tray, whole ones only."""
        pieces = [piece for piece in self.world.pieces if piece.is_whole]
        return [seed for piece in pieces for seed in range(40) if shows(piece, ticket_picture(seed))]

    def kept(self) -> list[tuple[str, str]]:
        """Ids and states of the jobs on the disk, in their order."""
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as file:
            return file.execute("SELECT job_id, state FROM job ORDER BY number").fetchall()

    def stored(self) -> bytes:
        """Every byte that the spool has on the disk."""
        return b"".join(one.read_bytes() for one in sorted(self.path.parent.glob(self.path.name + "*")))


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    """A lane with a printer on it."""
    lane = Lane(tmp_path / "spool.db")
    yield lane
    lane.stop()
    lane.world.close()


def test_a_ticket_goes_through_its_states_once(lane: Lane) -> None:
    """Put, sent, confirmed: told in this order, and one piece of paper."""
    lane.start().put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))

    lane.until_state("job", CONFIRMED)

    assert lane.states() == [SENT, CONFIRMED]
    assert lane.shown() == [ORIGINAL]


def test_the_same_job_twice_is_one_ticket(lane: Lane) -> None:
    """A lane that puts a job again after a restart prints nothing twice."""
    spool = lane.start()
    spool.put("job", "visit", ticket(ORIGINAL))
    lane.until_state("job", CONFIRMED)
    spool.put("job", "visit", ticket(ORIGINAL))
    spool.put("next", "visit", ticket(3))

    lane.until_state("next", CONFIRMED)

    assert lane.shown() == [ORIGINAL, 3]


def test_putting_never_waits_for_the_printer(lane: Lane) -> None:
    """With the printer stuck in a ticket, another one is kept at once."""
    spool = lane.start()
    lane.world.run_out_of_paper(after_dots=300)
    spool.put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))
    lane.until_trouble(PrinterTrouble.PAPER_OUT)

    spool.put("next", "visit", ticket(3))

    assert lane.kept() == [("job", SENT), ("next", QUEUED)]


def test_without_paper_the_job_is_kept_and_printed_once(lane: Lane) -> None:
    """An empty roll is told, the ticket stays, and comes out once when there is paper."""
    lane.world.run_out_of_paper()
    lane.start().put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))
    lane.until_trouble(PrinterTrouble.PAPER_OUT)

    lane.world.load_paper()
    lane.until_state("job", CONFIRMED)

    assert lane.states() == [QUEUED, SENT, CONFIRMED]
    assert lane.shown() == [ORIGINAL]


def test_paper_that_ends_in_the_middle_prints_once(lane: Lane) -> None:
    """Half a ticket is in the printer's memory: with the new roll it comes out whole, not marked, once."""
    lane.world.run_out_of_paper(after_dots=300)
    lane.start().put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))
    lane.until_trouble(PrinterTrouble.PAPER_OUT)

    lane.world.load_paper()
    lane.until_state("job", CONFIRMED)

    assert lane.shown() == [ORIGINAL]


def test_an_unplugged_printer_prints_everything_once_when_it_is_back(lane: Lane) -> None:
    """Tickets of the time without a printer come out in their order, each once."""
    lane.world.unplug()
    spool = lane.start()
    for seed in range(3, 7):
        spool.put(f"job {seed}", "visit", ticket(seed), copy=ticket(seed + 10))
    lane.until_trouble(PrinterTrouble.UNPLUGGED)

    lane.world.plug_in()
    lane.until_state("job 6", CONFIRMED)

    assert lane.shown() == [3, 4, 5, 6]


def test_a_ticket_cut_off_is_printed_again_as_a_copy(lane: Lane) -> None:
    """When the link breaks in the middle nobody knows what is on paper, so what comes next says COPY."""
    lane.world.break_after(30_000)
    lane.start().put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))

    lane.until_state("job", CONFIRMED)

    assert lane.states() == [SENT, UNKNOWN, SENT, CONFIRMED]
    assert [job.as_copy for job in lane.heard] == [False, True, True, True]
    assert lane.shown() == [COPY]


def test_a_plug_pulled_in_the_middle_leaves_one_whole_ticket(lane: Lane) -> None:
    """Half a ticket was torn off; the one that comes when the printer is back is whole and marked."""
    lane.world.run_out_of_paper(after_dots=300)
    lane.start().put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))
    lane.until_trouble(PrinterTrouble.PAPER_OUT)
    lane.world.unplug()
    lane.until_state("job", UNKNOWN)

    lane.world.load_paper()
    lane.world.plug_in()
    lane.until_state("job", CONFIRMED)

    assert lane.shown() == [COPY]


def test_without_a_marked_copy_nothing_doubtful_is_printed_again(lane: Lane) -> None:
    """No copy was given: a ticket of unknown fate stays unknown."""
    spool = lane.start()
    lane.world.break_after(30_000)
    spool.put("job", "visit", ticket(ORIGINAL))
    spool.put("next", "visit", ticket(3))

    lane.until_state("next", CONFIRMED)

    assert lane.states() == [SENT, UNKNOWN]
    assert lane.shown() == [3]


def test_an_unknown_end_is_left_alone(lane: Lane) -> None:
    """A printer that is well and did not confirm has probably printed: nothing comes out again by itself, and no picture is kept."""
    spool = lane.start(timeout_s=0.5)
    lane.world.fall_silent(wholly=False)
    spool.put("job", "visit", b"\x1b@A-017\n\x1dV\x00", copy=ticket(COPY))
    lane.until_state("job", UNKNOWN)
    lane.world.condition.confirms = True

    spool.put("next", "visit", ticket(3))
    lane.until_state("next", CONFIRMED)

    assert [one.is_due for one in lane.heard if one.state is UNKNOWN] == [False]
    assert [len(lane.world.pieces), lane.shown()] == [2, [3]]
    lane.stop()
    assert b"A-017" not in lane.stored()


def test_a_printer_that_never_answers_ends_as_sent(lane: Lane) -> None:
    """Nothing is claimed that the printer did not say."""
    lane.world.fall_silent()
    lane.start(answers_status=False).put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))

    lane.until(lambda: [job for job in lane.heard if job.state is SENT and not job.is_due])

    assert lane.world.wait_for(1)
    assert lane.shown() == [ORIGINAL]


def test_a_link_that_always_breaks_ends_as_failed(lane: Lane) -> None:
    """After three tries a ticket fails where everybody sees it, instead of spoiling the roll."""
    spool = lane.start()

    def breaks_again(job: Job) -> None:
        lane.hear(job)
        if job.state is SENT:
            lane.world.break_after(20_000)

    spool._on_change = breaks_again
    spool.put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))

    lane.until_state("job", FAILED)

    assert lane.states().count(SENT) == 3
    assert not lane.heard[-1].is_due
    assert lane.shown() == []


def test_a_reprint_that_somebody_asked_for_is_a_copy_from_the_start(lane: Lane) -> None:
    """A marked copy that breaks off may be printed again as it is: it says COPY already."""
    lane.world.break_after(30_000)
    lane.start().put("again", "visit", ticket(COPY), as_copy=True)

    lane.until_state("again", CONFIRMED)

    assert all(job.as_copy for job in lane.heard)
    assert lane.shown() == [COPY]


def test_a_restart_goes_on_with_what_was_left(lane: Lane) -> None:
    """Jobs of before the restart are printed after it."""
    lane.world.unplug()
    lane.start().put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))
    lane.stop()
    lane.world.plug_in()

    lane.start()
    lane.until_state("job", CONFIRMED)

    assert lane.shown() == [ORIGINAL]


def test_an_orderly_end_in_the_middle_of_a_ticket_is_a_doubt(lane: Lane) -> None:
    """Stopped while the printer held the ticket, the lane prints the marked copy after its start."""
    lane.world.run_out_of_paper(after_dots=300)
    lane.start().put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))
    lane.until_trouble(PrinterTrouble.PAPER_OUT)
    lane.stop()
    lane.world.unplug()
    lane.world.load_paper()
    lane.world.plug_in()

    lane.start()
    lane.until_state("job", CONFIRMED)

    assert lane.shown() == [COPY]


KILLED = """
import sys
from functools import partial
from pathlib import Path
from kiosk.hardware.printer import EscposPrinter
from kiosk.hardware.spool import Spool
from kiosk.hardware.wire import NetworkWire
from kiosk.settings import Printer

path, port, original, copy = sys.argv[1:]
settings = Printer(kind="network", host="127.0.0.1", port=int(port), timeout_s=2.0)
spool = Spool(Path(path), EscposPrinter(partial(NetworkWire, settings), settings), on_change=lambda job: None)
spool.put("job", "visit", Path(original).read_bytes(), copy=Path(copy).read_bytes())
print("kept", flush=True)
sys.stdin.read()
"""


def killed_with(lane: Lane, tmp_path: Path, *, received: int = 0) -> None:
    """Put a job in another process, and kill it once the job is durable and the printer has so many bytes of it."""
    for name, seed in (("original", ORIGINAL), ("copy", COPY)):
        (tmp_path / name).write_bytes(ticket(seed))
    arguments = [str(lane.path), str(lane.world.port), str(tmp_path / "original"), str(tmp_path / "copy")]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "kept\n"
        assert lane.world.wait_for_bytes(received)
        process.send_signal(signal.SIGKILL)


def test_a_killed_lane_loses_no_ticket(lane: Lane, tmp_path: Path) -> None:
    """Killed with the printer away: the ticket that was kept comes out after the restart, not marked."""
    lane.world.unplug()
    killed_with(lane, tmp_path)

    lane.world.plug_in()
    lane.start()
    lane.until_state("job", CONFIRMED)

    assert lane.shown() == [ORIGINAL]


def test_a_lane_killed_in_the_middle_of_a_ticket_prints_a_copy(lane: Lane, tmp_path: Path) -> None:
    """Killed while the printer held half a ticket: nobody knows, so after the restart the marked one comes."""
    lane.world.run_out_of_paper(after_dots=300)
    killed_with(lane, tmp_path, received=40_000)
    lane.world.unplug()
    lane.world.load_paper()
    lane.world.plug_in()

    lane.start()
    lane.until_state("job", CONFIRMED)

    assert lane.states() == [UNKNOWN, SENT, CONFIRMED]
    assert lane.shown() == [COPY]


def test_a_printed_ticket_is_wiped_from_the_disk(lane: Lane) -> None:
    """What stood on a customer's ticket is not to be found in the spool's files after it was confirmed."""
    secret = b"first name of somebody"
    marked = b"\x1b@" + secret + b"\n\x1dV\x00"
    lane.world.unplug()
    spool = lane.start()
    spool.put("job", "visit", marked, copy=marked)
    kept = secret in lane.stored()

    lane.world.plug_in()
    lane.until_state("job", CONFIRMED)

    assert kept
    lane.until(lambda: PrinterState(Paper.PRESENT) in lane.printer_states)
    assert secret not in lane.stored()


def test_a_ticket_of_yesterday_is_wiped_and_fails(lane: Lane) -> None:
    """After a day without a printer the picture goes, and the job ends as failed."""
    secret = b"first name of somebody"
    lane.world.unplug()
    lane.start().put("job", "visit", secret, copy=secret)
    lane.until_trouble(PrinterTrouble.UNPLUGGED)
    lane.stop()
    lane.now_s += KEPT_S + 1

    lane.start()
    lane.until_state("job", FAILED)
    lane.stop()

    assert secret not in lane.stored()


def test_jobs_are_forgotten_after_a_month(lane: Lane) -> None:
    """The file does not grow for ever."""
    lane.start().put("job", "visit", ticket(ORIGINAL))
    lane.until_state("job", CONFIRMED)
    lane.stop()
    lane.now_s += REMEMBERED_S + 1

    spool = lane.start()
    spool.put("next", "visit", ticket(3))
    lane.until_state("next", CONFIRMED)

    assert [job_id for job_id, _ in lane.kept()] == ["next"]


def test_staff_hear_of_the_printer_before_a_customer_does(lane: Lane) -> None:
    """An idle printer is asked now and then: a roll that gets thin or ends is told, and so is the new one."""
    lane.start()
    lane.until(lambda: lane.printer_states == [PrinterState(Paper.PRESENT)])
    lane.world.come_near_the_end()
    lane.until(lambda: lane.printer_states[-1] == PrinterState(Paper.NEAR_END))
    lane.world.run_out_of_paper()
    lane.until(lambda: lane.printer_states[-1] == PrinterState(Paper.OUT, PrinterTrouble.PAPER_OUT))

    lane.world.load_paper()

    lane.until(lambda: lane.printer_states[-1] == PrinterState(Paper.PRESENT))


def test_a_listener_that_fails_does_not_stop_the_printing(lane: Lane, caplog: pytest.LogCaptureFixture) -> None:
    """An error in whoever hears of changes is logged, and the next ticket prints."""
    spool = lane.start()

    def fails(job: Job) -> None:
        lane.hear(job)
        message = "a fault"
        raise RuntimeError(message)

    spool._on_change = fails
    spool.put("job", "visit", ticket(ORIGINAL))

    lane.until_state("job", CONFIRMED)

    assert "whoever hears of ticket jobs failed" in caplog.text


def test_a_damaged_file_is_an_error_with_a_remedy(lane: Lane) -> None:
    """A spool that cannot be read says which file and what to do; it is never silently begun anew."""
    lane.path.write_bytes(b"this is no spool" * 1000)

    with pytest.raises(SpoolError, match=rf"{lane.path}: .*move the file away"):
        lane.start()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """So is a folder that cannot be written."""
    world = SimulatedPrinter()

    with pytest.raises(SpoolError, match="check the folder"):
        Spool(tmp_path / "none" / "spool.db", printer_on(world), on_change=lambda job: None)

    world.close()


def test_a_file_that_fails_for_a_while_prints_nothing_twice(lane: Lane) -> None:
    """When the outcome of a ticket cannot be written down, what comes after is the marked copy."""
    spool = lane.start()
    real = spool._file.ended
    faults = iter([sqlite3.OperationalError("database or disk is full")])

    def ended(job: Job, outcome: object) -> Job | None:
        for fault in faults:
            raise fault
        return real(job, outcome)  # type: ignore[arg-type]

    spool._file.ended = ended  # type: ignore[method-assign, assignment]
    spool.put("job", "visit", ticket(ORIGINAL), copy=ticket(COPY))

    lane.until_state("job", CONFIRMED)

    assert lane.shown() == [ORIGINAL, COPY]
