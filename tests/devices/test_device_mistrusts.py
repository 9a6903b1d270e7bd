"""A device at whose hub's address somebody else answers: it sends nothing, and its log says why."""

from __future__ import annotations

import logging

from between import Middle
from noticing import Noticing

from kiosk.hub_client import HubClient
from kiosk.trust import Secured, Trust, TrustFolder


class Counted(Secured):
    """How often it was about to connect."""

    tries = 0

    def before_connecting(self):
        self.tries += 1
        super().before_connecting()


def test_a_certificate_of_another_authority_is_told_once(house, tmp_path, caplog):
    """However often it is tried: one line, with the reason; and not a word went there."""
    middle = Middle(house, tmp_path)
    trust = Trust((house.authority.signer.pem,), house.token(), "lane/A", middle.url)
    secured = Counted(TrustFolder(tmp_path / "device"), trust, clock=lambda: False)
    line = HubClient(middle.url, "lane/A", tmp_path / "outbox.db", secured=secured, retry_s=(0.02, 0.05))

    with caplog.at_level(logging.ERROR, logger="kiosk.hub_client"):
        line.watch("lane/A", lambda _view: None)
        Noticing().until("it does not try again", lambda: secured.tries > 5)
    line.close()
    middle.close()

    told = [one.getMessage() for one in caplog.records if "not the hub that this device trusts" in one.getMessage()]
    assert len(told) == 1
    assert told[0].startswith(f"what answers at {middle.url}")
    assert trust.token not in told[0]
    assert middle.heard == []
