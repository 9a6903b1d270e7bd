"""A hub behind the real nginx, both processes of the proof's own; and connections that reach it by TLS."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._hub import DISK, EXAMPLES
from kiosk.domain.facts import to_us
from kiosk.server.database import Database
from kiosk.server.devices import tokens
from kiosk.server.devices.assembly import authority_folder
from kiosk.server.nginx import Places, configuration, version_of
from kiosk.server.staff import accounts, sessions
from kiosk.settings import load, load_store
from kiosk.shop.setup import free_port
from kiosk.trust import context_for

WITHIN_S = 60.0
ADDRESSES = 20  # of this machine's own network, so that no limit of one address is met
PAPER = "a" * 32


@dataclass(frozen=True)
class WebHub:
    """What runs.

    Attributes:
        tokens: of each device. session: of a manager.
        hub, nginx: process ids; nginx's is its main process's.
    """

    port: int
    tokens: dict[str, str]
    session: str
    authority: str
    hub: int
    nginx: int

    async def connect(self, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A TLS connection from one of this machine's own addresses."""
        context = context_for([self.authority], clock=lambda: False)
        here = f"127.0.0.{2 + number % ADDRESSES}"
        return await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=context, local_addr=(here, 0), server_hostname="127.0.0.1"
        )

    async def open_stream(
        self, number: int, view: str, device: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """An open stream of a view, with its head read."""
        reader, writer = await self.connect(number)
        head = (
            f"GET /api/1/views/{view}/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.tokens[device]}"
        )
        writer.write(f"{head}\r\n\r\n".encode())
        status = await reader.readline()
        assert b" 200 " in status, status
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer

    def send(self, kind: str, device: str, body: dict[str, Any]) -> bytes:
        """A command as it goes over the wire."""
        wire = {"id": secrets.token_hex(16), "at": to_us(datetime.now(UTC)), "body": body}
        content = json.dumps(wire).encode()
        head = f"POST /api/1/commands/{kind} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.tokens[device]}"
        more = f"Content-Type: application/json\r\nContent-Length: {len(content)}"
        return f"{head}\r\n{more}\r\n\r\n".encode() + content


@contextlib.contextmanager
def web_hub() -> Iterator[WebHub]:
    """Start both with an empty database; end them and remove everything afterwards."""
    DISK.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="prove-", dir=DISK))
    sockets = Path(tempfile.mkdtemp(prefix="hub-"))
    port = free_port()
    settings_file = folder / "hub.toml"
    settings_file.write_text(
        f'[hub]\nlisten = "127.0.0.1:0"\ndatabase = "sqlite:///{folder}/hub.db"\nfolder = "{folder}"\n'
        f'store_file = "{EXAMPLES}/store.toml"\n'
        f'[web]\nnames = ["127.0.0.1"]\nsockets = "{sockets}"\nhttps_port = {port}\nhttp_port = 0\n',
        "utf-8",
    )
    settings = load(settings_file)
    known = _people_and_devices(folder, load_store(EXAMPLES / "store.toml").store_id)
    (folder / "papers").mkdir()
    (folder / "papers" / f"{PAPER}.pdf").write_bytes(b"%PDF-" + secrets.token_bytes(2_000_000))
    words = [sys.executable, "-m", "kiosk", "hub", "--settings", str(settings_file)]
    log = (folder / "log").open("w")
    hub = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, text=True)
    nginx: subprocess.Popen[bytes] | None = None
    try:
        assert hub.stdout is not None
        assert hub.stdout.readline(), (folder / "log").read_text()
        said = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
        state = folder / "nginx"
        state.mkdir()
        user = "root root" if os.geteuid() == 0 else ""
        places = Places(state, folder / "nginx.pid", user, "127.0.0.1", version_of(said))
        (folder / "nginx.conf").write_text(configuration(settings, places), "utf-8")
        nginx = subprocess.Popen(
            ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"], stderr=log
        )
        _until_open(port)
        authority = (authority_folder(settings) / "ca.crt").read_text("ascii")
        yield WebHub(port, known[0], known[1], authority, hub.pid, nginx.pid)
    finally:
        for process in (nginx, hub):
            if process is not None:
                process.terminate()
                process.wait(20)
        if hub.stdout:
            hub.stdout.close()
        log.close()
        shutil.rmtree(folder)
        shutil.rmtree(sockets)


def _people_and_devices(folder: Path, store_id: str) -> tuple[dict[str, str], str]:
    """A manager who is signed in, and paired devices; made before the hub opens its database."""
    database, now = Database(f"sqlite:///{folder}/hub.db"), datetime.now(UTC)
    who: dict[str, Any] = {"user_name": "prove", "display_name": "prove", "roles": ["manager"], "password_hash": "-"}
    try:
        database.ensure_store(store_id, now)
        with database.write() as connection:
            devices = {
                name: tokens.issue(connection, store_id, name, "f" * 64, now, "administrator/prove")
                for name in ("lane/A", "board/hall", "pager/desks")
            }
            made = accounts.add(connection, store_id, now, "administrator/prove", **who)
            session = sessions.begin(
                connection, store_id, made.account_id, now, browser="", screen_id=None, by_password=True
            )
    finally:
        database.close()
    return devices, session


def _until_open(port: int) -> None:
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("nginx does not answer")


def walk_in(number: int) -> dict[str, Any]:
    """A check-in without an appointment."""
    return {
        "visit_id": secrets.token_hex(16),
        "ticket": f"A-{number:03}",
        "way": "walk_in",
        "name": "Bo",
        "reason": "A noise",
        "language": "en",
        "follow_hash": secrets.token_hex(32),
        "offline": False,
        "device_at": to_us(datetime.now(UTC)),
    }


async def answered(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one answer that has a length."""
    status = int((await reader.readline()).split()[1])
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split()[0])
    return status, await reader.readexactly(length)
