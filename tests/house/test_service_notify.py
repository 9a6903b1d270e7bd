"""What a service tells systemd, heard at the other end of its socket."""

from __future__ import annotations

import socket

import pytest

from kiosk.service_notify import Service


@pytest.fixture
def systemd(tmp_path):
    """The end of the socket at which systemd would listen, and the environment that names it."""
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(address)
        channel.settimeout(2)
        yield channel, {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "7"}


@pytest.fixture
def heard(systemd):
    """Everything that was told so far."""

    def heard() -> list[str]:
        channel, _ = systemd
        channel.setblocking(False)
        told = []
        while True:
            try:
                told.append(channel.recv(4096).decode())
            except BlockingIOError:
                return told

    return heard


def test_a_service_says_when_it_is_ready(systemd, heard):
    """READY=1 goes out with a status of one line."""
    Service(systemd[1], pid=7).ready("lane A,\n 2 desks")

    assert heard() == ["READY=1\nSTATUS=lane A, 2 desks"]


def test_a_service_beats_four_times_in_its_watchdogs_time(systemd, heard):
    """However often the loop comes round, systemd hears of it each quarter of WatchdogSec."""
    service = Service(systemd[1], pid=7)

    for tenth in range(201):
        service.alive(tenth / 10)

    assert heard() == ["WATCHDOG=1"] * 5


def test_a_service_that_is_not_well_is_silent(systemd, heard):
    """A loop that comes round while its heart has stopped does not pretend."""
    service = Service(systemd[1], pid=7)

    service.alive(0, is_well=lambda: False)

    assert heard() == []


def test_the_end_is_told(systemd, heard):
    """STOPPING=1 goes out, and a status on its own."""
    service = Service(systemd[1], pid=7)

    service.status("closing")
    service.stopping()

    assert heard() == ["STATUS=closing", "STOPPING=1"]


def test_a_watchdog_of_another_process_is_not_ours(systemd, heard):
    """The child of a watched process does not beat in its parent's place."""
    service = Service(systemd[1], pid=8)

    service.alive(0)

    assert service.beat_s is None
    assert heard() == []


def test_started_by_hand_nothing_is_told(heard):
    """Without systemd every call does nothing."""
    service = Service({}, pid=7)

    service.ready("by hand")
    service.alive(0)
    service.stopping()

    assert heard() == []


def test_an_abstract_socket_is_reached():
    """Containers name a socket without a file: an address that begins with @."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind("\0kiosk-test-notify")
        channel.settimeout(2)
        Service({"NOTIFY_SOCKET": "@kiosk-test-notify"}, pid=7).ready()

        assert channel.recv(100) == b"READY=1"
