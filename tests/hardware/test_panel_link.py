"""What the kernel tells of a lane's panel: the cable of its picture, its backlight, its touch."""

from __future__ import annotations

import pytest

from kiosk.hardware.panel_link import DesktopLink, KernelPanel, open_panel_link


class Kernel:
    """A machine's /sys with what a panel needs."""

    def __init__(self, root):
        self.root = root / "sys"
        self.at_s = 0.0

    def says(self, name, words):
        """A file of the kernel's."""
        file = self.root / "class" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{words}\n")
        return file

    def connector(self, name, status):
        """Is anything plugged in there?"""
        return self.says(f"drm/card1-{name}/status", status)

    def panel(self):
        """The panel as the lane finds it when it opens its screen."""
        return KernelPanel(self.root, clock_s=lambda: self.at_s)

    def later(self):
        """Two seconds on."""
        self.at_s += 2.0


@pytest.fixture
def kernel(tmp_path):
    """A Pi with a panel at its first HDMI and a touch screen."""
    kernel = Kernel(tmp_path)
    kernel.connector("HDMI-A-1", "connected")
    kernel.connector("HDMI-A-2", "disconnected")
    kernel.connector("Writeback-1", "unknown")
    kernel.says("input/event3/device/properties", "2")
    kernel.says("input/event1/device/properties", "0")
    return kernel


def test_a_panel_that_is_there_misses_nothing(kernel):
    """Picture and touch, and the second connector is nobody's business."""
    panel = kernel.panel()

    assert panel.gone() == ()
    assert panel.connected() == {"HDMI-A-1"}
    assert panel.connectors() == {"HDMI-A-1", "HDMI-A-2"}


def test_a_pulled_cable_is_seen_within_two_seconds(kernel):
    """And seen again when it is back."""
    panel = kernel.panel()
    kernel.connector("HDMI-A-1", "disconnected")
    kernel.later()
    pulled = panel.gone()
    kernel.connector("HDMI-A-1", "connected")
    kernel.later()

    assert pulled == ("screen_gone",)
    assert panel.gone() == ()


def test_it_is_not_asked_more_often(kernel):
    """An idle lane reads no file thirty times a second."""
    panel = kernel.panel()
    panel.gone()
    kernel.connector("HDMI-A-1", "disconnected")
    kernel.at_s += 1.9

    assert panel.gone() == ()


def test_another_connector_is_no_replacement_until_the_screen_is_opened_there(kernel):
    """The picture goes to the connector at which the screen was opened."""
    panel = kernel.panel()
    kernel.connector("HDMI-A-1", "disconnected")
    kernel.connector("HDMI-A-2", "connected")
    kernel.later()
    before = panel.gone()

    panel.opened()

    assert before == ("screen_gone",)
    assert panel.gone() == ()


def test_a_lane_that_starts_without_its_panel_misses_it(kernel):
    """Connectors, and nothing at any of them, until something is plugged in."""
    kernel.connector("HDMI-A-1", "disconnected")
    panel = kernel.panel()
    before = panel.gone()

    kernel.connector("HDMI-A-2", "connected")
    kernel.later()

    assert before == ("screen_gone",)
    assert panel.gone() == ()


def test_a_backlight_that_cannot_be_read_is_a_panel_that_is_gone(kernel):
    """A panel on a ribbon cable is always connected; its backlight's chip answers no more when it is not."""
    kernel.connector("DSI-1", "connected")
    light = kernel.says("backlight/rpi_backlight/actual_brightness", "255")
    panel = kernel.panel()
    light.unlink()
    kernel.later()

    assert panel.gone() == ("screen_gone",)


def test_a_touch_screen_that_goes_is_missed(kernel):
    """The picture stays, and nobody can answer."""
    panel = kernel.panel()
    kernel.says("input/event3/device/properties", "0")
    kernel.later()

    assert panel.gone() == ("touch_gone",)


def test_a_panel_whose_picture_is_back_before_its_touch_still_misses_it(kernel):
    """Both cables pulled, one plugged in again: the screen is opened anew, and nobody can answer it yet."""
    panel = kernel.panel()
    kernel.connector("HDMI-A-1", "disconnected")
    kernel.says("input/event3/device/properties", "0")
    kernel.later()
    both = panel.gone()
    kernel.connector("HDMI-A-1", "connected")
    panel.opened()
    before = panel.gone()

    kernel.says("input/event3/device/properties", "2")
    kernel.later()

    assert (both, before, panel.gone()) == (("screen_gone", "touch_gone"), ("touch_gone",), ())


def test_a_lane_that_never_had_touch_misses_none(kernel):
    """It is driven by a keypad or two buttons."""
    kernel.says("input/event3/device/properties", "0")
    panel = kernel.panel()
    kernel.later()

    assert panel.gone() == ()


@pytest.mark.parametrize("words", ["", "zz", "1 2"])
def test_what_the_kernel_may_say_breaks_nothing(kernel, words):
    """Properties are a list of numbers, the lowest last; anything else is no touch screen."""
    kernel.says("input/event3/device/properties", words)

    assert kernel.panel().has_touch() is (words == "1 2")


def test_a_machine_that_tells_nothing_misses_nothing(tmp_path):
    """No /sys of that kind: a container, another system."""
    assert KernelPanel(tmp_path).gone() == ()


def test_a_desktop_looks_after_its_own_panels():
    """A window needs no cable of ours, nor does a simulated screen without a world."""
    kinds = [open_panel_link(kind, None, lambda: None) for kind in ("window", "simulated")]

    assert [(type(one), one.gone(), one.opened()) for one in kinds] == [(DesktopLink, (), None)] * 2
