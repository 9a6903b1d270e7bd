"""A device's line to the hub: watches views, sends commands through the durable outbox (docs/wire.md).

The wire is httpx; tests give it another transport. Nothing personal is logged or kept beside the outbox.
"""

from __future__ import annotations

import json
import logging
import random
import secrets
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from kiosk.domain.facts import to_us
from kiosk.outbox import AGAIN, Command, Outbox
from kiosk.trust import Secured

PROTOCOL = "1"
ANSWER_WITHIN_S = 2.0
SILENCE_S = 2.0
RETRY_S = (0.2, 1.5)  # a lamp tells the truth within 2 s of its hub's return
LARGEST_VIEW = 256 * 1024
FAULTS_ALLOWED = 5
FAULT = "fault"
ONE_ANSWER = {"Connection": "close"}  # commands are rare; a connection that nobody keeps cannot be left open by `close`
AWAY = frozenset({502, 503, 504})
LATER = frozenset({401, 408, 425, 429}) | AWAY
log = logging.getLogger(__name__)

View = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """The hub has done it."""

    command_id: str
    result: dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """The hub does not do it; `code` is for machines, the message for people.

    `is_bad_command`: not the rules said no, the hub cannot read it or this device may not send it.
    """

    command_id: str
    code: str
    message: str
    is_bad_command: bool = False


Answer = Reply | Refusal


class HubClient:
    """One device's line. Any thread may call it; callbacks come from its own threads and must return at once."""

    def __init__(
        self,
        hub: str,
        principal: str,
        outbox: Path,
        *,
        on_answer: Callable[[Answer], None] = lambda _answer: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        secured: Secured | None = None,
        transport: httpx.BaseTransport | None = None,
        retry_s: tuple[float, float] = RETRY_S,
    ) -> None:
        """Open the outbox and go on sending what is in it.

        Args:
            hub: address of the hub.
            principal: who this device is, for example `lane/A`.
            outbox: path of the outbox's file.
            on_answer: called with the hub's answer to each command.
            now: the device's clock.
            secured: what a paired device trusts and shows; None: a hub on this machine.
            transport: the wire; default: the network.
            retry_s: the first and the longest pause before something is tried again.

        Raises:
            OutboxBroken: the outbox cannot be used.
        """
        who = {"Authorization": secured.authorization} if secured else {"Kiosk-Principal": principal}
        self.secured = secured
        self.is_unpaired = False
        self._mistrusted = ""  # why what answers there is not taken for the hub; empty: nothing was wrong last time
        self._http = httpx.Client(
            base_url=hub,
            headers=who | {"Kiosk-Protocol": PROTOCOL},
            timeout=httpx.Timeout(ANSWER_WITHIN_S, connect=1.0),
            transport=transport,
            trust_env=False,
            verify=secured.context if secured else True,
        )
        self.outbox = Outbox(outbox)
        self._on_answer, self._now, self._retry_s = on_answer, now, retry_s
        self._faults: Counter[str] = Counter()
        self._doubtful: set[str] = set()
        self._overtaken: set[str] = set()
        self._generation = ""  # of the hub's database, as the last view had it
        self._dice = random.SystemRandom()
        self._work = threading.Event()
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._send_all, name="outbox", daemon=True)]
        self._threads[0].start()

    # -- commands ----------------------------------------------------------------

    def post(
        self, kind: str, body: dict[str, Any], *, command_id: str | None = None, at: datetime | None = None
    ) -> str:
        """Send a command without waiting; answers its id. The hub's answer comes to `on_answer`."""
        command = Command(command_id or secrets.token_hex(16), kind, to_us(at or self._now()), body)
        self.outbox.add(command)
        self._work.set()
        return command.command_id

    def ask(self, kind: str, body: dict[str, Any], *, at: datetime | None = None) -> Answer | None:
        """Send a command that is worth nothing later: once, not kept. None: no answer within ANSWER_WITHIN_S."""
        return self._asked(Command(secrets.token_hex(16), kind, to_us(at or self._now()), body))

    def fetch(self, path: str, longest: int) -> bytes | None:
        """What the hub has at this path, once; None: no answer within ANSWER_WITHIN_S, a refusal, or over `longest`."""
        self._look()
        try:
            told = self._http.get(path, headers=ONE_ANSWER)
        except (httpx.HTTPError, ValueError, RuntimeError):
            return None
        return told.content if told.is_success and len(told.content) <= longest else None

    def _send_all(self) -> None:
        pause_s = self._retry_s[0]
        while not self._closing.is_set():
            try:
                command = self.outbox.first(but_not=self._doubtful)
                if command is None and not self._doubtful:
                    self._work.wait()
                    self._work.clear()
                    continue
                done = command is not None and self._try(command)
                if command is None:
                    self._doubtful.clear()  # nothing else waits: try these again, for the hub may be the one at fault
            except sqlite3.Error:  # a full disk gets room again; the command goes out with the same id once more
                log.exception("the outbox cannot be read or written; trying again")
                done = False
            if done:
                pause_s = self._retry_s[0]
            else:
                self._closing.wait(pause_s * self._dice.uniform(0.5, 1.0))  # spreads devices
                pause_s = min(2 * pause_s, self._retry_s[1])

    def _try(self, command: Command) -> bool:
        """Send once. False: the hub is away or busy, the same again later."""
        answer = self._asked(command)
        if answer is None:
            return False
        if isinstance(answer, Refusal) and answer.code == FAULT and not self._is_at_fault(command):
            return False
        if isinstance(answer, Refusal) and answer.is_bad_command and command.reason != AGAIN:
            self.outbox.quarantine(command.command_id, f"{answer.code}: {answer.message}")
            log.error("command %s %s is in quarantine: %s", command.kind, command.command_id, answer.code)
        else:
            self.outbox.answered(command.command_id, to_us(self._now()))
            self._overtaken |= self._doubtful
            self._doubtful.clear()
        if command.reason != AGAIN:  # whoever sent it has heard the first answer long ago
            self._end(answer)
        return True

    def _is_at_fault(self, command: Command) -> bool:
        """The hub failed over this command. It lets others pass first; if they do and it fails again, it is the one."""
        self._faults[command.command_id] += 1
        if self._faults[command.command_id] < FAULTS_ALLOWED:
            return False
        if command.command_id in self._overtaken:
            return True
        self._doubtful.add(command.command_id)
        return False

    def _asked(self, command: Command) -> Answer | None:
        """The hub's answer to one try; None: it is away, busy, or what answers is no hub."""
        waited_us = max(0, to_us(self._now()) - command.at)
        wire = {"id": command.command_id, "at": command.at, "waited_us": waited_us, "body": command.body}
        self._look()
        try:
            told = self._http.post(f"/api/1/commands/{command.kind}", json=wire, headers=ONE_ANSWER)
            content = told.json()
        except (httpx.HTTPError, ValueError, RuntimeError):  # RuntimeError: closed while it was on its way
            return None
        if not isinstance(content, dict):
            return None
        if told.is_success:
            return Reply(command.command_id, content.get("result") or {})
        if told.status_code == httpx.codes.UNAUTHORIZED:
            self._say_unpaired()
        if told.status_code in LATER:
            return None
        if told.is_server_error:
            return Refusal(
                command.command_id, FAULT, f"the hub failed over it ({told.status_code})", is_bad_command=True
            )
        error = content.get("error") or {}
        bad = told.status_code != httpx.codes.CONFLICT
        return Refusal(command.command_id, error.get("code", str(told.status_code)), error.get("message", ""), bad)

    def _end(self, answer: Answer) -> None:
        try:
            self._on_answer(answer)
        except Exception:
            log.exception("whoever hears the answer of command %s failed", answer.command_id)

    # -- views ----------------------------------------------------------------

    def watch(
        self,
        name: str,
        on_view: Callable[[View], None],
        on_link: Callable[[bool], None] = lambda _is_up: None,
        on_heard: Callable[[], None] = lambda: None,
    ) -> None:
        """Watch a view until `close`.

        Args:
            name: of docs/wire.md, for example `pager/marta`.
            on_view: called with each whole view.
            on_link: called with True when the first view has come, with False when nothing was heard for SILENCE_S.
            on_heard: called at every sign of life, about once a second.
        """
        watched = (name, on_view, on_link, on_heard)
        thread = threading.Thread(target=self._watch, args=watched, name=f"watch {name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _watch(
        self, name: str, on_view: Callable[[View], None], on_link: Callable[[bool], None], on_heard: Callable[[], None]
    ) -> None:
        is_up = False
        pause_s = self._retry_s[0]
        while not self._closing.is_set():
            try:
                for view in self._views(name, on_heard):
                    on_view(view)
                    if not is_up:
                        is_up, pause_s = True, self._retry_s[0]
                        on_link(True)  # noqa: FBT003 - up or down says all
            except (httpx.HTTPError, ValueError, RuntimeError) as error:
                log.info("view %s: %s", name, type(error).__name__)
                self._say_mistrusted(error)
            except Exception:  # who cannot read a view must not go on showing the one before it
                log.exception("whoever watches view %s failed", name)
            if is_up and not self._closing.is_set():
                is_up = False
                on_link(False)  # noqa: FBT003
            self._closing.wait(pause_s * self._dice.uniform(0.5, 1.0))
            pause_s = min(2 * pause_s, self._retry_s[1])

    def _views(self, name: str, on_heard: Callable[[], None]) -> Iterator[View]:
        """The views of one connection; ends when it does."""
        timeout = httpx.Timeout(SILENCE_S, connect=1.0)
        self._look()
        with self._http.stream("GET", f"/api/1/views/{name}/stream", timeout=timeout) as feed:
            if feed.status_code == httpx.codes.UNAUTHORIZED:
                self._say_unpaired()
            feed.raise_for_status()
            self.is_unpaired, self._mistrusted = False, ""
            for line in feed.iter_lines():
                if self._closing.is_set():
                    return
                on_heard()
                if line.startswith("data:") and len(line) <= LARGEST_VIEW:
                    view = json.loads(line[5:])
                    self._meet(view)
                    yield view

    def _look(self) -> None:
        if self.secured:
            self.secured.before_connecting()

    def _say_unpaired(self) -> None:
        """The hub does not know this device any more: what waits goes on waiting, until somebody pairs it anew."""
        if not self.is_unpaired:
            log.error("the hub has taken this device off; pair it again with: kiosk pair --again")
        self.is_unpaired = True

    def _say_mistrusted(self, error: Exception) -> None:
        """Somebody else answers, or a certificate has run out: said once, until the hub itself is heard again."""
        found = str(error).partition("CERTIFICATE_VERIFY_FAILED")[2]
        if not found:
            return
        reason = found.rpartition("verify failed: ")[2].partition(" (_ssl")[0]
        if reason != self._mistrusted:
            log.error("what answers at %s is not the hub that this device trusts: %s", self._http.base_url, reason)
        self._mistrusted = reason

    def _meet(self, view: View) -> None:
        """A hub that was restored from a backup has lost up to an hour: it gets the last 24 hours once more."""
        generation = str(view.get("id", "")).partition(".")[0]
        if generation and generation != self._generation:
            if self.outbox.meets(generation):
                log.warning("the hub was restored from a backup: all that it answered within a day is sent again")
                self._work.set()
            self._generation = generation

    def close(self) -> None:
        """End all threads, within SILENCE_S; what is not answered stays in the outbox."""
        self._closing.set()
        self._work.set()
        self._http.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(SILENCE_S + 1)
        self.outbox.close()
