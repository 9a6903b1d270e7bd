"""Every device of the store: how it is, what it needs, who wants to join; taking one off; a join file.

What is wrong is judged in devices/fleet.py; what the keys do is in devices/routes.py, which the command line uses too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, make_response, redirect, request, url_for

from kiosk.domain.facts import to_us
from kiosk.language import Ltr
from kiosk.server.devices import routes
from kiosk.server.devices.fleet import KNOWN_TROUBLE, DeviceNow, fleet, last_scan
from kiosk.server.errors import Answered
from kiosk.server.screens import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response as AnyResponse

    from kiosk.server.devices.pairings import Pairings

pages = page.staff_pages("fleet", __name__)
RIGHT = timedelta(seconds=1)
OWN_WORDS = frozenset({"disk", "queue", "clock"})
DONE = frozenset({"approved", "refused", "stopped", "revoked"})
ERRORS = frozenset({"other_code", "not_found", "bad_request", "joined"})
PRINTER_TROUBLE = frozenset({"paper_out", "cover_open", "unplugged", "timeout", "offline"})
JOIN_FILE = "kiosk-join.json"


@pages.get("/fleet")
def devices() -> str:
    """The fleet now."""
    hub = page.the_hub()
    now = hub.clock.now()
    pairings: Pairings | None = current_app.extensions["pairings"]
    done, error = request.args.get("done"), request.args.get("error")
    return page.show(
        "staff/fleet.html",
        title="fleet.title",
        at=now,
        devices=[_shown(one) for one in fleet(hub, now)],
        waiting=pairings.waiting() if pairings else [],
        expected=[(one, to_us(one.until)) for one in pairings.expected()] if pairings else [],
        can_pair=pairings is not None,
        beyond=routes.authority().beyond if pairings else (),
        done=f"fleet.{done}" if done in DONE else None,
        failed=f"fleet.error.{error}" if error in ERRORS else None,
        about=request.args.get("name", "")[:40],
    )


@pages.post("/fleet/approve")
def approve() -> AnyResponse:
    """The codes are the same."""
    form = request.form
    return _back("approved", lambda: routes.approve_device(form.get("code", ""), form.get("pairing_id") or None))


@pages.post("/fleet/refuse")
def refuse() -> AnyResponse:
    """They are not."""
    name = request.form.get("name", "")

    def refused() -> str:
        routes.refuse_device(request.form.get("pairing_id", ""))
        return name

    return _back("refused", refused)


@pages.post("/fleet/stop")
def stop() -> AnyResponse:
    """It was let in, has not come yet, and shall not."""
    name = request.form.get("name", "")

    def stopped() -> str:
        routes.stop_device(name)
        return name

    return _back("stopped", stopped)


@pages.post("/fleet/revoke")
def revoke() -> AnyResponse:
    """Take a device off."""
    name = request.form.get("name", "")

    def revoked() -> str:
        routes.revoke_device(name)
        return name

    return _back("revoked", revoked)


@pages.post("/fleet/join-file")
def join_file() -> AnyResponse:
    """A file with which one device joins, as a download."""
    kind, name = request.form.get("kind", ""), request.form.get("name", "").strip()
    try:
        if kind == "lane":
            name = name.upper()
        text = routes.join_file_for(f"{kind}/{name}")
    except Answered as answered:
        return _with_error(answered)
    answer: Response = make_response(text)
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{JOIN_FILE}"'
    return answer


def _back(done: str, work: Callable[[], str]) -> AnyResponse:
    """Do it, and show the fleet with what became of it."""
    try:
        name = work()
    except Answered as answered:
        return _with_error(answered)
    return redirect(url_for("fleet.devices", done=done, name=name.partition("/")[2]), 303)


def _with_error(answered: Answered) -> AnyResponse:
    if answered.code not in ERRORS:
        raise answered
    return redirect(url_for("fleet.devices", error=answered.code), 303)


def _shown(one: DeviceNow) -> dict[str, Any]:
    """A device in messages and values."""
    scanned = last_scan(one)
    return {
        "device": one,
        "called_by": {"lane": "common.lane", "pager": "manager.pager", "board": "manager.board"}[one.kind],
        "value": {"lane" if one.kind == "lane" else "name": Ltr(one.called)},
        "wrong": _wrong(one),
        "clock": _clock(one.clock_offset),
        "printer": _printer(one) if one.kind == "lane" else None,
        "free_mb": one.told.get("disk_free_mb"),
        "queue": one.held if one.told_at else None,
        "last_scan": to_us(scanned) if scanned else None,
        "heard_us": to_us(one.heard_at) if one.heard_at else None,
        "paired_us": to_us(one.paired_at) if one.paired_at else None,
    }


def _wrong(one: DeviceNow) -> tuple[str, dict[str, Any]] | None:
    """One message with its values."""
    if one.wrong is None:
        return None
    what, values = one.wrong
    if what == "silent":
        return "manager.silent", {"at_us": to_us(values["at"])}
    if what == "never":
        return "manager.no_sign", {}
    if what in OWN_WORDS:
        return f"fleet.wrong.{what}", {}
    known = what in KNOWN_TROUBLE
    return (f"manager.trouble.{what}", {}) if known else ("manager.trouble.other", {"code": values.get("code", what)})


def _clock(offset: timedelta | None) -> tuple[str, str] | None:
    """Message and figure; None: it has told nothing yet."""
    if offset is None:
        return None
    if abs(offset) < RIGHT:
        return "fleet.clock.right", ""
    figure = page.elapsed(abs(offset).total_seconds())
    return ("fleet.clock.ahead" if offset > timedelta() else "fleet.clock.behind"), figure


def _printer(one: DeviceNow) -> str:
    if not one.told_at:
        return "fleet.unknown"
    if PRINTER_TROUBLE.intersection(one.trouble):
        return "fleet.printer.trouble"
    near_end = "paper_near_end" in one.trouble or one.told.get("paper") == "near_end"
    return "fleet.printer.near_end" if near_end else "fleet.printer.ready"
