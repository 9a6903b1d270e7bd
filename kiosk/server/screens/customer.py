"""The customer's own page, `/C/<token>`: the code before check-in, the progress after it. One visit and no other.

There only with a public address (docs/staff.md). The token is in the address alone: in no log, no cookie, no cache.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kiosk.domain.codes import OurToken, read_code
from kiosk.language import CODES, Language, language
from kiosk.server.errors import NotFound
from kiosk.server.flask_doors import asking
from kiosk.server.screens import day as days
from kiosk.server.screens import page
from kiosk.server.screens.codes import code_svg, shown_text

pages = Blueprint("customer", __name__)
pages.after_request(page.secure)
MOST_MISSES = 30
MISSES_WITHIN = timedelta(minutes=1)
MOST_PLACES = 1000


@dataclass
class Misses:
    """Codes that led nowhere, by the address they came from: whoever tries many is asked to wait a minute."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _by_place: dict[str, deque[datetime]] = field(default_factory=dict)

    def is_too_many(self, place: str, at: datetime) -> bool:
        """Whether this address has to wait."""
        with self._lock:
            return len(self._recent(place, at)) >= MOST_MISSES

    def add(self, place: str, at: datetime) -> None:
        """One more."""
        with self._lock:
            if len(self._by_place) >= MOST_PLACES:
                self._by_place.clear()
            self._by_place.setdefault(place, deque()).append(at)

    def _recent(self, place: str, at: datetime) -> deque[datetime]:
        times = self._by_place.get(place, deque())
        while times and at - times[0] >= MISSES_WITHIN:
            times.popleft()
        return times


@pages.get("/C/<token>")
@pages.get("/c/<token>")
def own_page(token: str) -> Response:
    """The page of whoever holds this code."""
    hub = page.the_hub()
    now = hub.clock.now()
    place = asking().address
    misses: Misses = current_app.extensions["misses"]
    if not hub.public_url:
        return _nothing("customer.no_pages", None, 404)
    if misses.is_too_many(place, now):
        return _nothing("customer.too_many", "customer.too_many_text", 429)
    read = read_code(token)
    if not isinstance(read, OurToken):
        misses.add(place, now)
        return _nothing("customer.unknown", "customer.unknown_text", 404)
    name = f"follow/{hashlib.sha256(read.token.encode()).hexdigest()}"
    try:
        view = hub.view(name)
    except NotFound:
        misses.add(place, now)
        return _nothing("customer.unknown", "customer.unknown_text", 404)
    return _answer(_page(view, read.token, name), 200)


def _page(view: dict[str, Any], token: str, name: str) -> str:
    hub = page.the_hub()
    words = chosen(view["language"])
    is_booked = view["stage"] in ("booked", "cancelled")
    values: dict[str, Any] = {
        "view": view,
        "stream": f"/api/1/views/{name}/stream",
        "picture": code_svg(shown_text(hub.public_url, token)) if view["stage"] == "booked" else None,
        "stops": days.stops(view["stage"]),
        "icon_of": days.ICONS,
        "lanes": " / ".join(hub.store.lanes),  # any of them will do
    }
    template = "customer/code.html" if is_booked else "customer/follow.html"
    return render_template(template, **page.known(hub.store, words, hub.clock.now()), **values)


def chosen(preferred: str | None) -> Language:
    """The language of the page: asked for in the address, else the visit's, else the browser's, else the store's."""
    store = page.the_hub().store
    asked = request.args.get("lang")
    of_browser = request.accept_languages.best_match(CODES)
    code = next((one for one in (asked, preferred, of_browser) if one in CODES), store.default_language)
    return language(code, clock=store.clock)


def _nothing(message: str, text: str | None, status: int) -> Response:
    hub = page.the_hub()
    known = page.known(hub.store, chosen(None), hub.clock.now())
    return _answer(render_template("customer/nothing.html", **known, message=message, text=text), status)


def _answer(html: str, status: int) -> Response:
    answer = make_response(html, status)
    answer.headers["Vary"] = "Accept-Language"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address holds the token
    if status == 429:
        answer.headers["Retry-After"] = str(int(MISSES_WITHIN.total_seconds()))
    return answer
