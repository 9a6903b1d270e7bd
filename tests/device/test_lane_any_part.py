"""Any part of a lane pulled at any moment: afterwards everybody is checked in once, has a ticket, and the lane is at rest."""

from __future__ import annotations

import pytest
from device_floor import digest
from lane_floor import reported

from kiosk.domain.codes import token_from_bits
from kiosk.domain.lane_state import Link

MOMENTS = ("scan", "read", "permission")
ANSWERS = {"hello": "confirm", "permission": "permission.yes", "ticket": "done", "help": "back"}


def parts(floor, lane):
    """How each part is pulled and plugged in, and how one sees that the lane has noticed."""
    world, hub, printer = floor.world, floor.hub, floor.printer
    return {
        "camera": (lambda on: world.plug_camera("device", on=on), lambda on: ("camera_gone" in told(floor)) is not on),
        "screen": (lambda on: world.plug_screen("device", on=on), lambda on: ("screen_gone" in told(floor)) is not on),
        "touch": (lambda on: world.plug_touch("device", on=on), lambda on: ("touch_gone" in told(floor)) is not on),
        "hub": (lambda on: hub.falls_silent(on=not on), lambda on: (lane._state.link is Link.UP) is on),
        "printer": (lambda on: printer.plug_in() if on else printer.unplug(), lambda _on: True),
        "paper": (lambda on: printer.load_paper() if on else printer.run_out_of_paper(), lambda _on: True),
    }


def told(floor):
    """The troubles of the lane's last report."""
    return reported(floor) or ()


def comes_to(floor, lane, moment, token):
    """Somebody stands before the lane, so far on their way."""
    if moment == "scan":
        return
    floor.world.present_code("device", token)
    floor.until("not read", lambda: has_checked_in(lane, token))
    floor.clock.passes(0.0 if moment == "read" else 0.6)
    if moment == "permission":
        floor.shows("permission")


def has_checked_in(lane, token):
    """Whether the lane has made this check-in."""
    return any(one.digest == digest(token) for one in lane._state.made)


def goes_on(floor, lane, token):
    """Whoever stands there answers what is asked, or goes away when nothing is."""
    floor.world.present_code("device", token)
    answered = []

    def is_at_rest():
        shown = floor.told["shown"][-1].values
        if has_checked_in(lane, token):
            floor.world.take_away("device")
            floor.clock.passes(1)
            if shown["screen"] not in answered and (target := ANSWERS.get(shown["screen"])) in shown["targets"]:
                answered.append(shown["screen"])
                x, y, wide, high = shown["targets"][target]
                for phase in ("down", "up"):
                    floor.world.touch("device", x + wide // 2, y + high // 2, phase)
        is_done = has_checked_in(lane, token) and lane._state.customer is None
        return is_done and floor.screen == "scan"

    floor.until("never at rest", is_at_rest)


@pytest.mark.parametrize("part", ["camera", "screen", "touch", "hub", "printer", "paper"])
def test_a_part_pulled_at_any_moment_costs_nobody_their_visit(floor, lane, part):
    """Pulled before the scan, while it is read, at a question; then plugged in again: one visit, one ticket each."""
    pull, is_noticed = parts(floor, lane)[part]
    for n, moment in enumerate(MOMENTS, 1):
        token = token_from_bits(1000 + n)
        floor.until("not at rest", lambda: floor.screen == "scan" and lane._state.link is Link.UP)
        comes_to(floor, lane, moment, token)

        pull(False)
        floor.until(f"{part} not missed at {moment}", lambda: is_noticed(False))
        pull(True)
        floor.until(f"{part} still missed at {moment}", lambda: is_noticed(True))
        goes_on(floor, lane, token)

        floor.until("no ticket", lambda n=n: len(floor.printer.pieces) >= n)
        visits = {one["visit_id"] for one in floor.hub.sent("check_in") if one["code_hash"] == digest(token)}
        assert len(visits) == 1, moment
        assert len(floor.printer.pieces) == n, moment
