"""The wire's own description: it is valid, it is whole, and the running hub keeps to it whatever it is sent."""

from __future__ import annotations

import re
import secrets

import pytest
import schemathesis
from doors_house import STORE, native, opened, served_by
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from kiosk.server import access
from kiosk.server.bodies import BODIES
from kiosk.server.commands import COMMANDS
from kiosk.server.devices import tokens
from kiosk.server.openapi import described

EXAMPLES = 3
DEVICES = {"lane": "lane/A", "pager": "pager/desks", "board": "board/hall"}
ROLES = ("advisor", "technician", "parts", "quality", "cashier", "manager", "administrator")


def test_every_route_of_the_wire_is_described():
    """Each path under /api/1 of the table of routes stands in the document; and nothing else does."""
    rules = {(method, rule) for method, rule in access.ROUTES if rule.startswith("/api/1/") and "commands/" not in rule}
    documented = {
        (method.upper(), path) for path, item in described(STORE)["paths"].items() for method in item if "/commands/" not in path and path != "/healthz"
    }

    written = {(method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)) for method, rule in rules}

    assert documented <= written
    assert {one for one in written if one[1].startswith(("/api/1/views", "/api/1/staff", "/api/1/appointments", "/api/1/openapi"))} <= documented


def test_every_command_is_described_with_its_body():
    """What the hub does and what the document says are the same list."""
    paths = {path.rpartition("/")[2] for path in described(STORE)["paths"] if path.startswith("/api/1/commands/")}

    assert paths == set(COMMANDS)
    assert set(BODIES) <= set(COMMANDS)


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
    """A hub on a real port, with a token for each kind of device and a session for each role."""
    folder = tmp_path_factory.mktemp("driven")
    house = opened(migrated, folder)
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


SCHEMA = schemathesis.openapi.from_dict(described(STORE))
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations()]
EXCLUDED = (ignored_auth,)  # who may is asked of every route in test_doors_matrix.py; the tool knows no roles
# What fits the form and is refused all the same, because it has to fit something else too.
MORE_THAN_FORM = {
    "check_in": "a number of the lane's own series, and a name for a walk-in",
    "ask_for_help": "the lane's own letter",
    "change_contact": "a phone number or an address that can be reached",
    "import_appointments": "bookings as docs/appointments.md has them",
    "import": "the same",
    "{what}": "roles, where roles are to be changed",
    "note_concerns": "concerns of the lane's own list",
    "answer_maintenance": "an operation of the catalogue",
    "edit_lines": "amounts that are amounts",
}


def is_described(operation):
    """Whether whatever fits the description must be taken."""
    kind = operation.path.rpartition("/")[2]
    return kind not in MORE_THAN_FORM and ("/commands/" not in operation.path or kind in BODIES)


def asker(operation):
    """Somebody who may ask this."""
    roles = operation.definition.raw.get("x-roles") or ["administrator"]
    return next(one for one in ("administrator", "manager", "lane", "pager", "board", *ROLES) if one in roles)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if not one.path.endswith("/stream")], ids=lambda one: f"{one.method} {one.path}")
def test_the_hub_keeps_to_its_description(driven, operation):
    """Whatever fits the description is answered as it says; what does not is refused; nothing is a fault of the hub's."""
    address, shown = driven
    excluded = [*EXCLUDED, *([] if is_described(operation) else [positive_data_acceptance])]

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def drive(case):
        if isinstance(case.body, dict) and re.fullmatch("[0-9a-f]{32}", str(case.body.get("id"))):
            case.body["id"] = secrets.token_hex(16)  # as a sender draws it: the tool has favourite ones
        case.call_and_validate(base_url=address, headers=shown[asker(operation)], excluded_checks=excluded, timeout=20)

    drive()
