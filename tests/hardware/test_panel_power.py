"""A board's panel is switched by CEC or DPMS, and what does not obey is told."""

from __future__ import annotations

import ctypes

import pytest

from kiosk.hardware.panel_dpms import GET_CONNECTOR, GET_PROPERTY, GET_RESOURCES, SET_PROPERTY, Monitor
from kiosk.hardware.panel_power import AlwaysOn, PanelError, SimulatedPanel, Television, open_panel


class Kernel:
    """The graphics interface with two connectors, the second of which knows DPMS."""

    def __init__(self, *names):
        self.names, self.set = names, []

    def __call__(self, card, request, told):
        """ioctl."""
        if request == GET_RESOURCES:
            self._fill(told.connectors, told.count_connectors, ctypes.c_uint32, [31, 32])
            told.count_connectors = 2
        elif request == GET_CONNECTOR:
            props = [7] if told.connector_id == 31 else [7, 8]
            self._fill(told.props, told.count_props, ctypes.c_uint32, props)
            told.count_props = len(props)
        elif request == GET_PROPERTY:
            told.name = self.names[told.prop_id - 7]
        elif request == SET_PROPERTY:
            self.set.append((card, told.connector_id, told.prop_id, told.value))

    def _fill(self, address, count, kind, values):
        if address and count == len(values):
            (kind * count).from_address(address)[:] = values


def test_a_monitor_is_switched_by_dpms():
    """The property is found by its name, on each connector that has it, and set to off and to on."""
    kernel = Kernel(b"EDID", b"DPMS")
    monitor = Monitor(kernel, card=5)

    monitor.switch(on=False)
    monitor.switch(on=True)

    assert kernel.set == [(5, 32, 8, 3), (5, 32, 8, 0)]


def test_a_screen_without_dpms_is_an_error():
    """Nothing that could be switched is told with what to choose instead."""
    with pytest.raises(PanelError, match="no DPMS; choose cec or none"):
        Monitor(Kernel(b"EDID", b"link-status"), card=5).switch(on=False)


def test_a_machine_without_a_screen_is_an_error():
    """A process that draws on no screen of its own cannot switch one."""
    with pytest.raises(PanelError, match="kind = console"):
        Monitor(Kernel(b"EDID", b"DPMS")).switch(on=False)


def test_a_television_is_switched_by_cec():
    """Standby at night, image view on in the morning."""
    told = []

    def run(words):
        told.append(" ".join(words))
        return 0, ""

    for on in (False, True):
        Television(run).switch(on=on)

    assert told == ["cec-ctl --to 0 --standby", "cec-ctl --to 0 --image-view-on"]


def test_a_television_that_does_not_listen_is_an_error():
    """What the command complains about is told, with what to look at."""
    with pytest.raises(PanelError, match="no such device; is CEC on"):
        Television(lambda _words: (1, "no such device\n")).switch(on=False)


def test_a_missing_command_is_an_error():
    """Without the program the remedy names its package."""

    def run(_words):
        raise FileNotFoundError("cec-ctl")

    with pytest.raises(PanelError, match="v4l-utils"):
        Television(run).switch(on=True)


def test_the_panel_is_chosen_by_name():
    """Each word of the settings has its own kind of panel, and in the shop a simulated one."""
    kinds = {kind: type(open_panel(kind)) for kind in ("none", "dpms", "cec")}

    assert kinds == {"none": AlwaysOn, "dpms": Monitor, "cec": Television}
    assert isinstance(open_panel("cec", object()), SimulatedPanel)
