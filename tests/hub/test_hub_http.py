"""The hub over HTTP: who may use what, what every request must be, and errors as docs/wire.md has them."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from pathlib import Path

import pytest
from hub_shop import STORE, HandClock, Shop, a_booking, copied

from kiosk.server import access
from kiosk.server.access import COMMANDS, KINDS, ROUTES, VIEWS
from kiosk.server.app import create_app
from kiosk.server.commands import COMMANDS as USE_CASES
from kiosk.server.database import Database
from kiosk.server.native import ROUTES as NATIVE
from kiosk.server.views import VIEWS as VIEW_FUNCTIONS
from kiosk.settings import Hub, Papers, Settings

pytestmark = pytest.mark.storage

HOST = {"Host": "127.0.0.1:8080"}
WIRE = (Path(__file__).parents[2] / "docs" / "wire.md").read_text()
NAMES = {"lane": "lane/A", "pager": "pager/desks", "board": "board/hall", "customer": None, "advisor": "advisor/marta"}


def principal(kind):
    return NAMES.get(kind, f"{kind}/somebody")


@pytest.fixture
def app(database, clock):
    """The application as devices use it, without screens."""
    return create_app(database, STORE, Settings(hub=Hub(sign_in=False), papers=Papers()), clock, screens=())


@pytest.fixture(scope="module")
def whole(template, tmp_path_factory):
    """The whole application with its screens, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("whole")
    database = Database(copied(template, folder / "hub.db"))
    yield create_app(database, STORE, Settings(hub=Hub(folder=str(folder), sign_in=False), papers=Papers()), HandClock())
    database.close()


@pytest.fixture
def ask(app):
    """A request as a principal: (method, path, who, json, headers) -> response."""
    return asking(app)


@pytest.fixture
def ask_whole(whole):
    """The same of the whole application."""
    return asking(whole)


class Answer:
    """What a request that Flask never sees was answered with."""

    def __init__(self):
        self.status_code, self.headers, self.data = 0, {}, b""

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status_code = message["status"]
            self.headers = {name.decode().title(): value.decode() for name, value in message["headers"]}
        else:
            self.data += message["body"]

    def get_json(self):
        return json.loads(self.data)

    def get_data(self, *, as_text=False):
        return self.data.decode() if as_text else self.data


def natively(app, method, path, headers, data=b""):
    """A request to the whole application, through its own doors."""
    answer, waiting = Answer(), [{"type": "http.request", "body": data, "more_body": False}]

    async def receive():
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    asyncio.run(app({"type": "http", "method": method, "path": path, "headers": raw, "state": {}}, receive, answer.send))
    return answer


def is_native(method, path):
    return any(one.method == method and one.path.fullmatch(path) for one in NATIVE)


def asking(app):
    client = app.flask.test_client(use_cookies=False)

    def ask(method, path, who=None, body=None, **headers):
        headers = HOST | ({"Kiosk-Principal": who} if who else {}) | {name.replace("_", "-"): value for name, value in headers.items()}
        if is_native(method, path):
            return natively(app, method, path, headers, b"" if body is None else json.dumps(body).encode())
        return client.open(path, method=method, headers=headers, json=body)

    return ask


def command(body=None, **more):
    return {"id": secrets.token_hex(16), "at": 1_796_000_000_000_000, "body": body or {}} | more


def rules(app):
    """Every route of the application: (method, rule)."""
    native = {(one.method, one.rule) for one in NATIVE}
    return native | {
        (method, rule.rule)
        for rule in app.flask.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_stands_in_the_table(whole):
    """A route that nobody has thought about is refused to everybody, and found here."""
    assert rules(whole) - set(ROUTES) == set()


def test_the_table_names_no_route_that_is_not_there(whole):
    """A row for a route that has gone would only look like an open door."""
    assert set(ROUTES) - rules(whole) == set()


def test_every_command_and_view_stands_in_the_table():
    """What can be done and seen is exactly what the table and the wire's document list."""
    kinds = [re.sub(r"\{[^}]*\}", "", line.split("|")[1]) for line in WIRE.splitlines() if line.startswith("| `")]
    documented = set(re.findall(r"`([a-z_]+)`", " ".join(kinds)))

    assert set(COMMANDS) == set(USE_CASES) == documented
    assert set(VIEWS) == {*VIEW_FUNCTIONS, "follow"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_command_is_refused_to_whom_the_table_does_not_name(ask, kind):
    """403 for everybody else, before its body is looked at; the others get as far as the body."""
    refused = {name for name in COMMANDS if ask("POST", f"/api/1/commands/{name}", principal(kind), command()).status_code == 403}

    assert refused == {name for name, allowed in COMMANDS.items() if kind not in allowed}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_view_is_refused_to_whom_the_table_does_not_name(ask, kind):
    """403 for everybody else."""
    names = ["lane/A", "pager/marta", "board/hall", "lane-board/x", "staff", f"follow/{'0' * 64}"]

    refused = {name for name in names if ask("GET", f"/api/1/views/{name}", principal(kind)).status_code == 403}

    assert refused == {name for name in names if kind not in VIEWS[name.partition("/")[0]]}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_route_is_refused_to_whom_the_table_does_not_name(whole, ask_whole, kind):
    """Every route, every kind of principal: 403, or for a browser that has said nothing yet the question who is there."""
    refused = set()
    for method, rule in sorted(rules(whole) - {("GET", "/api/1/views/<path:name>/stream")}):
        answer = ask_whole(method, re.sub(r"<(?:\w+:)?(\w+)>", "zzz", rule), principal(kind))
        if answer.status_code == 403 or (kind == "customer" and b'action="/who"' in answer.data):
            refused.add((method, rule))

    forbidden = {route for route in rules(whole) if kind not in ROUTES[route]}
    has_its_own_table = {route for route in ROUTES if route[1].startswith(("/api/1/views", "/api/1/commands", "/do/"))}
    assert forbidden <= refused <= forbidden | has_its_own_table | {("GET", "/")}


def test_a_lane_watches_its_own_view_only(ask):
    """The roster of another lane is none of its business."""
    assert ask("GET", "/api/1/views/lane/A", "lane/A").status_code == 200
    assert ask("GET", "/api/1/views/lane/B", "lane/A").status_code == 403


@pytest.mark.parametrize("who", ["visitor/x", "lane", "x" * 500, "lane/../B", "customer/x", "عميل/1"])
def test_an_unknown_principal_is_refused(app, who):
    """Whatever it asks for."""
    answer = app.flask.test_client().get("/healthz", headers=HOST | {"Kiosk-Principal": who.encode().decode("latin-1")})

    assert answer.status_code == 403
    assert answer.get_json()["error"]["code"] == "not_allowed"


def test_a_browser_says_who_it_is_by_cookie(app):
    """As the screens set it."""
    client = app.flask.test_client()
    client.set_cookie("kiosk_principal", "advisor/marta", domain="127.0.0.1")

    assert client.get("http://127.0.0.1/api/1/views/staff").status_code == 200


# --- what every request must be


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::", "0.0.0.0", "192.168.1.7:8080"])
def test_a_foreign_host_name_is_refused(app, host):
    """A page elsewhere that has pointed its own name at this machine gets nothing."""
    assert app.flask.test_client().get("/healthz", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost:99", "[::1]:8080", "LOCALHOST"])
def test_this_machines_own_names_are_ours(app, host):
    """Loopback by every name."""
    assert app.flask.test_client().get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}])
def test_another_sites_page_changes_nothing(ask, headers):
    """A form on a page elsewhere, sent with our cookie, is refused."""
    answer = ask("POST", "/api/1/commands/report_device", "lane/A", command({"version": "1", "trouble": []}), **headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Kiosk-Principal": "visitor/x"}, {"Kiosk-Protocol": "9"}])
def test_commands_go_through_the_same_doors(app, headers):
    """Host, principal and protocol are looked at before anything is read."""
    answer = natively(app, "POST", "/api/1/commands/report_device", HOST | {"Kiosk-Principal": "lane/A"} | headers)

    assert answer.status_code in {400, 403}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_fault_in_a_command_is_a_sentence_without_details(ask, monkeypatch, caplog):
    """The log has the whole of it."""
    monkeypatch.setitem(USE_CASES, "report_device", lambda *_: 1 / 0)

    answer = ask("POST", "/api/1/commands/report_device", "lane/A", command())

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (500, "fault")
    assert "division" not in answer.get_data(as_text=True)
    assert "ZeroDivisionError" in caplog.text


def test_our_own_page_may_change_things(ask):
    """The browser says where it comes from, and it is us."""
    answer = ask("POST", "/api/1/commands/report_device", "lane/A", command({"version": "1", "trouble": []}), Origin="http://127.0.0.1:8080", Sec_Fetch_Site="same-origin")

    assert answer.status_code == 200


@pytest.mark.parametrize("protocol", ["2", "0", "one", ""])
def test_a_device_of_another_version_is_told(ask, protocol):
    """Which protocols the hub speaks, and what to do."""
    answer = ask("GET", "/api/1/views/lane/A", "lane/A", Kiosk_Protocol=protocol)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "other_protocol")
    assert "update" in answer.get_json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", "request"),
        ("{", "request"),
        ("[]", "request"),
        ("[" * 5000, "request"),
        ('{"at": NaN}', "request"),
        ("{}", "request.id"),
        ('{"id": 7}', "request.id"),
        ('{"id": "A0"}', "request.id"),
        (json.dumps({"id": "a" * 32}), "request.at"),
        (json.dumps({"id": "a" * 32, "at": "now"}), "request.at"),
        (json.dumps({"id": "a" * 32, "at": 0}), "body"),
        (json.dumps({"id": "a" * 32, "at": 0, "body": []}), "body"),
        (json.dumps({"id": "a" * 32, "at": 0, "body": {"trouble": []}}), "body.version"),
        ("\xff\xfe", "request"),
    ],
)
def test_a_command_that_cannot_be_read_names_the_field(app, body, field):
    """A bad request, as JSON, with a sentence."""
    answer = natively(app, "POST", "/api/1/commands/report_device", HOST | {"Kiosk-Principal": "lane/A"}, body.encode("latin-1"))

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad_request")
    assert answer.get_json()["error"]["message"].startswith(field)


@pytest.mark.parametrize("number", ["\ud800", "1\udfff"])
def test_half_a_letter_is_refused_in_words_that_can_be_sent(ask, database, clock, number):
    """JSON can say it, UTF-8 cannot: the sentence that repeats it has a question mark there."""
    visit_id = Shop(database, clock).walk_in()["visit_id"]
    line = {"text": "Oil", "quantity": number, "unit_cents": 1, "tax_percent": "0"}

    answer = ask("POST", "/api/1/commands/edit_lines", "advisor/marta", command({"visit_id": visit_id, "revision": 0, "lines": [line]}))

    assert answer.status_code == 400
    assert "?: not a number" in answer.get_json()["error"]["message"]


def test_a_command_over_http(ask, app, database, clock):
    """The answer has seq, whether it was replayed, and the result."""
    sent = command({"advisor_id": "marta", "presence": "away"})

    first = ask("POST", "/api/1/commands/set_presence", "pager/1", sent).get_json()
    second = ask("POST", "/api/1/commands/set_presence", "pager/1", sent).get_json()

    assert first == {"seq": 1, "replayed": False, "result": {}}
    assert second == {"seq": 1, "replayed": True, "result": {}}
    other = sent | {"body": {"advisor_id": "marta", "presence": "in"}}
    assert ask("POST", "/api/1/commands/set_presence", "pager/1", other).status_code == 422


def test_what_the_rules_refuse_is_409_with_their_code(ask, app, clock, database):
    """And the sentence is for the person who asked."""
    visit_id = Shop(database, clock).walk_in()["visit_id"]

    answer = ask("POST", "/api/1/commands/begin_service", "advisor/marta", command({"visit_id": visit_id}))

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "out_of_order")
    assert "A-001 is checked in" in answer.get_json()["error"]["message"]


def test_a_busy_hub_says_when_to_come_again(ask, app, monkeypatch):
    """503 with Retry-After."""
    monkeypatch.setattr("kiosk.server.database.BUSY_TIMEOUT_S", 0.01)
    with app.hub.database.write():
        answer = ask("POST", "/api/1/commands/report_device", "lane/A", command({"version": "1", "trouble": []}))

    assert (answer.status_code, answer.headers["Retry-After"], answer.get_json()["error"]["code"]) == (503, "1", "busy")


def test_a_fault_of_ours_is_a_sentence_without_details(ask, app, monkeypatch, caplog):
    """The log has the whole of it; the one who asked learns nothing of the inside."""
    monkeypatch.setattr(app.hub, "viewed", lambda _name: 1 / 0)

    answer = ask("GET", "/api/1/views/staff", "advisor/marta")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (500, "fault")
    assert "division" not in answer.get_data(as_text=True)
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/1/nothing", 404), ("PUT", "/healthz", 405), ("GET", "/api/1/commands/greet", 404)])
def test_what_is_not_there_is_told_as_json(ask, method, path, status):
    """Under /api every answer is JSON."""
    answer = ask(method, path, "manager/ali")

    assert answer.status_code == status
    assert answer.get_json()["error"]["message"]


def test_a_view_has_its_id_as_etag(ask):
    """And is not kept by anybody."""
    answer = ask("GET", "/api/1/views/board/hall", "board/hall")

    assert answer.headers["ETag"] == f'"{answer.get_json()["id"]}"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_appointments_of_a_day(ask, app, database, clock):
    """Today without a day, any day with one; nonsense is a bad request."""
    Shop(database, clock).book(a_booking("R1"))

    assert [one["number"] for one in ask("GET", "/api/1/appointments", "advisor/marta").get_json()["appointments"]] == ["R1"]
    assert ask("GET", "/api/1/appointments?on=2026-11-25", "advisor/marta").get_json() == {"on": "2026-11-25", "zone": "America/New_York", "appointments": []}
    for wrong in ("tomorrow", "", "20261125", "2026-W48-3", "9999-12-31", "0001-01-01"):
        assert ask("GET", f"/api/1/appointments?on={wrong}", "advisor/marta").status_code == 400


def test_appointments_come_in_over_both_routes(ask):
    """`POST /api/1/appointments/import` is the command by another name."""
    body = {"source": "csv", "bookings": []}

    answers = [ask("POST", path, "manager/ali", command(body)) for path in ("/api/1/appointments/import", "/api/1/commands/import_appointments")]

    assert [one.get_json()["result"]["accepted"] for one in answers] == [0, 0]


def test_pages_are_guarded(ask_whole):
    """No foreign script, no frame of others, no guessing of types, no referrer for others."""
    answer = ask_whole("GET", "/", "manager/ali")

    assert answer.mimetype == "text/html"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}


def test_the_health_page_says_little(ask):
    """That it answers, where the log stands, whose it is."""
    assert ask("GET", "/healthz").get_json() == {"ok": True, "seq": 0, "store": "valley"}


def test_nothing_happens_when_the_application_is_built(app):
    """No thread, no timer, no connection beyond the database that was handed in."""
    assert app.hub.on_change == []


def test_a_principal_is_written_as_it_is_read():
    """Actors in the log are principals."""
    assert str(access.principal("advisor/marta")) == "advisor/marta"
    assert access.principal(None).kind == "customer"
