"""What every device stands on: its inbox, its folder, and the report that tells the hub how it is."""

from __future__ import annotations

import dataclasses
import shutil
import threading

import pytest
from device_floor import MARTA

from kiosk.device import LONGEST_WAIT_S, REPORT_EVERY_S, TELL_AGAIN_S, FolderUnusable, Line, Loop
from kiosk.device_lane_memory import LaneMemory, MemoryBroken
from kiosk.device_pager import PagerDevice
from kiosk.domain.lane_inputs import Slip
from kiosk.domain.store import Words
from kiosk.errors import KioskError
from kiosk.hardware.ports import SimulatorError
from kiosk.hub_client import Reply


def test_what_is_put_in_is_done_in_order_by_one_thread():
    """Work from many threads is done by the loop's own, each after the one before."""
    loop, done = Loop(), []
    for number in range(20):
        loop.put(lambda number=number: done.append((number, threading.current_thread())))
    loop.put(loop.stop)

    loop.run(lambda: 0.0)

    assert done == [(number, threading.current_thread()) for number in range(20)]


def test_the_loop_turns_until_it_is_stopped():
    """A turn comes before each wait, at least once a second however long it asks to wait; after stop there is none."""
    loop, turns = Loop(), []

    def turn() -> float:
        turns.append(1)
        if len(turns) == 3:
            loop.stop()
        return 0.0 if len(turns) < 3 else 3600.0

    loop.run(turn)

    assert len(turns) == 3
    assert LONGEST_WAIT_S <= 1.0


def test_what_stopped_the_loop_is_raised():
    """A device that lost what it cannot be without ends with that error: the first one, not its consequences."""
    loop = Loop()
    loop.stop(SimulatorError("first"))
    loop.stop(KioskError("second"))

    with pytest.raises(SimulatorError, match="first"):
        loop.run(lambda: 0.0)


def test_a_folder_that_is_none_is_one_clear_error(floor, tmp_path):
    """A device that can keep nothing does not start: the setting, the path and the remedy are named."""
    (tmp_path / "file").write_text("in the way")
    device = dataclasses.replace(floor.pager_settings().device, folder=str(tmp_path / "file" / "pager"))

    with pytest.raises(FolderUnusable, match=r"\[device\] folder = .*file/pager.*; make it"):
        Line("pager/one", device)


def test_a_device_ends_when_its_shop_has_gone(floor):
    """Simulated hardware without its world is an error that says what to start, never a silent mock."""
    loop = Loop()
    pager = PagerDevice(floor.pager_settings(), loop)

    floor.world.close()

    with pytest.raises(SimulatorError, match="kiosk shop"):
        loop.run(pager.turn)
    pager.close()


class ToldHub:
    """A hub's client for reports alone: answers as the test says, None for a hub that is away."""

    def __init__(self, *answers):
        self.answers, self.asked, self.bodies = list(answers), [], []

    def ask(self, kind, body):
        """Remember the trouble that was told; an answer that is an error is raised."""
        self.asked.append(body["trouble"])
        self.bodies.append(body)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def reports(floor):
    """Makes lines whose reports go to a ToldHub; `on_report` wakes whoever waits for the answer."""
    opened = []

    def make(*answers):
        heard = threading.Semaphore(0)
        line = Line("board/one", floor.board_settings().device, on_report=lambda _answer: heard.release())
        opened.append(line.client)
        line.client = ToldHub(*answers)
        return line, heard

    yield make
    for one in opened:
        one.close()


def test_a_report_is_told_when_it_changes_and_now_and_then(reports):
    """The same trouble is told once a minute, another one at once."""
    line, heard = reports(*[Reply("id", {})] * 4)

    for trouble, at_s in (((), 0.0), ((), 1.0), (("no_sound",), 2.0), ((), 3.0), ((), 3.0 + REPORT_EVERY_S)):
        line.report(trouble, at_s)
        if at_s != 1.0:
            assert heard.acquire(timeout=60)

    assert line.client.asked == [[], ["no_sound"], [], []]


def test_a_report_that_nobody_heard_is_told_again(reports):
    """A hub that was away hears of an empty roll seconds after it is back, not a minute."""
    line, heard = reports(None, Reply("id", {}))

    line.report(("paper_out",), 0.0)
    assert heard.acquire(timeout=60)
    line.report(("paper_out",), TELL_AGAIN_S - 0.1)
    line.report(("paper_out",), TELL_AGAIN_S)
    assert heard.acquire(timeout=60)

    assert line.client.asked == [["paper_out"], ["paper_out"]]


def test_after_a_lost_report_the_next_is_told_twice(reports):
    """A slow hub may read the lost one last: soon afterwards it hears once more how things are."""
    line, heard = reports(None, Reply("id", {}), Reply("id", {}))

    for trouble, at_s in ((("camera_covered",), 0.0), ((), TELL_AGAIN_S), ((), 2 * TELL_AGAIN_S)):
        line.report(trouble, at_s)
        assert heard.acquire(timeout=60)
    line.report((), 3 * TELL_AGAIN_S)

    assert line.client.asked == [["camera_covered"], [], []]


def test_reports_do_not_overtake_each_other(reports):
    """While one report is under way the next waits, so the hub's last word is the device's last word."""
    line, heard = reports(Reply("id", {}), Reply("id", {}))
    goes_on = threading.Event()
    ask = line.client.ask
    line.client.ask = lambda kind, body: goes_on.wait(60) and ask(kind, body)

    line.report(("camera_covered",), 0.0)
    line.report((), 0.1)
    goes_on.set()
    assert heard.acquire(timeout=60)
    line.report((), 0.2)
    assert heard.acquire(timeout=60)

    assert line.client.asked == [["camera_covered"], []]


def test_a_device_whose_disk_is_broken_still_reports(reports):
    """What outbox and folder no longer tell is left out of the report; the hub hears the rest, and no more often."""
    line, heard = reports(Reply("id", {}))
    line._outbox.close()
    shutil.rmtree(line._folder)

    line.report(("folder",), 0.0)
    assert heard.acquire(timeout=60)
    line.report(("folder",), REPORT_EVERY_S - 1)

    assert [sorted(body) for body in line.client.bodies] == [["clock_set", "trouble", "trusted", "version"]]


def test_a_report_that_the_disk_refuses_is_told_again(reports):
    """An error while telling counts as not heard: told again seconds later, not at every turn of the loop."""
    line, heard = reports(OSError("read-only file system"), Reply("id", {}))

    for at_s in (0.0, TELL_AGAIN_S):
        line.report((), at_s)
        assert heard.acquire(timeout=60)
        line.report((), at_s + 0.1)

    assert line.client.asked == [[], []]


def test_a_ticket_that_is_owed_is_read_as_it_was_written(tmp_path, floor):
    """The slip of a conversation comes back whole after a power cut, names and times too."""
    slip = Slip(
        visit_id="v1", ticket="A-017", language="ar", arrived_at=floor.clock(), advisor=Words(**MARTA["name"]),
        advisor_at=None, asked=(Words("Oil", "Aceite", "زيت"),), completion_at=floor.clock(), follow_token="0" * 26,
    )  # fmt: skip
    before = LaneMemory(tmp_path / "lane.db")
    before.hold(slip)
    before.close()

    after = LaneMemory(tmp_path / "lane.db")

    assert after.owed() == slip
    after.hold(None)
    assert after.owed() is None
    after.close()


def test_a_file_that_is_no_memory_is_refused(tmp_path):
    """A damaged counter is an error with its remedy: it might give a number twice."""
    (tmp_path / "lane.db").write_bytes(b"something else" * 100)

    with pytest.raises(MemoryBroken, match=r"lane\.db.*move it away"):
        LaneMemory(tmp_path / "lane.db")
