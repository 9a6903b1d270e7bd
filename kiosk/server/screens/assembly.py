"""Puts the pages into the application: blueprints, what templates know, fonts, the papers' way to the printer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app, make_response, request, send_from_directory
from jinja2 import StrictUndefined

from kiosk.language import Ltr
from kiosk.server.deliveries import Deliveries
from kiosk.server.device_api import as_json
from kiosk.server.documents import Documents
from kiosk.server.markup import icon, icon_paths, said, typed
from kiosk.server.pdf import FONTS
from kiosk.server.screens import (
    account,
    advisor,
    appointments,
    board,
    cashier,
    customer,
    fleet,
    keys,
    lines,
    manager,
    page,
    people,
    room,
    safety,
    sign_in,
    times,
    trust_page,
)
from kiosk.settings import Hub as HubSettings
from kiosk.settings import Papers

if TYPE_CHECKING:
    from werkzeug.exceptions import HTTPException

    from kiosk.server.hub import Hub

FONT_AGE_S = 31_536_000
fonts = Blueprint("fonts", __name__)  # and the logo: what every page may fetch besides /static


def assemble(flask: Flask) -> None:
    """Add all screens to the application."""
    hub: Hub = flask.extensions["hub"]
    settings = flask.extensions["settings"]
    folder = Path((settings.hub or HubSettings()).folder)
    documents = Documents(folder, settings.papers or Papers(), hub.store.brand_colour)
    flask.extensions["deliveries"] = deliveries = Deliveries(hub, documents)
    hub.after_commit["make_papers"] = deliveries.after_make_papers
    hub.after_repeat["make_papers"] = deliveries.told_again
    flask.extensions["misses"] = customer.Misses()
    flask.jinja_env.globals.update(icon=icon, icons=icon_paths)
    flask.jinja_env.filters.update(typed=typed, said=said, as_ltr=Ltr)
    flask.jinja_env.undefined = StrictUndefined
    flask.jinja_env.trim_blocks = flask.jinja_env.lstrip_blocks = True
    staff_pages = (sign_in, account, people, advisor, appointments, lines, keys, cashier, manager, safety, room, times)
    for one in (*staff_pages, customer, board, fleet, trust_page):
        flask.register_blueprint(one.pages)
    flask.register_blueprint(fonts)
    flask.register_error_handler(404, _nothing_here)


@fonts.get("/fonts/<name>")
def font(name: str) -> Response:
    """One of the product's fonts."""
    if not name.endswith(".ttf"):
        abort(404)
    return send_from_directory(FONTS, name, mimetype="font/ttf", max_age=FONT_AGE_S)


@fonts.get("/logo/<key>.png")
def logo(key: str) -> Response:
    """The dealership's logo; another one has another key."""
    found = current_app.extensions["hub"].store.logo
    if found is None or found.key != key:
        abort(404)
    answer = make_response(found.png)
    answer.mimetype = "image/png"
    answer.cache_control.max_age = FONT_AGE_S
    return answer


def _nothing_here(error: HTTPException) -> Response:
    """A person who mistyped an address gets a page with a way on; a program gets JSON as everywhere."""
    if request.path.startswith("/api/"):
        answer = as_json({"error": {"code": "not_found", "message": error.description}})
    else:
        answer = page.secure(make_response(page.show("staff/nothing.html", title="staff.error.not_found")))
    answer.status_code = 404
    return answer
