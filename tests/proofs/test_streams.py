"""The short forms of prove/streams.py and prove/slow.py: everybody is served, whoever else is slow."""

from __future__ import annotations

import asyncio

from prove._web import web_hub
from prove.slow import _disturbed
from prove.streams import FIRST_ROUNDS, ROUNDS, _watched

FEW = 12


def test_every_stream_through_nginx_hears_of_every_check_in():
    """By TLS, each with its token: nobody misses an event."""
    with web_hub() as hub:
        told = asyncio.run(_watched(hub, FEW, lambda _sentence: None))

    assert (told.opened, len(told.heard_ms)) == (FEW, told.few * FIRST_ROUNDS + FEW * ROUNDS)


def test_check_ins_go_on_beside_half_sent_bodies_and_readers_that_do_not_read():
    """How fast they are is measured by make prove ONLY=slow; here nobody is turned away."""
    with web_hub() as hub:
        _, statuses = asyncio.run(_disturbed(hub, FEW, lambda _sentence: None))

    assert statuses == [200] * FEW
