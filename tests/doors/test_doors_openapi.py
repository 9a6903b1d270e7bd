"""The wire's own description: it is valid, it is whole, and the running hub keeps to it whatever it is sent."""

from __future__ import annotations

import json
import re
import secrets

import httpx
import pytest
import schemathesis
from doors_house import STORE, native, opened, served_by
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from kiosk.server import access
from kiosk.server.bodies import BODIES
from kiosk.server.commands import COMMANDS
from kiosk.server.devices import tokens
from kiosk.server.openapi import described
from kiosk.server.staff.api import DEEDS
from kiosk.settings import Web

EXAMPLES = 3
DEVICES = {"lane": "lane/A", "pager": "pager/desks", "board": "board/hall"}
ROLES = ("advisor", "technician", "parts", "quality", "cashier", "manager", "administrator")


def test_every_route_of_the_wire_is_described():
    """Each path under /api/1 of the table of routes stands in the document; and nothing else does."""
    rules = {(method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)) for method, rule in access.ROUTES if rule.startswith("/api/1/")}
    written = {one for rule in rules for one in spelled_out(*rule)}

    documented = {(method.upper(), path) for path, item in described(STORE)["paths"].items() for method in item}

    assert documented - {("GET", "/healthz")} == written


def spelled_out(method, path):
    """A path that is several: one for each command, one for each deed with an account."""
    for name, each in (("{kind}", COMMANDS), ("{what}", DEEDS)):
        if name in path:
            return [(method, path.replace(name, one)) for one in each]
    return [(method, path)]


def test_every_command_is_described_with_its_body():
    """What the hub does and what the document says are the same list."""
    paths = {path.rpartition("/")[2] for path in described(STORE)["paths"] if path.startswith("/api/1/commands/")}

    assert paths == set(COMMANDS)
    assert set(BODIES) == set(COMMANDS)


def test_the_hub_serves_it_to_everybody(house):
    """JSON, without signing in."""
    status, headers, body = native(house, "GET", "/api/1/openapi.json", {"host": "127.0.0.1"})

    assert (status, headers["content-type"]) == (200, "application/json")
    assert b'"openapi":"3.1.0"' in body


def test_the_document_is_openapi_3_1(house):
    """Judged by the schema of the standard itself."""
    schemathesis.openapi.from_dict(described(STORE)).validate()


@pytest.fixture(scope="module")
def driven(migrated, tmp_path_factory):
    """A hub in a network, on a real port, with a token for each kind of device and a session for each role."""
    folder = tmp_path_factory.mktemp("driven")
    house = opened(migrated, folder, web=Web(names=("127.0.0.1",), sockets=str(folder)))
    house.person("another", "administrator")  # whoever is changed is not the last
    with house.app.hub.database.write() as connection:
        shown = {
            kind: {"Authorization": f"Bearer {tokens.issue(connection, STORE.store_id, name, 'f' * 64, house.clock.now(), 'x')}"}
            for kind, name in DEVICES.items()
        }
    for role in ROLES:
        house.person(role, role)
        browser = house.browser("loopback")
        browser.signs_in(role)
        shown[role] = {"Cookie": f"kiosk_session={browser.cookie('kiosk_session')}", "Sec-Fetch-Site": "same-origin"}
    with served_by(house.app) as address:
        yield address, shown
    house.app.hub.database.close()


SCHEMA = schemathesis.openapi.from_dict(described(STORE, "kiosk_session"))
SCHEMA.config.generation.with_security_parameters = False  # who asks is said beside; without it, the tool asks too
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations()]


def asker(operation):
    """Somebody who may ask this."""
    roles = operation.definition.raw.get("x-roles") or ["administrator"]
    return next(one for one in ("administrator", "manager", "lane", "pager", "board", *ROLES) if one in roles)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda one: one.value)
@pytest.mark.parametrize("operation", [one for one in OPERATIONS if not one.path.endswith("/stream")], ids=lambda one: f"{one.method} {one.path}")
def test_the_hub_keeps_to_its_description(driven, operation, mode):
    """Whatever fits the description is answered as it says, what does not is refused, nothing is a fault of the hub's: every check of the tool's."""
    address, shown = driven

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def drive(case):
        if isinstance(case.body, dict) and re.fullmatch("[0-9a-f]{32}", str(case.body.get("id"))):
            case.body["id"] = secrets.token_hex(16)  # as a sender draws it: the tool has favourite ones
        case.call_and_validate(base_url=address, headers=shown[asker(operation)], timeout=60)

    try:
        drive()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing that this operation takes can be wrong


# --- streams: what the tool cannot drive, for they do not end

STREAM = described(STORE)["paths"]["/api/1/views/{name}/stream"]["get"]
WATCHED = {"lane/A": "lane", "pager/marta": "pager", "lane-signal/A": "lane", "board/hall": "board", "lane-board/all": "board", "staff": "manager"}


@pytest.mark.parametrize(("view", "who"), sorted(WATCHED.items()))
def test_a_stream_keeps_to_its_description(driven, view, who):
    """Its type, `retry`, then the whole view as one event whose id is the view's, with what every view has; then beats."""
    address, shown = driven
    parts = []
    with httpx.Client(base_url=address, headers=shown[who], timeout=60) as client, client.stream("GET", f"/api/1/views/{view}/stream") as stream:
        for line in stream.iter_lines():
            parts.append(line)
            if line.startswith(":"):
                break
        same = client.get(f"/api/1/views/{view}")

    events = [one.splitlines() for one in "\n".join(parts).split("\n\n") if "data: " in one]  # a device that came or went makes another
    views = [json.loads(one[-1].removeprefix("data: ")) for one in events]
    assert stream.headers["content-type"].partition(";")[0] in STREAM["responses"]["200"]["content"]
    assert parts[0].startswith("retry: ")
    assert [one[-3:-1] for one in events] == [["event: view", f"id: {one['id']}"] for one in views]
    assert all({"id", "hub_now", "next_change_at"} <= one.keys() == same.json().keys() for one in views)
    assert views


@pytest.mark.parametrize(
    ("view", "headers", "status", "code"),
    [
        ("lane/B", "lane", 403, "not_allowed"),
        ("staff", "board", 403, "not_allowed"),
        ("board/hall", "nobody", 401, "not_paired"),
        ("nothing", "manager", 403, "not_allowed"),
        (f"follow/{'0' * 64}", "manager", 404, "not_found"),
    ],
)
def test_a_stream_that_cannot_be_is_refused_as_described(driven, view, headers, status, code):
    """Before it begins, as JSON with a code and a sentence, and with a status that the description lists."""
    address, shown = driven
    said = shown.get(headers, {"Authorization": "Bearer " + "x" * 43})

    answer = httpx.get(f"{address}/api/1/views/{view}/stream", headers=said, timeout=60)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert str(status) in STREAM["responses"]
    assert answer.json()["error"]["message"]
