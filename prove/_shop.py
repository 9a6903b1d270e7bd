"""A shop of the proofs' own: a folder on a real disk, hubs that live and die, callers who try again."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._hub import DISK, EXAMPLES
from kiosk.domain.facts import to_us
from kiosk.shop.setup import free_port

PATIENCE_S = 60.0
AGAIN_S = 0.01


class Hubs:
    """One database and the hubs that run on it, one after the other."""

    def __init__(self, folder: Path) -> None:
        """Nothing lives yet."""
        self.folder = folder
        self.port = free_port()
        self.database = folder / "hub.db"
        self.pid = 0
        shutil.copyfile(EXAMPLES / "store.toml", folder / "store.toml")
        self.settings = folder / "hub.toml"
        self.settings.write_text(
            f'[hub]\nlisten = "127.0.0.1:{self.port}"\ndatabase = "sqlite:///{self.database}"\n'
            f'folder = "{folder}"\nsign_in = false\n',
            "utf-8",
        )
        words = [sys.executable, "-m", "prove._nursery", str(self.settings)]
        with (folder / "log").open("wb") as log:
            self._nursery = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=Path(__file__).parents[1],
            )
        self._read()

    def add_settings(self, section: str) -> None:
        """A further section, for the next life."""
        self.settings.write_text(f"{self.settings.read_text('utf-8')}\n{section}", "utf-8")

    def begin(self, *, with_screens: bool = False) -> None:
        """A hub that answers; with or without the pages for browsers."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.write("screens\n" if with_screens else "hub\n")
        self._nursery.stdin.flush()
        self.pid = int(self._read())

    def kill(self, signal_number: int = signal.SIGKILL) -> None:
        """End it, and wait until the kernel has."""
        os.kill(self.pid, signal_number)
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(self.pid, 0)
                time.sleep(0.001)

    def end_life(self) -> None:
        """End it in order, if it lives."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                self.kill(signal.SIGTERM)
        self.pid = 0

    def end(self) -> None:
        """No more lives."""
        self.end_life()
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(10)
        self._nursery.stdout.close()

    def _read(self) -> str:
        assert self._nursery.stdout is not None
        told = self._nursery.stdout.readline()
        if not told:
            raise RuntimeError(f"no hub came to life: {(self.folder / 'log').read_text()[-2000:]}")
        return told


@contextlib.contextmanager
def shop_of(name: str) -> Iterator[Hubs]:
    """A folder with a store, its hubs, and nothing left afterwards."""
    DISK.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"prove-{name}-", dir=DISK))
    hubs = None
    try:
        hubs = Hubs(folder)
        yield hubs
    finally:
        if hubs:
            hubs.end()
        shutil.rmtree(folder)


class Unanswered(Exception):
    """One try of a command got no 200: `status` is 0 if there was no answer at all."""

    def __init__(self, status: int, told: str, retry_after: str | None) -> None:
        """What came instead."""
        super().__init__(f"{status} {told}")
        self.status, self.told, self.retry_after = status, told, retry_after


class Caller:
    """Sends commands; a new connection for each try that follows a failed one."""

    def __init__(self, port: int, principal: str) -> None:
        """Nothing is sent yet."""
        self._port, self._principal = port, principal
        self._http = self._new()
        self.tries = 0

    def _new(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)

    def once(self, kind: str, command_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """One try.

        Raises:
            Unanswered: anything but 200.
        """
        self.tries += 1
        wire = json.dumps({"id": command_id, "at": to_us(datetime.now(UTC)), "body": body})
        head = {"Content-Type": "application/json", "Kiosk-Principal": self._principal}
        try:
            self._http.request("POST", f"/api/1/commands/{kind}", wire, head)
            answer = self._http.getresponse()
            told = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            self._http = self._new()
            raise Unanswered(0, str(error), None) from error
        if answer.status != http.HTTPStatus.OK:
            raise Unanswered(answer.status, told, answer.headers["Retry-After"])
        content: dict[str, Any] = json.loads(told)
        return content

    def until_answered(self, kind: str, command_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """The same command again and again until the hub has said yes; a refusal by the rules is a fault."""
        until_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.once(kind, command_id, body)
            except Unanswered as error:
                if error.status not in {0, 503} or time.monotonic() > until_s:
                    raise
                time.sleep(AGAIN_S)

    def close(self) -> None:
        """Hang up."""
        self._http.close()
