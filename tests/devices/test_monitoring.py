"""What a monitor and a log see of the hub: figures, readiness, lines of JSON; and nobody's name or token in any of them."""

from __future__ import annotations

import io
import json
import logging

import pytest

from kiosk.server.app import create_app
from kiosk.server.logs import OneLine, without_secrets
from kiosk.settings import Hub, Settings


@pytest.fixture
def client(shop, tmp_path):
    """A monitor on the hub's own machine."""
    settings = Settings(hub=Hub(folder=str(tmp_path), sign_in=False))
    app = create_app(shop.database, shop.store, settings, shop.clock)
    shop.hub = app.hub
    return app.flask.test_client()


def test_prometheus_reads_the_shop(client, shop):
    """Visits by their stage, what waits, free space, devices, the process itself."""
    shop.walk_in()
    shop.do("report_device", "lane/A", version="1", trouble=["paper_out"], queue=2)

    told = client.get("/metrics").text

    assert 'kiosk_visits_open{stage="checked_in"} 1.0' in told
    assert 'kiosk_device_queue{device="lane/A"} 2.0' in told
    assert 'kiosk_device_wrong{device="lane/A"} 1.0' in told
    assert "process_resident_memory_bytes" in told


def test_no_figure_names_a_customer(client, shop):
    """A canary who has checked in is in none of them."""
    shop.walk_in(name="Canary Zwitscher", reason="Kanarienvogel")

    assert "anar" not in client.get("/metrics").text


def test_a_hub_that_works_is_ready(client):
    """The database answers and there is room."""
    assert client.get("/healthz/ready").json == {"ok": True, "wrong": []}


def test_a_hub_without_its_database_is_not_ready(client, shop):
    """503 with the reason; a monitor sees it before a customer does."""
    with shop.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE store RENAME TO away")

    answer = client.get("/healthz/ready")

    assert (answer.status_code, answer.json["ok"]) == (503, False)


def lines(work):
    """What is logged meanwhile."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    log = logging.getLogger("kiosk.test")
    log.addHandler(handler)
    log.propagate = False
    log.setLevel(logging.INFO)
    try:
        work(log)
    finally:
        log.removeHandler(handler)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_the_log_is_one_object():
    """Whatever is in it: no word can begin a line of its own."""
    told = lines(lambda log: log.info("first\nsecond %s", "\r\n{}", extra={"visit_id": "v1", "customer": "Canary"}))

    assert len(told) == 1
    assert told[0]["visit_id"] == "v1"
    assert "Canary" not in str(told)


def test_a_fault_says_where_and_not_what():
    """An error's own words may hold what a customer typed."""

    def work(log):
        try:
            int("Canary Zwitscher")
        except ValueError:
            log.exception("a command failed")

    told = lines(work)

    assert told[0]["fault"].startswith("ValueError at test_monitoring.py")
    assert "Canary" not in str(told)


@pytest.mark.parametrize("said", ["Bearer 3kTq9vZx_aaBBccDDeeFFggHHiiJJkkLLmmNNooPPqq", "GET /C/01HZXW3N5V8Y7K2M4Q6T9B0CDE failed", "/c/shortcode"])
def test_what_looks_like_a_token_is_taken_out(said):
    """A token in an address or a header that some library quotes."""
    told = without_secrets(said)

    assert "[secret]" in told or "[code]" in told
    assert not any(part in told for part in ("3kTq9", "01HZXW", "shortcode"))


def test_ids_stay_readable():
    """Visits and commands are found by their 32 hex digits."""
    assert without_secrets("visit 0123456789abcdef0123456789abcdef") == "visit 0123456789abcdef0123456789abcdef"
