"""A lane whose parts go and come back while it runs: what customers, staff and the hub are told, and what still prints."""

from __future__ import annotations

import os
import wave
from dataclasses import replace
from functools import partial

import pytest
from device_floor import TOKEN, lane_view
from lane_floor import greet, opens, reported, said, told_of

from kiosk import voice
from kiosk.device import Loop
from kiosk.device_lane import LaneDevice
from kiosk.device_lane_memory import LaneMemory
from kiosk.device_lane_screen import LaneScreen
from kiosk.device_lane_voice import LaneVoice
from kiosk.display.window import NoScreen
from kiosk.domain.facts import to_us
from kiosk.domain.lane_inputs import Slip
from kiosk.domain.lane_state import Screen as Shows
from kiosk.domain.lane_state import State
from kiosk.hardware.patterns import Colour
from kiosk.hardware.simulated.gpio import DARK, SEEN
from kiosk.settings import Desk, Gpio, Screen
from kiosk.typeset import Typesetter

# ---- scanners


def test_a_camera_that_is_unplugged_is_told_and_comes_back(floor, lane):
    """The screen says that codes cannot be read and the hub is told; plugged in again, both are over."""
    floor.world.plug_camera("device", on=False)
    floor.until("not told", lambda: reported(floor) == ["camera_gone"])
    floor.until("not said", lambda: "The code reader does not work" in said(floor))

    floor.world.plug_camera("device", on=True)

    floor.until("still said", lambda: "The code reader does not work" not in said(floor))
    floor.until("still told", lambda: reported(floor) == [])


def test_one_scanner_of_two_is_missed(floor):
    """A lane that reads with its camera tells that its hand scanner is unplugged."""
    floor.hub.shows("lane/A", lane_view())
    settings = floor.lane_settings()
    scanner = replace(settings.scanner, kinds=("simulated", "hand_scanner"), hand_scanner=str(floor.folder / "none"))

    with floor.running(partial(LaneDevice, replace(settings, scanner=scanner), now=floor.clock)):
        floor.until("not told", lambda: reported(floor) == ["hand_scanner_gone"])
        floor.world.present_code("device", TOKEN)

        floor.until("not read", lambda: floor.hub.sent("check_in"))


def test_a_hand_scanner_that_is_plugged_in_again_is_well_again(floor):
    """The only scanner of a lane comes back: what was said of it is over."""
    floor.hub.shows("lane/A", lane_view())
    settings, path = floor.lane_settings(), floor.folder / "event"
    scanner = replace(settings.scanner, kinds=("hand_scanner",), hand_scanner=str(path))
    with floor.running(partial(LaneDevice, replace(settings, scanner=scanner), now=floor.clock)) as lane:
        floor.until("not said", lambda: "The code reader does not work" in said(floor))

        lane._scanner._grab = lambda _fd: None
        os.mkfifo(path)

        with path.open("wb"):
            floor.until("still said", lambda: "The code reader does not work" not in said(floor))
            floor.until("still told", lambda: reported(floor) == [])


# ---- the screen


def test_a_screen_that_is_unplugged_closes_the_lane_until_it_is_back(floor, lane):
    """Nobody can read anything: out of service, red for the staff, and as before when the cable is in again."""
    floor.world.plug_screen("device", on=False)
    floor.until("not told", lambda: reported(floor) == ["screen_gone"])
    floor.shows("out")

    floor.world.plug_screen("device", on=True)

    floor.shows("scan")
    floor.until("still told", lambda: reported(floor) == [])


def test_a_screen_that_is_back_is_drawn_as_a_whole(floor, lane):
    """A panel remembers nothing: every pixel is put on it again."""
    floor.world.plug_screen("device", on=False)
    floor.shows("out")
    floor.told["screen"].clear()

    floor.world.plug_screen("device", on=True)

    floor.shows("scan")
    floor.until("not drawn", lambda: floor.told["screen"])
    assert lane._window._window._surface.get_at((270, 20))[:3] != (0, 0, 0)


@pytest.mark.parametrize("part", ["plug_screen", "plug_touch"])
def test_who_stands_before_a_dead_screen_gets_ticket_and_person(floor, lane, part):
    """In the middle of the questions: the promised ticket prints, and an advisor is called for this visit."""
    greet(floor)
    visit_id = floor.hub.sent("check_in")[0]["visit_id"]

    getattr(floor.world, part)("device", on=False)

    floor.until("no paper", lambda: floor.printer.pieces)
    floor.until("nobody called", lambda: floor.hub.sent("ask_for_help"))
    assert floor.hub.sent("ask_for_help")[0]["visit_id"] == visit_id
    assert len(floor.printer.pieces) == 1


def test_a_screen_without_touch_closes_the_lane(floor, lane):
    """Questions that cannot be answered are not asked; the screen says where to go."""
    floor.world.plug_touch("device", on=False)

    floor.shows("out")
    floor.until("not told", lambda: reported(floor) == ["touch_gone"])
    assert "reception" in said(floor)
    assert "Press Help" not in said(floor)


def test_a_lost_screen_is_opened_again(floor, lane):
    """The system shows pictures no more, whatever its reason: out of service, and tried again until it does."""
    window = lane._window
    lane._loop.put(window._window._pygame.display.quit)
    floor.world.touch("device", 5, 5, "down")
    lane._loop.put(lambda: setattr(lane, "_shown", None))
    lane._loop.put(lambda: setattr(window._window, "_scene", None))
    floor.until("not told", lambda: reported(floor) == ["screen_gone"])

    window._open_at_s = 0.0

    floor.until("still told", lambda: reported(floor) == [])
    floor.shows("scan")


def test_a_lane_without_a_screen_tells_and_prints_what_it_owes(floor):
    """Started with its panel unplugged: red for the staff, the amber lamp, and the ticket that was promised before."""
    opens(floor)
    settings = with_lamp(floor.lane_settings())
    (floor.folder / "device").mkdir()
    memory = LaneMemory(floor.folder / "device" / "lane.db")
    memory.hold(Slip("v0", "A-016", "en", floor.clock(), None, None, (), None, "0" * 26))
    memory.close()
    screen = replace(settings.screen, kind="console")

    with floor.running(partial(LaneDevice, replace(settings, screen=screen), now=floor.clock)):
        floor.until("not told", lambda: reported(floor) == ["screen_gone"])
        floor.until("never printed", lambda: floor.printer.pieces)
        floor.until("no lamp", lambda: lamp(floor) == SEEN[Colour.AMBER])


def test_a_screen_of_another_size_ends_the_lane(floor):
    """What waiting does not mend is said at once, and the staff know which lane shows nothing."""
    opens(floor)
    settings = floor.lane_settings()
    screen = replace(settings.screen, kind="nonsense")

    with pytest.raises(NoScreen):
        LaneDevice(replace(settings, screen=screen), Loop(), now=floor.clock)

    assert reported(floor) == ["screen_gone"]


def test_the_lamp_says_that_the_lane_is_out_of_service(floor):
    """Amber now and then while a part is missing; dark when all is well."""
    opens(floor)
    with floor.running(partial(LaneDevice, with_lamp(floor.lane_settings()), now=floor.clock)) as lane:
        floor.shows("scan")
        floor.world.plug_screen("device", on=False)
        floor.until("no lamp", lambda: lamp(floor) == SEEN[Colour.AMBER])

        floor.world.plug_screen("device", on=True)

        floor.until("still lit", lambda: not lane._state.faults and lamp(floor) == DARK)


def with_lamp(settings):
    """A lane with a lamp of its own."""
    desk = Desk(advisor="a", red_pin=17, green_pin=27, blue_pin=22, buzzer_pin=23, button_pin=24)
    return replace(settings, gpio=Gpio(factory="mock"), desk=(desk,))


def lamp(floor):
    """The colour of the lamp at this moment."""
    return floor.told["lamp"][-1].values["colour"] if floor.told["lamp"] else None


# ---- the loudspeaker


def test_a_missing_loudspeaker_is_told_from_the_start_and_found_again(monkeypatch):
    """Not only when somebody should have heard something; within a minute of its return nothing is amiss."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "no such driver")
    told = Screen(kind="window", width_px=540, height_px=960, panel_width_mm=268.0)
    screen = LaneScreen(told, Typesetter(), title="lane", world=None, wake=lambda: None)
    screen.mend()
    before = screen.trouble
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")

    screen._sound_at_s = 0.0
    screen.mend()

    after = screen.trouble
    screen.close()
    assert (before, after) == ("no_sound", None)


# ---- the voice


def clips(folder, code):
    """Every clip of a language that a lane speaks with."""
    (folder / code).mkdir(parents=True)
    for name, _ in voice.of_lane(code):
        with wave.open(str(folder / code / f"{name}.wav"), "wb") as out:
            out.setparams((1, 2, voice.RATE_HZ, 0, "NONE", ""))
            out.writeframes(b"\x01\x00" * 10)


def speaking(floor, folder):
    """A lane that is set to speak when it is asked to."""
    settings = floor.lane_settings()
    return replace(settings, lane=replace(settings.lane, voice="asked", voice_folder=str(folder)))


def test_a_voice_without_clips_is_told_and_not_offered(floor):
    """A lane that is set to speak and cannot: staff hear of it, and no key promises what does not come."""
    opens(floor)

    with floor.running(partial(LaneDevice, speaking(floor, floor.folder / "none"), now=floor.clock)):
        floor.until("not told", lambda: reported(floor) == ["no_voice"])

        floor.shows("scan")
        assert "listen" not in floor.told["shown"][-1].values["targets"]


def test_clips_that_were_made_are_found(floor):
    """Made while the lane runs: a minute later it offers to read aloud, and nothing is wrong any more."""
    opens(floor)
    with floor.running(partial(LaneDevice, speaking(floor, floor.folder / "voice"), now=floor.clock)) as lane:
        floor.until("not told", lambda: reported(floor) == ["no_voice"])
        for code in ("en", "es", "ar"):
            clips(floor.folder / "voice", code)

        floor.clock.passes(61)
        lane._loop.put(lambda: None)

        floor.until("still told", lambda: reported(floor) == [])
        floor.until("not offered", lambda: "listen" in floor.told["shown"][-1].values["targets"])


def test_a_lane_that_nobody_can_read_says_where_to_go(tmp_path):
    """A dark screen is heard: closed, and where to go; no key is named that nobody finds. On request or not."""
    played = []
    lane = LaneVoice("asked", tmp_path, speak=played.append, hush=lambda: None)

    lane.follow(State("A", screen=Shows.OUT, faults=("screen_gone",)))

    assert lane.spoken == [("out.headline", "out.reception")]


def test_a_language_that_nobody_speaks_here_needs_no_clips(floor):
    """A dealership of two languages misses no third."""
    view = lane_view()
    view = view | {"store": view["store"] | {"languages": ["en", "es"]}}
    for code in ("en", "es"):
        clips(floor.folder / "voice", code)
    floor.hub.shows("lane/A", view)

    with floor.running(partial(LaneDevice, speaking(floor, floor.folder / "voice"), now=floor.clock)) as lane:
        floor.shows("scan")
        floor.until("nothing told", lambda: reported(floor) is not None)

        assert lane._voice.trouble is None
        assert lane._state.rules.has_voice


# ---- what it tells besides


def test_the_last_code_is_told(floor, lane):
    """Staff see whether a scanner is used, by the hub's time; before the first code nothing is told of it."""
    floor.until("nothing told", lambda: reported(floor) is not None)
    assert told_of(floor, "last_scan_at") is None

    floor.world.present_code("device", TOKEN)
    floor.until("nothing read", lambda: lane._report._scanned_at)
    at = lane._report._scanned_at
    lane._line._next_s = float("-inf")
    lane._loop.put(lambda: None)

    floor.until("not told", lambda: told_of(floor, "last_scan_at") == to_us(at))


def test_printer_and_paper_are_told_at_once(floor, lane):
    """As soon as the printer has said how it is, and whenever that changes."""
    floor.until("not told", lambda: (told_of(floor, "printer"), told_of(floor, "paper")) == ("ready", "present"))

    lane._paper._spool._look_every_s = 0.05
    floor.printer.run_out_of_paper()
    lane._paper._spool._wake()

    floor.until("not told", lambda: (told_of(floor, "printer"), told_of(floor, "paper")) == ("paper_out", "out"))


def test_a_roll_that_gets_thin_is_told_before_it_ends(floor, lane):
    """Staff hear of the paper while there is still some; the customer sees nothing of it."""
    lane._paper._spool._look_every_s = 0.05
    floor.printer.come_near_the_end()
    lane._paper._spool._wake()

    floor.until("not told", lambda: reported(floor) == ["paper_near_end"])
    floor.printer.load_paper()

    floor.until("still told", lambda: reported(floor) == [])
