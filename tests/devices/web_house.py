"""A hub behind the real nginx, on loopback ports and in folders of the test's own; and devices that reach it by TLS."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from noticing import Noticing
from ports import free_port

from kiosk.server.app import App, create_app
from kiosk.server.database import Database
from kiosk.server.nginx import Places, configuration, version_of
from kiosk.server.serve import COMMAND_LINE, NGINX, HubServer, listen, listen_on
from kiosk.settings import Hub, Settings, Web
from kiosk.trust import context_for

STARTS_WITHIN_S = 60


class _ServerInThread(HubServer):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A thread hears no signals."""
        yield


class WebHouse:
    """A hub with [web], and what stands before it.

    Attributes:
        url: by which devices reach it.
    """

    def __init__(self, folder: Path, database: Database, store: Any, clock: Any, **web: Any) -> None:
        self.folder = folder
        self.port = free_port()
        # A socket's address has 107 characters at most, and a test's own folder may be longer than that.
        self._sockets = contextlib.ExitStack()
        import tempfile

        sockets = self._sockets.enter_context(tempfile.TemporaryDirectory(prefix="hub-"))
        public_url = web.pop("public_url", "")
        self.settings = Settings(
            hub=Hub(folder=str(folder), public_url=public_url),
            web=Web(**{"names": ("127.0.0.1", "localhost"), "sockets": sockets, "https_port": self.port, "http_port": 0, **web}),
        )
        self.url = f"https://127.0.0.1:{self.port}"
        self.database = database
        try:
            self.app: App = create_app(database, store, self.settings, clock)
        except BaseException:
            self._sockets.close()
            raise
        self._server: _ServerInThread | None = None
        self._thread: threading.Thread | None = None
        self._nginx: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    # --- the hub

    def start_hub(self) -> None:
        started = threading.Event()
        self._server = server = _ServerInThread(self.app, started.set)
        web = self.settings.web
        self.loopback = listen("127.0.0.1:0")
        listeners = [self.loopback, listen_on(Path(web.sockets) / NGINX, for_group=True), listen_on(Path(web.sockets) / COMMAND_LINE, for_group=False)]

        def serve() -> None:
            server.run(sockets=listeners)
            for one in listeners:
                one.close()

        self._thread = threading.Thread(target=serve, name="hub")
        self._thread.start()
        assert started.wait(STARTS_WITHIN_S)

    def stop_hub(self) -> None:
        if self._server and self._thread:
            self._server.end()
            self._thread.join(STARTS_WITHIN_S)
            assert not self._thread.is_alive()
        self._server = None

    # --- nginx

    @property
    def config(self) -> Path:
        return self.folder / "nginx.conf"

    def write_config(self) -> None:
        said = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
        state = self.folder / "nginx"
        state.mkdir(exist_ok=True)
        user = "root root" if os.geteuid() == 0 else ""
        places = Places(state=state, pid=self.folder / "nginx.pid", user=user, address="127.0.0.1", version=version_of(said))
        self.config.write_text(configuration(self.settings, places))

    def start_nginx(self) -> None:
        self.write_config()
        self._nginx = subprocess.Popen(
            ["nginx", "-e", "stderr", "-c", self.config, "-g", "daemon off;"], stderr=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._listen_to_nginx, daemon=True).start()
        Noticing().until("nginx does not answer", self._answers, lambda: "".join(self.said))

    def _answers(self) -> bool:
        assert self._nginx
        assert self._nginx.poll() is None, "".join(self.said)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def _listen_to_nginx(self) -> None:
        assert self._nginx
        assert self._nginx.stderr
        self.said.extend(self._nginx.stderr)

    def reload_nginx(self) -> None:
        """As its unit does when a certificate has changed."""
        subprocess.run(["nginx", "-e", "stderr", "-c", self.config, "-s", "reload"], check=True, capture_output=True)

    def stop_nginx(self) -> None:
        if self._nginx:
            self._nginx.terminate()
            self._nginx.wait(STARTS_WITHIN_S)
            if self._nginx.stderr:
                self._nginx.stderr.close()
        self._nginx = None

    def close(self) -> None:
        self.stop_nginx()
        self.stop_hub()
        self._sockets.close()

    # --- who comes in

    @property
    def authority(self) -> Any:
        return self.app.devices.authority

    @property
    def pairings(self) -> Any:
        return self.app.flask.extensions["pairings"]

    @property
    def context(self) -> ssl.SSLContext:
        """What trusts this store's authority alone; not its dates, for the shop has a time of its own."""
        return context_for(self.authority.trusted, clock=lambda: False)

    def client(self, token: str = "", **more: Any) -> httpx.Client:
        """A device's connection, checked."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, verify=self.context, headers=headers, timeout=60, trust_env=False, **more)

    def token(self, name: str = "lane/A") -> str:
        """A paired device's token."""
        from kiosk.server.devices import tokens

        with self.database.write() as connection:
            store_id = self.app.hub.store.store_id
            return tokens.issue(connection, store_id, name, "f" * 64, self.app.hub.clock.now(), "administrator/ali")

    def revoke(self, name: str = "lane/A") -> None:
        """An administrator takes a device off, on the hub's own console."""
        with self.console() as console:
            answer = console.post("/api/1/fleet/revoke", json={"name": name})
            assert answer.status_code == 200, answer.text

    def console(self) -> httpx.Client:
        """The hub's own command line."""
        path = str(Path(self.settings.web.sockets) / COMMAND_LINE)
        return httpx.Client(base_url="http://hub", transport=httpx.HTTPTransport(uds=path), timeout=60)

    def signed_in(self, role: str = "manager") -> httpx.Client:
        """Somebody of the staff, who has typed the password just now."""
        from kiosk.server.staff import accounts, sessions

        at, store_id = self.app.hub.clock.now(), self.app.hub.store.store_id
        who = {"user_name": role, "display_name": role, "roles": [role], "password_hash": "-"}
        with self.database.write() as connection:
            made = accounts.add(connection, store_id, at, "administrator/test", **who)
            token = sessions.begin(connection, store_id, made.account_id, at, browser="", screen_id=None, by_password=True)
        client = self.client()
        client.headers["Cookie"] = f"__Host-kiosk_session={token}"
        client.headers["Origin"] = self.url
        return client

    def keeps_paper(self, size: int) -> str:
        """A paper of so many bytes and a head, as the hub has made it; its name."""
        folder = self.folder / "papers"
        folder.mkdir()
        name = "a" * 32 + ".pdf"
        (folder / name).write_bytes(b"%PDF-" + b"x" * size)
        return name

    def walk_in(self) -> None:
        """Somebody without an appointment, over the hub's own commands."""
        import secrets

        from kiosk.domain.facts import to_us

        now = self.app.hub.clock.now()
        body = {"visit_id": secrets.token_hex(16), "ticket": "A-001", "way": "walk_in", "name": "Bo", "reason": "A noise", "language": "en", "device_at": to_us(now), "follow_hash": "f" * 64, "offline": False}
        self.app.hub.command("check_in", "lane/A", secrets.token_hex(16), now, body)

    def raw(self) -> ssl.SSLSocket:
        """A bare TLS connection, for what no proper client does."""
        plain = socket.create_connection(("127.0.0.1", self.port), 20)
        return self.context.wrap_socket(plain, server_hostname="127.0.0.1")


@contextmanager
def opened(house: WebHouse, *, nginx: bool = True) -> Iterator[WebHouse]:
    """Hub and nginx, until the test ends."""
    try:
        house.start_hub()
        if nginx:
            house.start_nginx()
        yield house
    finally:
        house.close()


def with_web(settings: Settings, **changes: Any) -> Settings:
    """The settings with another [web]."""
    assert settings.web
    return replace(settings, web=replace(settings.web, **changes))


def error_of(answer: httpx.Response) -> str:
    """The machine code of an error."""
    return str(json.loads(answer.content)["error"]["code"])
