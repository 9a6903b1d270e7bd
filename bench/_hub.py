"""A hub of the benchmark's own: the real process with a database on disk, and somebody who sends it commands."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosk.domain.appointment import Booking, OperationAsked
from kiosk.domain.facts import to_us
from kiosk.domain.people import Vehicle
from kiosk.server.appointments.wire import booking_to_json

MANAGER = "manager/bench"
LANE = "lane/A"
EXAMPLES = Path(__file__).parents[1] / "examples"
# On the disk that a store would use: /tmp is memory on many machines, and memory forgets nothing to sync.
DISK = Path(__file__).parents[1] / "build"


@dataclass(frozen=True)
class RunningHub:
    """The hub's process, its folder and its address."""

    url: str
    folder: Path
    process: subprocess.Popen[str]


@contextlib.contextmanager
def running_hub(*, facts: bool = True) -> Iterator[RunningHub]:
    """Start `kiosk hub` with an empty database; end it and remove everything afterwards.

    Args:
        facts: whether its store tells of shuttle and coffee, which the board shows in turn.
    """
    DISK.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=DISK))
    store = (EXAMPLES / "store.toml").read_text("utf-8")
    (folder / "store.toml").write_text(store if facts else store.partition("[[fact]]")[0], "utf-8")
    settings = folder / "hub.toml"
    settings.write_text(
        f'[hub]\nlisten = "127.0.0.1:0"\ndatabase = "sqlite:///{folder}/hub.db"\n'
        f'folder = "{folder}"\nsign_in = false\n',
        "utf-8",
    )
    words = [sys.executable, "-m", "kiosk", "hub", "--settings", str(settings)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        told = process.stdout.readline()  # "kiosk hub: http://127.0.0.1:41234"
        yield RunningHub(told.split()[-1], folder, process)
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()
        shutil.rmtree(folder)


class Caller:
    """Sends commands and says how long each took."""

    def __init__(self, hub: str) -> None:
        address = urlsplit(hub)
        self._http = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10.0)

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def command(self, principal: str, kind: str, **body: Any) -> dict[str, Any]:
        """Send one command; its result."""
        return self.timed(principal, kind, **body)[0]

    def timed(self, principal: str, kind: str, **body: Any) -> tuple[dict[str, Any], float]:
        """The result, and the milliseconds from sending to having read the answer."""
        wire = json.dumps({"id": secrets.token_hex(16), "at": to_us(datetime.now(UTC)), "body": body})
        head = {"Content-Type": "application/json", "Kiosk-Principal": principal}
        began_s = time.perf_counter()
        self._http.request("POST", f"/api/1/commands/{kind}", wire, head)
        answer = self._http.getresponse()
        content = answer.read()
        taken_ms = (time.perf_counter() - began_s) * 1000
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{kind}: {answer.status} {content.decode()}")
        return json.loads(content)["result"], taken_ms

    def book(self, number: int) -> list[str]:
        """Book so many customers for now and give each one's code."""
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        bookings = [booking_to_json(booking(one, now)) for one in range(number)]
        self.command(MANAGER, "import_appointments", source="bench", bookings=bookings)
        return [self.command(MANAGER, "show_code", number=f"{one:06}")["token"] for one in range(number)]


def booking(number: int, now: datetime) -> Booking:
    """One of many customers."""
    return Booking(
        source="bench",
        number=f"{number:06}",
        starts_at=now + timedelta(seconds=number % 60),
        zone="America/New_York",
        display_name=f"Lucía Campos {number}",
        first_name="Lucía",
        last_name=f"Campos {number}",
        phone_e164=f"+1201555{number:04}",
        phone_written=f"(201) 555-{number:04}",
        language="es",
        vehicle=Vehicle(year=2021, make="Ford", model="Explorer", colour="Blue", plate=f"ABC-{number:04}"),
        operations=(OperationAsked("LOF", "Lube, oil and filter"),),
        advisor_written="Ruiz, Marta",
    )


def by_code(token: str, number: int) -> dict[str, Any]:
    """A lane's check-in with a code."""
    return {
        "visit_id": secrets.token_hex(16),
        "ticket": f"A-{number:03}",
        "way": "code",
        "code_hash": hashlib.sha256(token.encode()).hexdigest(),
        "typed_hash": None,
        "name": None,
        "reason": None,
        "language": "es",
        "follow_hash": hashlib.sha256(secrets.token_bytes(16)).hexdigest(),
        "offline": False,
        "device_at": to_us(datetime.now(UTC)),
    }
