"""A lane with its real screen, camera, printer and line: from the code to the paper, and what it does when a part is away."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from datetime import timedelta
from functools import partial

from device_floor import NOW, STRANGER, TOKEN, digest, lane_view
from lane_floor import greet, reported
from PIL import Image

from kiosk.device_lane import LaneDevice
from kiosk.device_lane_memory import LaneMemory
from kiosk.device_lane_paper import LanePaper
from kiosk.device_lane_sight import LaneSight
from kiosk.display.lane_samples import STORE
from kiosk.domain import check_in
from kiosk.domain.facts import to_us
from kiosk.domain.lane_inputs import Slip
from kiosk.domain.lane_state import Hint, Link, Made, Sight
from kiosk.domain.store import Words
from kiosk.hardware.ports import Frame
from kiosk.typeset import Typesetter


def test_a_code_held_up_becomes_a_ticket_on_paper(floor, lane):
    """From the camera's frame to the paper that falls: one check-in, two answers, one ticket."""
    greet(floor)

    floor.touch("confirm")
    floor.touch("permission.yes")

    floor.until("no paper", lambda: floor.printer.pieces)
    assert floor.hub.sent("check_in")[0]["code_hash"] == digest(TOKEN)
    assert len(floor.printer.pieces) == 1
    floor.until(
        "nothing said of the paper", lambda: any(one["state"] == "confirmed" for one in floor.hub.sent("report_ticket"))
    )
    floor.until("the paper is not announced", lambda: "Take your paper ticket below." in floor.words)


def test_every_command_has_an_id_of_its_own(floor, lane):
    """Sent twice, counted once: no id is used for two commands."""
    greet(floor)

    floor.touch("confirm")
    floor.until("not confirmed", lambda: floor.hub.sent("confirm_details"))

    ids = [one["id"] for one in floor.hub.commands]
    assert len(ids) == len(set(ids))


def test_the_camera_looks_only_while_it_is_asked_for(floor, lane):
    """Once a code was read the camera rests, and nobody's picture is kept."""
    greet(floor)

    floor.until("the camera goes on", lambda: floor.told["shown"][-1].values["screen"] == "hello")

    assert lane._sight.picture is None


def test_an_idle_lane_draws_nothing(floor, lane):
    """Turn after turn with nobody there and an empty lane before the camera, not one picture more."""
    floor.until("no picture of the lane", lambda: lane._sight.picture)
    turns = []
    drawn = []

    def turned():
        turns.append(lane.turn())
        drawn.append(lane._window.drawn)
        floor.noticing.notice()

    for _ in range(50):
        lane._loop.put(turned)

    floor.until("too few turns", lambda: len(turns) == 50)
    assert len(set(drawn[1:])) == 1


def test_a_hub_that_falls_silent_is_not_waited_for(floor, lane):
    """The customer is greeted, and after two seconds the check-in is told again as the fact of a lane that stands alone."""
    floor.hub.falls_silent()

    floor.world.present_code("device", TOKEN)
    floor.until("not read", lambda: floor.screen == "read")
    floor.clock.passes(0.6)
    floor.shows("hello")

    floor.until("not kept", lambda: lane._state.customer and lane._state.customer.offline)
    floor.hub.falls_silent(on=False)
    floor.until("never sent", lambda: any(one["offline"] for one in floor.hub.sent("check_in")))
    assert {one["ticket"] for one in floor.hub.sent("check_in")} == {"A-017"}


def test_the_screen_says_that_the_bell_is_to_be_rung(floor, lane):
    """Without the hub the ticket's page names the bell, and the ticket prints all the same."""
    floor.hub.falls_silent()
    floor.until("the link still stands", lambda: lane._state.link is Link.DOWN)
    floor.world.present_code("device", TOKEN)
    floor.until("not read", lambda: floor.screen == "read")
    floor.clock.passes(0.6)

    floor.touch("confirm")
    floor.touch("permission.ask")

    floor.until("no bell", lambda: "Please ring" in floor.words)
    floor.until("no paper", lambda: floor.printer.pieces)


def test_paper_out_shows_the_number_and_prints_later(floor, lane):
    """The job is kept, the screen has the number, and the ticket prints once when there is paper."""
    floor.printer.run_out_of_paper()
    greet(floor)
    floor.touch("confirm")
    floor.touch("permission.yes")
    floor.until("not said", lambda: "No paper right now" in floor.words)

    floor.printer.load_paper()

    floor.until("never printed", lambda: floor.printer.pieces)
    assert len(floor.printer.pieces) == 1


def test_what_is_owed_prints_after_a_power_cut(floor):
    """A lane that goes down in the middle of a conversation prints the promised ticket when it is back."""
    floor.hub.shows("lane/A", lane_view())
    floor.hub.answers = lambda kind, body: {"outcome": "checked_in", "visit_id": body.get("visit_id")}
    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)):
        floor.shows("scan")
        greet(floor)
    assert not floor.printer.pieces

    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)):
        floor.until("never printed", lambda: floor.printer.pieces)

    assert len(floor.printer.pieces) == 1


def test_what_is_owed_prints_without_the_hub(floor):
    """The dealership is on the lane's own disk: a promised ticket waits for no hub."""
    floor.hub.shows("lane/A", lane_view())
    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)) as lane:
        floor.until("roster not kept", lambda: lane._memory.roster.view(floor.clock()))
    owes(floor, floor.clock())
    floor.hub.falls_silent()

    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)):
        floor.until("never printed", lambda: floor.printer.pieces)

    assert len(floor.printer.pieces) == 1
    with contextlib.closing(LaneMemory(floor.folder / "device" / "lane.db")) as memory:
        assert memory.owed() is None


def test_a_ticket_of_yesterday_is_owed_to_nobody(floor):
    """A lane that was off for more than a day prints nothing for a customer who left long ago."""
    floor.hub.shows("lane/A", lane_view())
    (floor.folder / "device").mkdir()
    owes(floor, floor.clock() - timedelta(days=1, minutes=1))

    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)):
        floor.shows("scan")

    assert not floor.printer.pieces
    with contextlib.closing(LaneMemory(floor.folder / "device" / "lane.db")) as memory:
        assert memory.owed() is None


def owes(floor, arrived_at):
    """The power went before this ticket was in the spool."""
    with contextlib.closing(LaneMemory(floor.folder / "device" / "lane.db")) as memory:
        memory.hold(Slip("v0", "A-016", "en", arrived_at, None, None, (), None, "0" * 26))


def test_a_paid_ticket_leaves_the_next_customers_owed(floor):
    """Who stands there while the last one's ticket is made good is still owed their own, should the power go again."""
    floor.hub.shows("lane/A", lane_view())
    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)) as lane:
        floor.until("roster not kept", lambda: lane._memory.roster.view(floor.clock()))
    owes(floor, floor.clock())
    floor.hub.falls_silent()

    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)) as lane:
        floor.told["shown"].clear()
        floor.shows("scan")
        floor.world.present_code("device", TOKEN)
        floor.until("not read", lambda: floor.screen == "read")
        floor.clock.passes(0.6)
        floor.until("nothing owed", lambda: check_in.owed(lane._state))
        floor.hub.falls_silent(on=False)
        floor.until("never printed", lambda: floor.printer.pieces)
        visit_id = check_in.owed(lane._state).visit_id

    with contextlib.closing(LaneMemory(floor.folder / "device" / "lane.db")) as memory:
        assert memory.owed().visit_id == visit_id
    assert len(floor.printer.pieces) == 1


def test_a_lane_starts_without_the_hub(floor, lane):
    """The roster of the day is on the lane's own disk: after a restart without the hub it still checks in."""
    floor.until("roster not kept", lambda: lane._memory.roster.view(floor.clock()))
    settings = floor.lane_settings()
    lane._loop.stop()
    floor.hub.falls_silent()

    with floor.running(partial(LaneDevice, settings, now=floor.clock)):
        floor.told["shown"].clear()
        floor.shows("scan")
        floor.world.present_code("device", TOKEN)
        floor.until("not read", lambda: floor.screen == "read")


def test_numbers_go_on_after_a_restart(floor, tmp_path):
    """The counter is on the disk before a number is used."""
    memory = LaneMemory(tmp_path / "lane.db")
    memory.keep_number(41)
    memory.close()

    with contextlib.closing(LaneMemory(tmp_path / "lane.db")) as after:
        assert after.highest() == 41


def test_a_lane_that_cannot_write_closes(floor, lane):
    """What cannot be kept is not promised: out of service, and the hub is told."""
    lane._memory.close()

    floor.world.present_code("device", TOKEN)

    floor.shows("out")
    assert lane._state.customer is None


def test_a_lane_that_cannot_read_its_outbox_closes(floor, lane):
    """A lane that cannot know what the hub has refused is out of service, says so, and opens when it can read again."""
    outbox = sqlite3.connect(floor.folder / "device" / "outbox.db", isolation_level=None)
    outbox.execute("ALTER TABLE command RENAME TO elsewhere")
    floor.shows("out")
    floor.until("not told", lambda: reported(floor) == ["folder"])

    outbox.execute("ALTER TABLE elsewhere RENAME TO command")
    outbox.close()
    lane._faults.mend_at_s = 0.0

    floor.shows("scan")


def test_a_hub_of_another_protocol_closes_the_lane(floor):
    """Two that do not understand each other make no visits."""
    floor.hub.shows("lane/A", lane_view())
    floor.hub.refuses["report_device"] = (400, "other_protocol")

    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)):
        floor.shows("out")


def test_a_view_of_another_shape_closes_the_lane(floor):
    """A view that cannot be read is another version, not an error of the lane."""
    floor.hub.shows("lane/A", {"id": "1.1", "something": "else"})

    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)) as lane:
        floor.until("still open", lambda: lane._state.link is Link.OTHER_VERSION)


def test_a_pressed_key_gives_way_and_a_slipped_finger_means_nothing(floor, lane):
    """Down shows the pressed key; lifted elsewhere it is no answer."""
    x, y, wide, high = floor.told["shown"][-1].values["targets"]["help"]
    floor.world.touch("device", x + wide // 2, y + high // 2, "down")
    floor.until("not pressed", lambda: lane._hands.pressed == "help")

    floor.world.touch("device", 5, 5, "up")

    floor.until("still pressed", lambda: lane._hands.pressed == "")
    assert not floor.hub.sent("ask_for_help")


def test_help_calls_an_advisor(floor, lane):
    """One touch, one call, and the answer says who comes."""
    floor.touch("help")

    floor.shows("help")
    floor.until("nobody named", lambda: "Marta" in floor.words)
    assert floor.hub.sent("ask_for_help")[0] == {"visit_id": None, "lane": "A", "language": "en"}


def test_a_covered_camera_is_said(floor, lane):
    """The picture gives way to a sentence, and the hub hears of it."""
    floor.world.cover_camera("device", on=True)

    floor.until("not said", lambda: "covered" in floor.words)
    floor.until("not told", lambda: any("camera_covered" in one["trouble"] for one in floor.hub.sent("report_device")))


def test_an_unknown_code_is_asked_of_the_hub(floor, lane):
    """The hub decides, and its word has its own screen."""
    floor.hub.answers = lambda kind, _body: {"outcome": "unknown"} if kind == "check_in" else {"page_id": "p"}

    floor.world.present_code("device", STRANGER)
    floor.until("not asked", lambda: floor.hub.sent("check_in"))
    floor.clock.passes(0.6)

    floor.shows("unknown")
    assert "read" in {one.values["name"] for one in floor.told["sound"]}


def test_a_sound_goes_with_the_picture(floor, lane):
    """Read: two tones with the green corners."""
    floor.world.present_code("device", TOKEN)

    floor.until("silent", lambda: "read" in {one.values["name"] for one in floor.told["sound"]})


def test_a_ticket_that_cannot_be_drawn_does_not_stop_the_next(floor, tmp_path):
    """One bad slip is told of; the spool goes on."""
    memory = LaneMemory(tmp_path / "lane.db")
    failed = []
    paper = LanePaper(
        floor.lane_settings().printer, tmp_path, "A", memory, Typesetter(),
        on_job=lambda _job: None, on_printer=lambda _state: None, on_failed=failed.append,
        now=floor.clock, steady=floor.clock,
    )  # fmt: skip

    paper._work.put(lambda: paper._safely("bad", lambda: 1 / 0))
    paper.hold(None)
    paper.close()

    assert failed == ["bad"]
    assert memory.owed() is None
    memory.close()


def test_a_ticket_that_is_made_after_the_wipe_leaves_no_word(floor, tmp_path):
    """Whoever is printed for may have left: nothing that stands on the paper stays in the memory of what was drawn."""
    memory, typesetter = LaneMemory(tmp_path / "lane.db"), Typesetter()
    paper = LanePaper(
        floor.lane_settings().printer, tmp_path, "A", memory, typesetter,
        on_job=lambda _job: None, on_printer=lambda _state: None, on_failed=lambda _visit: None,
        now=floor.clock, steady=floor.clock,
    )  # fmt: skip
    asked = (Words("Cabin filter", "Filtro de cabina", "فلتر المقصورة"),)

    paper.print(Slip("v0", "A-016", "en", floor.clock(), None, None, asked, None, "0" * 26), STORE)
    floor.until("never printed", lambda: floor.printer.pieces)
    paper.close()

    assert typesetter.cached_bytes == 0
    assert not [*typesetter._lines, *typesetter._widths, *typesetter._wrapped]
    memory.close()


def test_tickets_are_not_set_with_the_screens_letters(lane):
    """A ticket's words never stand among those of the screen, where only the next customer's end wipes them."""
    assert lane._paper._typesetter is not lane._panel.typesetter


def test_a_read_is_answered_before_the_disk(floor, lane):
    """Green corners and tick wait for no disk, however busy it is; the number is told once it is written down."""
    with lane._memory._lock:
        floor.world.present_code("device", TOKEN)
        floor.until("not answered", lambda: floor.screen == "read")

    floor.until("never told", lambda: floor.hub.sent("check_in"))
    assert [one.ticket for one in lane._memory.made()] == [floor.hub.sent("check_in")[0]["ticket"]]


def test_check_ins_are_remembered_for_two_days(floor, tmp_path):
    """The same code finds its ticket after a restart; older ones are forgotten."""
    memory = LaneMemory(tmp_path / "lane.db")
    memory.remember(Made("d", "v1", "A-001", None, floor.clock()))
    floor.clock.passes(3 * 86400)

    memory.remember(Made("e", "v3", "A-002", None, floor.clock()))

    assert [one.visit_id for one in memory.made()] == ["v3"]
    memory.forget("v3")
    assert memory.made() == ()
    memory.close()


# ---- the camera's hints


def grey(shade: int, phone: int | None = None) -> Frame:
    """An even lane, or one with something held up before it."""
    image = Image.new("L", (64, 48), shade)
    if phone is not None:
        image.paste(phone, (16, 8, 48, 44))
    return Frame(64, 48, image.tobytes())


def test_something_held_up_for_four_seconds_gets_a_hint():
    """Closer first, then brighter, then silence: nobody is nagged."""
    sight = LaneSight()
    sight.look(grey(90), 0.0)
    sight.look(grey(90, phone=240), 1.0)

    hints = [sight.hint(at_s) for at_s in (2.0, 5.5, 9.5, 16.0)]

    assert hints == [Hint.NONE, Hint.CLOSER, Hint.BRIGHTER, Hint.NONE]


def test_an_empty_lane_gets_no_hint():
    """Dusk is not a phone."""
    sight = LaneSight()
    for second in range(60):
        sight.look(grey(120 - second), float(second))

    assert sight.hint(60.0) is Hint.NONE


def test_a_read_code_needs_no_hint():
    """What was read is not asked to come closer."""
    sight = LaneSight()
    sight.look(grey(90), 0.0)
    sight.look(grey(90, phone=240), 1.0)

    sight.was_read()

    assert sight.hint(6.0) is Hint.NONE


def test_a_covered_lens_is_told_apart():
    """The frame knows; the lane only repeats it."""
    sight = LaneSight()

    assert sight.look(Frame(2, 2, b"\x00" * 4, is_covered=True), 0.0) is Sight.COVERED


# ---- clocks and ends


def test_times_are_the_hubs_and_durations_are_the_lanes(floor):
    """On a lane whose clock is three hours slow the ticket has the right time, and the command says when by its own clock."""
    ahead = timedelta(hours=3)
    floor.hub.shows("lane/A", lane_view(hub_now=to_us(NOW + ahead)))
    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)) as lane:
        floor.shows("scan")
        floor.hub.falls_silent()
        floor.world.present_code("device", TOKEN)

        floor.until("not read", lambda: floor.hub.sent("check_in"))

        assert lane._state.customer.arrived_at - floor.clock() >= ahead - timedelta(seconds=2)
        assert floor.hub.sent("check_in")[0]["device_at"] <= to_us(floor.clock())


def test_a_ticket_in_hand_is_reported_before_the_line_is_closed(floor):
    """Switched off while the printer has the ticket: its fate is in the outbox, for the hub to hear of later."""
    floor.hub.shows("lane/A", lane_view())
    floor.hub.answers = lambda _kind, body: {"outcome": "checked_in", "visit_id": body.get("visit_id"), "ticket": "A-017"}
    floor.printer.run_out_of_paper(after_dots=100)
    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)):
        floor.shows("scan")
        greet(floor)
        floor.touch("advisor_helps")
        floor.until("not begun", lambda: any(one["trouble"] == "paper_out" for one in floor.hub.sent("report_ticket")))
        floor.hub.falls_silent()

    with contextlib.closing(sqlite3.connect(floor.folder / "device" / "outbox.db")) as kept:
        bodies = [json.loads(body) for (body,) in kept.execute("SELECT body FROM command WHERE state = 'waiting'")]
    assert "unknown" in [one.get("state") for one in bodies]
