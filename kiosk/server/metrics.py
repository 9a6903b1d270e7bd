"""What a monitor asks: `/metrics` for Prometheus, `/healthz` whether it lives, `/healthz/ready` whether it works.

The figures are read when they are asked for; a check-in pays nothing. They are answered on the machine's own side only.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response, current_app, g
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import select

from kiosk.server import schema
from kiosk.server.device_api import as_json
from kiosk.server.devices.fleet import fleet
from kiosk.server.errors import NotFound
from kiosk.server.hub import Hub
from kiosk.settings import Hub as HubSettings
from kiosk.settings import Settings

TYPE = "text/plain; version=0.0.4; charset=utf-8"
LEAST_DISK_MB = 100
NGINX = "nginx.sock"


class Figures:
    """The hub's own figures, as Prometheus collects them."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        """Nothing is read yet."""
        self._hub = hub
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        """Visits, pages, streams and devices now. Names of devices, and nobody's else."""
        hub = self._hub
        now = hub.clock.now()
        snapshot = hub.snapshot(now)
        visits = GaugeMetricFamily("kiosk_visits_open", "Open visits by stage", labels=["stage"])
        open_visits = [one.visit for one in snapshot.stays.values() if one.is_open]
        for stage in sorted({one.stage.value for one in open_visits}):
            visits.add_metric([stage], sum(one.stage.value == stage for one in open_visits))
        yield visits
        pages = sum(len(one.pages) for one in open_visits) + len(snapshot.calls)
        yield GaugeMetricFamily("kiosk_pages_open", "Calls for an advisor that nobody has ended", value=pages)
        yield GaugeMetricFamily("kiosk_seq", "Facts recorded in this store", value=snapshot.seq)
        free = shutil.disk_usage(self._folder).free
        yield GaugeMetricFamily("kiosk_disk_free_bytes", "Free space where the hub writes", value=free)
        devices = fleet(hub, now)
        online = GaugeMetricFamily("kiosk_device_online", "1 while a device listens", labels=["device"])
        queue = GaugeMetricFamily(
            "kiosk_device_queue", "What a device had not sent when it told last", labels=["device"]
        )
        wrong = GaugeMetricFamily("kiosk_device_wrong", "1 while a device needs somebody", labels=["device"])
        for one in devices:
            online.add_metric([one.name], one.is_online)
            queue.add_metric([one.name], one.held)
            wrong.add_metric([one.name], one.wrong is not None)
        yield from (online, queue, wrong)


def add_monitoring(flask: Flask) -> None:
    """Register the routes. `flask.extensions` has the hub and the settings."""
    settings: Settings = flask.extensions["settings"]
    folder = Path((settings.hub or HubSettings()).folder)
    registry = CollectorRegistry()
    disk = flask.extensions["disk"] = folder if folder.is_dir() else Path("/")
    figures = flask.extensions["figures"] = Figures(flask.extensions["hub"], disk)
    registry.register(figures)
    ProcessCollector(registry=registry)
    flask.extensions["registry"] = registry
    flask.add_url_rule("/metrics", "metrics", _metrics)
    flask.add_url_rule("/healthz/ready", "ready", _ready)


def what_is_wrong(flask: Flask) -> list[str]:
    """Of a store's hub: its database does not answer, or its disk is nearly full. Empty: it works."""
    wrong = []
    hub: Hub = flask.extensions["hub"]
    try:
        with hub.database.read() as connection:
            connection.execute(select(schema.store.c.seq)).first()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not ready
        wrong.append(f"database: {type(error).__name__}")
    free_mb = shutil.disk_usage(flask.extensions["disk"]).free // 1_000_000
    if free_mb < LEAST_DISK_MB:
        wrong.append(f"disk: {free_mb} MB left")
    return wrong


def _metrics() -> Response:
    asking = g.get("asking")
    if asking is not None and asking.door == NGINX:
        raise NotFound("there is nothing here")
    return Response(generate_latest(current_app.extensions["registry"]), content_type=TYPE)


def _ready() -> Response:
    """503 and the reason while something is wrong."""
    wrong = what_is_wrong(current_app)
    answer = as_json({"ok": not wrong, "wrong": wrong})
    if wrong:
        answer.status_code = 503
        answer.headers["Retry-After"] = "5"
    return answer
