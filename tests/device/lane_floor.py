"""What the tests of a lane do and ask again and again."""

from __future__ import annotations

from device_floor import MARTA, TOKEN, lane_view


def checks_in(kind, body):
    """A hub that takes every check-in, and sends Marta to whoever calls."""
    if kind == "check_in":
        return {"outcome": "checked_in", "visit_id": body["visit_id"], "ticket": body["ticket"], "advisor": MARTA}
    return {"page_id": "p", "advisor": MARTA}


def opens(floor):
    """The hub knows one booking."""
    floor.hub.shows("lane/A", lane_view())
    floor.hub.answers = checks_in


def greet(floor, token=TOKEN):
    """Hold up the phone, and let the half second pass."""
    floor.world.present_code("device", token)
    floor.until("nothing read", lambda: floor.screen in ("read", "hello"))
    floor.until("no answer", lambda: floor.hub.sent("check_in"))
    floor.clock.passes(0.6)
    floor.shows("hello")


def reported(floor):
    """What the lane told of itself last."""
    told = floor.hub.sent("report_device")
    return told[-1]["trouble"] if told else None


def told_of(floor, name):
    """One thing of the lane's last report; None: it told nothing of it."""
    told = floor.hub.sent("report_device")
    return told[-1].get(name) if told else None


def said(floor):
    """What stands on the screen, in one line."""
    return " ".join(floor.words.split())
