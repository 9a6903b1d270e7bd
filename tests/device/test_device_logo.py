"""A device's logo: fetched once, kept, there after a reboot without the hub, and the drawn mark where there is none."""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue

import pytest
from device_floor import STORE, lane_view
from test_board_device import board_view

from kiosk.device_board import BoardDevice
from kiosk.device_lane import LaneDevice
from kiosk.device_logo import AGAIN_S, KeptLogo
from kiosk.display.scene import LogoPicture
from kiosk.store_logo import prepared

READY = prepared(Path(__file__).parents[2] / "examples" / "valley-logo.png")
PATH = f"/logo/{READY.key}.png"
WITH_LOGO = {"store": STORE | {"logo": READY.key}}


def board_of(floor):
    """A board whose hub has a logo."""
    floor.hub.shows("board/device", board_view(("A-017", "in_service")) | WITH_LOGO)
    return floor.running(lambda loop: BoardDevice(floor.board_settings(), loop))


def test_it_is_fetched_once_and_kept(floor):
    """The second time, after a reboot, the hub need not have it any more."""
    floor.hub.files[PATH] = READY.png
    with board_of(floor) as board:
        floor.until("no logo", lambda: board._screen.logo)
    floor.hub.files.clear()

    with board_of(floor) as again:
        floor.until("no logo again", lambda: again._screen.logo)

    assert again._screen.logo.key == READY.key


def test_a_logo_that_was_taken_off_goes_at_once(floor):
    """The board runs on with the drawn mark."""
    floor.hub.files[PATH] = READY.png
    with board_of(floor) as board:
        floor.until("no logo", lambda: board._screen.logo)

        floor.hub.shows("board/device", board_view(("A-017", "in_service")) | {"id": "1.9"})

        floor.until("no mark", lambda: board._screen.logo is None)


def test_the_lane_shows_it_too(floor):
    """At the head of its pages."""
    floor.hub.files[PATH] = READY.png
    floor.hub.shows("lane/A", lane_view(**WITH_LOGO))

    with floor.running(lambda loop: LaneDevice(floor.lane_settings(), loop)) as lane:
        floor.until("no logo", lambda: lane._scene and any(isinstance(one, LogoPicture) for one in lane._scene.items))


@pytest.mark.parametrize("answer", [None, b"no picture", READY.png[:500]])
def test_what_does_not_come_whole_is_asked_for_again(tmp_path, answer):
    """A hub that is away, a broken answer: nothing is kept, the mark stays, half a minute later it is asked again."""
    now_s, answers, shown, work = [0.0], [READY.png, answer], [], SimpleQueue()
    logo = KeptLogo(tmp_path, lambda *_: answers.pop(), shown.append, work.put, lambda: now_s[0])
    logo.wants(READY.key)
    work.get(timeout=60)()
    assert (shown, list(tmp_path.iterdir())) == ([], [])

    now_s[0] = AGAIN_S
    logo.wants(READY.key)
    work.get(timeout=60)()

    assert [one.key for one in shown] == [READY.key]


def test_another_logo_takes_the_place_of_the_old(tmp_path):
    """A folder holds the one that is shown, and no other."""
    (tmp_path / "logo-0123456789abcdef.png").write_bytes(b"of last year")
    shown, work = [], SimpleQueue()
    logo = KeptLogo(tmp_path, lambda *_: READY.png, shown.append, work.put)

    logo.wants(READY.key)
    work.get(timeout=60)()

    assert [one.name for one in tmp_path.iterdir()] == [f"logo-{READY.key}.png"]


def test_a_key_that_is_none_leads_nowhere(tmp_path):
    """What a view says is never a way out of the device's folder."""
    shown = []
    logo = KeptLogo(tmp_path, lambda *_: READY.png, shown.append, SimpleQueue().put)

    logo.wants("../../etc/passwd")

    assert shown == [None]
