"""Ports for what a test starts: never one that another process of the same run has drawn, or that a connection may draw."""

from __future__ import annotations

import itertools
import os
import random
import socket
from contextlib import suppress

FIRST, EACH, PROCESSES = 20_000, 1_000, 10  # below those of the shop's own program, and of connections
_drawn = itertools.count(random.SystemRandom().randrange(EACH))


def free_port() -> int:
    """A loopback port that nobody listens on, for this process of tests alone; the same only after a thousand others."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % PROCESSES
    while True:
        port = FIRST + process * EACH + next(_drawn) % EACH
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
