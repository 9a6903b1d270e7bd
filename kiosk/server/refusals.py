"""What was refused, in the log: by whom, from where, at which route, with which code; never what was sent.

Who may not is a warning; what cannot be read, comes too often or breaks the rules is a note. What is not there (404)
and the way to the sign-in (303) are neither.
"""

from __future__ import annotations

import logging

from kiosk.server.access import Principal

SHUT_OUT = frozenset({401, 403, 421})
NOT_TAKEN = frozenset({400, 405, 409, 413, 422, 429})
log = logging.getLogger(__name__)


def note(status: int, code: str, who: Principal | None, address: str, route: str) -> None:
    """Write it down, if it is a refusal.

    Args:
        code: for machines; empty where there is none.
        who: None where nobody knows yet.
        route: the rule, not the address as it was asked: that may hold a customer's code.
    """
    if status not in SHUT_OUT | NOT_TAKEN:
        return
    told = {"status": status, "code": code, "actor": str(who) if who else "", "address": address, "route": route}
    log.log(logging.WARNING if status in SHUT_OUT else logging.INFO, "request refused", extra=told)
