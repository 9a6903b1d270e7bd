"""The pages of the hub: who works here, advisors, appointments, cashier, manager, and the customer's own.

Server-made HTML that works without script; static/live.js keeps it fresh. What may be done is decided by the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def add_screens(flask: Flask) -> None:
    """Register every page. `flask.extensions` has the hub and the settings."""
    from kiosk.server.screens.assembly import assemble

    assemble(flask)
