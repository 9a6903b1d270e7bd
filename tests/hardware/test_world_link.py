"""The link between simulated hardware and its outside world."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

import pytest

from kiosk.hardware.ports import SimulatorError
from kiosk.hardware.simulated.link import WorldLink
from kiosk.hardware.simulated.messages import Message
from kiosk.hardware.simulated.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WITHIN_S = 60


class Meeting:
    """A world and what it notices; devices that are closed at the end."""

    def __init__(self, address: Path) -> None:
        self.address = address
        self.noticed: queue.Queue[tuple[str, Message]] = queue.Queue()
        self.world = World(address, lambda device, message: self.noticed.put((device, message)))
        self.links: list[WorldLink] = []

    def device(self, name: str) -> tuple[WorldLink, queue.Queue[Message]]:
        """A device that has joined, and what it hears."""
        heard: queue.Queue[Message] = queue.Queue()
        link = WorldLink(str(self.address), name, on_gone=lambda: heard.put(Message("world gone")))
        for kind in ("phone", "cover", "touch", "button"):
            link.hear(kind, heard.put)
        link.start()
        self.links.append(link)
        link.tell("camera", is_looking=True)
        assert self.noticed.get(timeout=WITHIN_S)[1].kind == "camera"
        return link, heard


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    """A world in a folder of its own."""
    one = Meeting(tmp_path / "world")
    yield one
    for link in one.links:
        link.close()
    one.world.close()


def test_a_phone_that_is_held_up_reaches_the_camera(meeting: Meeting) -> None:
    """The device hears the code and how it is held."""
    _, heard = meeting.device("lane-a")

    meeting.world.present_code("lane-a", "CODE", angle=12.0)

    assert heard.get(timeout=WITHIN_S).values == {"text": "CODE", "angle": 12.0, "blur": 0.0, "glare": 0.0}


def test_a_device_that_starts_again_finds_the_phone_still_there(meeting: Meeting) -> None:
    """What stands before a camera is told to a device that connects later."""
    meeting.world.present_code("lane-a", "CODE")

    _, heard = meeting.device("lane-a")

    assert heard.get(timeout=WITHIN_S).values["text"] == "CODE"


def test_a_picture_travels_whole(meeting: Meeting) -> None:
    """The world notices a screen with its picture's bytes, whatever they are."""
    link, _ = meeting.device("board-1")

    link.tell("screen", b'\n{"kind":\x00' * 1000, media_type="image/webp")

    device, message = meeting.noticed.get(timeout=WITHIN_S)
    assert (device, message.blob, message.values) == ("board-1", b'\n{"kind":\x00' * 1000, {"media_type": "image/webp"})


def test_a_finger_on_a_dead_screen_is_an_error(meeting: Meeting) -> None:
    """A touch that meets no running device is refused with the device's name."""
    with pytest.raises(SimulatorError, match="lane-a does not run"):
        meeting.world.touch("lane-a", 1, 2, "down")


def test_the_end_of_a_device_is_noticed(meeting: Meeting) -> None:
    """The world learns that a device has gone."""
    link, _ = meeting.device("lane-a")

    link.close()

    assert meeting.noticed.get(timeout=WITHIN_S)[1].kind == "gone"


def test_the_end_of_the_world_is_noticed(meeting: Meeting) -> None:
    """A device whose shop has gone is told once, and can tell nothing any more."""
    _, heard = meeting.device("lane-a")

    meeting.world.close()

    assert heard.get(timeout=WITHIN_S).kind == "world gone"


def test_a_device_that_is_late_notices_the_end_of_the_world_too(meeting: Meeting) -> None:
    """One that had said who it is, and begins to listen when it is over: it would wait for ever."""
    gone = threading.Event()
    late = WorldLink(str(meeting.address), "lane-a", on_gone=gone.set)
    meeting.links.append(late)
    late.tell("camera", is_looking=True)
    assert meeting.noticed.get(timeout=WITHIN_S)[1].kind == "camera"
    meeting.world.close()

    late.start()

    assert gone.wait(WITHIN_S)


def test_without_a_shop_there_is_no_simulated_hardware(tmp_path: Path) -> None:
    """A device with simulated hardware and no shop says how to start one."""
    with pytest.raises(SimulatorError, match="kiosk shop"):
        WorldLink(str(tmp_path / "nobody"), "lane-a")
