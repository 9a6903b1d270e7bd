"""A lane's line through anything: lost questions, lost answers, doubled ones, restarts, power cuts, bad commands.

Histories are drawn by hypothesis and shrink to the shortest that fails. The line and its outbox are the real ones; the
hub is a model of what a hub promises: an id counts once. After each history the wire holds, and every command must have
ended as applied, as already there, or in quarantine. Last, the outbox's own file is cut below SQLite as the hub's is.
"""

from __future__ import annotations

import contextlib
import json
import logging
import random
import shutil
import sqlite3
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from kiosk.hub_client import HubClient, Refusal, Reply
from kiosk.outbox import Command, Outbox
from prove._counts import Count, Say
from prove._disk import Disk, Recorder

TITLE = "Lost, doubled, restarted, cut: every command ends as applied, already there, or in quarantine"
NUMBER = 1_000
SHORT = 60
STEPS = 25
MOST_PASSING = 200  # a command over which the hub fails is set aside when others have passed it
CUTS_A_HISTORY = 2
KINDS = ("check_in", "check_in", "check_in", "unreadable", "fatal")
FATES = ("done", "request lost", "answer lost", "doubled", "busy", "away")


class Wire:
    """The hub behind a wire whose next tries have a fate; when none is left, it holds. Called in the line's thread."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.fates: list[str] = []
        self.applied: list[str] = []
        self.times: dict[str, set[int]] = {}
        self.tries = 0
        self.is_dead = False  # for a process that has lost its power: it says nothing more

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One try."""
        with self.changed:
            if self.is_dead:
                raise httpx.ConnectError("no power")
            self.tries += 1
            fate = self.fates.pop(0) if self.fates else "done"
            self.changed.notify_all()
            if fate in ("request lost", "away"):
                raise httpx.ConnectError(fate)
            if fate == "busy":
                return httpx.Response(503, json={"error": {"code": "busy", "message": ""}})
            told = json.loads(request.content)
            kind = request.url.path.rpartition("/")[2]
            answer = self._judged(kind, told)
            if fate == "doubled":
                answer = self._judged(kind, told)
            if fate == "answer lost":
                raise httpx.ReadError(fate)
            return answer

    def _judged(self, kind: str, told: dict[str, Any]) -> httpx.Response:
        self.times.setdefault(told["id"], set()).add(told["at"])
        if kind == "unreadable":
            return httpx.Response(400, json={"error": {"code": "bad_request", "message": ""}})
        if kind == "fatal":
            return httpx.Response(500, json={"error": {"code": "fault", "message": ""}})
        is_known = told["id"] in self.applied
        if not is_known:
            self.applied.append(told["id"])
        return httpx.Response(200, json={"seq": 1, "replayed": is_known, "result": {"replayed": is_known}})


class Histories(RuleBasedStateMachine):
    """One lane's history. `ends` counts over all of them."""

    ends: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-"))
        self.wire = Wire()
        self.kinds: dict[str, str] = {}
        self.heard: dict[str, str] = {}
        self.lives = 0
        self.dead: list[HubClient] = []
        self._open(self.folder / "0")

    def _open(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.path = folder / "outbox.db"
        self.line = HubClient(
            "http://hub",
            "lane/A",
            self.path,
            on_answer=self._answered,
            transport=httpx.MockTransport(self.wire),
            retry_s=(0.0002, 0.001),
        )

    def _answered(self, answer: Reply | Refusal) -> None:
        with self.wire.changed:
            was_there = isinstance(answer, Reply) and answer.result["replayed"]
            self.heard[answer.command_id] = "already" if was_there else "applied or refused"
            self.wire.changed.notify_all()

    # -- what may happen -----------------------------------------------------------------------------------------------

    @rule(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    def something_happens_in_the_lane(self, kinds: list[str]) -> None:
        """Commands, one after the other; a few of them such as no hub can take."""
        for kind in kinds:
            self.kinds[self.line.post(kind, {"n": len(self.kinds)})] = kind

    @rule(fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=8))
    def the_wire_gets_bad(self, fates: list[str]) -> None:
        """The next tries meet this."""
        with self.wire.changed:
            self.wire.fates += fates

    @rule(tries=st.integers(1, 6))
    def some_time_passes(self, tries: int) -> None:
        """The line tries so often, or has nothing left to try."""
        with self.wire.changed:
            until = self.wire.tries + tries
            self.wire.changed.wait_for(lambda: self.wire.tries >= until or not self._is_owed(), 0.05)

    @rule()
    def it_is_switched_off_and_on(self) -> None:
        """In order."""
        self.line.close()
        self._open(self.path.parent)

    @rule()
    def the_power_goes(self) -> None:
        """The disk is as it is; the process says nothing more."""
        self.lives += 1
        after = self.folder / str(self.lives)
        with self.line.outbox._lock:
            shutil.copytree(self.path.parent, after)
        self.wire = self._wire_after(self.wire)
        self.dead.append(self.line)
        self._open(after)

    def _wire_after(self, before: Wire) -> Wire:
        with before.changed:  # what it says from here on, nobody hears
            before.is_dead = True
            wire = Wire()
            wire.fates, wire.applied = before.fates, list(before.applied)
            wire.times, wire.tries = before.times, before.tries
        return wire

    @precondition(lambda self: bool(self.kinds))
    @rule(which=st.integers(0, 99))
    def it_is_said_again(self, which: int) -> None:
        """The lane posts a command of before once more, under its id."""
        number = which % len(self.kinds)
        command_id = list(self.kinds)[number]
        self.line.post(self.kinds[command_id], {"n": number}, command_id=command_id)

    # -- what must be true at the end ----------------------------------------------------------------------------------

    def teardown(self) -> None:
        """The wire holds: everything comes to an end, once, in order."""
        try:
            self._ends()
        finally:
            for one in (*self.dead, self.line):
                one.close()
            shutil.rmtree(self.folder)

    def _ends(self) -> None:
        with self.wire.changed:
            self.wire.fates.clear()
        for _ in range(MOST_PASSING):
            self.kinds[self.line.post("check_in", {"n": len(self.kinds)})] = "check_in"
            with self.wire.changed:
                if self.wire.changed.wait_for(lambda: not self._is_owed(), 0.1):
                    break
        assert not self._is_owed(), f"{self.line.outbox.waiting()} commands never came to an end"
        self._judge()

    def _judge(self) -> None:
        good = [one for one, kind in self.kinds.items() if kind == "check_in"]
        bad = {one for one, kind in self.kinds.items() if kind != "check_in"}
        assert self.wire.applied == good, "applied: each once, in the order in which it happened"
        assert {one.command_id for one in self.line.outbox.quarantined()} == bad
        assert all(len(times) == 1 for times in self.wire.times.values()), "its time changed between two tries"
        Histories.ends["commands"] += len(self.kinds)
        quarantined = {one.command_id for one in self.line.outbox.quarantined()}
        Histories.ends["ended"] += len(self.wire.applied) + len(quarantined)
        Histories.ends["quarantined"] += len(quarantined)
        Histories.ends["already"] += sum(self.heard.get(one) == "already" for one in good)
        Histories.ends["histories"] += 1
        Histories.ends["lives"] += self.lives

    def _is_owed(self) -> bool:
        return bool(self.line.outbox.waiting())


def prove(number: int, say: Say) -> Iterator[Count]:
    """So many histories, then as many cuts of the outbox's file times CUTS_A_HISTORY."""
    Histories.ends = Counter()
    how = settings(
        max_examples=number,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    line = logging.getLogger(HubClient.__module__)
    line.disabled = True  # it tells of every command that is set aside
    try:
        run_state_machine_as_test(Histories, settings=how)
    finally:
        line.disabled = False
    ends = Histories.ends
    say(f"{ends['histories']} histories with {ends['commands']} commands")
    yield Count("histories", ends["histories"], at_least=number)
    yield Count("commands in them", ends["commands"], at_least=number)
    yield Count("power cuts in them", ends["lives"], at_least=1)
    yield Count("commands that did not end, or ended twice", ends["commands"] - ends["ended"], exactly=0)
    yield Count("ended as already there", ends["already"], at_least=1)
    yield Count("ended in quarantine", ends["quarantined"], at_least=1)
    lost, corrupt = _cut(number * CUTS_A_HISTORY)
    yield Count("cuts below SQLite", number * CUTS_A_HISTORY)
    yield Count("of these, a command that was kept is lost or back", lost, exactly=0)
    yield Count("of these, the file is corrupt", corrupt, exactly=0)


def _cut(number: int) -> tuple[int, int]:
    """Cuts at any moment of an outbox's day: how many lost or brought back a command, how many broke the file."""
    dice = random.Random(number)  # noqa: S311 - the same cuts in every run
    lost = corrupt = 0
    with tempfile.TemporaryDirectory(prefix="outbox-") as short:
        path = Path(short) / "outbox.db"
        with contextlib.closing(Outbox(path)):
            pass
        before = {str(file): file.read_bytes() for file in Path(short).iterdir()}
        with Recorder() as recorder:
            _day(path, recorder, dice)
        for _ in range(number):
            moment = dice.randrange(len(recorder.trace))
            disk, kept = Disk(before), {}
            for step in recorder.trace[:moment]:
                if step.kind == "mark":
                    command_id, _, state = step.file.partition(" ")
                    kept[command_id] = state
                disk.take(step)
            found = _found(disk.after_cut(dice))
            corrupt += found is None
            # What was under way when the power went may be done or not; what was said to be done is done.
            if found is not None:
                lost += any(found.get(one) not in (state, _next(state)) for one, state in kept.items())
    return lost, corrupt


def _next(state: str) -> str:
    return "answered" if state == "waiting" else state


def _day(path: Path, recorder: Recorder, dice: random.Random) -> None:
    with contextlib.closing(Outbox(path)) as outbox:
        waiting: list[str] = []
        for number in range(60):
            outbox.add(Command(f"id{number}", "check_in", number, {"name": "Haddad" * dice.randrange(1, 40)}))
            waiting.append(f"id{number}")
            recorder.mark(f"id{number} waiting")
            while waiting and dice.random() < 0.45:
                command_id = waiting.pop(0)
                outbox.answered(command_id, 0)
                recorder.mark(f"{command_id} answered")


def _found(files: dict[str, bytes]) -> dict[str, str] | None:
    """State of each command that a restarted lane finds; None where the file is none any more."""
    with tempfile.TemporaryDirectory(prefix="cut-") as short:
        for name, content in files.items():
            (Path(short) / Path(name).name).write_bytes(content)
        try:
            with contextlib.closing(Outbox(Path(short) / "outbox.db")) as outbox:
                rows = outbox._db.execute("SELECT command_id, state FROM command").fetchall()
                if outbox._db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    return None
        except sqlite3.Error:
            return None
    return dict(rows)
