"""The hub's application: Flask for requests, the event streams beside it, one ASGI application for uvicorn.

Nothing happens at import; `create_app` builds it from what it is given. Serving it on an address is in serve.py.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kiosk.domain.store import Store
from kiosk.server import flask_doors, openapi
from kiosk.server.clock import Clock, SystemClock, clock_is_right
from kiosk.server.database import Database
from kiosk.server.device_api import api, as_json, the_hub
from kiosk.server.devices.assembly import Devices
from kiosk.server.doors import Doors
from kiosk.server.errors import Answered, NotSignedIn
from kiosk.server.feed import Feed
from kiosk.server.housekeeping import Housekeeping
from kiosk.server.hub import Hub
from kiosk.server.metrics import add_monitoring
from kiosk.server.native import Native
from kiosk.server.requests import Bodies
from kiosk.server.staff.api import staff_api
from kiosk.server.staff.people import People
from kiosk.server.staff.signing_in import SigningIn
from kiosk.server.stream import Receive, Scope, Send
from kiosk.settings import Settings

WORKERS = 10
log = logging.getLogger(__name__)


class Screens(Protocol):
    """What adds screens to the hub: called once with the Flask application, whose `extensions["hub"]` is the hub."""

    def __call__(self, flask: Flask) -> None:
        """Register blueprints; every rule must stand in access.ROUTES."""


class App:
    """The whole hub as one ASGI application.

    Attributes:
        hub: commands and views. feed: the streams. flask: everything else; its test client needs no server.
        people: who may sign in. doors: who asks.
    """

    def __init__(self, hub: Hub, flask: Flask, devices: Devices) -> None:
        """Nothing runs until the server says so (lifespan)."""
        self.hub = hub
        self.flask = flask
        self.devices = devices
        self.feed = Feed(hub)
        self.people: People = flask.extensions["people"]
        self.doors: Doors = flask.extensions["doors"]
        self._tasks: list[asyncio.Task[None]] = []
        self._native = Native(hub, self.feed, self.doors)
        self._plain = Bodies(WSGIMiddleware(flask, workers=WORKERS))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams and commands natively, everything else through Flask."""
        if scope["type"] == "lifespan":
            await lifespan(self, receive, send)
        elif scope["type"] == "http":
            await (self._native.answer(scope, receive, send) or self._plain(scope, receive, send))
        else:
            await send({"type": "websocket.close"})

    async def start(self) -> None:
        """Begin to listen to changes, to tend and to tidy, in the running loop."""
        await self.feed.start()
        self.devices.start()
        self._tasks = [asyncio.create_task(Housekeeping(self.hub).run()), asyncio.create_task(self.doors.watch())]

    async def stop(self) -> None:
        """End all that `start` has begun."""
        for task in self._tasks:
            task.cancel()
        self.devices.stop()
        await self.feed.stop()
        self._native.close()
        self.people.passwords.close()

    def end_streams(self) -> None:
        """Every reader of a stream gets its end; they would keep their connections open for ever."""
        self.feed.end_streams()


class Living(Protocol):
    """What begins and ends with the server."""

    async def start(self) -> None:
        """In the running loop."""

    async def stop(self) -> None:
        """In the same loop."""


async def lifespan(living: Living, receive: Receive, send: Send) -> None:
    """ASGI's word for the time from the server's start to its end."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await living.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            await living.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


def create_app(
    database: Database,
    store: Store,
    settings: Settings,
    clock: Clock | None = None,
    *,
    screens: tuple[Screens, ...] | None = None,
) -> App:
    """The hub of one store.

    Args:
        database: open; the caller closes it.
        settings: `[hub]` and `[papers]` are used.
        clock: the machine's own unless a test has another.
        screens: what adds pages; None: those of kiosk.server.screens.
    """
    hub_settings = settings.hub
    hub = Hub(
        database,
        store,
        clock or SystemClock(),
        public_url=hub_settings.public_url if hub_settings else "",
        clock_is_right=clock_is_right(settings) if clock is None else lambda: True,
    )
    flask = Flask("kiosk.server")
    flask.extensions["hub"] = hub
    flask.extensions["settings"] = settings
    people = People(database, store, hub.clock, settings.sessions)
    flask.extensions["people"] = people
    flask.extensions["signing_in"] = SigningIn(people)
    flask.extensions["doors"] = Doors(hub, people, sign_in=hub_settings.sign_in if hub_settings else True)
    flask.before_request(flask_doors.check_request)
    flask.after_request(flask_doors.secure)
    flask.register_error_handler(Answered, _tell_answered)
    flask.register_error_handler(HTTPException, _tell_http)
    flask.register_error_handler(Exception, _tell_fault)
    flask.register_blueprint(api)
    flask.register_blueprint(staff_api)
    flask.register_blueprint(openapi.pages)
    devices = Devices(flask)
    flask.add_url_rule("/healthz", "healthz", _healthz)
    add_monitoring(flask)
    for add in _screens() if screens is None else screens:
        add(flask)
    return App(hub, flask, devices)


def _screens() -> tuple[Screens, ...]:
    """The product's own pages, imported when they are wanted."""
    from kiosk.server.screens import add_screens

    return (add_screens,)


def _healthz() -> Response:
    hub = the_hub()
    return as_json({"ok": True, "seq": hub.snapshot().seq, "store": hub.store.store_id})


def _tell_answered(answered: Answered) -> Response:
    g.refused = answered.code
    response = _error(answered.status, answered.code, str(answered))
    if answered.retry_after_s:
        response.headers["Retry-After"] = str(answered.retry_after_s)
    if isinstance(answered, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _tell_http(error: HTTPException) -> Response:
    codes = {404: "not_found", 405: "bad_request", 413: "too_large"}
    response = _error(error.code or 500, codes.get(error.code or 500, "bad_request"), error.description or error.name)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _tell_fault(error: Exception) -> Response:
    """A fault of ours: the log has the whole of it, the one who asked a sentence."""
    log.error("%s %s failed", request.method, request.url_rule, exc_info=error)
    return _error(500, "fault", "the hub made a mistake; it is in its log")


def _error(status: int, code: str, message: str) -> Response:
    response = as_json({"error": {"code": code, "message": message}})
    response.status_code = status
    return response
