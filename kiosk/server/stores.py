"""Several stores behind one address: each request goes to the store whose name its Host header says, and to no other.

Each store is a whole application of its own (app.py): hub, people, doors, devices, feed. What is told of all of them,
whether they live and work and their figures, is answered here, on the machine's own side only.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack

from flask import Flask
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector

from kiosk.server.app import App, lifespan
from kiosk.server.doors import Door
from kiosk.server.errors import Answered
from kiosk.server.json_text import json_bytes
from kiosk.server.metrics import TYPE, Figures, what_is_wrong
from kiosk.server.requests import OUR_HOSTS, header, host_of, refuse, send_bytes, send_json
from kiosk.server.stream import Receive, Scope, Send
from kiosk.store_settings import OneStore, local_name

LIVES, WORKS, FIGURES = "/healthz", "/healthz/ready", "/metrics"
log = logging.getLogger(__name__)


class NoSuchStore(Answered):
    """The Host header names no store of this hub."""

    status = 421
    code = "not_ours"


class Stores:
    """The applications of several stores as one ASGI application."""

    def __init__(self, apps: Sequence[tuple[OneStore, App]]) -> None:
        """Nothing runs until the server says so (lifespan).

        Args:
            apps: each store with its application. No two have a name in common (store_settings.py).
        """
        self.apps = {one.store_id: app for one, app in apps}
        self._by_name = {name: app for one, app in apps for name in one.names}
        self._by_local_name = {local_name(one.store_id): app for one, app in apps}
        self._begun = AsyncExitStack()
        self._registry = CollectorRegistry()
        self._registry.register(_OfAll(self.apps))
        ProcessCollector(registry=self._registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """To the store that is asked for; 421 for a name that is none's."""
        if scope["type"] == "lifespan":
            await lifespan(self, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        door = Door(scope.get("state", {}).get("door", Door.LOOPBACK))
        host = host_of(header(scope, "host"))
        app = (self._by_name if door is Door.NGINX else self._by_local_name).get(host)
        if app is not None:
            await app(scope, receive, send)
        elif door is not Door.NGINX and host in OUR_HOSTS and scope["path"] in {LIVES, WORKS, FIGURES}:
            await self._of_all(scope, send)
        else:
            await refuse(self._nobody(door), send)

    async def start(self) -> None:
        """Begin every store's work, in the running loop; if one cannot, those that could are ended."""
        async with AsyncExitStack() as begun:
            for app in self.apps.values():
                begun.push_async_callback(app.stop)
                await app.start()
            self._begun = begun.pop_all()

    async def stop(self) -> None:
        """End every store's work, also where one of them fails."""
        await self._begun.aclose()

    def end_streams(self) -> None:
        """Every reader of every store gets its end."""
        for app in self.apps.values():
            app.end_streams()

    def _nobody(self, door: Door) -> NoSuchStore:
        """From the network nobody learns which stores there are."""
        if door is Door.NGINX:
            return NoSuchStore("Host: this is not a name of a store here; see [web] names")
        return NoSuchStore(f"Host: this hub serves several stores; ask {' or '.join(self._by_local_name)}")

    async def _of_all(self, scope: Scope, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            told = {"error": {"code": "bad_request", "message": f"{scope['path']}: only GET is answered here"}}
            await send_json(send, 405, json_bytes(told), [(b"allow", b"GET")])
        elif scope["path"] == FIGURES:
            await send_bytes(send, 200, await asyncio.to_thread(generate_latest, self._registry), TYPE.encode())
        elif scope["path"] == LIVES:
            seqs = {store_id: app.hub.seq for store_id, app in self.apps.items()}
            await send_json(send, 200, json_bytes({"ok": True, "stores": seqs}))
        else:
            wrong = await asyncio.to_thread(self._wrong)
            more = [(b"retry-after", b"5")] if wrong else []
            await send_json(send, 503 if wrong else 200, json_bytes({"ok": not wrong, "wrong": wrong}), more)

    def _wrong(self) -> list[str]:
        return [f"{store_id}: {one}" for store_id, app in self.apps.items() for one in what_is_wrong(app.flask)]


class _OfAll:
    """Every store's figures, each with the store's name; of one that cannot be read, that alone."""

    def __init__(self, apps: dict[str, App]) -> None:
        """Nothing is read yet."""
        self._of = {store_id: _figures(app.flask) for store_id, app in apps.items()}

    def collect(self) -> Iterator[Metric]:
        """One family for all stores, as Prometheus wants it."""
        families: dict[str, Metric] = {}
        is_read = GaugeMetricFamily("kiosk_store_read", "1 while the figures of a store can be read", labels=["store"])
        for store_id, figures in self._of.items():
            told = _told(store_id, figures)
            is_read.add_metric([store_id], bool(told))
            for metric in told:
                family = families.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                family.samples += [one._replace(labels={"store": store_id, **one.labels}) for one in metric.samples]
        yield from (is_read, *families.values())


def _told(store_id: str, figures: Figures) -> list[Metric]:
    """A store's figures; none while its database is away: the others' are told all the same."""
    try:
        return list(figures.collect())
    except Exception as error:  # noqa: BLE001 - whatever it is, the monitor learns which store it is
        log.warning("the figures of %s cannot be read: %s", store_id, type(error).__name__)
        return []


def _figures(flask: Flask) -> Figures:
    found: Figures = flask.extensions["figures"]
    return found
