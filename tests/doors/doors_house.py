"""A hub where people sign in, and browsers that use it: over TLS through nginx's socket, plainly, or on the hub itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import shutil
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from kiosk.server.app import App, create_app
from kiosk.server.database import Database
from kiosk.server.native import ROUTES as NATIVE
from kiosk.server.serve import HubServer, listen
from kiosk.settings import Hub, Papers, Sessions, Settings, Web, load_store

STORE = load_store(Path(__file__).parents[2] / "examples" / "store.toml")
PUBLIC = "https://lane.valley.example"
HOST = "lane.valley.example"
PASSWORD = "nine blue herons"
PIN = "482917"
PATIENCE_S = 60
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # what it costs is tested once, for itself
HTML_TOKEN = re.compile(r'name="form_token" value="(\w+)"')


@dataclass
class HandClock:
    """A clock that goes when it is told to: Tuesday morning."""

    at: datetime = datetime(2026, 11, 24, 15, 31, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


def opened(template: Path, folder: Path, *, web: Web | None = None, **hub: Any) -> House:
    """A house on a fresh copy of a migrated database."""
    shutil.copyfile(template, folder / "hub.db")
    clock = HandClock()
    settings = Settings(hub=Hub(folder=str(folder), public_url=PUBLIC, **hub), web=web, papers=Papers(), sessions=Sessions())
    app = create_app(Database(f"sqlite:///{folder}/hub.db"), STORE, settings, clock)
    app.people.passwords._hasher = CHEAP
    return House(app, clock)


@dataclass
class House:
    """The hub, its clock, and its people."""

    app: App
    clock: HandClock

    @property
    def people(self) -> Any:
        return self.app.people

    def person(self, user_name: str, *roles: str, pin: str | None = None, advisor: str | None = None) -> Any:
        """Somebody who has chosen PASSWORD, and a PIN if one is given."""
        drawn = self.people.add("console", user_name, user_name.title(), roles, advisor)
        self.people.choose_password(drawn.account, PASSWORD)
        if pin:
            self.people.choose_pin(self.people.account(drawn.account.account_id), pin)
        return self.people.account(drawn.account.account_id)

    def browser(self, door: str = "nginx.sock", address: str = "10.0.0.7", proto: str = "https") -> Browser:
        return Browser(self, door, address, proto)

    def signed_in(self, user_name: str) -> Browser:
        """A browser in which somebody has signed in over the network."""
        browser = self.browser()
        answer = browser.signs_in(user_name)
        assert answer.status_code == 303, answer.text
        return browser

    def shared_screen(self, administrator: str = "ada") -> Browser:
        """A browser that an administrator has made a shared screen."""
        browser = self.signed_in(administrator)
        browser.opens("/people/screens")
        answer = browser.posts("/people/screens", name="Desk 2")
        assert answer.status_code == 303, answer.text
        return browser


@dataclass
class Browser:
    """Somebody's browser: keeps its cookies, and sends forms as its pages have them."""

    house: House
    door: str
    address: str
    proto: str
    token: str = ""
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.house.app.flask.test_client()

    @property
    def base(self) -> str:
        return PUBLIC if self.door == "nginx.sock" and self.proto == "https" else "http://127.0.0.1:8080"

    def asks(self, method: str, path: str, *, headers: dict[str, str] | None = None, **how: Any) -> Any:
        """Any request, with what a browser and nginx say."""
        said = {"X-Forwarded-For": self.address, "X-Forwarded-Proto": self.proto} if self.door == "nginx.sock" else {}
        if method not in {"GET", "HEAD"}:
            said |= {"Origin": self.base, "Sec-Fetch-Site": "same-origin"}
        wanted = {name: value for name, value in (said | (headers or {})).items() if value is not None}
        over = {"asgi.scope": {"state": {"door": self.door}}, "REMOTE_ADDR": "127.0.0.1"}
        answer = self.client.open(path, method=method, base_url=self.base, headers=wanted, environ_overrides=over, **how)
        found = HTML_TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer

    def opens(self, path: str, **headers: str) -> Any:
        return self.asks("GET", path, headers=headers)

    def posts(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        """A form with the token of the page that was opened last."""
        return self.asks("POST", path, headers=headers, data={"form_token": self.token, **fields})

    def signs_in(self, user_name: str, password: str = PASSWORD) -> Any:
        self.opens("/?with=password")
        return self.posts("/sign-in", user_name=user_name, password=password)

    def types_pin(self, account: Any, pin: str) -> Any:
        self.opens(f"/?person={account.account_id}")
        return self.posts("/sign-in/pin", account_id=account.account_id, pin=pin)

    def is_in(self) -> bool:
        return self.opens("/me").status_code == 200

    def cookie(self, name: str) -> str:
        found = self.client.get_cookie(name, domain=self.base.partition("//")[2].partition(":")[0])
        return found.value if found else ""

    def commands(self, kind: str, **body: Any) -> int:
        """A command by this browser's script; the status."""
        return native(self.house, "POST", f"/api/1/commands/{kind}", self._headers(), envelope(body), self.door)[0]

    def streams(self, view: str) -> int:
        """The status that a stream would begin with."""
        return native(self.house, "GET", f"/api/1/views/{view}/stream", self._headers(), None, self.door)[0]

    def _headers(self) -> dict[str, str]:
        names = [f"__Host-{one}" if self.base == PUBLIC else one for one in ("kiosk_session",)]
        cookies = "; ".join(f"{name}={self.cookie(name)}" for name in names)
        said = {"X-Forwarded-For": self.address, "X-Forwarded-Proto": self.proto} if self.door == "nginx.sock" else {}
        return {"host": self.base.partition("//")[2], "origin": self.base, "cookie": cookies, **said}


def envelope(body: dict[str, Any]) -> dict[str, Any]:
    return {"id": secrets.token_hex(16), "at": 1_796_000_000_000_000, "body": body}


def native(house: House, method: str, path: str, headers: dict[str, str], body: Any = None, door: str = "loopback") -> Any:
    """A request to the whole application, through its own doors: (status, headers, body). A stream ends at once."""
    told: dict[str, Any] = {"status": 0, "headers": {}, "body": b""}
    data = json.dumps(body).encode() if body is not None else b""
    headers = headers | {"content-length": str(len(data))}
    waiting = [{"type": "http.request", "body": data, "more_body": False}]

    async def receive() -> Any:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told["status"] = message["status"]
            told["headers"] = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            told["body"] += message["body"]

    async def whole() -> None:
        streams = path.endswith("/stream")
        if streams:
            await house.app.feed.start()
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        ours = {"type": "http", "http_version": "1.1", "scheme": "http", "root_path": "", "query_string": b""}
        ends = {"server": ("127.0.0.1", 8080), "client": ("127.0.0.1", 40000)}
        scope = ours | ends | {"method": method, "path": path, "headers": raw, "state": {"door": door}}
        await house.app(scope, receive, send)
        if streams:
            await house.app.feed.stop()
            house.app.feed.is_ending = False

    asyncio.run(whole())
    return told["status"], told["headers"], told["body"]


class InThread(HubServer):
    """Served in a thread, which hears no signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@contextlib.contextmanager
def served_by(app: App, *sockets: Any) -> Any:
    """The hub on a free loopback port and on these sockets; its address."""
    listener, started = listen("127.0.0.1:0"), threading.Event()
    server = InThread(app, started.set)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener, *sockets]))
    thread.start()
    assert started.wait(PATIENCE_S)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.end()
        thread.join(PATIENCE_S)
        for one in (listener, *sockets):
            one.close()


def url_map(house):
    """Every route of the hub: (method, rule)."""
    flask = {(method, rule.rule) for rule in house.app.flask.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    return flask | {(one.method, one.rule) for one in NATIVE}
