"""One command as it was asked for. What each command does is in visits/, which ones there are in commands.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.server.access import Principal
from kiosk.server.body import Body


@dataclass(frozen=True)
class Asked:
    """A command on its way to its use-case.

    Attributes:
        command_id: drawn by the sender before the first try.
        sent_at: when it was made, by the sender's own clock.
        waited: how long it lay there before this try, by the same clock; None where the sender does not say.
        body: its fields, not yet checked.
    """

    kind: str
    who: Principal
    command_id: str
    sent_at: datetime
    body: Body
    waited: timedelta | None = None
